/* How long the jobs of a plan queue. */
#include "cli/waits.h"

static bool counts(const PlanJob *job, const char *partition, const char *qos)
{
    return job->start_at != INSTANT_NEVER &&
           (!partition || g_strcmp0(job->partition, partition) == 0) &&
           (!qos || g_strcmp0(job->qos, qos) == 0);
}

void waits_of(const Plan *plan, const char *partition, const char *qos, Distribution *out)
{
    g_autofree double *values = g_new(double, plan->n_jobs + 1);
    size_t n = 0;

    for (uint32_t i = 0; i < plan->n_jobs; i++)
        if (counts(&plan->jobs[i], partition, qos))
            values[n++] = (double)plan->jobs[i].wait;
    distribution_of(values, n, out);
}
