/* Variants of one workflow side by side as JSON: schema srx/compare/1. */
#include "cli/comparison.h"

#include "cli/jsontext.h"
#include "cli/waits.h"

static void put_waits(const Distribution *waits, FILE *out)
{
    fputs("\"wait\": {\"mean\": ", out);
    json_number(out, waits->mean);
    fputs(", \"median\": ", out);
    json_number(out, waits->median);
    fputs(", \"p95\": ", out);
    json_number(out, waits->p95);
    fputs(", \"max\": ", out);
    json_number(out, waits->max);
    fputs("}", out);
}

static void put_metrics(const Plan *plan, FILE *out)
{
    Distribution waits;

    waits_of(plan, NULL, NULL, &waits);
    fputs("{\"makespan\": ", out);
    json_instant(out, plan->makespan);
    fputs(", \"makespan_p90\": ", out);
    json_instant(out, plan->makespan_p90);
    fputs(", ", out);
    put_waits(&waits, out);
    fputs(", \"cost\": ", out);
    json_number(out, plan->cost);
    fprintf(out, ", \"jobs\": %u}", plan->n_jobs);
}

static const char *group_of(const PlanJob *job, bool by_qos)
{
    return by_qos ? job->qos : job->partition;
}

/* Does an earlier job belong to the same group? */
static bool is_told(const Plan *plan, uint32_t index, bool by_qos)
{
    for (uint32_t i = 0; i < index; i++)
        if (g_strcmp0(group_of(&plan->jobs[i], by_qos), group_of(&plan->jobs[index], by_qos)) == 0)
            return true;
    return false;
}

static void put_group(const Plan *plan, const char *group, bool by_qos, FILE *out)
{
    Distribution waits;

    waits_of(plan, by_qos ? NULL : group, by_qos ? group : NULL, &waits);
    json_text(out, group);
    fprintf(out, ": {\"jobs\": %u, ", waits.count);
    put_waits(&waits, out);
    fputs("}", out);
}

static void put_groups(const Plan *plan, bool by_qos, FILE *out)
{
    const char *between = "";

    fputs("{", out);
    for (uint32_t i = 0; i < plan->n_jobs; i++) {
        const char *group = group_of(&plan->jobs[i], by_qos);

        if (!group || is_told(plan, i, by_qos))
            continue;
        fputs(between, out);
        put_group(plan, group, by_qos, out);
        between = ", ";
    }
    fputs("}", out);
}

static void put_jobs(const Plan *plan, FILE *out)
{
    fputs("[", out);
    for (uint32_t i = 0; i < plan->n_jobs; i++) {
        const PlanJob *job = &plan->jobs[i];

        fputs(i ? ",\n       {\"name\": " : "\n       {\"name\": ", out);
        json_text(out, job->name);
        fputs(", \"partition\": ", out);
        json_text(out, job->partition);
        fputs(", \"qos\": ", out);
        json_text(out, job->qos);
        fputs(", \"submit\": ", out);
        json_instant(out, job->submit_at);
        fputs(", \"eligible\": ", out);
        json_instant(out, job->eligible_at);
        fputs(", \"start\": ", out);
        json_instant(out, job->start_at);
        fputs(", \"end\": ", out);
        json_instant(out, job->end_at);
        fprintf(out, ", \"cpus\": %u}", job->cpus);
    }
    fputs("]", out);
}

static void put_variant(const Variant *variant, FILE *out)
{
    fputs("{\"name\": ", out);
    json_text(out, variant->name);
    if (!variant->plan) {
        fputs(", \"problem\": ", out);
        json_text(out, variant->problem);
        fputs(", \"metrics\": null, \"by\": null, \"jobs\": []}", out);
        return;
    }
    fputs(", \"strategy\": ", out);
    json_text(out, strategy_name(variant->plan->strategy));
    fputs(",\n     \"metrics\": ", out);
    put_metrics(variant->plan, out);
    fputs(",\n     \"by\": {\"partition\": ", out);
    put_groups(variant->plan, false, out);
    fputs(", \"qos\": ", out);
    put_groups(variant->plan, true, out);
    fputs("},\n     \"jobs\": ", out);
    put_jobs(variant->plan, out);
    fputs("}", out);
}

void comparison_json(const GPtrArray *variants, FILE *out)
{
    fputs("{\n  \"schema\": \"srx/compare/1\",\n  \"variants\": [", out);
    for (guint i = 0; i < variants->len; i++) {
        fputs(i ? ",\n    " : "\n    ", out);
        put_variant(g_ptr_array_index(variants, i), out);
    }
    fputs("\n  ]\n}\n", out);
}
