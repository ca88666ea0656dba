/* A run: a submission that is being carried out, with its directory and journal.
 *
 *   $XDG_STATE_HOME/srx/runs/RUN/   RUN: 12 hex digits
 *     plan.json         the plan as it was given; not there when there was none
 *     submission.json   schema "srx/submission/1"
 *     scripts/1-NAME.sh what sbatch gets, to be read by people
 *     journal           see slurmio/journal.h
 *     lock              held by who submits */
#pragma once

#include "slurmio/runstate.h"
#include "slurmio/submission.h"

typedef struct {
    char *id;   /* RUN */
    char *path; /* of its directory */
    Submission *submission;
    Journal *journal;
    RunState *state; /* what the journal says, kept up by run_write */
    int lock;        /* descriptor; -1: not locked */
} Run;

/** run_root - where runs are kept. Returns: (transfer full) */
char *run_root(void);

/**
 * run_create - a directory of its own for @submission, all of it there or nothing.
 * @root: of all runs; made when it is not there
 * @plan: text of plan.json; NULL
 * @submission: (transfer full), also when it fails
 *
 * Fails with SRX_ERROR_FAILED. Returns: (transfer full)
 */
Run *run_create(const char *root, Submission *submission, const char *plan, JournalClock clock,
                GError **error);

/**
 * run_open - one that is there.
 * @name: RUN, the beginning of one, or the path of its directory; NULL: the last one begun
 *
 * Fails with SRX_ERROR_USAGE when there is none, or several, SRX_ERROR_INPUT when what is there
 * cannot be understood. Returns: (transfer full)
 */
Run *run_open(const char *root, const char *name, JournalClock clock, GError **error);
void run_free(Run *self); /* also unlocks it */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Run, run_free)

/** run_list - the names of all runs, the last one begun first. Returns: (transfer full) char * */
GPtrArray *run_list(const char *root);

/**
 * run_lock - keeps every other srx from submitting for this run, until run_unlock, run_free or the
 * end of this process and of each command it has started under the lock. @self->state is read
 * anew: another srx may have gone on with it.
 * @patience: [s] how long to wait for another to be done; 0: not at all
 *
 * Fails with SRX_ERROR_FAILED. Nothing happens when it is locked already.
 */
bool run_lock(Run *self, Span patience, GError **error);
void run_unlock(Run *self);

/** run_write - writes an event to the journal and into @self->state. */
bool run_write(Run *self, JournalEvent *event, GError **error);

/** run_note - the same for a note. */
bool run_note(Run *self, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);

/** run_mark - "srx:RUN:JOB:ATTEMPT": what --comment begins with. Returns: (transfer full) */
char *run_mark(const Run *self, uint32_t job, uint32_t attempt);

/** run_mark_read - the job and attempt of a comment that begins with a mark of this run; false for
 * any other comment. */
bool run_mark_read(const Run *self, const char *comment, uint32_t *job, uint32_t *attempt);

/** run_script - path of the file the script of @job is in. Returns: (transfer full) */
char *run_script(const Run *self, uint32_t job);
