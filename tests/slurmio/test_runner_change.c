/* Tests of runner_change and what is said of it: slurmio/runner.h. */
#include "tests/test.h"

#include "slurmio/runner.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* What ssh does over there: the words, joined by blanks, go to a shell. */
#define FAR_SHELL "sh -c 'eval \"$*\"' far"

static char *changed(Runner *runner, const char *script, char *const *added, const char *input)
{
    const char *const argv[] = {"sh", "-c", script, NULL};
    g_auto(ProcessResult) result = {0};

    assert_true(runner_change(runner, argv, added, input, &result, NULL));
    assert_int_equal(result.status, 0);
    return g_steal_pointer(&result.out);
}

static void a_change_has_the_users_environment_what_is_added_and_its_input(void **state)
{
    static const char *const vias[] = {NULL, FAR_SHELL};
    char added[] = "ADDED=a b;$(c)'";
    char *const more[] = {added, NULL};

    (void)state;
    g_setenv("MINE", "1", TRUE);
    g_setenv("SQUEUE_FORMAT", "%i", TRUE);
    g_setenv("SBATCH_QOS", "low", TRUE);
    for (size_t i = 0; i < G_N_ELEMENTS(vias); i++) {
        g_autoptr(Runner) runner = runner_new(vias[i], NULL);
        g_autofree char *text = changed(
            runner, "cat; echo \"$MINE|$SQUEUE_FORMAT|${SBATCH_QOS-unset}|$ADDED\"", more, "in\n");

        assert_string_equal(text, "in\n1|%i|unset|a b;$(c)'\n");
    }
    g_unsetenv("MINE");
    g_unsetenv("SQUEUE_FORMAT");
    g_unsetenv("SBATCH_QOS");
}

static void a_change_is_tried_once_and_its_failure_is_handed_over(void **state)
{
    static const char *const argv[] = {"sh", "-c",
                                       "echo Socket timed out >&2; echo x >> $COUNT; exit 1", NULL};
    g_autofree char *directory = g_dir_make_tmp("srx-XXXXXX", NULL);
    g_autofree char *count = g_build_filename(directory, "count", NULL);
    g_autofree char *setting = g_strconcat("COUNT=", count, NULL);
    g_autofree char *tries = NULL;
    char *const added[] = {setting, NULL};
    g_autoptr(Runner) runner = runner_new(NULL, NULL);
    g_auto(ProcessResult) result = {0};
    g_autoptr(GError) error = NULL;

    (void)state;
    assert_true(runner_change(runner, argv, added, NULL, &result, NULL));
    assert_int_equal(result.status, 1);
    assert_string_equal(result.err, "Socket timed out\n");
    assert_true(g_file_get_contents(count, &tries, NULL, NULL));
    assert_string_equal(tries, "x\n");
    assert_false(runner_complain(runner, argv, &result, &error));
    assert_int_equal(error->code, SRX_ERROR_SLURM);
    assert_non_null(strstr(error->message, "Socket timed out (exit status 1)"));
    g_unlink(count);
    g_rmdir(directory);
}

static void a_change_without_slurm_says_where_else_to_look(void **state)
{
    static const char *const argv[] = {"srx-no-such-sbatch", NULL};
    g_autoptr(Runner) runner = runner_new(NULL, NULL);
    g_auto(ProcessResult) result = {0};
    g_autoptr(GError) error = NULL;

    (void)state;
    assert_false(runner_change(runner, argv, NULL, NULL, &result, &error));
    assert_int_equal(error->code, SRX_ERROR_SLURM);
    assert_non_null(strstr(error->message, "no Slurm in reach: srx-no-such-sbatch is not in PATH"));
}

static void a_change_keeps_open_what_it_is_given(void **state)
{
    g_autoptr(Runner) runner = runner_new(NULL, NULL);
    int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
    g_autofree char *script = g_strdup_printf("test -e /proc/self/fd/%d && echo open || :", file);
    g_autofree char *without = changed(runner, script, NULL, NULL);
    g_autofree char *with = NULL;

    (void)state;
    runner_keep_open(runner, file);
    with = changed(runner, script, NULL, NULL);
    assert_string_equal(without, "");
    assert_string_equal(with, "open\n");
    close(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_change_has_the_users_environment_what_is_added_and_its_input),
        cmocka_unit_test(a_change_is_tried_once_and_its_failure_is_handed_over),
        cmocka_unit_test(a_change_without_slurm_says_where_else_to_look),
        cmocka_unit_test(a_change_keeps_open_what_it_is_given),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
