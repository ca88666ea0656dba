/* Tests of slurmio/conffile.h. */
#include "tests/test.h"

#include "base/rng.h"
#include "slurmio/conffile.h"

/* Every pair of @text as "key|value;", an included file as "<file>;". */
static char *pairs_of(const char *text, Diags *diags)
{
    g_autoptr(GPtrArray) lines = conf_file_parse(text, "x.conf", diags);
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < lines->len; i++) {
        const ConfLine *line = g_ptr_array_index(lines, i);

        if (line->include)
            g_string_append_printf(out, "<%s>;", line->include);
        for (guint k = 0; !line->include && k < line->pairs->len; k++) {
            const ConfPair *pair = g_ptr_array_index(line->pairs, k);

            g_string_append_printf(out, "%s|%s;", pair->key, pair->value);
        }
    }
    return g_string_free(out, FALSE);
}

static void reads(const char *text, const char *pairs)
{
    g_autoptr(Diags) diags = diags_new();
    g_autofree char *got = pairs_of(text, diags);

    assert_string_equal(got, pairs);
    assert_int_equal(diags_length(diags), 0);
}

static void says(const char *text, DiagLevel level, int line, int column, const char *message)
{
    g_autoptr(Diags) diags = diags_new();

    g_free(pairs_of(text, diags));
    assert_int_equal(diags_length(diags), 1);
    const Diag *diag = diags_nth(diags, 0);
    if (!strstr(diag->text, message))
        fail_msg("'%s' is not in '%s'", message, diag->text);
    assert_int_equal(diag->level, level);
    assert_int_equal(diag->line, line);
    assert_int_equal(diag->column, column);
}

static void lines_hold_pairs_with_blanks_quotes_and_comments(void **state)
{
    (void)state;
    reads("A=1 B = two\tC= \"x y\" # z=1\n\n  # nothing\nD=3", "A|1;B|two;C|x y;D|3;");
    reads("A=1 B=\"x\"\r\n", "A|1;B|x;");
    reads("\xef\xbb\xbf"
          "A=1",
          "A|1;");
    reads("A=x=y+=2 B+=3", "A|x=y+=2;B|3;");
}

static void lines_go_on_behind_a_backslash_with_or_without_a_blank(void **state)
{
    (void)state;
    reads("A=1 \\\n  B=2\\\nC=3\\  \r\n D=4\nE=5", "A|1;B|2C=3;D|4;E|5;");
    reads("A=a,\\\nb,\\\nc\n", "A|a,b,c;");
    reads("A=1 \\ # a comment\nB=2", "A|1;B|2;");
    reads("#A=1 \\\nB=2", "B|2;");
}

static void lines_keep_escaped_characters(void **state)
{
    (void)state;
    reads("A=x\\#y B=a\\\\b\n", "A|x#y;B|a\\b;");
}

static void lines_name_included_files(void **state)
{
    (void)state;
    reads("include a/b.conf # c\nINCLUDE\t/x\nIncludes=1", "<a/b.conf>;</x>;Includes|1;");
}

static void pairs_know_where_they_stand(void **state)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(GPtrArray) lines = conf_file_parse("\nA=1 \\\n\tB=2\n", "x.conf", diags);
    const ConfLine *line = g_ptr_array_index(lines, 0);
    const ConfPair *pair = g_ptr_array_index(line->pairs, 1);

    (void)state;
    assert_int_equal(pair->line, 3);
    assert_int_equal(pair->column, 2);
    assert_string_equal(pair->source, "\tB=2");
    assert_string_equal(pair->file, "x.conf");
}

static void words_that_are_no_pair_are_told(void **state)
{
    (void)state;
    says("A=1 b\n", DIAG_ERROR, 1, 5, "expected the end of the line or KEY=VALUE, found 'b'");
    says("hello world\n", DIAG_ERROR, 1, 1, "expected KEY=VALUE, found 'hello world'");
    says("; hello\n", DIAG_WARNING, 1, 1, "';' begins no comment");
    says("\nA=\n", DIAG_WARNING, 2, 1, "expected a value after A=, found nothing");
    says("A=x#y\n", DIAG_WARNING, 1, 1, "'#' begins a comment even inside a value");
    says("include a b\n", DIAG_ERROR, 1, 11, "found 'b'");
}

static void files_that_cannot_be_read_are_told(void **state)
{
    g_autoptr(Diags) diags = diags_new();

    (void)state;
    assert_null(conf_file_load("/nonexistent/x.conf", diags));
    assert_int_equal(diags_count(diags, DIAG_ERROR), 1);
    assert_non_null(strstr(diags_nth(diags, 0)->text, "cannot be read"));
}

static void random_letters_break_nothing(void **state)
{
    static const char letters[] = "aB=\"\\#\n\r\t ;1,[]-include";
    g_autoptr(Rng) rng = rng_new(5, 0, "conffile");

    (void)state;
    for (int round = 0; round < 2000; round++) {
        g_autoptr(Diags) diags = diags_new();
        g_autoptr(GString) text = g_string_new(NULL);

        for (uint32_t i = rng_below(rng, 40); i > 0; i--)
            g_string_append_c(text, letters[rng_below(rng, sizeof letters - 1)]);
        g_autoptr(GPtrArray) lines = conf_file_parse(text->str, "x", diags);
        for (guint i = 0; i < lines->len; i++) {
            const ConfLine *line = g_ptr_array_index(lines, i);

            for (guint k = 0; !line->include && k < line->pairs->len; k++) {
                const ConfPair *pair = g_ptr_array_index(line->pairs, k);

                assert_true(*pair->key && !strpbrk(pair->key, " \t\n=#"));
                assert_true(pair->line >= 1 && pair->column >= 1);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_hold_pairs_with_blanks_quotes_and_comments),
        cmocka_unit_test(lines_go_on_behind_a_backslash_with_or_without_a_blank),
        cmocka_unit_test(lines_keep_escaped_characters),
        cmocka_unit_test(lines_name_included_files),
        cmocka_unit_test(pairs_know_where_they_stand),
        cmocka_unit_test(words_that_are_no_pair_are_told),
        cmocka_unit_test(files_that_cannot_be_read_are_told),
        cmocka_unit_test(random_letters_break_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
