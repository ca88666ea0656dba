/* Tests of sim/sim.h: a simulation that begins with a queue as it is. */
#include "tests/test.h"

#include "sim/sim.h"

/* One node of 4 CPUs, one partition. */
static Cluster *small_cluster(void)
{
    Cluster *cluster = cluster_new(SLURM_24_05);
    Node *node = cluster_add_node(cluster, "n1");
    g_autoptr(Diags) diags = diags_new();
    Partition *partition;

    node->cpus = node->cores = node->cores_per_socket = 4;
    node->sockets = node->boards = node->threads_per_core = 1;
    node->memory = 1000;
    partition = cluster_add_partition(cluster, "p");
    partition->node_text = g_strdup("n1");
    partition->is_default = true;
    assert_true(cluster_finish(cluster, diags));
    return cluster;
}

static LoadJob *add_job(Load *load, const char *id, Instant submit_at, Span runtime)
{
    LoadJob *job = load_job_new(id);

    job->user = g_strdup("u");
    job->submit_at = submit_at;
    job->truth.runtime = runtime;
    job->spec->ntasks = 4;
    job->spec->time_limit = 60;
    g_ptr_array_add(load->jobs, job);
    return job;
}

/* What runs since -600 for 900 s ends at 300; what waits since -500 starts then. */
static void what_runs_and_waits_at_second_0_goes_on(G_GNUC_UNUSED void **state)
{
    g_autoptr(Cluster) cluster = small_cluster();
    g_autoptr(Load) load = load_new();
    LoadJob *running = add_job(load, "running", -3000, 900);
    SimOptions options;
    g_autoptr(Sim) sim = NULL;
    g_autoptr(GPtrArray) runs = NULL;
    const SimRun *first, *second;

    running->started_at = -600;
    running->nodes = g_strdup("n1");
    add_job(load, "waiting", -500, 60);
    load_sort(load);
    sim_options_init(&options);
    sim = sim_new(cluster, &options);
    sim_load(sim, load);
    sim_run(sim, INSTANT_NEVER);
    runs = sim_runs(sim);
    assert_int_equal(runs->len, 2);
    first = g_ptr_array_index(runs, 0);
    second = g_ptr_array_index(runs, 1);
    assert_int_equal(first->submit_at, -3000);
    assert_int_equal(first->start_at, -600);
    assert_int_equal(first->end_at, 300);
    assert_int_equal(second->submit_at, -500);
    assert_int_equal(second->eligible_at, -500);
    assert_in_range(second->start_at, 300, 340);
}

/* Its work was over before second 0: it ends at once, not in the past. */
static void what_should_have_ended_before_second_0_ends_then(G_GNUC_UNUSED void **state)
{
    g_autoptr(Cluster) cluster = small_cluster();
    g_autoptr(Load) load = load_new();
    LoadJob *running = add_job(load, "running", -3000, 100);
    SimOptions options;
    g_autoptr(Sim) sim = NULL;
    g_autoptr(GPtrArray) runs = NULL;

    running->started_at = -600;
    running->nodes = g_strdup("n1");
    sim_options_init(&options);
    sim = sim_new(cluster, &options);
    sim_load(sim, load);
    sim_run(sim, INSTANT_NEVER);
    runs = sim_runs(sim);
    assert_int_equal(((const SimRun *)g_ptr_array_index(runs, 0))->end_at, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_runs_and_waits_at_second_0_goes_on),
        cmocka_unit_test(what_should_have_ended_before_second_0_ends_then),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
