/* One class of jobs held against every partition and QoS it may name. */
#pragma once

#include "planner/candidate.h"

/**
 * inquiry_run - fills candidates, n_allowed, baseline and pinned of @class.
 * @rejected: Rejected *, gets those of this class
 *
 * Returns: false with SRX_ERROR_INFEASIBLE when nothing will take its jobs.
 */
bool inquiry_run(const Problem *problem, JobClass *class, GPtrArray *rejected, GError **error);
