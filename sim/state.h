/* The inside of a simulation: job records and slurmctld's tables. Only sim/ includes it. */
#pragma once

#include "sim/place.h"
#include "sim/priority_terms.h"
#include "sim/reason.h"
#include "sim/request.h"
#include "sim/sim.h"
#include "sim/world.h"

#define INSTANT_NONE INT64_MIN /* not set */

typedef enum { DEP_WAITS, DEP_HOLDS, DEP_FAILED } DependState;

/* The types of dependencies; others wait like afterany. */
typedef enum {
    RULE_AFTER,
    RULE_AFTERANY,
    RULE_AFTEROK,
    RULE_AFTERNOTOK,
    RULE_AFTERCORR,
    RULE_SINGLETON
} DependRule;

typedef struct {
    DependRule rule; /* what `type` says */
    char *type;      /* "afterok", ... */
    uint32_t job;    /* load index of the target, INDEX_NONE for singleton */
    uint32_t delay;  /* [min] */
    DependState state;
} Dependency;

/* The tasks of an array: pending ones stay one record (the meta record) until they start. */
typedef struct {
    uint32_t *tasks; /* array indices, ascending */
    uint32_t n_tasks;
    uint32_t *order;    /* positions in tasks, in the order in which they are split off */
    uint32_t next;      /* order[next] is the next one */
    uint32_t throttle;  /* 0 = none */
    uint32_t running;   /* tasks running or suspended */
    GPtrArray *records; /* SimJob * of this array (borrowed), the meta record first */
} SimArray;

struct SimJob {
    uint32_t index;    /* position in Sim.records */
    uint32_t load;     /* job index of sim_submit */
    uint32_t id;       /* Slurm's */
    uint32_t base_id;  /* id of the array, else id */
    uint32_t task;     /* array index; COUNT_UNSET for the meta record and for plain jobs */
    uint32_t position; /* of the task in the array's list; 0 */
    uint32_t attempt;
    SimArray *array; /* shared by the array's records; NULL */
    const LoadJob *source;
    const JobSpec *spec;       /* source->spec */
    JobRequest *request;       /* shared by the array's records */
    uint32_t user, assoc, qos; /* indices, INDEX_NONE */
    uint32_t *partitions;      /* asked for, by tier descending */
    uint32_t n_partitions;
    uint32_t *part_priority; /* of each */
    uint32_t partition;      /* the one it runs in, or is being tried in */
    uint32_t priority;       /* of `partition`; 0 = held */
    bool direct_priority;    /* set by an admin: not recomputed */
    bool held_by_user;
    int64_t nice;
    PriorityTerms terms;
    double fairshare_factor; /* priority_fs as stored: weighted after the first pass */
    JobState state;
    bool completing;
    bool requeue_pending; /* PENDING | COMPLETING */
    bool requeue_hold;
    bool may_requeue;
    WaitReason reason;
    uint32_t reason_tres; /* index of the TRES the limit names, INDEX_NONE */
    Instant submit_at;
    Instant begin_at;      /* eligible since; INSTANT_NONE while it is not */
    Instant user_begin_at; /* --begin; INSTANT_NONE */
    Instant accrue_at;     /* age counts from; INSTANT_NONE */
    Instant start_at;
    Instant end_at;         /* expected while it runs, real afterwards */
    Instant done_at;        /* when its work will really be over; INSTANT_NEVER while suspended */
    Instant suspended_at;   /* INSTANT_NONE while it runs */
    Span suspended;         /* [s] before the current suspension */
    Instant switches_since; /* waits for few leaf switches since; INSTANT_NONE */
    Instant preempt_at;     /* chosen as a victim; INSTANT_NONE */
    Instant preempted_other_at; /* last made victims for itself; INSTANT_NONE */
    bool preempting;            /* in this pass: not tried in its other partitions */
    bool signalled;             /* in its grace time */
    uint32_t limit;             /* [min] in force; MINUTES_UNSET, MINUTES_UNLIMITED */
    bool limit_by_system;       /* filled in by slurmctld: unset again on requeue */
    uint32_t total_cpus;        /* allocated, or estimated by the last test; 0 */
    uint64_t tres[TRES_FIXED];  /* requested: cpu, mem, energy, node, billing */
    uint64_t *tres_request;     /* [cluster->n_tres] */
    uint64_t *tres_alloc;       /* [cluster->n_tres], NULL until it starts */
    double billable; /* billing weight of what it holds (a double, unlike tres billing) */
    Allocation *alloc;
    Dependency *depends;
    uint32_t n_depends;
    bool depends_or; /* joined by ? */
    bool kill_invalid_depend;
    char *reservation;   /* name it asked for; NULL */
    uint64_t planned_in; /* backfill cycle that reserved nodes for it */
    Instant planned_at;  /* start planned there */
    uint32_t gone;       /* PlaceView.mark of the hypothetical state it has left */
    uint32_t asleep;     /* likewise, of one in which it stands: it keeps memory and gres */
    uint32_t victim;     /* likewise, of one in which it is a candidate for preemption */
    int row;             /* of its partition's rows */
    bool counted;        /* running in the limits' counters */
    bool submitted;      /* in the limits' submit counters */
    Instant run_secs_at; /* until when tres_run_secs has been reduced */
    uint32_t run;        /* index of its SimRun in Sim.runs once it started */
    uint32_t generation; /* stale timer events carry an older one */
    struct {
        uint64_t commands; /* Sim.commands it was asked at; 0: never */
        uint32_t partition, min_nodes, max_nodes;
        PlaceAnswer answer;
    } diagnosis; /* what place_diagnose said last: commands apart, it says it again */
};
