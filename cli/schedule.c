/* A simulated schedule, printed for people and for scripts. */
#include "cli/schedule.h"

#include "base/table.h"
#include "cli/clock.h"
#include "cli/section.h"

enum { ROWS_MOST = 1000 }; /* of the table for people */

static char *job_label(const Schedule *self, const SimRun *run)
{
    const char *id = sim_job(self->sim, run->job)->id;

    if (run->task == COUNT_UNSET)
        return g_strdup(id);
    return g_strdup_printf("%s_%u", id, run->task);
}

static const char *partition_name(const Schedule *self, const SimRun *run)
{
    return run->partition == INDEX_NONE ? ""
                                        : self->scenario->cluster->partitions[run->partition].name;
}

static const char *qos_name(const Schedule *self, const SimRun *run)
{
    return run->qos == INDEX_NONE ? "" : self->scenario->cluster->qos[run->qos].name;
}

static const char *state_text(const SimRun *run)
{
    return job_state_name(run->state);
}

/* The brief table, for narrow terminals, has shorter times and no submissions. */
static void table_run(Table *table, const Schedule *self, const SimRun *run, bool brief)
{
    g_autofree char *job = job_label(self, run);
    const ClockStyle style = brief ? clock_words : clock_text;
    g_autofree char *submit = clock_text(run->submit_at);
    g_autofree char *start = style(run->start_at);
    g_autofree char *end = style(run->end_at);
    g_autofree char *wait = run_wait(run) < 0 ? g_strdup("") : span_words(run_wait(run));

    table_row(table);
    table_cell(table, "%s", job);
    table_cell(table, "%s", partition_name(self, run));
    table_cell(table, "%s", qos_name(self, run));
    if (!brief)
        table_cell(table, "%s", submit);
    table_cell(table, "%s", start);
    table_cell(table, "%s", end);
    table_cell(table, "%s", wait);
    table_cell(table, "%s", state_text(run));
    table_cell(table, "%u", run->cpus);
    table_cell(table, "%s", run->nodes ? run->nodes : run->reason ? run->reason : "");
}

static Table *table_of_runs(const Schedule *self, const GPtrArray *runs, bool brief)
{
    Table *table = table_new();

    table_column(table, "JOB", TABLE_LEFT, true);
    table_column(table, "PARTITION", TABLE_LEFT, false);
    table_column(table, "QOS", TABLE_LEFT, false);
    if (!brief)
        table_column(table, "SUBMIT", TABLE_RIGHT, false);
    table_column(table, "START", TABLE_RIGHT, false);
    table_column(table, "END", TABLE_RIGHT, false);
    table_column(table, "WAIT", TABLE_RIGHT, false);
    table_column(table, "STATE", TABLE_LEFT, false);
    table_column(table, "CPUS", TABLE_RIGHT, false);
    table_column(table, "NODES", TABLE_LEFT, true);
    for (guint i = 0; i < MIN(runs->len, ROWS_MOST); i++)
        table_run(table, self, g_ptr_array_index(runs, i), brief);
    return table;
}

static void put_distribution(FILE *out, const char *name, const Distribution *self)
{
    g_autofree char *mean = span_words((Span)self->mean);
    g_autofree char *median = span_words((Span)self->median);
    g_autofree char *p95 = span_words((Span)self->p95);
    g_autofree char *max = span_words((Span)self->max);

    fprintf(out, "%-12s mean %s, median %s, 95 %% within %s, longest %s\n", name, mean, median, p95,
            max);
}

static uint32_t count_refused(const Schedule *self)
{
    uint32_t n = 0;

    for (uint32_t job = 0; job < sim_job_count(self->sim); job++)
        n += sim_refused(self->sim, job) != NULL;
    return n;
}

void metrics_text(const Metrics *metrics, uint32_t cpus, const char *what, FILE *out)
{
    g_autofree char *makespan = clock_words(metrics->makespan);

    fprintf(out, "%-12s %s from the first submission to the last end\n", "Makespan", makespan);
    put_distribution(out, "Wait", &metrics->wait);
    fprintf(out, "%-12s mean %.2f, median %.2f, 95 %% within %.2f\n", "Slowdown",
            metrics->slowdown.mean, metrics->slowdown.median, metrics->slowdown.p95);
    fprintf(out, "%-12s %.1f %% of %u %s\n", "Utilisation", 100 * metrics->utilisation, cpus, what);
}

