/* Why jobs wait, for people. */
#include "cli/explained.h"

#include "base/table.h"
#include "cli/clock.h"
#include "cli/section.h"

static char *label(const Explained *self, uint32_t job, uint32_t task)
{
    const char *id = job == INDEX_NONE ? "" : sim_job(self->sim, job)->id;

    return task == COUNT_UNSET ? g_strdup(id) : g_strdup_printf("%s_%u", id, task);
}

static const char *partition_name(const Explained *self, uint32_t partition)
{
    return partition == INDEX_NONE ? "" : self->scenario->cluster->partitions[partition].name;
}

static const char *qos_name(const Explained *self, uint32_t qos)
{
    return qos == INDEX_NONE ? "" : self->scenario->cluster->qos[qos].name;
}

/* ---- causes in words --------------------------------------------------------------------- */

static char *words_of_limit(const Cause *cause)
{
    g_autofree char *used =
        cause->used ? g_strdup_printf(", in use %" G_GUINT64_FORMAT, cause->used) : g_strdup("");

    return g_strdup_printf("%s%s%s: %" G_GUINT64_FORMAT "%s, it asks for %" G_GUINT64_FORMAT,
                           cause->tres ? cause->tres : "", cause->tres ? " in " : "", cause->what,
                           cause->limit, used, cause->wanted);
}

static char *words_of_license(const Cause *cause, const char *job)
{
    return g_strdup_printf("licence %s: %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
                           " in use, it asks for %" G_GUINT64_FORMAT "; held by %s%s",
                           cause->what, cause->used, cause->limit, cause->wanted,
                           cause->count ? job : "nobody", cause->count > 1 ? " and others" : "");
}

static char *words_of_running(const Cause *cause, const char *job)
{
    g_autofree char *at = clock_text(cause->at);

    if (cause->at == INSTANT_NEVER)
        return g_strdup_printf("%u running job%s on its partition's nodes, none with a time limit",
                               cause->count, cause->count == 1 ? "" : "s");
    return g_strdup_printf("%u running job%s on its partition's nodes; the first to reach its time "
                           "limit is %s, at %s",
                           cause->count, cause->count == 1 ? "" : "s", job, at);
}

static char *words_of_dependency(const Cause *cause, const char *job)
{
    if (cause->job == INDEX_NONE)
        return g_strdup_printf("%s: another job of this user and name", cause->what);
    return g_strdup_printf("%s of %s, which is %s", cause->what, job, job_state_name(cause->state));
}

static char *words_of_time(const char *what, Instant instant)
{
    g_autofree char *at = clock_text(instant);

    return g_strdup_printf("%s%s%s", what, *at ? " at " : "", at);
}

static char *words_of(const Explained *self, const Cause *cause)
{
    g_autofree char *job = label(self, cause->job, cause->task);
    g_autofree char *reservation = NULL;

    switch (cause->kind) {
    case CAUSE_AHEAD:
        return g_strdup_printf("%u job%s ahead of it in the queue, first %s", cause->count,
                               cause->count == 1 ? "" : "s", job);
    case CAUSE_RUNNING:
        return words_of_running(cause, job);
    case CAUSE_DEPENDENCY:
        return words_of_dependency(cause, job);
    case CAUSE_LICENSE:
        return words_of_license(cause, job);
    case CAUSE_LIMIT:
        return words_of_limit(cause);
    case CAUSE_THROTTLE:
        return g_strdup_printf("its array runs %" G_GUINT64_FORMAT " of at most %" G_GUINT64_FORMAT
                               " tasks at a time",
                               cause->used, cause->limit);
    case CAUSE_TIME:
        return words_of_time("it may begin", cause->at);
    case CAUSE_RESERVATION:
        reservation = g_strconcat("reservation ", cause->what, ", which begins", NULL);
        return words_of_time(reservation, cause->at);
    case CAUSES:
        break;
    }
    return g_strdup("");
}

/* ---- a table ----------------------------------------------------------------------------- */

static char *first_words(const Explained *self, const Explanation *one)
{
    return one->causes->len ? words_of(self, g_ptr_array_index(one->causes, 0)) : g_strdup("");
}

static void put_names(Table *table, const Explained *self, const Explanation *one)
{
    g_autofree char *job = label(self, one->job, one->task);

    table_row(table);
    table_cell(table, "%s", job);
    table_cell(table, "%u", one->tasks);
    table_cell(table, "%s", partition_name(self, one->partition));
    table_cell(table, "%s", qos_name(self, one->qos));
    table_cell(table, "%u", one->priority);
    table_cell(table, "%s", one->reason);
}

static Table *table_of(const Explained *self, ClockStyle style)
{
    Table *table = table_new();

    table_column(table, "JOB", TABLE_LEFT, false);
    table_column(table, "TASKS", TABLE_RIGHT, false);
    table_column(table, "PARTITION", TABLE_LEFT, false);
    table_column(table, "QOS", TABLE_LEFT, false);
    table_column(table, "PRIORITY", TABLE_RIGHT, false);
    table_column(table, "REASON", TABLE_LEFT, false);
    table_column(table, "PLANNED", TABLE_RIGHT, false);
    table_column(table, "WAITS FOR", TABLE_LEFT, true);
    for (guint i = 0; i < self->explanations->len; i++) {
        const Explanation *one = g_ptr_array_index(self->explanations, i);
        g_autofree char *planned = style(one->planned_at);
        g_autofree char *words = first_words(self, one);

        put_names(table, self, one);
        table_cell(table, "%s", planned);
        table_cell(table, "%s", words);
    }
    return table;
}

