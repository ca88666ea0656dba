/* What a journal says of a run: where each job stands. */
#include "slurmio/runstate.h"

static void task_clear(void *item)
{
    RunTask *self = item;

    g_free(self->state);
    g_free(self->nodes);
}

static void attempt_clear(void *item)
{
    RunAttempt *self = item;

    g_free(self->mark);
    g_free(self->state);
    g_free(self->nodes);
    g_free(self->message);
    if (self->tasks)
        g_array_free(self->tasks, TRUE);
}

RunState *run_state_new(uint32_t n_jobs)
{
    RunState *self = g_new0(RunState, 1);

    self->jobs = g_new0(RunJob, n_jobs);
    self->n_jobs = n_jobs;
    self->begun_at = INSTANT_NEVER;
    self->last_at = INSTANT_NEVER;
    for (uint32_t i = 0; i < n_jobs; i++) {
        self->jobs[i].attempts = g_array_new(FALSE, TRUE, sizeof(RunAttempt));
        g_array_set_clear_func(self->jobs[i].attempts, attempt_clear);
    }
    return self;
}

void run_state_free(RunState *self)
{
    if (!self)
        return;
    for (uint32_t i = 0; i < self->n_jobs; i++) {
        g_array_free(self->jobs[i].attempts, TRUE);
        g_free(self->jobs[i].change);
    }
    g_free(self->jobs);
    g_free(self->result);
    g_free(self);
}

const RunAttempt *run_state_attempt(const RunState *self, uint32_t job)
{
    const GArray *attempts = self->jobs[job].attempts;

    return attempts->len ? &g_array_index(attempts, RunAttempt, attempts->len - 1) : NULL;
}

bool run_attempt_open(const RunAttempt *self)
{
    return self->intent_at != INSTANT_NEVER && self->id == 0 && !self->refused && !self->cancelled;
}

bool run_state_open(const RunState *self)
{
    for (uint32_t i = 0; i < self->n_jobs; i++)
        for (guint k = 0; k < self->jobs[i].attempts->len; k++)
            if (run_attempt_open(&g_array_index(self->jobs[i].attempts, RunAttempt, k)))
                return true;
    return false;
}

uint32_t run_state_next(const RunState *self, uint32_t job)
{
    return self->jobs[job].attempts->len;
}

/* ---- what events change ---- */

/* No run has more attempts of a job; a journal that says so is not to be believed. */
#define ATTEMPTS_MOST 100000

static RunAttempt *attempt_of(RunState *self, const JournalEvent *event)
{
    GArray *attempts = self->jobs[event->job].attempts;

    while (attempts->len <= event->attempt) {
        const RunAttempt blank = {.intent_at = INSTANT_NEVER,
                                  .submitted_at = INSTANT_NEVER,
                                  .started_at = INSTANT_NEVER,
                                  .ended_at = INSTANT_NEVER,
                                  .exit = -1};

        g_array_append_val(attempts, blank);
    }
    return &g_array_index(attempts, RunAttempt, event->attempt);
}

static void replace(char **text, const char *by)
{
    g_free(*text);
    *text = g_strdup(by);
}

static RunTask *task_of(RunAttempt *attempt, uint32_t number)
{
    const RunTask blank = {
        .task = number, .started_at = INSTANT_NEVER, .ended_at = INSTANT_NEVER, .exit = -1};

    if (!attempt->tasks) {
        attempt->tasks = g_array_new(FALSE, TRUE, sizeof(RunTask));
        g_array_set_clear_func(attempt->tasks, task_clear);
    }
    for (guint i = 0; i < attempt->tasks->len; i++)
        if (g_array_index(attempt->tasks, RunTask, i).task == number)
            return &g_array_index(attempt->tasks, RunTask, i);
    g_array_append_val(attempt->tasks, blank);
    return &g_array_index(attempt->tasks, RunTask, attempt->tasks->len - 1);
}

