/* Tests of sim/priority.h: every term of multifactor, priority/basic, billing. */
#include "tests/test.h"

#include "base/rng.h"
#include "sim/priority.h"
#include "tests/sim/fixture.h"

typedef struct {
    Cluster *cluster;
    Usage *usage;
    PriorityBook *book;
} Bench;

static void bench_init(Bench *self, Cluster *cluster)
{
    fixture_finish(cluster);
    self->cluster = cluster;
    self->usage = usage_new(cluster);
    self->book = priority_book_new(cluster, self->usage);
}

static void bench_clear(Bench *self)
{
    priority_book_free(self->book);
    usage_free(self->usage);
    cluster_free(self->cluster);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Bench, bench_clear)

static uint32_t points(const Bench *self, const SimJob *job, Instant now)
{
    PriorityTerms terms;

    return priority_factors(self->book, job, job->partition, now, &terms);
}

static PriorityTerms terms_of(const Bench *self, const SimJob *job, Instant now)
{
    PriorityTerms terms;

    priority_factors(self->book, job, job->partition, now, &terms);
    return terms;
}

/* 1 node x 4 CPUs: one core leaves no node but 3 of 4 CPUs free, (0 + 0.75) / 2 */
static void small_jobs_get_375_points_for_one_core_of_four(void **state)
{
    g_auto(Bench) bench = {0};
    Cluster *cluster = fixture_cluster(SLURM_24_05, 1, 4);

    (void)state;
    cluster->config.priority.favor_small = true;
    cluster->config.priority.weight_job_size = 1000;
    bench_init(&bench, cluster);
    g_autoptr(FixtureJob) small = fixture_job(cluster, NULL, 1, 1);
    g_autoptr(FixtureJob) large = fixture_job(cluster, NULL, 1, 4);
    assert_close(terms_of(&bench, small, 0).job_size, 375);
    assert_close(terms_of(&bench, large, 0).job_size, 0);
    assert_int_equal(points(&bench, small, 0), 375);
    assert_int_equal(points(&bench, large, 0), 1); /* 0 is for held jobs */
}

/* 4 nodes x 4 CPUs: half the nodes and a quarter of the CPUs, then what a test estimated */
static void large_jobs_get_points_for_nodes_and_cpus(void **state)
{
    g_auto(Bench) bench = {0};
    Cluster *cluster = fixture_cluster(SLURM_24_05, 4, 4);

    (void)state;
    cluster->config.priority.weight_job_size = 1000;
    bench_init(&bench, cluster);
    g_autoptr(FixtureJob) job = fixture_job(cluster, NULL, 2, 4);
    assert_close(terms_of(&bench, job, 0).job_size, 375);
    job->total_cpus = 8;
    assert_close(terms_of(&bench, job, 0).job_size, 500);
}

/* max(2 nodes x 4 CPUs a node, 4 CPUs) / 10 min / 16 CPUs = 0.05 */
static void size_relative_to_time_divides_by_the_limit(void **state)
{
    g_auto(Bench) bench = {0};
    Cluster *cluster = fixture_cluster(SLURM_24_05, 4, 4);

    (void)state;
    cluster->config.priority.weight_job_size = 1000;
    cluster->config.priority.flags = PRIORITY_SMALL_RELATIVE_TO_TIME;
    bench_init(&bench, cluster);
    g_autoptr(FixtureJob) job = fixture_job(cluster, NULL, 2, 4);
    job->limit = 10;
    assert_close(terms_of(&bench, job, 0).job_size, 50);
    cluster->config.priority.favor_small = true;
    assert_close(terms_of(&bench, job, 0).job_size, 950);
    job->limit = MINUTES_UNSET;
    cluster->partitions[0].max_time = 5;
    assert_close(terms_of(&bench, job, 0).job_size, 900);
}

