/* Tests of slurmio/slurmconf.h: the keys of the whole cluster, and included files. */
#include "tests/slurmio/conf_fixture.h"

static void cluster_without_a_word_has_the_defaults_of_its_version(void **state)
{
    g_auto(ConfFixture) conf = conf_quiet("NodeName=n1\n");
    const Config *config = &conf.cluster->config;

    (void)state;
    assert_string_equal(conf.cluster->name, "cluster");
    assert_int_equal(config->select, SELECT_CONS_TRES);
    assert_int_equal(config->consume, CONSUME_CORE);
    assert_true(config->consume_memory);
    assert_int_equal(config->scheduler, SCHED_BACKFILL);
    assert_int_equal(config->sched.bf_max_time, 30);
    assert_int_equal(config->sched.bf_node_space_size, 500);
    assert_int_equal(config->enforce, 0);
    assert_false(config->has_accounting);
}

static void keys_and_plugins_are_read_in_any_case_and_spelling(void **state)
{
    g_auto(ConfFixture) conf =
        conf_quiet("clustername = Big\nSELECTTYPE=select/linear\nSchedulerType=sched/builtin\n"
                   "SelectTypeParameters=CR_memory\nEnforcePartLimits=YES\n"
                   "AccountingStorageType=accounting_storage/slurmdbd\n"
                   "AccountingStorageEnforce=limits,qos\nAuthInfo=cred_expire=70\n"
                   "DependencyParameters=kill_invalid_depend\nOverTimeLimit=UNLIMITED\n"
                   "PrologFlags=X11\nEpilog=/etc/e\nDefMemPerCPU=2K\nJobRequeue=0\n");
    const Config *config = &conf.cluster->config;

    (void)state;
    assert_string_equal(conf.cluster->name, "big");
    assert_int_equal(config->select, SELECT_LINEAR);
    assert_int_equal(config->consume, CONSUME_NODE);
    assert_true(config->consume_memory && config->select_set);
    assert_int_equal(config->scheduler, SCHED_BUILTIN);
    assert_int_equal(config->enforce_part_limits, PART_LIMITS_ANY);
    assert_int_equal(config->enforce, ENFORCE_ASSOCIATIONS | ENFORCE_LIMITS | ENFORCE_QOS);
    assert_false(config->has_accounting); /* accounting.txt sets it */
    assert_int_equal(config->cred_expire, 70);
    assert_true(config->kill_invalid_depend && config->prolog_alloc && config->has_epilog);
    assert_int_equal(config->over_time_limit, UINT16_MAX);
    assert_int_equal(config->default_memory.amount, 2048);
    assert_true(config->default_memory.per_cpu);
    assert_false(config->job_requeue);
}

static void select_parameters_combine(void **state)
{
    g_auto(ConfFixture) conf =
        conf_quiet("SelectType=select/cons_tres\nSelectTypeParameters=CR_Socket_Memory,CR_LLN,"
                   "CR_ONE_TASK_PER_CORE,CR_Pack_Nodes,CR_CORE_DEFAULT_DIST_BLOCK\n");
    const Config *config = &conf.cluster->config;

    (void)state;
    assert_int_equal(config->consume, CONSUME_SOCKET);
    assert_true(config->consume_memory && config->lln && config->one_task_per_core);
    assert_true(config->pack_nodes && config->core_default_dist_block);
}

static void select_parameters_slurm_refuses_are_refused(void **state)
{
    (void)state;
    conf_says("SelectTypeParameters=CR_Core,CR_CPU\n", DIAG_ERROR, "found 2 of them");
    conf_says("SelectTypeParameters=CR_Cores\n", DIAG_ERROR, "did you mean CR_Core");
    conf_says("SelectTypeParameters=CR_CPU,CR_ONE_TASK_PER_CORE\n", DIAG_ERROR,
              "does not go with CR_CPU");
    conf_says("SelectType=cons_tres\n", DIAG_ERROR, "SelectType: expected select/..., found");
    conf_says("SelectType=select/best\n", DIAG_ERROR, "expected select/cons_tres");
    conf_says("SchedulerType=sched/wiki\n", DIAG_ERROR, "expected sched/backfill");
    conf_says("SelectType=select/cons_res\n", DIAG_WARNING, "simulated as select/cons_tres");
    conf_says("SelectType=select/serial\n", DIAG_WARNING, "not simulated; taken as");
    conf_says("TopologyPlugin=topology/block\n", DIAG_WARNING, "counts as flat");
    conf_says("TopologyPlugin=topology/tree\n", DIAG_WARNING, "found none; the network counts");
    conf_says("TopologyParam=Dragonfly\n", DIAG_WARNING, "Dragonfly is not simulated");
}

