/* Where the jobs of a run stand in Slurm, and what has changed since the last look. */
#include "slurmio/monitor.h"

#include "slurmio/queuerow.h"
#include "slurmio/retry.h"

#include <string.h>

enum { FORGOTTEN_AFTER = 4 }; /* looks at which nobody knew of the job */

/* What was seen of a job or task at the last look. */
typedef struct {
    uint32_t attempt;
    char *state, *reason;
    Instant expected;
    uint32_t missing; /* looks in a row without a row */
    bool ended;
} Seen;

struct Monitor {
    Runner *runner;
    Run *run;
    MonitorTell tell;
    void *self;
    GHashTable *seen; /* "JOB_TASK" -> Seen */
    bool no_accounting;
    bool changed; /* since the poll began */
};

/* One job or task that is looked for. */
typedef struct {
    uint32_t job, attempt, id, task;
} Target;

static void seen_free(void *item)
{
    Seen *self = item;

    g_free(self->state);
    g_free(self->reason);
    g_free(self);
}

Monitor *monitor_new(Runner *runner, Run *run, MonitorTell tell, void *self)
{
    Monitor *out = g_new0(Monitor, 1);

    out->runner = runner;
    out->run = run;
    out->tell = tell;
    out->self = self;
    out->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, seen_free);
    return out;
}

void monitor_free(Monitor *self)
{
    if (!self)
        return;
    g_hash_table_destroy(self->seen);
    g_free(self);
}

static Seen *seen_of(const Monitor *self, uint32_t job, uint32_t task)
{
    g_autofree char *key = g_strdup_printf("%u_%u", job, task);
    Seen *seen = g_hash_table_lookup(self->seen, key);

    if (!seen) {
        seen = g_new0(Seen, 1);
        seen->expected = INSTANT_NEVER;
        g_hash_table_insert(self->seen, g_steal_pointer(&key), seen);
    }
    return seen;
}

/* That of this attempt: what was seen of an earlier one is forgotten. */
static Seen *seen_now(const Monitor *self, const Target *target)
{
    Seen *seen = seen_of(self, target->job, target->task);

    if (seen->attempt != target->attempt) {
        g_clear_pointer(&seen->state, g_free);
        g_clear_pointer(&seen->reason, g_free);
        seen->expected = INSTANT_NEVER;
        seen->missing = 0;
        seen->ended = false;
        seen->attempt = target->attempt;
    }
    return seen;
}

GArray *monitor_tasks(const Run *run, uint32_t job)
{
    g_autoptr(JobSpec) spec = retry_spec(&run->submission->jobs[job], run->state->jobs[job].change);
    GArray *tasks = NULL;
    uint32_t throttle;

    if (!spec->array || !job_array_parse(spec->array, &tasks, &throttle, NULL))
        return g_array_new(FALSE, FALSE, sizeof(uint32_t));
    return tasks;
}

static const RunTask *task_find(const RunAttempt *attempt, uint32_t task)
{
    for (guint i = 0; attempt->tasks && i < attempt->tasks->len; i++)
        if (g_array_index(attempt->tasks, RunTask, i).task == task)
            return &g_array_index(attempt->tasks, RunTask, i);
    return NULL;
}

/* ---- whom to look for ---- */

static bool is_live(const RunAttempt *attempt)
{
    return attempt && attempt->id != 0 && !attempt->state && !attempt->refused;
}

static void add_targets(const Monitor *self, uint32_t job, GArray *targets)
{
    const RunAttempt *attempt = run_state_attempt(self->run->state, job);
    g_autoptr(GArray) tasks = NULL;
    Target target;

    if (!is_live(attempt))
        return;
    tasks = monitor_tasks(self->run, job);
    target = (Target){job, run_state_next(self->run->state, job) - 1, attempt->id, COUNT_UNSET};
    if (tasks->len == 0)
        g_array_append_val(targets, target);
    for (guint i = 0; i < tasks->len; i++) {
        const RunTask *task;

        target.task = g_array_index(tasks, uint32_t, i);
        task = task_find(attempt, target.task);
        if (!task || !task->state)
            g_array_append_val(targets, target);
    }
}

/* Their ids, each once; targets come job by job. */
static GArray *ids_of(const GArray *targets)
{
    GArray *ids = g_array_new(FALSE, FALSE, sizeof(uint32_t));

    for (guint i = 0; i < targets->len; i++) {
        uint32_t id = g_array_index(targets, Target, i).id;

        if (ids->len == 0 || g_array_index(ids, uint32_t, ids->len - 1) != id)
            g_array_append_val(ids, id);
    }
    return ids;
}

/* ---- what was seen ---- */

