/* What Slurm says of one job or task: squeue's, sacct's and scontrol's rows. */
#include "slurmio/queuerow.h"

#include "sim/job.h"
#include "slurmio/runner.h"

#include <string.h>

enum { SIGNAL_STATUS = 128 };

void queue_row_clear(QueueRow *self)
{
    g_clear_pointer(&self->state, g_free);
    g_clear_pointer(&self->reason, g_free);
    g_clear_pointer(&self->nodes, g_free);
}

static void row_free(void *item)
{
    queue_row_clear(item);
    g_free(item);
}

GPtrArray *queue_rows_new(void)
{
    return g_ptr_array_new_with_free_func(row_free);
}

const QueueRow *queue_row_find(const GPtrArray *rows, uint32_t id, uint32_t task)
{
    const QueueRow *rest = NULL;

    for (guint i = 0; i < rows->len; i++) {
        const QueueRow *row = rows->pdata[i];

        if (row->id == id && row->task == task && !row->rest)
            return row;
        if (row->id == id && row->rest && task != COUNT_UNSET)
            rest = row;
    }
    return rest;
}

/* ---- words and numbers ---- */

static char *id_list(const GArray *ids)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < ids->len; i++)
        g_string_append_printf(out, "%s%u", i ? "," : "", g_array_index(ids, uint32_t, i));
    return g_string_free(out, FALSE);
}

static Instant read_instant(const char *text)
{
    char *end;
    gint64 seconds;

    if (!text || !g_ascii_isdigit(*text))
        return INSTANT_NEVER;
    seconds = g_ascii_strtoll(text, &end, 10);
    return *end && !g_ascii_isspace(*end) ? INSTANT_NEVER : seconds;
}

static bool read_count(const char *text, uint32_t *out)
{
    char *end;
    guint64 count;

    if (!g_ascii_isdigit(*text))
        return false;
    count = g_ascii_strtoull(text, &end, 10);
    if (*end || count >= COUNT_UNSET)
        return false;
    *out = (uint32_t)count;
    return true;
}

/* What stands for nothing is NULL. */
static char *read_word(const char *text)
{
    static const char *const nothing[] = {"", "(null)", "None", "N/A", "None assigned"};

    for (size_t i = 0; i < G_N_ELEMENTS(nothing); i++)
        if (g_str_equal(text, nothing[i]))
            return NULL;
    return g_strdup(text);
}

