/* Tests of slurmio/run.h. */
#include "tests/slurmio/run_fixture.h"

#include <sys/wait.h>
#include <unistd.h>

static int set_up(void **state)
{
    *state = g_dir_make_tmp("srx-XXXXXX", NULL);
    return 0;
}

static int tear_down(void **state)
{
    test_remove(*state);
    g_free(*state);
    return 0;
}

static Run *create(const char *root)
{
    g_autoptr(GError) error = NULL;
    Run *run = run_create(root, test_submission(), "{}\n", test_clock, &error);

    assert_ok(run, error);
    return run;
}

static bool holds(const char *directory, const char *name, const char *wanted)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);
    g_autofree char *text = NULL;

    return g_file_get_contents(path, &text, NULL, NULL) && strstr(text, wanted);
}

static void a_run_has_all_in_its_directory(void **state)
{
    g_autoptr(Run) run = create(*state);
    g_autofree char *script = run_script(run, 1);

    assert_int_equal(strlen(run->id), 12);
    assert_true(holds(run->path, "plan.json", "{}\n"));
    assert_true(holds(run->path, "submission.json", "\"srx/submission/1\""));
    assert_true(holds(run->path, "journal", "\"event\":\"begin\""));
    assert_true(holds(run->path, "scripts/1-b__rm_-rf.sh", "#!/bin/bash\necho 1\n"));
    assert_true(g_str_has_suffix(script, "/scripts/1-b__rm_-rf.sh"));
    assert_true(run->state->begun_at != INSTANT_NEVER);
}

static void the_last_run_is_found_without_a_name_and_each_by_its_beginning(void **state)
{
    g_autoptr(Run) first = create(*state);
    g_autoptr(Run) second = create(*state);
    g_autoptr(GPtrArray) names = run_list(*state);
    g_autofree char *beginning = g_strndup(first->id, 8);
    g_autoptr(Run) last = run_open(*state, NULL, test_clock, NULL);
    g_autoptr(Run) named = run_open(*state, beginning, test_clock, NULL);
    g_autoptr(Run) placed = run_open("/nowhere", first->path, test_clock, NULL);

    assert_int_equal(names->len, 2);
    assert_string_equal(names->pdata[0], second->id);
    assert_string_equal(last->id, second->id);
    assert_string_equal(named->id, first->id);
    assert_string_equal(placed->id, first->id);
    assert_int_equal(named->submission->n_jobs, 3);
}

static void expect_error(const char *root, const char *name, int code, const char *part)
{
    g_autoptr(GError) error = NULL;

    assert_null(run_open(root, name, test_clock, &error));
    assert_int_equal(error->code, code);
    if (!strstr(error->message, part))
        fail_msg("'%s' is not in '%s'", part, error->message);
}

static void a_run_that_is_not_there_is_told(void **state)
{
    const char *root = *state;
    g_autoptr(Run) run = NULL;
    g_autofree char *file = NULL;

    expect_error(root, NULL, SRX_ERROR_USAGE, "'srx submit' begins one");
    run = create(root);
    expect_error(root, "zz", SRX_ERROR_USAGE, "no run 'zz' in ");
    expect_error(root, "./zz", SRX_ERROR_USAGE, "expected the directory of a run, found './zz'");
    file = g_build_filename(run->path, "submission.json", NULL);
    assert_true(g_file_set_contents(file, "{", -1, NULL));
    expect_error(root, run->id, SRX_ERROR_INPUT, "submission.json:1:1: expected JSON");
}

static void a_beginning_of_several_runs_is_refused(void **state)
{
    const char *root = *state;
    static const char *const ids[] = {"0123456789ab", "0123456789ac"};

    run_free(create(root));
    for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
        g_autofree char *path = g_build_filename(root, ids[i], "submission.json", NULL);
        g_autofree char *directory = g_path_get_dirname(path);

        g_mkdir(directory, 0700);
        assert_true(g_file_set_contents(path, "{}", -1, NULL));
    }
    expect_error(root, "0123456789a", SRX_ERROR_USAGE, "found several that begin with");
}

