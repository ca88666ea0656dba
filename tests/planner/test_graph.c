/* planner/graph.h: order, cycles and the longest path. */
#include "tests/test.h"

#include "planner/graph.h"

/* a; b and c wait for a; d waits for b and c. */
static Graph *diamond(void)
{
    const GraphEdge edges[] = {{1, 0}, {2, 0}, {3, 2}, {3, 1}};

    return graph_new(4, edges, G_N_ELEMENTS(edges));
}

static void what_a_node_waits_for_keeps_its_order(void **state)
{
    g_autoptr(Graph) graph = diamond();
    uint32_t n = 0;
    const uint32_t *on = graph_on(graph, 3, &n);

    (void)state;
    assert_int_equal(n, 2);
    assert_int_equal(on[0], 2);
    assert_int_equal(on[1], 1);
    graph_on(graph, 0, &n);
    assert_int_equal(n, 0);
}

static void order_keeps_the_given_one_where_free(void **state)
{
    const GraphEdge edges[] = {{0, 3}, {1, 3}};
    g_autoptr(Graph) graph = graph_new(5, edges, G_N_ELEMENTS(edges));
    g_autofree uint32_t *order = graph_order(graph);
    const uint32_t expected[] = {2, 3, 0, 1, 4};

    (void)state;
    assert_memory_equal(order, expected, sizeof expected);
}

static void a_cycle_is_found_and_named(void **state)
{
    const GraphEdge edges[] = {{0, 1}, {1, 2}, {2, 3}, {3, 1}};
    const char *const names[] = {"a", "b", "c", "d"};
    g_autoptr(Graph) graph = graph_new(4, edges, G_N_ELEMENTS(edges)), fine = diamond();
    g_autoptr(GArray) cycle = graph_cycle(graph);
    g_autofree char *words = graph_cycle_words(cycle, names);

    (void)state;
    assert_string_equal(words, "b waits for c, c for d, d for b");
    assert_null(graph_order(graph));
    assert_null(graph_cycle(fine));
}

static void a_node_may_wait_for_itself(void **state)
{
    const GraphEdge edges[] = {{0, 0}};
    const char *const names[] = {"a"};
    g_autoptr(Graph) graph = graph_new(1, edges, 1);
    g_autoptr(GArray) cycle = graph_cycle(graph);
    g_autofree char *words = graph_cycle_words(cycle, names);

    (void)state;
    assert_string_equal(words, "a waits for a");
}

static void a_long_cycle_is_cut_short_in_words(void **state)
{
    GraphEdge edges[100];
    const char *names[100];
    g_autoptr(Graph) graph = NULL;
    g_autoptr(GArray) cycle = NULL;
    g_autofree char *words = NULL;

    (void)state;
    for (uint32_t i = 0; i < 100; i++) {
        edges[i] = (GraphEdge){i, (i + 1) % 100};
        names[i] = i ? "x" : "first";
    }
    graph = graph_new(100, edges, 100);
    cycle = graph_cycle(graph);
    words = graph_cycle_words(cycle, names);
    assert_int_equal(cycle->len, 100);
    assert_true(g_str_has_prefix(words, "first waits for x, x for x"));
    assert_true(g_str_has_suffix(words, "and 88 more up to first"));
}

static void the_longest_path_weighs_most(void **state)
{
    const int64_t weights[] = {10, 5, 20, 1};
    const uint32_t expected[] = {0, 2, 3};
    g_autoptr(Graph) graph = diamond(), empty = graph_new(0, NULL, 0);
    int64_t total = 0;
    g_autoptr(GArray) path = graph_longest(graph, weights, &total);
    g_autoptr(GArray) none = graph_longest(empty, weights, &total);

    (void)state;
    assert_int_equal(path->len, 3);
    assert_memory_equal(path->data, expected, sizeof expected);
    assert_int_equal(none->len, 0);
    assert_int_equal(total, 0);
}

/* Property: in an order every node follows what it waits for; where there is none, a cycle is. */
static void any_graph_has_an_order_or_a_cycle(void **state)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(6);

    (void)state;
    for (int round = 0; round < 1000; round++) {
        uint32_t n = (uint32_t)g_rand_int_range(random, 1, 12), place[12];
        size_t n_edges = (size_t)g_rand_int_range(random, 0, 14);
        GraphEdge edges[14];
        g_autoptr(Graph) graph = NULL;
        g_autofree uint32_t *order = NULL;
        g_autoptr(GArray) cycle = NULL;

        for (size_t i = 0; i < n_edges; i++)
            edges[i] = (GraphEdge){(uint32_t)g_rand_int_range(random, 0, (gint32)n),
                                   (uint32_t)g_rand_int_range(random, 0, (gint32)n)};
        graph = graph_new(n, edges, n_edges);
        order = graph_order(graph);
        cycle = graph_cycle(graph);
        assert_true((order == NULL) == (cycle != NULL));
        for (uint32_t i = 0; order && i < n; i++)
            place[order[i]] = i;
        for (size_t i = 0; order && i < n_edges; i++)
            assert_true(place[edges[i].on] < place[edges[i].node]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_node_waits_for_keeps_its_order),
        cmocka_unit_test(order_keeps_the_given_one_where_free),
        cmocka_unit_test(a_cycle_is_found_and_named),
        cmocka_unit_test(a_node_may_wait_for_itself),
        cmocka_unit_test(a_long_cycle_is_cut_short_in_words),
        cmocka_unit_test(the_longest_path_weighs_most),
        cmocka_unit_test(any_graph_has_an_order_or_a_cycle),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
