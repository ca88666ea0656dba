/* CPUs a node can give a job, by its free cores and the job's wishes about sockets, cores, threads
 * and tasks. Source: Slurm job_test.c _allocate_sc; reference 7.6. */
#pragma once

#include "sim/trial.h"

/** nodecpus - how many. @free_cpus: of all free cores, before any limit. Where numbers of cores do
 * (trial->counts_do) trial_base is left alone. */
uint32_t nodecpus(const Trial *trial, uint32_t node, uint32_t *free_cpus);

/** nodecpus_cores - the same, with the cores the job can use in trial_base. */
uint32_t nodecpus_cores(const Trial *trial, uint32_t node, uint32_t *free_cpus);
