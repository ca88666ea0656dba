/* Other people's jobs, as a planner may see them. */
#include "planner/background.h"
#include "tests/planner/world.h"

static LoadJob *add_job(Load *load, const char *id, Instant submit_at, uint32_t limit, Span runtime)
{
    LoadJob *job = load_job_new(id);

    job->user = g_strdup("bob");
    job->submit_at = submit_at;
    job->spec->time_limit = limit;
    job->truth.runtime = runtime;
    job->truth.exit_code = 1;
    g_ptr_array_add(load->jobs, job);
    return job;
}

static Load *known_at(const Load *load, Instant now, bool known_runtimes)
{
    const char *const lines[] = {"a 10"};
    g_autoptr(Cluster) cluster = world_cluster(NULL);
    g_autoptr(Workflow) workflow = world_workflow(lines, 1);
    Problem problem;

    problem_init(&problem, workflow, cluster);
    problem.load = load;
    problem.now = now;
    problem.known_runtimes = known_runtimes;
    return background_load(&problem);
}

static const LoadJob *nth(const Load *load, guint i)
{
    return g_ptr_array_index(load->jobs, i);
}

static void the_future_is_left_out(void **state)
{
    g_autoptr(Load) load = load_new();
    g_autoptr(Load) known = NULL;
    LoadCommand *command = g_new0(LoadCommand, 1);

    (void)state;
    add_job(load, "early", 0, 30, 60);
    add_job(load, "late", 101, 30, 60);
    command->at = 101;
    command->argv = g_strsplit("scancel early", " ", -1);
    g_ptr_array_add(load->commands, command);
    known = known_at(load, 100, false);
    assert_int_equal(known->jobs->len, 1);
    assert_int_equal(known->commands->len, 0);
}

/* One has ended by now, one still runs: only of the first one its run time is known. */
static void what_has_ended_is_history_and_the_rest_runs_to_its_limit(void **state)
{
    g_autoptr(Load) load = load_new();
    g_autoptr(Load) known = NULL;
    g_autoptr(Load) all = NULL;

    (void)state;
    add_job(load, "ended", 0, 30, 60);
    add_job(load, "runs", 0, 30, 1200);
    known = known_at(load, 600, false);
    assert_int_equal(nth(known, 0)->truth.runtime, 60);
    assert_int_equal(nth(known, 0)->truth.exit_code, 1);
    assert_int_equal(nth(known, 1)->truth.runtime, 1800);
    assert_int_equal(nth(known, 1)->truth.exit_code, 0);
    all = known_at(load, 600, true);
    assert_int_equal(nth(all, 1)->truth.runtime, 1200);
}

static void tasks_of_an_array_are_told_apart(void **state)
{
    g_autoptr(Load) load = load_new();
    g_autoptr(Load) known = NULL;
    LoadJob *job = add_job(load, "array", 0, 30, 60);

    (void)state;
    job->spec->array = g_strdup("0-1");
    job->truth.n_tasks = 2;
    job->truth.task_runtime = g_new(Span, 2);
    job->truth.task_runtime[0] = 60;
    job->truth.task_runtime[1] = 1500;
    known = known_at(load, 600, false);
    assert_int_equal(nth(known, 0)->truth.task_runtime[0], 60);
    assert_int_equal(nth(known, 0)->truth.task_runtime[1], 1800);
}

static void a_job_that_runs_since_before_has_the_rest_of_its_limit(void **state)
{
    g_autoptr(Load) load = load_new();
    g_autoptr(Load) known = NULL;
    LoadJob *running = add_job(load, "running", -600, 30, 60);
    LoadJob *overdue = add_job(load, "overdue", -9000, 30, 60);

    (void)state;
    running->started_at = -600;
    running->nodes = g_strdup("n1");
    overdue->started_at = -9000;
    overdue->nodes = g_strdup("n2");
    known = known_at(load, 0, false);
    assert_int_equal(nth(known, 0)->truth.runtime, 1800);
    assert_true(nth(known, 1)->truth.runtime > 9000);
    assert_true(nth(known, 1)->truth.runtime < 9000 + 600);
}

static void limits_are_filled_in_as_slurm_does(void **state)
{
    g_autoptr(Cluster) cluster = world_cluster(NULL);
    g_autoptr(JobSpec) spec = job_spec_new();

    (void)state;
    assert_int_equal(background_limit(cluster, spec), SECONDS_A_DAY);
    spec->partition = g_strdup("debug,cpu");
    assert_int_equal(background_limit(cluster, spec), 1800);
    cluster->partitions[2].default_time = 10;
    assert_int_equal(background_limit(cluster, spec), 600);
    spec->time_limit = MINUTES_UNLIMITED;
    assert_int_equal(background_limit(cluster, spec), (Span)365 * SECONDS_A_DAY);
}

/* Property: up to now the schedule is the same, whatever will be. */
static void the_past_comes_out_the_same(void **state)
{
    g_autoptr(Cluster) cluster = world_cluster(NULL);
    g_autoptr(Load) load = load_new();
    g_autoptr(Load) known = NULL;
    g_autoptr(Sim) real = NULL, seen = NULL;
    g_autoptr(GPtrArray) real_runs = NULL, seen_runs = NULL;
    SimOptions options;

    (void)state;
    for (uint32_t i = 0; i < 60; i++) {
        g_autofree char *id = g_strdup_printf("j%u", i);
        LoadJob *job = add_job(load, id, 20 * i, 10 + i % 40, 60 + 37 * (i % 29));

        job->spec->ntasks = 1 + i * 7 % 50;
    }
    known = known_at(load, 1500, false);
    sim_options_init(&options);
    real = sim_new(cluster, &options);
    seen = sim_new(cluster, &options);
    sim_load(real, load);
    sim_load(seen, known);
    sim_run(real, 1500);
    sim_run(seen, 1500);
    real_runs = sim_runs(real);
    seen_runs = sim_runs(seen);
    assert_true(real_runs->len >= seen_runs->len);
    for (guint i = 0; i < seen_runs->len; i++) {
        const SimRun *a = g_ptr_array_index(real_runs, i), *b = g_ptr_array_index(seen_runs, i);

        assert_int_equal(a->job, b->job);
        assert_int_equal(a->start_at, b->start_at);
        assert_string_equal(a->nodes ? a->nodes : "", b->nodes ? b->nodes : "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_future_is_left_out),
        cmocka_unit_test(what_has_ended_is_history_and_the_rest_runs_to_its_limit),
        cmocka_unit_test(tasks_of_an_array_are_told_apart),
        cmocka_unit_test(a_job_that_runs_since_before_has_the_rest_of_its_limit),
        cmocka_unit_test(limits_are_filled_in_as_slurm_does),
        cmocka_unit_test(the_past_comes_out_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
