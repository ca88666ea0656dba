/* Tests of slurmio/slurmconf.h: NodeName, DownNodes, NodeSet, PartitionName. */
#include "tests/slurmio/conf_fixture.h"

static const Node *node_of(const ConfFixture *conf, const char *name)
{
    return &conf->cluster->nodes[cluster_find_node(conf->cluster, name)];
}

static const Partition *partition_of(const ConfFixture *conf, const char *name)
{
    return &conf->cluster->partitions[cluster_find_partition(conf->cluster, name)];
}

static void nodes_get_the_shape_slurmctld_gives_them(void **state)
{
    g_auto(ConfFixture) conf =
        conf_quiet("NodeName=a\nNodeName=b CPUs=8\nNodeName=c CPUs=8 CoresPerSocket=4\n"
                   "NodeName=d Sockets=2 CoresPerSocket=4 ThreadsPerCore=2\n"
                   "NodeName=e Boards=2 SocketsPerBoard=2 CoresPerSocket=4\n"
                   "NodeName=f CPUs=8 Sockets=2 CoresPerSocket=4 ThreadsPerCore=2\n"
                   "NodeName=g Procs=4 RealMemory=0x10 Weight=5 TmpDisk=7\n");

    (void)state;
    assert_int_equal(node_of(&conf, "a")->cpus, 1);
    assert_int_equal(node_of(&conf, "a")->memory, 1);
    assert_int_equal(node_of(&conf, "b")->sockets, 8);
    assert_int_equal(node_of(&conf, "c")->sockets, 2);
    assert_int_equal(node_of(&conf, "d")->cpus, 16);
    assert_int_equal(node_of(&conf, "d")->cores, 8);
    assert_int_equal(node_of(&conf, "e")->sockets, 4);
    assert_int_equal(node_of(&conf, "e")->cpus, 16);
    assert_int_equal(node_of(&conf, "f")->cpus, 8); /* cores, not threads */
    assert_int_equal(node_of(&conf, "g")->cpus, 4);
    assert_int_equal(node_of(&conf, "g")->memory, 16);
    assert_int_equal(node_of(&conf, "g")->weight, 5);
    assert_int_equal(node_of(&conf, "g")->tmp_disk, 7);
}

static void nodes_slurm_resets_are_reset_with_a_warning(void **state)
{
    (void)state;
    conf_says("NodeName=a CPUs=7 Sockets=2 CoresPerSocket=4\n", DIAG_WARNING,
              "CPUs=7 is neither Sockets (2), Sockets*CoresPerSocket (8) nor");
    conf_says("NodeName=a Sockets=2 SocketsPerBoard=1\n", DIAG_WARNING,
              "Slurm takes SocketsPerBoard");
    conf_says("NodeName=a CPUs=0\n", DIAG_WARNING, "CPUs=0 is reset to 1");
    conf_says("NodeName=a CPUs=2 CoreSpecCount=2\n", DIAG_WARNING, "Slurm takes 1");
    conf_says("NodeName=a RealMemory=5 MemSpecLimit=5\n", DIAG_WARNING, "Slurm takes 0");
}

static void nodes_slurm_refuses_are_refused(void **state)
{
    (void)state;
    conf_says("NodeName=n[1-3]\nNodeName=n[2-5]\n", DIAG_ERROR, "n[2-3] is defined twice");
    conf_says("NodeName=ALL\n", DIAG_ERROR, "ALL is a reserved word");
    conf_says("NodeName=n[1-\n", DIAG_ERROR, "NodeName: ");
    conf_says("NodeName=n State=SLEEPY\n", DIAG_ERROR, "expected CLOUD, DOWN, DRAIN");
    conf_says("NodeName=n RealMemory=192G\n", DIAG_ERROR, "write 196608");
    conf_says("NodeName=n CPUs=70000\n", DIAG_ERROR, "expected a number up to 65535");
    conf_says("NodeName=DEFAULT NodeAddr=x\n", DIAG_ERROR, "not allowed on a DEFAULT line");
    conf_says("GresTypes=gpu\nNodeName=n Gres=gpu:2:3\n", DIAG_ERROR,
              "Gres: expected name[:type][:count]");
    conf_says("NodeName=n Gres=gpu:2\n", DIAG_WARNING, "write GresTypes=gpu");
    conf_says("NodeName=n RealMemmory=2\n", DIAG_WARNING, "did you mean RealMemory");
    conf_says("NodeName=n Feature= Weight=3\n", DIAG_WARNING, "reads 'Weight=3' as its value");
    conf_says("NodeName=n\nDownNodes=x\n", DIAG_WARNING, "DownNodes: no node is called 'x'");
    conf_says("DownNodes=n[\n", DIAG_ERROR, "DownNodes: ");
}

