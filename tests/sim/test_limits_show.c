/* Tests of limits_show in sim/limits.h: the limit a job waits for, in numbers. */
#include "tests/test.h"

#include "tests/sim/limit_bench.h"

/* It waits for @wanted, and this is what is shown of it. */
static LimitShown shown(const Bench *self, SimJob *job, const char *wanted)
{
    LimitShown out;

    waits(self, job, wanted);
    assert_true(limits_show(self->limits, job, &out));
    return out;
}

static void assert_numbers(const LimitShown *shown, uint64_t limit, uint64_t used, uint64_t wanted)
{
    assert_int_equal(shown->limit, limit);
    assert_int_equal(shown->used, used);
    assert_int_equal(shown->wanted, wanted);
}

static void a_count_of_jobs_shows_who_it_belongs_to(void **state)
{
    g_auto(Bench) bench = {0};
    LimitShown out;

    (void)state;
    bench_init(&bench, SLURM_24_05);
    qos(&bench, NORMAL)->max_jobs_pu = 2;
    bench_start(&bench);
    G_GNUC_UNUSED g_autoptr(FixtureJob) one = running(&bench, "u1", 0, 1);
    G_GNUC_UNUSED g_autoptr(FixtureJob) two = running(&bench, "u1", 0, 1);
    G_GNUC_UNUSED g_autoptr(FixtureJob) other = running(&bench, "u2", 0, 1);
    g_autoptr(FixtureJob) job = job_of(&bench, "u1", 1, 1);
    out = shown(&bench, job, "QOSMaxJobsPerUserLimit");
    assert_string_equal(out.name, "MaxJobsPerUser");
    assert_int_equal(out.qos, NORMAL);
    assert_int_equal(out.assoc, INDEX_NONE);
    assert_int_equal(out.tres, INDEX_NONE);
    assert_numbers(&out, 2, 2, 1); /* u2's does not count */
}

static void an_amount_shows_which_resource(void **state)
{
    g_auto(Bench) bench = {0};
    LimitShown out;

    (void)state;
    bench_init(&bench, SLURM_24_05);
    qos(&bench, NORMAL)->grp_tres.v[TRES_CPU] = 5;
    bench_start(&bench);
    G_GNUC_UNUSED g_autoptr(FixtureJob) runs = running(&bench, "u3", 0, 3);
    g_autoptr(FixtureJob) job = job_of(&bench, "u1", 1, 4);
    out = shown(&bench, job, "QOSGrpCpuLimit");
    assert_string_equal(out.name, "GrpTRES");
    assert_int_equal(out.tres, TRES_CPU);
    assert_numbers(&out, 5, 3, 4);
}

static void of_one_job_nothing_is_in_use(void **state)
{
    g_auto(Bench) bench = {0};
    LimitShown out;

    (void)state;
    bench_init(&bench, SLURM_24_05);
    qos(&bench, NORMAL)->max_wall_pj = 5;
    qos(&bench, NORMAL)->max_tres_pn.v[TRES_CPU] = 3;
    bench_start(&bench);
    G_GNUC_UNUSED g_autoptr(FixtureJob) runs = running(&bench, "u1", 0, 1);
    g_autoptr(FixtureJob) job = job_of(&bench, "u1", 2, 8);
    out = shown(&bench, job, "QOSMaxWallDurationPerJobLimit");
    assert_numbers(&out, 5, 0, 10);
    job->limit = 5;
    out = shown(&bench, job, "QOSMaxCpuPerNode");
    assert_numbers(&out, 3, 0, 4); /* 8 CPUs on 2 nodes */
}

