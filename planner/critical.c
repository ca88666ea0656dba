/* The chain of jobs that decides when a workflow ends. */
#include "planner/critical.h"

static Instant met_at(const WorkflowEdge *edge, const Outcome *outcome)
{
    const JobForecast *on = &outcome->jobs[edge->job];

    if (edge->type == DEPEND_AFTER)
        return on->start_at == INSTANT_NEVER ? INSTANT_NEVER : on->start_at + 60 * edge->delay;
    return on->end_at;
}

static void consider(uint32_t job, Instant at, uint32_t *latest, Instant *ready_at)
{
    if (at == INSTANT_NEVER || at < *ready_at)
        return;
    if (at == *ready_at && (*latest == INDEX_NONE || *latest <= job))
        return;
    *latest = job;
    *ready_at = at;
}

/* The job that held @job back to the last, INDEX_NONE when nothing did. */
static uint32_t held_back_by(const Workflow *workflow, const Outcome *outcome,
                             const uint32_t *before, uint32_t job, Instant *ready_at)
{
    const WorkflowJob *own = &workflow->jobs[job];
    uint32_t latest = INDEX_NONE;

    for (uint32_t i = 0; i < own->n_after; i++)
        consider(own->after[i].job, met_at(&own->after[i], outcome), &latest, ready_at);
    if (before && before[job] != INDEX_NONE)
        consider(before[job], outcome->jobs[before[job]].end_at, &latest, ready_at);
    return latest;
}

static uint32_t last_to_end(const Outcome *outcome, const bool *conditional)
{
    uint32_t last = INDEX_NONE;

    for (uint32_t i = 0; i < outcome->n_jobs; i++) {
        if (!conditional[i] && outcome->jobs[i].end_at != INSTANT_NEVER &&
            (last == INDEX_NONE || outcome->jobs[i].end_at > outcome->jobs[last].end_at))
            last = i;
    }
    return last;
}

GArray *critical_path(const Workflow *workflow, const Outcome *outcome, const bool *conditional,
                      const uint32_t *before, Instant now)
{
    GArray *path = g_array_new(FALSE, FALSE, sizeof(PathStep));
    uint32_t job = last_to_end(outcome, conditional);

    while (job != INDEX_NONE && path->len < outcome->n_jobs) {
        PathStep step = {.job = job,
                         .ready_at = now,
                         .start_at = outcome->jobs[job].start_at,
                         .end_at = outcome->jobs[job].end_at};
        const uint32_t next = held_back_by(workflow, outcome, before, job, &step.ready_at);

        g_array_prepend_val(path, step);
        job = next;
    }
    return path;
}
