/* What is handed to Slurm: jobs with their scripts, what they ask for and whom they wait for. Made
 * of a plan, kept in a run's directory; knows neither plans nor workflows. */
#pragma once

#include "sim/job.h"

typedef struct {
    char *type;     /* "after", "afterany", "afterok", "afternotok", "aftercorr" */
    uint32_t job;   /* index into Submission.jobs, smaller than that of the job that waits */
    uint32_t delay; /* [min] only with "after" */
} SubmissionEdge;

typedef struct {
    char *name;         /* unique; --job-name, unchanged */
    JobSpec *spec;      /* what sbatch is asked for but dependencies on these jobs and the mark */
    char *script;       /* the whole batch script; goes to sbatch's stdin */
    char **environment; /* "K=V", added to the user's; NULL */
    SubmissionEdge *after;
    uint32_t n_after;
    bool singleton;        /* one of its name at a time */
    bool staged;           /* only once what it waits for has ended, by who watches */
    uint32_t retry;        /* how often it may be tried again, whatever it failed of */
    Span retry_delay;      /* [s] before it is */
    char *retry_on;        /* by cause, as in a workflow: "TIMEOUT:time=x1.5,max=2"; NULL */
    uint32_t requeue_max;  /* how often Slurm may requeue it; 0: as often as it does */
    char *done_when;       /* the line that ends its work; NULL */
    char *on_failure;      /* text of the workflow; NULL */
    char *log, *error_log; /* where its output goes, with % patterns as sbatch has them; error_log
                              NULL: to log as well */
    Instant predicted_start, predicted_end; /* [s since 1970] INSTANT_NEVER: not known */
} SubmissionJob;

typedef struct {
    char *name;          /* of the workflow; NULL */
    char *user;          /* who submits; NULL: who runs srx */
    SubmissionJob *jobs; /* each behind all it waits for */
    uint32_t n_jobs;
} Submission;

/** submission_new - @n_jobs jobs that wait for nothing, predicted for never. */
Submission *submission_new(uint32_t n_jobs);
void submission_free(Submission *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Submission, submission_free)

/** submission_edge - @job also waits for @of, @delay minutes longer. */
void submission_edge(Submission *self, uint32_t job, const char *type, uint32_t of, uint32_t delay);

/** submission_find - index of the job called @name, COUNT_UNSET when there is none. */
uint32_t submission_find(const Submission *self, const char *name);

/** submission_staged - how many of its jobs are staged. */
uint32_t submission_staged(const Submission *self);

/**
 * submission_check - whether it can be submitted: names there and unique, scripts that begin with
 * "#!", edges backwards and of a type Slurm knows, no array that is none, no control characters in
 * names.
 *
 * Fails with SRX_ERROR_INPUT.
 */
bool submission_check(const Submission *self, GError **error);

/**
 * submission_select - only the jobs of @kept (n_jobs entries); who waits for another waits for it
 * no longer.
 *
 * Returns: (transfer full)
 */
Submission *submission_select(const Submission *self, const bool *kept);

/** submission_from - marks in @kept job @from and all that waits for it, directly or not. */
void submission_from(const Submission *self, uint32_t from, bool *kept);

/* ---- as a file, schema "srx/submission/1" ---- */

#define SUBMISSION_SCHEMA "srx/submission/1"

/** submission_write - JSON, one key order, ending in a newline. Returns: (transfer full) */
char *submission_write(const Submission *self);

/**
 * submission_read - what submission_write wrote.
 * @file: for messages
 *
 * Fails with SRX_ERROR_INPUT. Returns: (transfer full)
 */
Submission *submission_read(const char *text, const char *file, GError **error);
