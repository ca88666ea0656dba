/* What happened when, read back from srx's own JSON answers: the common ground of all pictures. */
#pragma once

#include "base/units.h"

#include <jansson.h>

typedef struct {
    char *job;                                        /* with _TASK, and #2 for a second run */
    char *user;                                       /* NULL: not told */
    char *partition, *qos, *state, *nodes;            /* NULL; nodes: a host list */
    Instant submit_at, eligible_at, start_at, end_at; /* INSTANT_NEVER */
    uint32_t cpus;
    uint32_t priority;
    bool critical; /* on the critical path */
} TimelineRun;

typedef struct {
    char *name;       /* of the variant, the workflow, the file */
    GPtrArray *runs;  /* TimelineRun *, in the answer's order */
    uint32_t cpus;    /* of the cluster; 0: not told */
    Instant from, to; /* first submission or start, last end or start; from < to */
    Instant now;      /* when a plan was made; INSTANT_NEVER */
} Timeline;

void timeline_free(Timeline *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Timeline, timeline_free)

/** timeline_wait - [s] from being eligible to the start; -1 where it never started. */
Span timeline_wait(const TimelineRun *run);

/** timeline_read - the runs in the list @key of @root, an entry each; none if there is no list. */
Timeline *timeline_read(const json_t *root, const char *key, const char *name);

/**
 * timelines_read - one of srx/plan/1, srx/simulate/1 and srx/trace/1, one a variant of
 * srx/compare/1.
 * @name: of the file, for messages and where the answer has no name
 *
 * Returns: (transfer full) GPtrArray of Timeline *, or NULL: another schema, wrong types, no runs.
 */
GPtrArray *timelines_read(const json_t *root, const char *name, GError **error);
