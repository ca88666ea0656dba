/* Backfill's map of the future, against a table of every second. */
#include "tests/test.h"

#include "sim/timemap.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reservation_cuts_the_map_in_three),
        cmocka_unit_test(a_reservation_before_the_map_begins_with_it),
        cmocka_unit_test(one_pair_of_equal_neighbours_is_merged_near_a_change),
        cmocka_unit_test(every_second_shows_what_was_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
