/* sacct's table of a recording: where each run's batch step ran. */
#pragma once

#include <glib.h>

typedef struct {
    char *node;
    guint32 cpus; /* the run held there */
} RecordedStep;

/**
 * recordedsteps_parse - @sacct: text of `sacct -P`, any columns in any order; NULL allowed.
 *
 * Returns: (transfer full) GHashTable of recordedsteps_key() -> RecordedStep *; empty when the
 * table has no batch steps.
 */
GHashTable *recordedsteps_parse(const char *sacct);

/** recordedsteps_key - @raw_id: JobIDRaw of the job; @start: [s since 1970]. (transfer full) */
char *recordedsteps_key(const char *raw_id, gint64 start);
