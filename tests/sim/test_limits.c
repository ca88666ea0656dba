/* Tests of sim/limits.h and sim/reason.h: what keeps a job waiting, and who hides whom. */
#include "tests/test.h"

#include "base/rng.h"
#include "tests/sim/limit_bench.h"

static void grp_jobs_of_a_qos_counts_running_jobs(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, SLURM_24_05);
    qos(&bench, NORMAL)->grp_jobs = 1;
    bench_start(&bench);
    g_autoptr(FixtureJob) job = job_of(&bench, "u3", 1, 1);
    starts(&bench, job);
    G_GNUC_UNUSED g_autoptr(FixtureJob) other = running(&bench, "u1", 0, 1);
    waits(&bench, job, "QOSGrpJobsLimit");
    limits_end(bench.limits, other, 100);
    starts(&bench, job);
}

static void max_jobs_count_per_user_and_per_account(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, SLURM_24_05);
    qos(&bench, NORMAL)->max_jobs_pu = 1;
    qos(&bench, HIGH)->max_jobs_pa = 1;
    bench_start(&bench);
    G_GNUC_UNUSED g_autoptr(FixtureJob) runs = running(&bench, "u1", 0, 1);
    g_autoptr(FixtureJob) same = job_of(&bench, "u1", 1, 1);
    g_autoptr(FixtureJob) colleague = job_of(&bench, "u2", 1, 1);
    waits(&bench, same, "QOSMaxJobsPerUserLimit");
    starts(&bench, colleague);
    colleague->qos = HIGH;
    starts(&bench, colleague); /* the running one is in another QoS */
    g_autoptr(FixtureJob) high = job_of(&bench, "u1", 1, 1);
    high->qos = HIGH;
    fixture_run(bench.cluster, high, 1, 0);
    limits_start(bench.limits, high, 0);
    waits(&bench, colleague, "MaxJobsPerAccount");
    g_autoptr(FixtureJob) stranger = job_of(&bench, "u3", 1, 1);
    stranger->qos = HIGH;
    starts(&bench, stranger);
}

static void associations_limit_jobs_at_every_level(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, SLURM_24_05);
    account(&bench, "dept")->grp_jobs = 2;
    user(&bench, "u1")->max_jobs = 1;
    bench_start(&bench);
    G_GNUC_UNUSED g_autoptr(FixtureJob) runs = running(&bench, "u1", 0, 1);
    g_autoptr(FixtureJob) same = job_of(&bench, "u1", 1, 1);
    g_autoptr(FixtureJob) colleague = job_of(&bench, "u2", 1, 1);
    waits(&bench, same, "AssocMaxJobsLimit");
    starts(&bench, colleague);
    G_GNUC_UNUSED g_autoptr(FixtureJob) stranger = running(&bench, "u3", 0, 1);
    waits(&bench, colleague, "AssocGrpJobsLimit");
}

static void max_wall_holds_back_longer_jobs_but_not_filled_in_limits(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, SLURM_24_05);
    qos(&bench, NORMAL)->max_wall_pj = 10;
    user(&bench, "u1")->max_wall_pj = 5;
    bench_start(&bench);
    g_autoptr(FixtureJob) job = job_of(&bench, "u1", 1, 1);
    starts(&bench, job); /* the QoS hides the association's limit */
    job->limit = 11;
    waits(&bench, job, "QOSMaxWallDurationPerJobLimit");
    job->limit_by_system = true;
    starts(&bench, job);
    job->limit_by_system = false;
    job->qos = HIGH;
    waits(&bench, job, "AssocMaxWallDurationPerJobLimit");
}

static void grp_wall_counts_decayed_minutes(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, SLURM_24_05);
    qos(&bench, NORMAL)->grp_wall = 100;
    account(&bench, "lab")->grp_wall = 50;
    bench_start(&bench);
    g_autoptr(FixtureJob) job = job_of(&bench, "u1", 1, 1);
    bench.usage->qos[NORMAL].wall = 99 * 60 + 59;
    starts(&bench, job);
    bench.usage->qos[NORMAL].wall = 100 * 60;
    waits(&bench, job, "QOSGrpWallLimit");
    job->qos = HIGH;
    bench.usage->assocs[bench.cluster->assocs[job->assoc].parent].wall = 50 * 60;
    waits(&bench, job, "AssocGrpWallLimit");
}

