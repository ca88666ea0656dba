/* plan_make: whole plans, on a small cluster and the real simulator. */
#include "planner/plan_json.h"
#include "tests/planner/world.h"

static const char *const diamond[] = {"a 10", "b1 20 a", "c 5 a", "b2 15 b1", "d 30 b2 c"};

static Plan *plan_of(const Problem *problem)
{
    g_autoptr(GError) error = NULL;
    Plan *plan = plan_make(problem, &error);

    if (!plan)
        fail_msg("%s", error->message);
    return plan;
}

static void assert_infeasible(const Problem *problem, const char *part_of_message)
{
    g_autoptr(GError) error = NULL;

    assert_null(plan_make(problem, &error));
    assert_int_equal(error->code, SRX_ERROR_INFEASIBLE);
    if (!strstr(error->message, part_of_message))
        fail_msg("expected '%s' in: %s", part_of_message, error->message);
}

static LoadJob *others_job(const char *id, uint32_t nodes, uint32_t minutes)
{
    LoadJob *job = load_job_new(id);

    job->user = g_strdup("bob");
    job->spec->min_nodes = job->spec->max_nodes = nodes;
    job->spec->exclusive = EXCLUSIVE_NODE;
    job->spec->time_limit = minutes;
    job->truth.runtime = 60; /* a plan must not know that it will end so soon */
    job->runtime_known = true;
    return job;
}

/* The whole cluster for two hours, and then three jobs that wait for as much. */
static Load *busy_queue(void)
{
    Load *load = load_new();
    LoadJob *running = others_job("running", 8, 120);

    running->started_at = 0;
    running->nodes = g_strdup("n[1-8]");
    g_ptr_array_add(load->jobs, running);
    for (guint i = 0; i < 3; i++) {
        g_autofree char *id = g_strdup_printf("waiting%u", i);

        g_ptr_array_add(load->jobs, others_job(id, 8, 60));
    }
    return load;
}

static void a_diamond_on_an_empty_cluster_runs_its_branches_at_once(void **state)
{
    g_autoptr(Cluster) cluster = world_cluster(NULL);
    g_autoptr(Workflow) workflow = world_workflow(diamond, 5);
    g_autoptr(Plan) plan = NULL;
    Problem problem;

    (void)state;
    problem_init(&problem, workflow, cluster);
    plan = plan_of(&problem);
    assert_in_range(plan->makespan, 4500, 4740);
    assert_true(plan->jobs[1].start_at >= plan->jobs[0].end_at);
    assert_int_equal(plan->jobs[1].start_at, plan->jobs[2].start_at);
    assert_true(plan->jobs[3].start_at >= plan->jobs[1].end_at);
    assert_true(plan->jobs[4].start_at >= plan->jobs[3].end_at);
    assert_int_equal(plan->n_path, 4);
    assert_int_equal(plan->path[2].job, 3);
    assert_false(plan->jobs[2].critical);
    assert_int_equal(plan->strategy, STRATEGY_TOGETHER);
    assert_int_equal(plan->makespan_p90, plan->makespan);
}

static void serial_adds_up_all_run_times(void **state)
{
    g_autoptr(Cluster) cluster = world_cluster(NULL);
    g_autoptr(Workflow) workflow = world_workflow(diamond, 5);
    g_autoptr(Plan) plan = NULL;
    Problem problem;

    (void)state;
    problem_init(&problem, workflow, cluster);
    problem.strategies = STRATEGY_BIT(STRATEGY_SERIAL);
    plan = plan_of(&problem);
    assert_in_range(plan->makespan, 4800, 5100);
    assert_int_equal(plan->n_path, 5);
    for (uint32_t i = 1; i < 5; i++)
        assert_true(plan->jobs[i].start_at >= plan->jobs[i - 1].end_at);
}

