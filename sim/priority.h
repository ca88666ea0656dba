/* priority/multifactor and priority/basic: a job's priority and its terms.
 * Source: Slurm priority_multifactor.c, priority_basic.c; reference 2. */
#pragma once

#include "sim/usage.h"

#define PRIORITY_BASIC_START UINT32_C(0xffff0000)

typedef struct {
    const Cluster *cluster;
    const Usage *usage;
    uint16_t *job_factor;              /* by partition: PriorityJobFactor as it is now */
    uint32_t max_job_factor;           /* of them, >= 1 */
    uint32_t basic_lowest;             /* priority/basic: 0xffff0000 at first */
    bool age_counts, fairshare_counts; /* false without slurmdbd */
} PriorityBook;

PriorityBook *priority_book_new(const Cluster *cluster, const Usage *usage);
void priority_book_free(PriorityBook *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PriorityBook, priority_book_free)

/** priority_book_factor - a partition's PriorityJobFactor was changed. */
void priority_book_factor(PriorityBook *self, uint32_t partition, uint16_t factor);

/** priority_submit - gives a new, released or requeued job its priority (all its partitions). */
void priority_submit(PriorityBook *self, SimJob *job, Instant now);

/** priority_recompute - the same in a pass of the decay thread: keeps direct_priority and held
 * jobs, honours INCR_ONLY. False when nothing changed. */
bool priority_recompute(PriorityBook *self, SimJob *job, Instant now);

/** priority_factors - the terms for @partition, unclamped, in the order of Slurm's sum, without
 * changing the job. Returns: the priority, >= 1. */
uint32_t priority_factors(const PriorityBook *self, const SimJob *job, uint32_t partition,
                          Instant now, PriorityTerms *terms);

/** priority_threshold_share - what a QoS UsageThreshold is compared with: the weighted fair-share
 * term of its priority, and only while that is 0 the classic factor 2^-(U/S). */
double priority_threshold_share(const PriorityBook *self, const SimJob *job);

/** priority_basic_next - priority/basic: the next job's value, lower than all before it. */
uint32_t priority_basic_next(uint32_t *lowest, int64_t nice);

/** priority_billable - billing weight of TRES counts in a partition (CPUs without weights). */
double priority_billable(const Cluster *cluster, uint32_t partition, const uint64_t *tres);
