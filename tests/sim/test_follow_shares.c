/* Tests of sim/follow_shares.h: what real runs held on each of their nodes. */
#include "tests/test.h"

#include "base/rng.h"
#include "sim/follow_shares.h"
#include "tests/sim/kit.h"

static RecordedRun *add_run(Recording *recording, const char *nodes, uint32_t cpus, Instant start,
                            Instant end)
{
    RecordedRun *run = g_new0(RecordedRun, 1);

    run->job = recording->runs->len;
    run->task = COUNT_UNSET;
    run->nodes = g_strdup(nodes);
    run->cpus = cpus;
    run->start_at = start;
    run->end_at = end;
    g_ptr_array_add(recording->runs, run);
    return run;
}

static void assert_bounds(const Spread *spread, uint32_t slot, uint32_t least, uint32_t most)
{
    assert_int_equal(spread->least[slot], least);
    assert_int_equal(spread->most[slot], most);
}

/* n1 has 4 CPUs, 3 of them taken: of the 5 CPUs on both nodes 1 is there and 4 are on n2 */
static void who_runs_there_leaves_only_one_way(void **state)
{
    g_autoptr(Cluster) cluster = kit_cluster(2, 1, 4, 1);
    g_autoptr(Recording) recording = recording_new();
    g_autoptr(FollowShares) shares = NULL;

    (void)state;
    kit_finish(cluster);
    add_run(recording, "n1", 3, 0, 100);
    add_run(recording, "n[1-2]", 5, 10, 50);
    shares = follow_shares_new(recording, cluster);
    assert_bounds(follow_shares_of(shares, 1), 0, 1, 1);
    assert_bounds(follow_shares_of(shares, 1), 1, 4, 4);
}

/* ... but not when the first has ended by then, unless the batch step tells */
static void a_run_that_has_ended_takes_no_room(void **state)
{
    g_autoptr(Cluster) cluster = kit_cluster(2, 1, 4, 1);
    g_autoptr(Recording) recording = recording_new();
    g_autoptr(FollowShares) shares = NULL;
    RecordedRun *run;

    (void)state;
    kit_finish(cluster);
    add_run(recording, "n1", 3, 0, 10);
    add_run(recording, "n[1-2]", 5, 10, 50);
    run = add_run(recording, "n[1-2]", 5, 60, INSTANT_NEVER);
    run->batch_node = g_strdup("n1");
    run->batch_cpus = 2;
    shares = follow_shares_new(recording, cluster);
    assert_bounds(follow_shares_of(shares, 1), 0, 1, 4);
    assert_bounds(follow_shares_of(shares, 1), 1, 1, 4);
    assert_bounds(follow_shares_of(shares, 2), 0, 2, 2);
    assert_bounds(follow_shares_of(shares, 2), 1, 3, 3);
}

/* two runs side by side on both nodes: once one is known so is the other */
static void fixing_one_run_settles_its_neighbour(void **state)
{
    g_autoptr(Cluster) cluster = kit_cluster(2, 1, 4, 1);
    g_autoptr(Recording) recording = recording_new();
    g_autoptr(FollowShares) shares = NULL;
    const uint32_t cpus[] = {1, 3};

    (void)state;
    kit_finish(cluster);
    add_run(recording, "n[1-2]", 4, 0, 100);
    add_run(recording, "n[1-2]", 4, 10, 100);
    shares = follow_shares_new(recording, cluster);
    assert_bounds(follow_shares_of(shares, 1), 0, 1, 3);
    follow_shares_fix(shares, 0, cpus);
    assert_bounds(follow_shares_of(shares, 1), 0, 3, 3);
    assert_bounds(follow_shares_of(shares, 1), 1, 1, 1);
}

static void shared_cores_bound_nothing(void **state)
{
    g_autoptr(Cluster) cluster = kit_cluster(2, 1, 4, 1);
    g_autoptr(Recording) recording = recording_new();
    g_autoptr(FollowShares) shares = NULL;

    (void)state;
    cluster->partitions[0].over_subscribe = SHARE_FORCE;
    kit_finish(cluster);
    add_run(recording, "n1", 3, 0, 100);
    add_run(recording, "n[1-2]", 5, 10, 50);
    shares = follow_shares_new(recording, cluster);
    assert_bounds(follow_shares_of(shares, 1), 0, 1, 4);
}

static void nothing_is_known_without_cpus_or_nodes(void **state)
{
    g_autoptr(Cluster) cluster = kit_cluster(2, 1, 4, 1);
    g_autoptr(Recording) recording = recording_new();
    g_autoptr(FollowShares) shares = NULL;
    uint32_t out[2];

    (void)state;
    kit_finish(cluster);
    add_run(recording, "n1", 0, 0, 100);
    add_run(recording, NULL, 3, 0, 100);
    shares = follow_shares_new(recording, cluster);
    assert_int_equal(follow_shares_of(shares, 0)->n, 0);
    assert_int_equal(follow_shares_of(shares, 1)->n, 0);
    assert_false(follow_shares_choose(follow_shares_of(shares, 0), NULL, out));
}

static void a_wish_is_moved_into_the_bounds(void **state)
{
    uint32_t nodes[] = {0, 1, 2}, least[] = {1, 1, 2}, most[] = {4, 4, 4}, out[3];
    const uint32_t wish[] = {4, 4, 1};
    const Spread spread = {.n = 3, .total = 9, .nodes = nodes, .least = least, .most = most};

    (void)state;
    assert_true(follow_shares_choose(&spread, wish, out));
    assert_int_equal(out[0], 4);
    assert_int_equal(out[1], 3);
    assert_int_equal(out[2], 2);
    assert_true(follow_shares_choose(&spread, NULL, out));
    assert_int_equal(out[0] + out[1] + out[2], 9);
}

/* runs that really were laid out side by side: the truth is always within the bounds */
static void the_truth_is_within_the_bounds(void **state)
{
    g_autoptr(Rng) rng = rng_new(7, 0, "follow_shares");

    (void)state;
    for (int round = 0; round < 50; round++) {
        g_autoptr(Cluster) cluster = kit_cluster(2, 1, 8, 1);
        g_autoptr(Recording) recording = recording_new();
        g_autoptr(FollowShares) shares = NULL;
        uint32_t held[20][2];
        guint n = 0;

        kit_finish(cluster);
        for (Instant start = 0; start < 100; start += 10) {
            /* up to two at a time, which together never hold more than 8 on a node */
            for (int k = 0; k < 2; k++, n++) {
                held[n][0] = 1 + (uint32_t)rng_below(rng, 4);
                held[n][1] = 1 + (uint32_t)rng_below(rng, 4);
                add_run(recording, "n[1-2]", held[n][0] + held[n][1], start, start + 10);
            }
        }
        shares = follow_shares_new(recording, cluster);
        for (guint i = 0; i < n; i++) {
            for (uint32_t s = 0; s < 2; s++) {
                assert_true(follow_shares_of(shares, i)->least[s] <= held[i][s]);
                assert_true(follow_shares_of(shares, i)->most[s] >= held[i][s]);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_runs_there_leaves_only_one_way),
        cmocka_unit_test(a_run_that_has_ended_takes_no_room),
        cmocka_unit_test(fixing_one_run_settles_its_neighbour),
        cmocka_unit_test(shared_cores_bound_nothing),
        cmocka_unit_test(nothing_is_known_without_cpus_or_nodes),
        cmocka_unit_test(a_wish_is_moved_into_the_bounds),
        cmocka_unit_test(the_truth_is_within_the_bounds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
