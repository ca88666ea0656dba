/* Tests of slurmio/submit.h, with a Slurm of a few lines of shell: its queue is a file. */
#include "tests/test.h"

#include "slurmio/submit.h"
#include "tests/slurmio/run_fixture.h"

#include <string.h>

/* Each row of queue: id, state, reason, comment. fail-N: what the N-th sbatch does. */
static const char fake_sbatch[] =
    "#!/bin/sh\n"
    "cd \"$FAKE\"; n=$(($(cat calls 2>/dev/null || echo 0) + 1)); echo $n > calls\n"
    "echo \"$@\" >> log; cat >> scripts\n"
    "reason=None; comment=\n"
    "for word; do case $word in --hold) reason=JobHeldUser;; --comment=*) "
    "comment=${word#--comment=};; esac; done\n"
    "how=$(cat fail-$n 2>/dev/null)\n"
    "case $how in refuse) echo 'sbatch: error: Invalid qos specification' >&2; exit 1;;\n"
    "lost) echo 'Unable to contact slurm controller (connect failure)' >&2; exit 1;; esac\n"
    "printf '%d\\037PENDING\\037%s\\037%s\\n' $((100 + n)) $reason \"$comment\" >> queue\n"
    "case $how in late) echo 'Socket timed out on send/recv operation' >&2; exit 1;;\n"
    "twice) printf '%d\\037PENDING\\037%s\\037%s\\n' $((500 + n)) $reason \"$comment\" >> queue;;\n"
    "kill) exit 137;; esac\n"
    "echo $((100 + n))\n";
static const char fake_squeue[] = "#!/bin/sh\n"
                                  "cd \"$FAKE\"; test -e mute && { echo 'Unable to contact slurm "
                                  "controller' >&2; exit 1; }\n"
                                  "test -e queue && sed 's/^/\\x1e/' queue; exit 0\n";
static const char fake_scontrol[] =
    "#!/bin/sh\n"
    "cd \"$FAKE\"; shift; echo release \"$@\" >> log\n"
    "test -e stubborn || for id; do sed -i \"/^$id\\x1f/s/JobHeldUser/None/\" queue; done\n";
static const char fake_scancel[] =
    "#!/bin/sh\n"
    "cd \"$FAKE\"; echo scancel \"$@\" >> log\n"
    "for id; do sed -i \"/^$id\\x1f/s/PENDING/CANCELLED/\" queue; done\n";

typedef struct {
    char *root, *bin, *path;
    Runner *runner;
    int asked, stop_after; /* stopped() says yes when it was asked so often; 0: never */
} Fake;

static void put(const Fake *self, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(self->bin, name, NULL);

    assert_true(g_file_set_contents(path, text, -1, NULL));
    g_chmod(path, 0755);
}

static char *get(const Fake *self, const char *name)
{
    g_autofree char *path = g_build_filename(self->bin, name, NULL);
    char *text = NULL;

    return g_file_get_contents(path, &text, NULL, NULL) ? text : g_strdup("");
}

static int setup(void **state)
{
    Fake *self = g_new0(Fake, 1);
    g_autofree char *path = NULL;

    self->root = g_dir_make_tmp("srx-XXXXXX", NULL);
    self->bin = g_build_filename(self->root, "bin", NULL);
    self->path = g_strdup(g_getenv("PATH"));
    g_mkdir(self->bin, 0700);
    put(self, "sbatch", fake_sbatch);
    put(self, "squeue", fake_squeue);
    put(self, "scontrol", fake_scontrol);
    put(self, "scancel", fake_scancel);
    path = g_strconcat(self->bin, ":", self->path, NULL);
    g_setenv("PATH", path, TRUE);
    g_setenv("FAKE", self->bin, TRUE);
    self->runner = runner_new(NULL, NULL);
    *state = self;
    return 0;
}

static int teardown(void **state)
{
    Fake *self = *state;

    g_setenv("PATH", self->path, TRUE);
    runner_free(self->runner);
    test_remove(self->root);
    g_free(self->root);
    g_free(self->bin);
    g_free(self->path);
    g_free(self);
    return 0;
}

static bool is_stopped(void *self)
{
    Fake *fake = self;

    return fake->stop_after && ++fake->asked >= fake->stop_after;
}

