/* A sweep's max_parallel as dependencies, which Slurm can keep without anybody watching. */
#pragma once

#include "planner/workflow.h"

/**
 * workflow_throttle - with max_parallel = k, the first jobs of every cell wait for the last jobs of
 * the cell k before it, however those end. At most k cells then run at a time; a cell waits for a
 * certain other one, not for whichever ends first. Does nothing without max_parallel.
 */
void workflow_throttle(Workflow *self);
