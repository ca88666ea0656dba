/* The jobs of a dump: records of one job brought together, with what they say of each task's true
 * run. Private to slurmio/sacct*.c. */
#pragma once

#include "sim/load.h"
#include "slurmio/sacct_notes.h"
#include "slurmio/sacct_record.h"

typedef enum {
    FATE_UNKNOWN,   /* cut short, still running or never begun */
    FATE_ENDED,     /* by itself */
    FATE_TIMEOUT,   /* it would have run on */
    FATE_CANCELLED, /* while it ran */
    FATE_WITHDRAWN  /* cancelled before it started */
} Fate;

/* What became of a task, by its latest record. */
typedef struct {
    uint32_t task; /* COUNT_UNSET: the job is no array */
    int64_t at;    /* that record's start, or submission where it never started */
    Fate fate;
    Span ran; /* [s] */
    int exit_code;
    int64_t end_at; /* [s since 1970] TIME_UNKNOWN */
    bool open;      /* it goes on, or waits still */
} SacctTask;

typedef struct {
    uint32_t id;
    char *key;  /* its id in the scenario: "123", and "123.2" where Slurm gave the number twice */
    char *user; /* NULL */
    JobSpec *spec;
    int64_t submit_at, eligible_at; /* of the first record; TIME_UNKNOWN */
    bool is_array, has_line, ever_eligible;
    GArray *tasks;          /* SacctTask, by task once settled */
    GHashTable *task_index; /* task -> position + 1 */
} SacctJob;

SacctJob *sacct_job_new(const Record *record, const char *key, JobSpec *spec);
void sacct_job_free(SacctJob *self);

/** sacct_job_add - one more record of the job. */
void sacct_job_add(SacctJob *self, const Record *record);

/* How long jobs of a name usually ran, by user. */
typedef struct {
    GHashTable *by_name;
} SacctHistory;

void sacct_history_init(SacctHistory *self);
void sacct_history_clear(SacctHistory *self);

/** sacct_history_add - every task of @job that ended by itself. */
void sacct_history_add(SacctHistory *self, const SacctJob *job);

/**
 * sacct_job_truth - what will really happen to it, into @out.
 *
 * What is not known is the median of its name (sorts the tasks of @self and the history).
 * Returns: false when nothing at all is known: the limit stands for the run time.
 */
bool sacct_job_truth(SacctJob *self, SacctHistory *history, JobTruth *out, SacctNotes *notes);
