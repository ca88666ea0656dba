/* One plan, simulated once: its strategy and its choices, among the jobs of others -> Outcome. */
#pragma once

#include "planner/candidate.h"
#include "planner/outcome.h"

typedef struct Trial Trial;

/** trial_new - prepares what all simulations of a problem share; see background_load. */
Trial *trial_new(const Problem *problem, const Candidates *candidates);
void trial_free(Trial *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Trial, trial_free)

typedef struct {
    StrategyKind strategy;
    bool p90;               /* run times at their 90th percentile */
    const uint32_t *choice; /* [n_jobs] index of a candidate of the job's class */
} Assignment;

/**
 * trial_run - simulates until the last job of the workflow has ended. Safe in several threads.
 *
 * Returns: (transfer full) with its detail; NULL when stopped.
 */
Outcome *trial_run(const Trial *self, const Assignment *assignment, const Leash *leash);

/** trial_conditional - [n_jobs] does it run only when another one fails? */
const bool *trial_conditional(const Trial *self);
