/* Chooses a candidate for every job: a search over assignments with a limited number of
 * simulations.
 *
 * All assignments are tried when there are no more of them than the budget. Else: the baseline and
 * every uniform assignment (all jobs on one partition and QoS, as far as they may); from the best
 * uniform one of each QoS a descent over partitions; from the best of all of it a descent over
 * everything, one group of like jobs at a time, those on the critical path first, then single jobs.
 * It ends in an assignment that no single change improves, or with the budget.
 *
 * The result is a function of the problem: neither threads nor the order in which simulations end
 * matter, except that Problem.stop may end it early. */
#pragma once

#include "planner/candidate.h"
#include "planner/outcome.h"

typedef struct {
    const Problem *problem; /* objective, threads, stop */
    const Candidates *candidates;
    uint32_t budget; /* evaluations, >= 1 */
    uint64_t work;   /* together they may take so much, as Outcome.work counts it; 0: any */
    /* Simulates @choice, [n_jobs] indices of candidates. From several threads at a time.
     * NULL when Problem.stop said so */
    Outcome *(*evaluate)(void *self, const uint32_t *choice, const Leash *leash);
    void *self;
} SearchSpace;

/* An assignment that was simulated. */
typedef struct {
    uint32_t *choice;         /* [n_jobs] */
    Outcome *outcome;         /* only the best one keeps its detail; NULL when the time was up */
    uint32_t order;           /* it was the order-th to be asked for */
    const Candidate *uniform; /* what all jobs have, as far as they may; NULL */
    bool allowed;             /* false: a baseline that may not be chosen */
    Leash leash;              /* how long its simulation was wanted */
} SearchPoint;

typedef struct {
    GPtrArray *points;     /* SearchPoint *, by order */
    GHashTable *by_choice; /* look-up only */
    SearchPoint *best;     /* NULL: stopped before anything was simulated */
    SearchPoint *baseline; /* what the file says; NULL when it would never run */
    uint32_t n_jobs;
    bool budget_hit; /* the search would have gone on */
    bool stopped;    /* Problem.stop said so */
    double assignments, untried;
} Search;

Search *search_run(const SearchSpace *space);
void search_free(Search *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Search, search_free)

/** search_find - the point of an assignment, NULL when it was not simulated. O(n_jobs). */
const SearchPoint *search_find(const Search *self, const uint32_t *choice);

/** search_count - simulations that were run. */
uint32_t search_count(const Search *self);