static bool write_start(const Monitor *self, const Target *target, const QueueRow *row,
                        GError **error)
{
    JournalEvent event = journal_event(JOURNAL_STARTED, target->job, target->attempt);

    event.id = target->id;
    event.task = target->task;
    event.when = row->start;
    event.nodes = row->nodes;
    return run_write(self->run, &event, error);
}

static Instant started_at(const Monitor *self, const Target *target)
{
    const RunAttempt *attempt = run_state_attempt(self->run->state, target->job);
    const RunTask *task;

    if (target->task == COUNT_UNSET)
        return attempt->started_at;
    task = task_find(attempt, target->task);
    return task ? task->started_at : INSTANT_NEVER;
}

static void tell(Monitor *self, const Target *target, const QueueRow *row, const char *was)
{
    const MonitorChange change = {.job = target->job,
                                  .attempt = target->attempt,
                                  .id = target->id,
                                  .task = target->task,
                                  .was = was,
                                  .state = row->state,
                                  .reason = row->reason,
                                  .nodes = row->nodes,
                                  .start = row->start,
                                  .end = row->end,
                                  .exit = row->exit};

    self->changed = true;
    if (self->tell)
        self->tell(self->self, &change);
}

/* Takes note of a row and tells what is new in it. */
static bool note_row(Monitor *self, const Target *target, const QueueRow *row, GError **error)
{
    Seen *seen = seen_now(self, target);
    bool waits = !queue_state_runs(row->state) && !queue_state_ended(row->state);
    bool starts = !waits && row->start != INSTANT_NEVER && row->start != started_at(self, target);
    const char *reason = waits ? row->reason : NULL;
    bool is_new = g_strcmp0(seen->state, row->state) != 0 || g_strcmp0(seen->reason, reason) != 0;
    g_autofree char *was = seen->state;

    seen->state = g_strdup(row->state);
    g_free(seen->reason);
    seen->reason = g_strdup(reason);
    seen->expected = waits ? row->start : INSTANT_NEVER;
    seen->missing = 0;
    seen->ended = queue_state_ended(row->state) || g_str_equal(row->state, MONITOR_UNKNOWN);
    if (starts && !write_start(self, target, row, error))
        return false;
    if (is_new || starts)
        tell(self, target, row, was);
    return true;
}

/* Once the last task has ended, the array has: as its worst task did. */
static bool end_array(const Monitor *self, const Target *target, GError **error)
{
    const RunAttempt *attempt = run_state_attempt(self->run->state, target->job);
    g_autoptr(GArray) tasks = monitor_tasks(self->run, target->job);
    JournalEvent event = journal_event(JOURNAL_ENDED, target->job, target->attempt);
    g_autofree char *state = g_strdup("COMPLETED");
    Instant last = 0;

    event.id = target->id;
    event.exit = 0;
    for (guint i = 0; i < tasks->len; i++) {
        const RunTask *task = task_find(attempt, g_array_index(tasks, uint32_t, i));

        if (!task || !task->state)
            return true;
        if (retry_worked(state) && !retry_worked(task->state)) {
            g_free(state);
            state = g_strdup(task->state);
        }
        event.exit = MAX(event.exit, task->exit);
        if (task->ended_at != INSTANT_NEVER)
            last = MAX(last, task->ended_at);
    }
    event.state = state;
    event.when = last ? last : INSTANT_NEVER;
    return run_write(self->run, &event, error);
}

static bool note_end(Monitor *self, const Target *target, const QueueRow *row, GError **error)
{
    JournalEvent event = journal_event(JOURNAL_ENDED, target->job, target->attempt);

    event.id = target->id;
    event.task = target->task;
    event.when = row->end;
    event.state = row->state;
    event.exit = row->exit;
    return note_row(self, target, row, error) && run_write(self->run, &event, error) &&
           (target->task == COUNT_UNSET || end_array(self, target, error));
}

/* ---- how they ended ---- */

/* Rows of sacct; false when it cannot be asked now. */
static bool ask_accounting(Monitor *self, const GArray *targets, GPtrArray *rows)
{
    g_autoptr(GArray) ids = ids_of(targets);
    g_auto(GStrv) argv = queue_sacct_argv(ids);
    g_autoptr(GError) cause = NULL;
    g_autofree char *text = NULL;

    if (self->no_accounting)
        return true;
    text = runner_run(self->runner, (const char *const *)argv, &cause);
    if (text) {
        queue_sacct_read(text, rows);
        return true;
    }
    self->no_accounting = strstr(cause->message, "disabled") || strstr(cause->message, "PATH");
    return self->no_accounting;
}

