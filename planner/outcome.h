/* What one simulation says of a workflow: by job, and as a whole. */
#pragma once

#include "planner/problem.h"

/* What the simulation says of one job; of an array, over all its tasks. */
typedef struct {
    Instant submit_at, eligible_at; /* INSTANT_NEVER when it never came so far */
    Instant start_at, end_at;       /* INSTANT_NEVER likewise; an array's first and last */
    JobState state;
    uint32_t partition; /* index it ran in; INDEX_NONE */
    uint32_t priority;
    uint32_t cpus;
    double cost;        /* [billing hours] TRES weights x run hours x UsageFactor */
    const char *reason; /* why it waits to the end of time: static text; NULL */
} JobForecast;

/* Somebody else's run in the same simulation, for reasons in words. */
typedef struct {
    Instant submit_at, start_at, end_at; /* INSTANT_NEVER */
    uint32_t partition, priority;
} OtherRun;

/* What only the plan in the end is asked for; outcomes that are not it drop it. */
typedef struct {
    GPtrArray *nodes; /* char * by job: a host list, NULL where it did not start */
    GArray *others;   /* OtherRun */
} OutcomeDetail;

/* How long a simulation is wanted. */
typedef struct {
    bool may_stop; /* Problem.stop may end it; there is no outcome then */
    Instant until; /* given up when it is not over by then; INSTANT_NEVER */
} Leash;

typedef struct {
    JobForecast *jobs; /* [n_jobs] in the workflow's order */
    uint32_t n_jobs;
    uint32_t unfinished;   /* jobs that never end, or not well, though all goes well */
    Instant given_up_at;   /* unfinished jobs may well end later; INSTANT_NEVER */
    Span makespan;         /* [s] INSTANT_NEVER when some job is unfinished */
    double cost;           /* [billing hours] */
    double ends;           /* [s] sum over jobs of end - now: how early all of it is */
    char *note;            /* what is wrong with the first unfinished job; NULL */
    uint64_t work;         /* what the simulation took, in attempts to place a job */
    OutcomeDetail *detail; /* NULL once dropped */
} Outcome;

/** outcome_new - @n_jobs forecasts of jobs that were never submitted. */
Outcome *outcome_new(uint32_t n_jobs);
Outcome *outcome_copy(const Outcome *self);
void outcome_free(Outcome *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Outcome, outcome_free)

void outcome_drop_detail(Outcome *self);
OutcomeDetail *outcome_detail_new(uint32_t n_jobs);

/** outcome_sum - makes makespan, cost, ends, unfinished and note of the jobs.
 * @conditional: [n_jobs] jobs that need not run at all */
void outcome_sum(Outcome *self, const Workflow *workflow, const bool *conditional, Instant now);

/** outcome_compare - < 0 when @a is better for @problem's objective, 0 when equally good. */
int outcome_compare(const Problem *problem, const Outcome *a, const Outcome *b);
