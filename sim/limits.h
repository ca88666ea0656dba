/* QoS, partition-QoS and association limits: counters and the tests against them.
 * Source: Slurm acct_policy.c; reference 8. */
#pragma once

#include "sim/usage.h"

typedef struct Limits Limits;

Limits *limits_new(const Cluster *cluster, const Usage *usage);
void limits_free(Limits *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Limits, limits_free)

/**
 * limits_admit - at submit, for @tasks tasks: submit counts always, the other limits where the QoS
 * says DenyOnLimit (or there is no QoS at all). Fills the time limit from MaxWall where it is unset
 * (job->limit, limit_by_system).
 *
 * Returns: NULL when admitted, else what sbatch prints after "Batch job submission failed: "; its
 * line before that ("sbatch: error: QOSMaxCpuPerUserLimit") names job->reason and reason_tres.
 */
const char *limits_admit(Limits *self, SimJob *job, uint32_t tasks);

/* Counters. submit: pending and running; start and end: the running ones (8.8). A requeued job is
 * removed and added again. start needs job->tres_alloc, alloc, start_at and partition; end finds
 * them unchanged. Several partitions count in the QoS of each until the job starts. */
void limits_add_submit(Limits *self, SimJob *job, uint32_t tasks);
void limits_remove_submit(Limits *self, SimJob *job, uint32_t tasks);
void limits_start(Limits *self, SimJob *job, Instant now);
void limits_end(Limits *self, SimJob *job, Instant now);
/** limits_unstart - after limits_end: the start never was, the job counts where it waits. */
void limits_unstart(Limits *self, SimJob *job);
/** limits_elapse - a decay pass: tres_run_secs of running jobs shrink by what has passed. */
void limits_elapse(Limits *self, SimJob *job, Instant now);
/** limits_alter - the time limit of a running job was @old minutes and is job->limit now. */
void limits_alter(Limits *self, SimJob *job, uint32_t old);

/**
 * limits_before - acct_policy_job_runnable_pre_select: may @job start now as far as counts and
 * wall limits go? On false job->reason and job->reason_tres say why.
 */
bool limits_before(Limits *self, SimJob *job, Instant now);

/** limits_after - acct_policy_job_runnable_post_select with the TRES it would really get
 * (cluster->n_tres of them). On false job->reason and reason_tres say why. */
bool limits_after(Limits *self, SimJob *job, const uint64_t *tres, Instant now);

/** limits_blocking_group - the QoS whose group limit just made limits_after say no to @job;
 * INDEX_NONE when it was something else. */
uint32_t limits_blocking_group(const Limits *self, const SimJob *job);

/** limits_max_nodes - the lowest node limit that applies to the job; UINT32_MAX when none. */
uint32_t limits_max_nodes(const Limits *self, const SimJob *job);

/** limits_expired - a running job broke GrpTRESMins, GrpWall, MaxTRESMins, ... (8.7). */
bool limits_expired(Limits *self, const SimJob *job, Instant now);

/** limits_accrue_slots - how many more pending jobs (or tasks) of this kind may gain age
 * (GrpJobsAccrue and so on); UINT32_MAX when no limit applies. */
uint32_t limits_accrue_slots(const Limits *self, const SimJob *job);
/* add once job->accrue_at is set, remove before it is cleared and when the job starts or is
 * cancelled; a job without accrue_at is ignored. The pending tasks of an array's meta record count
 * one by one. */
void limits_add_accrue(Limits *self, SimJob *job);
void limits_remove_accrue(Limits *self, SimJob *job);

/** limits_prio_threshold - MinPrioThreshold of QoS or association; 0 when none. */
uint32_t limits_prio_threshold(const Limits *self, const SimJob *job);
/** limits_exempt_time - PreemptExemptTime that holds for the job [s]; 0 when none. */
Span limits_exempt_time(const Limits *self, const SimJob *job);
/** limits_qos_flag - does the job's own QoS set this QOS_* flag? Its partition's QoS does not count
 * (only DenyOnLimit looks there, in limits_admit). */
bool limits_qos_flag(const Limits *self, const SimJob *job, uint32_t flag);

/* The limit a job waits for, in numbers: counts, minutes, or an amount of a TRES. */
typedef struct {
    const char *name; /* sacctmgr's: "MaxJobsPerUser"; static text */
    uint32_t tres;    /* index of the TRES it limits; INDEX_NONE */
    uint32_t qos;     /* whose it is; INDEX_NONE for an association's ... */
    uint32_t assoc;   /* ... this one's */
    uint64_t limit, used, wanted;
} LimitShown;

/** limits_show - the limit that job->reason and reason_tres name. False when they name none. */
bool limits_show(const Limits *self, const SimJob *job, LimitShown *out);
