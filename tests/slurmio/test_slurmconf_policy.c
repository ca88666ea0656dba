/* Tests of slurmio/slurmconf.h: Priority*, Preempt*, SchedulerParameters. */
#include "tests/slurmio/conf_fixture.h"

static void priorities_are_read(void **state)
{
    g_auto(ConfFixture) conf =
        conf_quiet("PriorityType=priority/basic\nPriorityWeightAge=1\nPriorityWeightAssoc=2\n"
                   "PriorityWeightFairShare=3\nPriorityWeightJobSize=4\nPriorityFavorSmall=yes\n"
                   "PriorityWeightPartition=5\nPriorityWeightQOS=6\nPriorityWeightTRES=CPU=7\n"
                   "PriorityMaxAge=1-0\nPriorityDecayHalfLife=0\nPriorityCalcPeriod=1\n"
                   "PriorityUsageResetPeriod=Monthly\nFairShareDampeningFactor=5\n"
                   "PriorityFlags=NO_FAIR_TREE,max_tres,NO_NORMAL_ALL\n");
    const PriorityParameters *priority = &conf.cluster->config.priority;

    (void)state;
    assert_int_equal(priority->type, PRIORITY_BASIC);
    assert_int_equal(priority->weight_age, 1);
    assert_int_equal(priority->weight_assoc, 2);
    assert_int_equal(priority->weight_fairshare, 3);
    assert_int_equal(priority->weight_job_size, 4);
    assert_int_equal(priority->weight_partition, 5);
    assert_int_equal(priority->weight_qos, 6);
    assert_int_equal((int)priority->weight_tres[TRES_CPU], 7);
    assert_true(priority->favor_small);
    assert_int_equal(priority->max_age, SECONDS_A_DAY);
    assert_int_equal(priority->half_life, 0);
    assert_int_equal(priority->calc_period, 60);
    assert_int_equal(priority->usage_reset, RESET_MONTHLY);
    assert_int_equal(priority->damping, 5);
    assert_int_equal(priority->flags, PRIORITY_NO_FAIR_TREE | PRIORITY_MAX_TRES |
                                          PRIORITY_NO_NORMAL_ASSOC | PRIORITY_NO_NORMAL_PART |
                                          PRIORITY_NO_NORMAL_QOS | PRIORITY_NO_NORMAL_TRES);
}

static void priorities_slurm_refuses_are_refused(void **state)
{
    (void)state;
    conf_says("PriorityWeightJobSize=-1\n", DIAG_ERROR, "PriorityFavorSmall=YES");
    conf_says("PriorityWeightAge=-1\n", DIAG_ERROR, "expected a number of at least 0");
    conf_says("PriorityType=multifactor\n", DIAG_ERROR, "expected priority/multifactor");
    conf_says("PriorityDecayHalfLife=0\n", DIAG_ERROR, "needs PriorityUsageResetPeriod");
    conf_says("PriorityCalcPeriod=0\n", DIAG_ERROR, "expected at least a minute");
    conf_says("PriorityMaxAge=7d\n", DIAG_ERROR, "PriorityMaxAge: expected a time such as");
    conf_says("PriorityUsageResetPeriod=HOURLY\n", DIAG_ERROR, "expected one of NONE, NOW");
    conf_says("PriorityFlags=NO_FAIRTREE\n", DIAG_WARNING, "did you mean NO_FAIR_TREE");
    conf_says("PriorityWeightAge=4294967295\nPriorityWeightQOS=1\n", DIAG_WARNING, "are cut");
}

static void max_tres_gres_is_max_tres_before_it_existed(void **state)
{
    g_auto(ConfFixture) conf = conf_quiet("PriorityFlags=MAX_TRES_GRES\n");

    (void)state;
    assert_int_equal(conf.cluster->config.priority.flags, PRIORITY_MAX_TRES);
}

static void preemption_is_read(void **state)
{
    g_auto(ConfFixture) conf =
        conf_quiet("PreemptType=preempt/partition_prio\nPreemptMode=suspend,gang\n"
                   "PreemptExemptTime=00:01:00\n"
                   "PreemptParameters=strict_order,min_exempt_priority=5\n");
    const Config *config = &conf.cluster->config;

    (void)state;
    assert_int_equal(config->preempt, PREEMPT_PARTITION_PRIO);
    assert_int_equal(config->preempt_mode, PREEMPT_SUSPEND | PREEMPT_GANG);
    assert_int_equal(config->preempt_exempt_time, 60);
    assert_true(config->sched.preempt_strict_order);
    assert_int_equal(config->sched.min_exempt_priority, 5);
}

static void preemption_mixed_up_is_refused_with_the_mend(void **state)
{
    (void)state;
    conf_says("PreemptMode=preempt/partition_prio\nPreemptType=suspend\n", DIAG_ERROR,
              "write PreemptType=preempt/partition_prio and PreemptMode=");
    conf_says("PreemptMode=preempt/partition_prio\nPreemptType=suspend\n", DIAG_ERROR,
              "PreemptType and PreemptMode are swapped");
    conf_says("PreemptMode=priority\nPreemptType=SUSPEND,GANG\n", DIAG_ERROR,
              "PreemptMode=SUSPEND,GANG");
    conf_says("PreemptMode=SUSPEND\nPreemptType=preempt/qos\n", DIAG_ERROR, "needs GANG");
    conf_says("PreemptMode=CANCEL\n", DIAG_ERROR, "needs a PreemptType");
    conf_says("PreemptType=preempt/qos\n", DIAG_ERROR, "needs a PreemptMode");
    conf_says("PreemptType=preempt/qos\nPreemptMode=GANG\n", DIAG_ERROR, "needs a PreemptMode");
    conf_says("PreemptType=preempt/partition\nPreemptMode=CANCEL\n", DIAG_ERROR,
              "did you mean preempt/partition_prio");
    conf_says("PreemptType=preempt/qos\nPreemptMode=CANCEL,REQUEUE\n", DIAG_ERROR,
              "expected one of OFF");
    conf_says("PreemptType=preempt/qos\nPreemptMode=REQEUE\n", DIAG_ERROR, "did you mean REQUEUE");
    conf_says("PreemptType=preempt/qos\nPreemptMode=xyz\n", DIAG_ERROR, "found 'xyz'");
    conf_says("PreemptType=preempt/qos\nPreemptMode=CANCEL\nPreemptExemptTime=x\n", DIAG_ERROR,
              "PreemptExemptTime: expected a time");
}

