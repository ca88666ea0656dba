/* A recording of a real Slurm followed, printed. */
#include "cli/following.h"

#include "base/table.h"
#include "cli/clock.h"
#include "cli/jsontext.h"

Sim *following_sim(const Following *self, Follow *follow, Instant until)
{
    SimOptions options;
    Sim *sim;

    sim_options_init(&options);
    options.epoch = self->recording->epoch;
    if (self->recording->started_at != INSTANT_NEVER)
        options.phase = options.begin_at - self->recording->started_at;
    sim = sim_new(self->scenario->cluster, &options);
    sim_load(sim, self->scenario->load);
    follow_attach(follow, sim);
    sim_run(sim, MIN(until, self->recording->until));
    return sim;
}

static const char *job_id(const Following *self, uint32_t job)
{
    return ((const LoadJob *)g_ptr_array_index(self->scenario->load->jobs, job))->id;
}

static char *job_label(const Following *self, uint32_t job, uint32_t task)
{
    if (task == COUNT_UNSET)
        return g_strdup(job_id(self, job));
    return g_strdup_printf("%s_%u", job_id(self, job), task);
}

/* ---- for people ---- */

static Table *table_of(const Following *self, const GPtrArray *disagreements)
{
    Table *table = table_new();

    table_column(table, "TIME", TABLE_RIGHT, false);
    table_column(table, "JOB", TABLE_LEFT, false);
    table_column(table, "KIND", TABLE_LEFT, false);
    table_column(table, "WHY", TABLE_LEFT, true);
    for (guint i = 0; i < disagreements->len; i++) {
        const FollowDisagreement *said = g_ptr_array_index(disagreements, i);
        g_autofree char *at = clock_text(said->at);
        g_autofree char *job = job_label(self, said->job, said->task);

        table_row(table);
        table_cell(table, "%s", at);
        table_cell(table, "%s", job);
        table_cell(table, "%s", follow_kind_name(said->kind));
        table_cell(table, "%s", said->why);
    }
    return table;
}

static uint32_t count_preemptions(const GPtrArray *decisions)
{
    uint32_t n = 0;

    for (guint i = 0; i < decisions->len; i++)
        n += ((const FollowDecision *)g_ptr_array_index(decisions, i))->preemption;
    return n;
}

void following_text(const Following *self, const Follow *follow, const Terminal *terminal,
                    FILE *out)
{
    const GPtrArray *decisions = follow_decisions(follow);
    const GPtrArray *disagreements = follow_disagreements(follow);
    const uint32_t preemptions = count_preemptions(decisions);
    g_autoptr(Table) table = table_of(self, disagreements);
    g_autofree char *text = table_text(table, terminal->cut, true);

    if (disagreements->len > 0)
        fprintf(out, "%s\n", text);
    fprintf(out, "%-12s %u: %u starts, %u preemptions of %s\n", "Decisions", decisions->len,
            decisions->len - preemptions, preemptions, self->recording->slurm);
    fprintf(out, "%-12s %.1f %%, %u do not\n", "Agree", 100 * follow_share(follow),
            disagreements->len);
}

/* ---- for scripts ---- */

static void put_job(const Following *self, uint32_t job, uint32_t task, FILE *out)
{
    fputs("\"job\": ", out);
    json_text(out, job_id(self, job));
    if (task == COUNT_UNSET)
        fputs(", \"task\": null", out);
    else
        fprintf(out, ", \"task\": %u", task);
}

static void put_disagreement(const Following *self, const FollowDisagreement *said, FILE *out)
{
    fprintf(out, "{\"t\": %" G_GINT64_FORMAT ", ", said->at);
    put_job(self, said->job, said->task, out);
    fprintf(out, ", \"attempt\": %u, \"kind\": ", said->attempt);
    json_text(out, follow_kind_name(said->kind));
    fputs(", \"why\": ", out);
    json_text(out, said->why);
    putc('}', out);
}

static void put_decision(const Following *self, const FollowDecision *decision, FILE *out)
{
    const RecordedRun *run = decision->run;

    putc('{', out);
    put_job(self, run->job, run->task, out);
    fprintf(out, ", \"attempt\": %u, \"decision\": \"%s\", \"real\": ", run->attempt,
            decision->preemption ? "preemption" : "start");
    json_instant(out, decision->real_at);
    fputs(", \"simulated\": ", out);
    json_instant(out, decision->simulated_at);
    if (!decision->preemption) {
        fputs(", \"real_nodes\": ", out);
        json_text(out, run->nodes);
        fputs(", \"simulated_nodes\": ", out);
        json_text(out, decision->simulated_nodes);
    }
    putc('}', out);
}

void following_json(const Following *self, const Follow *follow, FILE *out)
{
    const GPtrArray *decisions = follow_decisions(follow);
    const GPtrArray *disagreements = follow_disagreements(follow);

    fputs("{\n  \"schema\": \"srx/follow/1\",\n  \"slurm\": ", out);
    json_text(out, self->recording->slurm);
    fprintf(out, ",\n  \"decisions\": %u,\n  \"agree\": ", decisions->len);
    json_number(out, follow_share(follow));
    fputs(",\n  \"disagreements\": [", out);
    for (guint i = 0; i < disagreements->len; i++) {
        fputs(i ? ",\n    " : "\n    ", out);
        put_disagreement(self, g_ptr_array_index(disagreements, i), out);
    }
    fputs("\n  ],\n  \"detail\": [", out);
    for (guint i = 0; i < decisions->len; i++) {
        fputs(i ? ",\n    " : "\n    ", out);
        put_decision(self, g_ptr_array_index(decisions, i), out);
    }
    fputs("\n  ]\n}\n", out);
}