static SubmitOptions options(Fake *self, Span patience)
{
    return (SubmitOptions){.patience = patience, .stopped = is_stopped, .self = self};
}

static Run *create(const Fake *self)
{
    GError *error = NULL;
    Run *run = run_create(self->root, test_submission(), NULL, test_clock, &error);

    assert_null(error ? error->message : NULL);
    return run;
}

/* How many rows of the queue hold @text. */
static int count(const Fake *self, const char *text)
{
    g_autofree char *queue = get(self, "queue");
    int n = 0;

    for (const char *at = queue; (at = strstr(at, text)); at += strlen(text))
        n++;
    return n;
}

static void expect_all_in(const Fake *self, const Run *run)
{
    assert_int_equal(count(self, "PENDING"), 3);
    assert_int_equal(count(self, "PENDING\037JobHeld"), 0);
    assert_true(run->state->released);
    for (uint32_t i = 0; i < 3; i++) {
        assert_true(run_state_attempt(run->state, i)->id != 0);
        assert_false(run_state_attempt(run->state, i)->held);
    }
}

static void all_jobs_go_in_behind_held_ones_and_are_released(void **state)
{
    Fake *self = *state;
    const SubmitOptions how = options(self, 5);
    g_autoptr(Run) run = create(self);
    g_autofree char *expected = g_strdup_printf(
        "--parsable --hold --job-name=a --time=10 --comment=srx:%s:0:0\n"
        "--parsable --dependency=afterok:101 --job-name=b; rm -rf --time=10 --comment=srx:%s:1:0\n"
        "--parsable --dependency=afterok:101,after:102+5 --job-name=c --time=10 "
        "--comment=srx:%s:2:0\nrelease 101\n",
        run->id, run->id, run->id);
    g_autofree char *log = NULL;
    g_autofree char *scripts = NULL;
    GError *error = NULL;

    submit_run(self->runner, run, &how, &error);
    assert_null(error ? error->message : NULL);
    expect_all_in(self, run);
    log = get(self, "log");
    assert_string_equal(log, expected);
    scripts = get(self, "scripts");
    assert_string_equal(scripts, "#!/bin/bash\necho 0\n#!/bin/bash\necho 1\n#!/bin/bash\necho 2\n");
    assert_true(submit_run(self->runner, run, &how, NULL)); /* again: nothing is left to do */
    assert_int_equal(count(self, "PENDING"), 3);
}

static void a_refused_job_leaves_nothing_in_the_queue(void **state)
{
    static const char *const which[] = {"fail-1", "fail-2", "fail-3"};
    Fake *self = *state;
    const SubmitOptions how = options(self, 5);

    for (size_t i = 0; i < G_N_ELEMENTS(which); i++) {
        g_autoptr(Run) run = create(self);
        g_autoptr(GError) error = NULL;

        put(self, "calls", "0");
        put(self, which[i], "refuse");
        assert_false(submit_run(self->runner, run, &how, &error));
        assert_int_equal(error->code, SRX_ERROR_SLURM);
        assert_non_null(strstr(error->message, "Invalid qos specification"));
        assert_non_null(strstr(error->message, "is left in the queue"));
        assert_int_equal(count(self, "PENDING"), 0);
        assert_true(run->state->cancelled);
        g_clear_error(&error);
        assert_false(submit_run(self->runner, run, &how, &error));
        assert_int_equal(error->code, SRX_ERROR_USAGE);
        assert_non_null(strstr(error->message, "was cancelled"));
        put(self, which[i], "");
    }
}

static void what_slurm_did_not_answer_for_is_looked_up_before_it_is_asked_again(void **state)
{
    Fake *self = *state;
    const SubmitOptions how = options(self, 60);
    g_autoptr(Run) run = create(self);
    g_autofree char *calls = NULL;
    GError *error = NULL;

    put(self, "fail-1", "late"); /* in, but who knows */
    put(self, "fail-2", "lost"); /* not in */
    put(self, "fail-4", "kill");
    submit_run(self->runner, run, &how, &error);
    assert_null(error ? error->message : NULL);
    expect_all_in(self, run);
    calls = get(self, "calls");
    assert_string_equal(calls, "4\n");
}

