/* Running jobs by expected end, in chunks that know their sum: where the head of the queue gets its
 * processors is found without a walk over every job. */
#pragma once

#include "base/units.h"

typedef struct EndList EndList;

EndList *endlist_new(void);
void endlist_free(EndList *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EndList, endlist_free)

void endlist_add(EndList *self, Instant end, uint32_t processors);
/** endlist_remove - one entry of that end and size, which must be there. */
void endlist_remove(EndList *self, Instant end, uint32_t processors);

/**
 * endlist_shadow - when @needed processors are free, if every job ends as expected.
 * @free:  free now, < @needed
 * @extra: free then beyond what is needed
 *
 * Returns: the instant; all running jobs together must suffice. O(chunks + chunk).
 */
Instant endlist_shadow(const EndList *self, uint32_t free, uint32_t needed, uint32_t *extra);