static void put_metrics(const Schedule *self, const GPtrArray *runs, FILE *out)
{
    const uint32_t cpus = self->scenario->cluster->total_cpus;
    Metrics metrics;

    metrics_collect(runs, cpus, self->begin_at, &metrics);
    fprintf(out, "%-12s %u started, %u ended, %u still waiting, ", "Runs", metrics.runs,
            metrics.ended, metrics.waiting);
    if (metrics.cancelled)
        fprintf(out, "%u cancelled before they started, ", metrics.cancelled);
    fprintf(out, "%u refused\n", count_refused(self));
    metrics_text(&metrics, cpus, "CPUs", out);
}

static void put_refused(const Schedule *self, FILE *out)
{
    for (uint32_t job = 0; job < sim_job_count(self->sim); job++) {
        const char *message = sim_refused(self->sim, job);

        if (message)
            fprintf(out, "%-12s %s: %s\n", "Refused", sim_job(self->sim, job)->id, message);
    }
}

static void put_table(const Schedule *self, const GPtrArray *runs, const Terminal *terminal,
                      FILE *out)
{
    g_autoptr(Table) exact = table_of_runs(self, runs, false);
    g_autoptr(Table) brief = table_of_runs(self, runs, true);
    g_autofree char *text = table_fitting(exact, brief, terminal);

    fputs(text, out);
    if (runs->len > ROWS_MOST)
        fprintf(out, "... and %u more (-P and --json print all)\n", runs->len - ROWS_MOST);
    putc('\n', out);
}

void schedule_text(const Schedule *self, const Terminal *terminal, bool summary, FILE *out)
{
    g_autoptr(GPtrArray) runs = sim_runs(self->sim);

    if (!summary && runs->len > 0)
        put_table(self, runs, terminal, out);
    put_metrics(self, runs, out);
    put_refused(self, out);
}

void schedule_remarks(const Schedule *self, Diags *diags)
{
    const GPtrArray *commands = sim_commands(self->sim);
    const char *file = self->scenario->jobs_file ? self->scenario->jobs_file : "";

    for (guint i = 0; i < commands->len; i++) {
        const SimCommand *command = g_ptr_array_index(commands, i);
        g_autofree char *words = g_strjoinv(" ", command->command->argv);
        g_autofree char *at = clock_text(command->at);

        if (command->message)
            diags_add(diags, DIAG_WARNING, file, 0, 0, NULL, "entry %u, at %s: %s: %s",
                      command->command->entry, at, words, command->message);
    }
}

static void put_field(FILE *out, const char *text)
{
    for (const char *at = text ? text : ""; *at; at++) {
        if (*at == '|')
            putc('\\', out);
        putc(*at, out);
    }
    putc('|', out);
}

static void put_instant(FILE *out, Instant instant)
{
    if (instant != INSTANT_NEVER)
        fprintf(out, "%" G_GINT64_FORMAT, instant);
    putc('|', out);
}

void schedule_parsable(const Schedule *self, FILE *out)
{
    g_autoptr(GPtrArray) runs = sim_runs(self->sim);

    fputs("Job|Attempt|Partition|QOS|Submit|Eligible|Start|End|State|CPUS|Suspended|Priority|"
          "Nodes|Reason\n",
          out);
    for (guint i = 0; i < runs->len && !ferror(out); i++) {
        const SimRun *run = g_ptr_array_index(runs, i);
        g_autofree char *job = job_label(self, run);

        put_field(out, job);
        fprintf(out, "%u|", run->attempt);
        put_field(out, partition_name(self, run));
        put_field(out, qos_name(self, run));
        put_instant(out, run->submit_at);
        put_instant(out, run->eligible_at);
        put_instant(out, run->start_at);
        put_instant(out, run->end_at);
        fprintf(out, "%s|%u|%" G_GINT64_FORMAT "|%u|", state_text(run), run->cpus, run->suspended,
                run->priority);
        put_field(out, run->nodes);
        fprintf(out, "%s\n", run->start_at == INSTANT_NEVER && run->reason ? run->reason : "");
    }
}