/* "CANCELLED by 1000", "RUNNING+" */
static char *read_state(const char *text)
{
    return g_strndup(text, strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"));
}

int queue_exit(const char *text)
{
    char *end;
    gint64 status, number = 0;

    if (!text || !g_ascii_isdigit(*text))
        return -1;
    status = g_ascii_strtoll(text, &end, 10);
    if (*end == ':')
        number = g_ascii_strtoll(end + 1, NULL, 10);
    if (status > UINT8_MAX || number < 0 || number >= SIGNAL_STATUS)
        return -1;
    return status == 0 && number > 0 ? SIGNAL_STATUS + (int)number : (int)status;
}

static bool one_of(const char *state, const char *const *states)
{
    for (; *states; states++)
        if (g_str_equal(state, *states))
            return true;
    return false;
}

bool queue_state_ended(const char *state)
{
    static const char *const states[] = {"COMPLETED",     "CANCELLED", "FAILED",    "TIMEOUT",
                                         "NODE_FAIL",     "PREEMPTED", "BOOT_FAIL", "DEADLINE",
                                         "OUT_OF_MEMORY", "REVOKED",   NULL};

    return one_of(state, states);
}

bool queue_state_runs(const char *state)
{
    static const char *const states[] = {"RUNNING",   "COMPLETING", "CONFIGURING",
                                         "SUSPENDED", "STOPPED",    "RESIZING",
                                         "SIGNALING", "STAGE_OUT",  NULL};

    return one_of(state, states);
}

/* ---- squeue ---- */

enum { Q_ID, Q_TASK, Q_STATE, Q_REASON, Q_START, Q_END, Q_NODES, Q_FIELDS };

char **queue_squeue_argv(const GArray *ids)
{
    static const char *const fields[Q_FIELDS + 1] = {"%F", "%K", "%T", "%r", "%S", "%e", "%N"};
    g_autofree char *joined = g_strjoinv(RUNNER_UNIT, (char **)(guintptr)fields);
    g_autofree char *format = g_strconcat(RUNNER_RECORD, joined, NULL);
    g_autofree char *list = id_list(ids);
    const char *const argv[] = {"squeue", "-h", "-a", "-r",   "-t", "all",
                                "-j",     list, "-o", format, NULL};
    GPtrArray *out = g_ptr_array_new();

    for (size_t i = 0; i < G_N_ELEMENTS(argv); i++)
        g_ptr_array_add(out, g_strdup(argv[i]));
    return (char **)g_ptr_array_free(out, FALSE);
}

void queue_squeue_read(const char *text, GPtrArray *rows)
{
    g_auto(GStrv) records = g_strsplit(text, RUNNER_RECORD, -1);

    for (char **record = records; *record; record++) {
        g_auto(GStrv) fields = g_strsplit(g_strchomp(*record), RUNNER_UNIT, Q_FIELDS);
        QueueRow *row;
        uint32_t id, task;

        if (g_strv_length(fields) != Q_FIELDS || !read_count(fields[Q_ID], &id))
            continue;
        row = g_new0(QueueRow, 1);
        *row = (QueueRow){.id = id,
                          .task = read_count(fields[Q_TASK], &task) ? task : COUNT_UNSET,
                          .state = read_state(fields[Q_STATE]),
                          .reason = read_word(fields[Q_REASON]),
                          .nodes = read_word(fields[Q_NODES]),
                          .start = read_instant(fields[Q_START]),
                          .end = read_instant(fields[Q_END]),
                          .exit = -1};
        g_ptr_array_add(rows, row);
    }
}

/* ---- sacct ---- */

enum { A_ID, A_STATE, A_EXIT, A_START, A_END, A_NODES, A_FIELDS };

char **queue_sacct_argv(const GArray *ids)
{
    static const char delimiter[] = "--delimiter=" RUNNER_UNIT;
    g_autofree char *list = id_list(ids);
    const char *const argv[] = {"sacct", "-n",      "-P",
                                "-X",    delimiter, "-j",
                                list,    "-o",      "JobID,State,ExitCode,Start,End,NodeList",
                                NULL};
    GPtrArray *out = g_ptr_array_new();

    for (size_t i = 0; i < G_N_ELEMENTS(argv); i++)
        g_ptr_array_add(out, g_strdup(argv[i]));
    return (char **)g_ptr_array_free(out, FALSE);
}

/* "12", "12_3", "12_[4-9%2]" */
static bool read_job(char *text, QueueRow *out)
{
    char *task = strchr(text, '_');

    out->task = COUNT_UNSET;
    if (task)
        *task++ = '\0';
    if (!read_count(text, &out->id))
        return false;
    out->rest = task && *task == '[';
    return !task || out->rest || read_count(task, &out->task);
}

void queue_sacct_read(const char *text, GPtrArray *rows)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line; line++) {
        g_auto(GStrv) fields = g_strsplit(*line, RUNNER_UNIT, A_FIELDS);
        QueueRow row = {.exit = -1};

        if (g_strv_length(fields) != A_FIELDS || !read_job(fields[A_ID], &row))
            continue;
        row.state = read_state(fields[A_STATE]);
        row.exit = queue_exit(fields[A_EXIT]);
        row.start = read_instant(fields[A_START]);
        row.end = read_instant(fields[A_END]);
        row.nodes = read_word(fields[A_NODES]);
        g_ptr_array_add(rows, g_memdup2(&row, sizeof row));
    }
}

/* ---- scontrol ---- */

char **queue_scontrol_argv(uint32_t id, uint32_t task)
{
    g_autofree char *job =
        task == COUNT_UNSET ? g_strdup_printf("%u", id) : g_strdup_printf("%u_%u", id, task);
    const char *const argv[] = {"scontrol", "-o", "show", "job", job, NULL};
    GPtrArray *out = g_ptr_array_new();

    for (size_t i = 0; i < G_N_ELEMENTS(argv); i++)
        g_ptr_array_add(out, g_strdup(argv[i]));
    return (char **)g_ptr_array_free(out, FALSE);
}

/* The value of the first " KEY=" in @text, up to the next blank; NULL: none. */
static char *value_of(const char *text, const char *key)
{
    const char *at = strstr(text, key);

    return at ? g_strndup(at + strlen(key), strcspn(at + strlen(key), " \n")) : NULL;
}

bool queue_scontrol_read(const char *text, const char *name, QueueRow *out)
{
    const char *begin = strstr(text, " JobName=");
    g_autofree char *state = NULL, *status = NULL, *start = NULL, *end = NULL, *nodes = NULL;

    if (begin && g_str_has_prefix(begin + strlen(" JobName="), name))
        begin += strlen(" JobName=") + strlen(name);
    if (!begin)
        return false;
    state = value_of(begin, " JobState=");
    status = value_of(begin, " ExitCode=");
    start = value_of(begin, " StartTime=");
    end = value_of(begin, " EndTime=");
    nodes = value_of(begin, " NodeList=");
    if (!state)
        return false;
    *out = (QueueRow){.task = COUNT_UNSET,
                      .state = read_state(state),
                      .nodes = nodes ? read_word(nodes) : NULL,
                      .start = read_instant(start),
                      .end = read_instant(end),
                      .exit = queue_exit(status)};
    return true;
}
