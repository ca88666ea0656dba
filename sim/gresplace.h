/* Generic resources while a job is placed: what a node can give, how that limits tasks and CPUs,
 * and which devices are taken in the end.
 * Source: Slurm gres_sock_list.c, gres_select_filter.c, gres_filter.c, gres_sched.c;
 * reference 7.12. */
#pragma once

#include "sim/trial.h"

/** gresplace_prepare - what --cpus-per-gpu asks of a node and of the job; sizes the buffers. */
void gresplace_prepare(Trial *trial);

/** gresplace_offer - fills trial_gres of @node from its free gres. False when the node cannot give
 * what every node must. */
bool gresplace_offer(const Trial *trial, uint32_t node);

/**
 * gresplace_limit - drops what cannot be used with the node's CPUs and memory.
 * @memory: [MiB] free, UINT64_MAX when memory is not consumed
 * @near: GPUs next to free cores, for the node's weight
 *
 * Returns: false when too little is left.
 */
bool gresplace_limit(const Trial *trial, uint32_t node, uint64_t memory, uint32_t *near);

/* What a node may get while it is looked at. */
typedef struct {
    uint32_t cpus;
    uint32_t min_tasks, max_tasks; /* max 0: the node cannot be used */
} NodeBounds;

/** gresplace_select - narrows @bounds to what the gres of @node allow.
 * @got: [n_gres] found so far; @left_nodes: still needed, this one included */
void gresplace_select(const Trial *trial, const uint64_t *got, uint32_t node, uint32_t left_nodes,
                      NodeBounds *bounds);

/** gresplace_take - adds a node to what is found; its offer becomes what it gives. @cpus may
 * shrink to what its gres need. */
void gresplace_take(const Trial *trial, uint64_t *got, uint32_t node, uint32_t *cpus);

/** gresplace_found - is all that was asked per job found? */
bool gresplace_found(const Trial *trial, const uint64_t *got);

/** gresplace_suffices - would @more (n_gres counts) complete it? */
bool gresplace_suffices(const Trial *trial, const uint64_t *got, const uint64_t *more);

/** gresplace_job_cpus - CPUs --cpus-per-gpu asks for over @nodes nodes. */
uint32_t gresplace_job_cpus(const Trial *trial, uint32_t nodes);

/** gresplace_task_limit - tasks @node may run by --gpus-per-task; UINT32_MAX = no limit. */
uint32_t gresplace_task_limit(const Trial *trial, uint32_t node);

/**
 * gresplace_allocate - the devices of each share of @alloc (whose cores are set).
 * @tasks: [n_shares] tasks on each
 */
void gresplace_allocate(const Trial *trial, Allocation *alloc, const uint32_t *tasks);

/** gresplace_memory - [MiB] --mem-per-gpu comes to on a share. */
uint64_t gresplace_memory(const Trial *trial, const Allocation *alloc, uint32_t share);

/** gresplace_is_gpu - is this request one for GPUs? */
bool gresplace_is_gpu(const Trial *trial, const GresRequest *request);
