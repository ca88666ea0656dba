/* Tests of sim/usage.h, sim/classic.h and sim/decay.h. */
#include "tests/test.h"

#include "base/rng.h"
#include "sim/decay.h"
#include "tests/sim/fixture.h"
#include <math.h>

/* root ( lab 3 ( u1 1, u2 1 ), other 1 ( u3 1 ) ), QoS normal */
static Cluster *two_labs(uint32_t flags)
{
    Cluster *cluster = fixture_cluster(SLURM_24_05, 2, 4);

    cluster->config.priority.flags = flags;
    cluster_add_qos(cluster, "normal");
    fixture_assoc(cluster, "lab", NULL, "root", 3);
    fixture_assoc(cluster, "other", NULL, "root", 1);
    fixture_assoc(cluster, "lab", "u1", NULL, 1);
    fixture_assoc(cluster, "lab", "u2", NULL, 1);
    fixture_assoc(cluster, "other", "u3", NULL, 1);
    return cluster;
}

static Used *of(const Usage *usage, const char *user)
{
    return &usage->assocs[cluster_find_assoc(usage->cluster, user, NULL, NULL)];
}

static double factor_of(const Usage *usage, const char *user)
{
    return usage->fs_factor[cluster_find_assoc(usage->cluster, user, NULL, NULL)];
}

static void decay_takes_0_693_for_the_half_life(void **state)
{
    g_autoptr(Cluster) cluster = two_labs(0);

    (void)state;
    fixture_finish(cluster);
    cluster->config.priority.half_life = 3600;
    assert_close(usage_decay_factor(cluster), 1 - 0.693 / 3600);
    g_autoptr(Usage) usage = usage_new(cluster);
    of(usage, "u1")->raw = 1000;
    of(usage, "u1")->wall = 500;
    of(usage, "u1")->tres[TRES_CPU] = 100;
    usage->qos[0].raw = 10;
    usage_decay(usage, 3600);
    assert_close(of(usage, "u1")->raw, 1000 * pow(1 - 0.693 / 3600, 3600));
    assert_close(of(usage, "u1")->wall, 500 * pow(1 - 0.693 / 3600, 3600));
    assert_close(of(usage, "u1")->tres[TRES_CPU], 100 * pow(1 - 0.693 / 3600, 3600));
    assert_true(usage->qos[0].raw < 10);
    cluster->config.priority.half_life = 0;
    assert_close(usage_decay_factor(cluster), 1);
}

static void a_qos_with_no_decay_keeps_all(void **state)
{
    g_autoptr(Cluster) cluster = two_labs(0);

    (void)state;
    cluster->qos[0].flags = QOS_NO_DECAY;
    cluster->config.priority.half_life = 600;
    fixture_finish(cluster);
    g_autoptr(Usage) usage = usage_new(cluster);
    g_autoptr(FixtureJob) job = fixture_job(cluster, "u1", 1, 4);
    job->qos = 0;
    fixture_run(cluster, job, 0, 0);
    usage_charge(usage, job, 0, 100);
    usage_decay(usage, 1000);
    assert_close(usage->qos[0].raw, 400);
    assert_close(usage->qos[0].wall, 100);
    assert_true(usage->assocs[0].raw < 400);
}

/* 4 CPUs for 100 s with UsageFactor 2, charged up to root and to both QoS; decayed as of its start
 */
static void a_charge_goes_to_all_associations_above_and_both_qos(void **state)
{
    g_autoptr(Cluster) cluster = two_labs(0);
    const double decayed = 100 * pow(1 - 0.693 / 3600, 100);

    (void)state;
    cluster->qos[0].usage_factor = 2;
    cluster_add_qos(cluster, "part");
    cluster->partitions[0].qos_name = g_strdup("part");
    cluster->config.priority.half_life = 3600;
    fixture_finish(cluster);
    g_autoptr(Usage) usage = usage_new(cluster);
    g_autoptr(FixtureJob) job = fixture_job(cluster, "u1", 1, 4);
    job->qos = 0;
    fixture_run(cluster, job, 0, 50);
    usage_charge(usage, job, 50, 150);
    assert_close(of(usage, "u1")->raw, decayed * 8);
    assert_close(of(usage, "u1")->wall, decayed * 2);
    assert_close(of(usage, "u1")->tres[TRES_MEM], decayed * 2 * 400);
    assert_close(usage->assocs[0].raw, decayed * 8);
    assert_close(usage->qos[0].raw, decayed * 8);
    assert_close(usage->qos[1].raw, decayed * 8);
    assert_close(of(usage, "u2")->raw, 0);
    usage_charge(usage, job, 150, 150);
    assert_close(of(usage, "u1")->raw, decayed * 8);
}

