/* What `sacct -P` prints, record by record: columns in any order, found by the header's names.
 * Knows what the columns are called, not what they mean. Private to slurmio/sacct*.c. */
#pragma once

#include "base/diag.h"
#include <stdint.h>

typedef enum {
    SACCT_JOB_ID,
    SACCT_JOB_ID_RAW,
    SACCT_JOB_NAME,
    SACCT_USER,
    SACCT_ACCOUNT,
    SACCT_CLUSTER,
    SACCT_PARTITION,
    SACCT_QOS,
    SACCT_SUBMIT,
    SACCT_ELIGIBLE,
    SACCT_START,
    SACCT_END,
    SACCT_STATE,
    SACCT_ELAPSED,
    SACCT_ELAPSED_RAW,
    SACCT_SUSPENDED,
    SACCT_TIMELIMIT,
    SACCT_TIMELIMIT_RAW,
    SACCT_REQ_TRES,
    SACCT_ALLOC_TRES,
    SACCT_REQ_CPUS,
    SACCT_N_CPUS,
    SACCT_REQ_NODES,
    SACCT_N_NODES,
    SACCT_REQ_MEM,
    SACCT_NODE_LIST,
    SACCT_CONSTRAINTS,
    SACCT_RESERVATION,
    SACCT_SUBMIT_LINE,
    SACCT_EXIT_CODE,
    SACCT_REASON,
    SACCT_COLUMNS
} SacctColumn;

const char *sacct_column_name(SacctColumn column); /* "JobID" */

typedef struct SacctTable SacctTable;

/**
 * sacct_table_open - the dump at @path, packed by gzip or not. Its first line names the columns;
 * what stands between JobID and the next name there is the delimiter.
 *
 * Returns: (transfer full), or NULL; the reason is in @diags: no such file, no header with JobID,
 * a table for people (without -P).
 */
SacctTable *sacct_table_open(const char *path, Diags *diags);
void sacct_table_close(SacctTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SacctTable, sacct_table_close)

bool sacct_table_has(const SacctTable *self, SacctColumn column);

/**
 * sacct_table_next - reads the next record. A SubmitLine may hold line ends and the delimiter,
 * which sacct does not escape: a record goes on until its columns make sense. What never does is
 * left out; sacct_table_close tells how many that were in one warning.
 *
 * Returns: false at the end.
 */
bool sacct_table_next(SacctTable *self);

/** sacct_table_get - the record's text, "" where there is no such column. Valid until the next
 * record. */
const char *sacct_table_get(const SacctTable *self, SacctColumn column);
int sacct_table_line(const SacctTable *self); /* where the record begins */
