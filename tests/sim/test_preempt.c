/* Tests of preemption in sim/preempt.c, through whole simulations. */
#include "tests/test.h"

#include "base/rng.h"
#include "sim/sim.h"

/* @nodes of 4 CPUs; jobs of "high" may preempt those of "low" on all of them. */
static Cluster *two_tiers(uint32_t nodes, uint32_t grace)
{
    Cluster *cluster = cluster_new(SLURM_24_05);
    g_autoptr(Diags) diags = diags_new();

    for (uint32_t i = 1; i <= nodes; i++) {
        g_autofree char *name = g_strdup_printf("n%u", i);
        Node *node = cluster_add_node(cluster, name);

        node->cpus = node->cores = node->cores_per_socket = 4;
        node->sockets = node->boards = node->threads_per_core = 1;
        node->memory = 1000;
    }
    for (uint16_t tier = 1; tier <= 2; tier++) {
        Partition *partition = cluster_add_partition(cluster, tier == 1 ? "low" : "high");

        partition->node_text = g_strdup("ALL");
        partition->is_default = tier == 1;
        partition->priority_tier = tier;
        partition->grace_time = grace;
    }
    cluster->config.preempt = PREEMPT_PARTITION_PRIO;
    cluster->config.preempt_mode = PREEMPT_CANCEL;
    assert_true(cluster_finish(cluster, diags));
    return cluster;
}

static LoadJob *add_job(Load *load, const char *id, const char *partition, Instant submit_at)
{
    LoadJob *job = load_job_new(id);

    job->user = g_strdup("u");
    job->submit_at = submit_at;
    job->truth.runtime = 1000;
    job->spec->partition = g_strdup(partition);
    job->spec->ntasks = 4;
    job->spec->time_limit = 60;
    g_ptr_array_add(load->jobs, job);
    return job;
}

static GPtrArray *simulate(const Cluster *cluster, Load *load)
{
    SimOptions options;
    g_autoptr(Sim) sim = NULL;
    g_autoptr(GPtrArray) runs = NULL;
    GPtrArray *out = g_ptr_array_new_with_free_func(g_free);

    load_sort(load);
    sim_options_init(&options);
    sim = sim_new(cluster, &options);
    sim_load(sim, load);
    sim_run(sim, INSTANT_NEVER);
    runs = sim_runs(sim);
    for (guint i = 0; i < runs->len; i++)
        g_ptr_array_add(out, g_memdup2(g_ptr_array_index(runs, i), sizeof(SimRun)));
    return out;
}

static const SimRun *run_of(const GPtrArray *runs, uint32_t job, uint32_t task)
{
    for (guint i = 0; i < runs->len; i++) {
        const SimRun *run = g_ptr_array_index(runs, i);

        if (run->job == job && (task == COUNT_UNSET || run->task == task))
            return run;
    }
    fail_msg("job %u has no run", job);
    return NULL;
}

/* Both nodes are taken. The second task of the array need not wait the 40 s that KillWait and
 * MessageTimeout give the victims of the first. */
static void each_task_of_an_array_preempts_for_itself(G_GNUC_UNUSED void **state)
{
    g_autoptr(Cluster) cluster = two_tiers(2, 0);
    g_autoptr(Load) load = load_new();
    g_autoptr(GPtrArray) runs = NULL;

    add_job(load, "a", "low", 0);
    add_job(load, "b", "low", 0);
    add_job(load, "urgent", "high", 100)->spec->array = g_strdup("0-1");
    runs = simulate(cluster, load);
    assert_int_equal(run_of(runs, 0, COUNT_UNSET)->state, JOB_PREEMPTED);
    assert_int_equal(run_of(runs, 1, COUNT_UNSET)->state, JOB_PREEMPTED);
    assert_in_range(run_of(runs, 2, 0)->start_at, 100, 110);
    assert_in_range(run_of(runs, 2, 1)->start_at, 100, 120);
}

/* A job that has made room in one partition is not tried in its others in the same pass: one
 * victim, not two. */
static void a_job_of_two_partitions_makes_room_once(G_GNUC_UNUSED void **state)
{
    g_autoptr(Cluster) cluster = two_tiers(2, 0);
    g_autoptr(Load) load = load_new();
    g_autoptr(GPtrArray) runs = NULL;
    guint preempted = 0;

    add_job(load, "a", "low", 0);
    add_job(load, "b", "low", 0);
    add_job(load, "urgent", "high,low", 100);
    runs = simulate(cluster, load);
    for (uint32_t job = 0; job < 2; job++)
        preempted += run_of(runs, job, COUNT_UNSET)->state == JOB_PREEMPTED;
    assert_int_equal(preempted, 1);
    assert_in_range(run_of(runs, 2, COUNT_UNSET)->start_at, 100, 110);
}

/* The victim runs on for its 50 s, and up to a period of the time-limit check longer. */
static void a_victim_keeps_its_grace_time(G_GNUC_UNUSED void **state)
{
    g_autoptr(Cluster) cluster = two_tiers(1, 50);
    g_autoptr(Load) load = load_new();
    g_autoptr(GPtrArray) runs = NULL;

    add_job(load, "a", "low", 0);
    add_job(load, "urgent", "high", 100);
    runs = simulate(cluster, load);
    assert_int_equal(run_of(runs, 0, COUNT_UNSET)->state, JOB_PREEMPTED);
    assert_in_range(run_of(runs, 0, COUNT_UNSET)->end_at, 150, 183);
    assert_true(run_of(runs, 1, COUNT_UNSET)->start_at >= run_of(runs, 0, COUNT_UNSET)->end_at);
}

/* Whatever comes: who is of the higher tier is never preempted. */
static void random_jobs_of_the_higher_tier_are_never_victims(G_GNUC_UNUSED void **state)
{
    g_autoptr(Rng) rng = rng_new(17, 0, "preempt");

    for (int round = 0; round < 20; round++) {
        g_autoptr(Cluster) cluster = two_tiers(3, 0);
        g_autoptr(Load) load = load_new();
        g_autoptr(GPtrArray) runs = NULL;

        for (int i = 0; i < 12; i++) {
            g_autofree char *id = g_strdup_printf("j%d", i);

            add_job(load, id, rng_below(rng, 3) == 0 ? "high" : "low", rng_below(rng, 2000));
        }
        load_sort(load);
        runs = simulate(cluster, load);
        for (guint i = 0; i < runs->len; i++) {
            const SimRun *run = g_ptr_array_index(runs, i);
            const LoadJob *job = g_ptr_array_index(load->jobs, run->job);

            if (g_str_equal(job->spec->partition, "high"))
                assert_int_equal(run->state, JOB_COMPLETED);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_task_of_an_array_preempts_for_itself),
        cmocka_unit_test(a_job_of_two_partitions_makes_room_once),
        cmocka_unit_test(a_victim_keeps_its_grace_time),
        cmocka_unit_test(random_jobs_of_the_higher_tier_are_never_victims),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