static void past_usage_is_there_from_the_start_and_can_be_reset(void **state)
{
    g_autoptr(Cluster) cluster = two_labs(0);

    (void)state;
    cluster->qos[0].usage_raw = 7;
    fixture_finish(cluster);
    cluster->assocs[cluster_find_assoc(cluster, "u1", NULL, NULL)].usage_raw = 70;
    g_autoptr(Usage) usage = usage_new(cluster);
    assert_close(of(usage, "u1")->raw, 70);
    assert_close(usage->qos[0].raw, 7);
    usage_reset(usage);
    assert_close(of(usage, "u1")->raw, 0);
    assert_close(usage->qos[0].raw, 0);
}

/*
 * lab has 3/4 of the shares and 60 of 100 used, other 1/4 and 40; u1 used all of lab's.
 * S: lab .75, u1 .375, u2 .375, other .25, u3 .25
 * U: lab .6, u1 .6 + (.6 - .6) / 2 = .6, u2 0 + (.6 - 0) / 2 = .3, other .4, u3 .4 + 0 = .4
 */
static void classic_factor_is_2_to_the_minus_usage_over_shares(void **state)
{
    g_autoptr(Cluster) cluster = two_labs(PRIORITY_NO_FAIR_TREE);

    (void)state;
    fixture_finish(cluster);
    g_autoptr(Usage) usage = usage_new(cluster);
    of(usage, "u1")->raw = usage->assocs[1].raw = 60;
    of(usage, "u3")->raw = usage->assocs[2].raw = 40;
    usage->assocs[0].raw = 100;
    usage_rank(usage);
    assert_close(factor_of(usage, "u1"), pow(2, -0.6 / 0.375));
    assert_close(factor_of(usage, "u2"), pow(2, -0.3 / 0.375));
    assert_close(factor_of(usage, "u3"), pow(2, -0.4 / 0.25));
    assert_close(usage_classic_factor(usage, 3), pow(2, -0.6 / 0.375));
}

static void damping_flattens_the_classic_factor(void **state)
{
    g_autoptr(Cluster) cluster = two_labs(PRIORITY_NO_FAIR_TREE);

    (void)state;
    cluster->config.priority.damping = 4;
    fixture_finish(cluster);
    g_autoptr(Usage) usage = usage_new(cluster);
    of(usage, "u1")->raw = usage->assocs[1].raw = usage->assocs[0].raw = 100;
    usage_rank(usage);
    assert_close(factor_of(usage, "u1"), pow(2, -1 / 0.375 / 4));
    assert_close(factor_of(usage, "u3"), 1);
}

/*
 * As above but DEPTH_OBLIVIOUS. lab: U = .6 (child of root), R = .6/.75 = .8.
 * u1: siblings' ratio .6/.75 = .8; own ratio .6/.375 = 1.6; Rl = 1.6/.8 = 2; ln .8 ln 2 < 0, so
 * k = 1/(1 + (5 ln .8)^2) = .44545...; U/S = .8 * 2^k.  u2 used nothing: U = 0.
 */
static void depth_oblivious_follows_its_formula(void **state)
{
    g_autoptr(Cluster) cluster = two_labs(PRIORITY_DEPTH_OBLIVIOUS);
    const double k = 1 / (1 + pow(5 * log(0.8), 2));

    (void)state;
    fixture_finish(cluster);
    g_autoptr(Usage) usage = usage_new(cluster);
    of(usage, "u1")->raw = usage->assocs[1].raw = 60;
    of(usage, "u3")->raw = usage->assocs[2].raw = 40;
    usage->assocs[0].raw = 100;
    usage_rank(usage);
    assert_close(factor_of(usage, "u1"), pow(2, -0.8 * pow(2, k)));
    assert_close(factor_of(usage, "u2"), 1);
}

static void classic_users_with_fairshare_parent_have_their_accounts_factor(void **state)
{
    g_autoptr(Cluster) cluster = two_labs(PRIORITY_NO_FAIR_TREE);

    (void)state;
    fixture_assoc(cluster, "lab", "u4", NULL, SHARES_PARENT);
    fixture_finish(cluster);
    g_autoptr(Usage) usage = usage_new(cluster);
    of(usage, "u1")->raw = usage->assocs[1].raw = usage->assocs[0].raw = 100;
    usage_rank(usage);
    assert_close(factor_of(usage, "u4"), pow(2, -1 / 0.75));
}

