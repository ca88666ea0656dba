/* One attempt to place a job on candidate nodes: idle cores first, then shared ones.
 * Source: Slurm job_test.c _job_test, part_data.c; reference 7.4, 7.5. */
#pragma once

#include "sim/trial.h"

/**
 * attempt_init - what a query means for one attempt. @test_only: on an empty cluster.
 *
 * Returns: false when the partition's memory limits forbid the job.
 */
bool attempt_init(Trial *trial, const PlaceView *view, const PlaceQuery *query, bool test_only);
void attempt_clear(Trial *trial);

/** attempt_nodes - which nodes it would get of @candidates (transfer full), NULL when none do.
 * Their offers and cores stay in the scratch buffers for distribute. */
NodeSet *attempt_nodes(Trial *trial, const NodeSet *candidates);
