/* A plan as Slurm is to get it: its jobs with their scripts, options, outputs and dependencies. */
#pragma once

#include "planner/plan.h"
#include "slurmio/submission.h"

typedef struct {
    const char *directory;  /* where srx runs: relative paths begin there; absolute */
    uint32_t guard_seconds; /* [s] --guard; 0: none */
    uint32_t array_most;    /* MaxArraySize of the cluster; 0: Slurm's own, 1001 */
    bool no_arrays;         /* a sweep's cells are jobs of their own */
} DispatchChoice;

/**
 * dispatch_build - the jobs of @plan, each behind all it waits for.
 *
 * A sweep of one job whose cells ask for the same becomes one array, with max_parallel as its
 * throttle. Outputs of commands go to %x_%j.log in log_dir, as srunx has them; those of scripts
 * where the script says. A job with requeue_max gets --requeue, --open-mode=append and a signal
 * 90 s before its limit.
 *
 * Fails with SRX_ERROR_INPUT, naming the job. Returns: (transfer full)
 */
Submission *dispatch_build(const Plan *plan, const DispatchChoice *choice, GError **error);

/**
 * dispatch_interactive - an srun line that opens a shell with what job @index asks for.
 *
 * Fails as dispatch_build. Returns: (transfer full)
 */
char *dispatch_interactive(const Plan *plan, uint32_t index, GError **error);
