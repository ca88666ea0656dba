/* A sweep's max_parallel as dependencies. */
#include "planner/throttle.h"

/* [n_jobs] does anything of the same cell wait for the job? */
static bool *waited_for(const Workflow *self)
{
    bool *waited = g_new0(bool, self->n_jobs);

    for (uint32_t i = 0; i < self->n_jobs; i++) {
        for (uint32_t k = 0; k < self->jobs[i].n_after; k++)
            waited[self->jobs[i].after[k].job] = true;
    }
    return waited;
}

static void wait_for(WorkflowJob *job, uint32_t on)
{
    job->after = g_renew(WorkflowEdge, job->after, job->n_after + 1);
    job->after[job->n_after++] = (WorkflowEdge){.type = DEPEND_AFTERANY, .job = on};
}

static void wait_for_cell(const Workflow *self, WorkflowJob *job, uint32_t cell, const bool *waited)
{
    for (uint32_t i = 0; i < self->n_jobs; i++) {
        if (self->jobs[i].cell == cell && !waited[i])
            wait_for(job, i);
    }
}

void workflow_throttle(Workflow *self)
{
    g_autofree bool *waited = NULL;
    g_autofree bool *first = NULL;

    if (self->max_parallel == 0 || self->max_parallel >= self->n_cells)
        return;
    waited = waited_for(self);
    first = g_new0(bool, self->n_jobs);
    for (uint32_t i = 0; i < self->n_jobs; i++)
        first[i] = self->jobs[i].n_after == 0;
    for (uint32_t i = 0; i < self->n_jobs; i++) {
        WorkflowJob *job = &self->jobs[i];

        if (first[i] && job->cell != COUNT_UNSET && job->cell >= self->max_parallel)
            wait_for_cell(self, job, job->cell - self->max_parallel, waited);
    }
}