static void safe_keeps_room_for_the_whole_job(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, SLURM_24_05);
    bench.cluster->config.enforce |= ENFORCE_SAFE;
    qos(&bench, NORMAL)->grp_wall = 100;
    qos(&bench, HIGH)->grp_tres_mins.v[TRES_CPU] = 100;
    bench_start(&bench);
    g_autoptr(FixtureJob) job = job_of(&bench, "u1", 1, 4);
    bench.usage->qos[NORMAL].wall = 91 * 60;
    waits(&bench, job, "QOSGrpWallLimit");
    job->qos = HIGH; /* 4 CPUs x 10 min */
    starts(&bench, job);
    bench.usage->qos[HIGH].tres[TRES_CPU] = 61 * 60;
    waits(&bench, job, "QOSGrpCPUMinutesLimit");
    bench.cluster->config.enforce &= ~(uint32_t)ENFORCE_SAFE;
    g_autoptr(Limits) unsafe = limits_new(bench.cluster, bench.usage);
    assert_true(limits_after(unsafe, job, job->tres_request, 0));
}

static void grp_tres_adds_up_over_the_group(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, SLURM_24_05);
    qos(&bench, NORMAL)->grp_tres.v[TRES_CPU] = 6;
    account(&bench, "lab")->grp_tres.v[TRES_MEM] = 500;
    bench_start(&bench);
    G_GNUC_UNUSED g_autoptr(FixtureJob) runs = running(&bench, "u3", 0, 4);
    g_autoptr(FixtureJob) job = job_of(&bench, "u1", 1, 2);
    starts(&bench, job);
    job->tres_request[TRES_CPU] = 3;
    waits(&bench, job, "QOSGrpCpuLimit");
    job->qos = HIGH;
    job->tres_request[TRES_MEM] = 501;
    waits(&bench, job, "AssocGrpMemLimit");
}

/* Parent accounts limit all below them. */
static void grp_tres_of_a_parent_account_holds(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, SLURM_24_05);
    account(&bench, "dept")->grp_tres.v[TRES_CPU] = 4;
    bench_start(&bench);
    G_GNUC_UNUSED g_autoptr(FixtureJob) runs = running(&bench, "u3", 0, 2);
    g_autoptr(FixtureJob) job = job_of(&bench, "u1", 1, 3);
    waits(&bench, job, "AssocGrpCpuLimit");
}

/* Two jobs of the QoS on n1: one node. A third on n1 too adds none, on n2 one. */
static void nodes_of_a_group_count_once(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, SLURM_24_05);
    qos(&bench, NORMAL)->grp_tres.v[TRES_NODE] = 1;
    bench_start(&bench);
    G_GNUC_UNUSED g_autoptr(FixtureJob) first = running(&bench, "u1", 0, 1);
    G_GNUC_UNUSED g_autoptr(FixtureJob) second = running(&bench, "u2", 0, 1);
    g_autoptr(FixtureJob) job = job_of(&bench, "u3", 1, 1);
    waits(&bench, job, "QOSGrpNodeLimit");
    job->alloc = g_new0(Allocation, 1);
    job->alloc->nodes = nodeset_copy(first->alloc->nodes);
    starts(&bench, job);
    limits_end(bench.limits, first, 10);
    starts(&bench, job);
    limits_end(bench.limits, second, 10);
    nodeset_free(job->alloc->nodes);
    g_clear_pointer(&job->alloc, g_free);
    starts(&bench, job);
}

static void max_tres_counts_per_job_node_user_and_account(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, SLURM_24_05);
    qos(&bench, NORMAL)->max_tres_pj.v[TRES_CPU] = 8;
    qos(&bench, NORMAL)->max_tres_pn.v[TRES_CPU] = 3;
    qos(&bench, NORMAL)->max_tres_pu.v[TRES_CPU] = 7;
    qos(&bench, NORMAL)->max_tres_pa.v[TRES_MEM] = 900;
    bench_start(&bench);
    g_autoptr(FixtureJob) job = job_of(&bench, "u1", 4, 9);
    waits(&bench, job, "QOSMaxCpuPerJobLimit");
    job->tres_request[TRES_CPU] = 8;
    job->tres_request[TRES_NODE] = 2;
    waits(&bench, job, "QOSMaxCpuPerNode");
    job->tres_request[TRES_NODE] = 4;
    waits(&bench, job, "QOSMaxCpuPerUserLimit");
    job->tres_request[TRES_CPU] = 4;
    job->tres_request[TRES_MEM] = 600;
    starts(&bench, job);
    G_GNUC_UNUSED g_autoptr(FixtureJob) runs = running(&bench, "u1", 0, 3);
    starts(&bench, job);
    job->tres_request[TRES_CPU] = 5;
    waits(&bench, job, "QOSMaxCpuPerUserLimit");
    g_autoptr(FixtureJob) colleague = job_of(&bench, "u2", 4, 4);
    colleague->tres_request[TRES_MEM] = 601;
    waits(&bench, colleague, "MaxMemoryPerAccount");
}