static void preempt_mode_priority_exists_since_25_05(void **state)
{
    g_auto(ConfFixture) conf = conf_fixture_new();

    (void)state;
    conf_fixture_write(&conf, "slurm.conf",
                       "PreemptType=preempt/qos\nPreemptMode=CANCEL,PRIORITY\n");
    conf_fixture_load(&conf, SLURM_25_05);
    assert_non_null(conf.cluster);
    assert_int_equal(conf.cluster->config.preempt_mode, PREEMPT_CANCEL | PREEMPT_PRIORITY);
}

static void scheduler_parameters_are_read(void **state)
{
    g_auto(ConfFixture) conf = conf_quiet(
        "SchedulerParameters=bf_interval=15,bf_window=2880,bf_resolution=300,max_job_bf=7,"
        "bf_max_job_user=3,bf_continue,defer_batch,assoc_limit_stop,bf_licenses,"
        "sched_interval=-1,default_queue_depth=9,preempt_reorder_count=2,bf_window_linear=60,"
        "max_switch_wait=5,enable_user_top,preempt_youngest_first\n");
    const SchedulerParameters *sched = &conf.cluster->config.sched;

    (void)state;
    assert_int_equal(sched->bf_interval, 15);
    assert_int_equal(sched->bf_max_time, 15);
    assert_int_equal(sched->bf_window, 2880);
    assert_int_equal(sched->bf_resolution, 300);
    assert_int_equal(sched->bf_max_job_test, 7);
    assert_int_equal(sched->bf_node_space_size, 7);
    assert_int_equal(sched->bf_max_job_user, 3);
    assert_int_equal(sched->sched_interval, -1);
    assert_int_equal(sched->default_queue_depth, 9);
    assert_int_equal(sched->preempt_reorder_count, 2);
    assert_int_equal(sched->bf_window_linear, 60);
    assert_int_equal(sched->max_switch_wait, 5);
    assert_true(sched->bf_continue && sched->defer && sched->assoc_limit_stop);
    assert_true(sched->bf_licenses && sched->bf_running_job_reserve);
    assert_true(sched->preempt_youngest_first);
}

static void scheduler_parameters_out_of_range_count_as_not_given(void **state)
{
    g_auto(ConfFixture) conf = conf_fixture_of("SchedulerParameters=bf_interval=20000,"
                                               "bf_window=0,bf_max_job_test=x,bf_resolution=60s,"
                                               "bf_max_job_assoc=1,bf_max_job_user=1\n");
    const SchedulerParameters *sched = &conf.cluster->config.sched;

    (void)state;
    assert_int_equal(sched->bf_interval, 30);
    assert_int_equal(sched->bf_window, 1440);
    assert_int_equal(sched->bf_max_job_test, 500);
    assert_int_equal(sched->bf_max_job_user, 0);
    assert_true(
        conf_fixture_heard(&conf, DIAG_WARNING, "bf_interval: expected a number from -1 to 10800"));
    assert_true(conf_fixture_heard(&conf, DIAG_WARNING, "Slurm reads '60s' as 60"));
    assert_true(conf_fixture_heard(&conf, DIAG_WARNING, "bf_max_job_user is ignored"));
}

static void scheduler_parameters_slurm_ignores_are_told(void **state)
{
    (void)state;
    conf_says("SchedulerParameters=bf_continu\n", DIAG_WARNING, "did you mean bf_continue");
    conf_says("SchedulerParameters=xyzzy=1\n", DIAG_WARNING, "silently ignores 'xyzzy'");
    conf_says("SchedulerParameters=kill_invalid_depend\n", DIAG_WARNING,
              "write DependencyParameters=kill_invalid_depend");
    conf_says("PreemptParameters=bf_continue\n", DIAG_WARNING, "silently ignores 'bf_continue'");
}

static void preempt_parameters_need_23_02(void **state)
{
    g_auto(ConfFixture) conf = conf_fixture_new();

    (void)state;
    conf_fixture_write(&conf, "slurm.conf", "PreemptParameters=strict_order\n");
    conf_fixture_load(&conf, SLURM_22_05);
    assert_true(conf_fixture_heard(&conf, DIAG_WARNING, "PreemptParameters needs Slurm 23.02"));
    assert_false(conf.cluster->config.sched.preempt_strict_order);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(priorities_are_read),
        cmocka_unit_test(priorities_slurm_refuses_are_refused),
        cmocka_unit_test(max_tres_gres_is_max_tres_before_it_existed),
        cmocka_unit_test(preemption_is_read),
        cmocka_unit_test(preemption_mixed_up_is_refused_with_the_mend),
        cmocka_unit_test(preempt_mode_priority_exists_since_25_05),
        cmocka_unit_test(scheduler_parameters_are_read),
        cmocka_unit_test(scheduler_parameters_out_of_range_count_as_not_given),
        cmocka_unit_test(scheduler_parameters_slurm_ignores_are_told),
        cmocka_unit_test(preempt_parameters_need_23_02),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
