/* Tests of sim/request.h: what becomes of sbatch's options. */
#include "tests/test.h"

#include "base/rng.h"
#include "tests/sim/kit.h"

/* Four nodes of 2 x 4 cores; n1 and n2 have two GPUs of type a100, n3 the feature fast. */
static Cluster *gpu_cluster(SlurmVersion version)
{
    Cluster *cluster = kit_cluster(4, 2, 4, 1);
    uint16_t gpu = cluster_gres_name(cluster, "gpu"), a100 = cluster_gres_type(cluster, "a100");

    cluster->version = version;
    for (int n = 0; n < 2; n++) {
        cluster->nodes[n].gres = g_new0(NodeGres, 1);
        cluster->nodes[n].n_gres = 1;
        cluster->nodes[n].gres[0] = (NodeGres){.name = gpu, .type = a100, .count = 2};
    }
    cluster->nodes[2].features = g_strsplit("fast", ",", 0);
    cluster_add_license(cluster, "matlab", 3);
    cluster_tres(cluster, "gres/gpu");
    cluster_tres(cluster, "gres/gpu:a100");
    kit_finish(cluster);
    return cluster;
}

static int make_cluster(void **state)
{
    *state = gpu_cluster(SLURM_24_05);
    return 0;
}

static int drop_cluster(void **state)
{
    cluster_free(*state);
    return 0;
}

static JobRequest *build(const Cluster *cluster, JobSpec *spec)
{
    g_autoptr(JobSpec) owned G_GNUC_UNUSED = spec;
    g_autofree char *message = NULL;
    JobRequest *request = request_build(cluster, spec, 0, 0, &message);

    if (!request)
        fail_msg("refused: %s", message);
    return request;
}

/* The job is refused, and sbatch says @expected. */
static void refuses(const Cluster *cluster, JobSpec *spec, const char *expected)
{
    g_autoptr(JobSpec) owned G_GNUC_UNUSED = spec;
    g_autofree char *message = NULL;

    assert_null(request_build(cluster, spec, 0, 0, &message));
    assert_string_equal(message, expected);
}

static void tasks_and_nodes_follow_from_each_other(void **state)
{
    JobSpec *spec = kit_tasks(5);
    g_autoptr(JobRequest) tasks = build(*state, spec);
    g_autoptr(JobRequest) nodes = NULL;
    g_autoptr(JobRequest) few = NULL;
    g_autoptr(JobRequest) per_node = NULL;

    assert_int_equal(tasks->min_cpus, 5);
    assert_int_equal(tasks->min_nodes, 1);
    assert_int_equal(tasks->max_nodes, 0);
    spec = job_spec_new();
    spec->min_nodes = spec->max_nodes = 3;
    nodes = build(*state, spec);
    assert_int_equal(nodes->min_cpus, 3);
    assert_false(nodes->tasks_given);
    spec = kit_tasks(2); /* more nodes than tasks make no sense */
    spec->min_nodes = spec->max_nodes = 4;
    few = build(*state, spec);
    assert_int_equal(few->min_nodes, 2);
    assert_int_equal(few->max_nodes, 2);
    spec = kit_tasks(9);
    spec->ntasks_per_node = 4;
    per_node = build(*state, spec);
    assert_int_equal(per_node->min_nodes, 3);
    assert_int_equal(per_node->pn_min_cpus, 4);
}

static void cpus_per_task_multiply(void **state)
{
    JobSpec *spec = kit_tasks(3);
    g_autoptr(JobRequest) request = NULL;

    spec->cpus_per_task = 4;
    request = build(*state, spec);
    assert_int_equal(request->min_cpus, 12);
    assert_int_equal(request->pn_min_cpus, 4);
    assert_int_equal(request->num_tasks, 3);
}

static void a_longer_node_list_is_a_pool_since_23_02(void **state)
{
    g_autoptr(Cluster) old = gpu_cluster(SLURM_22_05);
    JobSpec *spec = kit_tasks(1);
    g_autoptr(JobRequest) pool = NULL;
    g_autoptr(JobRequest) required = NULL;

    spec->min_nodes = spec->max_nodes = 1;
    spec->nodelist = g_strdup("n[1-2]");
    pool = build(*state, job_spec_copy(spec));
    assert_true(pool->required_is_pool);
    refuses(old, spec, "Node count specification invalid");
    spec = job_spec_new();
    spec->nodelist = g_strdup("n[1-2]");
    required = build(*state, spec);
    assert_false(required->required_is_pool);
    assert_int_equal(required->min_nodes, 2);
}

