/* Why a job gets what it gets, in words: what the next best choice would have done in the very same
 * plan, and what priority has to do with it. */
#pragma once

#include "planner/search.h"

typedef struct {
    const Problem *problem;
    const Candidates *candidates;
    const Search *search;     /* alternatives that were simulated */
    const SearchPoint *point; /* the plan */
    const OutcomeDetail *detail;
} WhyContext;

/** why_job - one line without a period. O(candidates x jobs). Returns: (transfer full) */
char *why_job(const WhyContext *self, uint32_t job);
