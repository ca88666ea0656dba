/* Whether a job that failed is tried again, and what it asks for then: more time after TIMEOUT,
 * more memory after OUT_OF_MEMORY. Knows a job's rules and its attempts, submits nothing. */
#pragma once

#include "slurmio/runstate.h"
#include "slurmio/submission.h"

typedef struct {
    char *why;    /* "TIMEOUT, retry 1 of 2" */
    char *change; /* what it asks for then unlike at first: sbatch's options, quoted as for a shell;
                     NULL: the same */
} Retry;

void retry_clear(Retry *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Retry, retry_clear)

/**
 * retry_decide - whether @job is to be tried again after the end of its last attempt.
 *
 * `retry_on` by the state of the end first, each with its own most; then `retry`, for any failure
 * but a cancellation or a missed deadline. Only failed tasks of an array are tried again.
 * Returns: false when it is not
 */
bool retry_decide(const SubmissionJob *job, const RunJob *state, Retry *out);

/** retry_spec - what @job asks for with @change (as in Retry; NULL: none). Returns: (transfer full)
 */
JobSpec *retry_spec(const SubmissionJob *job, const char *change);

/** retry_worked - whether an end in @state is the one that was wished for. */
bool retry_worked(const char *state);