static void cons_tres_of_old_wants_parameters(void **state)
{
    g_auto(ConfFixture) conf = conf_fixture_new();

    (void)state;
    conf_fixture_write(&conf, "slurm.conf", "SelectType=select/cons_tres\n");
    conf_fixture_load(&conf, SLURM_22_05);
    assert_true(conf_fixture_heard(&conf, DIAG_WARNING, "SelectTypeParameters is not set"));
    assert_false(conf.cluster->config.consume_memory);
}

static void values_of_the_wrong_type_are_refused(void **state)
{
    (void)state;
    conf_says("KillWait=soon\n", DIAG_ERROR, "KillWait: expected a number up to 4294967295");
    conf_says("DefMemPerCPU=4G\n", DIAG_ERROR, "(if MiB are meant, write 4096)");
    conf_says("MaxJobCount=-1\n", DIAG_ERROR, "expected a number of at least 0");
    conf_says("MaxJobCount=0\n", DIAG_ERROR, "expected at least 1, found 0");
    conf_says("FirstJobId=0\n", DIAG_ERROR, "FirstJobId: expected at least 1");
    conf_says("PriorityFavorSmall=maybe\n", DIAG_ERROR, "expected YES or NO, found 'maybe'");
    conf_says("EnforcePartLimits=some\n", DIAG_ERROR, "expected one of no, down");
    conf_says("AccountingStorageEnforce=limit\n", DIAG_ERROR, "did you mean limits");
    conf_says("Licenses=a:b\n", DIAG_ERROR, "Licenses: expected name:count, found 'a:b'");
    conf_says("JobDefaults=DefCpu=2\n", DIAG_ERROR, "expected DefCpuPerGPU=");
    conf_says("JobDefaults=DefCpuPerGPU=x\n", DIAG_ERROR, "expected a number in 'DefCpuPerGPU=x'");
    conf_says("MinJobAge=1\n", DIAG_WARNING, "expected at least 2, found 1; Slurm takes 2");
    conf_says("SchedulerTimeSlice=1\n", DIAG_WARNING, "Slurm takes 30");
    conf_says("AuthInfo=cred_expire=1\n", DIAG_WARNING, "120 counts");
    conf_says("DefMemPerCPU=1\nDefMemPerNode=2\n", DIAG_WARNING, "DefMemPerCPU is ignored");
}

static void keys_slurm_does_not_know_are_told(void **state)
{
    (void)state;
    conf_says("PriorityWeigthAge=10\n", DIAG_WARNING, "did you mean PriorityWeightAge");
    conf_says("Xyzzy=10\n", DIAG_NOTE, "Slurm knows no key 'Xyzzy' here; ignored");
    conf_says("FastSchedule=1\n", DIAG_NOTE, "FastSchedule is gone from Slurm");
    conf_says("KillWait=1\nKillWait=2\n", DIAG_WARNING, "KillWait is given twice");
    conf_says("KillWait=1 MinJobAge=2\n", DIAG_ERROR, "one key a line");
    conf_says("SuspendTime=60\nBurstBufferType=burst_buffer/lua\n", DIAG_WARNING,
              "not simulated: BurstBufferType (burst buffers), "
              "SuspendTime (power saving: nodes are always on)");
    conf_says("NodeName=n\nPartitionName=p Nodes=n SuspendTime=60 PowerDownOnIdle=YES\n",
              DIAG_WARNING,
              "not simulated: SuspendTime of a partition (power saving: nodes are always on), "
              "PowerDownOnIdle of a partition (power saving: nodes are always on)");
    conf_says("NodeName=n SuspendTime=60\n", DIAG_WARNING,
              "not simulated: SuspendTime of a node (power saving: nodes are always on)");
    conf_says("FrontendName=x\n", DIAG_WARNING, "front ends are not simulated");
    g_auto(ConfFixture) off = conf_quiet("NodeName=n SuspendTime=INFINITE\n"
                                         "PartitionName=p Nodes=n SuspendTime=-1 "
                                         "PowerDownOnIdle=NO\n");
    assert_non_null(off.cluster);
    g_auto(ConfFixture) twice = conf_quiet("SlurmctldHost=a\nSlurmctldHost=b\n");
    assert_non_null(twice.cluster);
}

static void keys_of_nodes_and_partitions_on_a_line_of_their_own_are_told(void **state)
{
    (void)state;
    conf_says("PartitionName=p \\\n# a comment\n    MaxTime=30\n", DIAG_WARNING,
              "expected MaxTime= on the line of a PartitionName=");
    conf_says("NodeName=n\nCPUs=4\n", DIAG_WARNING, "expected CPUs= on the line of a NodeName=");
}

