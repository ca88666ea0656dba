/* base/diag.h: messages with their place and a caret. */
#include "tests/test.h"

#include "base/diag.h"

static char *say(int line, int column, const char *source)
{
    g_autoptr(Diags) diags = diags_new();

    diags_add(diags, DIAG_ERROR, "wf.yaml", line, column, source, "expected %s", "a time");
    return diag_format(diags_nth(diags, 0));
}

static void a_message_shows_its_line_and_a_caret(void **state)
{
    g_autofree char *text = say(12, 9, "  time: soon # one\r\nnext: line\n");

    (void)state;
    assert_string_equal(text, "wf.yaml:12:9: error: expected a time\n"
                              "   12 |   time: soon # one\n"
                              "      |         ^\n");
}

static void the_caret_keeps_tabs(void **state)
{
    g_autofree char *text = say(1, 4, "\ta\tbad");

    (void)state;
    assert_string_equal(text, "wf.yaml:1:4: error: expected a time\n"
                              "    1 | \ta\tbad\n"
                              "      | \t \t^\n");
}

static void the_caret_counts_wide_characters_twice(void **state)
{
    g_autofree char *text = say(1, 4, "名前: x");

    (void)state;
    assert_string_equal(text, "wf.yaml:1:4: error: expected a time\n"
                              "    1 | 名前: x\n"
                              "      |      ^\n");
}

static void a_caret_beyond_the_line_stands_at_its_end(void **state)
{
    g_autofree char *text = say(3, 80, "ab");

    (void)state;
    assert_non_null(strstr(text, "    3 | ab\n      |   ^\n"));
}

static void a_long_line_is_shown_around_the_caret(void **state)
{
    g_autofree char *line = g_strnfill(500, 'x');
    g_autofree char *text = say(1, 300, line);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    (void)state;
    assert_true(g_str_has_prefix(lines[1], "    1 | ...xxx"));
    assert_true(g_str_has_suffix(lines[1], "xxx..."));
    assert_true(strlen(lines[1]) < 120);
    assert_int_equal(strchr(lines[2], '^') - lines[2], 8 + 3 + 60);
}

static void a_line_too_long_to_show_is_left_out(void **state)
{
    g_autofree char *line = g_strnfill(100000, 'x');
    g_autofree char *text = say(1, 300, line);

    (void)state;
    assert_string_equal(text, "wf.yaml:1:300: error: expected a time\n");
}

static void control_characters_do_not_reach_the_terminal(void **state)
{
    g_autofree char *text = say(1, 1, "a\x1b[31m\xff");

    (void)state;
    assert_null(strchr(text, '\x1b'));
    assert_true(g_utf8_validate(text, -1, NULL));
}

static void the_place_may_be_less_exact(void **state)
{
    g_autofree char *line = say(4, 0, NULL), *file = say(0, 0, "x");
    g_autoptr(Diags) diags = diags_new();
    g_autofree char *bare = NULL;

    (void)state;
    diags_add(diags, DIAG_NOTE, "", 0, 0, NULL, "hint");
    bare = diag_format(diags_nth(diags, 0));
    assert_string_equal(line, "wf.yaml:4: error: expected a time\n");
    assert_string_equal(file, "wf.yaml: error: expected a time\n");
    assert_string_equal(bare, "note: hint\n");
}

static void check_fails_only_on_errors(void **state)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(GError) one = NULL, many = NULL;

    (void)state;
    diags_add(diags, DIAG_WARNING, "a", 1, 1, NULL, "w");
    assert_true(diags_check(diags, "a", NULL));
    diags_add(diags, DIAG_ERROR, "a", 1, 1, NULL, "e");
    assert_false(diags_check(diags, "a", &one));
    assert_string_equal(one->message, "1 error in a");
    diags_add(diags, DIAG_ERROR, "a", 1, 1, NULL, "e");
    assert_false(diags_check(diags, "a", &many));
    assert_string_equal(many->message, "2 errors in a");
    assert_true(g_error_matches(many, SRX_ERROR, SRX_ERROR_INPUT));
}

/* Property: however many are told, all are counted and at most 100 of a level are kept. */
static void a_flood_is_counted_but_not_kept(void **state)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(GRand) random = g_rand_new_with_seed(2);
    size_t told[3] = {0};

    (void)state;
    for (int i = 0; i < 5000; i++) {
        DiagLevel level = (DiagLevel)g_rand_int_range(random, 0, 3);

        diags_add(diags, level, "a", i + 1, 1, NULL, "m%d", i);
        told[level]++;
    }
    assert_int_equal(diags_count(diags, DIAG_NOTE), told[DIAG_NOTE]);
    assert_int_equal(diags_count(diags, DIAG_WARNING), told[DIAG_WARNING]);
    assert_int_equal(diags_count(diags, DIAG_ERROR), told[DIAG_ERROR]);
    assert_int_equal(diags_length(diags), 300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_shows_its_line_and_a_caret),
        cmocka_unit_test(the_caret_keeps_tabs),
        cmocka_unit_test(the_caret_counts_wide_characters_twice),
        cmocka_unit_test(a_caret_beyond_the_line_stands_at_its_end),
        cmocka_unit_test(a_long_line_is_shown_around_the_caret),
        cmocka_unit_test(a_line_too_long_to_show_is_left_out),
        cmocka_unit_test(control_characters_do_not_reach_the_terminal),
        cmocka_unit_test(the_place_may_be_less_exact),
        cmocka_unit_test(check_fails_only_on_errors),
        cmocka_unit_test(a_flood_is_counted_but_not_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
