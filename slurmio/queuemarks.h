/* A run's jobs as squeue has them, found by their marks: what is in Slurm whatever the journal
 * could still say. Asked of squeue, as sacct knows comments only where the site stores them. */
#pragma once

#include "slurmio/run.h"
#include "slurmio/runner.h"

typedef struct {
    uint32_t job, attempt;
    uint32_t id;    /* of an array its own, not that of a task */
    bool active;    /* waits or runs, in part at least */
    bool cancelled; /* in part at least */
    bool held;      /* by a user or an administrator */
} QueueMark;

/**
 * queue_marks - all of the run that slurmctld still knows, ended ones too (MinJobAge, by default
 * for 5 minutes), by job, attempt and id. One call of squeue.
 *
 * Fails as runner_run. Returns: (transfer full) QueueMark
 */
GArray *queue_marks(Runner *runner, const Run *run, GError **error);
