/* Errors: one domain, a code only where a caller acts on it. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Each code is an exit status of srx (see docs/exit-status in srx(1)). */
typedef enum {
    SRX_ERROR_FAILED = 1,     /* anything else: a file that cannot be read, a disk that is full */
    SRX_ERROR_USAGE = 2,      /* the command line makes no sense */
    SRX_ERROR_INPUT = 3,      /* a workflow, cluster or scenario file says something impossible */
    SRX_ERROR_INFEASIBLE = 4, /* no plan can do what was asked */
    SRX_ERROR_SLURM = 5,      /* Slurm is missing, failed or refused */
    SRX_ERROR_JOB = 6,        /* a job that was watched did not complete */
    SRX_ERROR_INTERRUPTED = 130, /* the user wants it undone, and it is */
} SrxError;

#define SRX_ERROR srx_error_quark()
GQuark srx_error_quark(void);

/**
 * srx_fail - sets @error and says false, so that a function can `return srx_fail(...)`.
 * @format: where, what was expected, what was found; no period at the end
 */
bool srx_fail(GError **error, SrxError code, const char *format, ...) G_GNUC_PRINTF(3, 4);

/** srx_fail_null - the same for functions that return an object. */
void *srx_fail_null(GError **error, SrxError code, const char *format, ...) G_GNUC_PRINTF(3, 4);
