/* What srx would hand to Slurm, as a script for a shell. */
#pragma once

#include "slurmio/submission.h"

/** dryrun_text - sbatch's lines and the scripts on their stdin: run by bash, it submits the same;
 * the ids of earlier jobs are the shell's variables. Returns: (transfer full) */
char *dryrun_text(const Submission *submission);