static void resets_strike_at_calendar_boundaries(void **state)
{
    const int64_t tuesday = 1769510400 + 37000; /* 2026-01-27 10:16:40 */

    (void)state;
    assert_int_equal(usage_next_reset(RESET_NONE, tuesday), INT64_MAX);
    assert_int_equal(usage_next_reset(RESET_NOW, tuesday), tuesday);
    assert_int_equal(usage_next_reset(RESET_DAILY, tuesday), 1769558400);  /* 28 January */
    assert_int_equal(usage_next_reset(RESET_WEEKLY, tuesday), 1769904000); /* Sunday, 1 February */
    assert_int_equal(usage_next_reset(RESET_WEEKLY, 1769904000), 1770508800); /* 8 February */
    assert_int_equal(usage_next_reset(RESET_MONTHLY, tuesday), 1769904000);
    assert_int_equal(usage_next_reset(RESET_QUARTERLY, tuesday), 1775001600);  /* 1 April */
    assert_int_equal(usage_next_reset(RESET_YEARLY, tuesday), 1798761600);     /* 2027 */
    assert_int_equal(usage_next_reset(RESET_MONTHLY, 1796083200), 1798761600); /* December */
}

typedef struct {
    Usage *usage;
    PriorityBook *book;
    Limits *limits;
    GPtrArray *running, *pending;
    Decay decay;
} Bench;

static void bench_init(Bench *self, const Cluster *cluster)
{
    self->usage = usage_new(cluster);
    self->book = priority_book_new(cluster, self->usage);
    self->limits = limits_new(cluster, self->usage);
    self->running = g_ptr_array_new();
    self->pending = g_ptr_array_new();
    decay_init(&self->decay, self->usage, self->book, self->limits);
    decay_start(&self->decay, 0, 0);
}

static void bench_clear(Bench *self)
{
    limits_free(self->limits);
    priority_book_free(self->book);
    usage_free(self->usage);
    g_ptr_array_unref(self->running);
    g_ptr_array_unref(self->pending);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Bench, bench_clear)

/* Two passes 60 s apart, a job of 4 CPUs from 30 to 90: charged 30 s, then at its end 30 s more. */
static void passes_and_ends_charge_each_second_once(void **state)
{
    g_autoptr(Cluster) cluster = two_labs(0);
    g_auto(Bench) bench = {0};

    (void)state;
    cluster->config.priority.half_life = 0;
    fixture_finish(cluster);
    bench_init(&bench, cluster);
    g_autoptr(FixtureJob) job = fixture_job(cluster, "u1", 1, 4);
    decay_pass(&bench.decay, bench.running, bench.pending, 0);
    fixture_run(cluster, job, 0, 30);
    g_ptr_array_add(bench.running, job);
    decay_pass(&bench.decay, bench.running, bench.pending, 60);
    assert_close(of(bench.usage, "u1")->raw, 120);
    decay_end(&bench.decay, job, 90);
    assert_close(of(bench.usage, "u1")->raw, 240);
    cluster->config.enforce = 0;
    decay_end(&bench.decay, job, 90); /* without limits the last period is never charged */
    assert_close(of(bench.usage, "u1")->raw, 240);
}

/* u1 runs; in the pass at 60 s Fair Tree sees it at once, classic's account still has nothing. */
static void classic_accounts_lag_one_pass(void **state)
{
    g_autoptr(Cluster) cluster = two_labs(PRIORITY_NO_FAIR_TREE);
    g_auto(Bench) bench = {0};

    (void)state;
    cluster->config.priority.weight_fairshare = 1000;
    cluster->config.priority.half_life = 0;
    fixture_finish(cluster);
    bench_init(&bench, cluster);
    g_autoptr(FixtureJob) runs = fixture_job(cluster, "u1", 1, 4);
    g_autoptr(FixtureJob) waits = fixture_job(cluster, "u2", 1, 4);
    waits->priority = 1;
    fixture_run(cluster, runs, 0, 0);
    g_ptr_array_add(bench.running, runs);
    g_ptr_array_add(bench.pending, waits);
    decay_pass(&bench.decay, bench.running, bench.pending, 60);
    assert_int_equal(waits->priority, 1000); /* its account's usage was 0 before the pass */
    decay_pass(&bench.decay, bench.running, bench.pending, 120);
    /* lab: 1 of .75; u2: 0 + (1 - 0) / 2 = .5 of .375 */
    assert_int_equal(waits->priority, (uint32_t)(1000 * pow(2, -0.5 / 0.375)));
}

