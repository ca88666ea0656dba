/* A plan, printed for people. */
#include "cli/report.h"

#include "base/text.h"
#include "cli/clock.h"
#include "cli/gantt.h"
#include "cli/section.h"
#include "cli/wrap.h"

#include <string.h>

enum {
    CONSIDERED_FIRST = 8, /* alternatives shown unless all are asked for */
    REJECTED_FIRST = 5,
    WHY_FIRST = 40,
    GANTT_MOST = 60 /* rows */
};

static char *since_now(const Plan *plan, Instant instant, ClockStyle style)
{
    return instant == INSTANT_NEVER ? g_strdup("never") : style(instant - plan->now);
}

/* ---- the table --------------------------------------------------------------------------- */

static const char *const strategy_words[] = {
    [STRATEGY_TOGETHER] = "everything at once, with dependencies",
    [STRATEGY_STAGED] = "each job when what it waits for has ended",
    [STRATEGY_SERIAL] = "one after the other",
};

static void title_append(GString *out, const Plan *plan, const ReportChoice *choice,
                         const Terminal *terminal)
{
    g_autofree char *at = clock_text(plan->now);

    g_string_append_printf(out, "%s%s%s on %s: %u job%s of %s; times from now (%s)\n\n",
                           terminal_on(terminal, PAINT_BOLD), plan->name ? plan->name : "workflow",
                           terminal_off(terminal), choice->place, plan->n_jobs,
                           plan->n_jobs == 1 ? "" : "s", plan->user,
                           plan->now == 0 ? "second 0 of the scenario" : at);
}

static void row_of_job(Table *table, const Plan *plan, const PlanJob *job, ClockStyle style)
{
    g_autofree char *limit = minutes_format(job->limit);
    g_autofree char *submit = since_now(plan, job->submit_at, style);
    g_autofree char *start = since_now(plan, job->start_at, style);
    g_autofree char *end = since_now(plan, job->end_at, style);
    g_autofree char *wait = job->start_at == INSTANT_NEVER ? g_strdup("") : span_words(job->wait);

    table_row(table);
    table_cell(table, "%s%s", job->name, job->critical ? " *" : "");
    table_cell(table, "%s", job->partition);
    table_cell(table, "%s", job->qos ? job->qos : "");
    table_cell(table, "%u", job->nodes);
    table_cell(table, "%s%s", limit, job->limit_source == LIMIT_OWN ? "" : "+");
    table_cell(table, "%s", submit);
    table_cell(table, "%s", start);
    table_cell(table, "%s", end);
    table_cell(table, "%s", wait);
}

static Table *table_of_jobs(const Plan *plan, ClockStyle style)
{
    Table *table = table_new();

    table_column(table, "JOB", TABLE_LEFT, true);
    table_column(table, "PARTITION", TABLE_LEFT, false);
    table_column(table, "QOS", TABLE_LEFT, false);
    table_column(table, "NODES", TABLE_RIGHT, false);
    table_column(table, "LIMIT", TABLE_RIGHT, false);
    table_column(table, "SUBMIT", TABLE_RIGHT, false);
    table_column(table, "START", TABLE_RIGHT, false);
    table_column(table, "END", TABLE_RIGHT, false);
    table_column(table, "WAIT", TABLE_RIGHT, false);
    for (uint32_t i = 0; i < plan->n_jobs; i++)
        row_of_job(table, plan, &plan->jobs[i], style);
    return table;
}

static void table_append(GString *out, const Plan *plan, const Terminal *terminal)
{
    g_autoptr(Table) exact = table_of_jobs(plan, clock_text);
    g_autoptr(Table) brief = table_of_jobs(plan, clock_words);
    g_autofree char *text = table_fitting(exact, brief, terminal);

    g_string_append(out, text);
}

/* ---- the numbers ------------------------------------------------------------------------- */

static char *makespan_text(const Plan *plan)
{
    g_autofree char *makespan = clock_words(plan->makespan);
    GString *out = g_string_new(NULL);

    if (plan->makespan == INSTANT_NEVER)
        return g_string_free(g_string_append(out, "some job never ends"), FALSE);
    g_string_append(out, makespan);
    if (plan->makespan_p90 == INSTANT_NEVER) {
        g_string_append(out, "; with the longer run times (p90) it never ends");
    } else if (plan->makespan_p90 != plan->makespan) {
        g_autofree char *p90 = clock_words(plan->makespan_p90);

        g_string_append_printf(out, "; %s with the longer run times (p90)", p90);
    }
    return g_string_free(out, FALSE);
}

