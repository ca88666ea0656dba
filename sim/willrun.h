/* The selector's will-run test: when, by the time limits of what runs, could a job start?
 * Jobs are taken away in the order of their ends, in windows that grow, so the answer is usually
 * later than the first possible instant: Slurm's, not the best.
 *
 * Slurm walks the list of all jobs by end, those of other nodes included: whether a window goes on
 * depends on the end of the very next job of that list, and if that one is on other nodes, the one
 * after it is taken away whenever it ends. Candidates for preemption are not in the list: they are
 * gone from every test but the first.
 *
 * Since 24.11 backfill says from when to when it looks: what ends before is gone at once, what ends
 * later is never taken away.
 * Source: Slurm job_test.c _will_run_test, _future_run_test; reference 6.6. */
#pragma once

#include "sim/core.h"

typedef enum {
    WILLRUN_NEVER, /* even the empty nodes do not do */
    WILLRUN_LATE,  /* not before the instant that matters */
    WILLRUN_FOUND
} WillRun;

typedef struct {
    Instant from;  /* a start before it would not be made use of */
    Instant until; /* nor one after it; INSTANT_NEVER */
    bool now_only; /* nor any but now */
} WillRunSpan;

/**
 * willrun_find - @query as for place_find.
 * @at: when FOUND: now, or the end of the last job taken away; may be before span->from
 * @alloc: when FOUND: what it would get then (transfer full)
 */
WillRun willrun_find(Sim *sim, PlaceQuery *query, const WillRunSpan *span, Instant *at,
                     Allocation **alloc);

/** willrun_counts_nodes - does the job of @query take nodes whole, so that too few of them vacant
 * by span->until is all there is to know? */
bool willrun_counts_nodes(const Sim *sim, const PlaceQuery *query);

/** willrun_vacant - nodes whose jobs all end at @at or before; valid until the next call. */
const NodeSet *willrun_vacant(Sim *sim, Instant at);
