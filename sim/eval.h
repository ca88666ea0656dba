/* Choosing among the nodes that offer something: which of them the job gets.
 * Source: Slurm eval_nodes.c, common_topo.c, eval_nodes_tree.c; reference 7.9 to 7.11. */
#pragma once

#include "sim/trial.h"

/* What is still wanted while nodes are chosen one by one. */
typedef struct {
    Trial *trial;
    NodeSet *from;     /* nodes to choose from; shrinks */
    NodeSet *chosen;   /* so far */
    int64_t cpus;      /* still needed */
    int64_t max_cpus;  /* most to use on the next nodes */
    int64_t nodes;     /* still wanted */
    int64_t min_nodes; /* still needed */
    int64_t max_nodes; /* still allowed */
    int64_t max_tasks; /* still to be run */
    uint64_t *got;     /* [n_gres] of what is asked per job */
} Search;

/**
 * eval_choose - chooses nodes of @usable (whose offers are made).
 * @usable: in: candidates; out on success: the choice
 *
 * After a failure the nodes that offer least are left out, more and more of them (knapsack).
 */
bool eval_choose(Trial *trial, NodeSet *usable);

/** eval_open - a search among all nodes of no gres: what is wanted, nothing chosen yet. */
void eval_open(Search *self, Trial *trial);

/** eval_select - what @node can give, given how many nodes are still needed. */
uint32_t eval_select(const Search *self, uint32_t node);

/** eval_take - adds @node with the @cpus eval_select found; false when its gres do not fit. */
bool eval_take(Search *self, uint32_t node, uint32_t cpus);

/** eval_done - is everything found? */
bool eval_done(const Search *self);

/** eval_enough - are @nodes more enough, the range of -N being what it is? */
bool eval_enough(const Search *self, int64_t nodes);

/** eval_required - takes the required nodes first. False when one of them cannot be had. */
bool eval_required(Search *self);

/* The ways to choose; each true when self->chosen satisfies the job. */
bool eval_consec(Search *self);       /* consecutive best fit */
bool eval_least_loaded(Search *self); /* LLN */
bool eval_serial(Search *self);       /* pack_serial_at_end */
bool eval_busy(Search *self);         /* bf_busy_nodes */
bool eval_spread(Search *self);       /* --spread-job */
bool eval_tree(Search *self);         /* topology/tree */
/** eval_leaves - leaf switches @nodes lie under. */
uint32_t eval_leaves(const Cluster *cluster, const NodeSet *nodes);
