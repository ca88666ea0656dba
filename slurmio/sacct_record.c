/* One record of sacct as typed values. */
#include "slurmio/sacct_record.h"

#include <string.h>

static char *text_or_null(const char *text)
{
    return *text ? g_strdup(text) : NULL;
}

/* Behind the job's number. */
static void read_rest(Record *out, const char *rest)
{
    char *end;

    if (strchr(rest, '.')) {
        out->kind = RECORD_STEP;
    } else if (*rest == '+') {
        out->kind = RECORD_HET;
    } else if (*rest == '_' && rest[1] == '[') {
        out->kind = RECORD_TASKS;
        out->tasks = g_strndup(rest + 2, strcspn(rest + 2, "]"));
    } else if (*rest == '_' && g_ascii_isdigit(rest[1])) {
        out->task = (uint32_t)MIN(g_ascii_strtoull(rest + 1, &end, 10), UINT32_MAX - 1);
        out->kind = *end ? RECORD_NONE : RECORD_TASK;
    } else {
        out->kind = *rest ? RECORD_NONE : RECORD_JOB;
    }
}

static void read_ids(const SacctTable *table, Record *out)
{
    const char *id = sacct_table_get(table, SACCT_JOB_ID);
    const char *raw = sacct_table_get(table, SACCT_JOB_ID_RAW);
    char *rest;
    guint64 number;

    if (!*id)
        id = raw;
    number = g_ascii_strtoull(id, &rest, 10);
    out->id = (uint32_t)MIN(number, UINT32_MAX);
    read_rest(out, rest);
    if (number == 0 || number >= UINT32_MAX)
        out->kind = RECORD_NONE;
    out->raw_id = *raw ? (uint32_t)MIN(g_ascii_strtoull(raw, NULL, 10), UINT32_MAX) : out->id;
}

/* "2026-01-20T12:30:00", or seconds as SLURM_TIME_FORMAT=%s has them. */
static int64_t read_time(const char *text)
{
    g_autoptr(GTimeZone) utc = NULL;
    g_autoptr(GDateTime) at = NULL;
    char *end;
    const gint64 seconds = g_ascii_strtoll(text, &end, 10);

    if (!g_ascii_isdigit(*text))
        return TIME_UNKNOWN;
    if (!*end)
        return seconds > 0 ? seconds : TIME_UNKNOWN;
    utc = g_time_zone_new_utc();
    at = g_date_time_new_from_iso8601(text, utc);
    return at ? g_date_time_to_unix(at) : TIME_UNKNOWN;
}

static bool read_span(const char *text, Span *out)
{
    const size_t whole = strcspn(text, "."); /* Suspended can have thousandths */
    g_autofree char *cut = g_strndup(text, whole);

    return *cut && strchr(cut, ':') && span_parse(cut, out, NULL);
}

/* A job that never started has no nodes, and an end that is its start. */
static bool has_started(const SacctTable *table, const Record *record)
{
    const char *nodes = sacct_table_get(table, SACCT_NODE_LIST);

    if (record->start_at == TIME_UNKNOWN || g_str_equal(record->state, "PENDING"))
        return false;
    if (sacct_table_has(table, SACCT_NODE_LIST))
        return *nodes && !g_str_has_prefix(nodes, "None");
    return record->end_at == TIME_UNKNOWN || record->end_at > record->start_at;
}

static Span read_ran(const SacctTable *table, const Record *record)
{
    const char *raw = sacct_table_get(table, SACCT_ELAPSED_RAW);
    Span ran = 0, suspended = 0;

    if (!record->started)
        return 0;
    if (g_ascii_isdigit(*raw))
        return MAX(1, (Span)MIN(g_ascii_strtoull(raw, NULL, 10), G_MAXINT32));
    if (read_span(sacct_table_get(table, SACCT_ELAPSED), &ran))
        return MAX(1, ran);
    if (record->end_at == TIME_UNKNOWN)
        return 1;
    read_span(sacct_table_get(table, SACCT_SUSPENDED), &suspended);
    return MAX(1, record->end_at - record->start_at - suspended);
}

