/* Tests of cli/terminal.h and cli/wrap.h. */
#include "tests/test.h"

#include "base/rng.h"
#include "base/text.h"
#include "cli/terminal.h"
#include "cli/wrap.h"

#include <fcntl.h>
#include <unistd.h>

static const char *const variables[] = {"COLUMNS", "NO_COLOR", "CLICOLOR_FORCE", "FORCE_COLOR",
                                        "TERM"};

static int clear_environment(G_GNUC_UNUSED void **state)
{
    for (size_t i = 0; i < G_N_ELEMENTS(variables); i++)
        g_unsetenv(variables[i]);
    return 0;
}

/* What a stream that is no terminal can do. */
static Terminal probe(ColorChoice choice)
{
    int fd = open("/dev/null", O_WRONLY);
    Terminal out;

    terminal_probe(&out, fd, choice);
    close(fd);
    return out;
}

static void a_file_is_80_wide_uncut_and_without_colours(G_GNUC_UNUSED void **state)
{
    Terminal terminal = probe(COLOR_AUTO);

    assert_int_equal(terminal.columns, 80);
    assert_int_equal(terminal.cut, 0);
    assert_false(terminal.color);
    assert_string_equal(terminal_on(&terminal, PAINT_RED), "");
}

static void columns_says_how_wide(G_GNUC_UNUSED void **state)
{
    g_setenv("COLUMNS", "100", TRUE);
    assert_int_equal(probe(COLOR_AUTO).columns, 100);
    assert_int_equal(probe(COLOR_AUTO).cut, 100);
    g_setenv("COLUMNS", "wide", TRUE);
    assert_int_equal(probe(COLOR_AUTO).columns, 80);
}

static void the_first_word_on_colours_holds(G_GNUC_UNUSED void **state)
{
    assert_true(probe(COLOR_ALWAYS).color);
    g_setenv("FORCE_COLOR", "1", TRUE);
    assert_true(probe(COLOR_AUTO).color);
    g_setenv("NO_COLOR", "1", TRUE);
    assert_false(probe(COLOR_AUTO).color);
    assert_true(probe(COLOR_ALWAYS).color);
    assert_false(probe(COLOR_NEVER).color);
    g_setenv("NO_COLOR", "", TRUE); /* empty counts as not set */
    assert_true(probe(COLOR_AUTO).color);
}

static void a_choice_of_colours_has_three_words(G_GNUC_UNUSED void **state)
{
    g_autoptr(GError) error = NULL;
    ColorChoice choice;

    assert_ok(color_choice_parse("never", &choice, &error), error);
    assert_int_equal(choice, COLOR_NEVER);
    assert_false(color_choice_parse("blue", &choice, &error));
    assert_string_equal(error->message, "--color: expected auto, always or never, found 'blue'");
}

static void text_is_broken_between_words(G_GNUC_UNUSED void **state)
{
    g_autoptr(GString) out = g_string_new("ab: ");

    wrap_append(out, "one two three four five six\nseven", 4, 24);
    assert_string_equal(out->str, "ab: one two three four\n    five six\n    seven\n");
}

static void no_wrapped_line_is_too_wide_and_no_word_is_lost(G_GNUC_UNUSED void **state)
{
    g_autoptr(Rng) rng = rng_new(1, 0, "words");

    for (int round = 0; round < 300; round++) {
        g_autoptr(GString) text = g_string_new(NULL), out = g_string_new(NULL);
        int columns = 30 + (int)rng_below(rng, 60);
        g_auto(GStrv) lines = NULL;

        for (uint32_t words = rng_below(rng, 40); words > 0; words--) {
            g_autofree char *word = g_strnfill(1 + rng_below(rng, 20), 'w');

            g_string_append_printf(text, "%s%s", text->len ? " " : "", word);
        }
        wrap_append(out, text->str, 0, columns);
        lines = g_strsplit(out->str, "\n", -1);
        for (char **line = lines; *line; line++)
            assert_true(text_width(*line) <= columns);
        for (char *at = out->str; *at; at++)
            *at = *at == '\n' ? ' ' : *at;
        assert_string_equal(g_strchomp(out->str), text->str);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_file_is_80_wide_uncut_and_without_colours, clear_environment),
        cmocka_unit_test_setup(columns_says_how_wide, clear_environment),
        cmocka_unit_test_setup(the_first_word_on_colours_holds, clear_environment),
        cmocka_unit_test(a_choice_of_colours_has_three_words),
        cmocka_unit_test(text_is_broken_between_words),
        cmocka_unit_test(no_wrapped_line_is_too_wide_and_no_word_is_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
