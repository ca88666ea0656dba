/* The jobs of a dump: records of one job brought together. */
#include "slurmio/sacct_job.h"

#include <string.h>

#define BEYOND_LIMIT 10 /* a run that its limit ended would have lasted so many times as long */

SacctJob *sacct_job_new(const Record *record, const char *key, JobSpec *spec)
{
    SacctJob *self = g_new0(SacctJob, 1);

    self->id = record->id;
    self->key = g_strdup(key);
    self->user = g_strdup(record->user);
    self->spec = spec;
    self->submit_at = record->submit_at;
    self->eligible_at = record->eligible_at;
    self->is_array = record->kind != RECORD_JOB;
    self->tasks = g_array_new(FALSE, FALSE, sizeof(SacctTask));
    self->task_index = g_hash_table_new(NULL, NULL);
    return self;
}

void sacct_job_free(SacctJob *self)
{
    if (!self)
        return;
    g_free(self->key);
    g_free(self->user);
    job_spec_free(self->spec);
    g_array_unref(self->tasks);
    g_hash_table_unref(self->task_index);
    g_free(self);
}

/* ---- records ---- */

static Fate fate_of(const Record *record)
{
    static const char *const cancelled[] = {"CANCELLED", "DEADLINE", "REVOKED", NULL};
    const bool was_cancelled = g_strv_contains(cancelled, record->state);

    if (!record->started)
        return was_cancelled && record->end_at != TIME_UNKNOWN ? FATE_WITHDRAWN : FATE_UNKNOWN;
    if (was_cancelled)
        return FATE_CANCELLED;
    if (g_str_equal(record->state, "TIMEOUT"))
        return FATE_TIMEOUT;
    return record_cut_short(record) ? FATE_UNKNOWN : FATE_ENDED;
}

/* A status of its own where the state says that it failed and the code does not. */
static int exit_of(const Record *record, Fate fate)
{
    if (fate == FATE_CANCELLED)
        return MAX(record->exit_code, 1);
    if (fate != FATE_ENDED || g_str_equal(record->state, "COMPLETED"))
        return 0;
    return MAX(record->exit_code, 1);
}

static void add_task(SacctJob *self, const Record *record, uint32_t task)
{
    const Fate fate = fate_of(record);
    const SacctTask said = {
        .task = task,
        .at = record->started ? record->start_at : INT64_MAX,
        .fate = fate,
        .ran = record->ran,
        .exit_code = exit_of(record, fate),
        .end_at = record->end_at,
        .open = !record_ended(record),
    };
    const guint known =
        GPOINTER_TO_UINT(g_hash_table_lookup(self->task_index, GUINT_TO_POINTER(task)));
    SacctTask *before = known ? &g_array_index(self->tasks, SacctTask, known - 1) : NULL;

    if (!before) {
        g_array_append_val(self->tasks, said);
        g_hash_table_insert(self->task_index, GUINT_TO_POINTER(task),
                            GUINT_TO_POINTER(self->tasks->len));
    } else if (said.at >= before->at) {
        *before = said;
    }
}

static void add_tasks(SacctJob *self, const Record *record)
{
    g_autoptr(GArray) tasks = NULL;
    uint32_t throttle;

    if (!job_array_parse(record->tasks, &tasks, &throttle, NULL))
        return;
    for (guint i = 0; i < tasks->len; i++)
        add_task(self, record, g_array_index(tasks, uint32_t, i));
}

void sacct_job_add(SacctJob *self, const Record *record)
{
    if (record->submit_at < self->submit_at) {
        self->submit_at = record->submit_at;
        self->eligible_at = record->eligible_at;
    }
    self->ever_eligible = self->ever_eligible || record->eligible_at != TIME_UNKNOWN;
    if (record->kind == RECORD_TASKS)
        add_tasks(self, record);
    else
        add_task(self, record, record->task);
}

/* ---- history ---- */

void sacct_history_init(SacctHistory *self)
{
    self->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                          (GDestroyNotify)(void (*)(void))g_array_unref);
}

void sacct_history_clear(SacctHistory *self)
{
    g_clear_pointer(&self->by_name, g_hash_table_unref);
}

static char *history_key(const SacctJob *job)
{
    return g_strdup_printf("%s\001%s", job->user ? job->user : "",
                           job->spec->name ? job->spec->name : "");
}

