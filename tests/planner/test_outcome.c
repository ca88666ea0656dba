/* Outcomes: what counts as finished, and which one is better for which objective. */
#include "planner/outcome.h"
#include "tests/planner/world.h"

static const char *const lines[] = {"a 10", "b 10 a"};

static void makespan_cost_and_notes_come_from_the_jobs(void **state)
{
    g_autoptr(Workflow) workflow = world_workflow(lines, 2);
    g_autoptr(Outcome) outcome = outcome_new(2);
    const bool needed[] = {false, false}, second_not[] = {false, true};

    (void)state;
    outcome->jobs[0].end_at = 700;
    outcome->jobs[0].state = JOB_COMPLETED;
    outcome->jobs[0].cost = 2;
    outcome->jobs[1].reason = "Resources";
    outcome_sum(outcome, workflow, second_not, 100);
    assert_int_equal(outcome->makespan, 600);
    assert_int_equal(outcome->unfinished, 0);
    assert_null(outcome->note);
    outcome_sum(outcome, workflow, needed, 100);
    assert_int_equal(outcome->makespan, INSTANT_NEVER);
    assert_int_equal(outcome->unfinished, 1);
    assert_string_equal(outcome->note, "b never starts: Resources");
}

static void jobs_that_end_badly_are_not_finished(void **state)
{
    g_autoptr(Workflow) workflow = world_workflow(lines, 2);
    g_autoptr(Outcome) outcome = outcome_new(2);
    const bool conditional[] = {false, true};

    (void)state;
    outcome->jobs[0].end_at = 700;
    outcome->jobs[0].state = JOB_TIMEOUT;
    outcome_sum(outcome, workflow, conditional, 0);
    assert_string_equal(outcome->note, "a ends as TIMEOUT");
    g_clear_pointer(&outcome->note, g_free);
    outcome->jobs[0].end_at = INSTANT_NEVER;
    outcome_sum(outcome, workflow, conditional, 0);
    assert_string_equal(outcome->note, "a is never submitted");
}

static Outcome plain(Span makespan, double cost)
{
    return (Outcome){.makespan = makespan, .cost = cost};
}

static void each_objective_puts_its_own_first(void **state)
{
    const Outcome fast = plain(100, 9), cheap = plain(300, 1), never = {.unfinished = 1};
    g_autoptr(Workflow) workflow = world_workflow(lines, 2);
    g_autoptr(Cluster) cluster = world_cluster(NULL);
    Problem problem;

    (void)state;
    problem_init(&problem, workflow, cluster);
    assert_true(outcome_compare(&problem, &fast, &cheap) < 0);
    assert_true(outcome_compare(&problem, &never, &cheap) > 0);
    problem.objective = OBJECTIVE_COST;
    assert_true(outcome_compare(&problem, &fast, &cheap) > 0);
    problem.objective = OBJECTIVE_DEADLINE;
    problem.deadline_at = 400;
    assert_true(outcome_compare(&problem, &fast, &cheap) > 0);
    problem.deadline_at = 200;
    assert_true(outcome_compare(&problem, &fast, &cheap) < 0);
    problem.deadline_at = 50; /* both late: the earlier one */
    assert_true(outcome_compare(&problem, &fast, &cheap) < 0);
    assert_int_equal(outcome_compare(&problem, &fast, &fast), 0);
}

static void objectives_have_names(void **state)
{
    g_autoptr(GError) error = NULL;
    Objective objective;

    (void)state;
    assert_ok(objective_parse("Cost", &objective, &error), error);
    assert_int_equal(objective, OBJECTIVE_COST);
    assert_false(objective_parse("speed", &objective, &error));
    assert_string_equal(error->message,
                        "expected the objective makespan, cost or deadline, found 'speed'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makespan_cost_and_notes_come_from_the_jobs),
        cmocka_unit_test(jobs_that_end_badly_are_not_finished),
        cmocka_unit_test(each_objective_puts_its_own_first),
        cmocka_unit_test(objectives_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
