/* How good a schedule is, in numbers users and papers know. */
#pragma once

#include "sim/sim.h"

typedef struct {
    uint32_t count;
    double mean, median, p95, max; /* 0 when count is 0; quantiles interpolate linearly */
} Distribution;

typedef struct {
    uint32_t runs;         /* that started; a requeued job counts each time */
    uint32_t ended;        /* of these */
    uint32_t waiting;      /* not started yet */
    uint32_t cancelled;    /* cancelled, or past their deadline, before they started */
    Instant first_at;      /* the first submission, or @from; INSTANT_NEVER without any run */
    Instant last_at;       /* the last end; INSTANT_NEVER when nothing ended */
    Span makespan;         /* [s] between the two; 0 when nothing ended */
    Distribution wait;     /* [s] from being eligible to the start, of what started */
    Distribution slowdown; /* (wait + run) / max(run, 10 s), at least 1, of what ended */
    double cpu_seconds;    /* allocated after @from, suspensions not counted */
    double utilisation;    /* cpu_seconds / (CPUs * makespan), 0..1 */
} Metrics;

/** run_wait - [s] from being eligible to the start; -1 for a run that did not start.
 * A dependency, a hold or --begin delays being eligible: that time is not waiting. */
Span run_wait(const SimRun *run);

/** slowdown_of - bounded: (wait + run) / max(run, 10 s), at least 1. */
double slowdown_of(Span wait, Span run);

/** distribution_of - puts @values (@n of them) in another order on the way. O(n). */
void distribution_of(double *values, size_t n, Distribution *out);

/**
 * metrics_collect - the numbers of a schedule.
 * @runs: const SimRun * as sim_runs gives them, or a part of them
 * @cpus: of the cluster
 * @from: where the simulation began: makespan and utilisation look at nothing before it
 *
 * O(n).
 */
void metrics_collect(const GPtrArray *runs, uint32_t cpus, Instant from, Metrics *out);
