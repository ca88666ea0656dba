/* A plan in the making: what plan_make has found so far. Only maker.c and the files that write the
 * plan down from it include this. */
#pragma once

#include "planner/considered.h"
#include "planner/trial.h"

typedef struct {
    const Problem *problem;
    Candidates *candidates;
    Trial *trial;
    StrategyKind strategy; /* the search under way */
    SearchSpace space;
    Search *search;              /* of the best strategy so far */
    StrategyKind found;          /* the strategy of `search` */
    uint32_t *first_choice;      /* what the file says, or else the first candidates */
    Outcome *first;              /* its outcome, together; simulated before all others */
    const Outcome *baseline;     /* `first`; NULL when the file's own choice would never run */
    Outcome *others[STRATEGIES]; /* the best assignment under the strategies not searched */
    uint32_t simulations;        /* beside the search's own */
    uint32_t searched;           /* by searches given up */
} Maker;

/* plan_rows.c: writes down what was found: head, jobs, path, baseline, considered, search.
 * @outcome: of the plan, with its detail */
void plan_write_down(const Maker *self, Plan *plan, const Outcome *outcome);

/* plan_notes.c: what the reader must know to judge the plan. */
void plan_add_notes(const Maker *self, Plan *plan);
