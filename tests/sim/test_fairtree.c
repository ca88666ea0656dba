/* Tests of sim/fairtree.h and sim/sharetree.h, with trees worked out by hand. */
#include "tests/test.h"

#include "base/rng.h"
#include "sim/fairtree.h"
#include "tests/sim/fixture.h"
#include <math.h>

typedef struct {
    Cluster *cluster;
    ShareTree *tree;
    double *raw, *factor, *level;
} Bench;

static void bench_init(Bench *self, Cluster *cluster)
{
    fixture_finish(cluster);
    self->cluster = cluster;
    self->tree = share_tree_new(cluster);
    self->raw = g_new0(double, cluster->n_assocs);
    self->factor = g_new0(double, cluster->n_assocs);
    self->level = g_new0(double, cluster->n_assocs);
}

static void bench_clear(Bench *self)
{
    share_tree_free(self->tree);
    cluster_free(self->cluster);
    g_free(self->raw);
    g_free(self->factor);
    g_free(self->level);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Bench, bench_clear)

/* A user used @amount: it counts for every account above too. */
static void use(Bench *self, const char *user, double amount)
{
    uint32_t assoc = cluster_find_assoc(self->cluster, user, NULL, NULL);

    for (; assoc != INDEX_NONE; assoc = self->cluster->assocs[assoc].parent)
        self->raw[assoc] += amount;
}

static double factor_of(const Bench *self, const char *user)
{
    return self->factor[cluster_find_assoc(self->cluster, user, NULL, NULL)];
}

static double level_of(const Bench *self, const char *user)
{
    return self->level[cluster_find_assoc(self->cluster, user, NULL, NULL)];
}

static void rank(Bench *self)
{
    fair_tree_rank(self->tree, self->raw, self->factor, self->level);
}

/*
 * root ( a 10 ( u1 1, u2 1 ), b 10 ( u3 1, u4 1 ), c 30 ( u5 3, u6 1 ) ), usage of 100:
 * a 20 = u1 20;  b 20 = u3 15 + u4 5;  c 60 = u5 45 + u6 15
 * levels: a .2/.2 = 1, b .2/.2 = 1, c .6/.6 = 1: all tied, so they go as they are listed
 * a: u2 .5/0 = inf, u1 .5/1 = .5         -> u2 rank 6, u1 rank 5
 * b: u4 .5/.25 = 2, u3 .5/.75 = .67      -> b is tied with a: u4 shares u1's rank 5, u3 rank 3
 * c: u5 .75/.75 = 1, u6 .25/.25 = 1      -> tied with b: u5 shares u3's rank 3, u6 is tied to u5
 */
static Cluster *three_accounts(void)
{
    Cluster *cluster = fixture_cluster(SLURM_24_05, 1, 4);

    fixture_assoc(cluster, "a", NULL, "root", 10);
    fixture_assoc(cluster, "b", NULL, "root", 10);
    fixture_assoc(cluster, "c", NULL, "root", 30);
    fixture_assoc(cluster, "a", "u1", NULL, 1);
    fixture_assoc(cluster, "a", "u2", NULL, 1);
    fixture_assoc(cluster, "b", "u3", NULL, 1);
    fixture_assoc(cluster, "b", "u4", NULL, 1);
    fixture_assoc(cluster, "c", "u5", NULL, 3);
    fixture_assoc(cluster, "c", "u6", NULL, 1);
    return cluster;
}

static void tied_accounts_are_not_merged_but_share_a_rank(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, three_accounts());
    use(&bench, "u1", 20);
    use(&bench, "u3", 15);
    use(&bench, "u4", 5);
    use(&bench, "u5", 45);
    use(&bench, "u6", 15);
    rank(&bench);
    assert_close(factor_of(&bench, "u2"), 6 / 6.0);
    assert_close(factor_of(&bench, "u1"), 5 / 6.0);
    assert_close(factor_of(&bench, "u4"), 5 / 6.0);
    assert_close(factor_of(&bench, "u3"), 3 / 6.0);
    assert_close(factor_of(&bench, "u5"), 3 / 6.0);
    assert_close(factor_of(&bench, "u6"), 3 / 6.0);
    assert_true(isinf(level_of(&bench, "u2")));
    assert_close(level_of(&bench, "u4"), 2);
}

/* a .2/.6 = .33, b .2/.4 = .5, c .6/0 = inf: c's users first whatever they used inside, a's last */
static void users_stand_where_their_account_stands(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, three_accounts());
    use(&bench, "u1", 60);
    use(&bench, "u3", 40);
    rank(&bench);
    assert_close(factor_of(&bench, "u5"), 6 / 6.0);
    assert_close(factor_of(&bench, "u6"), 6 / 6.0); /* both without usage: tied */
    assert_close(factor_of(&bench, "u4"), 4 / 6.0);
    assert_close(factor_of(&bench, "u3"), 3 / 6.0);
    assert_close(factor_of(&bench, "u2"), 2 / 6.0);
    assert_close(factor_of(&bench, "u1"), 1 / 6.0);
}

static void without_usage_everybody_is_first(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, three_accounts());
    rank(&bench);
    assert_close(factor_of(&bench, "u1"), 1);
    assert_close(factor_of(&bench, "u4"), 1);
    assert_close(factor_of(&bench, "u6"), 1);
}

