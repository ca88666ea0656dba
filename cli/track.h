/* The priority of one job over the time it waits, term by term. */
#pragma once

#include "sim/priority_terms.h"
#include "slurmio/scenario.h"

typedef struct {
    Instant at;
    uint32_t priority;
    PriorityTerms terms;
} TrackPoint;

typedef struct {
    char *job;
    Instant submit_at, eligible_at, start_at; /* INSTANT_NEVER */
    int64_t nice;
    GArray *points; /* TrackPoint, by time, while it waits */
} Track;

/**
 * track_follow - simulates @scenario twice: to see when the job waits, and to look at it then.
 * @job: the scenario's name for it, with _TASK for one of an array
 *
 * Fails with SRX_ERROR_INPUT: no such job, it was refused, it did not wait, priority/basic.
 * Returns: (transfer full)
 */
Track *track_follow(const Scenario *scenario, const char *job, GError **error);
void track_free(Track *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Track, track_free)
