/* Plays a workflow inside a simulation: an agent that submits its jobs as a strategy says and
 * follows them. Knows nothing of partitions and QoS: the jobs come ready. */
#pragma once

#include "planner/problem.h"

/* How far one of its jobs is. */
typedef struct {
    uint32_t tasks; /* of an array; 1 */
    uint32_t ended, ended_well;
    bool submitted;
    Instant submit_at; /* INSTANT_NEVER until then */
    Instant start_at;  /* its first start; INSTANT_NEVER */
    Instant end_at;    /* its last end so far */
} Progress;

typedef struct {
    const Problem *problem;
    StrategyKind strategy;
    const bool *conditional; /* [n] */
    LoadJob **jobs;          /* [n] borrowed, in the workflow's order; strategies fill `after` */
    uint32_t *order;         /* [n] dependencies first */
    uint32_t *waits_for;     /* [n] serial: the job before it; INDEX_NONE */
    Progress *progress;      /* [n] */
    uint32_t n;
    uint32_t first_index; /* what sim_submit returned first; INDEX_NONE */
    GArray *submitted;    /* uint32_t: own job, by sim index - first_index */
    uint32_t open;        /* unconditional jobs that have not ended */
    Instant next_look_at; /* a wake asked for; INSTANT_NEVER */
} Player;

/** player_new - @jobs and @conditional must outlive it. */
Player *player_new(const Problem *problem, StrategyKind strategy, LoadJob **jobs,
                   const bool *conditional);
void player_free(Player *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Player, player_free)

/** player_join - registers with @sim, which then calls it from problem->now on. */
void player_join(Player *self, Sim *sim);

/** player_job_of - which of its jobs has this sim index; INDEX_NONE: somebody else's. O(1). */
uint32_t player_job_of(const Player *self, uint32_t index);

/** player_is_done - every unconditional job has ended. */
bool player_is_done(const Player *self);

/** player_submit - sbatch for one of its jobs, now. For strategies. */
void player_submit(Player *self, Sim *sim, uint32_t job);

/** player_add_after - job waits for @on as well, as @type ("afterok"). For strategies. */
void player_add_after(Player *self, uint32_t job, uint32_t on, DependType type, uint32_t delay);
