/* One attempt to place a job: what its nodes offer and what has been chosen so far. Shared by the
 * files that place_find is made of; nobody else includes it. */
#pragma once

#include "sim/place.h"
#include "sim/request.h"

#define MOST_SOCKETS 64

/* What one node can give the job. */
typedef struct {
    uint32_t cpus;      /* after task, memory and gres limits; 0 = the node is out */
    uint32_t selected;  /* of them, once the gres next to its cores were looked at */
    uint32_t free_cpus; /* of its free cores, before any limit: how loaded it is */
    uint32_t gpus;
    uint32_t gres_min_cpus, gres_max_tasks;
    uint64_t weight; /* lowest first */
} Offer;

/* What one node can give of one gres the job asks for. */
typedef struct {
    uint64_t count;
    uint64_t usable; /* `count` before nodes were looked at in turn */
    uint64_t most;   /* one node gives no more; 0 = no bound */
    uint64_t any;    /* of `count`: not tied to a socket */
    uint64_t by_socket[MOST_SOCKETS];
} GresOffer;

/* Whose cores are not free: Slurm tries more and more daring answers. */
typedef enum { BUSY_NOBODY, BUSY_EVERYBODY, BUSY_SOME } BusyRule;

/* Buffers that outlive an attempt, by node. */
typedef struct PlaceScratch {
    Offer *offers;
    uint64_t *base;     /* [n_nodes][core_words] cores usable by the job */
    uint64_t *cores;    /* [n_nodes][core_words] the same, trimmed to sockets with its gres */
    GresOffer *gres;    /* [n_nodes][n_gres] of the job tried last */
    size_t gres_length; /* entries `gres` has room for */
    NodeSet *usable, *chosen, *left;
    bool *busy_partitions; /* [n_partitions] */
    uint64_t *held;        /* [core_words] */
    GArray *runs;          /* of eval_consec */
    GPtrArray *classes;    /* NodeSet *, of alike_choose */
    GArray *alike_runs;    /* likewise */
    /* of a Bound */
    uint32_t *free_cores;  /* [n_nodes] */
    uint64_t *held_memory; /* [n_nodes] */
    uint64_t *free_gres;   /* [n_nodes][n_gres] of the job tried last */
    size_t free_gres_length;
    NodeSet *fit, *freed, *able;
} PlaceScratch;

typedef struct {
    const PlaceView *view;
    const PlaceQuery *query;
    const World *world;
    const Cluster *cluster;
    const Partition *partition;
    const JobRequest *request;
    PlaceScratch *scratch;
    RequestSizes sizes;
    Consume consume;
    bool consume_memory;
    NodeHold hold;
    bool whole;               /* nodes are taken whole */
    bool share;               /* Slurm's share_res */
    bool enforce_bind;        /* gres only next to free cores */
    bool counts_do;           /* which cores of a node are free matters only in the end */
    bool first_pass;          /* of choosing: prefer gres near the cores */
    bool test_only;           /* could it ever run? nothing is held */
    uint32_t tasks;           /* 0 when slurmctld knows no number of them */
    uint32_t ntasks_per_core; /* 0 = no limit */
    uint32_t min_nodes, max_nodes, req_nodes;
    uint32_t min_gres_cpus, min_job_gres_cpus; /* of --cpus-per-gpu, a node and the job */
    bool gres_per_job;
    const NodeSet *required; /* NULL: none */
    BusyRule busy;
    int row;              /* BUSY_SOME: also this row of its own partition; -1 = none */
    const RowTable *rows; /* of its own partition; NULL until they matter */
    RowTable *own_rows;   /* the same, when made for a hypothetical state */
} Trial;

void place_scratch_free(PlaceScratch *self);

static inline uint32_t trial_threads(const Node *node)
{
    return node->cpus >= node->cores * node->threads_per_core ? node->threads_per_core : 1;
}

/** trial_usable_threads - CPUs of a core the job may use on @node. */
static inline uint32_t trial_usable_threads(const Trial *self, const Node *node)
{
    uint32_t threads = trial_threads(node);

    if (self->cluster->config.one_task_per_core && self->min_gres_cpus > 0)
        return threads;
    if (self->ntasks_per_core)
        threads = MIN(threads, self->ntasks_per_core * self->sizes.cpus_per_task);
    if (self->request->threads_per_core)
        threads = MIN(threads, self->request->threads_per_core);
    return threads;
}

/** trial_is_real - is @node in the hypothetical state as it is in the real one? */
static inline bool trial_is_real(const Trial *self, uint32_t node)
{
    return self->view->mark == 0 || (self->view->freed && !nodeset_has(self->view->freed, node));
}

static inline Offer *trial_offer(const Trial *self, uint32_t node)
{
    return &self->scratch->offers[node];
}

static inline uint64_t *trial_base(const Trial *self, uint32_t node)
{
    return &self->scratch->base[(size_t)node * self->world->core_words];
}

static inline uint64_t *trial_cores(const Trial *self, uint32_t node)
{
    return &self->scratch->cores[(size_t)node * self->world->core_words];
}

static inline GresOffer *trial_gres(const Trial *self, uint32_t node)
{
    return &self->scratch->gres[(size_t)node * self->request->n_gres];
}