static void age_adds_0_694_points_a_minute_up_to_max_age(void **state)
{
    g_auto(Bench) bench = {0};
    Cluster *cluster = fixture_cluster(SLURM_24_05, 1, 4);

    (void)state;
    cluster->config.priority.weight_age = 1000;
    cluster->config.priority.max_age = SECONDS_A_DAY;
    bench_init(&bench, cluster);
    g_autoptr(FixtureJob) job = fixture_job(cluster, NULL, 1, 1);
    assert_close(terms_of(&bench, job, 600).age, 0); /* not eligible yet */
    job->accrue_at = 100;
    assert_close(terms_of(&bench, job, 50).age, 0);
    assert_close(terms_of(&bench, job, 160).age, 1000.0 / 1440);
    assert_close(terms_of(&bench, job, 100 + SECONDS_A_DAY).age, 1000);
    assert_close(terms_of(&bench, job, 100 + 2 * SECONDS_A_DAY).age, 1000);
}

static void without_slurmdbd_age_and_fair_share_weigh_nothing(void **state)
{
    g_auto(Bench) bench = {0};
    Cluster *cluster = fixture_cluster(SLURM_24_05, 1, 4);

    (void)state;
    cluster->config.has_accounting = false;
    cluster->config.priority.weight_age = cluster->config.priority.weight_fairshare = 1000;
    fixture_assoc(cluster, "lab", NULL, "root", 1);
    fixture_assoc(cluster, "lab", "u1", NULL, 1);
    bench_init(&bench, cluster);
    usage_rank(bench.usage);
    g_autoptr(FixtureJob) job = fixture_job(cluster, "u1", 1, 1);
    job->accrue_at = 0;
    assert_int_equal(points(&bench, job, SECONDS_A_DAY), 1);
}

/* JobFactors 20 and 10 under a weight of 5000 */
static void partitions_get_their_factor_over_the_highest(void **state)
{
    g_auto(Bench) bench = {0};
    Cluster *cluster = fixture_cluster(SLURM_24_05, 1, 4);

    (void)state;
    cluster->config.priority.weight_partition = 5000;
    cluster_add_partition(cluster, "slow")->node_text = g_strdup("ALL");
    cluster->partitions[0].priority_job_factor = 20;
    cluster->partitions[1].priority_job_factor = 10;
    bench_init(&bench, cluster);
    g_autoptr(FixtureJob) job = fixture_job(cluster, NULL, 1, 1);
    fixture_partitions(job, 0, 1);
    priority_submit(bench.book, job, 0);
    assert_int_equal(job->part_priority[0], 5000);
    assert_int_equal(job->part_priority[1], 2500);
    assert_int_equal(job->priority, 5000);
    cluster->config.priority.flags = PRIORITY_NO_NORMAL_PART;
    assert_int_equal(points(&bench, job, 0), 100000);
}

static void qos_and_association_count_against_the_highest(void **state)
{
    g_auto(Bench) bench = {0};
    Cluster *cluster = fixture_cluster(SLURM_24_05, 1, 4);

    (void)state;
    cluster->config.priority.weight_qos = 1000;
    cluster->config.priority.weight_assoc = 100;
    cluster_add_qos(cluster, "normal")->priority = 5;
    cluster_add_qos(cluster, "high")->priority = 20;
    fixture_assoc(cluster, "lab", NULL, "root", 1)->priority = 4;
    fixture_assoc(cluster, "lab", "u1", NULL, 1)->priority = 3;
    bench_init(&bench, cluster);
    g_autoptr(FixtureJob) job = fixture_job(cluster, "u1", 1, 1);
    job->qos = 0;
    assert_close(terms_of(&bench, job, 0).qos, 250);
    assert_close(terms_of(&bench, job, 0).assoc, 75);
    cluster->config.priority.flags = PRIORITY_NO_NORMAL_QOS | PRIORITY_NO_NORMAL_ASSOC;
    assert_close(terms_of(&bench, job, 0).qos, 5000);
    assert_close(terms_of(&bench, job, 0).assoc, 300);
}

/* 2 of the partition's 8 CPUs, 200 of its 8000 MiB */
static void tres_count_as_shares_of_the_partition(void **state)
{
    g_auto(Bench) bench = {0};
    Cluster *cluster = fixture_cluster(SLURM_24_05, 2, 4);

    (void)state;
    bench_init(&bench, cluster);
    cluster->config.priority.weight_tres[TRES_CPU] = 1000;
    cluster->config.priority.weight_tres[TRES_MEM] = 400;
    g_autoptr(FixtureJob) job = fixture_job(cluster, NULL, 1, 2);
    assert_close(terms_of(&bench, job, 0).tres, 250 + 10);
    cluster->config.priority.flags = PRIORITY_NO_NORMAL_TRES;
    assert_close(terms_of(&bench, job, 0).tres, 2000 + 80000);
}

