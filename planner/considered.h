/* What else was tried as a whole: the file as it is, uniform assignments, other strategies. */
#pragma once

#include "planner/search.h"

/* A whole plan that was simulated beside the search. */
typedef struct {
    StrategyKind strategy;
    const Outcome *outcome;
    const char *label;
    bool chosen;
} WholeTrial;

/**
 * considered_list - the uniform points of @search (which ran under @strategy) and @others, best
 * first.
 * @best: the plan
 *
 * Returns: (transfer full) of Considered
 */
GPtrArray *considered_list(const SearchSpace *space, const Search *search, StrategyKind strategy,
                           const WholeTrial *others, size_t n_others);