static void a_place_where_nothing_can_be_made_is_told(void **state)
{
    g_autoptr(GError) error = NULL;

    (void)state;
    assert_null(run_create("/dev/null/runs", test_submission(), NULL, test_clock, &error));
    assert_int_equal(error->code, SRX_ERROR_FAILED);
    assert_string_equal(error->message, "/dev/null/runs: Not a directory");
}

static void marks_say_whose_they_are(void **state)
{
    g_autoptr(Run) run = create(*state);
    g_autofree char *mark = run_mark(run, 12, 3);
    g_autofree char *behind = g_strconcat(mark, " mine: 4", NULL);
    g_autofree char *longer = g_strconcat(mark, "7x", NULL);
    g_autofree char *negative = g_strdup_printf("srx:%s:-1:0", run->id);
    uint32_t job = 0, attempt = 0;

    assert_true(run_mark_read(run, mark, &job, &attempt));
    assert_int_equal(job, 12);
    assert_int_equal(attempt, 3);
    assert_true(run_mark_read(run, behind, &job, &attempt));
    assert_false(run_mark_read(run, longer, &job, &attempt));
    assert_false(run_mark_read(run, negative, &job, &attempt));
    assert_false(run_mark_read(run, "", &job, &attempt));
    assert_false(run_mark_read(run, "srx:000000000000:1:0", &job, &attempt));
}

static void only_one_submits_for_a_run_at_a_time(void **state)
{
    g_autoptr(Run) first = create(*state);
    g_autoptr(Run) second = run_open(*state, first->id, test_clock, NULL);
    g_autoptr(GError) error = NULL;

    assert_true(run_lock(first, 0, NULL));
    assert_true(run_lock(first, 0, NULL));
    assert_false(run_lock(second, 0, &error));
    assert_int_equal(error->code, SRX_ERROR_FAILED);
    assert_non_null(strstr(error->message, "is still at it; wait for it to end"));
    run_free(g_steal_pointer(&first));
    assert_true(run_lock(second, 0, NULL));
}

static void what_is_written_is_known_at_once_and_later(void **state)
{
    g_autoptr(Run) run = create(*state);
    g_autoptr(Run) again = NULL;
    JournalEvent event = journal_event(JOURNAL_ACCEPTED, 1, 0);

    event.id = 77;
    assert_true(run_write(run, &event, NULL));
    assert_true(run_note(run, NULL, "%d is %s", 1, "one"));
    assert_int_equal(run_state_attempt(run->state, 1)->id, 77);
    assert_true(holds(run->path, "journal", "\"event\":\"note\",\"text\":\"1 is one\""));
    again = run_open(*state, run->id, test_clock, NULL);
    assert_int_equal(run_state_attempt(again->state, 1)->id, 77);
}

static void runs_are_kept_where_the_user_keeps_states(void **state)
{
    g_autofree char *root = NULL, *usual = NULL;

    (void)state;
    g_setenv("XDG_STATE_HOME", "/var/states", TRUE);
    root = run_root();
    assert_string_equal(root, "/var/states/srx/runs");
    g_setenv("XDG_STATE_HOME", "relative", TRUE);
    usual = run_root();
    assert_true(g_str_has_suffix(usual, "/.local/state/srx/runs"));
    g_unsetenv("XDG_STATE_HOME");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_run_has_all_in_its_directory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            the_last_run_is_found_without_a_name_and_each_by_its_beginning, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_run_that_is_not_there_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_beginning_of_several_runs_is_refused, set_up, tear_down),
        cmocka_unit_test(a_place_where_nothing_can_be_made_is_told),
        cmocka_unit_test_setup_teardown(marks_say_whose_they_are, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_one_submits_for_a_run_at_a_time, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_written_is_known_at_once_and_later, set_up,
                                        tear_down),
        cmocka_unit_test(runs_are_kept_where_the_user_keeps_states),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
