/* Which nodes and cores a job gets: select/cons_tres and select/linear.
 * Source: Slurm job_test.c, eval_nodes.c, dist_tasks.c, gres_select_*.c; reference section 7. */
#pragma once

#include "sim/world.h"

typedef enum {
    PLACE_NOW, /* really start: nodes with a completing job are refused */
    PLACE_PLAN /* will-run: completing nodes are allowed, at a worse weight */
} PlaceMode;

/* A hypothetical state: jobs whose `gone` equals @mark hold nothing, those whose `asleep` does have
 * left their cores only. mark 0: the real state. */
typedef struct {
    const World *world;
    uint32_t mark;
    const NodeSet *freed; /* all nodes some job has gone from: the others are not looked at again;
                             NULL when not known */
} PlaceView;

typedef struct {
    const SimJob *job;         /* who: its request, partition, user, QoS */
    uint32_t partition;        /* index */
    const NodeSet *candidates; /* already less what scheduler, reservation, partition forbid */
    uint32_t min_nodes, max_nodes, req_nodes; /* of get_node_cnts; max UINT32_MAX possible */
    PlaceMode mode;
    bool may_share;              /* false: dedicated cores even where the partition shares */
    bool extra_row;              /* preempt/qos with SUSPEND: one more row of cores */
    const GPtrArray *preemptees; /* SimJob *: since 24.11 only these share the extra row; NULL */
    bool prefer_busy;            /* bf_busy_nodes: nodes that run jobs first */
    bool completing_alike;       /* nodes that clean up weigh what others weigh */
    bool all_empty;              /* nobody holds anything on the candidates: it was looked at */
    uint32_t max_leaves;         /* topology/tree: at most so many leaf switches; 0 = any. For
                                    --switches while its wait lasts */
    const uint64_t *weights;     /* [n_nodes] in place of the nodes' own weight; NULL */
    const uint32_t *most_cpus;   /* [n_nodes] no node gives more CPUs than these; NULL */
} PlaceQuery;

typedef enum {
    PLACE_OK,
    PLACE_BUSY,       /* fits when others have gone */
    PLACE_NODES_DOWN, /* fits only on nodes that are down or drained */
    PLACE_NEVER       /* not even on the empty cluster */
} PlaceAnswer;

/**
 * place_find - tries to place a job in @view.
 * @out: on PLACE_OK the allocation (transfer full); may be NULL to ask only
 *
 * The busy answers are not told apart here: anything that does not fit gives PLACE_BUSY; call
 * place_diagnose for the reason.
 */
PlaceAnswer place_find(const PlaceView *view, const PlaceQuery *query, Allocation **out);

/** place_diagnose - why place_find said no: tries all configured resources of the up nodes, then
 * of every node of the partition. Never PLACE_OK. */
PlaceAnswer place_diagnose(const World *world, const PlaceQuery *query);

/** place_possible - would it fit on its candidates if nothing else ran there? */
bool place_possible(const World *world, const PlaceQuery *query);

/** place_shortfall - what sbatch prints before "Requested node configuration is not available" when
 * nodes are too small: "Memory specification can not be satisfied"; NULL when it prints nothing. */
const char *place_shortfall(const World *world, const PlaceQuery *query);

/** place_node_counts - get_node_cnts: false when max < min (part config error). Reference 7.2. */
bool place_node_counts(const Cluster *cluster, const SimJob *job, uint32_t partition,
                       PlaceQuery *query);
