/* Could a job possibly fit? A necessary condition that costs next to nothing, so that the selector
 * is asked only where it may say yes: as running jobs are taken away one by one, are there enough
 * nodes with the least CPUs and gres, and enough CPUs on them together?
 *
 * It never says no where place_find says yes. It holds for cores that are never shared; elsewhere
 * it always says yes. */
#pragma once

#include "sim/state.h"

typedef struct {
    const World *world;
    const PlaceQuery *query;
    bool always;         /* no condition can be told: may_fit is always true */
    bool whole;          /* only nodes without any occupant will do */
    uint32_t least_cpus; /* on each node */
    uint64_t need_cpus;  /* on all of them */
    uint32_t need_nodes;
    uint32_t *free_cores; /* [n_nodes] */
    uint64_t *free_gres;  /* [n_nodes][request->n_gres] */
    uint32_t good_nodes;
    uint64_t good_cpus;
} Headroom;

/** headroom_init - the state as it is. O(candidate nodes). */
void headroom_init(Headroom *self, const World *world, const PlaceQuery *query);
void headroom_clear(Headroom *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Headroom, headroom_clear)

/** headroom_release - @job is gone. O(its nodes). */
void headroom_release(Headroom *self, const SimJob *job);

/** headroom_may_fit - false: place_find would say no. O(1). */
bool headroom_may_fit(const Headroom *self);