static void nice_lowers_and_the_result_stays_within_32_bits(void **state)
{
    g_auto(Bench) bench = {0};
    Cluster *cluster = fixture_cluster(SLURM_24_05, 1, 4);

    (void)state;
    cluster->config.priority.weight_partition = 1000;
    bench_init(&bench, cluster);
    g_autoptr(FixtureJob) job = fixture_job(cluster, NULL, 1, 1);
    job->nice = 300;
    assert_int_equal(points(&bench, job, 0), 700);
    job->nice = 5000;
    assert_int_equal(points(&bench, job, 0), 1);
    job->nice = -5000000000;
    assert_int_equal(points(&bench, job, 0), UINT32_MAX);
}

static void recompute_spares_held_and_fixed_jobs(void **state)
{
    g_auto(Bench) bench = {0};
    Cluster *cluster = fixture_cluster(SLURM_24_05, 1, 4);

    (void)state;
    cluster->config.priority.weight_partition = 1000;
    bench_init(&bench, cluster);
    g_autoptr(FixtureJob) job = fixture_job(cluster, NULL, 1, 1);
    assert_false(priority_recompute(bench.book, job, 0)); /* held: 0 */
    job->priority = 7;
    job->direct_priority = true;
    assert_false(priority_recompute(bench.book, job, 0));
    assert_int_equal(job->priority, 7);
    job->direct_priority = false;
    assert_true(priority_recompute(bench.book, job, 0));
    assert_int_equal(job->priority, 1000);
    assert_false(priority_recompute(bench.book, job, 0)); /* nothing new */
}

static void running_jobs_are_recomputed_only_with_calculate_running(void **state)
{
    g_auto(Bench) bench = {0};
    Cluster *cluster = fixture_cluster(SLURM_24_05, 1, 4);

    (void)state;
    cluster->config.priority.weight_partition = 1000;
    bench_init(&bench, cluster);
    g_autoptr(FixtureJob) job = fixture_job(cluster, NULL, 1, 1);
    job->priority = 7;
    job->state = JOB_RUNNING;
    assert_false(priority_recompute(bench.book, job, 0));
    cluster->config.priority.flags = PRIORITY_CALCULATE_RUNNING;
    assert_true(priority_recompute(bench.book, job, 0));
}

static void incr_only_never_lowers(void **state)
{
    g_auto(Bench) bench = {0};
    Cluster *cluster = fixture_cluster(SLURM_24_05, 1, 4);

    (void)state;
    cluster->config.priority.weight_partition = 1000;
    cluster->config.priority.flags = PRIORITY_INCR_ONLY;
    bench_init(&bench, cluster);
    g_autoptr(FixtureJob) job = fixture_job(cluster, NULL, 1, 1);
    priority_submit(bench.book, job, 0);
    job->nice = 100;
    assert_false(priority_recompute(bench.book, job, 0));
    assert_int_equal(job->priority, 1000);
    job->nice = -100;
    assert_true(priority_recompute(bench.book, job, 0));
    assert_int_equal(job->part_priority[0], 1100);
}

static void basic_priority_falls_from_job_to_job(void **state)
{
    uint32_t lowest = PRIORITY_BASIC_START;

    (void)state;
    assert_int_equal(priority_basic_next(&lowest, 0), UINT32_C(4294901759));
    assert_int_equal(priority_basic_next(&lowest, 0), UINT32_C(4294901758));
    assert_int_equal(priority_basic_next(&lowest, 100), UINT32_C(4294901657));
    assert_int_equal(priority_basic_next(&lowest, 0), UINT32_C(4294901756));
    lowest = 1;
    assert_int_equal(priority_basic_next(&lowest, 0), 1);
}

