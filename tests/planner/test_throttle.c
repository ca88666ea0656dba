/* max_parallel of a sweep as dependencies. */
#include "planner/throttle.h"
#include "tests/planner/world.h"

/* Cells of two jobs: first -> last. */
static Workflow *cells(uint32_t n_cells, uint32_t max_parallel)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    Workflow *workflow;

    for (uint32_t i = 0; i < n_cells; i++) {
        g_ptr_array_add(lines, g_strdup_printf("first%u 10", i));
        g_ptr_array_add(lines, g_strdup_printf("last%u 10 first%u", i, i));
    }
    workflow = world_workflow((const char *const *)lines->pdata, 2 * n_cells);
    workflow->n_cells = n_cells;
    workflow->max_parallel = max_parallel;
    for (uint32_t i = 0; i < workflow->n_jobs; i++)
        workflow->jobs[i].cell = i / 2;
    workflow_throttle(workflow);
    return workflow;
}

static void a_cell_waits_for_the_end_of_the_one_so_many_before_it(void **state)
{
    g_autoptr(Workflow) workflow = cells(4, 2);

    (void)state;
    assert_int_equal(workflow->jobs[0].n_after, 0);
    assert_int_equal(workflow->jobs[2].n_after, 0);
    assert_int_equal(workflow->jobs[4].n_after, 1);
    assert_int_equal(workflow->jobs[4].after[0].job, 1);
    assert_int_equal(workflow->jobs[4].after[0].type, DEPEND_AFTERANY);
    assert_int_equal(workflow->jobs[6].after[0].job, 3);
    assert_int_equal(workflow->jobs[7].n_after, 1);
}

static void without_a_bound_nothing_waits(void **state)
{
    g_autoptr(Workflow) unbounded = cells(4, 0);
    g_autoptr(Workflow) wide = cells(4, 4);

    (void)state;
    for (uint32_t i = 0; i < 8; i += 2) {
        assert_int_equal(unbounded->jobs[i].n_after, 0);
        assert_int_equal(wide->jobs[i].n_after, 0);
    }
}

/* Property: in the plan no more cells run at a time than allowed, and never fewer for long. */
static void no_more_cells_run_than_allowed(void **state)
{
    g_autoptr(Cluster) cluster = world_cluster(NULL);

    (void)state;
    for (uint32_t most = 1; most <= 3; most++) {
        g_autoptr(Workflow) workflow = cells(6, most);
        g_autoptr(Plan) plan = NULL;
        Problem problem;

        problem_init(&problem, workflow, cluster);
        plan = plan_make(&problem, NULL);
        assert_non_null(plan);
        assert_in_range(plan->makespan, 1200 * 6 / most, 1200 * 6 / most + 200);
        for (uint32_t i = 0; i < 6; i++) {
            uint32_t at_once = 0;

            for (uint32_t k = 0; k < 6; k++)
                at_once += plan->jobs[2 * k].start_at <= plan->jobs[2 * i].start_at &&
                           plan->jobs[2 * k + 1].end_at > plan->jobs[2 * i].start_at;
            assert_true(at_once <= most);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cell_waits_for_the_end_of_the_one_so_many_before_it),
        cmocka_unit_test(without_a_bound_nothing_waits),
        cmocka_unit_test(no_more_cells_run_than_allowed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
