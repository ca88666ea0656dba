/* Where the jobs of a run stand in Slurm, and what has changed since the last look: one squeue a
 * look for all of them, and one sacct when some have ended. What starts and ends goes into the
 * journal. */
#pragma once

#include "slurmio/run.h"
#include "slurmio/runner.h"

#define MONITOR_UNKNOWN "UNKNOWN" /* the end of a job that nobody knows of any more */

/* Texts may be NULL, and live as long as the call. */
typedef struct {
    uint32_t job, attempt;
    uint32_t id, task; /* COUNT_UNSET: no array */
    const char *was;   /* NULL: it is seen for the first time */
    const char *state, *reason, *nodes;
    Instant start, end; /* [s since 1970] INSTANT_NEVER; of what waits: Slurm's own guess */
    int exit;           /* -1 */
} MonitorChange;

typedef void (*MonitorTell)(void *self, const MonitorChange *change);

typedef struct Monitor Monitor;

/** monitor_new - @tell: is told each change (a state, a reason for waiting); NULL: nobody is. */
Monitor *monitor_new(Runner *runner, Run *run, MonitorTell tell, void *self);
void monitor_free(Monitor *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Monitor, monitor_free)

/**
 * monitor_poll - one look at every job that Slurm has accepted and that has not ended.
 * @changed: whether anything had
 *
 * How a job ended comes from sacct; where that has not heard of the end yet, from scontrol; where
 * neither has (no accounting, and slurmctld forgot it after MinJobAge) it is MONITOR_UNKNOWN. While
 * slurmdbd does not answer an end that only it knows is waited for.
 * Fails with SRX_ERROR_SLURM when squeue failed: then nothing has changed, and another poll may do;
 * with SRX_ERROR_FAILED when the journal cannot be written.
 */
bool monitor_poll(Monitor *self, bool *changed, GError **error);

/* What is known of a job, or of the whole of an array, as of the last poll. */
typedef struct {
    const char *state;  /* NULL: not seen */
    const char *reason; /* why it waits; NULL */
    Instant expected;   /* when Slurm thinks it starts; INSTANT_NEVER: it does not say */
    uint32_t waiting, running, ended; /* tasks, 1 in all for what is no array */
} MonitorView;

MonitorView monitor_view(const Monitor *self, uint32_t job);

/** monitor_tasks - the task ids of the last attempt of @job: uint32_t, empty when it is no array.
 * Returns: (transfer full) */
GArray *monitor_tasks(const Run *run, uint32_t job);
