/* Hands a run's jobs to Slurm: all or nothing, each exactly once, however often srx is killed on
 * the way.
 *
 * An intent stands in the journal before each sbatch, and the mark of that intent in the job's
 * --comment. Whoever goes on with the run looks for the marks of intents that have no outcome.
 * Jobs that wait for no other go in held and are released when all have been accepted, so nothing
 * starts before, and what went in twice all the same is found and cancelled before anything can
 * start. */
#pragma once

#include "slurmio/run.h"
#include "slurmio/runner.h"

typedef struct {
    Span patience;               /* [s] how long to wait for a slurmctld that does not answer */
    bool (*stopped)(void *self); /* asked between commands: the user wants it undone; NULL */
    void (*say)(void *self, const char *text); /* what goes on, a line; NULL: nobody listens */
    void *self;                                /* of both */
} SubmitOptions;

/**
 * submit_run - submits what of the run is not submitted yet and not staged, and releases it.
 *
 * Locks the run. Fails with SRX_ERROR_SLURM when Slurm refuses a job (then all are cancelled and
 * the journal says so) or does not answer for longer than the patience (then what is accepted stays
 * held, and another call goes on); with SRX_ERROR_FAILED when stopped (all are cancelled).
 */
bool submit_run(Runner *runner, Run *run, const SubmitOptions *options, GError **error);

/**
 * submit_one - submits the next attempt of @job: a retry, or a staged job whose turn it is. It goes
 * in held and is released at once, so that it is found again if srx dies in between.
 *
 * It waits for no job that has ended. Fails as submit_run, but leaves the other jobs alone.
 */
bool submit_one(Runner *runner, Run *run, uint32_t job, const SubmitOptions *options,
                GError **error);

/**
 * submit_recover - learns what became of intents without an outcome, by their marks, and releases
 * what was accepted but is still held by mistake: to be called when a run is taken up again, before
 * submit_one. submit_run does it itself.
 */
bool submit_recover(Runner *runner, Run *run, const SubmitOptions *options, GError **error);

/**
 * submit_cancel - scancel for every job of the run that has not ended, and the journal says so.
 * @why: for the journal
 */
bool submit_cancel(Runner *runner, Run *run, const char *why, const SubmitOptions *options,
                   GError **error);

/**
 * submit_argv - sbatch's words for @job, as they are run.
 * @held: with --hold
 *
 * Returns: (transfer full)
 */
char **submit_argv(const Run *run, uint32_t job, uint32_t attempt, bool held);
