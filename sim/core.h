/* slurmctld's tables in one place: what the rules of sim/ work on. Only sim/ includes it. */
#pragma once

#include "sim/decay.h"
#include "sim/event.h"
#include "sim/limits.h"
#include "sim/priority.h"
#include "sim/state.h"
#include "sim/vacant.h"

typedef struct ReservationBook ReservationBook;
typedef struct Gang Gang;

struct Sim {
    Cluster *cluster; /* as it is now: a shallow copy whose partitions and nodes may change */
    const Cluster *configured;
    const VersionRules *rules;
    SimOptions options;
    Instant now;
    EventHeap *events;
    GPtrArray *loads;   /* const LoadJob *, by job index */
    GPtrArray *refused; /* char *, by job index; NULL when accepted */
    GPtrArray *first; /* SimJob *, by job index: its (meta) record, NULL when refused or to come */
    GHashTable *by_name;   /* LoadJob.id -> job index + 1, the latest wins */
    GHashTable *by_id;     /* Slurm id -> SimJob * */
    GPtrArray *records;    /* SimJob *, owned, in order of creation: slurmctld's job_list */
    GPtrArray *pending;    /* records that wait, in job_list order */
    GPtrArray *running;    /* records that run or are suspended, by start */
    GPtrArray *by_end;     /* `running` by expected end, as of by_end_seen */
    GPtrArray *in_the_way; /* those of them a will-run test looks at */
    Vacant *vacant;        /* of by_end */
    uint64_t by_end_seen;  /* `changes` when by_end was sorted */
    GPtrArray *runs;       /* SimRun *, owned: of everything that started or was cancelled */
    GPtrArray *commanded;  /* SimCommand *, owned: what the loads' commands came to */
    GPtrArray *waiting;    /* SimRun *, owned: rows of the last sim_runs for what waits */
    World *world;
    Usage *usage;
    PriorityBook *priorities;
    Limits *limits;
    Decay decay;
    ReservationBook *reservations;
    Gang *gang;
    uint32_t *licenses_used; /* by license index */
    uint32_t next_id;
    uint32_t last_mark;     /* of PlaceView */
    GArray *agents;         /* SimAgent */
    GHashTable *user_names; /* name -> user index + 1, for users the cluster does not know */
    uint32_t n_users;       /* the cluster's, and those met since */
    uint32_t solid_events;  /* in the heap: all but the periodic ones */
    Instant progress_at;    /* last time anything but a periodic pass happened */
    /* the background loop */
    uint32_t requests;      /* job_schedule requests since the last main pass */
    Instant main_at;        /* last pass of the loop */
    Instant full_at;        /* last full pass */
    int64_t rounding_epoch; /* [s since 1970 UTC] of second 0, where backfill rounds */
    Instant started_at;     /* slurmctld's start: phase of all periodic work */
    Instant main_due, backfill_due, limit_due, priority_due,
        slice_due;              /* INSTANT_NEVER = not armed */
    Instant ended_at;           /* last time a run ended: its nodes are still cleaning up */
    bool backfill_put_off;      /* by a second, for that */
    bool main_put_off;          /* likewise */
    Instant backfill_end;       /* end of the last cycle */
    Span backfill_lag;          /* [us] by which the cycles so far ran beyond whole seconds */
    uint64_t changes;           /* bumped by whatever may let another job start */
    uint64_t commands;          /* 1 + changes of nodes, partitions and requests by commands */
    uint64_t backfill_seen;     /* `changes` when the last cycle began */
    uint32_t entry_reservation; /* the reservation the record being tried would use */
    bool any_exclusive_user;    /* some partition keeps nodes to one user */
    bool any_preemption;        /* PreemptMode is not OFF */
    SimStatistics statistics;
    struct Follow *follow; /* the recording it is led along; NULL */
};

/* ---- submit.c: sbatch ---- */
/** sim_accept - sbatch of a loaded job, now: a record, or a refusal. */
void sim_accept(Sim *self, uint32_t load);

/** submit_partitions - "a,b" to job->partitions, by tier; false: a name is unknown. */
bool submit_partitions(Sim *self, SimJob *job, const char *text);

