/* The critical path, with its queue times. */
#include "planner/critical.h"
#include "tests/planner/world.h"

static const char *const diamond[] = {"a 10", "b 20 a", "c 5 a", "d 30 b c"};

static Outcome *outcome_at(const Instant (*times)[2], uint32_t n)
{
    Outcome *outcome = outcome_new(n);

    for (uint32_t i = 0; i < n; i++) {
        outcome->jobs[i].start_at = times[i][0];
        outcome->jobs[i].end_at = times[i][1];
        outcome->jobs[i].state = JOB_COMPLETED;
    }
    return outcome;
}

static const PathStep *step(const GArray *path, guint i)
{
    return &g_array_index(path, PathStep, i);
}

/* a |==|, b   ....|====|, c |=|: d waits for b. */
static void the_path_follows_the_dependency_met_last(void **state)
{
    const Instant times[][2] = {{0, 600}, {700, 1900}, {600, 900}, {1900, 3700}};
    const bool conditional[4] = {false};
    g_autoptr(Workflow) workflow = world_workflow(diamond, 4);
    g_autoptr(Outcome) outcome = outcome_at(times, 4);
    g_autoptr(GArray) path = critical_path(workflow, outcome, conditional, NULL, 0);

    (void)state;
    assert_int_equal(path->len, 3);
    assert_int_equal(step(path, 0)->job, 0);
    assert_int_equal(step(path, 1)->job, 1);
    assert_int_equal(step(path, 2)->job, 3);
    assert_int_equal(step(path, 1)->ready_at, 600);
    assert_int_equal(step(path, 1)->start_at, 700);
}

/* c queues for an hour in its partition, so it and not the longer b decides. */
static void queueing_can_make_a_short_job_critical(void **state)
{
    const Instant times[][2] = {{0, 600}, {600, 1800}, {4200, 4500}, {4500, 6300}};
    const bool conditional[4] = {false};
    g_autoptr(Workflow) workflow = world_workflow(diamond, 4);
    g_autoptr(Outcome) outcome = outcome_at(times, 4);
    g_autoptr(GArray) path = critical_path(workflow, outcome, conditional, NULL, 0);

    (void)state;
    assert_int_equal(path->len, 3);
    assert_int_equal(step(path, 1)->job, 2);
    assert_int_equal(step(path, 1)->start_at - step(path, 1)->ready_at, 3600);
}

static void after_counts_from_the_start_and_serial_from_the_job_before(void **state)
{
    const Instant times[][2] = {{0, 600}, {900, 1000}};
    const char *const lines[] = {"a 10", "b 2 a"};
    const uint32_t before[] = {INDEX_NONE, 0};
    const bool conditional[2] = {false};
    g_autoptr(Workflow) workflow = world_workflow(lines, 2);
    g_autoptr(Outcome) outcome = outcome_at(times, 2);
    g_autoptr(GArray) path = NULL;
    g_autoptr(GArray) serial = NULL;

    (void)state;
    workflow->jobs[1].after[0].type = DEPEND_AFTER;
    workflow->jobs[1].after[0].delay = 5;
    path = critical_path(workflow, outcome, conditional, NULL, 0);
    assert_int_equal(step(path, 1)->ready_at, 300);
    serial = critical_path(workflow, outcome, conditional, before, 0);
    assert_int_equal(step(serial, 1)->ready_at, 600);
}

static void jobs_that_never_end_or_need_not_run_are_not_on_it(void **state)
{
    const Instant times[][2] = {
        {0, 600}, {600, 1800}, {INSTANT_NEVER, INSTANT_NEVER}, {5000, 9000}};
    const bool conditional[4] = {false, false, false, true};
    g_autoptr(Workflow) workflow = world_workflow(diamond, 4);
    g_autoptr(Outcome) outcome = outcome_at(times, 4);
    g_autoptr(GArray) path = critical_path(workflow, outcome, conditional, NULL, 0);

    (void)state;
    assert_int_equal(path->len, 2);
    assert_int_equal(step(path, 1)->job, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_path_follows_the_dependency_met_last),
        cmocka_unit_test(queueing_can_make_a_short_job_critical),
        cmocka_unit_test(after_counts_from_the_start_and_serial_from_the_job_before),
        cmocka_unit_test(jobs_that_never_end_or_need_not_run_are_not_on_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