void sacct_history_add(SacctHistory *self, const SacctJob *job)
{
    g_autofree char *key = history_key(job);
    GArray *spans = g_hash_table_lookup(self->by_name, key);

    for (guint i = 0; i < job->tasks->len; i++) {
        const SacctTask *task = &g_array_index(job->tasks, SacctTask, i);

        if (task->fate != FATE_ENDED || task->exit_code != 0)
            continue;
        if (!spans) {
            spans = g_array_new(FALSE, FALSE, sizeof(Span));
            g_hash_table_insert(self->by_name, g_strdup(key), spans);
        }
        g_array_append_val(spans, task->ran);
    }
}

static gint by_span(gconstpointer a, gconstpointer b)
{
    const Span left = *(const Span *)a, right = *(const Span *)b;

    return (left > right) - (left < right);
}

/* [s] -1 when no job of its name ended. */
static Span median_of(SacctHistory *self, const SacctJob *job)
{
    g_autofree char *key = history_key(job);
    GArray *spans = g_hash_table_lookup(self->by_name, key);

    if (!spans)
        return -1;
    g_array_sort(spans, by_span);
    return g_array_index(spans, Span, spans->len / 2);
}

/* ---- truth ---- */

static gint by_task(gconstpointer a, gconstpointer b)
{
    const SacctTask *left = a, *right = b;

    return (left->task > right->task) - (left->task < right->task);
}

/* [s] -1: not known */
static Span runtime_of(const SacctTask *task, Span median)
{
    if (task->fate == FATE_ENDED || task->fate == FATE_CANCELLED)
        return task->ran;
    if (task->fate == FATE_TIMEOUT)
        return task->ran * BEYOND_LIMIT;
    return median < 0 ? -1 : MAX(median, task->ran);
}

static void note_fates(const SacctJob *self, Span median, SacctNotes *notes)
{
    bool seen[FATE_WITHDRAWN + 1] = {false};
    bool open = false;

    for (guint i = 0; i < self->tasks->len; i++) {
        const SacctTask *task = &g_array_index(self->tasks, SacctTask, i);

        seen[task->fate] = true;
        open = open || task->open;
    }
    if (open)
        sacct_note(notes, NOTE_NOT_ENDED, self->key, NULL);
    if (seen[FATE_TIMEOUT])
        sacct_note(notes, NOTE_TIMEOUT, self->key, NULL);
    if (seen[FATE_CANCELLED])
        sacct_note(notes, NOTE_CANCELLED_RUNNING, self->key, NULL);
    if (seen[FATE_WITHDRAWN])
        sacct_note(notes, NOTE_CANCELLED_WAITING, self->key, NULL);
    if (seen[FATE_UNKNOWN] || seen[FATE_WITHDRAWN])
        sacct_note(notes, median < 0 ? NOTE_CUT_SHORT_LIMIT : NOTE_CUT_SHORT_NAME, self->key, NULL);
}

static void take_tasks(const SacctJob *self, Span median, JobTruth *out)
{
    const guint n = self->tasks->len;

    out->n_tasks = n;
    out->task_runtime = g_new(Span, n);
    out->task_exit = g_new(int, n);
    for (guint i = 0; i < n; i++) {
        const SacctTask *task = &g_array_index(self->tasks, SacctTask, i);

        out->task_runtime[i] = runtime_of(task, median);
        out->task_exit[i] = task->exit_code;
    }
}

static bool nothing_known(const SacctJob *self, Span median)
{
    for (guint i = 0; i < self->tasks->len; i++)
        if (runtime_of(&g_array_index(self->tasks, SacctTask, i), median) >= 0)
            return false;
    return true;
}

/* [s] for tasks of which nothing is known while something is of others: as long as the longest. */
static Span longest(const SacctJob *self)
{
    Span most = 1;

    for (guint i = 0; i < self->tasks->len; i++)
        most = MAX(most, g_array_index(self->tasks, SacctTask, i).ran);
    return most;
}

bool sacct_job_truth(SacctJob *self, SacctHistory *history, JobTruth *out, SacctNotes *notes)
{
    Span median = median_of(history, self);

    g_array_sort(self->tasks, by_task);
    note_fates(self, median, notes);
    if (nothing_known(self, median))
        return false;
    if (median < 0)
        median = longest(self);
    if (self->is_array) {
        take_tasks(self, median, out);
        return true;
    }
    out->runtime = runtime_of(&g_array_index(self->tasks, SacctTask, 0), median);
    out->exit_code = g_array_index(self->tasks, SacctTask, 0).exit_code;
    return true;
}
