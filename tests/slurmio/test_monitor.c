/* Tests of slurmio/monitor.h with a Slurm of scripts. */
#include "tests/slurmio/slurm_fixture.h"

#include "slurmio/monitor.h"

typedef struct {
    FakeSlurm *slurm;
    Monitor *monitor;
    GString *told; /* "0:PENDING(Priority) 0:RUNNING@n1 " */
} Fixture;

static void note(void *self, const MonitorChange *change)
{
    Fixture *fixture = self;

    g_string_append_printf(fixture->told, "%u", change->job);
    if (change->task != COUNT_UNSET)
        g_string_append_printf(fixture->told, "_%u", change->task);
    g_string_append_printf(fixture->told, ":%s", change->state);
    if (change->reason)
        g_string_append_printf(fixture->told, "(%s)", change->reason);
    if (change->nodes)
        g_string_append_printf(fixture->told, "@%s", change->nodes);
    if (change->exit >= 0)
        g_string_append_printf(fixture->told, "=%d", change->exit);
    g_string_append_c(fixture->told, ' ');
}

/* a: 11, b: 12, c: 13, all released. */
static int begin(void **state)
{
    Fixture *self = g_new0(Fixture, 1);

    self->slurm = fake_slurm_new(test_submission());
    for (uint32_t i = 0; i < 3; i++)
        fake_accept(self->slurm, i, 0, 11 + i);
    fake_release(self->slurm);
    self->told = g_string_new(NULL);
    self->monitor = monitor_new(self->slurm->runner, self->slurm->run, note, self);
    *state = self;
    return 0;
}

static int end(void **state)
{
    Fixture *self = *state;

    monitor_free(self->monitor);
    fake_slurm_free(self->slurm);
    g_string_free(self->told, TRUE);
    g_free(self);
    return 0;
}

/* What is told by a poll. */
static const char *poll_once(Fixture *self)
{
    bool changed;

    g_string_truncate(self->told, 0);
    assert_true(monitor_poll(self->monitor, &changed, NULL));
    assert_int_equal(changed, self->told->len > 0);
    return self->told->str;
}

static const RunAttempt *attempt(const Fixture *self, uint32_t job)
{
    return run_state_attempt(self->slurm->run->state, job);
}

static void one_squeue_asks_for_all_jobs_and_changes_are_told_once(void **state)
{
    Fixture *self = *state;
    g_autofree char *asked = NULL;

    fake_queue(self->slurm, "11,N/A,RUNNING,None,1000,2000,n1;12,N/A,PENDING,Dependency,N/A,N/A,;"
                            "13,N/A,PENDING,Dependency,N/A,N/A,");
    assert_string_equal(poll_once(self),
                        "0:RUNNING@n1 1:PENDING(Dependency) 2:PENDING(Dependency) ");
    assert_string_equal(poll_once(self), "");
    asked = fake_asked(self->slurm, "squeue");
    assert_non_null(strstr(asked, "-t all -j 11,12,13 "));
    assert_ptr_equal(strchr(strchr(asked, '\n') + 1, '\n') + 1, asked + strlen(asked)); /* two */
    assert_int_equal(attempt(self, 0)->started_at, 1000);
    assert_string_equal(attempt(self, 0)->nodes, "n1");
    assert_int_equal(attempt(self, 1)->started_at, INSTANT_NEVER);
}

static void what_waits_has_slurms_reason_and_guess(void **state)
{
    Fixture *self = *state;
    MonitorView view;

    fake_queue(self->slurm, "11,N/A,PENDING,Priority,5000,6000,;12,N/A,PENDING,Dependency,N/A,N/A,;"
                            "13,N/A,PENDING,Dependency,N/A,N/A,");
    poll_once(self);
    view = monitor_view(self->monitor, 0);
    assert_string_equal(view.state, "PENDING");
    assert_string_equal(view.reason, "Priority");
    assert_int_equal(view.expected, 5000);
    assert_int_equal(view.waiting, 1);
    fake_queue(self->slurm,
               "11,N/A,PENDING,Resources,5000,6000,;12,N/A,PENDING,Dependency,N/A,N/A,;"
               "13,N/A,PENDING,Dependency,N/A,N/A,");
    assert_string_equal(poll_once(self), "0:PENDING(Resources) ");
}