static bool ask_controller(const Monitor *self, const Target *target, QueueRow *out)
{
    g_auto(GStrv) argv = queue_scontrol_argv(target->id, target->task);
    const char *name = self->run->submission->jobs[target->job].name;
    g_autofree char *text = runner_run(self->runner, (const char *const *)argv, NULL);

    if (!text || !queue_scontrol_read(text, name, out))
        return false;
    return queue_state_ended(out->state);
}

/* Nobody knows it any more: after a few looks that is its end. */
static bool note_missing(Monitor *self, const Target *target, bool answered, GError **error)
{
    Seen *seen = seen_now(self, target);
    g_autofree char *state = g_strdup(MONITOR_UNKNOWN);
    const QueueRow row = {.id = target->id,
                          .task = target->task,
                          .state = state,
                          .start = INSTANT_NEVER,
                          .end = INSTANT_NEVER,
                          .exit = -1};

    seen->missing += answered;
    return seen->missing < FORGOTTEN_AFTER || note_end(self, target, &row, error);
}

/* @queued: its row in squeue, ended; NULL: none */
static bool settle(Monitor *self, const Target *target, const QueueRow *queued,
                   const GPtrArray *accounted, bool answered, GError **error)
{
    const QueueRow *row = queue_row_find(accounted, target->id, target->task);
    g_auto(QueueRow) shown = {0};

    if (row && queue_state_ended(row->state) && row->end != INSTANT_NEVER)
        return note_end(self, target, row, error);
    if (ask_controller(self, target, &shown))
        return note_end(self, target, &shown, error);
    if (queued)
        return note_end(self, target, queued, error);
    return note_missing(self, target, answered, error);
}

static bool settle_all(Monitor *self, const GArray *targets, const GPtrArray *queued,
                       GError **error)
{
    g_autoptr(GPtrArray) accounted = queue_rows_new();
    bool answered = ask_accounting(self, targets, accounted);

    for (guint i = 0; i < targets->len; i++) {
        const Target *target = &g_array_index(targets, Target, i);

        if (!settle(self, target, queue_row_find(queued, target->id, target->task), accounted,
                    answered, error))
            return false;
    }
    return true;
}

/* ---- a look ---- */

/* One id that slurmctld has forgotten makes squeue fail, several do not. */
static bool ask_queue(const Monitor *self, const GArray *targets, GPtrArray *rows, GError **error)
{
    g_autoptr(GArray) ids = ids_of(targets);
    g_auto(GStrv) argv = queue_squeue_argv(ids);
    g_autoptr(GError) cause = NULL;
    g_autofree char *text = runner_run(self->runner, (const char *const *)argv, &cause);

    if (text) {
        queue_squeue_read(text, rows);
        return true;
    }
    if (strstr(cause->message, "Invalid job id"))
        return true;
    g_propagate_error(error, g_steal_pointer(&cause));
    return false;
}

bool monitor_poll(Monitor *self, bool *changed, GError **error)
{
    g_autoptr(GArray) targets = g_array_new(FALSE, FALSE, sizeof(Target));
    g_autoptr(GArray) gone = g_array_new(FALSE, FALSE, sizeof(Target));
    g_autoptr(GPtrArray) rows = queue_rows_new();
    bool done;

    self->changed = false;
    for (uint32_t i = 0; i < self->run->submission->n_jobs; i++)
        add_targets(self, i, targets);
    if (targets->len > 0 && !ask_queue(self, targets, rows, error))
        return false;
    for (guint i = 0; i < targets->len; i++) {
        const Target *target = &g_array_index(targets, Target, i);
        const QueueRow *row = queue_row_find(rows, target->id, target->task);

        if (!row || queue_state_ended(row->state))
            g_array_append_val(gone, *target);
        else if (!note_row(self, target, row, error))
            return false;
    }
    done = gone->len == 0 || settle_all(self, gone, rows, error);
    *changed = self->changed;
    return done;
}

/* ---- as of the last look ---- */

static void view_task(const Seen *seen, MonitorView *view)
{
    bool runs = seen->state && queue_state_runs(seen->state);

    view->ended += seen->ended;
    view->running += !seen->ended && runs;
    view->waiting += !seen->ended && !runs;
    view->expected = MIN(view->expected, seen->expected);
    if (!view->state || (runs && !queue_state_runs(view->state))) {
        view->state = seen->state;
        view->reason = seen->reason;
    }
}

MonitorView monitor_view(const Monitor *self, uint32_t job)
{
    g_autoptr(GArray) tasks = monitor_tasks(self->run, job);
    MonitorView view = {.expected = INSTANT_NEVER};

    if (tasks->len == 0)
        view_task(seen_of(self, job, COUNT_UNSET), &view);
    for (guint i = 0; i < tasks->len; i++)
        view_task(seen_of(self, job, g_array_index(tasks, uint32_t, i)), &view);
    return view;
}
