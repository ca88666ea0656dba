/* Tests of sim/nodeset.h. */
#include "tests/test.h"

#include "base/rng.h"
#include "sim/nodeset.h"

static NodeSet *set_of(uint32_t n_nodes, const uint32_t *members, size_t n)
{
    NodeSet *set = nodeset_new(n_nodes);

    for (size_t i = 0; i < n; i++)
        nodeset_add(set, members[i]);
    return set;
}

static void nodeset_walks_its_members_in_order_over_word_borders(void **state)
{
    const uint32_t members[] = {0, 63, 64, 127, 129};
    g_autoptr(NodeSet) set = set_of(130, members, 5);
    size_t n = 0;

    (void)state;
    for (uint32_t i = nodeset_next(set, 0); i != NODE_NONE; i = nodeset_next(set, i + 1))
        assert_int_equal(i, members[n++]);
    assert_int_equal(n, 5);
    assert_int_equal(nodeset_count(set), 5);
    assert_int_equal(nodeset_next(set, 128), 129);
    assert_int_equal(nodeset_next(set, 130), NODE_NONE);
    assert_int_equal(nodeset_next(set, NODE_NONE), NODE_NONE);
}

static void nodeset_filled_has_all_its_nodes_and_no_more(void **state)
{
    (void)state;
    for (uint32_t n = 0; n <= 130; n++) {
        g_autoptr(NodeSet) set = nodeset_new(n);

        assert_true(nodeset_is_empty(set));
        nodeset_fill(set);
        assert_int_equal(nodeset_count(set), n);
    }
}

static void nodeset_of_no_nodes_is_allowed(void **state)
{
    g_autoptr(NodeSet) none = nodeset_new(0);

    (void)state;
    nodeset_clear(none);
    assert_int_equal(nodeset_next(none, 0), NODE_NONE);
    assert_true(nodeset_contains(none, none));
    assert_false(nodeset_overlaps(none, none));
}

static NodeSet *random_set(Rng *rng, uint32_t n_nodes, bool *members)
{
    NodeSet *set = nodeset_new(n_nodes);

    for (uint32_t i = 0; i < n_nodes; i++) {
        members[i] = rng_below(rng, 3) == 0;
        if (members[i])
            nodeset_add(set, i);
    }
    return set;
}

/* Every operation against the obvious one on arrays of bool. */
static void check_operations(Rng *rng, uint32_t n)
{
    bool in_a[200], in_b[200];
    g_autoptr(NodeSet) a = random_set(rng, n, in_a);
    g_autoptr(NodeSet) b = random_set(rng, n, in_b);
    g_autoptr(NodeSet) both = nodeset_copy(a), either = nodeset_copy(a), only_a = nodeset_copy(a);
    bool overlap = false, contains = true, equal = true;
    uint32_t common = 0;

    nodeset_and(both, b);
    nodeset_or(either, b);
    nodeset_remove(only_a, b);
    for (uint32_t i = 0; i < n; i++) {
        assert_int_equal(nodeset_has(both, i), in_a[i] && in_b[i]);
        assert_int_equal(nodeset_has(either, i), in_a[i] || in_b[i]);
        assert_int_equal(nodeset_has(only_a, i), in_a[i] && !in_b[i]);
        overlap = overlap || (in_a[i] && in_b[i]);
        contains = contains && (in_a[i] || !in_b[i]);
        equal = equal && in_a[i] == in_b[i];
        common += in_a[i] && in_b[i];
    }
    assert_int_equal(nodeset_overlaps(a, b), overlap);
    assert_int_equal(nodeset_contains(a, b), contains);
    assert_int_equal(nodeset_equal(a, b), equal);
    assert_int_equal(nodeset_count_and(a, b), common);
    assert_true(nodeset_contains(either, a));
    nodeset_assign(a, b);
    assert_true(nodeset_equal(a, b));
    if (n > 0) {
        nodeset_drop(a, 0);
        assert_false(nodeset_has(a, 0));
    }
}

static void nodeset_operations_agree_with_arrays_of_bool(void **state)
{
    g_autoptr(Rng) rng = rng_new(7, 0, "nodeset");

    (void)state;
    for (int round = 0; round < 500; round++)
        check_operations(rng, rng_below(rng, 200));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodeset_walks_its_members_in_order_over_word_borders),
        cmocka_unit_test(nodeset_filled_has_all_its_nodes_and_no_more),
        cmocka_unit_test(nodeset_of_no_nodes_is_allowed),
        cmocka_unit_test(nodeset_operations_agree_with_arrays_of_bool),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
