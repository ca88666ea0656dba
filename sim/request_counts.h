/* The counts of a request: nodes, tasks, CPUs. sbatch makes some of them, slurmctld the others.
 * Source: Slurm 24.05 sbatch/opt.c, slurm_opt.c slurm_opt_create_job_desc, job_mgr.c. */
#pragma once

#include "sim/request.h"

/**
 * request_counts_build - fills every count, the memory, and the gres of @request from @spec.
 * @request: `required` is set already
 *
 * Returns: NULL, or Slurm's refusal.
 */
const char *request_counts_build(JobRequest *request, const Cluster *cluster, const JobSpec *spec);
