/* What a real Slurm did with a scenario: every run it made. The truth that simulations are held
 * against and followed by. */
#pragma once

#include "sim/load.h"

typedef struct {
    uint32_t job;     /* index into the Load's jobs */
    uint32_t task;    /* array index, or COUNT_UNSET */
    uint32_t attempt; /* 0, 1, ... */
    Instant submit_at, eligible_at;
    Instant start_at, end_at; /* INSTANT_NEVER when not recorded */
    JobState state;
    Span suspended;      /* [s] */
    char *nodes;         /* host list */
    char *partition;     /* NULL: the first it asked for */
    uint32_t limit;      /* [min] in force at its end; MINUTES_UNSET when not recorded */
    uint32_t cpus;       /* allocated, on all of its nodes; 0 when not recorded */
    char *batch_node;    /* where its batch step ran; NULL when not recorded */
    uint32_t batch_cpus; /* it held there */
} RecordedRun;

/* A job that ran, and of whose run accounting knows nothing. */
typedef struct {
    uint32_t job;
    Instant end_at; /* what depends on it became eligible; INSTANT_NEVER unknown */
} LostRun;

/* What squeue said of a waiting job. */
typedef struct {
    Instant at;
    uint32_t job;
    char *reason; /* "Priority", ... */
    uint32_t priority;
} RecordedWait;

typedef struct {
    char *slurm;        /* the version's text */
    int64_t epoch;      /* [s since 1970] of second 0 */
    Instant started_at; /* slurmctld came up, before second 0; INSTANT_NEVER unknown */
    Instant until;      /* the last thing recorded */
    GPtrArray *runs;    /* RecordedRun * that started, by (start, job, task, attempt) */
    GPtrArray *waits;   /* RecordedWait *, by at */
    GArray *lost;       /* LostRun: ran, though accounting has no word of it */
} Recording;

void recorded_run_free(RecordedRun *self);
Recording *recording_new(void);
void recording_free(Recording *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Recording, recording_free)
void recording_sort(Recording *self);

/** recording_lost - has accounting lost what @job did? slurmdbd does when a running job is held.
 * NULL: it has not. */
const LostRun *recording_lost(const Recording *self, uint32_t job);

/** recording_wait - the latest word on @job in [@from, @until]; NULL. O(samples). */
const RecordedWait *recording_wait(const Recording *self, uint32_t job, Instant from,
                                   Instant until);
