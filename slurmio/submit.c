/* Hands a run's jobs to Slurm: all or nothing, each exactly once. */
#include "slurmio/submitline.h"
#include "slurmio/submitting.h"

#include <string.h>

static const char *const release_command[] = {"scontrol", "release", NULL};
static const char *const cancel_command[] = {"scancel", NULL};

typedef enum {
    OUTCOME_ACCEPTED,
    OUTCOME_REFUSED, /* nothing of it is in Slurm */
    OUTCOME_OPEN     /* not known, or the journal cannot be written */
} Outcome;

/* ---- one job ---- */

static void free_texts(char **texts, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        g_free(texts[i]);
    g_free(texts);
}

/* Whether a job that waits for @job must still name it. */
static bool is_awaited(const RunState *state, uint32_t job)
{
    const RunAttempt *attempt = run_state_attempt(state, job);

    return attempt && attempt->id && !attempt->cancelled && attempt->ended_at == INSTANT_NEVER;
}

static char *dependency_of(const Run *run, uint32_t job)
{
    uint32_t n = run->submission->n_jobs;
    char **ids = g_new0(char *, n);
    char *dependency;

    for (uint32_t i = 0; i < job; i++)
        if (is_awaited(run->state, i))
            ids[i] = g_strdup_printf("%u", run_state_attempt(run->state, i)->id);
    dependency = submit_dependency(&run->submission->jobs[job], (const char *const *)ids);
    free_texts(ids, n);
    return dependency;
}

char **submit_argv(const Run *run, uint32_t job, uint32_t attempt, bool held)
{
    g_autofree char *dependency = dependency_of(run, job);
    g_autofree char *mark = run_mark(run, job, attempt);

    return submit_words(&run->submission->jobs[job], dependency, mark,
                        attempt ? run->state->jobs[job].change : NULL, held);
}

static bool write_intent(Submitting *self, uint32_t job, uint32_t attempt, GError **error)
{
    g_autofree char *mark = run_mark(self->run, job, attempt);
    JournalEvent event = journal_event(JOURNAL_INTENT, job, attempt);

    event.mark = mark;
    return run_write(self->run, &event, error);
}

static bool write_accepted(Submitting *self, const QueueMark *mark, GError **error)
{
    JournalEvent event = journal_event(JOURNAL_ACCEPTED, mark->job, mark->attempt);

    event.id = mark->id;
    event.held = mark->held && !self->run->submission->jobs[mark->job].spec->hold;
    if (!run_write(self->run, &event, error))
        return false;
    submitting_say(self, "%s is job %u", self->run->submission->jobs[mark->job].name, mark->id);
    return true;
}

/* Does not write over a failure that is told already. */
static Outcome refuse(Submitting *self, uint32_t job, uint32_t attempt, const GError *cause,
                      GError **error)
{
    g_autofree char *text = g_strdup(cause->message);
    JournalEvent event = journal_event(JOURNAL_REFUSED, job, attempt);

    event.text = text;
    if (!run_write(self->run, &event, error))
        return OUTCOME_OPEN;
    srx_fail(error, SRX_ERROR_SLURM, "job '%s': %s", self->run->submission->jobs[job].name, text);
    return OUTCOME_REFUSED;
}

/* The one of the marks that the run goes on with: the first submitted. */
static const QueueMark *find_mark(const GArray *marks, uint32_t job, uint32_t attempt)
{
    for (guint i = 0; i < marks->len; i++) {
        const QueueMark *mark = &g_array_index(marks, QueueMark, i);

        if (mark->job == job && mark->attempt == attempt)
            return mark;
    }
    return NULL;
}

/* What became of a sbatch that did not say. False: not known; @mark->id 0: it is not in. */
static bool look_for(Submitting *self, QueueMark *mark, GError **error)
{
    g_autoptr(GArray) marks = submitting_marks(self, error);
    const QueueMark *found = marks ? find_mark(marks, mark->job, mark->attempt) : NULL;

    if (found)
        *mark = *found;
    return marks != NULL;
}

static char *said_of(const ProcessResult *result)
{
    if (result->timed_out)
        return g_strdup("sbatch: no answer in time");
    return g_strdup(*result->err ? result->err : "sbatch said no job id");
}