static void an_end_comes_from_sacct_with_its_start_and_exit(void **state)
{
    Fixture *self = *state;

    fake_queue(self->slurm, "11,N/A,FAILED,NonZeroExitCode,1000,2000,n1;"
                            "13,N/A,PENDING,Dependency,N/A,N/A,");
    fake_accounting(self->slurm, "11,FAILED,7:0,1000,1990,n1;12,CANCELLED by 0,0:15,None,1995,\n");
    assert_string_equal(poll_once(self), "2:PENDING(Dependency) 0:FAILED@n1=7 1:CANCELLED=143 ");
    assert_string_equal(attempt(self, 0)->state, "FAILED");
    assert_int_equal(attempt(self, 0)->exit, 7);
    assert_int_equal(attempt(self, 0)->started_at, 1000);
    assert_int_equal(attempt(self, 0)->ended_at, 1990);
    assert_string_equal(attempt(self, 1)->state, "CANCELLED");
    assert_int_equal(attempt(self, 1)->started_at, INSTANT_NEVER);
}

static void where_sacct_has_not_heard_of_the_end_scontrol_tells(void **state)
{
    Fixture *self = *state;

    fake_queue(self->slurm, "11,N/A,FAILED,None,1000,2000,n1;12,N/A,PENDING,Dependency,N/A,N/A,;"
                            "13,N/A,PENDING,Dependency,N/A,N/A,");
    fake_accounting(self->slurm, "11,RUNNING,0:0,1000,Unknown,n1\n");
    fake_answer(self->slurm, "scontrol",
                "JobId=11 JobName=a UserId=u(1) JobState=FAILED Reason=x ExitCode=0:9 "
                "StartTime=1000 EndTime=1999 NodeList=n1 Comment=ExitCode=5:0\n",
                0);
    assert_non_null(strstr(poll_once(self), "0:FAILED@n1=137 "));
    assert_int_equal(attempt(self, 0)->ended_at, 1999);
}

static void without_accounting_squeue_is_the_last_word(void **state)
{
    Fixture *self = *state;
    g_autofree char *asked = NULL;

    fake_answer(self->slurm, "sacct", "Slurm accounting storage is disabled\n", 1);
    fake_answer(self->slurm, "scontrol", "slurm_load_jobs error: Invalid job id specified\n", 1);
    fake_queue(self->slurm, "11,N/A,TIMEOUT,TimeLimit,1000,2000,n1;"
                            "12,N/A,COMPLETED,None,1000,2000,n2;"
                            "13,N/A,RUNNING,None,2000,N/A,n1");
    assert_string_equal(poll_once(self), "2:RUNNING@n1 0:TIMEOUT(TimeLimit)@n1 1:COMPLETED@n2 ");
    assert_int_equal(attempt(self, 0)->ended_at, 2000);
    assert_int_equal(attempt(self, 0)->exit, -1);
    fake_queue(self->slurm, "13,N/A,COMPLETED,None,2000,3000,n1");
    assert_string_equal(poll_once(self), "2:COMPLETED@n1 ");
    asked = fake_asked(self->slurm, "sacct");
    assert_ptr_equal(strchr(asked, '\n') + 1, asked + strlen(asked)); /* once, not again */
}

static void what_nobody_knows_any_more_is_unknown_in_the_end(void **state)
{
    Fixture *self = *state;

    fake_answer(self->slurm, "squeue", "slurm_load_jobs error: Invalid job id specified\n", 1);
    fake_answer(self->slurm, "scontrol", "slurm_load_jobs error: Invalid job id specified\n", 1);
    for (int i = 0; i < 3; i++)
        assert_string_equal(poll_once(self), "");
    assert_string_equal(poll_once(self), "0:UNKNOWN 1:UNKNOWN 2:UNKNOWN ");
    assert_string_equal(attempt(self, 2)->state, MONITOR_UNKNOWN);
}

static void an_end_that_only_a_slurmdbd_knows_that_is_away_is_waited_for(void **state)
{
    Fixture *self = *state;

    fake_answer(self->slurm, "sacct", "sacct: error: Problem talking to the database\n", 1);
    fake_answer(self->slurm, "scontrol", "slurm_load_jobs error: Invalid job id specified\n", 1);
    for (int i = 0; i < 10; i++)
        assert_string_equal(poll_once(self), "");
    fake_accounting(self->slurm, "11,COMPLETED,0:0,1000,2000,n1;12,COMPLETED,0:0,1000,2000,n1;"
                                 "13,COMPLETED,0:0,1000,2000,n1\n");
    assert_string_equal(poll_once(self), "0:COMPLETED@n1=0 1:COMPLETED@n1=0 2:COMPLETED@n1=0 ");
}

