/* Traces in the Standard Workload Format (.swf, .swf.gz) of the Parallel Workloads Archive.
 * Source: Chapin et al., JSSPP 1999; version 2.2. */
#pragma once

#include "base/diag.h"
#include "sim/load.h"

/* One job, in what a scheduler needs of its 18 fields. */
typedef struct {
    uint32_t id;          /* field 1 */
    Instant submit_at;    /* field 2 */
    Span runtime;         /* field 4 */
    Span estimate;        /* field 9, never below the run time; the run time where it is unset */
    uint32_t processors;  /* field 8, else 5; >= 1 */
    uint32_t user, queue; /* fields 12 and 15; UINT32_MAX unset */
} SwfJob;

typedef struct {
    GArray *jobs;        /* SwfJob, by (submit, position) */
    uint32_t processors; /* MaxProcs, else MaxNodes, else the widest job's */
    int64_t started_at;  /* UnixStartTime [s since 1970]; 0 */
    uint32_t skipped;    /* jobs without processors or with no run time */
    uint32_t used;       /* jobs that asked for no processors and get what they used */
    uint32_t raised;     /* jobs whose estimate is raised to the run time */
} Swf;

/** swf_load - Returns: (transfer full) or NULL; the reasons are in @diags. Skipped jobs are told in
 * one warning, other repairs in a note each. Unpacks and reads line by line: O(size of the file) in
 * time, of memory only what the jobs take. */
Swf *swf_load(const char *path, Diags *diags);
Swf *swf_parse(const char *text, const char *file, Diags *diags);
void swf_free(Swf *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Swf, swf_free)

/** swf_to_load - each job as "sbatch -n processors -t estimate" of user "uN", named by its number.
 * Limits are whole minutes, rounded up. */
Load *swf_to_load(const Swf *self);
