/* Core bitmaps: which cores of a node are free for a job, and whose they are. */
#pragma once

#include "sim/trial.h"

static inline bool core_has(const uint64_t *cores, uint32_t core)
{
    return cores[core >> 6] >> (core & 63) & 1;
}

static inline void core_add(uint64_t *cores, uint32_t core)
{
    cores[core >> 6] |= UINT64_C(1) << (core & 63);
}

static inline void core_drop(uint64_t *cores, uint32_t core)
{
    cores[core >> 6] &= ~(UINT64_C(1) << (core & 63));
}

/** cores_count - how many of [@from, @to). */
uint32_t cores_count(const uint64_t *cores, uint32_t from, uint32_t to);

/** cores_last - the highest one of [@from, @to), or @to when there is none. */
uint32_t cores_last(const uint64_t *cores, uint32_t from, uint32_t to);

/** cores_keep - drops all but the first @most. */
void cores_keep(uint64_t *cores, uint32_t words, uint32_t most);

/** cores_all - every core jobs may have on @node: all but CoreSpecCount. */
void cores_all(const Node *node, uint64_t *out, uint32_t words);

/** cores_present - does the job still hold what it holds, in the hypothetical state asked about? */
bool cores_present(const Trial *trial, const SimJob *job);

/** cores_awake - likewise, and its cores too? */
bool cores_awake(const Trial *trial, const SimJob *job);

/** cores_holding - what an occupant holds, NULL when it is gone in the state asked about. */
const Allocation *cores_holding(const Trial *trial, const Occupant *occupant);

/** cores_free - those the job may take, given whose cores count as busy. */
void cores_free(const Trial *trial, uint32_t node, uint64_t *out);

/** cores_of_partition - those jobs of the job's own partition hold. */
void cores_of_partition(const Trial *trial, uint32_t node, uint64_t *out);

/** cores_memory - [MiB] held on a node by those present. */
uint64_t cores_memory(const Trial *trial, uint32_t node);