static void min_tres_refuses_to_start_small_jobs(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, SLURM_24_05);
    qos(&bench, NORMAL)->min_tres_pj.v[TRES_CPU] = 2;
    bench_start(&bench);
    g_autoptr(FixtureJob) job = job_of(&bench, "u1", 1, 1);
    waits(&bench, job, "QOSMinCpuNotSatisfied");
    job->tres_request[TRES_CPU] = 2;
    starts(&bench, job);
}

static void associations_limit_the_size_of_a_job(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, SLURM_24_05);
    account(&bench, "lab")->max_tres_pj.v[TRES_CPU] = 8;
    account(&bench, "lab")->max_tres_pn.v[TRES_CPU] = 3;
    account(&bench, "lab")->max_tres_mins_pj.v[TRES_CPU] = 70;
    bench_start(&bench);
    g_autoptr(FixtureJob) job = job_of(&bench, "u1", 4, 9);
    waits(&bench, job, "AssocMaxCpuMinutesPerJobLimit"); /* 9 CPUs x 10 min */
    job->limit = 5;
    waits(&bench, job, "AssocMaxCpuPerJobLimit");
    job->tres_request[TRES_CPU] = 8;
    job->tres_request[TRES_NODE] = 2;
    waits(&bench, job, "AssocMaxCpuPerNode");
    job->tres_request[TRES_NODE] = 4;
    starts(&bench, job);
}

static void limit_factor_of_the_qos_stretches_association_limits(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, SLURM_24_05);
    account(&bench, "lab")->grp_tres.v[TRES_CPU] = 4;
    account(&bench, "lab")->max_tres_pj.v[TRES_CPU] = 4;
    qos(&bench, HIGH)->limit_factor = 2;
    bench_start(&bench);
    g_autoptr(FixtureJob) job = job_of(&bench, "u1", 2, 8);
    waits(&bench, job, "AssocMaxCpuPerJobLimit");
    job->qos = HIGH;
    starts(&bench, job);
}

static void grp_tres_mins_blocks_once_used_up(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, SLURM_24_05);
    account(&bench, "lab")->grp_tres_mins.v[TRES_CPU] = 20;
    bench_start(&bench);
    g_autoptr(FixtureJob) job = job_of(&bench, "u1", 1, 4);
    const uint32_t lab = bench.cluster->assocs[job->assoc].parent;
    bench.usage->assocs[lab].tres[TRES_CPU] = 19.9 * 60;
    starts(&bench, job); /* though its 40 minutes will not do: killed later */
    bench.usage->assocs[lab].tres[TRES_CPU] = 20 * 60;
    waits(&bench, job, "AssocGrpCPUMinutesLimit");
}

static void usage_factor_0_ignores_what_is_used(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, SLURM_24_05);
    qos(&bench, NORMAL)->grp_tres_mins.v[TRES_CPU] = 20;
    qos(&bench, NORMAL)->usage_factor = 0;
    bench_start(&bench);
    g_autoptr(FixtureJob) job = job_of(&bench, "u1", 1, 1);
    bench.usage->qos[NORMAL].tres[TRES_CPU] = 1e6;
    starts(&bench, job);
}

