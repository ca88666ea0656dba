/* Tests of slurmio/shellwords.h. */
#include "tests/test.h"

#include "slurmio/shellwords.h"

/* The words of all lines, lines set off by "/". */
static char *split(const char *text, bool operators)
{
    ShellLines lines;
    GString *words = g_string_new(NULL);

    shell_lines_init(&lines, text, operators);
    while (shell_lines_next(&lines)) {
        g_string_append(words, words->len ? "/" : "");
        for (guint i = 0; i < lines.words->len; i++) {
            const ShellWord *word = &g_array_index(lines.words, ShellWord, i);

            g_string_append_printf(words, word->is_operator ? "<%s>" : "[%s]", word->text);
        }
    }
    shell_lines_clear(&lines);
    return g_string_free(words, FALSE);
}

static void words_are_split_as_a_shell_does(void **state)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"a  b\n\n c # d\n#e\n", "[a][b]/[c]"},
        {"x='a b' y=\"c 'd'\" z=a\\ b", "[x=a b][y=c 'd'][z=a b]"},
        {"a \\\n  b\\\nc\nd", "[a][bc]/[d]"},
        {"a \\\r\n b\r\nc", "[a][b]/[c]"},
        {"'' a''b", "[][ab]"},
        {"a#b", "[a#b]"},
        {"a;b|c", "[a;b|c]"},
        {"a \\", "[a][\\]"},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *words = split(cases[i].text, false);

        assert_string_equal(words, cases[i].words);
    }
}

static void operators_are_words_of_their_own_in_scripts(void **state)
{
    g_autofree char *words = split("if a; then b || c && d >e; fi", true);

    (void)state;
    assert_string_equal(words, "[if][a]<;>[then][b]<||>[c]<&&>[d]<>>[e]<;>[fi]");
}

static void words_know_their_place(void **state)
{
    ShellLines lines;

    (void)state;
    shell_lines_init(&lines, "# x\n  one two \\\n three\n'open", false);
    assert_true(shell_lines_next(&lines));
    assert_int_equal(lines.first_line, 2);
    assert_string_equal(lines.source, "  one two \\");
    assert_int_equal(g_array_index(lines.words, ShellWord, 1).column, 7);
    assert_int_equal(g_array_index(lines.words, ShellWord, 2).line, 3);
    assert_int_equal(g_array_index(lines.words, ShellWord, 2).column, 2);
    assert_false(lines.unclosed_quote);
    assert_true(shell_lines_next(&lines));
    assert_true(lines.unclosed_quote);
    assert_false(shell_lines_next(&lines));
    shell_lines_clear(&lines);
}

/* Words in quotes come back whole, whatever they hold. */
static void quoted_words_survive(void **state)
{
    static const char letters[] = "ab #;|\\\"$()";
    GRand *random = g_rand_new_with_seed(8);

    (void)state;
    for (int round = 0; round < 500; round++) {
        g_autoptr(GString) text = g_string_new("'");
        g_autofree char *words = NULL;
        g_autofree char *expected = NULL;

        for (int i = 0; i < 10; i++)
            g_string_append_c(text, letters[g_rand_int_range(random, 0, sizeof letters - 1)]);
        expected = g_strdup_printf("[%s]", text->str + 1);
        g_string_append_c(text, '\'');
        words = split(text->str, true);
        assert_string_equal(words, expected);
    }
    g_rand_free(random);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_split_as_a_shell_does),
        cmocka_unit_test(operators_are_words_of_their_own_in_scripts),
        cmocka_unit_test(words_know_their_place),
        cmocka_unit_test(quoted_words_survive),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