/* One sbatch. @again: it has not gone in and may, later; what it said is in @said. */
static Outcome try_once(Submitting *self, QueueMark *mark, char *const *words, char **said,
                        GError **error)
{
    const SubmissionJob *job = &self->run->submission->jobs[mark->job];
    g_auto(ProcessResult) result = {0};
    g_autoptr(GError) cause = NULL;

    if (!runner_change(self->runner, (const char *const *)words, job->environment, job->script,
                       &result, &cause))
        return refuse(self, mark->job, mark->attempt, cause, error);
    if (!result.timed_out && result.status == 0 && submit_answer(result.out, &mark->id))
        return write_accepted(self, mark, error) ? OUTCOME_ACCEPTED : OUTCOME_OPEN;
    if (!result.timed_out && result.status != 0 && !submit_may_be_in(result.err, result.status)) {
        runner_complain(self->runner, (const char *const *)words, &result, &cause);
        return refuse(self, mark->job, mark->attempt, cause, error);
    }
    *said = said_of(&result);
    return OUTCOME_OPEN;
}

/* An intent, then sbatch, until Slurm has it or will not have it. */
static Outcome submit_job(Submitting *self, uint32_t job, uint32_t attempt, bool held,
                          GError **error)
{
    g_auto(GStrv) words = submit_argv(self->run, job, attempt, held);

    for (;;) {
        QueueMark mark = {.job = job, .attempt = attempt, .held = held};
        g_autofree char *said = NULL;
        Outcome outcome;

        if (!write_intent(self, job, attempt, error))
            return OUTCOME_OPEN;
        outcome = try_once(self, &mark, words, &said, error);
        if (!said) {
            if (outcome == OUTCOME_ACCEPTED)
                submitting_answered(self);
            return outcome;
        }
        if (!submitting_wait(self, said, error) || !look_for(self, &mark, error))
            return OUTCOME_OPEN;
        if (mark.id)
            return write_accepted(self, &mark, error) ? OUTCOME_ACCEPTED : OUTCOME_OPEN;
    }
}

/* ---- what is there already ---- */

static const RunAttempt *attempt_of(const RunState *state, uint32_t job, uint32_t number)
{
    const GArray *attempts = state->jobs[job].attempts;

    return number < attempts->len ? &g_array_index(attempts, RunAttempt, number) : NULL;
}

static bool take_open(Submitting *self, const GArray *marks, GError **error)
{
    for (guint i = 0; i < marks->len; i++) {
        const QueueMark *mark = &g_array_index(marks, QueueMark, i);
        const RunAttempt *attempt = attempt_of(self->run->state, mark->job, mark->attempt);

        if ((!attempt || run_attempt_open(attempt)) && !write_accepted(self, mark, error))
            return false;
    }
    return true;
}

/* Intents without an outcome: those whose marks are there are in. */
static bool learn(Submitting *self, GError **error)
{
    g_autoptr(GArray) marks = NULL;

    if (!run_state_open(self->run->state))
        return true;
    marks = submitting_marks(self, error);
    return marks && take_open(self, marks, error);
}

static bool note_double(Submitting *self, const QueueMark *mark, GError **error)
{
    char text[] = "it went in twice";
    JournalEvent event = journal_event(JOURNAL_CANCELLED, mark->job, mark->attempt);

    event.id = mark->id;
    event.text = text;
    return run_write(self->run, &event, error);
}

/* A sbatch that came through after we had given it up. */
static bool cancel_doubles(Submitting *self, const GArray *marks, GError **error)
{
    for (guint i = 0; i < marks->len; i++) {
        const QueueMark *mark = &g_array_index(marks, QueueMark, i);
        const RunAttempt *attempt = attempt_of(self->run->state, mark->job, mark->attempt);
        g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(uint32_t));

        if (!mark->active || !attempt || !attempt->id || attempt->id == mark->id)
            continue;
        g_array_append_val(ids, mark->id);
        if (!submitting_change(self, cancel_command, ids, error) || !note_double(self, mark, error))
            return false;
    }
    return true;
}

static bool is_there(const GArray *marks, uint32_t id)
{
    for (guint i = 0; i < marks->len; i++)
        if (g_array_index(marks, QueueMark, i).id == id)
            return g_array_index(marks, QueueMark, i).active;
    return false;
}