/* 4 CPUs x 10 min = 40 CPU minutes; they shrink at passes and vanish at the end. */
static void run_minutes_shrink_as_time_passes(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, SLURM_24_05);
    qos(&bench, NORMAL)->grp_tres_run_mins.v[TRES_CPU] = 60;
    bench_start(&bench);
    G_GNUC_UNUSED g_autoptr(FixtureJob) runs = running(&bench, "u1", 0, 4);
    g_autoptr(FixtureJob) job = job_of(&bench, "u2", 1, 3);
    waits(&bench, job, "QOSGrpCPURunMinutesLimit"); /* 40 + 30 > 60 */
    limits_elapse(bench.limits, runs, 135);         /* 31 minutes left */
    waits(&bench, job, "QOSGrpCPURunMinutesLimit");
    limits_elapse(bench.limits, runs, 136); /* 30 and a bit: 30 */
    starts(&bench, job);
    runs->limit = 20;
    limits_alter(bench.limits, runs, 10);
    waits(&bench, job, "QOSGrpCPURunMinutesLimit");
    limits_end(bench.limits, runs, 200);
    starts(&bench, job);
    job->limit = 21;
    waits(&bench, job, "QOSGrpCPURunMinutesLimit"); /* alone too much */
}

static void run_minutes_per_user_exist_since_24_05(void **state)
{
    (void)state;
    for (SlurmVersion version = SLURM_23_11; version <= SLURM_24_05; version++) {
        g_auto(Bench) bench = {0};

        bench_init(&bench, version);
        qos(&bench, NORMAL)->max_tres_run_mins_pu.v[TRES_CPU] = 50;
        qos(&bench, HIGH)->max_tres_run_mins_pa.v[TRES_CPU] = 5;
        bench_start(&bench);
        G_GNUC_UNUSED g_autoptr(FixtureJob) runs = running(&bench, "u1", 0, 4);
        g_autoptr(FixtureJob) job = job_of(&bench, "u1", 1, 2);
        if (version < SLURM_24_05) {
            starts(&bench, job);
            continue;
        }
        waits(&bench, job, "MaxCpuRunMinsPerUser");
        job->qos = HIGH;
        waits(&bench, job, "MaxCpuRunMinsPerAccount");
    }
}

/* ---- who hides whom ----------------------------------------------------------------------------
 */

static void the_partitions_qos_comes_before_the_jobs(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, SLURM_24_05);
    bench.cluster->partitions[0].qos_name = g_strdup("part");
    qos(&bench, PART)->max_tres_pj.v[TRES_CPU] = 4;
    qos(&bench, NORMAL)->max_tres_pj.v[TRES_CPU] = 8;
    qos(&bench, NORMAL)->max_wall_pj = 20;
    user(&bench, "u1")->max_tres_pj.v[TRES_CPU] = 2;
    bench_start(&bench);
    g_autoptr(FixtureJob) job = job_of(&bench, "u1", 1, 5);
    waits(&bench, job, "QOSMaxCpuPerJobLimit");
    job->tres_request[TRES_CPU] = 3;
    starts(&bench, job);
    job->limit = 21;
    waits(&bench, job, "QOSMaxWallDurationPerJobLimit"); /* only the job's QoS sets it */
}

static void over_part_qos_turns_the_order_round(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, SLURM_24_05);
    bench.cluster->partitions[0].qos_name = g_strdup("part");
    qos(&bench, PART)->max_tres_pj.v[TRES_CPU] = 4;
    qos(&bench, HIGH)->max_tres_pj.v[TRES_CPU] = 8;
    qos(&bench, HIGH)->flags = QOS_OVER_PART_QOS;
    bench_start(&bench);
    g_autoptr(FixtureJob) job = job_of(&bench, "u1", 2, 6);
    waits(&bench, job, "QOSMaxCpuPerJobLimit");
    job->qos = HIGH;
    starts(&bench, job);
}

static void without_enforcement_nothing_holds(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, SLURM_24_05);
    bench.cluster->config.enforce = ENFORCE_ASSOCIATIONS | ENFORCE_QOS;
    qos(&bench, NORMAL)->max_tres_pj.v[TRES_CPU] = 1;
    qos(&bench, NORMAL)->flags = QOS_DENY_ON_LIMIT;
    qos(&bench, NORMAL)->max_submit_jobs_pu = 0;
    bench_start(&bench);
    g_autoptr(FixtureJob) job = job_of(&bench, "u1", 1, 4);
    assert_null(limits_admit(bench.limits, job, 1));
    starts(&bench, job);
    assert_int_equal(limits_max_nodes(bench.limits, job), UINT32_MAX);
}