/* ---- life.c: from start to end ---- */
/** life_start - @job gets @alloc in job->partition (a task is split off by the caller).
 * @since: now, or earlier for what ran before the first second; its limit and its work count from
 * there */
void life_start(Sim *self, SimJob *job, Allocation *alloc, Instant since);
/** life_occupy - the part of a start that a tentative one takes back: lists, nodes, licences and
 * limits' counters. */
void life_occupy(Sim *self, SimJob *job, Allocation *alloc, Instant since);
/** life_work - [s] how long its work really takes. */
Span life_work(const SimJob *job);
/** life_end - its run is over: @state, then COMPLETING until its nodes are clean. */
void life_end(Sim *self, SimJob *job, JobState state);
/** life_requeue - ends the run and makes it pending again; false when it may not be requeued.
 * @state: what accounting shows for the ended run. */
bool life_requeue(Sim *self, SimJob *job, JobState state);
void life_cancel_pending(Sim *self, SimJob *job, JobState state);
/** life_suspend - @gang: keeps its cores; an explicit one gives them to others. */
void life_suspend(Sim *self, SimJob *job, bool gang);
void life_resume(Sim *self, SimJob *job, bool gang);
/** life_expect_end - its work will be over at @at. */
void life_expect_end(Sim *self, SimJob *job, Instant at);
/** life_work_done - EVENT_END: its work is over by itself. */
void life_work_done(Sim *self, SimJob *job);
/** life_epilog - EVENT_EPILOG: the nodes are clean. */
void life_epilog(Sim *self, SimJob *job);
/** life_time_limits - EVENT_TIME_LIMIT: limits, grace times, reservations' ends. */
void life_time_limits(Sim *self);
/** life_expected_end - start + limit, less what a suspension took; INSTANT_NEVER never. */
Instant life_expected_end(const SimJob *job);
Span life_limit_span(const SimJob *job); /* [s] unlimited = one year */

/* ---- record.c: job records ---- */
SimJob *record_new(Sim *self, uint32_t load);
/** record_split - the next pending task of an array as a record of its own; the last one is the
 * meta record itself. */
SimJob *record_split(Sim *self, SimJob *meta);
/** record_task - the record of one task of an array, split off if it is not yet; NULL: no such. */
SimJob *record_task(Sim *self, SimJob *meta, uint32_t number);
uint32_t record_pending_tasks(const SimJob *job); /* 1 for a plain job */
void record_free(SimJob *job);
/** record_make_pending - enters it in Sim.pending at its place. */
void record_make_pending(Sim *self, SimJob *job);
void record_leave_pending(Sim *self, SimJob *job);
SimRun *record_run(Sim *self, SimJob *job); /* its SimRun, made when there is none */
void record_tell(Sim *self, SimJob *job);   /* agents hear of a change */

/* ---- depend.c ---- */
DependState depend_test(Sim *self, SimJob *job);
/** depend_parse - fills the dependencies of a new record; @message as sbatch would refuse. */
bool depend_parse(Sim *self, SimJob *job, char **message);

/* ---- access.c: may a job be in a partition at all? ---- */
typedef struct {
    WaitReason reason;   /* WAIT_NONE when it may */
    const char *message; /* what sbatch prints when it refuses for that; static text */
    bool always;         /* refused at submit whatever EnforcePartLimits says */
} AccessVerdict;

/** access_check - state, sizes, time, access lists of partition @index. @backfill: time_min
 * stands for the limit. */
AccessVerdict access_check(const Sim *self, const SimJob *job, uint32_t index, bool backfill);
/** access_lists - the accounts and QoS of partition @index, which access_check tests only with
 * EnforcePartLimits: else they keep a job from starting, but not out of the queue, and backfill
 * reserves nodes for a job whose account is not listed (not for one whose QoS is not). */
AccessVerdict access_lists(const Sim *self, const SimJob *job, uint32_t index);

/* ---- queue.c ---- */
typedef struct {
    SimJob *job;
    uint32_t partition;
    uint32_t priority;
    uint32_t reservation; /* index, INDEX_NONE */
    bool magnetic;        /* it may, but did not ask to */
} QueueEntry;

/** queue_build - records that may be tried, sorted. @backfill: time_min counts as the limit.
 * Returns: (transfer full) GArray of QueueEntry */