static uint32_t read_limit(const SacctTable *table)
{
    const char *raw = sacct_table_get(table, SACCT_TIMELIMIT_RAW);
    const char *text = sacct_table_get(table, SACCT_TIMELIMIT);
    uint32_t limit;

    if (*raw && minutes_parse(raw, &limit, NULL) && limit > 0)
        return limit;
    if (*text && strchr(text, ':') && minutes_parse(text, &limit, NULL) && limit > 0)
        return limit;
    return g_str_equal(text, "UNLIMITED") ? MINUTES_UNLIMITED : MINUTES_UNSET;
}

static int read_exit(const SacctTable *table)
{
    const char *text = sacct_table_get(table, SACCT_EXIT_CODE);
    char *colon;
    const guint64 code = g_ascii_strtoull(text, &colon, 10);
    const guint64 number = *colon == ':' ? g_ascii_strtoull(colon + 1, NULL, 10) : 0;

    if (number > 0 && number < 128)
        return 128 + (int)number;
    return (int)MIN(code, 255);
}

void record_read(const SacctTable *table, Record *out)
{
    const char *state = sacct_table_get(table, SACCT_STATE);

    *out = (Record){.task = COUNT_UNSET};
    read_ids(table, out);
    if (out->kind == RECORD_STEP || out->kind == RECORD_NONE)
        return; /* nobody looks at the rest */
    out->state = g_strndup(state, strcspn(state, " +"));
    out->submit_at = read_time(sacct_table_get(table, SACCT_SUBMIT));
    out->eligible_at = read_time(sacct_table_get(table, SACCT_ELIGIBLE));
    out->start_at = read_time(sacct_table_get(table, SACCT_START));
    out->end_at = read_time(sacct_table_get(table, SACCT_END));
    out->started = has_started(table, out);
    out->ran = read_ran(table, out);
    out->limit = read_limit(table);
    out->exit_code = read_exit(table);
    out->name = text_or_null(sacct_table_get(table, SACCT_JOB_NAME));
    out->user = text_or_null(sacct_table_get(table, SACCT_USER));
    out->account = text_or_null(sacct_table_get(table, SACCT_ACCOUNT));
    out->partition = text_or_null(sacct_table_get(table, SACCT_PARTITION));
    out->qos = text_or_null(sacct_table_get(table, SACCT_QOS));
    out->reason = text_or_null(sacct_table_get(table, SACCT_REASON));
    out->node_list = text_or_null(sacct_table_get(table, SACCT_NODE_LIST));
}

void record_clear(Record *self)
{
    g_free(self->tasks);
    g_free(self->state);
    g_free(self->name);
    g_free(self->user);
    g_free(self->account);
    g_free(self->partition);
    g_free(self->qos);
    g_free(self->reason);
    g_free(self->node_list);
    *self = (Record){.kind = RECORD_NONE};
}

static bool is_one_of(const char *state, const char *const *words)
{
    return state && g_strv_contains(words, state);
}

bool record_ended(const Record *self)
{
    static const char *const open[] = {"PENDING",     "RUNNING", "SUSPENDED",    "COMPLETING",
                                       "RESIZING",    "STOPPED", "REQUEUE_HOLD", "SPECIAL_EXIT",
                                       "REQUEUE_FED", NULL};

    return *self->state && !is_one_of(self->state, open);
}

bool record_cut_short(const Record *self)
{
    static const char *const cut[] = {"REQUEUED",   "PREEMPTED",    "NODE_FAIL",    "BOOT_FAIL",
                                      "RUNNING",    "SUSPENDED",    "RESIZING",     "STOPPED",
                                      "COMPLETING", "REQUEUE_HOLD", "SPECIAL_EXIT", NULL};

    return is_one_of(self->state, cut);
}
