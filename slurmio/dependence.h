/* What a job of a run waits for, as of the journal: whether it may start, whether it ever will. */
#pragma once

#include "slurmio/run.h"
#include "slurmio/runner.h"

typedef enum {
    DEPENDENCE_OPEN,  /* something it waits for has yet to happen */
    DEPENDENCE_MET,   /* all has happened */
    DEPENDENCE_NEVER, /* something can no longer happen */
} Dependence;

/**
 * dependence_of - how @job stands with all it waits for.
 * @now: [s since 1970] for delays
 * @of:  the job because of which it is so when it is DEPENDENCE_NEVER
 */
Dependence dependence_of(const Run *run, uint32_t job, Instant now, uint32_t *of);

/** dependence_settled - whether nothing more will become of @job: it has ended or was never to be
 * submitted, and is not tried again. */
bool dependence_settled(const Run *run, uint32_t job);

/** dependence_text - what --dependency says for @job now: "afterok:12,after:13+5"; jobs that ended
 * as was wished are left out. NULL: nothing. Returns: (transfer full) */
char *dependence_text(const Run *run, uint32_t job);

/**
 * dependence_update - makes @job, which waits in Slurm, wait for the newest attempts.
 *
 * Nothing is done when it does not wait. Fails with SRX_ERROR_SLURM.
 */
bool dependence_update(Runner *runner, const Run *run, uint32_t job, GError **error);
