/* The gres part of a request: --gres, --gpus and their kin, checked against each other.
 * Source: Slurm 24.05 gres.c gres_job_state_validate, _test_gres_cnt. */
#pragma once

#include "sim/request.h"

/**
 * request_gres_build - fills @request->gres from @spec and adjusts nodes, tasks, tasks per node and
 * CPUs to it. Counts not known yet are COUNT_UNSET in @request (min_nodes, max_nodes, num_tasks,
 * ntasks_per_node, ntasks_per_socket, sockets_per_node, cpus_per_task).
 *
 * May be called again when more counts are known: slurmctld repeats what sbatch did.
 * Returns: NULL, or Slurm's refusal.
 */
const char *request_gres_build(JobRequest *request, const Cluster *cluster, const JobSpec *spec);

/** request_gres_tasks - "cpu:4" of --tres-per-task; COUNT_UNSET when not given. */
uint32_t request_gres_tasks(const char *tres_per_task);
