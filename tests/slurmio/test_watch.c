/* Tests of slurmio/watch.h and slurmio/dependence.h with a Slurm of scripts. */
#include "tests/slurmio/slurm_fixture.h"

#include "slurmio/dependence.h"
#include "slurmio/watch.h"

typedef struct {
    FakeSlurm *slurm;
    Watch *watch;
    GString *told; /* "a:PENDING a:FAILED=1 " */
    Instant now;
    uint32_t next_id;
} Fixture;

/* The clock of rules has no context: it is what the fixture's says. */
static Instant clock_now;

static Instant tell_time(void)
{
    return clock_now;
}

static void note(void *data, uint32_t job, const Notice *notice)
{
    Fixture *self = data;

    if (job == COUNT_UNSET)
        g_string_append_printf(self->told, "run:%s(%s) ", notice->state, notice->text);
    else if (notice->kind == NOTICE_NOTE)
        g_string_append_printf(self->told, "%s:note(%s) ", notice->job, notice->text);
    else if (notice->exit >= 0)
        g_string_append_printf(self->told, "%s:%s=%d ", notice->job, notice->state, notice->exit);
    else
        g_string_append_printf(self->told, "%s:%s ", notice->job, notice->state);
}

static bool submit(void *data, uint32_t job, G_GNUC_UNUSED GError **error)
{
    Fixture *self = data;

    fake_accept(self->slurm, job, run_state_next(self->slurm->run->state, job), self->next_id++);
    return true;
}

/* a; b after a; c after a, and 5 minutes after b has begun. */
static int begin(void **state)
{
    Fixture *self = g_new0(Fixture, 1);
    const WatchRules rules = {.tell = note, .submit = submit, .self = self, .clock = tell_time};

    self->slurm = fake_slurm_new(test_submission());
    self->told = g_string_new(NULL);
    self->next_id = 100;
    clock_now = 10000;
    self->watch = watch_new(self->slurm->runner, self->slurm->run, &rules);
    *state = self;
    return 0;
}

static int end(void **state)
{
    Fixture *self = *state;

    watch_free(self->watch);
    fake_slurm_free(self->slurm);
    g_string_free(self->told, TRUE);
    g_free(self);
    return 0;
}

static void submit_all(Fixture *self)
{
    for (uint32_t i = 0; i < 3; i++)
        fake_accept(self->slurm, i, 0, 11 + i);
    fake_release(self->slurm);
}

static const char *step(Fixture *self)
{
    bool changed;

    g_string_truncate(self->told, 0);
    assert_true(watch_step(self->watch, &changed, NULL));
    return self->told->str;
}

#define B_WAITS "12,N/A,PENDING,Dependency,N/A,N/A,;"
#define C_WAITS "13,N/A,PENDING,Dependency,N/A,N/A,"
#define B_NEVER "12,N/A,PENDING,DependencyNeverSatisfied,N/A,N/A,;"
#define C_NEVER "13,N/A,PENDING,DependencyNeverSatisfied,N/A,N/A,"

static void a_run_that_worked_ends_with_a_word_of_the_whole(void **state)
{
    Fixture *self = *state;

    submit_all(self);
    fake_accounting(self->slurm, "11,COMPLETED,0:0,1000,2000,n1;12,COMPLETED,0:0,2000,3000,n1;"
                                 "13,COMPLETED,0:0,3000,4000,n1\n");
    assert_string_equal(step(self), "a:COMPLETED=0 b; rm -rf:COMPLETED=0 c:COMPLETED=0 "
                                    "run:COMPLETED(3 jobs completed) ");
    assert_true(watch_done(self->watch));
    assert_int_equal(watch_failed(self->watch), 0);
    assert_true(self->slurm->run->state->done);
    assert_string_equal(step(self), "");
}

static void what_can_never_start_is_cancelled(void **state)
{
    Fixture *self = *state;
    g_autofree char *asked = NULL;

    submit_all(self);
    fake_queue(self->slurm, B_NEVER C_NEVER);
    fake_accounting(self->slurm, "11,FAILED,1:0,1000,2000,n1\n");
    step(self);
    assert_false(watch_done(self->watch));
    asked = fake_asked(self->slurm, "scancel");
    assert_string_equal(asked, "scancel 12\nscancel 13\n");
    fake_queue(self->slurm, "");
    fake_accounting(self->slurm, "12,CANCELLED by 0,0:0,None,2001,;13,CANCELLED,0:0,None,2001,\n");
    assert_string_equal(step(self), "b; rm -rf:CANCELLED=0 c:CANCELLED=0 "
                                    "run:FAILED(3 of 3 jobs did not complete) ");
    assert_true(watch_done(self->watch));
    assert_int_equal(watch_failed(self->watch), 3);
}