char *explained_table(const Explained *self, const Terminal *terminal)
{
    g_autoptr(Table) exact = table_of(self, clock_text);
    g_autoptr(Table) brief = table_of(self, clock_words);

    if (self->explanations->len == 0)
        return g_strdup("No job waits.\n");
    return table_fitting(exact, brief, terminal);
}

static void put_terms(Table *table, const Explanation *one)
{
    const PriorityTerms *terms = &one->terms;
    const double all[] = {terms->age,       terms->assoc, terms->fairshare, terms->job_size,
                          terms->partition, terms->qos,   terms->tres};

    for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
        table_cell(table, "%.0f", one->weighted ? all[i] : 0.0);
    table_cell(table, "%" G_GINT64_FORMAT, one->nice);
}

char *explained_parsable(const Explained *self)
{
    static const char *const titles[] = {
        "Job",  "Tasks", "Partition", "QOS",     "Priority",        "Reason",
        "Age",  "Assoc", "FairShare", "JobSize", "PartitionFactor", "QOSFactor",
        "TRES", "Nice",  "Planned",   "WaitsFor"};
    g_autoptr(Table) table = table_new();

    for (size_t i = 0; i < G_N_ELEMENTS(titles); i++)
        table_column(table, titles[i], TABLE_LEFT, false);
    for (guint i = 0; i < self->explanations->len; i++) {
        const Explanation *one = g_ptr_array_index(self->explanations, i);
        g_autofree char *words = first_words(self, one);

        put_names(table, self, one);
        put_terms(table, one);
        if (one->planned_at == INSTANT_NEVER)
            table_cell(table, "%s", "");
        else
            table_cell(table, "%" G_GINT64_FORMAT, one->planned_at);
        table_cell(table, "%s", words);
    }
    return table_parsable(table, '|', true);
}

/* ---- one job in full --------------------------------------------------------------------- */

static void append_term(GString *out, const char *name, double points)
{
    if (points < 0.5)
        return;
    g_string_append_printf(out, "%s%s %.0f", out->len ? " + " : "", name, points);
}

static char *priority_words(const Explanation *one)
{
    g_autoptr(GString) terms = g_string_new(NULL);

    if (one->priority == 0)
        return g_strdup("0: held");
    if (one->fixed)
        return g_strdup_printf("%u, set by an administrator", one->priority);
    if (!one->weighted)
        return g_strdup_printf("%u, by submission (priority/basic)", one->priority);
    append_term(terms, "age", one->terms.age);
    append_term(terms, "assoc", one->terms.assoc);
    append_term(terms, "fairshare", one->terms.fairshare);
    append_term(terms, "jobsize", one->terms.job_size);
    append_term(terms, "partition", one->terms.partition);
    append_term(terms, "qos", one->terms.qos);
    append_term(terms, "tres", one->terms.tres);
    if (one->nice)
        g_string_append_printf(terms, " - nice %" G_GINT64_FORMAT, one->nice);
    return g_strdup_printf("%u%s%s", one->priority, terms->len ? " = " : "", terms->str);
}

static void put_waiting(GString *out, const Explained *self, const Explanation *one,
                        const Terminal *terminal)
{
    g_autofree char *job = label(self, one->job, one->task);
    g_autofree char *name =
        g_strdup_printf("%s (Slurm id %u), PENDING, partition %s, QoS %s", job, one->slurm_id,
                        partition_name(self, one->partition),
                        one->qos == INDEX_NONE ? "none" : qos_name(self, one->qos));
    g_autofree char *tasks = g_strdup_printf("%u of its array wait", one->tasks);
    g_autofree char *priority = priority_words(one);
    g_autofree char *planned = clock_text(one->planned_at);

    section_fact(out, terminal, "Job", name);
    if (one->tasks > 1)
        section_fact(out, terminal, "Tasks", tasks);
    section_fact(out, terminal, "Reason", one->reason);
    section_fact(out, terminal, "Priority", priority);
    section_fact(out, terminal, "Planned",
                 *planned ? planned : "no start is reserved for it by backfill");
    for (guint i = 0; i < one->causes->len; i++) {
        g_autofree char *words = words_of(self, g_ptr_array_index(one->causes, i));

        section_fact(out, terminal, i ? "" : "Waits for", words);
    }
}

static void put_run(GString *out, const Explained *self, const SimRun *run,
                    const Terminal *terminal)
{
    g_autofree char *job = label(self, run->job, run->task);
    g_autofree char *start = clock_text(run->start_at);
    g_autofree char *end = clock_text(run->end_at);
    g_autofree char *name =
        g_strdup_printf("%s (Slurm id %u), %s, partition %s, QoS %s", job, run->slurm_id,
                        job_state_name(run->state), partition_name(self, run->partition),
                        run->qos == INDEX_NONE ? "none" : qos_name(self, run->qos));
    g_autofree char *times =
        run->start_at == INSTANT_NEVER
            ? g_strdup_printf("never, ended at %s", end)
            : g_strdup_printf("from %s%s%s on %s", start, *end ? " to " : "", end, run->nodes);

    section_fact(out, terminal, "Job", name);
    section_fact(out, terminal, run->end_at == INSTANT_NEVER ? "Runs" : "Ran", times);
}

char *explained_text(const Explained *self, const Terminal *terminal)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < self->runs->len; i++)
        put_run(out, self, g_ptr_array_index(self->runs, i), terminal);
    for (guint i = 0; i < self->explanations->len; i++)
        put_waiting(out, self, g_ptr_array_index(self->explanations, i), terminal);
    return g_string_free(out, FALSE);
}
