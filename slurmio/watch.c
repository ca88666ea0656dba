/* Carries a run on until all that will ever end has ended. */
#include "slurmio/watch.h"

#include "slurmio/dependence.h"
#include "slurmio/queuerow.h"
#include "slurmio/retry.h"

#include <string.h>

enum { WAIT_FIRST = 15, WAIT_MOST = 120 }; /* [s] */

struct Watch {
    Runner *runner;
    Run *run;
    WatchRules rules;
    Monitor *monitor;
    bool begun, changed;
};

static Instant now_of(const Watch *self)
{
    return self->rules.clock();
}

static void tell(Watch *self, uint32_t job, Notice *notice)
{
    notice->run = self->run->id;
    notice->workflow = self->run->submission->name;
    notice->at = now_of(self);
    if (job != COUNT_UNSET)
        notice->job = self->run->submission->jobs[job].name;
    self->changed = true;
    if (self->rules.tell)
        self->rules.tell(self->rules.self, job, notice);
}

static void tell_change(void *self, const MonitorChange *change)
{
    g_autofree char *id = change->task == COUNT_UNSET
                              ? g_strdup_printf("%u", change->id)
                              : g_strdup_printf("%u_%u", change->id, change->task);
    Notice notice = {.kind =
                         g_strcmp0(change->was, change->state) == 0 ? NOTICE_NOTE : NOTICE_STATE,
                     .id = id,
                     .was = change->was,
                     .state = change->state,
                     .nodes = change->nodes,
                     .text = change->reason,
                     .exit = queue_state_ended(change->state) ? change->exit : -1};

    tell(self, change->job, &notice);
}

Watch *watch_new(Runner *runner, Run *run, const WatchRules *rules)
{
    Watch *self = g_new0(Watch, 1);

    self->runner = runner;
    self->run = run;
    self->rules = *rules;
    self->monitor = monitor_new(runner, run, tell_change, self);
    return self;
}

void watch_free(Watch *self)
{
    if (!self)
        return;
    monitor_free(self->monitor);
    g_free(self);
}

const Monitor *watch_monitor(const Watch *self)
{
    return self->monitor;
}

/* ---- retries ---- */

/* A retry was announced, and is not submitted yet. */
static bool retry_waits(const Run *run, uint32_t job)
{
    const RunJob *state = &run->state->jobs[job];

    return state->attempts->len > 0 && state->retries >= state->attempts->len;
}

static Instant retry_at(const Run *run, uint32_t job)
{
    const RunAttempt *last = run_state_attempt(run->state, job);

    return last->ended_at == INSTANT_NEVER
               ? 0
               : last->ended_at + run->submission->jobs[job].retry_delay;
}

static bool announce(Watch *self, uint32_t job, const Retry *retry, GError **error)
{
    JournalEvent event =
        journal_event(JOURNAL_RETRY, job, run_state_next(self->run->state, job) - 1);
    g_autofree char *text = retry->change
                                ? g_strdup_printf("%s, with %s", retry->why, retry->change)
                                : g_strdup(retry->why);
    Notice notice = {.kind = NOTICE_NOTE, .text = text, .exit = -1};

    event.text = retry->why;
    event.change = retry->change;
    if (!run_write(self->run, &event, error))
        return false;
    tell(self, job, &notice);
    return true;
}

static bool announce_retries(Watch *self, GError **error)
{
    const Run *run = self->run;

    for (uint32_t i = 0; !run->state->cancelled && i < run->submission->n_jobs; i++) {
        g_auto(Retry) retry = {0};

        if (!retry_waits(run, i) &&
            retry_decide(&run->submission->jobs[i], &run->state->jobs[i], &retry) &&
            !announce(self, i, &retry, error))
            return false;
    }
    return true;
}

/* ---- submitting ---- */

static bool submit(Watch *self, uint32_t job, GError **error)
{
    const RunAttempt *attempt;
    g_autofree char *id = NULL;
    Notice notice = {.kind = NOTICE_STATE, .state = "SUBMITTED", .exit = -1};

    if (!self->rules.submit(self->rules.self, job, error))
        return false;
    attempt = run_state_attempt(self->run->state, job);
    id = g_strdup_printf("%u", attempt ? attempt->id : 0);
    notice.id = id;
    tell(self, job, &notice);
    return true;
}

