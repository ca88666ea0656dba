/* Tests of slurmio/runner.h. */
#include "tests/test.h"

#include "slurmio/runner.h"

#include <glib/gstdio.h>
#include <string.h>

/* What ssh does over there: the words, joined by blanks, go to a shell. */
#define FAR_SHELL "sh -c 'eval \"$*\"' far"

static char *run(Runner *runner, const char *script, GError **error)
{
    const char *const argv[] = {"sh", "-c", script, "sh", "a  b", "$(c)';\n\"\\", NULL};

    return runner_run(runner, argv, error);
}

static void a_command_runs_without_what_shapes_its_output(void **state)
{
    static const char *const set[] = {"SQUEUE_FORMAT", "SLURM_CLUSTERS", "SLURM_JOB_ID",
                                      "SACCT_FORMAT",  "SINFO_SORT",     "SLURM_JSON"};
    g_autoptr(Runner) runner = NULL;
    g_autofree char *text = NULL;

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(set); i++)
        g_setenv(set[i], "x", TRUE);
    g_setenv("SLURM_CONF", "/here", TRUE);
    runner = runner_new(NULL, NULL);
    text = run(runner, "env", NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(set); i++) {
        g_autofree char *line = g_strdup_printf("%s=", set[i]);

        assert_null(strstr(text, line));
        g_unsetenv(set[i]);
    }
    g_unsetenv("SLURM_CONF");
    assert_non_null(strstr(text, "SLURM_CONF=/here\n"));
    assert_non_null(strstr(text, "LC_ALL=C\n"));
    assert_non_null(strstr(text, "SLURM_TIME_FORMAT=%s\n"));
}

static void words_arrive_unchanged_here_and_far_away(void **state)
{
    static const char *const vias[] = {NULL, FAR_SHELL};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(vias); i++) {
        g_autoptr(Runner) runner = runner_new(vias[i], NULL);
        g_autofree char *text = run(runner, "printf '<%s>' \"$@\"", NULL);

        assert_string_equal(text, "<a  b><$(c)';\n\"\\>");
    }
}

static void far_away_the_environment_is_clean_too(void **state)
{
    g_autoptr(Runner) runner = NULL;
    g_autofree char *text = NULL;

    (void)state;
    runner = runner_new("env SQUEUE_FORMAT=x SLURM_CLUSTERS=all " FAR_SHELL, NULL);
    text = run(runner, "env", NULL);
    assert_null(strstr(text, "SQUEUE_FORMAT="));
    assert_null(strstr(text, "SLURM_CLUSTERS="));
    assert_non_null(strstr(text, "LC_ALL=C\n"));
    assert_non_null(strstr(text, "SLURM_TIME_FORMAT=%s\n"));
}

static void expect_failure(Runner *runner, const char *script, const char *message)
{
    g_autoptr(GError) error = NULL;

    assert_null(run(runner, script, &error));
    assert_int_equal(error->code, SRX_ERROR_SLURM);
    assert_string_equal(error->message, message);
}

static void a_failure_says_which_command_what_it_said_and_what_to_do(void **state)
{
    g_autoptr(Runner) runner = runner_new(NULL, NULL);
    g_autoptr(Runner) far = runner_new(FAR_SHELL, NULL);
    g_autoptr(GError) error = NULL;

    (void)state;
    expect_failure(runner, "echo unable to contact slurm controller >&2; exit 1",
                   "sh -c echo unable to contact slurm controller >&2; exit 1 sh: unable to "
                   "contact slurm controller (exit status 1); is slurmctld up, and is SLURM_CONF "
                   "the right one? 'scontrol ping' tells");
    expect_failure(runner, "exit 3",
                   "sh -c exit 3 sh: it failed without a word (exit status 3); run it by hand to "
                   "see more");
    expect_failure(runner, "echo Access/permission denied; exit 1",
                   "sh -c echo Access/permission denied; exit 1 sh: Access/permission denied "
                   "(exit status 1); this user may not ask that");
    expect_failure(runner, "echo munge is ill >&2; exit 1",
                   "sh -c echo munge is ill >&2; exit 1 sh: munge is ill (exit status 1); is "
                   "munged up on this machine? 'munge -n | unmunge' tells");
    assert_null(run(far, "exit 127", &error));
    assert_non_null(strstr(error->message, "must be in the PATH of a shell that is no login"));
}