static void a_slurmctld_that_is_away_changes_nothing(void **state)
{
    Fixture *self = *state;
    g_autoptr(GError) error = NULL;
    bool changed;

    fake_answer(self->slurm, "squeue",
                "slurm_load_jobs error: Unable to contact slurm controller\n", 1);
    assert_false(monitor_poll(self->monitor, &changed, &error));
    assert_int_equal(error->code, SRX_ERROR_SLURM);
    assert_non_null(strstr(error->message, "is slurmctld up"));
    assert_null(attempt(self, 0)->state);
}

static void a_requeued_job_starts_again(void **state)
{
    static const char others[] = "12,N/A,PENDING,Dependency,N/A,N/A,;"
                                 "13,N/A,PENDING,Dependency,N/A,N/A,";
    Fixture *self = *state;
    g_autofree char *runs = g_strconcat("11,N/A,RUNNING,None,1000,2000,n1;", others, NULL);
    g_autofree char *waits = g_strconcat("11,N/A,PENDING,BeginTime,1120,2000,;", others, NULL);
    g_autofree char *again = g_strconcat("11,N/A,RUNNING,None,1130,2000,n2;", others, NULL);

    fake_queue(self->slurm, runs);
    poll_once(self);
    fake_queue(self->slurm, waits);
    assert_string_equal(poll_once(self), "0:PENDING(BeginTime) ");
    fake_queue(self->slurm, again);
    assert_string_equal(poll_once(self), "0:RUNNING@n2 ");
    assert_int_equal(attempt(self, 0)->started_at, 1130);
}

static void an_array_ends_with_its_last_task_as_the_worst_of_them(void **state)
{
    Fixture *self = *state;
    Submission *submission = self->slurm->run->submission;
    MonitorView view;

    submission->jobs[0].spec->array = g_strdup("1-3%2");
    fake_queue(self->slurm,
               "11,1,RUNNING,None,1000,2000,n1;11,2,RUNNING,None,1000,2000,n2;"
               "11,3,PENDING,JobArrayTaskLimit,N/A,N/A,;"
               "12,N/A,PENDING,Dependency,N/A,N/A,;13,N/A,PENDING,Dependency,N/A,N/A,");
    poll_once(self);
    view = monitor_view(self->monitor, 0);
    assert_string_equal(view.state, "RUNNING");
    assert_int_equal(view.running, 2);
    assert_int_equal(view.waiting, 1);
    fake_queue(self->slurm,
               "12,N/A,PENDING,Dependency,N/A,N/A,;13,N/A,PENDING,Dependency,N/A,N/A,");
    fake_accounting(self->slurm, "11_1,COMPLETED,0:0,1000,1500,n1;11_2,FAILED,3:0,1000,1600,n2;"
                                 "11_[3],CANCELLED by 0,0:0,None,1700,\n");
    assert_string_equal(poll_once(self), "0_1:COMPLETED@n1=0 0_2:FAILED@n2=3 0_3:CANCELLED=0 ");
    assert_string_equal(attempt(self, 0)->state, "FAILED");
    assert_int_equal(attempt(self, 0)->exit, 3);
    assert_int_equal(attempt(self, 0)->ended_at, 1700);
}

static void the_journal_alone_says_the_same_afterwards(void **state)
{
    Fixture *self = *state;
    g_autofree char *path = g_build_filename(self->slurm->run->path, "journal", NULL);
    RunState *read;

    fake_accounting(self->slurm, "11,COMPLETED,0:0,1000,2000,n1;12,TIMEOUT,0:0,2000,3000,n2\n");
    fake_queue(self->slurm, "13,N/A,RUNNING,None,2500,N/A,n3");
    poll_once(self);
    read = run_state_read(path, 3, NULL);
    assert_non_null(read);
    assert_string_equal(run_state_attempt(read, 0)->state, "COMPLETED");
    assert_int_equal(run_state_attempt(read, 1)->ended_at, 3000);
    assert_int_equal(run_state_attempt(read, 2)->started_at, 2500);
    run_state_free(read);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(one_squeue_asks_for_all_jobs_and_changes_are_told_once),
        WITH(what_waits_has_slurms_reason_and_guess),
        WITH(an_end_comes_from_sacct_with_its_start_and_exit),
        WITH(where_sacct_has_not_heard_of_the_end_scontrol_tells),
        WITH(without_accounting_squeue_is_the_last_word),
        WITH(what_nobody_knows_any_more_is_unknown_in_the_end),
        WITH(an_end_that_only_a_slurmdbd_knows_that_is_away_is_waited_for),
        WITH(a_slurmctld_that_is_away_changes_nothing),
        WITH(a_requeued_job_starts_again),
        WITH(an_array_ends_with_its_last_task_as_the_worst_of_them),
        WITH(the_journal_alone_says_the_same_afterwards),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
