/* Cancels a run: every job of it that is in Slurm, also those the journal has not heard of. */
#include "slurmio/submitting.h"

#define ROUNDS        5              /* of scancel, before we give up on jobs that do not go */
#define COMES_THROUGH G_USEC_PER_SEC /* what a sbatch that was ended had sent */
#define PATIENCE      30             /* [s] of a user who has interrupted us */

static const char *const scancel[] = {"scancel", NULL};

/* A job that may start when what it waits for is cancelled must be gone before. */
static bool starts_on_cancel(const SubmissionEdge *edge)
{
    return !g_str_equal(edge->type, "afterok") && !g_str_equal(edge->type, "aftercorr");
}

/* By job: after how many others, one after the other, it may be cancelled. */
static uint32_t *waves_of(const Submission *submission, uint32_t *last)
{
    uint32_t *wave = g_new0(uint32_t, submission->n_jobs + 1);

    *last = 0;
    for (uint32_t i = submission->n_jobs; i-- > 0;) {
        const SubmissionJob *job = &submission->jobs[i];

        for (uint32_t k = 0; k < job->n_after; k++) {
            uint32_t of = job->after[k].job;

            wave[of] = MAX(wave[of], wave[i] + (starts_on_cancel(&job->after[k]) ? 1 : 0));
        }
        *last = MAX(*last, wave[i]);
    }
    return wave;
}

static bool cancel_wave(Submitting *self, const GArray *marks, const uint32_t *wave, uint32_t now,
                        GError **error)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(uint32_t));

    for (guint i = 0; i < marks->len; i++) {
        const QueueMark *mark = &g_array_index(marks, QueueMark, i);

        if (mark->active && wave[mark->job] == now)
            g_array_append_val(ids, mark->id);
    }
    return submitting_change(self, scancel, ids, error);
}

static bool any_active(const GArray *marks)
{
    for (guint i = 0; i < marks->len; i++)
        if (g_array_index(marks, QueueMark, i).active)
            return true;
    return false;
}

/* Returns: what was there at first (transfer full) */
static GArray *cancel_in_slurm(Submitting *self, GError **error)
{
    uint32_t last;
    g_autofree uint32_t *wave = waves_of(self->run->submission, &last);
    g_autoptr(GArray) first = NULL;
    g_autoptr(GArray) marks = NULL;

    if (run_state_open(self->run->state))
        g_usleep(COMES_THROUGH);
    first = submitting_marks(self, error);
    marks = first ? g_array_ref(first) : NULL;
    for (int round = 0; marks && any_active(marks); round++) {
        if (round == ROUNDS)
            return srx_fail_null(error, SRX_ERROR_SLURM,
                                 "run %s: some jobs are still there after scancel; squeue --me "
                                 "shows them",
                                 self->run->id);
        for (uint32_t now = 0; now <= last; now++)
            if (!cancel_wave(self, marks, wave, now, error))
                return NULL;
        g_array_unref(marks);
        marks = submitting_marks(self, error);
    }
    return marks ? g_steal_pointer(&first) : NULL;
}

static const QueueMark *mark_of(const GArray *marks, uint32_t job, uint32_t attempt)
{
    for (guint i = 0; i < marks->len; i++) {
        const QueueMark *mark = &g_array_index(marks, QueueMark, i);

        if (mark->job == job && mark->attempt == attempt)
            return mark;
    }
    return NULL;
}

/* What had ended by itself is not cancelled, even if the journal has not heard of it yet. */
static bool note_attempt(Submitting *self, const GArray *marks, uint32_t job, uint32_t number,
                         char *why, GError **error)
{
    const RunAttempt *attempt =
        &g_array_index(self->run->state->jobs[job].attempts, RunAttempt, number);
    const QueueMark *mark = mark_of(marks, job, number);
    JournalEvent event = journal_event(JOURNAL_CANCELLED, job, number);

    if (attempt->refused || attempt->cancelled || attempt->ended_at != INSTANT_NEVER)
        return true;
    if (attempt->id ? !mark || !(mark->active || mark->cancelled) : mark && !mark->active)
        return true;
    event.id = attempt->id ? attempt->id : mark ? mark->id : 0;
    event.text = why;
    return run_write(self->run, &event, error);
}

static bool note_all(Submitting *self, const GArray *marks, char *why, GError **error)
{
    JournalEvent all = journal_event(JOURNAL_CANCELLED, COUNT_UNSET, 0);

    for (uint32_t i = 0; i < self->run->submission->n_jobs; i++)
        for (uint32_t k = 0; k < run_state_next(self->run->state, i); k++)
            if (!note_attempt(self, marks, i, k, why, error))
                return false;
    all.text = why;
    return run_write(self->run, &all, error);
}

bool submitting_cancel(Submitting *self, const char *why, GError **error)
{
    SubmitOptions options = *self->options; /* who stops wants it undone: this is not stopped */
    Submitting other = *self;
    g_autofree char *text = g_strdup(why);
    g_autoptr(GArray) marks = NULL;

    if (submitting_stopped(self))
        options.patience = MIN(options.patience, PATIENCE);
    options.stopped = NULL;
    other.options = &options;
    submitting_answered(&other);
    marks = cancel_in_slurm(&other, error);
    self->unanswered = other.unanswered;
    return marks && note_all(&other, marks, text, error);
}

bool submit_cancel(Runner *runner, Run *run, const char *why, const SubmitOptions *options,
                   GError **error)
{
    bool was_locked = run->lock >= 0;
    Submitting self;
    bool done;

    if (!submitting_begin(&self, runner, run, options, error))
        return false;
    done = submitting_cancel(&self, why, error);
    submitting_end(&self, was_locked);
    return done;
}