/* lab may run 2 jobs, dept above it 3, and 2 run in lab and one in other: both are reached. */
static void the_lowest_account_whose_limit_is_reached_is_shown(void **state)
{
    g_auto(Bench) bench = {0};
    LimitShown out;

    (void)state;
    bench_init(&bench, SLURM_24_05);
    account(&bench, "dept")->grp_jobs = 3;
    account(&bench, "lab")->grp_jobs = 2;
    bench_start(&bench);
    G_GNUC_UNUSED g_autoptr(FixtureJob) one = running(&bench, "u1", 0, 1);
    G_GNUC_UNUSED g_autoptr(FixtureJob) two = running(&bench, "u2", 0, 1);
    G_GNUC_UNUSED g_autoptr(FixtureJob) other = running(&bench, "u3", 0, 1);
    g_autoptr(FixtureJob) inside = job_of(&bench, "u1", 1, 1);
    out = shown(&bench, inside, "AssocGrpJobsLimit");
    assert_string_equal(bench.cluster->assocs[out.assoc].account, "lab");
    assert_int_equal(out.qos, INDEX_NONE);
    assert_numbers(&out, 2, 2, 1);
    g_autoptr(FixtureJob) outside = job_of(&bench, "u3", 1, 1);
    out = shown(&bench, outside, "AssocGrpJobsLimit");
    assert_string_equal(bench.cluster->assocs[out.assoc].account, "dept");
    assert_numbers(&out, 3, 3, 1);
}

static void minutes_in_use_are_those_charged_and_those_still_to_run(void **state)
{
    g_auto(Bench) bench = {0};
    LimitShown out;

    (void)state;
    bench_init(&bench, SLURM_24_05);
    qos(&bench, NORMAL)->grp_tres_mins.v[TRES_CPU] = 100;
    qos(&bench, HIGH)->grp_wall = 50;
    bench_start(&bench);
    bench.usage->qos[HIGH].wall = 50 * 60;
    G_GNUC_UNUSED g_autoptr(FixtureJob) runs = running(&bench, "u3", 0, 1); /* for 10 minutes */
    g_autoptr(FixtureJob) job = job_of(&bench, "u1", 1, 2);
    bench.usage->qos[NORMAL].tres[TRES_CPU] = 100 * 60;
    out = shown(&bench, job, "QOSGrpCPUMinutesLimit");
    assert_numbers(&out, 100, 110, 20);
    job->qos = HIGH;
    out = shown(&bench, job, "QOSGrpWallLimit");
    assert_numbers(&out, 50, 50, 10);
}

static void the_qos_of_the_partition_comes_first(void **state)
{
    g_auto(Bench) bench = {0};
    LimitShown out;

    (void)state;
    bench_init(&bench, SLURM_24_05);
    bench.cluster->partitions[0].qos_name = g_strdup("part");
    qos(&bench, PART)->grp_jobs = 1;
    qos(&bench, NORMAL)->grp_jobs = 7;
    bench_start(&bench);
    G_GNUC_UNUSED g_autoptr(FixtureJob) runs = running(&bench, "u1", 0, 1);
    g_autoptr(FixtureJob) job = job_of(&bench, "u1", 1, 1);
    out = shown(&bench, job, "QOSGrpJobsLimit");
    assert_int_equal(out.qos, PART);
    assert_numbers(&out, 1, 1, 1);
}

static void a_reason_that_is_no_limit_shows_none(void **state)
{
    g_auto(Bench) bench = {0};
    LimitShown out;

    (void)state;
    bench_init(&bench, SLURM_24_05);
    bench_start(&bench);
    g_autoptr(FixtureJob) job = job_of(&bench, "u1", 1, 1);
    job->reason = WAIT_RESOURCES;
    assert_false(limits_show(bench.limits, job, &out));
    job->reason = WAIT_QOS_GRP_JOBS; /* but no QoS sets it */
    assert_false(limits_show(bench.limits, job, &out));
    job->reason = WAIT_QOS_GRP_TRES; /* of nothing */
    assert_false(limits_show(bench.limits, job, &out));
    job->reason = WAIT_ASSOC_GRP_JOBS;
    job->assoc = INDEX_NONE;
    assert_false(limits_show(bench.limits, job, &out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_count_of_jobs_shows_who_it_belongs_to),
        cmocka_unit_test(an_amount_shows_which_resource),
        cmocka_unit_test(of_one_job_nothing_is_in_use),
        cmocka_unit_test(the_lowest_account_whose_limit_is_reached_is_shown),
        cmocka_unit_test(minutes_in_use_are_those_charged_and_those_still_to_run),
        cmocka_unit_test(the_qos_of_the_partition_comes_first),
        cmocka_unit_test(a_reason_that_is_no_limit_shows_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
