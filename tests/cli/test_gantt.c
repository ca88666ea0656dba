/* Tests of cli/gantt.h. */
#include "tests/test.h"

#include "base/rng.h"
#include "base/text.h"
#include "cli/gantt.h"

static const Terminal ascii = {.columns = 27};
static const Terminal utf8 = {.columns = 27, .utf8 = true};

/* 20 columns for 20 s: a column a second. */
static void a_job_waits_with_dots_and_runs_with_hashes(G_GNUC_UNUSED void **state)
{
    const GanttRow rows[] = {{"a", 0, 0, 5, true}, {"long", 5, 10, 20, false}};
    g_autofree char *text = gantt_text(rows, 2, 0, 20, &ascii);

    assert_string_equal(text, "a    * #####\n"
                              "long        .....##########\n"
                              "       +---------+---------\n"
                              "       0s        10s\n");
}

static void the_last_block_is_drawn_in_eighths(G_GNUC_UNUSED void **state)
{
    const GanttRow row = {"long", 0, 2, 5, false};
    g_autofree char *text = gantt_text(&row, 1, 0, 40, &utf8);

    assert_true(g_str_has_prefix(text, "long   ░█▌\n"));
}

static void what_never_starts_waits_to_the_end(G_GNUC_UNUSED void **state)
{
    const GanttRow row = {"long", 10, INSTANT_NEVER, INSTANT_NEVER, false};
    g_autofree char *text = gantt_text(&row, 1, 0, 20, &ascii);

    assert_true(g_str_has_prefix(text, "long             ..........\n"));
}

static void what_never_becomes_ready_leaves_its_row_empty(G_GNUC_UNUSED void **state)
{
    const GanttRow row = {"long", INSTANT_NEVER, INSTANT_NEVER, INSTANT_NEVER, false};
    g_autofree char *text = gantt_text(&row, 1, 0, 20, &ascii);

    assert_true(g_str_has_prefix(text, "long\n"));
}

static void the_shortest_run_still_shows(G_GNUC_UNUSED void **state)
{
    const GanttRow row = {"long", 999, 999, 1000, false};
    g_autofree char *text = gantt_text(&row, 1, 0, 1000, &ascii);
    const char *hash = strchr(text, '#');

    assert_non_null(hash);
    assert_true(hash < strchr(text, '\n'));
}

static Instant any_instant(Rng *rng)
{
    return rng_below(rng, 10) == 0 ? INSTANT_NEVER : (Instant)rng_below(rng, 1000) - 100;
}

static void no_line_is_wider_than_the_terminal(G_GNUC_UNUSED void **state)
{
    g_autoptr(Rng) rng = rng_new(11, 0, "gantt");

    for (int round = 0; round < 500; round++) {
        const Terminal terminal = {.columns = 40 + (int)rng_below(rng, 100),
                                   .utf8 = rng_below(rng, 2) == 0};
        const Instant to = 1 + rng_below(rng, 2000000);
        GanttRow row = {"a job with a very long name indeed", 0, 0, 0, false};
        g_autofree char *text = NULL;
        g_auto(GStrv) lines = NULL;

        row.ready_at = any_instant(rng);
        row.start_at = any_instant(rng);
        row.end_at = any_instant(rng);
        text = gantt_text(&row, 1, 0, to, &terminal);
        lines = g_strsplit(text, "\n", -1);
        for (char **line = lines; *line; line++)
            assert_true(text_width(*line) <= terminal.columns);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_waits_with_dots_and_runs_with_hashes),
        cmocka_unit_test(the_last_block_is_drawn_in_eighths),
        cmocka_unit_test(what_never_starts_waits_to_the_end),
        cmocka_unit_test(what_never_becomes_ready_leaves_its_row_empty),
        cmocka_unit_test(the_shortest_run_still_shows),
        cmocka_unit_test(no_line_is_wider_than_the_terminal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
