/* CPUs a node can give a job, by its free cores and the job's wishes about sockets, cores, threads
 * and tasks. Source: Slurm job_test.c _allocate_sc; reference 7.6. */
#pragma once

#include "sim/trial.h"

/**
 * nodecpus - how many, of the cores in trial_base; those the job cannot use are dropped there.
 * @free_cpus: of all free cores, before any limit
 */
uint32_t nodecpus(const Trial *trial, uint32_t node, uint32_t *free_cpus);
