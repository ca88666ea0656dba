/* Tests of base/process.h. */
#include "tests/test.h"

#include "base/process.h"

#include <string.h>

static ProcessResult run(const char *script, const char *input, Span timeout)
{
    const char *const argv[] = {"sh", "-c", script, "sh", "a b", "$(c);\n'", NULL};
    const ProcessCommand command = {.argv = argv, .input = input, .timeout = timeout};
    ProcessResult result = {0};
    GError *error = NULL;

    assert_true(process_run(&command, &result, &error));
    assert_null(error);
    return result;
}

static void output_messages_and_status_come_apart(void **state)
{
    g_auto(ProcessResult) result = run("echo out; echo err >&2; exit 7", NULL, 10);

    (void)state;
    assert_string_equal(result.out, "out\n");
    assert_string_equal(result.err, "err\n");
    assert_int_equal(result.status, 7);
    assert_false(result.timed_out);
}

static void arguments_arrive_as_they_are(void **state)
{
    g_auto(ProcessResult) result = run("printf '<%s>' \"$@\"", NULL, 10);

    (void)state;
    assert_string_equal(result.out, "<a b><$(c);\n'>");
}

static void input_larger_than_a_pipe_comes_back(void **state)
{
    g_autofree char *text = g_strnfill(1000000, 'x');
    g_auto(ProcessResult) result = run("cat; cat >&2", text, 20);

    (void)state;
    assert_string_equal(result.out, text);
    assert_string_equal(result.err, "");
}

static void without_input_stdin_is_empty(void **state)
{
    g_auto(ProcessResult) result = run("cat", NULL, 10);

    (void)state;
    assert_string_equal(result.out, "");
    assert_int_equal(result.status, 0);
}

static void a_command_that_hangs_is_ended(void **state)
{
    gint64 before = g_get_monotonic_time();
    g_auto(ProcessResult) result = run("echo first; exec sleep 60", NULL, 1);

    (void)state;
    assert_true(result.timed_out);
    assert_string_equal(result.out, "first\n");
    assert_true(g_get_monotonic_time() - before < 20 * G_USEC_PER_SEC);
}

static void a_child_left_behind_is_not_waited_for(void **state)
{
    gint64 before = g_get_monotonic_time();
    g_auto(ProcessResult) result = run("sleep 15 & echo done", NULL, 60);

    (void)state;
    assert_false(result.timed_out);
    assert_string_equal(result.out, "done\n");
    assert_true(g_get_monotonic_time() - before < 10 * G_USEC_PER_SEC);
}

static void a_signal_counts_as_in_a_shell(void **state)
{
    g_auto(ProcessResult) result = run("kill -9 $$", NULL, 10);

    (void)state;
    assert_int_equal(result.status, 137);
}

static void what_is_not_utf_8_is_made_so(void **state)
{
    g_auto(ProcessResult) result = run("printf 'a\\377b'", NULL, 10);

    (void)state;
    assert_true(g_utf8_validate(result.out, -1, NULL));
    assert_true(g_str_has_prefix(result.out, "a"));
}

static void an_environment_replaces_ours(void **state)
{
    const char *const argv[] = {"env", NULL};
    const char *const environment[] = {"A=1", "B=x y", NULL};
    const ProcessCommand command = {.argv = argv, .environment = environment, .timeout = 10};
    g_auto(ProcessResult) result = {0};

    (void)state;
    assert_true(process_run(&command, &result, NULL));
    assert_non_null(strstr(result.out, "A=1\n"));
    assert_non_null(strstr(result.out, "B=x y\n"));
    assert_null(strstr(result.out, "HOME="));
}

static void a_missing_command_is_told_by_name(void **state)
{
    const char *const argv[] = {"srx-no-such-command", NULL};
    const ProcessCommand command = {.argv = argv, .timeout = 10};
    ProcessResult result = {0};
    g_autoptr(GError) error = NULL;

    (void)state;
    assert_false(process_run(&command, &result, &error));
    assert_int_equal(error->code, SRX_ERROR_FAILED);
    assert_non_null(strstr(error->message, "srx-no-such-command: "));
    assert_null(result.out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output_messages_and_status_come_apart),
        cmocka_unit_test(arguments_arrive_as_they_are),
        cmocka_unit_test(input_larger_than_a_pipe_comes_back),
        cmocka_unit_test(without_input_stdin_is_empty),
        cmocka_unit_test(a_command_that_hangs_is_ended),
        cmocka_unit_test(a_child_left_behind_is_not_waited_for),
        cmocka_unit_test(a_signal_counts_as_in_a_shell),
        cmocka_unit_test(what_is_not_utf_8_is_made_so),
        cmocka_unit_test(an_environment_replaces_ours),
        cmocka_unit_test(a_missing_command_is_told_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
