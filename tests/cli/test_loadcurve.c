/* Tests of cli/loadcurve.h and cli/spark.h. */
#include "tests/test.h"

#include "cli/loadcurve.h"
#include "cli/spark.h"

static Timeline *timeline_with(TimelineRun *runs, guint n)
{
    Timeline *timeline = g_new0(Timeline, 1);

    timeline->runs = g_ptr_array_new();
    for (guint i = 0; i < n; i++)
        g_ptr_array_add(timeline->runs, &runs[i]);
    return timeline;
}

/* 4 CPUs over [10, 30), of parts of 20 s: half of each; it waits over [0, 10) */
static void a_run_counts_in_the_parts_it_covers(void **state)
{
    TimelineRun run = {.eligible_at = 0, .start_at = 10, .end_at = 30, .cpus = 4};
    g_autoptr(Timeline) timeline = timeline_with(&run, 1);
    g_auto(LoadCurve) curve = {0};

    (void)state;
    loadcurve_of(&curve, timeline, 0, 40, 2);
    assert_int_equal(curve.n, 2);
    assert_true(curve.cpus[0] > 1.999 && curve.cpus[0] < 2.001);
    assert_true(curve.cpus[1] > 1.999 && curve.cpus[1] < 2.001);
    assert_true(curve.queue[0] > 0.499 && curve.queue[0] < 0.501);
    assert_true(curve.queue[1] < 0.001);
    assert_true(curve.most_queue < 0.501);
}

/* what is held at any time is the same however finely it is looked at */
static void the_area_does_not_depend_on_the_parts(void **state)
{
    TimelineRun runs[] = {{.eligible_at = -5, .start_at = 3, .end_at = 77, .cpus = 3},
                          {.eligible_at = 9, .start_at = 9, .end_at = INSTANT_NEVER, .cpus = 5},
                          {.eligible_at = 50, .start_at = INSTANT_NEVER, .cpus = 7}};
    g_autoptr(Timeline) timeline = timeline_with(runs, 3);

    (void)state;
    for (guint parts = 1; parts <= 100; parts++) {
        g_auto(LoadCurve) curve = {0};
        double cpus = 0, queue = 0;

        loadcurve_of(&curve, timeline, 0, 100, parts);
        for (guint i = 0; i < curve.n; i++) {
            cpus += curve.cpus[i] * curve.step;
            queue += curve.queue[i] * curve.step;
        }
        assert_true(cpus > 3 * 74 + 5 * 91 - 0.01 && cpus < 3 * 74 + 5 * 91 + 0.01);
        assert_true(queue > 3 + 50 - 0.01 && queue < 3 + 50 + 0.01);
    }
}

static void waits_are_sorted_and_only_of_what_started(void **state)
{
    TimelineRun runs[] = {{.eligible_at = 0, .start_at = 30},
                          {.eligible_at = 0, .start_at = INSTANT_NEVER},
                          {.eligible_at = 5, .start_at = 7}};
    g_autoptr(Timeline) timeline = timeline_with(runs, 3);
    g_autoptr(GArray) waits = waits_sorted(timeline);

    (void)state;
    assert_int_equal(waits->len, 2);
    assert_true(g_array_index(waits, double, 0) < 2.5);
    assert_true(g_array_index(waits, double, 1) > 29.5);
}

static void a_curve_fits_one_line(void **state)
{
    const double values[] = {0, 1, 4, 8, 8, 0.01};
    const Terminal utf8 = {.columns = 80, .utf8 = true}, plain = {.columns = 80};
    g_autofree char *bars = spark_text(values, 6, 8, 80, &utf8);
    g_autofree char *ascii = spark_text(values, 6, 8, 80, &plain);
    g_autofree char *narrow = spark_text(values, 6, 8, 3, &utf8);
    g_autofree char *flat = spark_text(values, 1, 0, 3, &utf8);

    (void)state;
    assert_string_equal(bars, " ▁▄██▁");
    assert_string_equal(ascii, " .:##.");
    assert_string_equal(narrow, "▁▆▄");
    assert_string_equal(flat, " ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_counts_in_the_parts_it_covers),
        cmocka_unit_test(the_area_does_not_depend_on_the_parts),
        cmocka_unit_test(waits_are_sorted_and_only_of_what_started),
        cmocka_unit_test(a_curve_fits_one_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