static void a_failed_job_is_tried_again_after_its_delay_and_others_wait_for_that(void **state)
{
    Fixture *self = *state;
    SubmissionJob *a = &self->slurm->run->submission->jobs[0];
    g_autofree char *asked = NULL;

    a->retry = 1;
    a->retry_delay = 60;
    submit_all(self);
    fake_queue(self->slurm, B_NEVER C_NEVER);
    fake_accounting(self->slurm, "11,FAILED,1:0,1000,9990,n1\n");
    assert_string_equal(step(self), "b; rm -rf:PENDING c:PENDING a:FAILED=1 "
                                    "a:note(FAILED, retry 1 of 1) ");
    assert_string_equal(watch_state(self->slurm->run, NULL, 0), "RETRY");
    assert_int_equal(watch_wait(self->watch, 0, 0, false), 15);
    clock_now = 10045;
    assert_int_equal(watch_wait(self->watch, 0, 0, false), 5);
    clock_now = 10050;
    assert_non_null(strstr(step(self), "a:SUBMITTED "));
    asked = fake_asked(self->slurm, "scontrol update");
    assert_non_null(strstr(asked, "scontrol update JobId=12 Dependency=afterok:100\n"));
    assert_non_null(strstr(asked, "scontrol update JobId=13 Dependency=afterok:100,after:12+5\n"));
    assert_int_equal(run_state_attempt(self->slurm->run->state, 0)->id, 100);
    fake_queue(self->slurm, B_WAITS C_WAITS);
    fake_accounting(self->slurm, "100,FAILED,1:0,10060,10100,n1\n");
    step(self);
    g_free(asked);
    asked = fake_asked(self->slurm, "scancel");
    assert_string_equal(asked, "scancel 12\nscancel 13\n");
}

static void what_slurm_cancelled_with_the_failed_job_comes_back_with_it(void **state)
{
    Fixture *self = *state;

    self->slurm->run->submission->jobs[0].retry = 1;
    submit_all(self);
    fake_accounting(self->slurm, "11,FAILED,1:0,1000,2000,n1;12,CANCELLED,0:0,None,2000,;"
                                 "13,CANCELLED,0:0,None,2000,\n");
    step(self);
    fake_queue(self->slurm, "100,N/A,RUNNING,None,10001,N/A,n1");
    fake_accounting(self->slurm, "");
    step(self);
    assert_int_equal(run_state_attempt(self->slurm->run->state, 1)->id, 101);
    assert_int_equal(run_state_attempt(self->slurm->run->state, 2)->id, 102);
    assert_false(watch_done(self->watch));
}

static void staged_jobs_are_submitted_when_it_is_their_turn(void **state)
{
    Fixture *self = *state;
    Submission *submission = self->slurm->run->submission;

    submission->jobs[1].staged = true;
    submission->jobs[2].staged = true;
    fake_accept(self->slurm, 0, 0, 11);
    fake_release(self->slurm);
    assert_string_equal(watch_state(self->slurm->run, NULL, 1), "STAGED");
    fake_queue(self->slurm, "11,N/A,RUNNING,None,9000,N/A,n1");
    assert_string_equal(step(self), "a:RUNNING ");
    fake_accounting(self->slurm, "11,COMPLETED,0:0,9000,9500,n1\n");
    fake_queue(self->slurm, "");
    assert_string_equal(step(self), "a:COMPLETED=0 b; rm -rf:SUBMITTED ");
    fake_queue(self->slurm, "100,N/A,RUNNING,None,10000,N/A,n1");
    assert_string_equal(step(self), "b; rm -rf:RUNNING ");
    clock_now = 10300;
    assert_string_equal(step(self), "c:SUBMITTED ");
}

