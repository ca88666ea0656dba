/* Why jobs wait, as JSON: schema srx/explain/1. */
#include "cli/explained.h"

#include "cli/jsontext.h"

static void put_job(FILE *out, const Explained *self, uint32_t job, uint32_t task)
{
    fputs("\"job\": ", out);
    json_text(out, job == INDEX_NONE ? NULL : sim_job(self->sim, job)->id);
    if (task == COUNT_UNSET)
        fputs(", \"task\": null", out);
    else
        fprintf(out, ", \"task\": %u", task);
}

static void put_text(FILE *out, const char *name, const char *text)
{
    fprintf(out, ", \"%s\": ", name);
    json_text(out, text);
}

static void put_instant(FILE *out, const char *name, Instant instant)
{
    fprintf(out, ", \"%s\": ", name);
    json_instant(out, instant);
}

static void put_place(FILE *out, const Explained *self, uint32_t partition, uint32_t qos)
{
    const Cluster *cluster = self->scenario->cluster;

    put_text(out, "partition",
             partition == INDEX_NONE ? NULL : cluster->partitions[partition].name);
    put_text(out, "qos", qos == INDEX_NONE ? NULL : cluster->qos[qos].name);
}

static void put_run(FILE *out, const Explained *self, const SimRun *run)
{
    fputc('{', out);
    put_job(out, self, run->job, run->task);
    fprintf(out, ", \"slurm_id\": %u", run->slurm_id);
    put_text(out, "state", job_state_name(run->state));
    put_place(out, self, run->partition, run->qos);
    put_instant(out, "submit", run->submit_at);
    put_instant(out, "start", run->start_at);
    put_instant(out, "end", run->end_at);
    put_text(out, "nodes", run->nodes);
    fprintf(out, ", \"priority\": %u}", run->priority);
}

static void put_factors(FILE *out, const Explanation *one)
{
    const struct {
        const char *name;
        double points;
    } all[] = {
        {"age", one->terms.age},
        {"assoc", one->terms.assoc},
        {"fairshare", one->terms.fairshare},
        {"jobsize", one->terms.job_size},
        {"partition", one->terms.partition},
        {"qos", one->terms.qos},
        {"tres", one->terms.tres},
    };

    if (!one->weighted) {
        fputs(", \"factors\": null", out);
        return;
    }
    fputs(", \"factors\": {", out);
    for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
        fprintf(out, "\"%s\": ", all[i].name);
        json_number(out, all[i].points);
        fputs(", ", out);
    }
    fprintf(out, "\"nice\": %" G_GINT64_FORMAT "}", one->nice);
}

static void put_cause(FILE *out, const Explained *self, const Cause *cause)
{
    fprintf(out, "{\"kind\": \"%s\", ", cause_kind_name(cause->kind));
    put_job(out, self, cause->job, cause->task);
    put_text(out, "state", cause->job == INDEX_NONE ? NULL : job_state_name(cause->state));
    put_text(out, "what", cause->what);
    put_text(out, "tres", cause->tres);
    fprintf(out, ", \"count\": %u", cause->count);
    put_instant(out, "at", cause->at);
    fprintf(out,
            ", \"limit\": %" G_GUINT64_FORMAT ", \"used\": %" G_GUINT64_FORMAT
            ", \"wanted\": %" G_GUINT64_FORMAT "}",
            cause->limit, cause->used, cause->wanted);
}

static void put_waiting(FILE *out, const Explained *self, const Explanation *one)
{
    fputc('{', out);
    put_job(out, self, one->job, one->task);
    fprintf(out, ", \"slurm_id\": %u, \"tasks\": %u", one->slurm_id, one->tasks);
    put_text(out, "state", job_state_name(JOB_PENDING));
    put_place(out, self, one->partition, one->qos);
    put_instant(out, "submit", one->submit_at);
    put_text(out, "reason", one->reason);
    fprintf(out, ", \"priority\": %u", one->priority);
    put_factors(out, one);
    put_instant(out, "planned", one->planned_at);
    fputs(", \"waits_for\": [", out);
    for (guint i = 0; i < one->causes->len; i++) {
        fputs(i ? ", " : "", out);
        put_cause(out, self, g_ptr_array_index(one->causes, i));
    }
    fputs("]}", out);
}

void explained_json(const Explained *self, FILE *out)
{
    const char *between = "";

    fputs("{\n  \"schema\": \"srx/explain/1\",\n  \"slurm_version\": ", out);
    json_text(out, version_rules(self->scenario->cluster->version)->name);
    fputs(",\n  \"at\": ", out);
    json_instant(out, sim_now(self->sim));
    fputs(",\n  \"jobs\": [", out);
    for (guint i = 0; i < self->runs->len; i++, between = ",") {
        fprintf(out, "%s\n    ", between);
        put_run(out, self, g_ptr_array_index(self->runs, i));
    }
    for (guint i = 0; i < self->explanations->len; i++, between = ",") {
        fprintf(out, "%s\n    ", between);
        put_waiting(out, self, g_ptr_array_index(self->explanations, i));
    }
    fputs("\n  ]\n}\n", out);
}
