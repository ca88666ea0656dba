/* Where a job's output goes: sbatch's patterns with what they stand for. */
#pragma once

#include "slurmio/run.h"

/**
 * log_path - the file of @job's last attempt; "%j" and the others filled in. A relative one is
 * relative to the job's --chdir, or to srx's own directory.
 * @task:   COUNT_UNSET: no array
 * @errors: that of stderr
 *
 * Returns: (transfer full); NULL: it has none, or has no id yet that the name needs
 */
char *log_path(const Run *run, uint32_t job, uint32_t task, bool errors);

/**
 * log_path_fill - the same of a text.
 * Source: sbatch(1), "filename pattern".
 */
typedef struct {
    const char *name, *user, *node; /* node NULL: not known */
    uint32_t id, task;              /* task COUNT_UNSET: no array */
    uint32_t task_id;               /* the JobId of the task alone; id where it is not known */
} LogNames;

char *log_path_fill(const char *pattern, const LogNames *names);
