/* A plan: what to ask for and how to submit it, and what the simulation says will come of it.
 * Instants are seconds since second 0 of the scenario, INSTANT_NEVER where nothing will happen. */
#pragma once

#include "planner/problem.h"

/* Where a time limit came from, in the order of preference. */
typedef enum {
    LIMIT_OWN,          /* the job's own */
    LIMIT_HISTORY,      /* what jobs of this name used */
    LIMIT_QOS,          /* MaxWall of QoS or association, which Slurm fills in */
    LIMIT_DEFAULT_TIME, /* the partition's DefaultTime */
    LIMIT_MAX_TIME,     /* the partition's MaxTime */
    LIMIT_NOWHERE       /* unlimited: Slurm plans with a year */
} LimitSource;

const char *limit_source_name(LimitSource source); /* "own", "DefaultTime", ... */

typedef enum {
    RUNTIME_WORKFLOW, /* `runtime` of the file, or --runtime */
    RUNTIME_LIMIT     /* the time limit stands for it */
} RuntimeSource;

const char *runtime_source_name(RuntimeSource source); /* "runtime", "limit" */

typedef struct {
    char *name;
    JobSpec *spec; /* what sbatch will be asked for: the file's with the choices put in */
    char *partition, *qos, *account; /* chosen; qos and account may be NULL (none) */
    uint32_t nodes, cpus;            /* asked for; cpus allocated once simulated */
    uint32_t limit;                  /* [min] MINUTES_UNLIMITED possible */
    LimitSource limit_source;
    Span runtime; /* [s] planned with */
    RuntimeSource runtime_source;
    Instant submit_at, eligible_at, start_at, end_at;
    Span wait;         /* [s] from eligible to start: queueing, not waiting for other jobs */
    double cost;       /* [billing hours] TRES weights x run hours x UsageFactor */
    JobState state;    /* predicted */
    uint32_t priority; /* when it started */
    char *node_list;   /* predicted; NULL */
    bool conditional;  /* runs only if another job fails: not part of the makespan */
    bool critical;     /* on the critical path */
    char *why;         /* the reason for partition, QoS and start, in words */
} PlanJob;

/* A job on the critical path. From ready to start it queues, from start to end it runs. */
typedef struct {
    uint32_t job;
    Instant ready_at; /* what it waited for was over, or it was submitted */
    Instant start_at, end_at;
} PathStep;

/* One alternative that was simulated as a whole. */
typedef struct {
    char *label; /* "as the file says", "gpu/high", "staged", ... */
    StrategyKind strategy;
    char *partition, *qos; /* of a uniform assignment; NULL */
    Span makespan;         /* [s]; INSTANT_NEVER when some job never ends */
    double cost;           /* [billing hours] */
    bool chosen;           /* the plan is this */
    char *note;            /* why it cannot work; NULL */
} Considered;

/* Why jobs may not use a partition with a QoS. Jobs refused alike share one. */
typedef struct {
    char *job;       /* name of the first */
    uint32_t n_jobs; /* how many share the reason, >= 1 */
    char *partition; /* NULL: whichever */
    char *qos;       /* NULL: whichever */
    char *reason;
} Rejected;

typedef struct {
    StrategyKind strategy;
    Objective objective;
    Instant now;
    Instant deadline_at; /* INSTANT_NEVER unless the objective is deadline */
    bool deadline_met;   /* true without one */
    int64_t epoch;       /* [s since 1970 UTC] of second 0 */
    char *name;          /* of the workflow; may be NULL */
    char *user;
    PlanJob *jobs; /* in the workflow's order */
    uint32_t n_jobs;
    Span makespan;     /* [s] from now to the last end, with p50 run times */
    Span makespan_p90; /* the same with p90 run times; equal when none differ */
    double cost;       /* [billing hours] */
    PathStep *path;    /* first job first */
    uint32_t n_path;
    Span baseline_makespan; /* what the file says, submitted together; INSTANT_NEVER: never ends */
    double baseline_cost;
    char *baseline_note;   /* why the baseline never ends; NULL */
    GPtrArray *considered; /* Considered *, best first */
    GPtrArray *rejected;   /* Rejected *, in order of jobs, then partitions */
    GPtrArray *notes;      /* char *: what the reader must know ("no run time known for ...") */
    uint32_t simulations;  /* used */
    uint32_t budget;
    bool budget_hit;          /* the search ended for it (or for stop) rather than by itself */
    bool stopped;             /* Problem.stop said so: another run may find another plan */
    double assignments;       /* how many there are */
    double untried;           /* of them not simulated */
    const Workflow *workflow; /* the jobs' commands, environments, dependencies */
    Workflow *own_workflow;   /* when read back from a file; else NULL */
} Plan;

/**
 * plan_make - finds the best plan.
 *
 * SRX_ERROR_INFEASIBLE when some job fits nowhere or can never end, saying which and why. A missed
 * deadline is not an error: see deadline_met. The same Problem gives the same Plan, unless
 * Problem.stop ended the search.
 *
 * Returns: (transfer full); Problem.workflow must outlive it.
 */
Plan *plan_make(const Problem *problem, GError **error);

void plan_free(Plan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Plan, plan_free)

void considered_free(Considered *self);
void rejected_free(Rejected *self);

const char *strategy_name(StrategyKind kind); /* "together" */
