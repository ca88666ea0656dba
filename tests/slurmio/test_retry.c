/* Tests of slurmio/retry.h. */
#include "tests/slurmio/run_fixture.h"

#include "slurmio/retry.h"

#include <string.h>

/* One job whose attempts ended as given. */
static RunState *ended(const char *const *states, size_t n)
{
    RunState *state = run_state_new(1);

    for (size_t i = 0; i < n; i++) {
        g_autofree char *text = g_strdup(states[i]);
        JournalEvent event = journal_event(JOURNAL_ENDED, 0, (uint32_t)i);

        event.state = text;
        run_state_take(state, &event);
    }
    return state;
}

static SubmissionJob job_of(Submission **submission, const char *retry_on)
{
    *submission = test_submission();
    g_free((*submission)->jobs[0].retry_on);
    (*submission)->jobs[0].retry_on = g_strdup(retry_on);
    (*submission)->jobs[0].spec->mem = 4096;
    return (*submission)->jobs[0];
}

/* "why|change", or "no". */
static char *decision(const char *retry_on, uint32_t most, const char *const *states, size_t n)
{
    Submission *submission;
    SubmissionJob job = job_of(&submission, retry_on);
    RunState *state = ended(states, n);
    g_auto(Retry) retry = {0};
    char *out;

    job.retry = most;
    state->jobs[0].retries = (uint32_t)n - 1;
    out = retry_decide(&job, &state->jobs[0], &retry)
              ? g_strconcat(retry.why, "|", retry.change ? retry.change : "", NULL)
              : g_strdup("no");
    run_state_free(state);
    submission_free(submission);
    return out;
}

static void a_cause_has_its_own_change_and_its_own_most(void **state)
{
    static const struct {
        const char *retry_on;
        uint32_t most;
        const char *states[3];
        size_t n;
        const char *expected;
    } cases[] = {
        {"TIMEOUT:time=x1.5,max=2", 0, {"TIMEOUT"}, 1, "TIMEOUT, retry 1 of 2|--time=15"},
        {"TIMEOUT:time=x1.5,max=2", 0, {"TIMEOUT", "TIMEOUT", "TIMEOUT"}, 3, "no"},
        {"TIMEOUT:time=1h,max=1", 0, {"TIMEOUT"}, 1, "TIMEOUT, retry 1 of 1|--time=60"},
        {"OUT_OF_MEMORY:mem=x2,max=1",
         0,
         {"OUT_OF_MEMORY"},
         1,
         "OUT_OF_MEMORY, retry 1 of 1|--mem=8G"},
        {"OUT_OF_MEMORY:mem=9G,max=1",
         0,
         {"OUT_OF_MEMORY"},
         1,
         "OUT_OF_MEMORY, retry 1 of 1|--mem=9G"},
        {"NODE_FAIL:max=3", 0, {"TIMEOUT", "NODE_FAIL"}, 2, "NODE_FAIL, retry 1 of 3|"},
        {"PREEMPTED:max=1", 0, {"FAILED"}, 1, "no"},
        {NULL, 2, {"FAILED"}, 1, "FAILED, retry 1 of 2|"},
        {NULL, 2, {"FAILED", "FAILED"}, 2, "FAILED, retry 2 of 2|"},
        {NULL, 2, {"FAILED", "FAILED", "FAILED"}, 3, "no"},
        {NULL, 2, {"CANCELLED"}, 1, "no"},
        {"CANCELLED:max=1", 0, {"CANCELLED"}, 1, "CANCELLED, retry 1 of 1|"},
        {NULL, 2, {"COMPLETED"}, 1, "no"},
        {NULL, 0, {"FAILED"}, 1, "no"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got =
            decision(cases[i].retry_on, cases[i].most, cases[i].states, cases[i].n);

        assert_string_equal(got, cases[i].expected);
    }
}

static void changes_add_up(void **state)
{
    static const char *const states[] = {"TIMEOUT", "TIMEOUT"};
    Submission *submission;
    SubmissionJob job = job_of(&submission, "TIMEOUT:time=x2,max=5");
    RunState *run = ended(states, 2);
    g_auto(Retry) retry = {0};
    g_autoptr(JobSpec) spec = NULL;

    (void)state;
    run->jobs[0].change = g_strdup("--time=20 --mem=8192");
    assert_true(retry_decide(&job, &run->jobs[0], &retry));
    assert_string_equal(retry.change, "--mem=8G --time=40");
    spec = retry_spec(&job, retry.change);
    assert_int_equal(spec->time_limit, 40);
    assert_int_equal(spec->mem, 8192);
    assert_int_equal(job.spec->time_limit, 10);
    run_state_free(run);
    submission_free(submission);
}

static void only_the_failed_tasks_of_an_array_are_tried_again(void **state)
{
    static const char *const ends[] = {"COMPLETED", "FAILED", "COMPLETED", "TIMEOUT"};
    Submission *submission;
    SubmissionJob job = job_of(&submission, NULL);
    RunState *run = run_state_new(1);
    g_auto(Retry) retry = {0};

    (void)state;
    job.retry = 1;
    job.spec->array = g_strdup("0-3%2");
    for (uint32_t i = 0; i <= G_N_ELEMENTS(ends); i++) {
        g_autofree char *text = g_strdup(i < G_N_ELEMENTS(ends) ? ends[i] : "FAILED");
        JournalEvent event = journal_event(JOURNAL_ENDED, 0, 0);

        event.task = i < G_N_ELEMENTS(ends) ? i : COUNT_UNSET;
        event.state = text;
        run_state_take(run, &event);
    }
    assert_true(retry_decide(&job, &run->jobs[0], &retry));
    assert_string_equal(retry.change, "--array=1,3%2");
    run_state_free(run);
    submission_free(submission);
}

static void what_srx_cancelled_and_what_runs_is_left_alone(void **state)
{
    static const char *const states[] = {"FAILED"};
    Submission *submission;
    SubmissionJob job = job_of(&submission, NULL);
    RunState *run = ended(states, 1);
    g_auto(Retry) retry = {0};
    JournalEvent event = journal_event(JOURNAL_CANCELLED, 0, 0);

    (void)state;
    job.retry = 3;
    run_state_take(run, &event);
    assert_false(retry_decide(&job, &run->jobs[0], &retry));
    run_state_free(run);
    run = run_state_new(1);
    assert_false(retry_decide(&job, &run->jobs[0], &retry));
    run_state_free(run);
    submission_free(submission);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cause_has_its_own_change_and_its_own_most),
        cmocka_unit_test(changes_add_up),
        cmocka_unit_test(only_the_failed_tasks_of_an_array_are_tried_again),
        cmocka_unit_test(what_srx_cancelled_and_what_runs_is_left_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
