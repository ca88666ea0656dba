/* A plan: its names and its memory. */
#include "planner/plan.h"

const char *limit_source_name(LimitSource source)
{
    static const char *const names[] = {"own",         "history", "MaxWall",
                                        "DefaultTime", "MaxTime", "unlimited"};

    return names[source];
}

const char *runtime_source_name(RuntimeSource source)
{
    return source == RUNTIME_WORKFLOW ? "runtime" : "limit";
}

void considered_free(Considered *self)
{
    if (!self)
        return;
    g_free(self->label);
    g_free(self->partition);
    g_free(self->qos);
    g_free(self->note);
    g_free(self);
}

void rejected_free(Rejected *self)
{
    if (!self)
        return;
    g_free(self->job);
    g_free(self->partition);
    g_free(self->qos);
    g_free(self->reason);
    g_free(self);
}

static void clear_job(PlanJob *self)
{
    g_free(self->name);
    job_spec_free(self->spec);
    g_free(self->partition);
    g_free(self->qos);
    g_free(self->account);
    g_free(self->node_list);
    g_free(self->why);
}

void plan_free(Plan *self)
{
    if (!self)
        return;
    for (uint32_t i = 0; i < self->n_jobs; i++)
        clear_job(&self->jobs[i]);
    g_free(self->jobs);
    g_free(self->name);
    g_free(self->user);
    g_free(self->path);
    g_free(self->baseline_note);
    g_clear_pointer(&self->considered, g_ptr_array_unref);
    g_clear_pointer(&self->rejected, g_ptr_array_unref);
    g_clear_pointer(&self->notes, g_ptr_array_unref);
    workflow_free(self->own_workflow);
    g_free(self);
}