static void relative_qos_are_percentages_of_cluster_or_partition(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, SLURM_24_05);
    bench.cluster->partitions[1].qos_name = g_strdup("part");
    g_free(bench.cluster->partitions[1].node_text);
    bench.cluster->partitions[1].node_text = g_strdup("n1");
    qos(&bench, NORMAL)->flags = qos(&bench, PART)->flags = QOS_RELATIVE;
    qos(&bench, NORMAL)->grp_tres.v[TRES_CPU] = 50; /* of 16 */
    qos(&bench, PART)->grp_tres.v[TRES_CPU] = 50;   /* of 4 */
    bench_start(&bench);
    g_autoptr(FixtureJob) job = job_of(&bench, "u1", 2, 8);
    starts(&bench, job);
    job->tres_request[TRES_CPU] = 9;
    waits(&bench, job, "QOSGrpCpuLimit");
    job->partition = 1;
    job->tres_request[TRES_CPU] = 2;
    starts(&bench, job);
    job->tres_request[TRES_CPU] = 3;
    waits(&bench, job, "QOSGrpCpuLimit");
}

/* ---- the rest ----------------------------------------------------------------------------------
 */

static void accrue_limits_leave_so_many_slots(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, SLURM_24_05);
    qos(&bench, NORMAL)->max_jobs_accrue_pu = 2;
    qos(&bench, NORMAL)->grp_jobs_accrue = 3;
    account(&bench, "dept")->grp_jobs_accrue = 1;
    bench_start(&bench);
    g_autoptr(FixtureJob) job = job_of(&bench, "u1", 1, 1);
    assert_int_equal(limits_accrue_slots(bench.limits, job), 2);
    limits_add_accrue(bench.limits, job); /* has no accrue_at: ignored */
    assert_int_equal(limits_accrue_slots(bench.limits, job), 2);
    job->accrue_at = 0;
    limits_add_accrue(bench.limits, job);
    limits_add_accrue(bench.limits, job);
    assert_int_equal(limits_accrue_slots(bench.limits, job), 0);
    g_autoptr(FixtureJob) other = job_of(&bench, "u3", 1, 1);
    other->qos = HIGH;
    assert_int_equal(limits_accrue_slots(bench.limits, other), 0); /* dept's */
    limits_remove_accrue(bench.limits, job);
    limits_remove_accrue(bench.limits, job);
    assert_int_equal(limits_accrue_slots(bench.limits, other), 1);
}

static void before_24_05_the_first_accrue_limit_found_holds(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, SLURM_23_11);
    qos(&bench, NORMAL)->max_jobs_accrue_pu = 2;
    qos(&bench, NORMAL)->grp_jobs_accrue = 3;
    bench_start(&bench);
    g_autoptr(FixtureJob) job = job_of(&bench, "u1", 1, 1);
    assert_int_equal(limits_accrue_slots(bench.limits, job), 3);
}

static void the_lowest_node_limit_is_found(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, SLURM_24_05);
    account(&bench, "dept")->grp_tres.v[TRES_NODE] = 3;
    account(&bench, "lab")->max_tres_pj.v[TRES_NODE] = 2;
    qos(&bench, HIGH)->max_tres_pu.v[TRES_NODE] = 4;
    bench_start(&bench);
    g_autoptr(FixtureJob) job = job_of(&bench, "u1", 1, 1);
    g_autoptr(FixtureJob) other = job_of(&bench, "u3", 1, 1);
    assert_int_equal(limits_max_nodes(bench.limits, job), 2);
    assert_int_equal(limits_max_nodes(bench.limits, other), 3);
    job->qos = HIGH; /* a QoS limit per user hides the association's per job, not its group's */
    assert_int_equal(limits_max_nodes(bench.limits, job), 3);
}

static void the_qos_whose_group_limit_blocks_is_named(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, SLURM_24_05);
    bench.cluster->partitions[0].qos_name = g_strdup("part");
    qos(&bench, PART)->grp_tres.v[TRES_CPU] = 4;
    qos(&bench, NORMAL)->max_tres_pj.v[TRES_MEM] = 300;
    bench_start(&bench);
    g_autoptr(FixtureJob) job = job_of(&bench, "u1", 2, 5);
    waits(&bench, job, "QOSGrpCpuLimit");
    assert_int_equal(limits_blocking_group(bench.limits, job), PART);
    job->tres_request[TRES_CPU] = 4;
    waits(&bench, job, "QOSMaxMemoryPerJob");
    assert_int_equal(limits_blocking_group(bench.limits, job), INDEX_NONE);
    job->tres_request[TRES_MEM] = 300;
    starts(&bench, job);
    assert_int_equal(limits_blocking_group(bench.limits, job), INDEX_NONE);
}

