/* Tests of slurmio/shellquote.h: what is quoted is given to shells. */
#include "tests/test.h"

#include "base/process.h"
#include "base/rng.h"
#include "slurmio/shellquote.h"
#include "tests/slurmio/hostile.h"

static void assert_means(const char *shell, const char *script, const char *expected, size_t n)
{
    const char *const argv[] = {shell, "-c", script, NULL};
    g_auto(ProcessResult) result = {0};

    assert_true(process_run(&(ProcessCommand){.argv = argv, .timeout = 30}, &result, NULL));
    assert_int_equal(result.status, 0);
    assert_int_equal(strlen(result.out), n);
    assert_string_equal(result.out, expected);
}

/* All hostile texts in one command: printf gives them back, each behind a "<" and before a ">". */
static void check_all(const char *shell, void (*quote)(GString *, const char *))
{
    g_autoptr(GString) script = g_string_new("printf '<%s>'");
    g_autoptr(GString) expected = g_string_new(NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(hostile); i++) {
        g_string_append_c(script, ' ');
        quote(script, hostile[i]);
        g_string_append_printf(expected, "<%s>", hostile[i]);
    }
    assert_means(shell, script->str, expected->str, expected->len);
}

static void bash_reads_back_every_hostile_text(void **state)
{
    (void)state;
    check_all("bash", shell_quote_append);
}

static void any_shell_reads_back_every_hostile_text(void **state)
{
    (void)state;
    check_all("sh", shell_quote_append_posix);
    check_all("bash", shell_quote_append_posix);
}

static void a_quoted_word_stays_in_its_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(hostile); i++) {
        g_autoptr(GString) word = g_string_new(NULL);

        shell_quote_append(word, hostile[i]);
        assert_null(strpbrk(word->str, "\r\n"));
    }
}

static void plain_words_stay_plain(void **state)
{
    g_autoptr(GString) out = g_string_new(NULL);

    (void)state;
    shell_quote_append(out, "--mem=4G");
    g_string_append_c(out, ' ');
    shell_quote_append(out, "a b");
    assert_string_equal(out->str, "--mem=4G 'a b'");
}

static void random_texts_are_read_back(void **state)
{
    g_autoptr(Rng) rng = rng_new(20261124, 0, "texts");
    g_autoptr(GString) script = g_string_new("printf '<%s>'");
    g_autoptr(GString) expected = g_string_new(NULL);

    (void)state;
    for (int i = 0; i < 300; i++) {
        char text[12] = "";
        const uint32_t length = rng_below(rng, sizeof(text));

        for (uint32_t k = 0; k < length; k++)
            text[k] = (char)(1 + (int)rng_below(rng, 127));
        g_string_append_c(script, ' ');
        shell_quote_append(script, text);
        g_string_append_printf(expected, "<%s>", text);
    }
    assert_means("bash", script->str, expected->str, expected->len);
}

/* ---- words ---- */

static void assert_words(const char *text, const char *expected)
{
    g_autoptr(GString) script = g_string_new("A=1 B='x y'; printf '<%s>'");
    g_autoptr(GError) error = NULL;

    assert_ok(shell_words_append(script, text, "srun_args", &error), error);
    assert_means("bash", script->str, expected, strlen(expected));
}

static void words_are_split_as_a_shell_does(void **state)
{
    (void)state;
    assert_words("--mpi=pmix  --cpu-bind=cores ", "<--mpi=pmix><--cpu-bind=cores>");
    assert_words("a 'b c' \"d e\" f\\ g '' \"\"", "<a><b c><d e><f g><><>");
    assert_words("'a'\"b\"c", "<abc>");
    assert_words("\"a\\\"b\\x\"", "<a\"b\\x>");
    assert_words("", "<>"); /* printf's own */
}

static void variables_stay_and_are_one_word(void **state)
{
    (void)state;
    assert_words("--n=$A ${B} \"$B-${A}\" '$A' \\$A", "<--n=1><x y><x y-1><$A><$A>");
}

static void globs_and_comments_are_only_text(void **state)
{
    (void)state;
    assert_words("* ~ #x {a,b} !x", "<*><~><#x><{a,b}><!x>");
}

static void assert_refused(const char *text, const char *message)
{
    g_autoptr(GString) out = g_string_new("kept");
    g_autoptr(GError) error = NULL;

    assert_false(shell_words_append(out, text, "launch_prefix", &error));
    assert_int_equal(error->code, SRX_ERROR_INPUT);
    assert_string_equal(error->message, message);
    assert_string_equal(out->str, "kept");
}

static void what_is_more_than_words_is_refused(void **state)
{
    static const char *const more[] = {"a;b", "a|b", "a&b",     "a>b", "a<b",
                                       "(a)", "`a`", "\"`a`\"", "a\nb"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(more); i++) {
        g_autoptr(GString) out = g_string_new(NULL);

        assert_false(shell_words_append(out, more[i], "launch_prefix", NULL));
    }
    assert_refused("a; touch x", "launch_prefix: expected words, found '; touch x', which is more "
                                 "than that for a shell; write the command as one text for the "
                                 "shell instead");
    assert_refused("$(id)", "launch_prefix: expected words and variables such as $NAME, found "
                            "'$(id)'; write the command as one text for the shell instead");
    assert_refused("${A:-1}", "launch_prefix: expected words and variables such as $NAME, found "
                              "'${A:-1}'; write the command as one text for the shell instead");
    assert_refused("'a", "launch_prefix: expected a second ', as one is there");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bash_reads_back_every_hostile_text),
        cmocka_unit_test(any_shell_reads_back_every_hostile_text),
        cmocka_unit_test(a_quoted_word_stays_in_its_line),
        cmocka_unit_test(plain_words_stay_plain),
        cmocka_unit_test(random_texts_are_read_back),
        cmocka_unit_test(words_are_split_as_a_shell_does),
        cmocka_unit_test(variables_stay_and_are_one_word),
        cmocka_unit_test(globs_and_comments_are_only_text),
        cmocka_unit_test(what_is_more_than_words_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
