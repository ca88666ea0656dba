/* Tests of slurmio/guard.h: the scripts are run. */
#include "tests/test.h"

#include "base/process.h"
#include "slurmio/guard.h"

#include <glib/gstdio.h>

typedef struct {
    int status;
    double seconds;
    char *log;
} Ran;

/* Runs @before, the guard's begin, @command and the guard's end as the leader of a process group
 * whose stdout and stderr are one file. */
static Ran run(const char *before, const char *done_when, uint32_t seconds, const char *command)
{
    g_autofree char *place = g_dir_make_tmp("srx-guard-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(place, "script", NULL);
    g_autofree char *log = g_build_filename(place, "log", NULL);
    g_autofree char *begin = guard_begin(done_when, seconds);
    g_autofree char *script =
        g_strdup_printf("exec >>%s 2>&1\n%s%s\n%s%s\n%sexit $?\n", log, guard_functions(), before,
                        begin, command, guard_end());
    g_autofree char *direct = g_strdup_printf("exec setsid --wait bash %s", path);
    const char *const shell[] = {"sh", "-c", direct, NULL};
    g_auto(ProcessResult) result = {0};
    gint64 started = g_get_monotonic_time();
    Ran ran = {0};

    assert_true(g_file_set_contents(path, script, -1, NULL));
    assert_true(process_run(&(ProcessCommand){.argv = shell, .timeout = 60}, &result, NULL));
    assert_false(result.timed_out);
    ran.status = result.status;
    ran.seconds = (double)(g_get_monotonic_time() - started) / G_USEC_PER_SEC;
    assert_true(g_file_get_contents(log, &ran.log, NULL, NULL));
    g_remove(path);
    g_remove(log);
    g_rmdir(place);
    return ran;
}

static void a_job_that_ends_by_itself_keeps_its_status(void **state)
{
    Ran ran = run("", "all done", 2, "echo all done; (exit 7)");

    (void)state;
    assert_int_equal(ran.status, 7);
    assert_string_equal(ran.log, "all done\n");
    assert_true(ran.seconds < 5);
    g_free(ran.log);
}

static void a_job_without_the_line_is_left_alone(void **state)
{
    Ran ran = run("echo all done", "all done", 1, "sleep 4; echo not done; (exit 3)");

    (void)state;
    assert_int_equal(ran.status, 3);
    assert_string_equal(ran.log, "all done\nnot done\n");
    g_free(ran.log);
}

/* The first program of the article: the work is done, a thread that is no daemon goes on. */
#define STAYS                                                                                      \
    "python3 -u -c 'import threading, time, sys\n"                                                 \
    "def monitor():\n"                                                                             \
    "    while True:\n"                                                                            \
    "        print(\"monitoring\", file=sys.stderr); time.sleep(0.5)\n"                            \
    "threading.Thread(target=monitor).start(); time.sleep(0.3)\n"                                  \
    "print(\"program ended\")'"

static void after_its_line_a_job_that_stays_is_ended_and_has_succeeded(void **state)
{
    Ran ran = run("", "^program (ended|over)$", 2, STAYS);

    (void)state;
    assert_int_equal(ran.status, 0);
    assert_non_null(strstr(ran.log, "program ended\n"));
    assert_non_null(strstr(ran.log, "srx: the line that ends the work came 2 s ago, ending what is "
                                    "left (1 processes)\n"));
    assert_true(ran.seconds >= 2 && ran.seconds < 20);
    g_free(ran.log);
}

static void what_ignores_sigterm_is_killed(void **state)
{
    Ran ran = run("", "over", 1,
                  "python3 -u -c 'import signal, time\n"
                  "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
                  "print(\"over\"); time.sleep(50)'");

    (void)state;
    assert_int_equal(ran.status, 0);
    assert_true(ran.seconds < 20);
    g_free(ran.log);
}

static void what_stays_after_the_main_process_is_ended(void **state)
{
    Ran ran = run("", NULL, 1, "sh -c 'sleep 50 & sleep 50 & exit 4'");

    (void)state;
    assert_int_equal(ran.status, 4);
    assert_string_equal(ran.log,
                        "srx: the main process ended 1 s ago, ending what is left (2 processes)\n");
    assert_true(ran.seconds < 20);
    g_free(ran.log);
}

static void a_script_that_is_strict_runs_as_well(void **state)
{
    Ran ran = run("set -eu -o pipefail", "program ended", 1, STAYS " ||");

    (void)state;
    assert_int_equal(ran.status, 0);
    assert_null(strstr(ran.log, "unbound"));
    assert_true(ran.seconds < 20);
    g_free(ran.log);
}

static void a_hostile_pattern_is_only_a_pattern(void **state)
{
    Ran ran = run("", "x'; echo hacked; `id` $(id) \"", 1, "echo y");

    (void)state;
    assert_int_equal(ran.status, 0);
    assert_string_equal(ran.log, "y\n");
    g_free(ran.log);
}

static void what_runs_in_the_background_before_the_command_is_not_hurt_by_an_early_end(void **state)
{
    Ran ran = run("sleep 2 & other=$!", "never", 5,
                  "true && { kill -0 $other && wait $other && echo well; }");

    (void)state;
    assert_int_equal(ran.status, 0);
    assert_string_equal(ran.log, "well\n");
    g_free(ran.log);
}

static void who_leads_no_group_is_told(void **state)
{
    g_autofree char *begin = guard_begin("x", 1);
    g_autofree char *script = g_strdup_printf("bash -c '%s'\n", "eval \"$SCRIPT\"");
    g_autofree char *text = g_strconcat(guard_functions(), begin, "true\n", guard_end(), NULL);
    const char *const argv[] = {"sh", "-c", script, NULL};
    g_auto(ProcessResult) result = {0};

    (void)state;
    g_setenv("SCRIPT", text, TRUE);
    assert_true(process_run(&(ProcessCommand){.argv = argv, .timeout = 60}, &result, NULL));
    g_unsetenv("SCRIPT");
    assert_int_equal(result.status, 0);
    assert_string_equal(result.err, "srx: no guard, as the script does not lead a process group\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_that_ends_by_itself_keeps_its_status),
        cmocka_unit_test(a_job_without_the_line_is_left_alone),
        cmocka_unit_test(after_its_line_a_job_that_stays_is_ended_and_has_succeeded),
        cmocka_unit_test(what_ignores_sigterm_is_killed),
        cmocka_unit_test(what_stays_after_the_main_process_is_ended),
        cmocka_unit_test(a_script_that_is_strict_runs_as_well),
        cmocka_unit_test(a_hostile_pattern_is_only_a_pattern),
        cmocka_unit_test(
            what_runs_in_the_background_before_the_command_is_not_hurt_by_an_early_end),
        cmocka_unit_test(who_leads_no_group_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
