/* What follow mode knows of each run, and how it tells what does not agree. Only sim/follow*.c
 * include it. */
#pragma once

#include "sim/follow_inner.h"
#include "sim/follow_shares.h"
#include "sim/tentative.h"

/* One real run, or one that would begin here and never did. */
typedef struct {
    const RecordedRun *run; /* NULL: it never did */
    guint index;            /* of the run in its recording */
    uint32_t job, task, attempt;
    FollowDecision *start;   /* its decision: owned by Follow.decisions; NULL without a run */
    FollowDecision *preempt; /* NULL unless it was preempted */
    SimJob *record;          /* while it runs here */
    SimJob *last;            /* the record it ran as, afterwards too; NULL */
    uint32_t turn;           /* in the last probe it was the nth to start; 0: it was not */
    bool same_kind;          /* a pass would have taken nodes of the real ones' kind */
    Instant early_at;        /* a pass would have started it, too early; INSTANT_NONE */
    bool early_told;
    Instant never_at;  /* it begins here and never did: told if it still waits then; INSTANT_NONE */
    Instant try_at;    /* it was late so far and is tried again then; INSTANT_NONE */
    WaitReason reason; /* why it was late */
    uint32_t priority; /* then */
    Instant timeout_at;  /* when a limit would have ended it; INSTANT_NONE */
    Instant chosen_at;   /* as a victim, when it was not really one; INSTANT_NONE */
    SimJob *preemptor;   /* for whom it was a victim; NULL */
    bool victim_settled; /* what chosen_at means is said, or paired with the real victim */
} Track;

/* What a pass is run for. */
typedef enum {
    PASS_REGULAR, /* by the simulator's own clock: everything it would do is noted */
    PASS_PROBE,   /* to see whether one job starts or one victim is taken */
    PASS_VERIFY   /* a second look at early starts, with earlier ones blocking instead */
} PassKind;

struct Follow {
    const Recording *recording;
    GPtrArray *tracks;     /* Track *, owned: the recording's runs in its order, then others */
    guint n_runs;          /* how many of them are runs */
    guint next_start;      /* the first of them that has not started yet */
    GPtrArray *ends;       /* Track *, by end */
    guint next_end;        /* the first of them that has not ended yet */
    GHashTable *by_name;   /* "job/task/attempt" -> Track * */
    GPtrArray *decisions;  /* FollowDecision *, owned */
    GPtrArray *told;       /* FollowDisagreement *, owned */
    GPtrArray *watched;    /* Track *: late so far */
    GPtrArray *chosen;     /* Track *: victims that were none, to be settled */
    FollowShares *shares;  /* what the runs really held, by node */
    uint64_t victims_seen; /* Sim.changes when victims were last looked for */
    Tentative *tentative;
    guint base; /* changes that stand across the pass */
    PassKind pass;
    uint32_t n_early;     /* told: they would run here and wait in reality */
    bool leave_out;       /* these do not take part in the pass */
    bool early_took_part; /* one of them would have started in this pass */
    Track *probe;         /* the run a probe is for */
    bool probe_fits;
    uint32_t turns;   /* starts in this probe */
    Instant cycle_at; /* the last cycle of backfill that is known to have run; INSTANT_NONE */
    Span lap;         /* [s] it came after the one known before, and ... */
    uint32_t laps;    /* ... how many cycles that were; 0: not known */
    GPtrArray *fresh; /* Track *: too early in this pass and not yet told */
    GPtrArray *lost;  /* what begins in this pass and accounting has lost; of follow_lost.c */
};

Track *track_of(const Follow *self, const SimJob *job); /* NULL when nothing is known of it */
Track *track_never(Follow *self, const SimJob *job);    /* made when there is none */

/** track_tell - @why: (transfer full) */
void track_tell(Follow *self, const Track *track, Instant at, FollowKind kind, char *why);

/* ---- nodes ---- */
/** follow_same_kind - would the run have got the same kinds of nodes? */
bool follow_same_kind(const Sim *sim, const RecordedRun *run, const NodeSet *chosen);
/** follow_place - its real nodes as an allocation, with as many CPUs on each as it really had, as
 * far as that is known; where they are not free here, cores are shared for once. NULL: the job
 * could not be there at all. */
Allocation *follow_place(Follow *self, Sim *sim, SimJob *job, const Track *track);

/* ---- passes beside the clock ---- */
/** follow_probe - would a pass start @track's job now (NULL: only victims are noted)? Nothing is
 * changed. */
bool follow_probe(Follow *self, Sim *sim, Track *track);
/** follow_find_cycle - @batch really starts now: where only backfill would start some of it, a
 * cycle ran in this very second. It is run, and the next is due an interval later: when cycles run
 * is thus the recording's, not the simulator's. A pass of the decay thread that is due now as well
 * comes first unless all of @batch starts without it. */
void follow_find_cycle(Follow *self, Sim *sim, const GPtrArray *batch);
/** follow_settle_never - tells of what would have started and still waits a minute later. */
void follow_settle_never(Follow *self, Sim *sim);

/* ---- runs that accounting has lost: follow_lost.c ---- */
void follow_lost_free(void *data);
/** follow_note_lost - if @job's run is one of them, it is to start once the pass is over. */
bool follow_note_lost(Follow *self, SimJob *job, const Allocation *alloc);
/** follow_start_lost - the state is the real one again: starts them. */
void follow_start_lost(Follow *self, Sim *sim);

/* ---- preempted runs: follow_victim.c ---- */
/** follow_expect_victim - @track has started: it is looked at again when it may be chosen. */
void follow_expect_victim(Follow *self, Sim *sim, const Track *track);
/** follow_await_victims - real victims with a grace time: while they may be being chosen, would
 * they be here? Afterwards they are. */
void follow_await_victims(Follow *self, Sim *sim);
/** follow_victim_gone - @track was really preempted now: was it a victim here too? */
void follow_victim_gone(Follow *self, Sim *sim, Track *track);
/** follow_settle_victims - tells of victims that were none a minute later. */
void follow_settle_victims(Follow *self, const Sim *sim);
/** follow_grace - [s] from choosing a victim to its end, at most. */
Span follow_grace(const Sim *sim, const SimJob *victim);

/* ---- what a disagreement is about ---- */
/** follow_why_late - "still waits for Priority (2762): ...". Returns: (transfer full) */
char *follow_why_late(const Track *track);
char *follow_why_early(const Follow *self, const Track *track, const SimJob *job);
