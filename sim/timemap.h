/* Backfill's picture of the future: which nodes nobody has reserved, slot by slot of time.
 * Source: Slurm backfill.c node_space_map; reference 6.3, 6.5. */
#pragma once

#include "base/units.h"
#include "sim/nodeset.h"

typedef struct SlotCounts SlotCounts;

typedef struct {
    Instant begin, end; /* [begin, end) */
    NodeSet *nodes;     /* free over all of it */
    uint32_t gain; /* the word of nodes in which the next slot was seen to have more; a guess */
    bool dull;     /* the next slot has no node that this one lacks */
    SlotCounts *counts; /* what timemap_is_short found; NULL */
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

/** timemap_gains - does the slot after @index have nodes of @among that slot @index lacks? False
 * for the last slot. O(1) most of the times it is asked again. */
bool timemap_gains(TimeMap *self, uint32_t index, const NodeSet *among);

/**
 * timemap_keep_free - takes out of @nodes what is not free over all slots from the one of @from to
 * the last that begins by @end.
 * @better: out: the end of the first slot, up to one that begins after @end, behind which nodes of
 *          @nodes are free that are not before; INSTANT_NEVER
 *
 * Returns: the first slot that begins after @end; timemap_length() when none does.
 */
uint32_t timemap_keep_free(TimeMap *self, Instant from, Instant end, NodeSet *nodes,
                           Instant *better);

/* A question for nodes that are vacant and not reserved. */
typedef struct {
    Span span;             /* from the beginning of a slot on nobody may have reserved them */
    Instant at;            /* @vacant is a function of it and grows with it */
    const NodeSet *vacant; /* for one @at it only shrinks as the map does */
    uint32_t least;        /* so many are wanted */
} Wanted;

/** timemap_is_short - are fewer than wanted->least of wanted->vacant free over all slots that begin
 * in the span from slot @index on? What was found is remembered: O(1) most of the times. */
bool timemap_is_short(TimeMap *self, uint32_t index, const Wanted *wanted);

/** timemap_conflicts - does any slot of (begin, end) lack one of @nodes? */
bool timemap_conflicts(const TimeMap *self, Instant begin, Instant end, const NodeSet *nodes);

/** timemap_taken_after - the begin of the first slot that begins after @after and lacks one of
 * @nodes; INSTANT_NEVER. */
Instant timemap_taken_after(const TimeMap *self, Instant after, const NodeSet *nodes);
