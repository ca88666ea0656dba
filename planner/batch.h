/* Simulations of assignments: each one once, several at a time, never more than the budget. */
#pragma once

#include "planner/search.h"

typedef struct Batch Batch;

/* A choice as the key of Search.by_choice. */
typedef struct {
    uint32_t n; /* length */
    const uint32_t *choice;
} ChoiceKey;

Batch *batch_new(const SearchSpace *space, Search *search);
void batch_free(Batch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Batch, batch_free)

/**
 * batch_add - wants @choice simulated (transfer full). A known one costs nothing.
 * Returns: its point, whose outcome is there after batch_run; NULL when the budget is used up.
 */
SearchPoint *batch_add(Batch *self, uint32_t *choice);

/** batch_run - simulates what was added. False when the time is up: some outcomes may be NULL. */
bool batch_run(Batch *self);

/** batch_left - simulations left of the budget, less what is set aside. */
uint32_t batch_left(const Batch *self);
/** batch_set_aside - keeps @n of the budget for later. */
void batch_set_aside(Batch *self, uint32_t n);