static void what_went_in_twice_is_cancelled_before_anything_starts(void **state)
{
    Fake *self = *state;
    const SubmitOptions how = options(self, 5);
    g_autoptr(Run) run = create(self);
    g_autofree char *log = NULL;

    put(self, "fail-1", "twice");
    put(self, "fail-3", "twice");
    assert_true(submit_run(self->runner, run, &how, NULL));
    expect_all_in(self, run);
    log = get(self, "log");
    assert_non_null(strstr(log, "scancel 501\nscancel 503\nrelease 101\n"));
}

static void without_an_answer_what_is_in_stays_held_until_resumed(void **state)
{
    Fake *self = *state;
    SubmitOptions how = options(self, 0);
    g_autoptr(Run) run = create(self);
    g_autoptr(Run) again = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *hint = g_strdup_printf("'srx submit --resume %s' goes on", run->id);

    put(self, "fail-2", "late");
    put(self, "mute", "");
    assert_false(submit_run(self->runner, run, &how, &error));
    assert_int_equal(error->code, SRX_ERROR_SLURM);
    assert_non_null(strstr(error->message, hint));
    assert_int_equal(count(self, "JobHeldUser"), 1);
    assert_false(run->state->cancelled);
    {
        g_autofree char *mute = g_build_filename(self->bin, "mute", NULL);

        g_unlink(mute);
    }
    again = run_open(self->root, run->id, test_clock, NULL);
    how.patience = 5;
    assert_true(submit_run(self->runner, again, &how, NULL));
    expect_all_in(self, again);
}

static void an_interrupt_undoes_everything(void **state)
{
    Fake *self = *state;

    for (int after = 1; after <= 4; after++) {
        g_autoptr(Run) run = create(self);
        g_autoptr(GError) error = NULL;
        const SubmitOptions how = options(self, 5);

        self->asked = 0;
        self->stop_after = after;
        assert_false(submit_run(self->runner, run, &how, &error));
        assert_int_equal(error->code, SRX_ERROR_INTERRUPTED);
        assert_int_equal(count(self, "PENDING"), 0);
        assert_true(run->state->cancelled);
    }
}

static void a_job_that_vanished_before_the_release_ends_it(void **state)
{
    Fake *self = *state;
    const SubmitOptions how = options(self, 5);
    g_autoptr(Run) run = create(self);
    g_autoptr(GError) error = NULL;

    put(self, "squeue", "#!/bin/sh\nexit 0\n");
    assert_false(submit_run(self->runner, run, &how, &error));
    assert_non_null(strstr(error->message, "job 'a' (101) was accepted and is not in the queue"));
}

static void what_an_administrator_holds_is_told(void **state)
{
    Fake *self = *state;
    const SubmitOptions how = options(self, 5);
    g_autoptr(Run) run = create(self);
    g_autoptr(GError) error = NULL;

    put(self, "stubborn", "");
    assert_false(submit_run(self->runner, run, &how, &error));
    assert_non_null(strstr(error->message, "job 101 is still held after 'scontrol release'"));
}

static void without_sbatch_nothing_is_begun(void **state)
{
    Fake *self = *state;
    const SubmitOptions how = options(self, 0);
    g_autoptr(Run) run = create(self);
    g_autoptr(GError) error = NULL;

    g_setenv("PATH", "/nowhere", TRUE);
    assert_false(submit_run(self->runner, run, &how, &error));
    assert_int_equal(error->code, SRX_ERROR_SLURM);
    assert_non_null(strstr(error->message, "no Slurm in reach: sbatch is not in PATH"));
}

/* Writes what a killed srx has left: an intent, perhaps in Slurm. */
static void begin_retry(const Fake *self, Run *run, uint32_t job, bool in)
{
    char state[] = "FAILED";
    char change[] = "--time=20";
    g_autofree char *mark = run_mark(run, job, 1);
    g_autofree char *row = g_strdup_printf("900\037PENDING\037JobHeldUser\037%s\n", mark);
    g_autofree char *queue = get(self, "queue");
    g_autofree char *more = g_strconcat(queue, row, NULL);
    JournalEvent event = journal_event(JOURNAL_ENDED, job, 0);

    event.state = state;
    assert_true(run_write(run, &event, NULL));
    event = journal_event(JOURNAL_RETRY, job, 0);
    event.change = change;
    assert_true(run_write(run, &event, NULL));
    event = journal_event(JOURNAL_INTENT, job, 1);
    event.mark = mark;
    assert_true(run_write(run, &event, NULL));
    if (in)
        put(self, "queue", more);
}

