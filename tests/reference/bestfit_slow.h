/* Consecutive best fit, the slow and obvious way: plain arrays, everything counted anew at every
 * step. The judge of sim/eval_consec.c for jobs of single-CPU tasks without gres. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint32_t n_nodes;
    const uint32_t *cpus;   /* [n_nodes] offered; 0 = no candidate */
    const uint32_t *weight; /* [n_nodes] */
    uint32_t need;          /* CPUs */
    uint32_t min_nodes, req_nodes, max_nodes;
} BestFit;

/** bestfit_slow - marks the nodes taken; false when the job does not fit. */
bool bestfit_slow(const BestFit *job, bool *taken);