static void running_jobs_end_when_their_group_has_used_up_its_minutes(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, SLURM_24_05);
    account(&bench, "lab")->grp_tres_mins.v[TRES_CPU] = 20;
    account(&bench, "lab")->grp_wall = 10;
    qos(&bench, HIGH)->max_tres_mins_pj.v[TRES_CPU] = 8;
    bench_start(&bench);
    g_autoptr(FixtureJob) job = running(&bench, "u1", 0, 4);
    Used *lab = &bench.usage->assocs[bench.cluster->assocs[job->assoc].parent];
    assert_false(limits_expired(bench.limits, job, 100));
    lab->tres[TRES_CPU] = 20 * 60;
    assert_true(limits_expired(bench.limits, job, 100));
    lab->tres[TRES_CPU] = 0;
    lab->wall = 600;
    assert_true(limits_expired(bench.limits, job, 100));
    lab->wall = 0;
    job->qos = HIGH;
    assert_false(limits_expired(bench.limits, job, 119)); /* 1 min x 4 CPUs */
    assert_true(limits_expired(bench.limits, job, 120));
    bench.cluster->config.enforce |= ENFORCE_SAFE;
    g_autoptr(Limits) safe = limits_new(bench.cluster, bench.usage);
    assert_false(limits_expired(safe, job, 10000));
}

static void thresholds_flags_and_exemptions_come_from_the_right_place(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, SLURM_24_05);
    bench.cluster->partitions[0].qos_name = g_strdup("part");
    bench.cluster->config.preempt_exempt_time = 30;
    qos(&bench, PART)->flags = QOS_NO_RESERVE;
    qos(&bench, HIGH)->min_prio_threshold = 7;
    qos(&bench, HIGH)->preempt_exempt_time = 60;
    user(&bench, "u1")->min_prio_threshold = 5;
    bench_start(&bench);
    g_autoptr(FixtureJob) job = job_of(&bench, "u1", 1, 1);
    assert_int_equal(limits_prio_threshold(bench.limits, job), 5);
    assert_int_equal(limits_exempt_time(bench.limits, job), 30);
    assert_false(limits_qos_flag(bench.limits, job, QOS_NO_RESERVE)); /* the partition's only */
    job->qos = HIGH;
    assert_int_equal(limits_prio_threshold(bench.limits, job), 7);
    assert_int_equal(limits_exempt_time(bench.limits, job), 60);
    job->qos = PART;
    assert_true(limits_qos_flag(bench.limits, job, QOS_NO_RESERVE));
}

static void reasons_are_spelled_as_slurm_spells_them(void **state)
{
    (void)state;
    for (int i = 0; i < WAIT_REASONS; i++)
        assert_non_null(wait_reason_name((WaitReason)i));
    assert_string_equal(wait_reason_name(WAIT_RESOURCES), "Resources");
    assert_string_equal(wait_reason_name(WAIT_QOS_GRP_TRES), "QOSGrpUnknown");
    assert_string_equal(wait_reason_tres_name(WAIT_QOS_GRP_TRES, "gres/gpu:a100"), "QOSGrpGRES");
    assert_string_equal(wait_reason_tres_name(WAIT_QOS_GRP_TRES_MINS, "mem"),
                        "QOSGrpMemoryMinutes");
    assert_string_equal(wait_reason_tres_name(WAIT_ASSOC_GRP_TRES, "license/matlab"),
                        "AssocGrpLicense");
    assert_string_equal(wait_reason_tres_name(WAIT_ASSOC_MAX_TRES_PJ, "billing"),
                        "AssocMaxBillingPerJob");
    assert_string_equal(wait_reason_tres_name(WAIT_PRIORITY, "cpu"), "Priority");
}

/* Jobs start whenever limits allow and end at random: no limit is ever broken, and when all have
 * ended everything is back at zero. */
