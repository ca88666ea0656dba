/* The environment of commands that change something in Slurm: sbatch hands it on to the job. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/**
 * change_environment - the user's, so that jobs find what their owner set, less what would make
 * sbatch ask for something else than the plan did:
 *
 * - SBATCH_*: options that sbatch takes from the environment. Those stay that decide neither where
 *   nor when nor on what a job runs (SBATCH_EXPORT, SBATCH_GET_USER_ENV, SBATCH_ACCTG_FREQ, ...).
 * - SCANCEL_*: which jobs scancel spares, and whether it asks first.
 * - SLURM_CLUSTERS, SLURM_HINT: the same under another name. SLURM_EXIT_ERROR: what sbatch's exit
 *   status means.
 * - inside a job (SLURM_JOB_ID) all that describes that one, which the new job would take for its
 *   own: SLURM_*, SLURMD_*, SRUN_*, PMI_*, PMIX_*.
 *
 * SLURM_CONF, SLURM_CONF_SERVER and SLURM_JWT always stay: how slurmctld is reached. What shapes
 * only the output of squeue and the like stays too: the job may want it.
 * @environment: "K=V"
 * @added:       "K=V", put in last; NULL
 * @left_out:    gets the names of what was set and would have asked for something (transfer full);
 *               NULL
 *
 * Returns: (transfer full)
 */
char **change_environment(char *const *environment, char *const *added, GPtrArray *left_out);

/** change_environment_words - "-u", "SBATCH_QOS", ...: for env, where the environment is not ours.
 */
void change_environment_words(GPtrArray *words);
