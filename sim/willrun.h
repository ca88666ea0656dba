/* The selector's will-run test: when, by the time limits of what runs, could a job start?
 * Jobs are taken away in the order of their ends, in windows that grow, so the answer is usually
 * later than the first possible instant: Slurm's, not the best.
 * Source: Slurm job_test.c _will_run_test; reference 6.6. */
#pragma once

#include "sim/core.h"

/**
 * willrun_find - @query as for place_find.
 * @at: now, or the end of the last job taken away
 * @alloc: what it would get then (transfer full); may be NULL
 *
 * Returns: false when even the empty nodes do not do.
 */
bool willrun_find(Sim *sim, PlaceQuery *query, Instant *at, Allocation **alloc);