static void default_lines_are_reset_again_and_again(void **state)
{
    g_auto(ConfFixture) conf =
        conf_quiet("NodeName=DEFAULT CPUs=4 RealMemory=100 Features=x\nNodeName=a\n"
                   "nodename=default RealMemory=200\nNodeName=b Feature=y,z CPUs=2\nNodeName=c\n");

    (void)state;
    assert_int_equal(node_of(&conf, "a")->memory, 100);
    assert_string_equal(node_of(&conf, "a")->features[0], "x");
    assert_int_equal(node_of(&conf, "b")->memory, 200);
    assert_int_equal(node_of(&conf, "b")->cpus, 2);
    assert_string_equal(node_of(&conf, "b")->features[1], "z");
    assert_int_equal(node_of(&conf, "c")->cpus, 4);
    assert_string_equal(node_of(&conf, "c")->features[0], "x");
}

static void nodes_have_a_state_at_second_0(void **state)
{
    g_auto(ConfFixture) conf =
        conf_quiet("NodeName=a State=CLOUD\nNodeName=b State=down\nNodeName=c State=FUTURE\n"
                   "NodeName=d[1-2]\nDownNodes=d2 State=DRAIN Reason=\"fan is loud\"\n");

    (void)state;
    assert_int_equal(node_of(&conf, "a")->state, NODE_UP);
    assert_int_equal(node_of(&conf, "b")->state, NODE_DOWN);
    assert_int_equal(node_of(&conf, "c")->state, NODE_FUTURE);
    assert_int_equal(node_of(&conf, "d1")->state, NODE_UP);
    assert_int_equal(node_of(&conf, "d2")->state, NODE_DRAIN);
    assert_int_equal(conf.cluster->active_nodes, 4);
}

static void host_lists_have_several_brackets(void **state)
{
    g_auto(ConfFixture) conf = conf_quiet("NodeName=r2i[4-7]n[0-8],cpn-d09-[04-10,13]-[01-02]\n");

    (void)state;
    assert_int_equal(conf.cluster->n_nodes, 36 + 16);
    assert_non_null(node_of(&conf, "cpn-d09-13-02"));
}

static void cores_kept_from_jobs_are_counted(void **state)
{
    g_auto(ConfFixture) conf =
        conf_quiet("NodeName=a CPUs=8 Sockets=1 CoresPerSocket=4 ThreadsPerCore=2 RealMemory=10 "
                   "CPUSpecList=0-3 MemSpecLimit=4\nNodeName=b CPUs=8 CoreSpecCount=2\n");

    (void)state;
    assert_int_equal(node_of(&conf, "a")->spec_cores, 2);
    assert_int_equal(node_of(&conf, "a")->spec_memory, 4);
    assert_int_equal(node_of(&conf, "b")->spec_cores, 2);
}

static void node_sets_stand_for_their_nodes(void **state)
{
    g_auto(ConfFixture) conf =
        conf_quiet("NodeName=a[1-3] Feature=big,ib\nNodeName=b[1-2]\nNodeSet=ib Feature=ib\n"
                   "NodeSet=mix Feature=big Nodes=b1\nNodeSet=all Nodes=ALL\n"
                   "PartitionName=p Nodes=ib,b[2]\nPartitionName=q Nodes=mix\n"
                   "PartitionName=r Nodes=all\n");

    (void)state;
    assert_int_equal(partition_of(&conf, "p")->n_nodes, 4);
    assert_int_equal(partition_of(&conf, "q")->n_nodes, 4);
    assert_int_equal(partition_of(&conf, "r")->n_nodes, 5);
    conf_says("NodeSet=x\n", DIAG_WARNING, "NodeSet x has neither Nodes nor Feature");
}

static void partitions_are_read(void **state)
{
    g_auto(ConfFixture) conf = conf_quiet(
        "NodeName=n[1-4] CPUs=4\nPreemptType=preempt/partition_prio\nPreemptMode=SUSPEND,GANG\n"
        "PartitionName=DEFAULT MaxTime=1-0 State=UP OverSubscribe=FORCE:2 GraceTime=30\n"
        "PartitionName=p Nodes=n[1-2],n4 Default=YES DefaultTime=30 MinNodes=1 MaxNodes=2 \\\n"
        "    MaxCPUsPerNode=3 PriorityTier=9 PriorityJobFactor=7 PreemptMode=cancel \\\n"
        "    AllowAccounts=A,b AllowQos=ALL DenyQos=x QOS=Part DefMemPerNode=100 \\\n"
        "    MaxMemPerCPU=50 ExclusiveUser=YES LLN=YES OverTimeLimit=5 DefCpuPerGPU=3\n"
        "PartitionName=q Nodes=n3 Shared=EXCLUSIVE OverSubscribe=YES Priority=4 "
        "MaxTime=INFINITE State=drain ReqResv=yes PreemptMode=CLUSTER\n");
    const Partition *p = partition_of(&conf, "p"), *q = partition_of(&conf, "q");

    (void)state;
    assert_int_equal(p->n_nodes, 3);
    assert_true(p->is_default && p->exclusive_user && p->lln && !p->root_only);
    assert_int_equal(p->max_time, 1440);
    assert_int_equal(p->default_time, 30);
    assert_int_equal(p->max_nodes, 2);
    assert_int_equal(p->max_cpus_per_node, 3);
    assert_int_equal(p->priority_tier, 9);
    assert_int_equal(p->priority_job_factor, 7);
    assert_int_equal(p->preempt_mode, PREEMPT_CANCEL);
    assert_int_equal(p->over_subscribe, SHARE_FORCE);
    assert_int_equal(p->max_share, 2);
    assert_int_equal(p->grace_time, 30);
    assert_string_equal(p->allow_accounts[0], "a");
    assert_null(p->allow_qos);
    assert_string_equal(p->deny_qos[0], "x");
    assert_string_equal(p->qos_name, "Part");
    assert_int_equal(p->default_memory.amount, 100);
    assert_true(!p->default_memory.per_cpu && p->max_memory.per_cpu);
    assert_int_equal(p->over_time_limit, 5);
    assert_int_equal(p->default_cpu_per_gpu, 3);
    assert_int_equal(q->over_subscribe, SHARE_YES); /* OverSubscribe counts, not Shared */
    assert_int_equal(q->max_share, 4);
    assert_int_equal(q->priority_tier, 4);
    assert_int_equal(q->priority_job_factor, 4);
    assert_int_equal(q->max_time, MINUTES_UNLIMITED);
    assert_int_equal(q->state, PARTITION_DRAIN);
    assert_true(q->req_resv);
    assert_int_equal(q->preempt_mode, PREEMPT_UNSET);
    assert_int_equal(q->over_time_limit, MINUTES_UNSET);
}

