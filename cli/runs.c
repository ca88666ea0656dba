/* Runs as the commands show them. */
#include "cli/runs.h"

#include "base/table.h"
#include "base/text.h"
#include "cli/jsontext.h"

#include <stdio.h>

Instant runs_clock(void)
{
    return g_get_real_time() / G_USEC_PER_SEC;
}

Run *runs_open(char **operands, GError **error)
{
    g_autofree char *root = run_root();

    if (operands[0] && operands[1])
        return srx_fail_null(error, SRX_ERROR_USAGE, "expected one run, found %u",
                             g_strv_length(operands));
    return run_open(root, operands[0], runs_clock, error);
}

Runner *runs_runner(const char *via, GError **error)
{
    g_autofree char *squeue = g_find_program_in_path("squeue");

    if (!via && !squeue)
        return srx_fail_null(error, SRX_ERROR_SLURM,
                             "no Slurm in reach: squeue is not in PATH; go to a login node, or "
                             "reach one by --via 'ssh LOGIN'");
    return runner_new(via, error);
}

void runs_option_via(char **via, Options *out)
{
    const GOptionEntry entries[] = {
        {"via", 0, 0, G_OPTION_ARG_FILENAME, via, "reach Slurm by this command: 'ssh login1'",
         "COMMAND"},
        OPTIONS_END,
    };

    options_add(out, "Cluster", entries);
}

static char *local_time(Instant at, const char *format)
{
    g_autoptr(GDateTime) time = at == INSTANT_NEVER ? NULL : g_date_time_new_from_unix_local(at);

    return time ? g_date_time_format(time, format) : g_strdup("");
}

char *runs_instant(Instant at)
{
    return local_time(at, "%Y-%m-%dT%H:%M:%S");
}

char *runs_off(Instant predicted, Instant real)
{
    g_autofree char *words = NULL;

    if (predicted == INSTANT_NEVER || real == INSTANT_NEVER)
        return g_strdup("");
    words = span_words(ABS(real - predicted));
    return g_strconcat(real < predicted ? "-" : "+", words, NULL);
}

/* ---- a job ---- */

typedef struct {
    const char *name, *state, *reason, *nodes;
    uint32_t attempts, id;
    Instant predicted, started, ended, expected;
    int exit;
} Row;

static Row row_of(const Run *run, const Monitor *monitor, uint32_t job)
{
    const SubmissionJob *wanted = &run->submission->jobs[job];
    const RunAttempt *attempt = run_state_attempt(run->state, job);
    MonitorView view = {.expected = INSTANT_NEVER};
    Row row = {.name = wanted->name,
               .state = watch_state(run, monitor, job),
               .attempts = run_state_next(run->state, job),
               .predicted = wanted->predicted_start,
               .started = INSTANT_NEVER,
               .ended = INSTANT_NEVER,
               .exit = -1};

    if (monitor)
        view = monitor_view(monitor, job);
    row.reason = view.reason;
    row.expected = view.expected;
    if (!attempt)
        return row;
    row.id = attempt->id;
    row.started = attempt->started_at;
    row.ended = attempt->ended_at;
    row.exit = attempt->exit;
    row.nodes = attempt->nodes;
    if (attempt->message)
        row.reason = attempt->message;
    return row;
}

/* ---- how far off ---- */

static gint compare_spans(gconstpointer a, gconstpointer b)
{
    Span left = *(const Span *)a, right = *(const Span *)b;

    return left < right ? -1 : left > right;
}

/* Of the first start of each job: a retry was not predicted. */
static void append_errors(GString *out, const Run *run)
{
    g_autoptr(GArray) errors = g_array_new(FALSE, FALSE, sizeof(Span));
    g_autofree char *median = NULL, *most = NULL;

    for (uint32_t i = 0; i < run->submission->n_jobs; i++) {
        const GArray *attempts = run->state->jobs[i].attempts;
        Instant predicted = run->submission->jobs[i].predicted_start, started;
        Span error;

        if (attempts->len == 0 || predicted == INSTANT_NEVER)
            continue;
        started = g_array_index(attempts, RunAttempt, 0).started_at;
        error = ABS(started - predicted);
        if (started != INSTANT_NEVER)
            g_array_append_val(errors, error);
    }
    if (errors->len == 0)
        return;
    g_array_sort(errors, compare_spans);
    median = span_words(g_array_index(errors, Span, (errors->len - 1) / 2));
    most = span_words(g_array_index(errors, Span, errors->len - 1));
    g_string_append_printf(out, "Forecast: %u start%s, off by %s in the median, %s at most\n",
                           errors->len, errors->len == 1 ? "" : "s", median, most);
}

/* ---- the table ---- */

static void number_cell(Table *table, int64_t number, bool known)
{
    g_autofree char *text = known ? g_strdup_printf("%" G_GINT64_FORMAT, number) : g_strdup("");

    table_cell(table, "%s", text);
}

