/* What `sacct -P` prints of the past -> Load. Any columns in any order; SubmitLine is used where
 * there is one. */
#pragma once

#include "base/diag.h"
#include "sim/cluster.h"
#include "sim/load.h"

#define SACCT_FIRST_SUBMISSION INT64_MIN

/**
 * sacct_load - the jobs of the dump at @path, packed by gzip or not, as they were submitted.
 * @cluster: finished: what the columns leave open is settled by its nodes and partitions
 * @epoch:   [s since 1970 UTC] of second 0; SACCT_FIRST_SUBMISSION becomes that of the first job.
 *           Calendar times of the dump are taken for UTC
 *
 * An array is one job; several records of a job (sacct -D) are its runs, of which the last says how
 * long it takes; what was cancelled before it started has a scancel at that time. Steps and
 * components of heterogeneous jobs are left out. All that had to be guessed is told, a diag a kind.
 *
 * Returns: (transfer full), sorted; NULL when there is nothing to read: the reasons are in @diags.
 */
Load *sacct_load(const char *path, const Cluster *cluster, int64_t *epoch, Diags *diags);
