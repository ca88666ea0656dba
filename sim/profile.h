/* How many processors are free over time: a staircase. For the textbook policies. */
#pragma once

#include "base/units.h"

typedef struct Profile Profile;

/** profile_new - all of @capacity free from @origin on, for ever. */
Profile *profile_new(Instant origin, uint32_t capacity);
void profile_free(Profile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Profile, profile_free)

/**
 * profile_earliest - the first instant at which a job fits.
 * @after: look no earlier than this, >= origin
 * @span:  [s] how long the processors must stay free, > 0
 * @processors: how many
 *
 * One walk over the steps from @after on: O(steps).
 *
 * Returns: the instant, or INSTANT_NEVER if the machine is too small.
 * Source: Mu'alem and Feitelson, IEEE TPDS 12(6), 2001: the "shadow time".
 */
Instant profile_earliest(const Profile *self, Instant after, Span span, uint32_t processors);

/** profile_take - @processors are busy over [from, until); they must be free. */
void profile_take(Profile *self, Instant from, Instant until, uint32_t processors);

/** profile_give - the reverse of profile_take. */
void profile_give(Profile *self, Instant from, Instant until, uint32_t processors);

/** profile_forget - nothing before @now is asked for any more. */
void profile_forget(Profile *self, Instant now);

uint32_t profile_free_at(const Profile *self, Instant at);