static void add_row(Table *table, const Row *row)
{
    static const char format[] = "%m-%dT%H:%M:%S";
    g_autofree char *predicted = local_time(row->predicted, format);
    g_autofree char *started = local_time(row->started, format);
    g_autofree char *ended = local_time(row->ended, format);
    g_autofree char *off =
        row->attempts > 1 ? g_strdup("") : runs_off(row->predicted, row->started);
    g_autofree char *name = text_clean(row->name);

    table_row(table);
    table_cell(table, "%s", name);
    table_cell(table, "%s", row->state);
    number_cell(table, row->id, row->id != 0);
    table_cell(table, "%s", predicted);
    table_cell(table, "%s", started);
    table_cell(table, "%s", off);
    table_cell(table, "%s", ended);
    number_cell(table, row->exit, row->exit >= 0);
    number_cell(table, row->attempts, row->attempts > 1);
    table_cell(table, "%s", row->reason ? row->reason : row->nodes ? row->nodes : "");
}

char *runs_text(const Run *run, const Monitor *monitor, const Terminal *terminal)
{
    static const char *const titles[] = {"Job", "Status", "ID",   "Predicted", "Start",
                                         "Off", "End",    "Exit", "Tries",     "Nodes or reason"};
    g_autoptr(Table) table = table_new();
    g_autofree char *begun = runs_instant(run->state->begun_at), *rows = NULL;
    GString *out = g_string_new(NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(titles); i++) {
        bool right = g_str_equal(titles[i], "Off") || g_str_equal(titles[i], "Exit") ||
                     g_str_equal(titles[i], "Tries") || g_str_equal(titles[i], "ID");

        table_column(table, titles[i], right ? TABLE_RIGHT : TABLE_LEFT,
                     i == 0 || i + 1 == G_N_ELEMENTS(titles));
    }
    for (uint32_t i = 0; i < run->submission->n_jobs; i++) {
        const Row row = row_of(run, monitor, i);

        add_row(table, &row);
    }
    rows = table_text(table, terminal->cut, true);
    g_string_append_printf(out, "Run %s", run->id);
    if (run->submission->name)
        g_string_append_printf(out, " of workflow %s", run->submission->name);
    g_string_append_printf(out, ", begun %s", begun);
    if (run->state->cancelled)
        g_string_append(out, ", cancelled");
    if (run->state->result)
        g_string_append_printf(out, ": %s", run->state->result);
    g_string_append_printf(out, "\n%s", rows);
    append_errors(out, run);
    return g_string_free(out, FALSE);
}

char *runs_parsable(const Run *run, const Monitor *monitor)
{
    static const char *const titles[] = {"Job",   "State", "JobID",    "Attempts", "PredictedStart",
                                         "Start", "End",   "ExitCode", "NodeList", "Reason"};
    g_autoptr(Table) table = table_new();

    for (size_t i = 0; i < G_N_ELEMENTS(titles); i++)
        table_column(table, titles[i], TABLE_LEFT, false);
    for (uint32_t i = 0; i < run->submission->n_jobs; i++) {
        const Row row = row_of(run, monitor, i);
        g_autofree char *predicted = runs_instant(row.predicted);
        g_autofree char *started = runs_instant(row.started);
        g_autofree char *ended = runs_instant(row.ended);

        table_row(table);
        table_cell(table, "%s", row.name);
        table_cell(table, "%s", row.state);
        number_cell(table, row.id, row.id != 0);
        table_cell(table, "%u", row.attempts);
        table_cell(table, "%s", predicted);
        table_cell(table, "%s", started);
        table_cell(table, "%s", ended);
        number_cell(table, row.exit, row.exit >= 0);
        table_cell(table, "%s", row.nodes ? row.nodes : "");
        table_cell(table, "%s", row.reason ? row.reason : "");
    }
    return table_parsable(table, '|', true);
}

/* ---- JSON ---- */

static void text_field(const char *key, const char *text)
{
    printf(", \"%s\": ", key);
    json_text(stdout, text);
}

static void instant_field(const char *key, Instant at)
{
    printf(", \"%s\": ", key);
    json_instant(stdout, at);
}

static void number_field(const char *key, int64_t number, bool known)
{
    if (known)
        printf(", \"%s\": %" G_GINT64_FORMAT, key, number);
    else
        printf(", \"%s\": null", key);
}

static void job_json(const Row *row)
{
    fputs("{\"name\": ", stdout);
    json_text(stdout, row->name);
    text_field("state", row->state);
    number_field("id", row->id, row->id != 0);
    number_field("attempts", row->attempts, true);
    instant_field("predicted_start", row->predicted);
    instant_field("expected_start", row->expected);
    instant_field("start", row->started);
    instant_field("end", row->ended);
    number_field("exit", row->exit, row->exit >= 0);
    text_field("nodes", row->nodes);
    text_field("reason", row->reason);
    putchar('}');
}

void runs_json(const Run *run, const Monitor *monitor)
{
    fputs("{\"schema\": \"srx/status/1\"", stdout);
    text_field("run", run->id);
    text_field("path", run->path);
    text_field("workflow", run->submission->name);
    instant_field("begun", run->state->begun_at);
    printf(", \"cancelled\": %s, \"done\": %s", run->state->cancelled ? "true" : "false",
           run->state->done ? "true" : "false");
    text_field("result", run->state->result);
    fputs(", \"jobs\": [", stdout);
    for (uint32_t i = 0; i < run->submission->n_jobs; i++) {
        const Row row = row_of(run, monitor, i);

        fputs(i ? ",\n  " : "\n  ", stdout);
        job_json(&row);
    }
    puts("]}");
}
