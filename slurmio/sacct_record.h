/* One record of sacct: a run of a job, of a task of an array, or what never ran of them, as typed
 * values. Private to slurmio/sacct*.c. */
#pragma once

#include "base/units.h"
#include "sim/job.h"
#include "slurmio/sacct_table.h"

#define TIME_UNKNOWN INT64_MIN

typedef enum {
    RECORD_JOB,   /* 123 */
    RECORD_TASK,  /* 123_4 */
    RECORD_TASKS, /* 123_[4-9%2]: what of an array never started */
    RECORD_STEP,  /* 123.batch, 123_4.0 */
    RECORD_HET,   /* 123+1: a component of a heterogeneous job */
    RECORD_NONE   /* not to be read */
} RecordKind;

typedef struct {
    RecordKind kind;
    uint32_t id;     /* 123 */
    uint32_t raw_id; /* what Slurm calls the task alone; id where JobIDRaw is missing */
    uint32_t task;   /* of RECORD_TASK */
    char *tasks;     /* "4-9%2" of RECORD_TASKS; NULL */
    int64_t submit_at, eligible_at, start_at, end_at; /* [s since 1970] TIME_UNKNOWN */
    Span ran; /* [s] without suspensions; 0 when it never started */
    bool started;
    char *state;                                   /* "CANCELLED", without "by 123" */
    int exit_code;                                 /* 0..255; a signal gives 128 + n */
    uint32_t limit;                                /* [min] MINUTES_UNSET, MINUTES_UNLIMITED */
    char *name, *user, *account, *partition, *qos; /* NULL when empty */
    char *reason, *node_list;
} Record;

/** record_read - the table's current record. Fields must be cleared by record_clear. */
void record_read(const SacctTable *table, Record *out);
void record_clear(Record *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Record, record_clear)

/** record_ended - it will not go on: not PENDING, RUNNING, SUSPENDED, ... */
bool record_ended(const Record *self);

/** record_cut_short - Slurm ended this run before the job was through: requeued, preempted, a node
 * failed. How long the job would have run is not known from it. */
bool record_cut_short(const Record *self);