static void basic_priority_is_never_recomputed(void **state)
{
    g_auto(Bench) bench = {0};
    Cluster *cluster = fixture_cluster(SLURM_24_05, 1, 4);

    (void)state;
    cluster->config.priority.type = PRIORITY_BASIC;
    bench_init(&bench, cluster);
    g_autoptr(FixtureJob) job = fixture_job(cluster, NULL, 1, 1);
    priority_submit(bench.book, job, 0);
    assert_int_equal(job->priority, PRIORITY_BASIC_START - 1);
    assert_int_equal(job->part_priority[0], PRIORITY_BASIC_START - 1);
    assert_false(priority_recompute(bench.book, job, 1000));
}

/* cpu 4 x 1, mem 400 MiB x 0.25 a GiB: 4 + 0.09765625 */
static void billing_sums_weights_or_takes_the_highest(void **state)
{
    g_auto(Bench) bench = {0};
    Cluster *cluster = fixture_cluster(SLURM_24_05, 1, 4);

    (void)state;
    cluster->partitions[0].billing_text = g_strdup("CPU=1.0,Mem=0.25G");
    bench_init(&bench, cluster);
    g_autoptr(FixtureJob) job = fixture_job(cluster, NULL, 1, 4);
    assert_close(priority_billable(cluster, 0, job->tres_request), 4.09765625);
    cluster->config.priority.flags = PRIORITY_MAX_TRES;
    assert_close(priority_billable(cluster, 0, job->tres_request), 4);
}

static void billing_without_weights_counts_cpus(void **state)
{
    g_auto(Bench) bench = {0};
    Cluster *cluster = fixture_cluster(SLURM_24_05, 1, 4);

    (void)state;
    bench_init(&bench, cluster);
    g_autoptr(FixtureJob) job = fixture_job(cluster, NULL, 1, 3);
    assert_close(priority_billable(cluster, 0, job->tres_request), 3);
}

/* Whatever the weights: at least 1, and older or nicer jobs never lose. */
static void priorities_grow_with_age_for_any_weights(void **state)
{
    g_auto(Bench) bench = {0};
    Cluster *cluster = fixture_cluster(SLURM_24_05, 3, 8);
    g_autoptr(Rng) rng = rng_new(20, 0, "priority");
    PriorityParameters *priority = &cluster->config.priority;

    (void)state;
    bench_init(&bench, cluster);
    for (int i = 0; i < 1000; i++) {
        g_autoptr(FixtureJob) job =
            fixture_job(cluster, NULL, 1 + rng_below(rng, 3), 1 + rng_below(rng, 24));

        priority->weight_age = rng_below(rng, UINT32_MAX);
        priority->weight_job_size = rng_below(rng, 100000);
        priority->favor_small = rng_below(rng, 2) == 1;
        job->accrue_at = 0;
        job->nice = (int64_t)rng_below(rng, 2000000) - 1000000;

        const Instant now = rng_below(rng, 700000);
        const uint32_t before = points(&bench, job, now);

        assert_true(before >= 1);
        assert_true(points(&bench, job, now + 300) >= before);
        job->nice--;
        assert_true(points(&bench, job, now) >= before);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_jobs_get_375_points_for_one_core_of_four),
        cmocka_unit_test(large_jobs_get_points_for_nodes_and_cpus),
        cmocka_unit_test(size_relative_to_time_divides_by_the_limit),
        cmocka_unit_test(age_adds_0_694_points_a_minute_up_to_max_age),
        cmocka_unit_test(without_slurmdbd_age_and_fair_share_weigh_nothing),
        cmocka_unit_test(partitions_get_their_factor_over_the_highest),
        cmocka_unit_test(qos_and_association_count_against_the_highest),
        cmocka_unit_test(tres_count_as_shares_of_the_partition),
        cmocka_unit_test(nice_lowers_and_the_result_stays_within_32_bits),
        cmocka_unit_test(recompute_spares_held_and_fixed_jobs),
        cmocka_unit_test(running_jobs_are_recomputed_only_with_calculate_running),
        cmocka_unit_test(incr_only_never_lowers),
        cmocka_unit_test(basic_priority_falls_from_job_to_job),
        cmocka_unit_test(basic_priority_is_never_recomputed),
        cmocka_unit_test(billing_sums_weights_or_takes_the_highest),
        cmocka_unit_test(billing_without_weights_counts_cpus),
        cmocka_unit_test(priorities_grow_with_age_for_any_weights),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
