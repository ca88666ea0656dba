/* Choosing among empty nodes without a look at each: nodes of a kind offer a job the same, so that
 * counting and bitmaps tell what eval_consec would choose. A short cut: the answers are the same.
 */
#pragma once

#include "sim/trial.h"

/** alike_counts - does a job take its nodes whole, and do nodes of a kind offer it the same when
 * they are empty? */
bool alike_counts(const Trial *trial);

/**
 * alike_choose - what offers and eval_choose would come to.
 * @usable: in: candidates nobody holds anything on; out on success: the choice, offers made
 *
 * Returns: false when it has to be done the long way; @usable is then as it was.
 * O(words + runs of neighbours + nodes chosen).
 */
bool alike_choose(Trial *trial, NodeSet *usable);
