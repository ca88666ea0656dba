/* Tests of limits_admit: what sbatch refuses, and the time limits it fills in. */
#include "tests/test.h"

#include "tests/sim/limit_bench.h"

/* ---- at submit ---------------------------------------------------------------------------------
 */

static void submit_limits_always_refuse(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, SLURM_24_05);
    qos(&bench, NORMAL)->max_submit_jobs_pu = 3;
    qos(&bench, HIGH)->grp_submit_jobs = 0;
    qos(&bench, PART)->max_submit_jobs_pa = 1;
    user(&bench, "u2")->max_submit_jobs = 2;
    account(&bench, "dept")->grp_submit_jobs = 3;
    bench_start(&bench);
    g_autoptr(FixtureJob) job = job_of(&bench, "u1", 1, 1);
    refused(&bench, job, 4, "QOSMaxSubmitJobPerUserLimit");
    assert_null(limits_admit(bench.limits, job, 2));
    limits_add_submit(bench.limits, job, 2);
    refused(&bench, job, 2, "QOSMaxSubmitJobPerUserLimit");
    job->qos = PART;
    refused(&bench, job, 2, "MaxSubmitJobsPerAccount");
    job->qos = HIGH;
    refused(&bench, job, 1, "QOSGrpSubmitJobsLimit");
    g_autoptr(FixtureJob) colleague = job_of(&bench, "u2", 1, 1);
    colleague->qos = INDEX_NONE;
    refused(&bench, colleague, 3, "AssocMaxSubmitJobLimit");
    refused(&bench, colleague, 2, "AssocGrpSubmitJobsLimit");
    job->qos = NORMAL;
    limits_remove_submit(bench.limits, job, 1);
    assert_null(limits_admit(bench.limits, colleague, 2));
}

static void other_limits_refuse_only_with_deny_on_limit(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, SLURM_24_05);
    qos(&bench, NORMAL)->max_tres_pu.v[TRES_CPU] = 4;
    qos(&bench, NORMAL)->max_wall_pj = 5;
    qos(&bench, NORMAL)->min_tres_pj.v[TRES_CPU] = 2;
    qos(&bench, NORMAL)->grp_tres.v[TRES_NODE] = 2;
    bench_start(&bench);
    g_autoptr(FixtureJob) job = job_of(&bench, "u1", 1, 5);
    assert_null(limits_admit(bench.limits, job, 1));
    limits_free(bench.limits);
    qos(&bench, NORMAL)->flags = QOS_DENY_ON_LIMIT;
    bench.limits = limits_new(bench.cluster, bench.usage);
    refused(&bench, job, 1, "QOSMaxCpuPerUserLimit");
    job->tres_request[TRES_CPU] = 4;
    refused(&bench, job, 1, "QOSMaxWallDurationPerJobLimit");
    job->limit = 5;
    assert_null(limits_admit(bench.limits, job, 1));
    job->tres_request[TRES_NODE] = 3;
    refused(&bench, job, 1, "QOSGrpNodeLimit");
    job->tres_request[TRES_NODE] = 1;
    job->tres_request[TRES_CPU] = 1;
    refused(&bench, job, 1, "QOSMinCpuNotSatisfied");
}

static void deny_on_limit_makes_association_limits_strict_too(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, SLURM_24_05);
    qos(&bench, HIGH)->flags = QOS_DENY_ON_LIMIT;
    account(&bench, "dept")->grp_tres.v[TRES_CPU] = 8;
    user(&bench, "u1")->max_tres_pj.v[TRES_CPU] = 4;
    user(&bench, "u1")->max_tres_pn.v[TRES_CPU] = 2;
    user(&bench, "u1")->max_wall_pj = 10;
    bench_start(&bench);
    g_autoptr(FixtureJob) job = job_of(&bench, "u1", 1, 9);
    assert_null(limits_admit(bench.limits, job, 1));
    job->qos = HIGH;
    refused(&bench, job, 1, "AssocMaxCpuPerJobLimit");
    job->tres_request[TRES_CPU] = 4;
    refused(&bench, job, 1, "AssocMaxCpuPerNode");
    job->tres_request[TRES_NODE] = 2;
    assert_null(limits_admit(bench.limits, job, 1));
    job->limit = 11;
    refused(&bench, job, 1, "AssocMaxWallDurationPerJobLimit");
    g_autoptr(FixtureJob) colleague = job_of(&bench, "u2", 1, 9);
    colleague->qos = INDEX_NONE; /* no QoS at all: strict as well */
    refused(&bench, colleague, 1, "AssocGrpCpuLimit");
}