static void staged_submits_each_job_when_its_dependencies_are_over(void **state)
{
    g_autoptr(Cluster) cluster = world_cluster(NULL);
    g_autoptr(Workflow) workflow = world_workflow(diamond, 5);
    g_autoptr(Plan) plan = NULL;
    Problem problem;

    (void)state;
    problem_init(&problem, workflow, cluster);
    problem.strategies = STRATEGY_BIT(STRATEGY_STAGED);
    plan = plan_of(&problem);
    assert_int_equal(plan->jobs[0].submit_at, 0);
    assert_in_range(plan->jobs[1].submit_at, plan->jobs[0].end_at, plan->jobs[0].end_at + 10);
    assert_in_range(plan->jobs[4].submit_at, plan->jobs[3].end_at, plan->jobs[3].end_at + 10);
    assert_in_range(plan->makespan, 4500, 4740);
}

/* High priority passes the three who wait, which normal does not. */
static void a_better_qos_passes_those_who_wait_and_the_reason_says_so(void **state)
{
    const WorldOptions options = {.accounting = true, .weight_qos = 1000};
    g_autoptr(Cluster) cluster = world_cluster(&options);
    g_autoptr(Workflow) workflow = world_workflow(diamond, 1);
    g_autoptr(Load) load = busy_queue();
    g_autoptr(Plan) normal = NULL, high = NULL, chosen = NULL;
    Problem problem;

    (void)state;
    workflow->jobs[0].spec->min_nodes = workflow->jobs[0].spec->max_nodes = 8;
    workflow->jobs[0].spec->exclusive = EXCLUSIVE_NODE;
    workflow->jobs[0].spec->time_limit = 60;
    problem_init(&problem, workflow, cluster);
    problem.load = load;
    problem.user = "ann";
    problem.pin_qos = "normal";
    normal = plan_of(&problem);
    problem.pin_qos = "high";
    high = plan_of(&problem);
    problem.pin_qos = NULL;
    chosen = plan_of(&problem);
    assert_true(high->makespan < normal->makespan);
    assert_true(chosen->makespan <= high->makespan);
    assert_string_equal(chosen->jobs[0].qos, "high");
    assert_in_range(high->jobs[0].start_at, 7200, 7400);
    assert_non_null(strstr(chosen->jobs[0].why,
                           "QoS high adds 1000 to its priority and passes 3 waiting jobs"));
    assert_int_equal(chosen->baseline_makespan, normal->makespan);
}

static void others_run_to_their_limits_unless_their_run_times_are_known(void **state)
{
    g_autoptr(Cluster) cluster = world_cluster(NULL);
    g_autoptr(Workflow) workflow = world_workflow(diamond, 1);
    g_autoptr(Load) load = busy_queue();
    g_autoptr(Plan) blind = NULL, knowing = NULL;
    Problem problem;

    (void)state;
    workflow->jobs[0].spec->time_limit = 60;
    problem_init(&problem, workflow, cluster);
    problem.load = load;
    blind = plan_of(&problem);
    problem.known_runtimes = true;
    knowing = plan_of(&problem);
    assert_true(blind->jobs[0].start_at >= 7200);
    assert_true(knowing->jobs[0].start_at < 1200);
}

static void jobs_that_come_later_are_not_foreseen(void **state)
{
    g_autoptr(Cluster) cluster = world_cluster(NULL);
    g_autoptr(Workflow) workflow = world_workflow(diamond, 5);
    g_autoptr(Load) load = load_new();
    g_autoptr(Plan) with = NULL, without = NULL;
    LoadJob *later = others_job("later", 8, 600);
    Problem problem;

    (void)state;
    later->submit_at = 30;
    g_ptr_array_add(load->jobs, later);
    problem_init(&problem, workflow, cluster);
    without = plan_of(&problem);
    problem.load = load;
    with = plan_of(&problem);
    assert_int_equal(with->makespan, without->makespan);
}

