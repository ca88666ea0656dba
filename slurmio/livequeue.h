/* The queue of a running cluster and its reservations -> jobs.json of a scenario. */
#pragma once

#include "base/diag.h"
#include "slurmio/aliases.h"
#include "slurmio/livejob.h"

/* What Slurm's commands print, times as seconds since 1970. */
typedef struct {
    const char *jobs;         /* scontrol -a -o show job */
    const char *names;        /* a row "RECORD id UNIT name" a job of squeue (see runner.h) */
    const char *reservations; /* scontrol -o show reservation */
    int64_t now;              /* [s since 1970] second 0 of the scenario */
    LiveRules rules;
} LiveTexts;

/**
 * live_queue_json - an entry a job and a command a reservation.
 *
 * What cannot be told exactly (heterogeneous jobs, dependencies on what is no longer there) is a
 * warning in @diags.
 * Returns: (transfer full)
 */
char *live_queue_json(const LiveTexts *texts, Aliases *aliases, Diags *diags);
