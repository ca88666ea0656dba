/* What submit.c and submit_cancel.c share: a run that is being submitted, with patience for a
 * slurmctld that does not answer. */
#pragma once

#include "slurmio/queuemarks.h"
#include "slurmio/submit.h"

typedef struct {
    Runner *runner;
    Run *run;
    const SubmitOptions *options;
    gint64 since;    /* [us] when Slurm answered last, on the monotonic clock */
    bool unanswered; /* it failed as the patience ran out: what became of it is not known */
} Submitting;

/** submitting_begin - locks the run; what is started from now on keeps the lock too. */
bool submitting_begin(Submitting *self, Runner *runner, Run *run, const SubmitOptions *options,
                      GError **error);
/** submitting_end - unlocks it, unless it was locked before. */
void submitting_end(Submitting *self, bool was_locked);

bool submitting_stopped(const Submitting *self);
void submitting_say(const Submitting *self, const char *format, ...) G_GNUC_PRINTF(2, 3);

/** submitting_answered - Slurm did answer: patience begins anew. */
void submitting_answered(Submitting *self);

/**
 * submitting_wait - a little, before Slurm is asked again.
 * @said: what it said, for the message
 *
 * Fails with SRX_ERROR_SLURM when the patience has run out, SRX_ERROR_INTERRUPTED when stopped.
 */
bool submitting_wait(Submitting *self, const char *said, GError **error);

/** submitting_marks - queue_marks, with patience. */
GArray *submitting_marks(Submitting *self, GError **error);

/** submitting_change - a command for the jobs with these ids (uint32_t), some hundred at once; with
 * patience. What it says of single jobs is no failure: ask for the marks. */
bool submitting_change(Submitting *self, const char *const *command, const GArray *ids,
                       GError **error);

/** submitting_cancel - scancel for what is left of the run in Slurm, and the journal says so. */
bool submitting_cancel(Submitting *self, const char *why, GError **error);
