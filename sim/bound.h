/* Could a job fit, by counting alone? Most attempts to place a job fail for want of free cores or
 * memory, and sums of them tell so before any node is looked at closely. A bound never says no to
 * what place_find would place. */
#pragma once

#include "sim/trial.h"

/* What is free on the candidates, at most, while jobs are taken away one by one. One at a time per
 * World: the arrays are in its scratch, of which place_find leaves them alone. */
typedef struct {
    Trial trial;
    const NodeSet *candidates;
    uint32_t n_fit;        /* candidates with enough for a node of the job: scratch->fit */
    uint64_t cpus;         /* they come to */
    bool impossible;       /* the partition's memory limits forbid the job */
    bool unknown;          /* cores may be shared: nothing is known, all candidates are in fit */
    bool empty_only;       /* it takes empty nodes, and nodes of a kind alike: scratch->able */
    uint32_t most_cpus;    /* of an empty node */
    bool counts_cpus;      /* the CPUs of all nodes together must reach the job's */
    uint32_t least_cpus;   /* on each node */
    uint64_t least_memory; /* [MiB] on each node, 0: all of it */
} Bound;

/** bound_open - of @query in the state as it is. O(candidates). Both must outlive the bound. */
void bound_open(Bound *self, const PlaceView *now, const PlaceQuery *query);

/** bound_without - as if @job held nothing. O(its nodes). */
void bound_without(Bound *self, const SimJob *job);
/** bound_with - takes a bound_without back. */
void bound_with(Bound *self, const SimJob *job);

/** bound_may_fit - false: it certainly does not fit. O(1). */
bool bound_may_fit(const Bound *self);

/** bound_freed - the nodes of all jobs taken away so far, and maybe more; for PlaceView.freed. */
const NodeSet *bound_freed(const Bound *self);

/** bound_candidates - the candidates that can be of any use; valid until the next change. */
const NodeSet *bound_candidates(const Bound *self);

/** bound_all_empty - nobody holds anything on bound_candidates: for PlaceQuery.all_empty. */
bool bound_all_empty(const Bound *self);
