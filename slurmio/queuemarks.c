/* A run's jobs as squeue has them, found by their marks. */
#include "slurmio/queuemarks.h"

#include <string.h>

#define FORMAT RUNNER_RECORD "%F" RUNNER_UNIT "%T" RUNNER_UNIT "%r" RUNNER_UNIT "%k"

static bool is_active(const char *state)
{
    static const char *const over[] = {"COMPLETED", "COMPLETING", "CANCELLED",    "FAILED",
                                       "TIMEOUT",   "NODE_FAIL",  "PREEMPTED",    "BOOT_FAIL",
                                       "DEADLINE",  "REVOKED",    "OUT_OF_MEMORY"};

    for (size_t i = 0; i < G_N_ELEMENTS(over); i++)
        if (g_str_equal(state, over[i]))
            return false;
    return true;
}

/* The rows of an array's tasks are one mark. */
static void add(GArray *marks, const QueueMark *mark)
{
    for (guint i = 0; i < marks->len; i++) {
        QueueMark *known = &g_array_index(marks, QueueMark, i);

        if (known->job != mark->job || known->attempt != mark->attempt || known->id != mark->id)
            continue;
        known->active = known->active || mark->active;
        known->cancelled = known->cancelled || mark->cancelled;
        known->held = known->held || mark->held;
        return;
    }
    g_array_append_val(marks, *mark);
}

static void take_row(GArray *marks, const Run *run, const char *row)
{
    g_auto(GStrv) fields = g_strsplit(row, RUNNER_UNIT, 4);
    QueueMark mark = {0};

    if (g_strv_length(fields) < 4)
        return;
    g_strchomp(fields[3]);
    if (!run_mark_read(run, fields[3], &mark.job, &mark.attempt))
        return;
    if (mark.job >= run->submission->n_jobs)
        return;
    mark.id = (uint32_t)g_ascii_strtoull(fields[0], NULL, 10);
    mark.active = is_active(fields[1]);
    mark.cancelled = g_str_equal(fields[1], "CANCELLED");
    mark.held = mark.active && g_str_has_prefix(fields[2], "JobHeld");
    add(marks, &mark);
}

static gint by_job(gconstpointer a, gconstpointer b)
{
    const QueueMark *left = a, *right = b;

    if (left->job != right->job)
        return left->job < right->job ? -1 : 1;
    if (left->attempt != right->attempt)
        return left->attempt < right->attempt ? -1 : 1;
    return left->id < right->id ? -1 : left->id > right->id;
}

/* Root may submit for others. */
static bool is_for_others(const Submission *submission)
{
    for (uint32_t i = 0; i < submission->n_jobs; i++)
        if (submission->jobs[i].spec->user)
            return true;
    return false;
}

GArray *queue_marks(Runner *runner, const Run *run, GError **error)
{
    const char *const argv[] = {
        "squeue", "-h", "-a",   "-t",
        "all",    "-o", FORMAT, is_for_others(run->submission) ? NULL : "--me",
        NULL};
    g_autofree char *text = runner_run(runner, argv, error);
    g_auto(GStrv) rows = text ? g_strsplit(text, RUNNER_RECORD, -1) : NULL;
    GArray *marks;

    if (!rows)
        return NULL;
    marks = g_array_new(FALSE, TRUE, sizeof(QueueMark));
    for (char **row = rows; *row; row++)
        take_row(marks, run, *row);
    g_array_sort(marks, by_job);
    return marks;
}
