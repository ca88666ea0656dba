/* Why jobs wait: reason, priority by factor, and what they wait for, as slurmctld would say now. */
#pragma once

#include "sim/priority_terms.h"
#include "sim/sim.h"

typedef enum {
    CAUSE_AHEAD,       /* jobs before it in the queue, on nodes of its partition */
    CAUSE_RUNNING,     /* jobs that hold nodes of its partition */
    CAUSE_DEPENDENCY,  /* another job's start or end */
    CAUSE_LICENSE,     /* too few are left of one */
    CAUSE_LIMIT,       /* of a QoS or an association */
    CAUSE_THROTTLE,    /* %n of its array */
    CAUSE_TIME,        /* its begin time, or the delay after a requeue */
    CAUSE_RESERVATION, /* one it asked for */
    CAUSES
} CauseKind;

/* "ahead", "running", "dependency", ...: for scripts. Static text. */
const char *cause_kind_name(CauseKind kind);

/* One thing a job waits for. What a kind does not know is 0, NULL or the *_NONE. */
typedef struct {
    CauseKind kind;
    char *what;       /* "afterok"; the licence; "MaxJobsPerUser of QoS high"; the reservation */
    const char *tres; /* that a limit counts: "cpu"; NULL for jobs and minutes */
    uint32_t count;   /* jobs: ahead, running, holding the licence */
    uint32_t job;     /* index of the first of them, or of the dependency's target; INDEX_NONE */
    uint32_t task;    /* of that job; COUNT_UNSET */
    JobState state;   /* of that job */
    Instant at;       /* when that job reaches its time limit, or the time; INSTANT_NEVER */
    uint64_t limit, used, wanted;
} Cause;

typedef struct {
    uint32_t job;       /* as sim_submit returned it */
    uint32_t task;      /* COUNT_UNSET: all that wait of an array, or a plain job */
    uint32_t tasks;     /* how many those are; 1 */
    uint32_t slurm_id;  /* of the array, or the job's own */
    uint32_t partition; /* tried last, else the first asked for */
    uint32_t qos;       /* INDEX_NONE */
    Instant submit_at;
    const char *reason; /* as squeue prints it; static text */
    uint32_t priority;  /* of that partition; 0: held */
    bool weighted;      /* priority/multifactor: the terms below make it up */
    bool fixed;         /* an administrator set it: the terms do not count */
    PriorityTerms terms;
    int64_t nice;
    Instant planned_at; /* where the last backfill cycle reserved nodes for it; INSTANT_NEVER */
    GPtrArray *causes;  /* const Cause * */
} Explanation;

/**
 * sim_explain - every waiting job, the highest priority first.
 *
 * Builds the queue as a scheduling pass at sim_now() would, with that pass's effects on the
 * records: call it last. O(waiting * (queue + running)).
 *
 * Returns: (transfer full) GPtrArray of Explanation *
 */
GPtrArray *sim_explain(Sim *self);

/* What sprio prints of a waiting job. */
typedef struct {
    uint32_t priority; /* 0: held */
    PriorityTerms terms;
    int64_t nice;
} PriorityShown;

/**
 * sim_priority - the priority of a waiting job as it stands, without touching anything.
 * @task: of an array, else COUNT_UNSET; one that waits with others stands as they do
 *
 * Returns: false when it does not wait. O(records).
 */
bool sim_priority(const Sim *self, uint32_t job, uint32_t task, PriorityShown *out);
