/* What Slurm says of one job, or one task of an array, whichever of its commands was asked. Asks
 * nobody: says what to run and reads what that printed. */
#pragma once

#include "base/units.h"

typedef struct {
    uint32_t id;          /* of the job, or of the whole array */
    uint32_t task;        /* COUNT_UNSET: no array */
    bool rest;            /* all tasks of the array that have no row of their own */
    char *state;          /* "RUNNING": as squeue writes it, one word */
    char *reason, *nodes; /* NULL: none */
    Instant start, end;   /* [s since 1970] INSTANT_NEVER: not known; of what waits: Slurm's own
                             guess */
    int exit;             /* as a shell has it; -1: not known */
} QueueRow;

/** queue_rows_new - an empty list that owns its rows: what the readers add to. */
GPtrArray *queue_rows_new(void);

/** queue_row_find - the row of job @id and @task; else one that stands for the rest of it; NULL. */
const QueueRow *queue_row_find(const GPtrArray *rows, uint32_t id, uint32_t task);

/** queue_squeue_argv - squeue for the jobs of @ids (uint32_t), a row a task. (transfer full) */
char **queue_squeue_argv(const GArray *ids);
void queue_squeue_read(const char *text, GPtrArray *rows);

/** queue_sacct_argv - sacct for the same: how they ended, the last time they ran. (transfer full)
 */
char **queue_sacct_argv(const GArray *ids);
void queue_sacct_read(const char *text, GPtrArray *rows);

/** queue_scontrol_argv - scontrol for one job or task, as long as slurmctld has it. (transfer full)
 */
char **queue_scontrol_argv(uint32_t id, uint32_t task);

/** queue_scontrol_read - @name: what the job is called, as that may look like anything; false when
 * there is no state in it. */
bool queue_scontrol_read(const char *text, const char *name, QueueRow *out);
void queue_row_clear(QueueRow *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(QueueRow, queue_row_clear)

/** queue_state_ended, queue_state_runs - whether @state is one of an ended job; of one that has its
 * nodes (COMPLETING still has them). */
bool queue_state_ended(const char *state);
bool queue_state_runs(const char *state);

/** queue_exit - "1:0" and "0:9" as a shell has it: 1, 137; -1 for anything else. */
int queue_exit(const char *text);
