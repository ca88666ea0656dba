/* What a journal says of a run: where each job stands. Knows Slurm's answers only as the journal
 * has them. */
#pragma once

#include "slurmio/journal.h"

/* One task of an array. */
typedef struct {
    uint32_t task;
    Instant started_at, ended_at; /* [s since 1970] INSTANT_NEVER: not (known) */
    char *state, *nodes;          /* NULL */
    int exit;                     /* -1 */
} RunTask;

typedef struct {
    char *mark;
    uint32_t id;                                /* 0: not accepted, or not known to be */
    bool refused;                               /* then nothing of it is in Slurm */
    bool held;                                  /* accepted with --hold and not released yet */
    bool cancelled;                             /* by srx */
    Instant intent_at;                          /* INSTANT_NEVER: never intended */
    Instant submitted_at, started_at, ended_at; /* [s since 1970] INSTANT_NEVER; of an array its
                                                   first start; its end as the journal has it */
    char *state, *nodes;                        /* of the end and the last start; NULL */
    int exit;                                   /* -1 */
    char *message;                              /* why it was refused or cancelled; NULL */
    GArray *tasks;                              /* RunTask, as they came; NULL when no array */
} RunAttempt;

typedef struct {
    GArray *attempts; /* RunAttempt, by number */
    char *change;     /* of the last retry: what it asks for now; NULL */
    uint32_t retries;
} RunJob;

typedef struct {
    RunJob *jobs;
    uint32_t n_jobs;
    Instant begun_at, last_at; /* INSTANT_NEVER */
    bool released;             /* every job of the first submission was accepted and released */
    bool cancelled;            /* the run as a whole */
    bool done;
    char *result; /* of done; NULL */
} RunState;

RunState *run_state_new(uint32_t n_jobs);
void run_state_free(RunState *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunState, run_state_free)

/** run_state_take - what an event changes. One of a job that is not there is passed over. */
void run_state_take(RunState *self, const JournalEvent *event);

/** run_state_read - what a journal says. Fails as journal_read. Returns: (transfer full) */
RunState *run_state_read(const char *path, uint32_t n_jobs, GError **error);

/** run_state_attempt - the last attempt of @job; NULL before the first. */
const RunAttempt *run_state_attempt(const RunState *self, uint32_t job);

/** run_attempt_open - sbatch may have been run for it, and what became of it is not known. */
bool run_attempt_open(const RunAttempt *self);

/** run_state_open - whether there is any such attempt. */
bool run_state_open(const RunState *self);

/** run_state_next - the number of the attempt to be submitted next. */
uint32_t run_state_next(const RunState *self, uint32_t job);
