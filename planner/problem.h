/* What a plan is asked for: whose jobs, on which cluster, with what in the queue, towards which
 * goal. Everything is borrowed and must outlive the plans made from it. */
#pragma once

#include "planner/workflow.h"
#include "sim/sim.h"

typedef enum {
    OBJECTIVE_MAKESPAN, /* finish early; then cheap */
    OBJECTIVE_COST,     /* be charged little; then early */
    OBJECTIVE_DEADLINE  /* cheap among what ends in time; early when nothing does */
} Objective;

const char *objective_name(Objective objective); /* "makespan" */
bool objective_parse(const char *text, Objective *out, GError **error);

typedef enum {
    STRATEGY_TOGETHER, /* everything is submitted now, with dependencies */
    STRATEGY_STAGED,   /* each job is submitted when what it waits for has ended */
    STRATEGY_SERIAL,   /* one after the other: each waits for the one before it as well */
    STRATEGIES
} StrategyKind;

#define STRATEGY_BIT(kind) (1u << (kind))
#define STRATEGY_ANY       ((1u << STRATEGIES) - 1)

typedef struct {
    const Workflow *workflow;
    const Cluster *cluster;
    const Load *load;          /* other people's jobs and commands; NULL: an empty queue */
    SimOptions sim;            /* epoch and begin_at of the load */
    Instant now;               /* when the workflow is submitted */
    const char *user;          /* who submits; must be known where associations are enforced */
    const char *pin_partition; /* -p for every job, over what the file says; "a,b" limits; NULL */
    const char *pin_qos;       /* -q; NULL */
    const char *pin_account;   /* -A; NULL */
    Objective objective;
    Instant deadline_at;           /* with OBJECTIVE_DEADLINE */
    unsigned strategies;           /* STRATEGY_BITs that may be chosen; never 0 */
    uint32_t budget;               /* simulations; 0: by how much work they are */
    uint32_t threads;              /* simulations at a time; 0 is 1; no influence on the plan */
    bool known_runtimes;           /* other people's run times may be seen */
    Span watch_interval;           /* [s] a staged submitter looks this often; 10 */
    bool (*stop)(void *stop_self); /* true: time is up, take the best so far; NULL. Called from
                                      several threads when there are several */
    void *stop_self;
} Problem;

/** problem_init - every strategy, makespan, default budget, one thread, an empty queue at 0. */
void problem_init(Problem *self, const Workflow *workflow, const Cluster *cluster);

#define BUDGET_MOST 400 /* simulations when the problem names no number ... */

/* ... as long as they take no more together than this, as Outcome.work counts it: a second or two
 * on one core, but no clock has a say. Where QoS is to be chosen as well, twice that. */
#define WORK_A_PLAN 300000
