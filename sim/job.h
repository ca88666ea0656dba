/* What a job asks for: sbatch's options, typed but not yet held against any cluster. The same
 * JobSpec is simulated and submitted. */
#pragma once

#include "base/units.h"

#define COUNT_UNSET UINT32_MAX

typedef enum {
    EXCLUSIVE_NO,
    EXCLUSIVE_NODE, /* --exclusive */
    EXCLUSIVE_USER,
    EXCLUSIVE_MCS,
    EXCLUSIVE_TOPO
} Exclusive;

typedef enum { CHOICE_UNSET, CHOICE_NO, CHOICE_YES } Choice;

/* Text fields are NULL when not given. Lists keep sbatch's own spelling. */
typedef struct {
    char *name;
    char *account;
    char *partition; /* "a" or "a,b" */
    char *qos;
    char *reservation; /* "a" or "a,b" */
    char *user;        /* --uid by name, for root; NULL: the submitter */
    char *wckey;
    uint32_t time_limit;           /* [min] MINUTES_UNSET, MINUTES_UNLIMITED */
    uint32_t time_min;             /* [min] MINUTES_UNSET */
    char *begin;                   /* "now+1hour", "16:00", "2026-01-20T12:34:00" as written */
    char *deadline;                /* as written */
    char *dependency;              /* "afterok:12:13,singleton" as written */
    char *array;                   /* "0-15%4" as written */
    uint32_t min_nodes, max_nodes; /* -N 2: both 2; -N 2-4; COUNT_UNSET */
    uint32_t ntasks;               /* COUNT_UNSET */
    uint32_t cpus_per_task;        /* COUNT_UNSET */
    uint32_t ntasks_per_node, ntasks_per_core, ntasks_per_socket, ntasks_per_gpu; /* COUNT_UNSET */
    uint32_t sockets_per_node, cores_per_socket, threads_per_core;                /* COUNT_UNSET */
    uint32_t min_cpus;                      /* --mincpus, per node; COUNT_UNSET */
    uint32_t core_spec;                     /* -S; COUNT_UNSET */
    uint64_t mem, mem_per_cpu, mem_per_gpu; /* [MiB] UINT64_MAX = unset; --mem=0 is 0 */
    uint64_t tmp;                           /* [MiB] UINT64_MAX = unset */
    char *gres;                             /* "gpu:a100:2,license:1" per node */
    char *gpus, *gpus_per_node, *gpus_per_task, *gpus_per_socket; /* "2" or "a100:2" */
    uint32_t cpus_per_gpu;                                        /* COUNT_UNSET */
    char *tres_per_task;
    char *licenses; /* "a:2,b" */
    char *constraint, *prefer;
    char *nodelist, *exclude; /* host lists */
    char *switches;           /* "1@00:03:00" */
    char *signal;             /* "B:USR1@600" */
    char *hint;               /* "nomultithread" */
    char *distribution;       /* "block:cyclic" */
    char *gres_flags;
    char *cluster_constraint;
    Exclusive exclusive;
    bool oversubscribe, overcommit, contiguous, spread_job, use_min_nodes, hold, reboot;
    Choice requeue, kill_on_invalid_dep;
    int32_t nice;      /* 0; --nice alone is 100 */
    uint32_t priority; /* --priority; COUNT_UNSET */
    char **rest; /* what is not simulated, one sbatch argument each, in order: "--mail-user=x" */
    char **script_args; /* arguments after the script's name; NULL */
} JobSpec;

JobSpec *job_spec_new(void); /* nothing asked for */
JobSpec *job_spec_copy(const JobSpec *self);
bool job_spec_equal(const JobSpec *a, const JobSpec *b);
void job_spec_free(JobSpec *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(JobSpec, job_spec_free)

/* States as squeue and sacct write them. */
typedef enum {
    JOB_PENDING,
    JOB_RUNNING,
    JOB_SUSPENDED,
    JOB_COMPLETED,
    JOB_CANCELLED,
    JOB_FAILED,
    JOB_TIMEOUT,
    JOB_NODE_FAIL,
    JOB_PREEMPTED,
    JOB_OUT_OF_MEMORY,
    JOB_DEADLINE,
    JOB_REQUEUED, /* of a run that was requeued, as sacct -D shows it */
    JOB_STATES
} JobState;

const char *job_state_name(JobState state); /* "COMPLETED" */

/** job_array_parse - the tasks of --array=0-15:2,20%4.
 * @tasks: uint32_t, ascending, no duplicates (transfer full)
 * @throttle: n of %n, 0 when not given
 */
bool job_array_parse(const char *text, GArray **tasks, uint32_t *throttle, GError **error);
