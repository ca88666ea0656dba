/* A plan as a picture for other programs: Mermaid and Graphviz. */
#include "cli/graph_text.h"

/* "cpu/high, wait 5m, run 20m" */
static char *job_facts(const PlanJob *job)
{
    GString *out = g_string_new(job->partition);

    if (job->qos)
        g_string_append_printf(out, "/%s", job->qos);
    if (job->start_at != INSTANT_NEVER) {
        g_autofree char *wait = span_words(job->wait);

        g_string_append_printf(out, ", wait %s", wait);
    }
    if (job->end_at != INSTANT_NEVER) {
        g_autofree char *run = span_words(job->end_at - job->start_at);

        g_string_append_printf(out, ", run %s", run);
    }
    return g_string_free(out, FALSE);
}

static const char *edge_label(DependType type)
{
    return type == DEPEND_AFTEROK ? NULL : depend_type_name(type);
}

/* Mermaid has no escape inside quotes but character references. */
static char *mermaid_escape(const char *text)
{
    GString *out = g_string_new(NULL);

    for (const char *at = text; *at; at++)
        if (*at == '"' || *at == '#' || *at == '<' || *at == '>' || *at == '&' || *at == ';')
            g_string_append_printf(out, "#%d;", *at);
        else
            g_string_append_c(out, (guchar)*at < 0x20 ? ' ' : *at);
    return g_string_free(out, FALSE);
}

char *plan_mermaid(const Plan *plan)
{
    GString *out = g_string_new("flowchart TD\n");

    for (uint32_t i = 0; i < plan->n_jobs; i++) {
        g_autofree char *facts = job_facts(&plan->jobs[i]);
        g_autofree char *name = mermaid_escape(plan->jobs[i].name);
        g_autofree char *below = mermaid_escape(facts);

        g_string_append_printf(out, "    j%u[\"%s<br/>%s\"]%s\n", i, name, below,
                               plan->jobs[i].critical ? ":::critical" : "");
    }
    for (uint32_t i = 0; i < plan->n_jobs; i++)
        for (uint32_t k = 0; k < plan->workflow->jobs[i].n_after; k++) {
            const WorkflowEdge *edge = &plan->workflow->jobs[i].after[k];
            const char *label = edge_label(edge->type);

            g_string_append_printf(out, "    j%u -->%s%s%s j%u\n", edge->job, label ? "|" : "",
                                   label ? label : "", label ? "|" : "", i);
        }
    g_string_append(out, "    classDef critical stroke:#c00,stroke-width:3px\n");
    return g_string_free(out, FALSE);
}

static char *dot_escape(const char *text)
{
    GString *out = g_string_new(NULL);

    for (const char *at = text; *at; at++) {
        if (*at == '"' || *at == '\\')
            g_string_append_c(out, '\\');
        g_string_append_c(out, (guchar)*at < 0x20 ? ' ' : *at);
    }
    return g_string_free(out, FALSE);
}

char *plan_dot(const Plan *plan)
{
    g_autofree char *title = dot_escape(plan->name ? plan->name : "workflow");
    GString *out = g_string_new(NULL);

    g_string_append_printf(out, "digraph \"%s\" {\n    node [shape=box];\n", title);
    for (uint32_t i = 0; i < plan->n_jobs; i++) {
        g_autofree char *facts = job_facts(&plan->jobs[i]);
        g_autofree char *name = dot_escape(plan->jobs[i].name);
        g_autofree char *below = dot_escape(facts);

        g_string_append_printf(out, "    j%u [label=\"%s\\n%s\"%s];\n", i, name, below,
                               plan->jobs[i].critical ? ", color=red, penwidth=2" : "");
    }
    for (uint32_t i = 0; i < plan->n_jobs; i++)
        for (uint32_t k = 0; k < plan->workflow->jobs[i].n_after; k++) {
            const WorkflowEdge *edge = &plan->workflow->jobs[i].after[k];
            const char *label = edge_label(edge->type);

            g_string_append_printf(out, "    j%u -> j%u%s%s%s;\n", edge->job, i,
                                   label ? " [label=\"" : "", label ? label : "",
                                   label ? "\"]" : "");
        }
    g_string_append(out, "}\n");
    return g_string_free(out, FALSE);
}