static void an_unset_time_limit_becomes_the_lowest_wall_limit(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, SLURM_24_05);
    qos(&bench, NORMAL)->max_wall_pj = 30;
    qos(&bench, NORMAL)->grp_wall = 20;
    user(&bench, "u1")->max_wall_pj = 15;
    bench_start(&bench);
    g_autoptr(FixtureJob) job = job_of(&bench, "u1", 1, 1);
    job->limit = MINUTES_UNSET;
    assert_null(limits_admit(bench.limits, job, 1));
    assert_int_equal(job->limit, 20);
    assert_true(job->limit_by_system);
    job->qos = HIGH;
    job->limit = MINUTES_UNSET;
    assert_null(limits_admit(bench.limits, job, 1));
    assert_int_equal(job->limit, 15);
    g_autoptr(FixtureJob) free_one = job_of(&bench, "u3", 1, 1);
    free_one->qos = HIGH;
    free_one->limit = MINUTES_UNSET;
    assert_null(limits_admit(bench.limits, free_one, 1));
    assert_int_equal(free_one->limit, MINUTES_UNSET);
}

/* GrpTRESMins=cpu=100 with 4 CPUs: 25 minutes. */
static void strict_minutes_bound_the_time_limit(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, SLURM_24_05);
    qos(&bench, NORMAL)->flags = QOS_DENY_ON_LIMIT;
    qos(&bench, NORMAL)->grp_tres_mins.v[TRES_CPU] = 100;
    bench_start(&bench);
    g_autoptr(FixtureJob) job = job_of(&bench, "u1", 1, 4);
    job->limit = 26;
    refused(&bench, job, 1, "QOSGrpCPUMinutesLimit");
    job->limit = MINUTES_UNSET;
    assert_null(limits_admit(bench.limits, job, 1));
    assert_int_equal(job->limit, 25);
}

static void each_partition_asked_for_counts_until_the_job_starts(void **state)
{
    g_auto(Bench) bench = {0};

    (void)state;
    bench_init(&bench, SLURM_24_05);
    bench.cluster->partitions[1].qos_name = g_strdup("part");
    qos(&bench, PART)->grp_submit_jobs = 1;
    bench_start(&bench);
    g_autoptr(FixtureJob) job = job_of(&bench, "u1", 1, 1);
    g_autoptr(FixtureJob) next = job_of(&bench, "u3", 1, 1);
    fixture_partitions(job, 0, 1);
    fixture_partitions(next, 0, 1);
    assert_null(limits_admit(bench.limits, job, 1));
    limits_add_submit(bench.limits, job, 1);
    refused(&bench, next, 1, "QOSGrpSubmitJobsLimit");
    fixture_run(bench.cluster, job, 0, 0); /* in the first partition */
    limits_start(bench.limits, job, 0);
    assert_null(limits_admit(bench.limits, next, 1));
    limits_end(bench.limits, job, 10);
    limits_remove_submit(bench.limits, job, 1);
    assert_null(limits_admit(bench.limits, next, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(submit_limits_always_refuse),
        cmocka_unit_test(other_limits_refuse_only_with_deny_on_limit),
        cmocka_unit_test(deny_on_limit_makes_association_limits_strict_too),
        cmocka_unit_test(an_unset_time_limit_becomes_the_lowest_wall_limit),
        cmocka_unit_test(strict_minutes_bound_the_time_limit),
        cmocka_unit_test(each_partition_asked_for_counts_until_the_job_starts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