/* What Slurm cancelled because of @of, which is to be tried again: it, too. */
static bool revive(Watch *self, uint32_t job, uint32_t of, GError **error)
{
    const RunAttempt *last = run_state_attempt(self->run->state, job);
    const RunJob *state = &self->run->state->jobs[job];
    g_autofree char *why = g_strdup_printf("'%s', which it waits for, is tried again",
                                           self->run->submission->jobs[of].name);
    g_autofree char *change = g_strdup(state->change);
    const Retry retry = {why, change};

    if (!last || last->cancelled || g_strcmp0(last->state, "CANCELLED") != 0 ||
        last->started_at != INSTANT_NEVER || retry_waits(self->run, job))
        return true;
    return announce(self, job, &retry, error);
}

static bool follow(Watch *self, uint32_t of, GError **error)
{
    const Submission *submission = self->run->submission;

    for (uint32_t i = of + 1; i < submission->n_jobs; i++) {
        for (uint32_t k = 0; k < submission->jobs[i].n_after; k++) {
            if (submission->jobs[i].after[k].job != of)
                continue;
            if (!dependence_update(self->runner, self->run, i, error) ||
                !revive(self, i, of, error))
                return false;
        }
    }
    return true;
}

static bool submit_retries(Watch *self, GError **error)
{
    for (uint32_t i = 0; i < self->run->submission->n_jobs; i++)
        if (retry_waits(self->run, i) && retry_at(self->run, i) <= now_of(self) &&
            (!submit(self, i, error) || !follow(self, i, error)))
            return false;
    return true;
}

/* ---- what never starts ---- */

static bool scancel(const Watch *self, uint32_t job_id, GError **error)
{
    g_autofree char *id = g_strdup_printf("%u", job_id);
    const char *const argv[] = {"scancel", id, NULL};
    g_auto(ProcessResult) result = {0};

    if (!runner_change(self->runner, argv, NULL, NULL, &result, error))
        return false;
    return (!result.timed_out && result.status == 0) ||
           runner_complain(self->runner, argv, &result, error);
}

static bool give_up(Watch *self, uint32_t job, const char *why, GError **error)
{
    const RunAttempt *attempt = run_state_attempt(self->run->state, job);
    JournalEvent event = journal_event(JOURNAL_CANCELLED, job,
                                       attempt ? run_state_next(self->run->state, job) - 1 : 0);
    g_autofree char *text = g_strdup(why);
    Notice notice = {.kind = NOTICE_STATE, .state = "CANCELLED", .text = why, .exit = -1};

    event.id = attempt ? attempt->id : 0;
    event.text = text;
    if ((event.id && !scancel(self, event.id, error)) || !run_write(self->run, &event, error))
        return false;
    if (!event.id)
        tell(self, job, &notice); /* of others Slurm tells at the next look */
    return true;
}

/* Slurm waits for an attempt that has failed, and another one is on its way. */
static bool mend(const Watch *self, uint32_t job, GError **error)
{
    MonitorView view = monitor_view(self->monitor, job);

    return g_strcmp0(view.reason, "DependencyNeverSatisfied") != 0 ||
           dependence_update(self->runner, self->run, job, error);
}

static bool look_after_waiting(Watch *self, uint32_t job, GError **error)
{
    const RunAttempt *attempt = run_state_attempt(self->run->state, job);
    const SubmissionJob *wanted = &self->run->submission->jobs[job];
    bool waits = attempt && attempt->id && !attempt->state && attempt->started_at == INSTANT_NEVER;
    uint32_t of = COUNT_UNSET;
    Dependence fate;
    g_autofree char *why = NULL;

    if (attempt ? !waits || attempt->cancelled : !wanted->staged)
        return true;
    fate = dependence_of(self->run, job, now_of(self), &of);
    if (fate == DEPENDENCE_MET && !attempt)
        return submit(self, job, error);
    if (fate != DEPENDENCE_NEVER)
        return !attempt || mend(self, job, error);
    why = g_strdup_printf("'%s', which it waits for, did not end as it needs",
                          self->run->submission->jobs[of].name);
    return give_up(self, job, why, error);
}

