/* Waiting jobs in queue order, as a tree that knows the smallest size and the shortest estimate
 * below each of its nodes: the next job that fits a hole is found without asking every one. */
#pragma once

#include "base/units.h"

#define FIT_NONE UINT32_MAX

typedef struct FitTree FitTree;

FitTree *fittree_new(uint32_t n_jobs);
void fittree_free(FitTree *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FitTree, fittree_free)

void fittree_enter(FitTree *self, uint32_t job, uint32_t processors, Span estimate);
void fittree_leave(FitTree *self, uint32_t job);

/** fittree_first - the first waiting job at or after @from, or FIT_NONE. O(log n). */
uint32_t fittree_first(const FitTree *self, uint32_t from);

/** fittree_next - the first one at or after @from that needs at most @free processors, and either
 * runs at most @slack seconds or needs at most @extra; FIT_NONE. O(log n) where subtrees that only
 * seem to fit are rare. */
uint32_t fittree_next(const FitTree *self, uint32_t from, uint32_t free, Span slack,
                      uint32_t extra);
