/* Tests of sim/metric.h. */
#include "tests/test.h"

#include "base/rng.h"
#include "sim/metric.h"

static GPtrArray *runs_of(SimRun *runs, size_t n)
{
    GPtrArray *out = g_ptr_array_new();

    for (size_t i = 0; i < n; i++)
        g_ptr_array_add(out, &runs[i]);
    return out;
}

/* 4 CPUs: one run on all of them over [0, 100), the next waits for it and takes half until 200. */
static void metrics_of_two_runs_one_after_the_other(G_GNUC_UNUSED void **state)
{
    SimRun two[] = {
        {.submit_at = 0, .eligible_at = 0, .start_at = 0, .end_at = 100, .cpus = 4},
        {.submit_at = 10, .eligible_at = 20, .start_at = 100, .end_at = 200, .cpus = 2},
    };
    g_autoptr(GPtrArray) runs = runs_of(two, G_N_ELEMENTS(two));
    Metrics metrics;

    metrics_collect(runs, 4, 0, &metrics);
    assert_int_equal(metrics.runs, 2);
    assert_int_equal(metrics.makespan, 200);
    assert_true(metrics.utilisation == 0.75);
    assert_true(metrics.wait.mean == 40 && metrics.wait.median == 40 && metrics.wait.max == 80);
    assert_true(metrics.slowdown.max == 1.8);
}

static void what_never_started_waits_and_counts_nowhere_else(G_GNUC_UNUSED void **state)
{
    SimRun one = {.submit_at = 5,
                  .eligible_at = INSTANT_NEVER,
                  .start_at = INSTANT_NEVER,
                  .end_at = INSTANT_NEVER};
    g_autoptr(GPtrArray) runs = runs_of(&one, 1);
    Metrics metrics;

    metrics_collect(runs, 4, 0, &metrics);
    assert_int_equal(metrics.waiting, 1);
    assert_int_equal(metrics.runs + metrics.makespan, 0);
    assert_int_equal(metrics.wait.count, 0);
    assert_int_equal(run_wait(&one), -1);
}

static void what_was_cancelled_before_its_start_waits_no_longer(G_GNUC_UNUSED void **state)
{
    SimRun one = {.submit_at = 5,
                  .eligible_at = 5,
                  .start_at = INSTANT_NEVER,
                  .end_at = 20,
                  .state = JOB_CANCELLED};
    g_autoptr(GPtrArray) runs = runs_of(&one, 1);
    Metrics metrics;

    metrics_collect(runs, 4, 0, &metrics);
    assert_int_equal(metrics.waiting, 0);
    assert_int_equal(metrics.cancelled, 1);
    assert_int_equal(metrics.runs + metrics.ended, 0);
}

/* 4 CPUs: two of them are held over [-100, 100), of which only the second half counts. */
static void what_was_before_the_beginning_does_not_count(G_GNUC_UNUSED void **state)
{
    SimRun one = {
        .submit_at = -300, .eligible_at = -300, .start_at = -100, .end_at = 100, .cpus = 2};
    g_autoptr(GPtrArray) runs = runs_of(&one, 1);
    Metrics metrics;

    metrics_collect(runs, 4, 0, &metrics);
    assert_int_equal(metrics.makespan, 100);
    assert_true(metrics.utilisation == 0.5);
    assert_true(metrics.wait.mean == 200);
}

static void an_empty_schedule_has_no_numbers(G_GNUC_UNUSED void **state)
{
    g_autoptr(GPtrArray) runs = g_ptr_array_new();
    Metrics metrics;

    metrics_collect(runs, 4, 0, &metrics);
    assert_true(metrics.first_at == INSTANT_NEVER && metrics.last_at == INSTANT_NEVER);
    assert_true(metrics.utilisation == 0);
}

static void a_short_run_is_measured_against_ten_seconds(G_GNUC_UNUSED void **state)
{
    SimRun one = {.start_at = 19, .end_at = 20, .cpus = 1};
    g_autoptr(GPtrArray) runs = runs_of(&one, 1);
    Metrics metrics;

    metrics_collect(runs, 1, 0, &metrics);
    assert_true(metrics.slowdown.max == 2.0);
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Between its neighbours in the sorted values. */
static double slow_quantile(const double *sorted, size_t n, double share)
{
    const double at = share * (double)(n - 1);
    const size_t below = (size_t)at;

    if (below + 1 >= n)
        return sorted[n - 1];
    return sorted[below] + (at - (double)below) * (sorted[below + 1] - sorted[below]);
}

/* Every second round has many equal values, as waits have. */
static void quantiles_are_those_of_the_sorted_values(G_GNUC_UNUSED void **state)
{
    g_autoptr(Rng) rng = rng_new(7, 0, "values");

    for (int round = 0; round < 300; round++) {
        const size_t n = 1 + rng_below(rng, 60);
        g_autofree double *values = g_new(double, n);
        g_autofree double *sorted = g_new(double, n);
        Distribution out;

        for (size_t i = 0; i < n; i++)
            sorted[i] = values[i] =
                round % 2 ? rng_exponential(rng, 100) : (double)rng_below(rng, 4);
        qsort(sorted, n, sizeof *sorted, by_value);
        distribution_of(values, n, &out);
        assert_true(out.median == slow_quantile(sorted, n, 0.5));
        assert_true(out.p95 == slow_quantile(sorted, n, 0.95));
        assert_true(out.max == sorted[n - 1]);
        assert_true(sorted[0] <= out.mean && out.mean <= out.max);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metrics_of_two_runs_one_after_the_other),
        cmocka_unit_test(what_never_started_waits_and_counts_nowhere_else),
        cmocka_unit_test(what_was_cancelled_before_its_start_waits_no_longer),
        cmocka_unit_test(what_was_before_the_beginning_does_not_count),
        cmocka_unit_test(an_empty_schedule_has_no_numbers),
        cmocka_unit_test(a_short_run_is_measured_against_ten_seconds),
        cmocka_unit_test(quantiles_are_those_of_the_sorted_values),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