static void gpus_are_counted_over_the_job(void **state)
{
    JobSpec *spec = job_spec_new();
    g_autoptr(JobRequest) per_node = NULL;
    g_autoptr(JobRequest) per_task = NULL;
    g_autoptr(JobRequest) both = NULL;

    spec->min_nodes = spec->max_nodes = 2;
    spec->gpus_per_node = g_strdup("a100:2");
    per_node = build(*state, spec);
    assert_int_equal(per_node->n_gres, 1);
    assert_int_equal(per_node->gres[0].total, 4);
    spec = kit_tasks(3);
    spec->gpus_per_task = g_strdup("1");
    per_task = build(*state, spec);
    assert_int_equal(per_task->gres[0].per_job, 3);
    assert_int_equal(per_task->gres[0].type, GRES_ANY_TYPE);
    spec = job_spec_new(); /* --gpus over --gpus-per-node fixes the number of nodes */
    spec->gpus = g_strdup("4");
    spec->gpus_per_node = g_strdup("2");
    both = build(*state, spec);
    assert_int_equal(both->min_nodes, 2);
    assert_int_equal(both->max_nodes, 2);
}

static void cpus_go_with_gpus(void **state)
{
    JobSpec *spec = job_spec_new();
    g_autoptr(JobRequest) request = NULL;

    spec->gres = g_strdup("gpu:2");
    spec->cpus_per_gpu = 3;
    request = build(*state, spec);
    assert_int_equal(request->min_cpus, 6);
}

static JobSpec *with(char **field, const char *text, JobSpec *spec)
{
    *field = g_strdup(text);
    return spec;
}

static void what_sbatch_refuses_is_refused_in_its_words(void **state)
{
    JobSpec *s;

    s = job_spec_new();
    refuses(*state, with(&s->nodelist, "n9", s), "Invalid node name specified");
    s = job_spec_new();
    refuses(*state, with(&s->exclude, "n9", s), "Invalid node name specified");
    s = job_spec_new();
    refuses(*state, with(&s->constraint, "slow", s), "Invalid feature specification");
    s = job_spec_new();
    refuses(*state, with(&s->prefer, "a||b", s), "Invalid preferred feature specification");
    s = job_spec_new();
    refuses(*state, with(&s->licenses, "matlab:4", s), "Invalid license specification");
    s = job_spec_new();
    refuses(*state, with(&s->licenses, "abaqus", s), "Invalid license specification");
    s = job_spec_new();
    refuses(*state, with(&s->gres, "tape:1", s), "Invalid generic resource (gres) specification");
    s = job_spec_new();
    refuses(*state, with(&s->gpus_per_task, "1", s),
            "Invalid generic resource (gres) specification");
    s = job_spec_new();
    refuses(*state, with(&s->switches, "few", s), "Invalid --switches specification");
    s = job_spec_new();
    refuses(*state, with(&s->begin, "soon", s), "Invalid --begin specification");
    s = job_spec_new();
    refuses(*state, with(&s->deadline, "soon", s), "Invalid --deadline specification");
}

static void options_that_contradict_each_other_are_refused(void **state)
{
    JobSpec *s = job_spec_new();

    s->mem = 100;
    s->mem_per_cpu = 100;
    refuses(*state, s, "--mem, --mem-per-cpu, and --mem-per-gpu are mutually exclusive");
    s = job_spec_new();
    s->exclusive = EXCLUSIVE_NODE;
    s->oversubscribe = true;
    refuses(*state, s, "--exclusive and --oversubscribe options are mutually exclusive");
    s = job_spec_new();
    s->cpus_per_task = 2;
    s->cpus_per_gpu = 2;
    refuses(*state, s,
            "--cpus-per-task, --tres-per-task=cpu:#, and --cpus-per-gpu are mutually exclusive");
    s = job_spec_new();
    s->ntasks_per_core = 2;
    s->threads_per_core = 1;
    refuses(*state, s, "--ntasks-per-core can not be bigger than --threads-per-core");
    s = job_spec_new();
    s->min_nodes = 3;
    s->max_nodes = 2;
    refuses(*state, s, "invalid number of nodes");
    s = job_spec_new();
    s->begin = g_strdup("now+2hours");
    s->deadline = g_strdup("now+1hour");
    refuses(*state, s, "Incompatible begin and deadline time specification");
    s = job_spec_new();
    s->ntasks_per_gpu = 2;
    s->ntasks_per_node = 2;
    refuses(*state, s,
            "--ntasks-per-node is mutually exclusive with --ntasks-per-gpu and "
            "SLURM_NTASKS_PER_GPU");
}

static void memory_defaults_come_from_the_partition_then_the_cluster(void **state)
{
    Cluster *cluster = *state;
    Partition partition = cluster->partitions[0];
    g_autoptr(JobRequest) request = build(cluster, kit_tasks(2));
    uint64_t tres[TRES_MAX];
    RequestSizes sizes;

    cluster->config.default_memory = (MemoryRule){100, true};
    assert_true(request_sizes(request, cluster, &partition, &sizes));
    assert_int_equal(sizes.memory.amount, 100);
    partition.default_memory = (MemoryRule){300, false};
    assert_true(request_sizes(request, cluster, &partition, &sizes));
    assert_int_equal(sizes.memory.amount, 300);
    assert_false(sizes.memory.per_cpu);
    request_tres(request, cluster, &partition, tres);
    assert_int_equal(tres[TRES_MEM], 300);
    assert_int_equal(tres[TRES_CPU], 2);
    assert_int_equal(tres[TRES_BILLING], 2);
}

