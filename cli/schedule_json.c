/* A simulated schedule as JSON: schema srx/simulate/1. */
#include "cli/schedule.h"

#include "cli/jsontext.h"

static void put_member(FILE *out, const char *name, double number)
{
    fprintf(out, "\"%s\": ", name);
    json_number(out, number);
}

static void distribution_json(const char *name, const Distribution *self, FILE *out)
{
    fprintf(out, "\"%s\": {", name);
    put_member(out, "mean", self->mean);
    fputs(", ", out);
    put_member(out, "median", self->median);
    fputs(", ", out);
    put_member(out, "p95", self->p95);
    fputs(", ", out);
    put_member(out, "max", self->max);
    fputs("}", out);
}

void metrics_json(const Metrics *metrics, FILE *out)
{
    fprintf(out, "{\"runs\": %u, \"ended\": %u, \"waiting\": %u, \"cancelled\": %u, ",
            metrics->runs, metrics->ended, metrics->waiting, metrics->cancelled);
    put_member(out, "makespan", (double)metrics->makespan);
    fputs(", ", out);
    distribution_json("wait", &metrics->wait, out);
    fputs(", ", out);
    distribution_json("bounded_slowdown", &metrics->slowdown, out);
    fputs(", ", out);
    put_member(out, "utilisation", metrics->utilisation);
    fputs(", ", out);
    put_member(out, "cpu_seconds", metrics->cpu_seconds);
    fputs("}", out);
}

static void put_instant(FILE *out, const char *name, Instant instant)
{
    fprintf(out, ", \"%s\": ", name);
    json_instant(out, instant);
}

static void put_text(FILE *out, const char *name, const char *text)
{
    fprintf(out, ", \"%s\": ", name);
    json_text(out, text);
}

static void put_run(const Schedule *self, const SimRun *run, FILE *out)
{
    const Cluster *cluster = self->scenario->cluster;

    fputs("{\"job\": ", out);
    json_text(out, sim_job(self->sim, run->job)->id);
    if (run->task == COUNT_UNSET)
        fputs(", \"task\": null", out);
    else
        fprintf(out, ", \"task\": %u", run->task);
    fprintf(out, ", \"attempt\": %u", run->attempt);
    put_instant(out, "submit", run->submit_at);
    put_instant(out, "eligible", run->eligible_at);
    put_instant(out, "start", run->start_at);
    put_instant(out, "end", run->end_at);
    put_text(out, "state", job_state_name(run->state));
    put_text(out, "nodes", run->nodes);
    fprintf(out, ", \"cpus\": %u", run->cpus);
    put_instant(out, "suspended", run->suspended);
    fprintf(out, ", \"priority\": %u", run->priority);
    put_text(out, "partition",
             run->partition == INDEX_NONE ? NULL : cluster->partitions[run->partition].name);
    put_text(out, "qos", run->qos == INDEX_NONE ? NULL : cluster->qos[run->qos].name);
    put_text(out, "user", sim_job(self->sim, run->job)->user);
    put_text(out, "reason", run->start_at == INSTANT_NEVER ? run->reason : NULL);
    putc('}', out);
}

static void put_runs(const Schedule *self, const GPtrArray *runs, FILE *out)
{
    for (guint i = 0; i < runs->len && !ferror(out); i++) {
        fputs(i ? ",\n    " : "\n    ", out);
        put_run(self, g_ptr_array_index(runs, i), out);
    }
}

static void put_refused(const Schedule *self, FILE *out)
{
    const char *between = "";

    for (uint32_t job = 0; job < sim_job_count(self->sim); job++) {
        const char *message = sim_refused(self->sim, job);

        if (!message)
            continue;
        fprintf(out, "%s\n    ", between);
        json_text(out, sim_job(self->sim, job)->id);
        fputs(": ", out);
        json_text(out, message);
        between = ",";
    }
}

static void put_command(const SimCommand *command, FILE *out)
{
    fputs("{\"t\": ", out);
    json_instant(out, command->at);
    fprintf(out, ", \"entry\": %u, \"cmd\": [", command->command->entry);
    for (char **word = command->command->argv; *word; word++) {
        fputs(word == command->command->argv ? "" : ", ", out);
        json_text(out, *word);
    }
    fprintf(out, "], \"status\": %d, \"message\": ", command->status);
    json_text(out, command->message);
    putc('}', out);
}

static void put_commands(const GPtrArray *commands, FILE *out)
{
    for (guint i = 0; i < commands->len; i++) {
        fputs(i ? ",\n    " : "\n    ", out);
        put_command(g_ptr_array_index(commands, i), out);
    }
}

void schedule_json(const Schedule *self, FILE *out)
{
    const Cluster *cluster = self->scenario->cluster;
    g_autoptr(GPtrArray) runs = sim_runs(self->sim);
    Metrics metrics;

    metrics_collect(runs, cluster->total_cpus, self->begin_at, &metrics);
    fputs("{\n  \"schema\": \"srx/simulate/1\",\n  \"slurm_version\": ", out);
    json_text(out, version_rules(cluster->version)->name);
    fprintf(out, ",\n  \"cpus\": %u,\n  \"runs\": [", cluster->total_cpus);
    put_runs(self, runs, out);
    fputs("\n  ],\n  \"refused\": {", out);
    put_refused(self, out);
    fputs("\n  },\n  \"commands\": [", out);
    put_commands(sim_commands(self->sim), out);
    fputs("\n  ],\n  \"metrics\": ", out);
    metrics_json(&metrics, out);
    fputs("\n}\n", out);
}