GArray *queue_build(Sim *self, bool backfill);
/** queue_independent - hold, dependency, throttle, begin time, reservation window: job_independent.
 * Sets begin_at when it first passes. */
bool queue_independent(Sim *self, SimJob *job);
/** queue_fits_partition - job_limits_check: sets the reason when it does not. */
bool queue_fits_partition(Sim *self, SimJob *job, uint32_t partition, bool backfill);
void queue_accrue(Sim *self, SimJob *job);
/** queue_hold, queue_release - _hold_job_rec and _release_job_rec of Slurm's job_mgr.c: it is
 * eligible anew once it is released, and with enforced limits its age starts anew as well. */
void queue_hold(Sim *self, SimJob *job);
void queue_release(Sim *self, SimJob *job);
/** queue_restart_age - its QoS or begin time was changed: where limits are enforced, age starts
 * anew (acct_policy_remove_accrue_time). */
void queue_restart_age(Sim *self, SimJob *job);

/* ---- select.c: select_nodes ---- */
typedef enum {
    SELECT_STARTED,
    SELECT_BUSY,   /* blocks its partition */
    SELECT_POLICY, /* a QoS or association limit */
    SELECT_LICENSES,
    SELECT_PART_CONFIG,    /* access rules, sizes */
    SELECT_NODE_NOT_AVAIL, /* its nodes are down or drained */
    SELECT_HELD,           /* the recording that is followed says not yet */
    SELECT_RESERVATION,    /* its reservation cannot be used now, or all is reserved */
    SELECT_NEVER           /* no node could ever do */
} SelectAnswer;

/** select_nodes - tries to start job->partition's entry now. @nodes: what the scheduler leaves;
 * a meta record is split by it. @started: the record that started. */
SelectAnswer select_nodes(Sim *self, SimJob *job, const NodeSet *nodes, SimJob **started);
/** select_tres - what @alloc comes to, by TRES index: TRES_MAX entries. */
void select_tres(const Sim *self, const SimJob *job, const Allocation *alloc, uint64_t *tres);
/** select_counts - get_node_cnts and sharing for planning. False: part config. */
bool select_query(Sim *self, SimJob *job, PlaceQuery *query);
/** select_drop_foreign - ExclusiveUser and --exclusive=user: takes nodes with another user's job
 * out of @nodes; jobs gone by @mark do not count. */
void select_drop_foreign(const Sim *self, const SimJob *job, uint32_t mark, NodeSet *nodes);

/** select_drop_unfit - takes nodes away that can never be of use to @job: without the features, the
 * memory, the CPUs, the sockets or the disk it asks for. What such nodes are busy with is nothing
 * backfill's test waits for. Source: node_scheduler.c job_req_node_filter. */
void select_drop_unfit(const Sim *self, const SimJob *job, NodeSet *nodes);
/** select_base_nodes - up and in the partition, less excluded and owned by other users. */
NodeSet *select_base_nodes(Sim *self, const SimJob *job, bool now);

/* ---- the schedulers ---- */
void sched_request(Sim *self); /* queue_job_scheduler: a pass within batch_sched_delay */
void sched_main(Sim *sim, bool full);
void sched_backfill(Sim *sim);
/** sched_changed - something happened that a backfill cycle may care about. */
static inline void sched_changed(Sim *self)
{
    self->changes++;
}

/* ---- timer.c: periodic work ---- */
bool timer_is_solid(EventKind kind);     /* not periodic work: something that changes the state */
void timer_push(Sim *self, Event event); /* counts solid events */
void timer_arm(Sim *self);               /* after every event: what is due next */
void timer_strike(Sim *self, EventKind kind);
bool timer_may_help(const Sim *self); /* may waiting alone let a pending job start? */

/* ---- preempt.c ---- */
/** preempt_allowed - may @preemptor (in its partition) preempt @victim at all? preempt/qos or
 * preempt/partition_prio, for sorting and for candidates. */
bool preempt_check(const Sim *self, const SimJob *preemptor, uint32_t partition,
                   const SimJob *victim, uint32_t victim_partition);
