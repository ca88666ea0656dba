/* Tests of slurmio/logpath.h. */
#include "tests/slurmio/run_fixture.h"

#include "slurmio/logpath.h"

static void patterns_are_filled_in_as_sbatch_does(void **state)
{
    static const LogNames plain = {
        .name = "a b", .user = "u1", .node = "n3", .id = 12, .task = COUNT_UNSET, .task_id = 12};
    static const LogNames task = {.name = "a", .user = "u1", .id = 12, .task = 23, .task_id = 40};
    static const struct {
        const char *pattern;
        const LogNames *names;
        const char *expected;
    } cases[] = {
        {"slurm-%j.out", &plain, "slurm-12.out"},
        {"%x_%j.log", &plain, "a b_12.log"},
        {"%A_%a.log", &task, "12_23.log"},
        {"%4j-%03a-%b", &task, "0040-023-3"},
        {"%u/%N/%t-%n-%s", &plain, "u1/n3/0-0-batch"},
        {"100%%-%q-%", &plain, "100%-%q-%"},
        {"%a", &plain, "4294967294"},
        {"\\%j", &plain, "%j"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = log_path_fill(cases[i].pattern, cases[i].names);

        assert_string_equal(got, cases[i].expected);
    }
}

static void a_job_has_a_file_once_it_has_an_id(void **state)
{
    Run run = {.submission = test_submission(), .state = run_state_new(3), .lock = -1};
    JournalEvent accepted = journal_event(JOURNAL_ACCEPTED, 0, 0);
    SubmissionJob *job = &run.submission->jobs[0];
    g_autofree char *out = NULL, *errors = NULL;
    static const char *const rest[] = {"--chdir=/data", NULL};

    (void)state;
    job->log = g_strdup("logs/%x_%j.out");
    job->error_log = g_strdup("/tmp/%j.err");
    job->spec->rest = g_strdupv((char **)(guintptr)rest);
    assert_null(log_path(&run, 0, COUNT_UNSET, false));
    accepted.id = 77;
    run_state_take(run.state, &accepted);
    out = log_path(&run, 0, COUNT_UNSET, false);
    errors = log_path(&run, 0, COUNT_UNSET, true);
    assert_string_equal(out, "/data/logs/a_77.out");
    assert_string_equal(errors, "/tmp/77.err");
    assert_null(log_path(&run, 1, COUNT_UNSET, false));
    submission_free(run.submission);
    run_state_free(run.state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_are_filled_in_as_sbatch_does),
        cmocka_unit_test(a_job_has_a_file_once_it_has_an_id),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