static void resources_beyond_what_can_be_tracked_are_told(void **state)
{
    g_autoptr(GString) text = g_string_new("AccountingStorageTRES=license/a");

    (void)state;
    for (int i = 0; i < TRES_MAX; i++)
        g_string_append_printf(text, ",license/b%d", i);
    conf_says(text->str, DIAG_WARNING, "is not tracked, as more than 32 kinds");
}

static void licenses_and_resources_are_counted(void **state)
{
    g_auto(ConfFixture) conf = conf_quiet(
        "Licenses=a:5,b,c*2\nGresTypes=gpu,tape\nAccountingStorageTRES=gres/gpu:a100,license/a\n"
        "JobDefaults=DefCpuPerGPU=4\nDefMemPerGPU=100\n");
    const Cluster *cluster = conf.cluster;

    (void)state;
    assert_int_equal(cluster->n_licenses, 3);
    assert_int_equal(cluster->licenses[0].total, 5);
    assert_int_equal(cluster->licenses[1].total, 1);
    assert_int_equal(cluster->licenses[2].total, 2);
    assert_int_not_equal(cluster_find_tres(cluster, "gres/tape"), INDEX_NONE);
    assert_int_not_equal(cluster_find_tres(cluster, "gres/gpu:a100"), INDEX_NONE);
    assert_int_not_equal(cluster_find_tres(cluster, "license/a"), INDEX_NONE);
    assert_int_equal(cluster->config.default_cpu_per_gpu, 4);
    assert_int_equal(cluster->config.default_mem_per_gpu, 100);
}

static void included_files_are_read_where_they_stand(void **state)
{
    g_auto(ConfFixture) conf = conf_fixture_new();

    (void)state;
    conf_fixture_write(&conf, "slurm.conf",
                       "ClusterName=X\nKillWait=1\nInclude more_%c.conf\nMinJobAge=9\n");
    conf_fixture_write(&conf, "more_x.conf", "include last.conf\nMinJobAge=8\nNodeName=n[1-2]\n");
    conf_fixture_write(&conf, "last.conf", "NodeName=n3\n");
    conf_fixture_load(&conf, SLURM_24_05);
    assert_non_null(conf.cluster);
    assert_int_equal(conf.cluster->n_nodes, 3);
    assert_int_equal(conf.cluster->config.min_job_age, 9);
}

static void included_files_are_found_beside_when_copied_from_elsewhere(void **state)
{
    g_auto(ConfFixture) conf = conf_fixture_new();

    (void)state;
    conf_fixture_write(&conf, "slurm.conf", "Include /no/such/place/more.conf\n");
    conf_fixture_write(&conf, "more.conf", "NodeName=n3\n");
    conf_fixture_load(&conf, SLURM_24_05);
    assert_int_equal(conf.cluster->n_nodes, 1);
    assert_true(conf_fixture_heard(&conf, DIAG_NOTE, "is read instead"));
}

static void included_files_that_are_missing_or_loop_are_refused(void **state)
{
    (void)state;
    conf_says("Include nowhere.conf\n", DIAG_ERROR, "Include: expected a file, found none at");
    conf_says("Include *.conf\n", DIAG_ERROR, "Slurm reads no patterns");
    conf_says("Include slurm.conf\n", DIAG_ERROR, "includes itself");
}

static void file_that_is_missing_is_refused(void **state)
{
    g_auto(ConfFixture) conf = conf_fixture_new();

    (void)state;
    conf_fixture_load(&conf, SLURM_24_05);
    assert_null(conf.cluster);
    assert_true(conf_fixture_heard(&conf, DIAG_ERROR, "cannot be read"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cluster_without_a_word_has_the_defaults_of_its_version),
        cmocka_unit_test(keys_and_plugins_are_read_in_any_case_and_spelling),
        cmocka_unit_test(select_parameters_combine),
        cmocka_unit_test(select_parameters_slurm_refuses_are_refused),
        cmocka_unit_test(cons_tres_of_old_wants_parameters),
        cmocka_unit_test(values_of_the_wrong_type_are_refused),
        cmocka_unit_test(keys_slurm_does_not_know_are_told),
        cmocka_unit_test(keys_of_nodes_and_partitions_on_a_line_of_their_own_are_told),
        cmocka_unit_test(resources_beyond_what_can_be_tracked_are_told),
        cmocka_unit_test(licenses_and_resources_are_counted),
        cmocka_unit_test(included_files_are_read_where_they_stand),
        cmocka_unit_test(included_files_are_found_beside_when_copied_from_elsewhere),
        cmocka_unit_test(included_files_that_are_missing_or_loop_are_refused),
        cmocka_unit_test(file_that_is_missing_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
