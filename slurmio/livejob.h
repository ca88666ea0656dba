/* A job of a running cluster, as `scontrol -o show job` prints it -> what it asked sbatch for. */
#pragma once

#include "base/units.h"

#include <stdbool.h>

typedef enum {
    LIVE_PENDING,
    LIVE_RUNNING,
    LIVE_SUSPENDED,
    LIVE_GONE /* ended, or its nodes are only being cleaned up */
} LiveState;

typedef struct {
    uint64_t id;      /* JobId */
    uint64_t array;   /* ArrayJobId; 0 */
    char *tasks;      /* of the array: "3", or while pending "0-9%2"; NULL */
    char *name;       /* as the user named it */
    char *user;       /* who submitted it */
    char *dependency; /* "afterok:5(unfulfilled),..." as Slurm keeps it; NULL */
    char *nodes;      /* host list it has; NULL while pending */
    LiveState state;
    int64_t submitted_at; /* [s since 1970] */
    int64_t waits_since;  /* [s since 1970] its age counts from here; submitted_at if it does not */
    Span elapsed;         /* [s] it has run, without suspensions; 0 while pending */
    bool is_hetjob;       /* a component of a heterogeneous job */
    GPtrArray *args;      /* sbatch options that ask for the same, one a word, without name */
} LiveJob;

typedef struct {
    bool default_memory; /* asking for no memory is not asking for all of it */
    bool requeue;        /* JobRequeue */
} LiveRules;

/**
 * live_job_parse - a job from its @record.
 * @name: what squeue says; NULL: what stands in the record, up to where that is unambiguous
 *
 * Times must be seconds since 1970. A limit, account or QoS that was given by default counts as
 * asked for, as Slurm keeps no difference; nodes of a running job are those it has.
 * Returns: (transfer full)
 */
LiveJob *live_job_parse(const char *record, const char *name, const LiveRules *rules);
void live_job_free(LiveJob *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LiveJob, live_job_free)

/** live_time - "2026-01-20T12:30:00" (UTC) of seconds since 1970. Returns: (transfer full) */
char *live_time(int64_t at);
