/* planner/sweep.h: axes, cells and their labels. */
#include "tests/test.h"

#include "planner/sweep.h"

static Sweep *read_sweep(const char *text, const char *const *options, const char *const *args,
                         Diags *diags)
{
    g_autoptr(YamlDocument) document =
        text ? yaml_parse(text, strlen(text), "wf.yaml", diags) : NULL;

    return sweep_read(document ? yaml_root(document) : NULL, options, args, diags);
}

static Sweep *fine_sweep(const char *text, const char *const *options)
{
    g_autoptr(Diags) diags = diags_new();
    Sweep *sweep = read_sweep(text, options, NULL, diags);

    assert_int_equal(diags_length(diags), 0);
    return sweep;
}

static void refusal(const char *text, const char *const *options, const char *const *args,
                    const char *expected)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(Sweep) sweep = read_sweep(text, options, args, diags);

    assert_non_null(sweep);
    assert_int_equal(diags_count(diags, DIAG_ERROR), 1);
    assert_string_equal(diags_nth(diags, 0)->text, expected);
}

static void the_last_axis_runs_fastest(void **state)
{
    g_autoptr(Sweep) sweep = fine_sweep(
        "{matrix: {lr: [0.1, 0.01], seed: [1, 2, 3]}, max_parallel: 4, fail_fast: true}", NULL);
    g_auto(GStrv) labels = sweep_labels(sweep);
    g_autofree char *joined = g_strjoinv(" ", labels);

    (void)state;
    assert_int_equal(sweep->n_cells, 6);
    assert_int_equal(sweep->max_parallel, 4);
    assert_true(sweep->fail_fast);
    assert_string_equal(sweep_value(sweep, 0, 3), "0.01");
    assert_string_equal(sweep_value(sweep, 1, 3), "1");
    assert_string_equal(joined, "0.1-1 0.1-2 0.1-3 0.01-1 0.01-2 0.01-3");
}

static void values_that_make_no_name_are_numbered(void **state)
{
    g_autoptr(Sweep) sweep =
        fine_sweep("{matrix: {path: [/data/a, /data/b]}, max_parallel: 1}", NULL);
    g_autoptr(Sweep) twice = fine_sweep("{matrix: {x: [a, a]}, max_parallel: 1}", NULL);
    g_auto(GStrv) labels = sweep_labels(sweep), same = sweep_labels(twice);

    (void)state;
    assert_string_equal(labels[0], "1");
    assert_string_equal(labels[1], "2");
    assert_string_equal(same[1], "2");
}

static void options_replace_and_add_axes(void **state)
{
    static const char *const options[] = {"lr=1,2,3", "new=a", "empty=", NULL};
    g_autoptr(Sweep) sweep = fine_sweep("{matrix: {lr: [0.1]}, max_parallel: 1}", options);
    g_autoptr(Sweep) alone = fine_sweep(NULL, options), none = fine_sweep(NULL, NULL);

    (void)state;
    assert_int_equal(sweep->n_cells, 3);
    assert_string_equal(sweep_value(sweep, 0, 2), "3");
    assert_string_equal(sweep_value(sweep, 1, 2), "a");
    assert_string_equal(sweep_value(sweep, 2, 2), "");
    assert_int_equal(alone->n_cells, 3);
    assert_int_equal(alone->max_parallel, 0);
    assert_int_equal(none->n_cells, 1);
    assert_null(sweep_labels(none));
}

