/* One job of a workflow as what its batch script is made of. */
#pragma once

#include "planner/plan.h"
#include "slurmio/jobscript.h"

/* Borrows from the workflow. */
typedef struct {
    JobScript script;
    JobContainer container;
    char *own;    /* text of the script the job runs */
    char *signal; /* what warns it of its limit */
} DispatchSource;

/**
 * dispatch_source_init - reads the job's script, if it has one, and puts script_vars into it.
 * @out: its requeue_signal and guard are left to the caller
 *
 * Fails with SRX_ERROR_INPUT or _FAILED; @out can then only be cleared.
 */
bool dispatch_source_init(DispatchSource *out, const WorkflowJob *job, GError **error);
void dispatch_source_clear(DispatchSource *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(DispatchSource, dispatch_source_clear)

/**
 * dispatch_source_requeue - what @spec must ask for so that Slurm warns and requeues the job, and
 * the script hears of it. Nothing without requeue_max.
 *
 * Fails with SRX_ERROR_INPUT when --signal or --no-requeue do not go with it.
 */
bool dispatch_source_requeue(DispatchSource *self, const WorkflowJob *job, JobSpec *spec,
                             GError **error);

/** job_spec_rest_find - the value of "--option=value" in what a JobSpec only carries; NULL. */
const char *job_spec_rest_find(const JobSpec *spec, const char *option);

/** job_spec_rest_add - adds "--option=value". */
void job_spec_rest_add(JobSpec *spec, const char *option, const char *value);
