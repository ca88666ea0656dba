/* What the configurations of the recorded micro cases mean. Skipped where they are not at hand. */
#include "tests/test.h"

#include "slurmio/slurmconf.h"

static Cluster *load(const char *name)
{
    g_autofree char *path =
        g_build_filename(SRX_SHARED_DIR, "micro", "24.11", name, "slurm.conf", NULL);
    g_autoptr(Cluster) cluster = cluster_new(SLURM_24_11);
    g_autoptr(Diags) diags = diags_new();

    assert_true(slurmconf_load(path, cluster, diags) && cluster_finish(cluster, diags));
    return g_steal_pointer(&cluster);
}

static void recorded_gpus_have_types_and_devices(void **state)
{
    g_autoptr(Cluster) cluster = load("gpus");
    const Node *big = &cluster->nodes[cluster_find_node(cluster, "n3")];

    (void)state;
    assert_int_equal(big->n_gres, 1);
    assert_int_equal(big->gres[0].count, 4);
    assert_string_equal(cluster->gres_types[big->gres[0].type], "big");
    assert_true(big->gres[0].has_file);
    assert_int_equal(cluster->partitions[0].tres[cluster_find_tres(cluster, "gres/gpu")], 8);
}

static void recorded_topology_is_two_leaves_below_a_top(void **state)
{
    g_autoptr(Cluster) cluster = load("topo_leaf");

    (void)state;
    assert_int_equal(cluster->config.topology, TOPOLOGY_TREE);
    assert_int_equal(cluster->n_switches, 3);
    assert_int_equal(nodeset_count(cluster->switches[2].nodes), 8);
    assert_int_equal(cluster->nodes[4].leaf, 1);
}

static void recorded_preemption_suspends_by_partition(void **state)
{
    g_autoptr(Cluster) cluster = load("suspend_partition");

    (void)state;
    assert_int_equal(cluster->config.preempt, PREEMPT_PARTITION_PRIO);
    assert_int_equal(cluster->config.preempt_mode, PREEMPT_SUSPEND | PREEMPT_GANG);
}

static void recorded_threads_make_two_cpus_a_core(void **state)
{
    g_autoptr(Cluster) cluster = load("per_core");

    (void)state;
    assert_int_equal(cluster->nodes[0].threads_per_core, 2);
    assert_int_equal(cluster->nodes[0].cpus, 2 * cluster->nodes[0].cores);
}

static void recorded_scheduler_options_are_set(void **state)
{
    g_autoptr(Cluster) resolution = load("bf_resolution"), defer = load("defer");
    g_autoptr(Cluster) builtin = load("builtin_blocks"), tests = load("bf_max_job_test");

    (void)state;
    assert_int_equal(resolution->config.sched.bf_resolution, 300);
    assert_int_equal(resolution->config.sched.bf_interval, 10);
    assert_true(defer->config.sched.defer);
    assert_int_equal(builtin->config.scheduler, SCHED_BUILTIN);
    assert_int_equal(tests->config.sched.bf_max_job_test, 2);
}

static void recorded_selectors_count_what_they_should(void **state)
{
    g_autoptr(Cluster) memory = load("memory"), linear = load("select_linear");
    g_autoptr(Cluster) packed = load("pack_nodes");

    (void)state;
    assert_true(memory->config.consume_memory);
    assert_int_equal(memory->config.consume, CONSUME_CORE);
    assert_true(memory->config.default_memory.per_cpu);
    assert_int_equal(linear->config.select, SELECT_LINEAR);
    assert_true(packed->config.pack_nodes);
}

static void recorded_partitions_say_who_may_use_them(void **state)
{
    g_autoptr(Cluster) cluster = load("partition_access");
    const Partition *down = &cluster->partitions[cluster_find_partition(cluster, "down")];
    const Partition *nodes = &cluster->partitions[cluster_find_partition(cluster, "nodes")];

    (void)state;
    assert_int_equal(down->state, PARTITION_DOWN);
    assert_int_equal(nodes->max_nodes, 1);
    assert_string_equal(cluster->partitions[1].allow_accounts[0], "other");
    assert_int_equal(cluster_default_partition(cluster), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_gpus_have_types_and_devices),
        cmocka_unit_test(recorded_topology_is_two_leaves_below_a_top),
        cmocka_unit_test(recorded_preemption_suspends_by_partition),
        cmocka_unit_test(recorded_threads_make_two_cpus_a_core),
        cmocka_unit_test(recorded_scheduler_options_are_set),
        cmocka_unit_test(recorded_selectors_count_what_they_should),
        cmocka_unit_test(recorded_partitions_say_who_may_use_them),
    };

    if (!g_file_test(SRX_SHARED_DIR "/micro/24.11", G_FILE_TEST_IS_DIR)) {
        print_message("skipped: no " SRX_SHARED_DIR "/micro/24.11\n");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