static void every_error_has_its_words(void **state)
{
    static const char *const no_value[] = {"lr", NULL}, *const deps[] = {"deps=1", NULL};
    static const char *const lr[] = {"lr=5", NULL};

    (void)state;
    refusal("{matrix: {}, max_parallel: 1}", NULL, NULL,
            "expected at least one axis such as 'lr: [0.1, 0.01]'");
    refusal("{matrix: {lr: []}, max_parallel: 1}", NULL, NULL,
            "expected a list of at least one value for the axis 'lr'; write [a, b]");
    refusal("{matrix: {lr: 5}, max_parallel: 1}", NULL, NULL,
            "expected a list of at least one value for the axis 'lr'; write [5]");
    refusal("{matrix: {lr: [{a: 1}]}, max_parallel: 1}", NULL, NULL,
            "expected a text, a number or true or false in the axis 'lr', found a map");
    refusal("{matrix: {lr: [null]}, max_parallel: 1}", NULL, NULL,
            "expected a text, a number or true or false in the axis 'lr', found nothing");
    refusal("{matrix: {deps: [1]}, max_parallel: 1}", NULL, NULL,
            "an axis cannot be called 'deps': {{ deps.job.key }} names exports");
    refusal("{max_parallel: 1}", NULL, NULL, "expected 'matrix' in sweep");
    refusal("{matrix: {lr: [1]}}", NULL, NULL, "expected 'max_parallel' in sweep");
    refusal("{matrix: {lr: [1]}, max_parallel: 0}", NULL, NULL,
            "expected a whole number from 1 to 2147483647 for 'max_parallel', found '0'");
    refusal("{matrix: {lr: [1]}, max_paralel: 1, max_parallel: 1}", NULL, NULL,
            "unknown key 'max_paralel' in sweep; did you mean 'max_parallel'?");
    refusal("5", NULL, NULL, "expected keys and values for sweep, found '5'");
    refusal(NULL, no_value, NULL, "expected --sweep name=value,value, found 'lr'");
    refusal(NULL, deps, NULL, "--sweep: an axis cannot be called 'deps'");
    refusal("{matrix: {lr: [1]}, max_parallel: 1}", NULL, lr,
            "'lr' is an axis of the sweep: it cannot be given with --arg; use --sweep lr=5");
}

static void a_thousand_cells_are_the_most(void **state)
{
    g_autoptr(GString) most = g_string_new("{max_parallel: 1, matrix: {a: [0");

    (void)state;
    for (int i = 1; i < 100; i++)
        g_string_append_printf(most, ", %d", i);
    g_string_append(most, "], b: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]}}");
    {
        g_autoptr(Sweep) sweep = fine_sweep(most->str, NULL);

        assert_int_equal(sweep->n_cells, 1000);
    }
    g_string_truncate(most, most->len - 3);
    g_string_append(most, ", 10]}}");
    refusal(most->str, NULL, NULL, "expected at most 1000 cells in a sweep, found more");
}

/* Property: cells are all combinations, each once, and labels tell them apart. */
static void cells_are_all_combinations(void **state)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(9);

    (void)state;
    for (int round = 0; round < 50; round++) {
        g_autoptr(GPtrArray) options = g_ptr_array_new_with_free_func(g_free);
        g_autoptr(Sweep) sweep = NULL;
        g_auto(GStrv) labels = NULL;
        g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
        uint32_t cells = 1;

        for (int axis = 0; axis < 3; axis++) {
            int n = g_rand_int_range(random, 1, 5);

            cells *= (uint32_t)n;
            g_ptr_array_add(options, g_strdup_printf("%c=%.*s", 'a' + axis, 2 * n - 1, "w,x,y,z"));
        }
        g_ptr_array_add(options, NULL);
        sweep = fine_sweep(NULL, (const char *const *)options->pdata);
        labels = sweep_labels(sweep);
        assert_int_equal(sweep->n_cells, cells);
        for (uint32_t i = 0; i < cells; i++)
            assert_true(g_hash_table_add(seen, labels[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_axis_runs_fastest),
        cmocka_unit_test(values_that_make_no_name_are_numbered),
        cmocka_unit_test(options_replace_and_add_axes),
        cmocka_unit_test(every_error_has_its_words),
        cmocka_unit_test(a_thousand_cells_are_the_most),
        cmocka_unit_test(cells_are_all_combinations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