static void partition_flags_of_default_lines_do_not_all_count(void **state)
{
    g_auto(ConfFixture) conf = conf_quiet("PartitionName=DEFAULT ExclusiveUser=YES Hidden=YES\n"
                                          "PartitionName=p\nDisableRootJobs=YES\n");

    (void)state;
    assert_false(partition_of(&conf, "p")->exclusive_user);
    assert_true(partition_of(&conf, "p")->hidden);
    assert_true(partition_of(&conf, "p")->disable_root_jobs);
}

static void partitions_slurm_refuses_are_refused(void **state)
{
    (void)state;
    conf_says("PartitionName=p\nPartitionName=p\n", DIAG_ERROR, "partition p is defined twice");
    conf_says("PartitionName=p MaxTime=2h\n", DIAG_ERROR, "MaxTime: expected a time such as");
    conf_says("PartitionName=p Shared=SHARED\n", DIAG_ERROR, "expected NO, YES[:n]");
    conf_says("PartitionName=p State=OK\n", DIAG_ERROR, "expected UP, DOWN, DRAIN");
    conf_says("PartitionName=p PreemptMode=x\n", DIAG_ERROR, "found 'x'");
    conf_says("PartitionName=p TRESBillingWeights=CPU\n", DIAG_ERROR,
              "TRESBillingWeights: expected a weight");
    conf_says("PartitionName=p Nodes=n[\n", DIAG_ERROR, "partition p: Nodes: ");
}

static void partitions_slurm_misreads_are_told(void **state)
{
    (void)state;
    conf_says("PartitionName=p DefaultTime=20 MaxTime=10\n", DIAG_WARNING,
              "Slurm ignores DefaultTime");
    conf_says("PartitionName=p OverSubscribe=YES:1\n", DIAG_WARNING, "takes OverSubscribe=NO");
    conf_says("PartitionName=p AllowQos=a DenyQos=b\n", DIAG_WARNING, "Deny list is ignored");
    conf_says("PartitionName=p PreemptMode=SUSPEND\n", DIAG_WARNING, "SUSPEND needs GANG");
    conf_says("PartitionName=p Nodes=n1\n", DIAG_WARNING, "no NodeName line defines n1");
    conf_says("PartitionName=p SelectTypeParameters=CR_Socket\n", DIAG_WARNING, "not simulated");
    conf_says("PartitionName=p TRESBillingWeights=GRES/gpu=1\n", DIAG_WARNING,
              "neither in AccountingStorageTRES nor in GresTypes");
    conf_says("PartitionName=p DefMemPerCPU=1 DefMemPerNode=1\n", DIAG_WARNING,
              "DefMemPerCPU is ignored");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_get_the_shape_slurmctld_gives_them),
        cmocka_unit_test(nodes_slurm_resets_are_reset_with_a_warning),
        cmocka_unit_test(nodes_slurm_refuses_are_refused),
        cmocka_unit_test(default_lines_are_reset_again_and_again),
        cmocka_unit_test(nodes_have_a_state_at_second_0),
        cmocka_unit_test(host_lists_have_several_brackets),
        cmocka_unit_test(cores_kept_from_jobs_are_counted),
        cmocka_unit_test(node_sets_stand_for_their_nodes),
        cmocka_unit_test(partitions_are_read),
        cmocka_unit_test(partition_flags_of_default_lines_do_not_all_count),
        cmocka_unit_test(partitions_slurm_refuses_are_refused),
        cmocka_unit_test(partitions_slurm_misreads_are_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