static void no_slurm_in_reach_says_where_else_to_look(void **state)
{
    static const char *const argv[] = {"srx-no-such-squeue", "-h", NULL};
    g_autoptr(Runner) runner = runner_new(NULL, NULL);
    g_autoptr(Runner) far = runner_new("srx-no-such-ssh login1", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) far_error = NULL;

    (void)state;
    assert_null(runner_run(runner, argv, &error));
    assert_int_equal(error->code, SRX_ERROR_SLURM);
    assert_string_equal(error->message,
                        "no Slurm in reach: srx-no-such-squeue is not in PATH; go to a login node, "
                        "reach one by --via 'ssh LOGIN', or take a cluster from a directory: "
                        "--cluster DIR");
    assert_null(runner_run(far, argv, &far_error));
    assert_string_equal(far_error->message,
                        "--via: cannot run 'srx-no-such-ssh'; give a command that is there");
}

static void a_prefix_that_is_no_list_of_words_is_refused(void **state)
{
    static const char *const vias[] = {"", "ssh 'login1"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(vias); i++) {
        g_autoptr(GError) error = NULL;

        assert_null(runner_new(vias[i], &error));
        assert_int_equal(error->code, SRX_ERROR_USAGE);
        assert_non_null(strstr(error->message, "--via: expected a command such as 'ssh login1'"));
    }
}

static void what_timed_out_in_slurm_is_asked_again(void **state)
{
    g_autofree char *directory = g_dir_make_tmp("srx-XXXXXX", NULL);
    g_autofree char *script =
        g_strdup_printf("cd %s && if mkdir once 2>/dev/null; then echo Socket timed out >&2; exit "
                        "1; fi; rmdir once; echo there",
                        directory);
    g_autoptr(Runner) runner = runner_new(NULL, NULL);
    g_autofree char *text = run(runner, script, NULL);

    (void)state;
    assert_string_equal(text, "there\n");
    g_rmdir(directory);
}

static void what_was_saved_is_replayed(void **state)
{
    g_autoptr(Runner) runner = runner_new(NULL, NULL);
    g_autoptr(Runner) replay = NULL;
    g_autofree char *first = run(runner, "printf 'a\\036b\\037\\n'", NULL);
    g_autofree char *failed = run(runner, "echo no >&2; exit 2", NULL);
    g_autofree char *saved = runner_save(runner);
    g_autofree char *directory = g_dir_make_tmp("srx-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(directory, "answers.json", NULL);
    g_autofree char *again = NULL, *resaved = NULL;

    (void)state;
    assert_null(failed);
    assert_true(g_file_set_contents(path, saved, -1, NULL));
    replay = runner_replay(path, NULL);
    again = run(replay, "printf 'a\\036b\\037\\n'", NULL);
    assert_string_equal(again, first);
    expect_failure(replay, "echo no >&2; exit 2",
                   "sh -c echo no >&2; exit 2 sh: no (exit status 2); run it by hand to see more");
    resaved = runner_save(replay);
    assert_string_equal(resaved, saved);
    assert_null(run(replay, "never run", NULL));
    g_unlink(path);
    g_rmdir(directory);
}

static void a_recording_that_cannot_be_read_is_told(void **state)
{
    g_autofree char *directory = g_dir_make_tmp("srx-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(directory, "answers.json", NULL);
    g_autoptr(GError) missing = NULL;
    g_autoptr(GError) wrong = NULL;

    (void)state;
    assert_null(runner_replay(path, &missing));
    assert_int_equal(missing->code, SRX_ERROR_INPUT);
    assert_true(g_file_set_contents(path, "{}", -1, NULL));
    assert_null(runner_replay(path, &wrong));
    assert_non_null(strstr(wrong->message, "expected a list of recorded commands, found "));
    g_unlink(path);
    g_rmdir(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_command_runs_without_what_shapes_its_output),
        cmocka_unit_test(words_arrive_unchanged_here_and_far_away),
        cmocka_unit_test(far_away_the_environment_is_clean_too),
        cmocka_unit_test(a_failure_says_which_command_what_it_said_and_what_to_do),
        cmocka_unit_test(no_slurm_in_reach_says_where_else_to_look),
        cmocka_unit_test(a_prefix_that_is_no_list_of_words_is_refused),
        cmocka_unit_test(what_timed_out_in_slurm_is_asked_again),
        cmocka_unit_test(what_was_saved_is_replayed),
        cmocka_unit_test(a_recording_that_cannot_be_read_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