/* 250 MiB a CPU under MaxMemPerCPU=100: three times the CPUs, 84 MiB each. */
static void more_memory_than_a_cpu_may_have_costs_more_cpus(void **state)
{
    Cluster *cluster = *state;
    JobSpec *spec = kit_tasks(2);
    g_autoptr(JobRequest) request = NULL;
    RequestSizes sizes;

    spec->mem_per_cpu = 250;
    request = build(cluster, spec);
    cluster->config.max_memory = (MemoryRule){100, true};
    assert_true(request_sizes(request, cluster, &cluster->partitions[0], &sizes));
    assert_int_equal(sizes.cpus_per_task, 3);
    assert_int_equal(sizes.min_cpus, 6);
    assert_int_equal(sizes.memory.amount, 84);
    cluster->config.max_memory = (MemoryRule){200, false};
    assert_false(request_sizes(request, cluster, &cluster->partitions[0], &sizes));
}

static void gres_count_for_their_name_and_their_type(void **state)
{
    Cluster *cluster = *state;
    JobSpec *spec = job_spec_new();
    g_autoptr(JobRequest) request = NULL;
    uint64_t tres[TRES_MAX];

    spec->gres = g_strdup("gpu:a100:2");
    request = build(cluster, spec);
    request_tres(request, cluster, &cluster->partitions[0], tres);
    assert_int_equal(tres[cluster_find_tres(cluster, "gres/gpu")], 2);
    assert_int_equal(tres[cluster_find_tres(cluster, "gres/gpu:a100")], 2);
}

static void switches_wait_no_longer_than_the_cluster_lets(void **state)
{
    JobSpec *spec = job_spec_new();
    g_autoptr(JobRequest) request = NULL;

    spec->switches = g_strdup("1@00:03:00");
    request = build(*state, spec);
    assert_int_equal(request->switches, 1);
    assert_int_equal(request->switch_wait, 180);
}

static uint32_t some(Rng *rng, uint32_t most)
{
    return rng_below(rng, 3) ? COUNT_UNSET : 1 + rng_below(rng, most);
}

/* Whatever is asked for: what comes of it is whole. */
static void every_request_keeps_its_promises(void **state)
{
    g_autoptr(Rng) rng = rng_new(5, 0, "request");

    for (int round = 0; round < 3000; round++) {
        g_autoptr(JobSpec) spec = job_spec_new();
        g_autofree char *message = NULL;
        g_autoptr(JobRequest) request = NULL;

        spec->ntasks = some(rng, 40);
        spec->min_nodes = some(rng, 6);
        if (spec->min_nodes != COUNT_UNSET)
            spec->max_nodes = spec->min_nodes + rng_below(rng, 3);
        spec->cpus_per_task = some(rng, 5);
        spec->ntasks_per_node = some(rng, 5);
        spec->min_cpus = some(rng, 5);
        if (rng_below(rng, 4) == 0)
            spec->gpus = g_strdup("2");
        spec->overcommit = rng_below(rng, 5) == 0;
        request = request_build(*state, spec, 0, 0, &message);
        assert_true((request != NULL) != (message != NULL));
        if (!request)
            continue;
        assert_true(request->min_nodes >= 1);
        assert_true(request->max_nodes == 0 || request->max_nodes >= request->min_nodes);
        assert_true(request->num_tasks >= 1 && request->cpus_per_task >= 1);
        assert_true(request->pn_min_cpus >= request->cpus_per_task);
        assert_true(request->overcommit ||
                    request->min_cpus >= (request->tasks_given ? request->num_tasks : 1));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tasks_and_nodes_follow_from_each_other, make_cluster,
                                        drop_cluster),
        cmocka_unit_test_setup_teardown(cpus_per_task_multiply, make_cluster, drop_cluster),
        cmocka_unit_test_setup_teardown(a_longer_node_list_is_a_pool_since_23_02, make_cluster,
                                        drop_cluster),
        cmocka_unit_test_setup_teardown(gpus_are_counted_over_the_job, make_cluster, drop_cluster),
        cmocka_unit_test_setup_teardown(cpus_go_with_gpus, make_cluster, drop_cluster),
        cmocka_unit_test_setup_teardown(what_sbatch_refuses_is_refused_in_its_words, make_cluster,
                                        drop_cluster),
        cmocka_unit_test_setup_teardown(options_that_contradict_each_other_are_refused,
                                        make_cluster, drop_cluster),
        cmocka_unit_test_setup_teardown(memory_defaults_come_from_the_partition_then_the_cluster,
                                        make_cluster, drop_cluster),
        cmocka_unit_test_setup_teardown(more_memory_than_a_cpu_may_have_costs_more_cpus,
                                        make_cluster, drop_cluster),
        cmocka_unit_test_setup_teardown(gres_count_for_their_name_and_their_type, make_cluster,
                                        drop_cluster),
        cmocka_unit_test_setup_teardown(switches_wait_no_longer_than_the_cluster_lets, make_cluster,
                                        drop_cluster),
        cmocka_unit_test_setup_teardown(every_request_keeps_its_promises, make_cluster,
                                        drop_cluster),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
