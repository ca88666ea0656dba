/* What one node offers a job: CPUs after every limit of the job, the partition and the node.
 * Source: Slurm job_test.c _verify_node_state, _can_job_run_on_node, _allocate_sc;
 * reference 7.5, 7.6. */
#pragma once

#include "sim/trial.h"

/** offer_make - fills trial_offer, trial_base and trial_gres of @node; cpus 0 when it is out. */
void offer_make(const Trial *trial, uint32_t node);

/** offer_fits_config - is the node as configured large enough? Else *@why says in Slurm's words
 * what is too small. */
bool offer_fits_config(const Trial *trial, const Node *node, const char **why);

/** offer_least_memory - [MiB] without so much free no node is any good; 0: all of its memory. */
uint64_t offer_least_memory(const Trial *trial);
/** offer_least_cpus - a node that offers fewer is left out. */
uint32_t offer_least_cpus(const Trial *trial);