static void a_staged_job_that_can_never_start_is_given_up_without_slurm(void **state)
{
    Fixture *self = *state;

    self->slurm->run->submission->jobs[1].staged = true;
    self->slurm->run->submission->jobs[2].staged = true;
    fake_accept(self->slurm, 0, 0, 11);
    fake_release(self->slurm);
    fake_accounting(self->slurm, "11,TIMEOUT,0:0,9000,9500,n1\n");
    assert_string_equal(step(self), "a:TIMEOUT=0 b; rm -rf:CANCELLED c:CANCELLED "
                                    "run:FAILED(3 of 3 jobs did not complete) ");
    assert_string_equal(run_state_attempt(self->slurm->run->state, 1)->message,
                        "'a', which it waits for, did not end as it needs");
}

static void what_another_srx_wrote_is_taken_in(void **state)
{
    Fixture *self = *state;
    g_autofree char *root = g_path_get_dirname(self->slurm->run->path);
    g_autoptr(Run) other = NULL;
    JournalEvent cancelled = journal_event(JOURNAL_CANCELLED, COUNT_UNSET, 0);

    self->slurm->run->submission->jobs[0].retry = 5;
    submit_all(self);
    other = run_open(root, self->slurm->run->id, tell_time, NULL);
    assert_true(run_write(other, &cancelled, NULL));
    fake_accounting(self->slurm, "11,FAILED,1:0,1000,2000,n1;12,CANCELLED,0:0,None,2000,;"
                                 "13,CANCELLED,0:0,None,2000,\n");
    step(self);
    assert_true(watch_done(self->watch));
    assert_true(self->slurm->run->state->cancelled);
}

static void only_one_srx_carries_a_run_on(void **state)
{
    Fixture *self = *state;
    g_autofree char *root = g_path_get_dirname(self->slurm->run->path);
    g_autoptr(Run) other = run_open(root, self->slurm->run->id, tell_time, NULL);

    self->slurm->run->submission->jobs[0].retry = 1;
    submit_all(self);
    assert_true(run_lock(other, 0, NULL));
    fake_queue(self->slurm, B_WAITS C_WAITS);
    fake_accounting(self->slurm, "11,FAILED,1:0,1000,2000,n1\n");
    assert_null(strstr(step(self), "retry"));
    g_clear_pointer(&other, run_free);
    assert_non_null(strstr(step(self), "a:note(FAILED, retry 1 of 1) "));
}

static void a_slurm_that_is_away_fails_a_step_and_the_next_goes_on(void **state)
{
    Fixture *self = *state;
    g_autoptr(GError) error = NULL;
    bool changed;

    submit_all(self);
    fake_answer(self->slurm, "squeue", "Unable to contact slurm controller\n", 1);
    assert_false(watch_step(self->watch, &changed, &error));
    assert_int_equal(error->code, SRX_ERROR_SLURM);
    assert_false(watch_done(self->watch));
    fake_queue(self->slurm, "11,N/A,RUNNING,None,1000,2000,n1;" B_WAITS C_WAITS);
    assert_string_equal(step(self), "a:RUNNING b; rm -rf:PENDING c:PENDING ");
}

static void waits_grow_while_nothing_changes(void **state)
{
    Fixture *self = *state;

    submit_all(self);
    assert_int_equal(watch_wait(self->watch, 0, 0, true), 15);
    assert_int_equal(watch_wait(self->watch, 0, 15, false), 30);
    assert_int_equal(watch_wait(self->watch, 0, 60, false), 120);
    assert_int_equal(watch_wait(self->watch, 0, 120, false), 120);
    assert_int_equal(watch_wait(self->watch, 0, 120, true), 15);
    assert_int_equal(watch_wait(self->watch, 7, 120, false), 7);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(a_run_that_worked_ends_with_a_word_of_the_whole),
        WITH(what_can_never_start_is_cancelled),
        WITH(a_failed_job_is_tried_again_after_its_delay_and_others_wait_for_that),
        WITH(what_slurm_cancelled_with_the_failed_job_comes_back_with_it),
        WITH(staged_jobs_are_submitted_when_it_is_their_turn),
        WITH(a_staged_job_that_can_never_start_is_given_up_without_slurm),
        WITH(what_another_srx_wrote_is_taken_in),
        WITH(only_one_srx_carries_a_run_on),
        WITH(a_slurm_that_is_away_fails_a_step_and_the_next_goes_on),
        WITH(waits_grow_while_nothing_changes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
