/* A sweep as one array. */
#pragma once

#include "cli/dispatch.h"

/** dispatch_sweep_fits - whether the cells of @plan's sweep can be the tasks of one array: one job
 * each, all asking for the same and waiting for none but each other's turn. */
bool dispatch_sweep_fits(const Plan *plan, const DispatchChoice *choice);

/**
 * dispatch_sweep_script - the script of the array, task i being cell i.
 *
 * Fails as jobscript_array, naming the job. Returns: (transfer full); NULL without an error when it
 * is longer than Slurm takes.
 */
char *dispatch_sweep_script(const Plan *plan, const DispatchChoice *choice, JobSpec *spec,
                            GError **error);