/* A user beside an account: u0 .5/.5 = 1 = the account's 1. Users go first on a tie. */
static void a_user_goes_before_an_equally_served_account(void **state)
{
    g_auto(Bench) bench = {0};
    Cluster *cluster = fixture_cluster(SLURM_24_05, 1, 4);

    (void)state;
    fixture_assoc(cluster, "a", NULL, "root", 5);
    fixture_assoc(cluster, "a", "u1", NULL, 1);
    fixture_assoc(cluster, "root", "u0", NULL, 5);
    bench_init(&bench, cluster);
    use(&bench, "u1", 10);
    use(&bench, "u0", 10);
    rank(&bench);
    assert_close(factor_of(&bench, "u0"), 1);
    assert_close(factor_of(&bench, "u1"), 1); /* its account is tied: the same rank */
}

/* lab uses its parent's share: u1 (2 of 5 shares) competes with dept's u2 (3 of 5).
 * u1 .4/.5 = .8, u2 .6/.5 = 1.2; u3 with Fairshare=parent is always first. */
static void fairshare_parent_lifts_children_a_level_up(void **state)
{
    g_auto(Bench) bench = {0};
    Cluster *cluster = fixture_cluster(SLURM_24_05, 1, 4);

    (void)state;
    fixture_assoc(cluster, "dept", NULL, "root", 1);
    fixture_assoc(cluster, "lab", NULL, "dept", SHARES_PARENT);
    fixture_assoc(cluster, "lab", "u1", NULL, 2);
    fixture_assoc(cluster, "dept", "u2", NULL, 3);
    fixture_assoc(cluster, "dept", "u3", NULL, SHARES_PARENT);
    bench_init(&bench, cluster);
    use(&bench, "u1", 50);
    use(&bench, "u2", 50);
    rank(&bench);
    assert_close(level_of(&bench, "u1"), 0.8);
    assert_close(level_of(&bench, "u2"), 1.2);
    assert_close(factor_of(&bench, "u3"), 3 / 3.0);
    assert_close(factor_of(&bench, "u2"), 2 / 3.0);
    assert_close(factor_of(&bench, "u1"), 1 / 3.0);
}

static void zero_shares_come_last(void **state)
{
    g_auto(Bench) bench = {0};
    Cluster *cluster = fixture_cluster(SLURM_24_05, 1, 4);

    (void)state;
    fixture_assoc(cluster, "a", NULL, "root", 1);
    fixture_assoc(cluster, "a", "u1", NULL, 0);
    fixture_assoc(cluster, "a", "u2", NULL, 1);
    bench_init(&bench, cluster);
    use(&bench, "u2", 1000);
    rank(&bench);
    assert_close(factor_of(&bench, "u2"), 1);
    assert_close(factor_of(&bench, "u1"), 0.5);
    assert_close(level_of(&bench, "u1"), 0);
}

static Cluster *random_tree(Rng *rng, uint32_t accounts, uint32_t users)
{
    Cluster *cluster = fixture_cluster(SLURM_24_05, 1, 4);

    for (uint32_t i = 0; i < accounts; i++) {
        g_autofree char *name = g_strdup_printf("a%u", i);
        g_autofree char *above =
            i > 0 ? g_strdup_printf("a%u", rng_below(rng, i)) : g_strdup("root");

        fixture_assoc(cluster, name, NULL, above, 1 + rng_below(rng, 5));
    }
    for (uint32_t i = 0; i < users; i++) {
        g_autofree char *name = g_strdup_printf("u%u", i);
        g_autofree char *account = g_strdup_printf("a%u", rng_below(rng, accounts));

        fixture_assoc(cluster, account, name, NULL, 1 + rng_below(rng, 5));
    }
    return cluster;
}

/* With different usages there are no ties: the factors are 1/n, 2/n, ... n/n; and more usage never
 * moves a user up within its account. */
static void ranks_are_a_permutation_when_nobody_is_tied(void **state)
{
    g_autoptr(Rng) rng = rng_new(3, 0, "fairtree");

    (void)state;
    for (int round = 0; round < 50; round++) {
        const uint32_t users = 1 + rng_below(rng, 30);
        g_auto(Bench) bench = {0};
        g_autofree bool *seen = g_new0(bool, users + 1);

        bench_init(&bench, random_tree(rng, 1 + rng_below(rng, 8), users));
        for (uint32_t i = 0; i < users; i++) {
            g_autofree char *name = g_strdup_printf("u%u", i);

            use(&bench, name, 1 + rng_uniform(rng) * 1000);
        }
        rank(&bench);
        for (uint32_t i = 0; i < users; i++) {
            g_autofree char *name = g_strdup_printf("u%u", i);
            const uint32_t place = (uint32_t)lround(factor_of(&bench, name) * users);

            assert_in_range(place, 1, users);
            assert_false(seen[place]);
            seen[place] = true;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tied_accounts_are_not_merged_but_share_a_rank),
        cmocka_unit_test(users_stand_where_their_account_stands),
        cmocka_unit_test(without_usage_everybody_is_first),
        cmocka_unit_test(a_user_goes_before_an_equally_served_account),
        cmocka_unit_test(fairshare_parent_lifts_children_a_level_up),
        cmocka_unit_test(zero_shares_come_last),
        cmocka_unit_test(ranks_are_a_permutation_when_nobody_is_tied),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
