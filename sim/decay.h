/* One pass of the decay thread: usage is reset when its period is over, decays, takes in what ran
 * since the last pass, and every waiting job gets its priority anew. Classic fair share works
 * accounts out before anything decays and a user at its first job: it lags one pass, as in Slurm.
 * Departs from it in that running jobs are charged before waiting ones are looked at, not in order
 * of job id: a user with both under classic fair share sees its usage some minutes earlier.
 * Source: Slurm priority_multifactor.c _decay_thread (24.05); reference 2.8, 2.9. */
#pragma once

#include "sim/limits.h"
#include "sim/priority.h"

typedef struct {
    Usage *usage;
    PriorityBook *book;
    Limits *limits;
    int64_t epoch;      /* [s since 1970 UTC] calendar time of second 0 */
    Instant reset_at;   /* usage is forgotten at the first pass from then on */
    Instant last;       /* start of the last pass, or of the calendar */
    bool passed;        /* there was a pass: usage decays from `last` on */
    UsageReset periods; /* PriorityUsageResetPeriod, RESET_NONE once RESET_NOW is done */
} Decay;

void decay_init(Decay *self, Usage *usage, PriorityBook *book, Limits *limits);

/** decay_start - the calendar begins: @epoch is the time of second 0, @now the first second. What
 * ran before is in the usage the cluster came with. */
void decay_start(Decay *self, int64_t epoch, Instant now);

/** decay_pass - @running, @pending: SimJob *; their order does not matter. */
void decay_pass(Decay *self, const GPtrArray *running, const GPtrArray *pending, Instant now);

/** decay_end - @job's run is over: it is charged for what ran since the last pass. Slurm does so
 * only where limits are enforced; elsewhere the last, partial period is never charged. */
void decay_end(Decay *self, const SimJob *job, Instant now);
