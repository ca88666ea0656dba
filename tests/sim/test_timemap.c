/* Backfill's map of the future, against a table of every second. */
#include "tests/test.h"

#include "sim/timemap.h"
#include "tests/reference/timemap_slow.h"

enum { NODES = 6, SECONDS = 60 };

static NodeSet *nodes_of(uint32_t mask)
{
    NodeSet *set = nodeset_new(NODES);

    for (uint32_t n = 0; n < NODES; n++) {
        if (mask >> n & 1)
            nodeset_add(set, n);
    }
    return set;
}

/* nodes 0..5 free over [0, 60); 0 and 1 are taken over [10, 20) */
static void a_reservation_cuts_the_map_in_three(void **state)
{
    g_autoptr(NodeSet) all = nodes_of(63);
    g_autoptr(NodeSet) two = nodes_of(3);
    g_autoptr(TimeMap) map = timemap_new(0, SECONDS, all);

    (void)state;
    timemap_reserve(map, 10, 20, two);
    assert_int_equal(timemap_length(map), 3);
    assert_int_equal(timemap_nth(map, 1)->begin, 10);
    assert_int_equal(timemap_nth(map, 1)->end, 20);
    assert_int_equal(nodeset_count(timemap_nth(map, 1)->nodes), 4);
    assert_true(timemap_conflicts(map, 5, 11, two));
    assert_false(timemap_conflicts(map, 5, 10, two));
    assert_false(timemap_conflicts(map, 20, 30, two));
    assert_int_equal(timemap_taken_after(map, 9, two), 10);
    assert_int_equal(timemap_taken_after(map, 10, two), INSTANT_NEVER);
}

static void a_reservation_before_the_map_begins_with_it(void **state)
{
    g_autoptr(NodeSet) all = nodes_of(63);
    g_autoptr(TimeMap) map = timemap_new(0, SECONDS, all);

    (void)state;
    timemap_reserve(map, -30, 10, all);
    assert_int_equal(timemap_nth(map, 0)->begin, 0);
    assert_true(nodeset_is_empty(timemap_nth(map, 0)->nodes));
}

/* taken over [10, 40) by three: two pairs of neighbours become equal at once, and one is left; what
 * is taken far behind it leaves it alone, what is taken next to it does not */
static void one_pair_of_equal_neighbours_is_merged_near_a_change(void **state)
{
    g_autoptr(NodeSet) all = nodes_of(63);
    g_autoptr(NodeSet) two = nodes_of(3);
    g_autoptr(TimeMap) map = timemap_new(0, SECONDS, all);

    (void)state;
    timemap_reserve(map, 10, 20, two);
    timemap_reserve(map, 30, 40, two);
    timemap_reserve(map, 20, 30, two);
    assert_int_equal(timemap_length(map), 4);
    timemap_reserve(map, 50, 55, two);
    assert_int_equal(timemap_length(map), 6);
    timemap_reserve(map, 40, 45, all);
    assert_int_equal(timemap_length(map), 6);
    assert_int_equal(timemap_nth(map, 1)->end, 40);
}

static void assert_shows(const TimeMap *map, const uint32_t taken[SECONDS])
{
    for (uint32_t s = 0; s < timemap_length(map); s++) {
        const Slot *slot = timemap_nth(map, s);

        for (Instant t = slot->begin; t < slot->end; t++) {
            for (uint32_t n = 0; n < NODES; n++)
                assert_int_equal(nodeset_has(slot->nodes, n), !(taken[t] >> n & 1));
        }
    }
}

static void every_second_shows_what_was_taken(void **state)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(7);

    (void)state;
    for (int round = 0; round < 200; round++) {
        g_autoptr(NodeSet) all = nodes_of(63);
        g_autoptr(TimeMap) map = timemap_new(0, SECONDS, all);
        uint32_t taken[SECONDS] = {0};

        for (int i = 0; i < 12; i++) {
            const int begin = g_rand_int_range(random, 0, SECONDS - 1);
            const int end = g_rand_int_range(random, begin + 1, SECONDS + 1);
            const uint32_t mask = (uint32_t)g_rand_int_range(random, 1, 64);
            g_autoptr(NodeSet) some = nodes_of(mask);

            timemap_reserve(map, begin, end, some);
            for (int t = begin; t < end; t++)
                taken[t] |= mask;
        }
        assert_shows(map, taken);
    }
}

static NodeSet *some_nodes(GRand *random)
{
    return nodes_of((uint32_t)g_rand_int_range(random, 1, 64));
}

static void assert_keeps_as_the_slow_way(TimeMap *map, GRand *random)
{
    const int from = g_rand_int_range(random, 0, SECONDS);
    const int end = g_rand_int_range(random, from, SECONDS + 9);
    g_autoptr(NodeSet) fast = some_nodes(random);
    g_autoptr(NodeSet) slow = nodeset_copy(fast);
    Instant better, slow_better;

    assert_int_equal(timemap_keep_free(map, from, end, fast, &better),
                     timemap_slow_keep_free(map, from, end, slow, &slow_better));
    assert_int_equal(better, slow_better);
    assert_true(nodeset_equal(fast, slow));
}

/* @vacant: nodes by the instant from which on they are vacant */
static void assert_counts_as_the_slow_way(TimeMap *map, GRand *random, const int vacant[NODES])
{
    const int at = g_rand_int_range(random, 0, SECONDS);
    const uint32_t index = (uint32_t)g_rand_int_range(random, 0, (int)timemap_length(map));
    Wanted wanted = {.span = 5 * g_rand_int_range(random, 0, 12),
                     .at = at,
                     .least = (uint32_t)g_rand_int_range(random, 0, NODES + 1)};
    g_autoptr(NodeSet) nodes = nodes_of(0);

    for (uint32_t n = 0; n < NODES; n++) {
        if (vacant[n] <= at)
            nodeset_add(nodes, n);
    }
    wanted.vacant = nodes;
    assert_int_equal(timemap_is_short(map, index, &wanted),
                     timemap_slow_is_short(map, index, &wanted));
}

static void whatever_is_remembered_answers_are_those_of_the_slow_way(void **state)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(11);

    (void)state;
    for (int round = 0; round < 200; round++) {
        g_autoptr(NodeSet) all = nodes_of(63);
        g_autoptr(TimeMap) map = timemap_new(0, SECONDS, all);
        int vacant[NODES];

        for (uint32_t n = 0; n < NODES; n++)
            vacant[n] = g_rand_int_range(random, 0, SECONDS);
        for (int i = 0; i < 12; i++) {
            const int begin = g_rand_int_range(random, 0, SECONDS - 1);
            g_autoptr(NodeSet) some = some_nodes(random);

            timemap_reserve(map, begin, g_rand_int_range(random, begin + 1, SECONDS + 1), some);
            for (int k = 0; k < 20; k++) {
                assert_keeps_as_the_slow_way(map, random);
                assert_counts_as_the_slow_way(map, random, vacant);
            }
            vacant[i % NODES] += g_rand_int_range(random, 0, 9);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reservation_cuts_the_map_in_three),
        cmocka_unit_test(a_reservation_before_the_map_begins_with_it),
        cmocka_unit_test(one_pair_of_equal_neighbours_is_merged_near_a_change),
        cmocka_unit_test(every_second_shows_what_was_taken),
        cmocka_unit_test(whatever_is_remembered_answers_are_those_of_the_slow_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