static char *gain_text(const Plan *plan)
{
    g_autofree char *baseline = clock_words(plan->baseline_makespan);
    g_autofree char *gain = clock_words(ABS(plan->baseline_makespan - plan->makespan));

    if (plan->baseline_makespan == INSTANT_NEVER)
        return g_strdup_printf("as the file says, it would never end%s%s",
                               plan->baseline_note ? ": " : "",
                               plan->baseline_note ? plan->baseline_note : "");
    if (plan->makespan == plan->baseline_makespan)
        return g_strdup_printf("none: as the file says it takes %s as well", baseline);
    if (plan->makespan == INSTANT_NEVER)
        return g_strdup_printf("as the file says it takes %s", baseline);
    return g_strdup_printf("%s %s than as the file says (%s), %.0f %%", gain,
                           plan->makespan < plan->baseline_makespan ? "earlier" : "later", baseline,
                           100.0 * (double)ABS(plan->baseline_makespan - plan->makespan) /
                               (double)MAX(plan->baseline_makespan, 1));
}

static char *search_text(const Plan *plan)
{
    g_autofree char *assignments =
        plan->assignments < 1e15 ? count_text((uint64_t)plan->assignments) : g_strdup("countless");
    GString *out = g_string_new(NULL);

    g_string_append_printf(out, "%u simulations of %s possible assignments", plan->simulations,
                           assignments);
    if (plan->untried < 1) {
        g_string_append(out, "; nothing left untried");
    } else if (plan->untried < 1e15) {
        g_autofree char *untried = count_text((uint64_t)plan->untried);

        g_string_append_printf(out, "; %s left untried", untried);
    }
    if (plan->stopped)
        g_string_append(out, "; stopped by --budget, more time may find a better plan");
    else if (plan->budget_hit)
        g_string_append(out, "; --simulations allows more");
    return g_string_free(out, FALSE);
}

static void deadline_append(GString *out, const Plan *plan, const Terminal *terminal)
{
    g_autofree char *deadline = NULL, *text = NULL;

    if (plan->deadline_at == INSTANT_NEVER)
        return;
    deadline = clock_text(plan->deadline_at - plan->now);
    text = g_strdup_printf("%s from now: %s", deadline, plan->deadline_met ? "met" : "missed");
    section_fact(out, terminal, "Deadline", text);
}

static void numbers_append(GString *out, const Plan *plan, const Terminal *terminal)
{
    g_autofree char *makespan = makespan_text(plan);
    g_autofree char *gain = gain_text(plan);
    g_autofree char *cost = g_strdup_printf("%.2f billing hours; as the file says %.2f", plan->cost,
                                            plan->baseline_cost);
    g_autofree char *search = search_text(plan);

    g_string_append_c(out, '\n');
    section_fact(out, terminal, "Makespan", makespan);
    deadline_append(out, plan, terminal);
    section_fact(out, terminal, "Gain", gain);
    section_fact(out, terminal, "Cost", cost);
    section_fact(out, terminal, "Submit", strategy_words[plan->strategy]);
    section_fact(out, terminal, "Search", search);
}

static void path_append(GString *out, const Plan *plan, const Terminal *terminal)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (uint32_t i = 0; i < plan->n_path; i++) {
        const PathStep *step = &plan->path[i];
        g_autofree char *wait = span_words(step->start_at - step->ready_at);
        g_autofree char *run = span_words(step->end_at - step->start_at);

        g_string_append_printf(text, "%s%s (wait %s, run %s)", i ? " -> " : "",
                               plan->jobs[step->job].name, wait, run);
    }
    if (plan->n_path > 0)
        section_fact(out, terminal, "Critical path", text->str);
}

/* ---- the picture ------------------------------------------------------------------------- */

static void gantt_append(GString *out, const Plan *plan, const Terminal *terminal)
{
    g_autofree GanttRow *rows = g_new0(GanttRow, plan->n_jobs + 1);
    size_t n = MIN(plan->n_jobs, (uint32_t)GANTT_MOST);
    Instant to = plan->now + 1;
    g_autofree char *text = NULL;

    for (uint32_t i = 0; i < plan->n_jobs; i++) {
        const PlanJob *job = &plan->jobs[i];

        rows[i] =
            (GanttRow){job->name, job->eligible_at, job->start_at, job->end_at, job->critical};
        if (job->end_at != INSTANT_NEVER && i < n)
            to = MAX(to, job->end_at);
    }
    text = gantt_text(rows, n, plan->now, to, terminal);
    g_string_append_printf(out, "\n%s", text);
    if (n < plan->n_jobs)
        g_string_append_printf(out, "... and %u jobs more\n", plan->n_jobs - (uint32_t)n);
    g_string_append_printf(out, "%s wait  %s run  * critical path\n", terminal->utf8 ? "░" : ".",
                           terminal->utf8 ? "█" : "#");
}

/* ---- the reasons ------------------------------------------------------------------------- */

static uint32_t same_reason(const Plan *plan, uint32_t first, bool *told, GString *names)
{
    uint32_t n = 0;

    for (uint32_t i = first; i < plan->n_jobs; i++) {
        if (told[i] || g_strcmp0(plan->jobs[i].why, plan->jobs[first].why) != 0)
            continue;
        told[i] = true;
        if (n < 3)
            g_string_append_printf(names, "%s%s", n ? ", " : "", plan->jobs[i].name);
        n++;
    }
    if (n > 3)
        g_string_append_printf(names, " and %u more", n - 3);
    return n;
}