static bool carry_on(Watch *self, GError **error)
{
    if (!announce_retries(self, error) || !submit_retries(self, error))
        return false;
    for (uint32_t i = 0; !self->run->state->cancelled && i < self->run->submission->n_jobs; i++)
        if (!look_after_waiting(self, i, error))
            return false;
    return true;
}

/* ---- the end ---- */

static bool has_failed(const Run *run, uint32_t job)
{
    return !retry_worked(watch_state(run, NULL, job));
}

uint32_t watch_failed(const Watch *self)
{
    uint32_t failed = 0;

    for (uint32_t i = 0; i < self->run->submission->n_jobs; i++)
        failed += has_failed(self->run, i);
    return failed;
}

static bool finish(Watch *self, GError **error)
{
    const Run *run = self->run;
    uint32_t n = run->submission->n_jobs, failed = watch_failed(self);
    JournalEvent event = journal_event(JOURNAL_DONE, COUNT_UNSET, 0);
    g_autofree char *text = failed ? g_strdup_printf("%u of %u jobs did not complete", failed, n)
                                   : g_strdup_printf("%u job%s completed", n, n == 1 ? "" : "s");
    Notice notice = {
        .kind = NOTICE_RUN, .state = failed ? "FAILED" : "COMPLETED", .text = text, .exit = -1};

    event.text = text;
    if (!run_write(self->run, &event, error))
        return false;
    tell(self, COUNT_UNSET, &notice);
    return true;
}

bool watch_done(const Watch *self)
{
    const Run *run = self->run;

    for (uint32_t i = 0; i < run->submission->n_jobs; i++)
        if (!dependence_settled(run, i))
            return false;
    return true;
}

/* ---- a step ---- */

/* What others wrote since: a cancellation, an end. */
static bool refresh(Run *run, GError **error)
{
    g_autofree char *path = g_build_filename(run->path, "journal", NULL);
    RunState *state = run_state_read(path, run->submission->n_jobs, error);

    if (!state)
        return false;
    run_state_free(run->state);
    run->state = state;
    return true;
}

/* Before the lock the journal may be behind what its holder does. */
static bool is_mine(Watch *self)
{
    return self->rules.submit && (self->run->lock >= 0 || run_lock(self->run, 0, NULL));
}

bool watch_step(Watch *self, bool *changed, GError **error)
{
    bool mine = is_mine(self);

    self->changed = false;
    if (!refresh(self->run, error) || !monitor_poll(self->monitor, changed, error) ||
        (mine && !carry_on(self, error)))
        return false;
    *changed = self->changed || !self->begun;
    self->begun = true;
    return !watch_done(self) || self->run->state->done || !mine || finish(self, error);
}

Span watch_wait(const Watch *self, Span interval, Span last, bool changed)
{
    Span wait = interval ? interval : changed || last == 0 ? WAIT_FIRST : MIN(last * 2, WAIT_MOST);

    for (uint32_t i = 0; i < self->run->submission->n_jobs; i++)
        if (retry_waits(self->run, i))
            wait = CLAMP(retry_at(self->run, i) - now_of(self), 1, wait);
    return wait;
}

const char *watch_state(const Run *run, const Monitor *monitor, uint32_t job)
{
    const RunAttempt *attempt = run_state_attempt(run->state, job);
    MonitorView view = {0};

    if (!attempt)
        return run->submission->jobs[job].staged ? "STAGED" : "NOT_SUBMITTED";
    if (retry_waits(run, job))
        return "RETRY";
    if (attempt->state)
        return attempt->state;
    if (attempt->refused)
        return "REFUSED";
    if (attempt->cancelled)
        return "CANCELLED";
    if (monitor)
        view = monitor_view(monitor, job);
    if (view.state)
        return view.state;
    if (attempt->id == 0)
        return "NOT_SUBMITTED";
    if (attempt->started_at != INSTANT_NEVER)
        return "RUNNING";
    return attempt->held ? "HELD" : "PENDING";
}