static void a_retry_goes_in_once_with_its_change(void **state)
{
    Fake *self = *state;
    const SubmitOptions how = options(self, 5);

    for (int in = 0; in < 2; in++) {
        g_autoptr(Run) run = create(self);
        g_autofree char *log = NULL;
        g_autofree char *mark = run_mark(run, 0, 1);
        GError *error = NULL;

        put(self, "log", "");
        assert_true(submit_run(self->runner, run, &how, NULL));
        begin_retry(self, run, 0, in);
        submit_one(self->runner, run, 0, &how, &error);
        assert_null(error ? error->message : NULL);
        log = get(self, "log");
        assert_int_equal(strstr(log, "--hold --job-name=a --time=20") == NULL, in);
        assert_int_equal(count(self, mark), 1);
        assert_int_equal(count(self, "PENDING\037JobHeld"), 0);
        assert_int_equal(run_state_next(run->state, 0), 2);
        assert_true(submit_recover(self->runner, run, &how, NULL));
        assert_int_equal(count(self, mark), 1);
    }
}

static void staged_jobs_wait_for_their_turn(void **state)
{
    Fake *self = *state;
    const SubmitOptions how = options(self, 5);
    Submission *submission = test_submission();
    g_autoptr(Run) run = NULL;
    g_autofree char *log = NULL;
    JournalEvent ended = journal_event(JOURNAL_ENDED, 0, 0);

    submission->jobs[2].staged = true;
    run = run_create(self->root, submission, NULL, test_clock, NULL);
    assert_true(submit_run(self->runner, run, &how, NULL));
    assert_int_equal(count(self, "PENDING"), 2);
    assert_true(run_write(run, &ended, NULL));
    assert_true(submit_one(self->runner, run, 2, &how, NULL));
    assert_int_equal(count(self, "PENDING"), 3);
    assert_int_equal(count(self, "PENDING\037JobHeld"), 0);
    log = get(self, "log");
    assert_non_null(strstr(log, "--dependency=after:102+5 --hold --job-name=c"));
}

static void a_run_is_cancelled_with_what_its_journal_does_not_know(void **state)
{
    Fake *self = *state;
    const SubmitOptions how = options(self, 5);
    g_autoptr(Run) run = create(self);
    g_autofree char *log = NULL;

    assert_true(submit_run(self->runner, run, &how, NULL));
    begin_retry(self, run, 1, true);
    assert_true(submit_cancel(self->runner, run, "enough", &how, NULL));
    assert_int_equal(count(self, "PENDING"), 0);
    assert_true(run->state->cancelled);
    assert_true(run_state_attempt(run->state, 1)->cancelled);
    log = get(self, "log");
    /* "after": c might start when b is cancelled, so it goes first */
    assert_non_null(strstr(log, "scancel 103\nscancel 101 102 900\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_jobs_go_in_behind_held_ones_and_are_released, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_refused_job_leaves_nothing_in_the_queue, setup, teardown),
        cmocka_unit_test_setup_teardown(
            what_slurm_did_not_answer_for_is_looked_up_before_it_is_asked_again, setup, teardown),
        cmocka_unit_test_setup_teardown(what_went_in_twice_is_cancelled_before_anything_starts,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(without_an_answer_what_is_in_stays_held_until_resumed,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(an_interrupt_undoes_everything, setup, teardown),
        cmocka_unit_test_setup_teardown(a_job_that_vanished_before_the_release_ends_it, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(what_an_administrator_holds_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(without_sbatch_nothing_is_begun, setup, teardown),
        cmocka_unit_test_setup_teardown(a_retry_goes_in_once_with_its_change, setup, teardown),
        cmocka_unit_test_setup_teardown(staged_jobs_wait_for_their_turn, setup, teardown),
        cmocka_unit_test_setup_teardown(a_run_is_cancelled_with_what_its_journal_does_not_know,
                                        setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
