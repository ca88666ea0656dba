/* The selector's will-run test: when, by the time limits of what runs, could a job start?
 * Jobs are taken away in the order of their ends, in windows that grow, so the answer is usually
 * later than the first possible instant: Slurm's, not the best.
 * Source: Slurm job_test.c _will_run_test; reference 6.6. */
#pragma once

#include "sim/core.h"

typedef enum {
    WILLRUN_NEVER, /* even the empty nodes do not do */
    WILLRUN_LATE,  /* not before the instant that matters */
    WILLRUN_FOUND
} WillRun;

/**
 * willrun_find - @query as for place_find.
 * @latest: an answer after this instant need not be found; INSTANT_NEVER
 * @at: when FOUND: now, or the end of the last job taken away
 * @alloc: when FOUND: what it would get then (transfer full)
 */
WillRun willrun_find(Sim *sim, PlaceQuery *query, Instant latest, Instant *at, Allocation **alloc);