static void take_start(RunAttempt *attempt, const JournalEvent *event)
{
    attempt->held = false;
    if (event->task != COUNT_UNSET) {
        RunTask *task = task_of(attempt, event->task);

        task->started_at = event->when;
        task->ended_at = INSTANT_NEVER;
        replace(&task->nodes, event->nodes);
        attempt->started_at = MIN(attempt->started_at, event->when);
        return;
    }
    attempt->started_at = event->when;
    attempt->ended_at = INSTANT_NEVER; /* it was requeued */
    replace(&attempt->nodes, event->nodes);
}

static void take_end(RunAttempt *attempt, const JournalEvent *event)
{
    attempt->held = false;
    if (event->task != COUNT_UNSET) {
        RunTask *task = task_of(attempt, event->task);

        task->ended_at = event->when;
        task->exit = event->exit;
        replace(&task->state, event->state);
        return;
    }
    attempt->ended_at = event->when == INSTANT_NEVER ? event->at : event->when;
    attempt->exit = event->exit;
    replace(&attempt->state, event->state);
}

static void take_accepted(RunAttempt *attempt, const JournalEvent *event)
{
    attempt->id = event->id;
    attempt->held = event->held;
    attempt->refused = false;
    attempt->submitted_at = event->when == INSTANT_NEVER ? event->at : event->when;
    if (event->mark)
        replace(&attempt->mark, event->mark);
}

static void take_cancelled(RunAttempt *attempt, const JournalEvent *event)
{
    if (event->id && attempt->id && event->id != attempt->id)
        return; /* one that went in twice: the other stays */
    attempt->cancelled = true;
    attempt->held = false;
    replace(&attempt->message, event->text);
}

static void take_retry(RunJob *job, const JournalEvent *event)
{
    job->retries++;
    replace(&job->change, event->change);
}

static void take_of_job(RunState *self, const JournalEvent *event)
{
    RunAttempt *attempt;

    if (event->job >= self->n_jobs || event->attempt > ATTEMPTS_MOST)
        return;
    if (event->kind == JOURNAL_RETRY) {
        take_retry(&self->jobs[event->job], event);
        return;
    }
    if (event->kind == JOURNAL_NOTE)
        return;
    attempt = attempt_of(self, event);
    if (event->kind == JOURNAL_INTENT) {
        attempt->intent_at = event->at;
        replace(&attempt->mark, event->mark);
    } else if (event->kind == JOURNAL_ACCEPTED) {
        take_accepted(attempt, event);
    } else if (event->kind == JOURNAL_REFUSED) {
        attempt->refused = true;
        replace(&attempt->message, event->text);
    } else if (event->kind == JOURNAL_RELEASED) {
        attempt->held = false;
    } else if (event->kind == JOURNAL_CANCELLED) {
        take_cancelled(attempt, event);
    } else if (event->kind == JOURNAL_STARTED) {
        take_start(attempt, event);
    } else if (event->kind == JOURNAL_ENDED) {
        take_end(attempt, event);
    }
}

static void release_all(RunState *self)
{
    self->released = true;
    for (uint32_t i = 0; i < self->n_jobs; i++)
        for (guint k = 0; k < self->jobs[i].attempts->len; k++)
            g_array_index(self->jobs[i].attempts, RunAttempt, k).held = false;
}

static void take_of_run(RunState *self, const JournalEvent *event)
{
    if (event->kind == JOURNAL_BEGIN)
        self->begun_at = event->at;
    if (event->kind == JOURNAL_RELEASED)
        release_all(self);
    if (event->kind == JOURNAL_CANCELLED)
        self->cancelled = true;
    if (event->kind != JOURNAL_DONE)
        return;
    self->done = true;
    replace(&self->result, event->text);
}

void run_state_take(RunState *self, const JournalEvent *event)
{
    self->last_at = event->at;
    if (event->job == COUNT_UNSET)
        take_of_run(self, event);
    else
        take_of_job(self, event);
}

static void take(void *self, const JournalEvent *event)
{
    run_state_take(self, event);
}

RunState *run_state_read(const char *path, uint32_t n_jobs, GError **error)
{
    g_autoptr(RunState) self = run_state_new(n_jobs);

    return journal_read(path, take, self, error) ? g_steal_pointer(&self) : NULL;
}