uint16_t preempt_mode(const Sim *self, const SimJob *victim);
/** preempt_candidates - running jobs it may preempt now, best victim first. (transfer container) */
GPtrArray *preempt_candidates(const Sim *self, const SimJob *job);
/**
 * preempt_find - which victims make room (9.6). @victims: those to act on, in order; NULL to only
 * ask. True when the job fits once they are gone; @alloc: what it would get.
 */
bool preempt_find(Sim *self, PlaceQuery *query, GPtrArray *candidates, GPtrArray **victims,
                  Allocation **alloc);
/** preempt_act - signals, cancels or requeues the victims of @job. */
void preempt_act(Sim *self, SimJob *job, GPtrArray *victims);
/** preempt_grace - the victim's GraceTime [s]. */
Span preempt_grace(const Sim *self, const SimJob *victim);
/** preempt_finish - the grace time of a victim is over. */
void preempt_finish(Sim *self, SimJob *victim);

/* ---- gang.c ---- */
Gang *gang_new(Sim *sim);
void gang_free(Gang *self);
void gang_started(Sim *sim, SimJob *job);
void gang_ended(Sim *sim, SimJob *job);
void gang_slice(Sim *sim);

/* ---- reservation.c ---- */
ReservationBook *reservation_book_new(void);
void reservation_book_free(ReservationBook *self);
typedef struct {
    uint32_t reservation; /* the one to run in, INDEX_NONE */
    bool may_move;        /* look later when it cannot be at `when` */
    Instant when;         /* in: from when on; out: from when it could */
    bool overlaps;        /* out: some reservation was met */
} ReservationTest;

/** reservation_test - job_test_resv: removes from @nodes what reservations keep from @job over its
 * planned run from test->when on. False: not then, and not later where it may move. */
bool reservation_test(Sim *self, const SimJob *job, ReservationTest *test, NodeSet *nodes);
/** reservation_any - is there any, now or to come? */
bool reservation_any(const Sim *self);
/** reservation_end_after - the earliest end of one at or after @when; INSTANT_NEVER. */
Instant reservation_end_after(const Sim *self, Instant when);
/** reservation_find - index by name, INDEX_NONE. */
uint32_t reservation_find(const Sim *self, const char *name);
/** reservation_open - job_test_resv_now for a job that asked for one. */
bool reservation_open(const Sim *self, SimJob *job);
/** reservation_magnets - indices of magnetic ones the job may use. (transfer full) GArray uint32 */
GArray *reservation_magnets(const Sim *self, const SimJob *job);
Instant reservation_start(const Sim *self, uint32_t reservation);
/** reservation_expired - the job must end because its reservation did. */
bool reservation_expired(const Sim *self, const SimJob *job);
/** reservation_command - scontrol create/update/delete reservation. */
bool reservation_command(Sim *self, const char *verb, char *const *fields, GError **error);
void reservation_strike(Sim *self); /* EVENT_RESERVATION */
/** reservation_may_use - is the submitter allowed in it? */
bool reservation_may_use(const Sim *self, uint32_t reservation, const SimJob *job);
/** reservation_remove_nodes - takes a reservation's nodes out of @nodes. */
void reservation_remove_nodes(const Sim *self, uint32_t reservation, NodeSet *nodes);
/** reservation_shorten - job_time_adj_resv: the limit [min] that ends before the next one. */
uint32_t reservation_shorten(const Sim *self, const SimJob *job, uint32_t limit);

/* ---- license.c ---- */
bool license_free(const Sim *self, const SimJob *job);
void license_take(Sim *self, const SimJob *job);
void license_return(Sim *self, const SimJob *job);

/* ---- scontrol.c ---- */
/** scontrol_run - a command line; false with Slurm's message when it does not do what it says. */
bool scontrol_run(Sim *self, char *const *argv, GError **error);
/** scontrol_is_scancel - scancel does not call it a failure when there is no such job. */
bool scontrol_is_scancel(char *const *argv);
/** scontrol_find_jobs - the records "12", "12_3" or "12_[1-4]" names. (transfer container) */
GPtrArray *scontrol_find_jobs(Sim *self, const char *text);

/* ---- update.c: scontrol update ---- */
bool update_run(Sim *self, char *const *fields, GError **error);
/** update_node_returns - EVENT_NODE: ReturnToService=2 and its slurmd answers. */
void update_node_returns(Sim *self, uint32_t node);