/* Before anything may start: what was accepted must still be there. */
static bool check_all_there(const Submitting *self, const GArray *marks, GError **error)
{
    for (uint32_t i = 0; i < self->run->submission->n_jobs; i++) {
        const RunAttempt *attempt = run_state_attempt(self->run->state, i);

        if (attempt && attempt->id && !is_there(marks, attempt->id))
            return srx_fail(error, SRX_ERROR_SLURM,
                            "job '%s' (%u) was accepted and is not in the queue any more: somebody "
                            "cancelled it, or slurmctld lost it",
                            self->run->submission->jobs[i].name, attempt->id);
    }
    return true;
}

/* ---- releasing ---- */

static GArray *held_ids(const RunState *state, uint32_t only)
{
    GArray *ids = g_array_new(FALSE, FALSE, sizeof(uint32_t));

    for (uint32_t i = 0; i < state->n_jobs; i++) {
        const RunAttempt *attempt = run_state_attempt(state, i);

        if (attempt && attempt->id && attempt->held && (only == COUNT_UNSET || only == i))
            g_array_append_val(ids, attempt->id);
    }
    return ids;
}

static bool is_held(const GArray *marks, uint32_t id)
{
    for (guint i = 0; i < marks->len; i++)
        if (g_array_index(marks, QueueMark, i).id == id)
            return g_array_index(marks, QueueMark, i).held;
    return false;
}

static bool check_released(Submitting *self, const GArray *ids, GError **error)
{
    g_autoptr(GArray) marks = submitting_marks(self, error);

    for (guint i = 0; marks && i < ids->len; i++)
        if (is_held(marks, g_array_index(ids, uint32_t, i)))
            return srx_fail(error, SRX_ERROR_SLURM,
                            "job %u is still held after 'scontrol release': an administrator holds "
                            "it",
                            g_array_index(ids, uint32_t, i));
    return marks != NULL;
}

static bool release(Submitting *self, uint32_t only, GError **error)
{
    g_autoptr(GArray) ids = held_ids(self->run->state, only);
    JournalEvent event = journal_event(JOURNAL_RELEASED, only, 0);

    if (ids->len && (!submitting_change(self, release_command, ids, error) ||
                     !check_released(self, ids, error)))
        return false;
    if (only != COUNT_UNSET)
        event.attempt = run_state_next(self->run->state, only) - 1;
    return run_write(self->run, &event, error);
}

/* ---- the run ---- */

/* Jobs that wait for a staged one are staged, too (submission_check). */
static bool submit_each(Submitting *self, GError **error)
{
    const Submission *submission = self->run->submission;

    for (uint32_t i = 0; i < submission->n_jobs; i++) {
        const SubmissionJob *job = &submission->jobs[i];
        const RunAttempt *attempt = attempt_of(self->run->state, i, 0);

        if (job->staged || (attempt && attempt->id))
            continue;
        if (submitting_stopped(self))
            return srx_fail(error, SRX_ERROR_INTERRUPTED, "interrupted");
        if (submit_job(self, i, 0, job->n_after == 0 && !job->spec->hold, error) !=
            OUTCOME_ACCEPTED)
            return false;
    }
    return true;
}

static bool settle(Submitting *self, GError **error)
{
    g_autoptr(GArray) marks = submitting_marks(self, error);

    if (!marks || !cancel_doubles(self, marks, error) || !check_all_there(self, marks, error))
        return false;
    if (submitting_stopped(self))
        return srx_fail(error, SRX_ERROR_INTERRUPTED, "interrupted");
    return release(self, COUNT_UNSET, error);
}

static const char *refusal_of(const RunState *state)
{
    for (uint32_t i = 0; i < state->n_jobs; i++) {
        const RunAttempt *attempt = run_state_attempt(state, i);

        if (attempt && attempt->refused)
            return attempt->message ? attempt->message : "refused";
    }
    return NULL;
}

static const char hint[] =
    "%s; what was accepted is held: 'srx submit --resume %s' goes on, 'srx cancel %s' gives it up";