/* Only two jobs of ann may be in the queue: not all five at once, but one after the other. */
static void a_submit_limit_leads_to_staged_submission(void **state)
{
    const WorldOptions options = {.accounting = true, .max_submit = 2};
    g_autoptr(Cluster) cluster = world_cluster(&options);
    g_autoptr(Workflow) workflow = world_workflow(diamond, 5);
    g_autoptr(Plan) plan = NULL;
    Problem problem;

    (void)state;
    problem_init(&problem, workflow, cluster);
    problem.user = "ann";
    plan = plan_of(&problem);
    assert_int_equal(plan->strategy, STRATEGY_STAGED);
    assert_int_equal(plan->baseline_makespan, INSTANT_NEVER);
    assert_non_null(strstr(plan->baseline_note, "is refused at submission"));
    problem.strategies = STRATEGY_BIT(STRATEGY_TOGETHER);
    assert_infeasible(&problem, "no plan lets every job end");
}

static void jobs_for_failures_do_not_hold_up_the_plan(void **state)
{
    const char *const lines[] = {"a 10", "cleanup 10 a", "report 10 cleanup"};
    g_autoptr(Cluster) cluster = world_cluster(NULL);
    g_autoptr(Workflow) workflow = world_workflow(lines, 3);
    g_autoptr(Plan) plan = NULL;
    Problem problem;

    (void)state;
    workflow->jobs[1].after[0].type = DEPEND_AFTERNOTOK;
    problem_init(&problem, workflow, cluster);
    plan = plan_of(&problem);
    assert_in_range(plan->makespan, 600, 700);
    assert_true(plan->jobs[1].conditional && plan->jobs[2].conditional);
    assert_int_equal(plan->jobs[1].start_at, INSTANT_NEVER);
    assert_string_equal(plan->jobs[1].why, "runs only if another job fails");
}

static void p90_run_times_give_a_second_makespan(void **state)
{
    g_autoptr(Cluster) cluster = world_cluster(NULL);
    g_autoptr(Workflow) workflow = world_workflow(diamond, 5);
    g_autoptr(Plan) plan = NULL;
    Problem problem;

    (void)state;
    workflow->jobs[4].runtime.p90 = 3600;
    problem_init(&problem, workflow, cluster);
    plan = plan_of(&problem);
    assert_in_range(plan->makespan_p90 - plan->makespan, 1800, 1900);
}

/* cpu costs 1 a CPU hour, low QoS half of it; the deadline allows the cheap one or not. */
static void cost_and_deadline_are_weighed(void **state)
{
    const WorldOptions options = {.accounting = true, .weight_qos = 1000};
    g_autoptr(Cluster) cluster = world_cluster(&options);
    g_autoptr(Workflow) workflow = world_workflow(diamond, 1);
    g_autoptr(Load) load = busy_queue();
    g_autoptr(Plan) cheap = NULL, timely = NULL, late = NULL;
    Problem problem;

    (void)state;
    workflow->jobs[0].spec->min_nodes = workflow->jobs[0].spec->max_nodes = 8;
    workflow->jobs[0].spec->exclusive = EXCLUSIVE_NODE;
    workflow->jobs[0].spec->time_limit = 60;
    problem_init(&problem, workflow, cluster);
    problem.load = load;
    problem.user = "ann";
    problem.objective = OBJECTIVE_COST;
    cheap = plan_of(&problem);
    assert_string_equal(cheap->jobs[0].qos, "low");
    problem.objective = OBJECTIVE_DEADLINE;
    problem.deadline_at = 8400;
    timely = plan_of(&problem);
    assert_true(timely->deadline_met);
    assert_string_equal(timely->jobs[0].qos, "high");
    assert_true(timely->cost > cheap->cost);
    problem.deadline_at = 3600;
    late = plan_of(&problem);
    assert_false(late->deadline_met);
}

static void a_job_without_run_time_and_limit_gets_a_note(void **state)
{
    g_autoptr(Cluster) cluster = world_cluster(NULL);
    g_autoptr(Workflow) workflow = world_workflow(diamond, 1);
    g_autoptr(Plan) plan = NULL;
    Problem problem;

    (void)state;
    workflow->jobs[0].runtime.given = false;
    cluster->partitions[0].max_time = MINUTES_UNLIMITED;
    problem_init(&problem, workflow, cluster);
    problem.pin_partition = "cpu";
    plan = plan_of(&problem);
    assert_int_equal(plan->makespan / SECONDS_A_DAY, 365);
    assert_int_equal(plan->notes->len, 1);
    assert_string_equal(g_ptr_array_index(plan->notes, 0),
                        "no run time and no time limit is known for a: planned as a year, as Slurm"
                        " does; give --runtime a=...");
}

