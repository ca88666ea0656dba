/* Which nodes are empty by when, if all that runs lasts as long as its limit: for a job that takes
 * its nodes whole that is all there is to know. Only sim/ includes it. */
#pragma once

#include "sim/state.h"

typedef struct Vacant Vacant;

Vacant *vacant_new(uint32_t n_nodes);
void vacant_free(Vacant *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Vacant, vacant_free)

/** vacant_renew - @jobs: all that runs or is suspended, by expected end; borrowed until the next.
 */
void vacant_renew(Vacant *self, const GPtrArray *jobs);

/** vacant_by - nodes whose jobs all end at @at or before; valid until the next call.
 * O(1) when asked again, else O(nodes of some 32 jobs). */
const NodeSet *vacant_by(Vacant *self, Instant at);