static void a_pass_resets_usage_when_its_period_is_over(void **state)
{
    g_autoptr(Cluster) cluster = two_labs(0);
    g_auto(Bench) bench = {0};

    (void)state;
    cluster->config.priority.usage_reset = RESET_DAILY;
    cluster->config.priority.half_life = 0;
    fixture_finish(cluster);
    bench_init(&bench, cluster);
    of(bench.usage, "u1")->raw = 5;
    decay_pass(&bench.decay, bench.running, bench.pending, 86399);
    assert_close(of(bench.usage, "u1")->raw, 5);
    decay_pass(&bench.decay, bench.running, bench.pending, 86401);
    assert_close(of(bench.usage, "u1")->raw, 0);
    of(bench.usage, "u1")->raw = 5;
    decay_pass(&bench.decay, bench.running, bench.pending, 2 * 86400 - 1);
    assert_close(of(bench.usage, "u1")->raw, 5);
}

static void old_versions_without_slurmdbd_never_recompute(void **state)
{
    (void)state;
    for (SlurmVersion version = SLURM_23_02; version <= SLURM_23_11; version++) {
        g_autoptr(Cluster) cluster = two_labs(0);
        g_auto(Bench) bench = {0};

        cluster->version = version;
        cluster->config.has_accounting = false;
        cluster->config.priority.weight_partition = 1000;
        fixture_finish(cluster);
        bench_init(&bench, cluster);
        g_autoptr(FixtureJob) waits = fixture_job(cluster, "u2", 1, 4);
        waits->priority = 1;
        g_ptr_array_add(bench.pending, waits);
        decay_pass(&bench.decay, bench.running, bench.pending, 60);
        assert_int_equal(waits->priority, version == SLURM_23_02 ? 1 : 1000);
    }
}

static void reset_now_strikes_once(void **state)
{
    g_autoptr(Cluster) cluster = two_labs(0);
    g_auto(Bench) bench = {0};

    (void)state;
    cluster->config.priority.usage_reset = RESET_NOW;
    cluster->config.priority.half_life = 0;
    fixture_finish(cluster);
    bench_init(&bench, cluster);
    of(bench.usage, "u1")->raw = 5;
    decay_pass(&bench.decay, bench.running, bench.pending, 0);
    assert_close(of(bench.usage, "u1")->raw, 0);
    of(bench.usage, "u1")->raw = 5;
    decay_pass(&bench.decay, bench.running, bench.pending, 300);
    assert_close(of(bench.usage, "u1")->raw, 5);
}

/* However time is cut into charges, without decay the sums agree at every level. */
static void parents_always_hold_the_sum_of_their_children(void **state)
{
    g_autoptr(Cluster) cluster = two_labs(0);
    g_autoptr(Rng) rng = rng_new(11, 0, "usage");
    static const char *const users[] = {"u1", "u2", "u3"};

    (void)state;
    cluster->config.priority.half_life = 86400;
    fixture_finish(cluster);
    g_autoptr(Usage) usage = usage_new(cluster);
    for (int i = 0; i < 500; i++) {
        g_autoptr(FixtureJob) job =
            fixture_job(cluster, users[rng_below(rng, 3)], 1, 1 + rng_below(rng, 4));

        fixture_run(cluster, job, 0, 0);
        usage_charge(usage, job, 0, rng_below(rng, 10000));
        usage_decay(usage, rng_below(rng, 600));
        assert_close(usage->assocs[1].raw, of(usage, "u1")->raw + of(usage, "u2")->raw);
        assert_close(usage->assocs[0].raw, usage->assocs[1].raw + usage->assocs[2].raw);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decay_takes_0_693_for_the_half_life),
        cmocka_unit_test(a_qos_with_no_decay_keeps_all),
        cmocka_unit_test(a_charge_goes_to_all_associations_above_and_both_qos),
        cmocka_unit_test(past_usage_is_there_from_the_start_and_can_be_reset),
        cmocka_unit_test(classic_factor_is_2_to_the_minus_usage_over_shares),
        cmocka_unit_test(damping_flattens_the_classic_factor),
        cmocka_unit_test(depth_oblivious_follows_its_formula),
        cmocka_unit_test(classic_users_with_fairshare_parent_have_their_accounts_factor),
        cmocka_unit_test(resets_strike_at_calendar_boundaries),
        cmocka_unit_test(passes_and_ends_charge_each_second_once),
        cmocka_unit_test(classic_accounts_lag_one_pass),
        cmocka_unit_test(a_pass_resets_usage_when_its_period_is_over),
        cmocka_unit_test(old_versions_without_slurmdbd_never_recompute),
        cmocka_unit_test(reset_now_strikes_once),
        cmocka_unit_test(parents_always_hold_the_sum_of_their_children),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
