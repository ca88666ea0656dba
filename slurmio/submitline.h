/* sbatch's command line for a job of a submission, and what sbatch answers. */
#pragma once

#include "slurmio/submission.h"

/**
 * submit_dependency - what --dependency says for @job: its own, then the jobs it waits for.
 * @ids: a text for each job of the submission; edges to NULL are left out
 *
 * Returns: NULL when it waits for nothing (transfer full)
 */
char *submit_dependency(const SubmissionJob *job, const char *const *ids);

/**
 * submit_words - sbatch and its options; the script goes to its stdin.
 * @dependency: of submit_dependency; NULL
 * @mark:       what --comment begins with; the user's own comment is kept behind it
 * @change:     words of a retry ("--time=90"), stronger than what the job asks for; NULL
 * @held:       with --hold
 *
 * Returns: (transfer full)
 */
char **submit_words(const SubmissionJob *job, const char *dependency, const char *mark,
                    const char *change, bool held);

/** submit_answer - the id in what sbatch --parsable printed ("12" or "12;cluster" in its last
 * line; "Submitted batch job 12" of wrappers); false when there is none. */
bool submit_answer(const char *printed, uint32_t *id);

/** submit_may_be_in - whether a sbatch that failed with this message on stderr and @status may
 * have submitted all the same, or may succeed a little later: slurmctld did not answer. */
bool submit_may_be_in(const char *message, int status);
