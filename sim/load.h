/* The work a cluster gets: jobs with their submit times, and commands of users and admins. */
#pragma once

#include "sim/job.h"
#include "sim/truth.h"

typedef struct {
    char *type;     /* "afterok", "after", "aftercorr", "singleton", ... */
    char *id;       /* of another LoadJob; NULL for singleton */
    uint32_t delay; /* [min] after:id+delay; 0 */
} LoadAfter;

typedef struct {
    char *id; /* the scenario's own name for it, unique */
    char *user;
    Instant submit_at; /* may be negative for what was queued before second 0 */
    JobSpec *spec;
    JobTruth truth;
    LoadAfter *after; /* all must hold */
    uint32_t n_after;
    Instant started_at; /* INSTANT_NEVER unless it runs at second 0 ("the queue as it is") */
    char *nodes;        /* host list it runs on, with started_at */
    bool runtime_known; /* false: no run time was given, the limit stands for it */
} LoadJob;

typedef struct {
    Instant at;
    char **argv;    /* {"scontrol", "update", "JobId={j1}", ...}: {id} is a job's Slurm id */
    uint32_t entry; /* 1..: the nth in its file's list; 0 when of no file */
} LoadCommand;

typedef struct {
    GPtrArray *jobs;     /* LoadJob *, by (submit_at, position in the file) */
    GPtrArray *commands; /* LoadCommand *, by (at, position) */
} Load;

Load *load_new(void);
void load_free(Load *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Load, load_free)

/** load_job_new - with an empty JobSpec, submit at 0, truth of 0 s. */
LoadJob *load_job_new(const char *id);
LoadJob *load_job_copy(const LoadJob *self);
void load_job_free(LoadJob *self);
void load_command_free(LoadCommand *self);

/** load_sort - brings both lists in order; stable. */
void load_sort(Load *self);
