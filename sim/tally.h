/* What the jobs of one group hold together: of an association and all below it, of a QoS, of one
 * user or one account in a QoS. */
#pragma once

#include "sim/state.h"

typedef struct {
    uint32_t jobs;       /* running */
    uint32_t submitted;  /* pending and running, tasks of arrays one by one */
    uint32_t accruing;   /* pending ones that gain age */
    uint64_t *tres;      /* held by running jobs, by TRES index; a node shared by two counts once */
    uint64_t *run_secs;  /* [TRES seconds] running jobs may still use */
    uint16_t *node_jobs; /* jobs on each node; NULL until the first, or when nobody asks */
} Tally;

void tally_init(Tally *self, uint32_t n_tres);
void tally_clear(Tally *self);

/** tally_start, tally_end - @job->tres_alloc is held, or given back.
 * @by_node: count each node once; else nodes add up */
void tally_start(Tally *self, const SimJob *job, const Cluster *cluster, bool by_node);
void tally_end(Tally *self, const SimJob *job, const Cluster *cluster, bool by_node);

/** tally_run_secs - @job may use each of its TRES for @secs more (or, @less, no longer). */
void tally_run_secs(Tally *self, const SimJob *job, const Cluster *cluster, uint64_t secs,
                    bool less);

/** tally_new_nodes - how many of @nodes the group does not use yet. */
uint32_t tally_new_nodes(const Tally *self, const NodeSet *nodes);