/* Property: the same problem gives the same bytes, with any number of threads. */
static void plans_are_the_same_with_any_number_of_threads(void **state)
{
    const WorldOptions options = {.accounting = true, .weight_qos = 1000};
    g_autoptr(Cluster) cluster = world_cluster(&options);
    g_autoptr(Workflow) workflow = world_workflow(diamond, 5);
    g_autoptr(Load) load = busy_queue();
    g_autofree char *first = NULL;
    Problem problem;

    (void)state;
    problem_init(&problem, workflow, cluster);
    problem.load = load;
    problem.user = "ann";
    problem.budget = 60;
    for (uint32_t threads = 1; threads <= 3; threads++) {
        g_autoptr(Plan) plan = NULL;
        g_autofree char *text = NULL;

        problem.threads = threads;
        plan = plan_of(&problem);
        text = plan_json_write(plan, NULL);
        if (!first)
            first = g_steal_pointer(&text);
        else
            assert_string_equal(text, first);
    }
}

static void a_workflow_without_jobs_is_refused(void **state)
{
    g_autoptr(Cluster) cluster = world_cluster(NULL);
    g_autoptr(Workflow) workflow = world_workflow(diamond, 0);
    g_autoptr(GError) error = NULL;
    Problem problem;

    (void)state;
    problem_init(&problem, workflow, cluster);
    assert_null(plan_make(&problem, &error));
    assert_string_equal(error->message, "the workflow has no jobs");
}

static bool stop_at_once(void *data)
{
    (void)data;
    return true;
}

/* What the file says may not be chosen (-p gpu), and there is time or budget for nothing else. */
static void there_is_a_plan_however_little_time_there_was(void **state)
{
    g_autoptr(Cluster) cluster = world_cluster(NULL);
    g_autoptr(Workflow) workflow = world_workflow(diamond, 5);
    Problem problem;

    (void)state;
    for (StrategyKind kind = STRATEGY_TOGETHER; kind < STRATEGIES; kind++) {
        for (uint32_t turn = 0; turn < 4; turn++) {
            g_autoptr(Plan) plan = NULL;

            problem_init(&problem, workflow, cluster);
            problem.strategies = STRATEGY_BIT(kind);
            problem.pin_partition = turn & 1 ? "gpu" : NULL;
            problem.budget = turn & 2 ? 1 : 0;
            problem.stop = turn & 2 ? NULL : stop_at_once;
            plan = plan_of(&problem);
            assert_true(plan->makespan >= 4500 && plan->makespan < INSTANT_NEVER);
            assert_int_equal(plan->strategy, kind);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_diamond_on_an_empty_cluster_runs_its_branches_at_once),
        cmocka_unit_test(serial_adds_up_all_run_times),
        cmocka_unit_test(there_is_a_plan_however_little_time_there_was),
        cmocka_unit_test(staged_submits_each_job_when_its_dependencies_are_over),
        cmocka_unit_test(a_better_qos_passes_those_who_wait_and_the_reason_says_so),
        cmocka_unit_test(others_run_to_their_limits_unless_their_run_times_are_known),
        cmocka_unit_test(jobs_that_come_later_are_not_foreseen),
        cmocka_unit_test(a_submit_limit_leads_to_staged_submission),
        cmocka_unit_test(jobs_for_failures_do_not_hold_up_the_plan),
        cmocka_unit_test(p90_run_times_give_a_second_makespan),
        cmocka_unit_test(cost_and_deadline_are_weighed),
        cmocka_unit_test(a_job_without_run_time_and_limit_gets_a_note),
        cmocka_unit_test(plans_are_the_same_with_any_number_of_threads),
        cmocka_unit_test(a_workflow_without_jobs_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