/* What is left to be done when it did not work: nothing stays, unless nobody answers. */
static bool undo(Submitting *self, const GError *cause, GError **error)
{
    const char *id = self->run->id;
    g_autoptr(GError) more = NULL;
    g_autofree char *said = NULL;

    if (self->unanswered)
        return srx_fail(error, SRX_ERROR_SLURM, hint, cause->message, id, id);
    if (submitting_cancel(self, cause->message, &more))
        return srx_fail(error, (SrxError)cause->code, "%s; nothing of run %s is left in the queue",
                        cause->message, id);
    said = g_strdup_printf("%s; %s", cause->message, more->message);
    return srx_fail(error, SRX_ERROR_SLURM, hint, said, id, id);
}

static bool check_open(const Run *run, GError **error)
{
    if (run->state->cancelled)
        return srx_fail(error, SRX_ERROR_USAGE,
                        "run %s was cancelled; submit its workflow again for another run", run->id);
    return true;
}

static bool submit_whole(Submitting *self, GError **error)
{
    g_autoptr(GError) cause = NULL;
    const char *refused = refusal_of(self->run->state);

    if (self->run->state->released)
        return learn(self, error);
    if (refused) /* srx ended before it had cancelled the others */
        srx_fail(&cause, SRX_ERROR_SLURM, "%s", refused);
    if (!cause && learn(self, &cause) && submit_each(self, &cause) && settle(self, &cause))
        return true;
    return undo(self, cause, error);
}

bool submit_run(Runner *runner, Run *run, const SubmitOptions *options, GError **error)
{
    bool was_locked = run->lock >= 0;
    Submitting self;
    bool done;

    if (!submission_check(run->submission, error) ||
        !submitting_begin(&self, runner, run, options, error))
        return false;
    done = check_open(run, error) && submit_whole(&self, error);
    submitting_end(&self, was_locked);
    return done;
}

/* ---- later ones ---- */

static bool cancel_doubles_now(Submitting *self, GError **error)
{
    g_autoptr(GArray) marks = submitting_marks(self, error);

    return marks && cancel_doubles(self, marks, error);
}

/* Whether the last attempt has gone in without having been released: srx ended in between. */
static bool is_half_in(const RunState *state, uint32_t job)
{
    const RunAttempt *last = run_state_attempt(state, job);

    return last && last->id && last->held && !last->cancelled && last->ended_at == INSTANT_NEVER;
}

static bool submit_next(Submitting *self, uint32_t job, GError **error)
{
    const RunAttempt *last = run_state_attempt(self->run->state, job);
    bool was_open = last && run_attempt_open(last);
    uint32_t number = run_state_next(self->run->state, job) - (was_open ? 1 : 0);
    bool held = !self->run->submission->jobs[job].spec->hold;
    bool in;

    if (!learn(self, error))
        return false;
    last = attempt_of(self->run->state, job, number);
    in = was_open ? last->id != 0 : is_half_in(self->run->state, job);
    if (!in && submit_job(self, job, number, held, error) != OUTCOME_ACCEPTED)
        return false;
    return cancel_doubles_now(self, error) && release(self, job, error);
}

bool submit_one(Runner *runner, Run *run, uint32_t job, const SubmitOptions *options,
                GError **error)
{
    bool was_locked = run->lock >= 0;
    Submitting self;
    bool done;

    if (!submitting_begin(&self, runner, run, options, error))
        return false;
    done = check_open(run, error) && submit_next(&self, job, error);
    submitting_end(&self, was_locked);
    return done;
}

/* Of jobs that were submitted one by one; the rest is held until submit_run releases it. */
static bool release_single(Submitting *self, GError **error)
{
    const Run *run = self->run;

    for (uint32_t i = 0; i < run->submission->n_jobs; i++) {
        const RunAttempt *attempt = run_state_attempt(run->state, i);
        bool single = run->submission->jobs[i].staged || run_state_next(run->state, i) > 1;

        if (attempt && attempt->id && attempt->held && (single || run->state->released) &&
            !release(self, i, error))
            return false;
    }
    return true;
}

bool submit_recover(Runner *runner, Run *run, const SubmitOptions *options, GError **error)
{
    bool was_locked = run->lock >= 0;
    Submitting self;
    bool done;

    if (!submitting_begin(&self, runner, run, options, error))
        return false;
    done = learn(&self, error) && cancel_doubles_now(&self, error) && release_single(&self, error);
    submitting_end(&self, was_locked);
    return done;
}
