/* Backfill's picture of the future: which nodes nobody has reserved, slot by slot of time.
 * Source: Slurm backfill.c node_space_map; reference 6.3, 6.5. */
#pragma once

#include "base/units.h"
#include "sim/nodeset.h"

typedef struct {
    Instant begin, end; /* [begin, end) */
    NodeSet *nodes;     /* free over all of it */
} Slot;

typedef struct TimeMap TimeMap;

/** timemap_new - one slot in which all of @nodes are free. */
TimeMap *timemap_new(Instant begin, Instant end, const NodeSet *nodes);
void timemap_free(TimeMap *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TimeMap, timemap_free)

uint32_t timemap_length(const TimeMap *self);
/** timemap_records - records its reservations took, merged ones included: bf_node_space_size. */
uint32_t timemap_records(const TimeMap *self);
/** timemap_find - the first slot that ends after @at; timemap_length() when none does. O(log n). */
uint32_t timemap_find(const TimeMap *self, Instant at);
const Slot *timemap_nth(const TimeMap *self, uint32_t index); /* in order of time */

/** timemap_reserve - takes @nodes out of [begin, end). @begin is clipped to the map's; one pair of
 * equal neighbours in or next to it is merged, as Slurm does. @end must be later than that. */
void timemap_reserve(TimeMap *self, Instant begin, Instant end, const NodeSet *nodes);

/** timemap_conflicts - does any slot of (begin, end) lack one of @nodes? */
bool timemap_conflicts(const TimeMap *self, Instant begin, Instant end, const NodeSet *nodes);
