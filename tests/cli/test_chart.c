/* Tests of cli/chart.h: what is written for gnuplot, not what it draws of it. */
#include "tests/test.h"

#include "cli/chart.h"

#include <glib/gstdio.h>

static void any_text_can_be_quoted(void **state)
{
    g_autofree char *quoted = chart_quote("it's `rm` \"x\"\n$y");

    (void)state;
    assert_string_equal(quoted, "'it''s `rm` \"x\" $y'");
}

static void colours_run_out_into_grey(void **state)
{
    (void)state;
    for (size_t i = 0; i < CHART_COLORS; i++)
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(chart_color(i), chart_color(k));
    assert_string_equal(chart_color(CHART_COLORS), CHART_GREY);
    assert_string_equal(chart_color(1000), CHART_GREY);
}

/* 0 to 2 hours: a tick every quarter of an hour */
static void times_on_the_axis_are_round(void **state)
{
    g_autoptr(Chart) chart = chart_new(100, 100);

    (void)state;
    chart_time_axis(chart, -100, 7200);
    assert_non_null(strstr(chart->script->str, "set xrange [-100:7200]\nset xtics ('0' 0, "
                                               "'15m' 900, '30m' 1800, '45m' 2700, '1h' 3600"));
}

static void waits_have_an_axis_by_powers(void **state)
{
    g_autoptr(Chart) chart = chart_new(100, 100);

    (void)state;
    chart_wait_axis(chart, 400);
    assert_non_null(strstr(chart->script->str, "set logscale x\nset xrange [1:400]\nset xtics ('1s "
                                               "or less' 1, '5s' 5, '15s' 15, '1m' 60, '5m' 300)"));
}

/* any span from a second to a century has at most eleven ticks and at least one */
static void every_span_has_a_few_ticks(void **state)
{
    (void)state;
    for (Span span = 1; span < INT64_C(4000000000); span = span * 3 / 2 + 1) {
        g_autoptr(Chart) chart = chart_new(100, 100);
        g_auto(GStrv) ticks = NULL;

        chart_time_axis(chart, 17, 17 + span);
        ticks = g_strsplit(strstr(chart->script->str, "xtics"), ", ", -1);
        assert_in_range(g_strv_length(ticks), 1, 12);
    }
}

static void other_endings_are_refused(void **state)
{
    g_autoptr(Chart) chart = chart_new(100, 100);
    g_autoptr(GError) error = NULL;

    (void)state;
    assert_false(chart_save(chart, "picture.gif", false, &error));
    assert_int_equal(error->code, SRX_ERROR_USAGE);
    assert_string_equal(error->message, "--output: expected a name that ends in .svg, .png or "
                                        ".pdf, found 'picture.gif'");
}

static void without_gnuplot_the_script_is_kept_and_the_program_named(void **state)
{
    g_autoptr(Chart) chart = chart_new(400, 300);
    g_autofree char *directory = g_dir_make_tmp("srx-chart-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(directory, "|x.svg", NULL);
    g_autofree char *script = g_strconcat(path, ".gp", NULL);
    g_autofree char *before = g_strdup(g_getenv("PATH"));
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;

    (void)state;
    chart_add(chart, "plot x\n");
    g_setenv("PATH", "/nonexistent", true);
    assert_false(chart_save(chart, path, true, &error));
    g_setenv("PATH", before, true);
    assert_int_equal(error->code, SRX_ERROR_FAILED);
    assert_non_null(strstr(error->message, "gnuplot is not in PATH"));
    assert_true(g_file_get_contents(script, &text, NULL, NULL));
    assert_non_null(strstr(text, "set terminal svg size 400,300"));
    assert_non_null(strstr(text, "plot x\nunset output\n"));
    assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
    g_unlink(script);
    g_rmdir(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_text_can_be_quoted),
        cmocka_unit_test(colours_run_out_into_grey),
        cmocka_unit_test(times_on_the_axis_are_round),
        cmocka_unit_test(waits_have_an_axis_by_powers),
        cmocka_unit_test(every_span_has_a_few_ticks),
        cmocka_unit_test(other_endings_are_refused),
        cmocka_unit_test(without_gnuplot_the_script_is_kept_and_the_program_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
