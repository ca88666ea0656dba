/* Which cores of a node a job gets: one of every socket in turn, or socket by socket.
 * Source: Slurm dist_tasks.c _cyclic_sync_core_bitmap, _block_sync_core_bitmap; reference 7.7. */
#pragma once

#include "sim/trial.h"

/** corepick - marks in @out the cores for @cpus CPUs of @node, among trial_cores. Returns: CPUs
 * they are charged for. */
uint32_t corepick(const Trial *trial, uint32_t node, uint32_t cpus, uint64_t *out);
