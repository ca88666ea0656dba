/* Who holds what on which node: cores, memory, gres. The schedulers' picture of the machine.
 * A job's Allocation says what it holds; the World indexes allocations by node. */
#pragma once

#include "sim/cluster.h"
#include "sim/kinds.h"
#include "sim/rows.h"

/* What one job holds on one node. */
typedef struct {
    uint32_t node;
    uint32_t cpus;   /* charged: whole cores times threads under CR_Core */
    uint64_t memory; /* [MiB] */
} NodeShare;

typedef struct SimJob SimJob;

struct PlaceScratch;

/* How a job holds its nodes: Slurm's NODE_CR_*. */
typedef enum {
    HOLD_SHARED,    /* its cores may be shared (OverSubscribe FORCE, or YES with -s) */
    HOLD_DEDICATED, /* its cores are its own */
    HOLD_WHOLE      /* OverSubscribe=EXCLUSIVE: nobody else on its nodes */
} NodeHold;

typedef struct {
    NodeSet *nodes;
    NodeShare *shares; /* ascending by node */
    uint32_t n_shares;
    uint64_t *cores;   /* [n_shares][world->core_words]: bit c = core c of the node */
    uint64_t *devices; /* [n_shares][world->gres_entries]: bit d = device d of Node.gres[entry] */
    uint32_t *gres;    /* [n_shares][world->gres_entries]: how many of Node.gres[entry] */
    uint32_t total_cpus;
    uint32_t n_leaves; /* leaf switches its nodes lie under; 0 without topology/tree */
    NodeHold hold;
    bool whole;          /* every core and gres of its nodes is its own (--exclusive as well) */
    bool cores_released; /* scontrol suspend: it holds memory and gres only */
} Allocation;

void allocation_free(Allocation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Allocation, allocation_free)

/* One job on one node. */
typedef struct {
    SimJob *job;
    uint32_t share; /* index into its allocation's shares */
} Occupant;

typedef struct {
    Occupant *jobs;
    uint16_t n_jobs, capacity;
    uint16_t n_completing; /* jobs that ended but still clean up here */
    uint16_t n_whole;      /* jobs that hold the whole node (exclusive) */
    uint16_t n_dedicated;  /* jobs whose hold is HOLD_DEDICATED */
    uint32_t busy_cores;   /* held by any occupant */
    uint64_t memory;       /* [MiB] held */
} NodeUse;

typedef struct {
    const Cluster *cluster;
    uint32_t core_words;   /* words a node's core bitmap takes: of the largest node */
    uint32_t gres_entries; /* Node.gres entries of the richest node */
    NodeUse *nodes;
    uint64_t *cores;     /* [n_nodes][core_words]: union of its occupants' */
    uint32_t *gres;      /* [n_nodes][gres_entries]: how many are held */
    uint64_t *devices;   /* [n_nodes][gres_entries]: which are held */
    NodeSet *up;         /* may get jobs: neither down, drained nor reserved-out */
    NodeSet *idle;       /* no occupant and nothing completing */
    NodeSet *completing; /* n_completing > 0 */
    NodeSet *whole;      /* n_whole > 0 */
    NodeSet *full;       /* every core is held by an occupant */
    NodeSet *busy;       /* some occupant */
    RowTable **rows;     /* [n_partitions]; NULL where cores are never shared */
    NodeKinds *kinds;
    bool may_suspend;              /* some jobs run while others hold the same cores */
    bool no_shortcuts;             /* place_find goes the long way: for tests */
    struct PlaceScratch **scratch; /* buffers of place_find, made by its first call */
} World;

World *world_new(const Cluster *cluster);
void world_free(World *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(World, world_free)

/** world_reweigh - the weight of a node was changed. */
void world_reweigh(World *self);

/** world_take - @job gets job->alloc. Cores may be shared (over-subscription); memory adds up. */
void world_take(World *self, SimJob *job);
/** world_release - gives back all of job->alloc (which stays as a record). */
void world_release(World *self, SimJob *job);
/** world_suspend - a job that runs gives up its cores, or (not @begins) has them again; memory and
 * gres stay. For scontrol suspend, not for time slicing. */
void world_suspend(World *self, SimJob *job, bool begins);
/** world_uncover - row_table_uncover of @partition's rows, and what that does to what looks free.
 */
void world_uncover(const World *self, uint32_t partition, const GPtrArray *victims);
/** world_copy_rows - of all partitions. (transfer full): to world_restore_rows or drop_rows */
RowTable **world_copy_rows(const World *self);
/** world_restore_rows - @rows: (transfer full) as they were, with the same jobs running */
void world_restore_rows(World *self, RowTable **rows);
void world_drop_rows(const World *self, RowTable **rows);
/** world_completing - marks the job's nodes as completing, or no longer. */
void world_completing(World *self, const Allocation *alloc, bool begins);