static void why_append(GString *out, const Plan *plan, const Terminal *terminal)
{
    g_autofree bool *told = g_new0(bool, plan->n_jobs + 1);
    uint32_t shown = 0;

    section_heading(out, terminal, "Why");
    for (uint32_t i = 0; i < plan->n_jobs && shown < WHY_FIRST; i++) {
        g_autoptr(GString) names = g_string_new(NULL);

        if (told[i] || !plan->jobs[i].why || !*plan->jobs[i].why)
            continue;
        same_reason(plan, i, told, names);
        section_item(out, terminal, names->str, plan->jobs[i].why);
        shown++;
    }
    if (shown == WHY_FIRST)
        g_string_append(out, "  ... (-P and --json tell it for every job)\n");
}

static void row_of_considered(Table *table, const Considered *item)
{
    g_autofree char *makespan =
        item->makespan == INSTANT_NEVER ? g_strdup("never") : clock_words(item->makespan);

    table_row(table);
    table_cell(table, "%s%s", item->label, item->chosen ? " (chosen)" : "");
    table_cell(table, "%s", strategy_name(item->strategy));
    table_cell(table, "%s", makespan);
    table_cell(table, "%.2f", item->cost);
    table_cell(table, "%s", item->note ? item->note : "");
}

static void considered_append(GString *out, const Plan *plan, bool all, const Terminal *terminal)
{
    g_autoptr(Table) table = table_new();
    guint n = all ? plan->considered->len : MIN(plan->considered->len, CONSIDERED_FIRST);

    if (n == 0)
        return;
    section_heading(out, terminal, "Also considered");
    table_column(table, "ALTERNATIVE", TABLE_LEFT, true);
    table_column(table, "SUBMIT", TABLE_LEFT, false);
    table_column(table, "MAKESPAN", TABLE_RIGHT, false);
    table_column(table, "COST", TABLE_RIGHT, false);
    table_column(table, "", TABLE_LEFT, true);
    for (guint i = 0; i < n; i++)
        row_of_considered(table, g_ptr_array_index(plan->considered, i));
    section_table(out, terminal, table);
    if (n < plan->considered->len)
        g_string_append_printf(out, "  ... and %u more (--considered)\n",
                               plan->considered->len - n);
}

/* " on gpu/high", " with QoS high" */
static void append_place(GString *out, const Rejected *item)
{
    if (item->partition)
        g_string_append_printf(out, " on %s%s%s", item->partition, item->qos ? "/" : "",
                               item->qos ? item->qos : "");
    else if (item->qos)
        g_string_append_printf(out, " with QoS %s", item->qos);
    else
        g_string_append(out, " anywhere");
}

static void rejected_append(GString *out, const Plan *plan, bool all, const Terminal *terminal)
{
    guint n = all ? plan->rejected->len : MIN(plan->rejected->len, REJECTED_FIRST);

    if (n == 0)
        return;
    section_heading(out, terminal, "Not possible");
    for (guint i = 0; i < n; i++) {
        const Rejected *item = g_ptr_array_index(plan->rejected, i);
        g_autoptr(GString) name = g_string_new(item->job);

        if (item->n_jobs > 1)
            g_string_append_printf(name, " and %u more", item->n_jobs - 1);
        append_place(name, item);
        section_item(out, terminal, name->str, item->reason);
    }
    if (n < plan->rejected->len)
        g_string_append_printf(out, "  ... and %u more (--considered)\n", plan->rejected->len - n);
}

static void notes_append(GString *out, const Plan *plan, const Terminal *terminal)
{
    if (plan->notes->len == 0)
        return;
    section_heading(out, terminal, "Notes");
    for (guint i = 0; i < plan->notes->len; i++) {
        g_string_append(out, "  ");
        wrap_append(out, g_ptr_array_index(plan->notes, i), 4, terminal->columns);
    }
}

static void limits_note_append(GString *out, const Plan *plan)
{
    for (uint32_t i = 0; i < plan->n_jobs; i++)
        if (plan->jobs[i].limit_source != LIMIT_OWN) {
            g_string_append(out, "+ not the job's own limit but Slurm's default for it\n");
            return;
        }
}

char *report_text(const Plan *plan, const ReportChoice *choice, const Terminal *terminal)
{
    GString *out = g_string_new(NULL);

    title_append(out, plan, choice, terminal);
    table_append(out, plan, terminal);
    limits_note_append(out, plan);
    numbers_append(out, plan, terminal);
    path_append(out, plan, terminal);
    if (choice->gantt)
        gantt_append(out, plan, terminal);
    why_append(out, plan, terminal);
    considered_append(out, plan, choice->considered, terminal);
    rejected_append(out, plan, choice->considered, terminal);
    notes_append(out, plan, terminal);
    return g_string_free(out, FALSE);
}
