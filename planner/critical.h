/* The chain of jobs that decides when a workflow ends, with the time each one queues. */
#pragma once

#include "planner/outcome.h"
#include "planner/plan.h"

/**
 * critical_path - from the job that ends last backwards, each time over the dependency that was met
 * last; ties go to the job that comes first in the workflow. Jobs that never ended are not on it.
 * @conditional: [n_jobs] jobs that need not run
 * @before: [n_jobs] with the serial strategy the job each one waits for as well; NULL
 *
 * Returns: (transfer full) PathStep, first job first. O(jobs + dependencies).
 */
GArray *critical_path(const Workflow *workflow, const Outcome *outcome, const bool *conditional,
                      const uint32_t *before, Instant now);