static void counters_never_exceed_limits_and_return_to_zero(void **state)
{
    static const char *const users[] = {"u1", "u2", "u3"};
    g_auto(Bench) bench = {0};
    g_autoptr(Rng) rng = rng_new(8, 0, "limits");
    g_autoptr(GPtrArray) jobs = g_ptr_array_new_with_free_func((GDestroyNotify)fixture_free);

    (void)state;
    bench_init(&bench, SLURM_24_05);
    qos(&bench, NORMAL)->grp_tres.v[TRES_CPU] = 20;
    qos(&bench, NORMAL)->max_tres_pu.v[TRES_CPU] = 9;
    account(&bench, "lab")->grp_tres_run_mins.v[TRES_CPU] = 150;
    bench_start(&bench);
    for (Instant now = 0; now < 3000; now++) {
        const bool ends = jobs->len > 0 && rng_below(rng, 3) == 0;
        const guint which = ends ? rng_below(rng, jobs->len) : 0;
        SimJob *job;

        for (guint i = 0; i < jobs->len; i++)
            limits_elapse(bench.limits, g_ptr_array_index(jobs, i), now);
        if (ends) {
            limits_end(bench.limits, g_ptr_array_index(jobs, which), now);
            g_ptr_array_remove_index(jobs, which);
        }
        job = job_of(&bench, users[rng_below(rng, 3)], 1, 1 + rng_below(rng, 4));
        g_ptr_array_add(jobs, job);
        if (!limits_before(bench.limits, job, now) ||
            !limits_after(bench.limits, job, job->tres_request, now)) {
            g_ptr_array_remove_index(jobs, jobs->len - 1);
            continue;
        }
        fixture_run(bench.cluster, job, rng_below(rng, 4), now);
        limits_start(bench.limits, job, now);

        uint64_t cpus = 0;
        for (guint i = 0; i < jobs->len; i++)
            cpus += ((SimJob *)g_ptr_array_index(jobs, i))->tres_alloc[TRES_CPU];
        assert_true(cpus <= 20);
    }
    for (guint i = 0; i < jobs->len; i++)
        limits_end(bench.limits, g_ptr_array_index(jobs, i), 3000);
    g_autoptr(FixtureJob) whole = job_of(&bench, "u1", 4, 9);
    starts(&bench, whole); /* 9 CPUs of 9, 90 minutes of 150 */
    whole->limit = 16;
    starts(&bench, whole); /* 144 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grp_jobs_of_a_qos_counts_running_jobs),
        cmocka_unit_test(max_jobs_count_per_user_and_per_account),
        cmocka_unit_test(associations_limit_jobs_at_every_level),
        cmocka_unit_test(max_wall_holds_back_longer_jobs_but_not_filled_in_limits),
        cmocka_unit_test(grp_wall_counts_decayed_minutes),
        cmocka_unit_test(safe_keeps_room_for_the_whole_job),
        cmocka_unit_test(grp_tres_adds_up_over_the_group),
        cmocka_unit_test(grp_tres_of_a_parent_account_holds),
        cmocka_unit_test(nodes_of_a_group_count_once),
        cmocka_unit_test(max_tres_counts_per_job_node_user_and_account),
        cmocka_unit_test(min_tres_refuses_to_start_small_jobs),
        cmocka_unit_test(associations_limit_the_size_of_a_job),
        cmocka_unit_test(limit_factor_of_the_qos_stretches_association_limits),
        cmocka_unit_test(grp_tres_mins_blocks_once_used_up),
        cmocka_unit_test(usage_factor_0_ignores_what_is_used),
        cmocka_unit_test(run_minutes_shrink_as_time_passes),
        cmocka_unit_test(run_minutes_per_user_exist_since_24_05),
        cmocka_unit_test(the_partitions_qos_comes_before_the_jobs),
        cmocka_unit_test(over_part_qos_turns_the_order_round),
        cmocka_unit_test(without_enforcement_nothing_holds),
        cmocka_unit_test(relative_qos_are_percentages_of_cluster_or_partition),
        cmocka_unit_test(accrue_limits_leave_so_many_slots),
        cmocka_unit_test(before_24_05_the_first_accrue_limit_found_holds),
        cmocka_unit_test(the_lowest_node_limit_is_found),
        cmocka_unit_test(the_qos_whose_group_limit_blocks_is_named),
        cmocka_unit_test(running_jobs_end_when_their_group_has_used_up_its_minutes),
        cmocka_unit_test(thresholds_flags_and_exemptions_come_from_the_right_place),
        cmocka_unit_test(reasons_are_spelled_as_slurm_spells_them),
        cmocka_unit_test(counters_never_exceed_limits_and_return_to_zero),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
