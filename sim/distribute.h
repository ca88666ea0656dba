/* From chosen nodes to an allocation: tasks to nodes, CPUs to cores, memory, devices.
 * Source: Slurm dist_tasks.c, job_test.c; reference 7.7. */
#pragma once

#include "sim/trial.h"

/** distribute - the allocation on @nodes, whose offers and cores are made (transfer full); NULL
 * when the memory does not suffice for the cores it comes to. */
Allocation *distribute(const Trial *trial, const NodeSet *nodes);
