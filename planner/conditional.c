/* Which jobs run only when another one fails. */
#include "planner/conditional.h"

bool *workflow_conditional(const Workflow *workflow)
{
    g_autofree uint32_t *order = workflow_order(workflow);
    bool *conditional = g_new0(bool, workflow->n_jobs);

    for (uint32_t i = 0; i < workflow->n_jobs; i++) {
        const WorkflowJob *job = &workflow->jobs[order[i]];

        for (uint32_t k = 0; k < job->n_after; k++) {
            if (job->after[k].type == DEPEND_AFTERNOTOK || conditional[job->after[k].job])
                conditional[order[i]] = true;
        }
    }
    return conditional;
}
