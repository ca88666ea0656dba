/* A plan, printed for scripts and as command lines. */
#include "cli/report.h"

#include "base/table.h"
#include "base/text.h"
#include "slurmio/sbatchopts.h"

static void cell_instant(Table *table, Instant instant)
{
    if (instant == INSTANT_NEVER)
        table_cell(table, NULL);
    else
        table_cell(table, "%" G_GINT64_FORMAT, instant);
}

static void row_of_job(Table *table, const PlanJob *job)
{
    g_autofree char *limit = minutes_format(job->limit);

    table_row(table);
    table_cell(table, "%s", job->name);
    table_cell(table, "%s", job->partition);
    table_cell(table, "%s", job->qos ? job->qos : "");
    table_cell(table, "%s", job->account ? job->account : "");
    table_cell(table, "%u", job->nodes);
    table_cell(table, "%u", job->cpus);
    table_cell(table, "%s", limit);
    table_cell(table, "%s", limit_source_name(job->limit_source));
    table_cell(table, "%" G_GINT64_FORMAT, job->runtime);
    table_cell(table, "%s", runtime_source_name(job->runtime_source));
    cell_instant(table, job->submit_at);
    cell_instant(table, job->start_at);
    cell_instant(table, job->end_at);
    table_cell(table, "%" G_GINT64_FORMAT, job->wait);
    table_cell(table, "%s", job->critical ? "yes" : "no");
    table_cell(table, "%s", job->why ? job->why : "");
}

char *report_parsable(const Plan *plan)
{
    static const char *const titles[] = {
        "Job",     "Partition",   "QOS",    "Account", "Nodes", "CPUS", "Limit",    "LimitFrom",
        "Runtime", "RuntimeFrom", "Submit", "Start",   "End",   "Wait", "Critical", "Why"};
    g_autoptr(Table) table = table_new();

    for (size_t i = 0; i < G_N_ELEMENTS(titles); i++)
        table_column(table, titles[i], TABLE_LEFT, false);
    for (uint32_t i = 0; i < plan->n_jobs; i++)
        row_of_job(table, &plan->jobs[i]);
    return table_parsable(table, '|', true);
}

/* Quotes only where a shell would need them. */
static void word_append(GString *out, const char *word)
{
    g_autofree char *quoted = g_shell_quote(word);
    bool plain = g_regex_match_simple("^[\\w@%+=:,./-]+$", word, 0, 0);

    g_string_append_printf(out, " %s", plain ? word : quoted);
}

static void dependency_append(GString *out, const Plan *plan, const WorkflowJob *job)
{
    if (job->n_after > 0)
        g_string_append(out, " --dependency=");
    for (uint32_t i = 0; i < job->n_after; i++) {
        const WorkflowEdge *edge = &job->after[i];

        g_string_append_printf(out, "%s%s:<%s>", i ? "," : "", depend_type_name(edge->type),
                               plan->jobs[edge->job].name);
    }
}

/* --wrap takes one text for a shell: argv is quoted for it, shell text stays as it is. */
static void wrap_option_append(GString *out, const WorkflowJob *job)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (char **word = job->command; word && *word; word++) {
        if (job->runs == RUNS_COMMAND)
            word_append(text, *word);
        else
            g_string_append_printf(text, " %s", *word);
    }
    g_string_append(out, " --wrap");
    word_append(out, text->len ? text->str + 1 : "");
}

/* Around the command, in its script. */
static void lines_append(GString *out, const char *what, char *const *lines)
{
    for (; lines && *lines; lines++) {
        g_autofree char *line = text_clean(*lines);

        g_string_append_printf(out, "# %s: %s\n", what, line);
    }
}

static void effective_append(GString *out, const Plan *plan, uint32_t index)
{
    const WorkflowJob *job = &plan->workflow->jobs[index];
    g_auto(GStrv) options = sbatchopts_argv(plan->jobs[index].spec);

    lines_append(out, "setup", job->setup);
    lines_append(out, "teardown", job->teardown);
    g_string_append(out, "sbatch");
    for (char **option = options; *option; option++)
        word_append(out, *option);
    dependency_append(out, plan, job);
    if (job->runs != RUNS_SCRIPT)
        wrap_option_append(out, job);
    for (char **word = job->command; job->runs == RUNS_SCRIPT && word && *word; word++)
        word_append(out, *word);
    g_string_append_c(out, '\n');
}

char *report_effective(const Plan *plan)
{
    GString *out = g_string_new(NULL);

    for (uint32_t i = 0; i < plan->n_jobs; i++)
        effective_append(out, plan, i);
    return g_string_free(out, FALSE);
}
