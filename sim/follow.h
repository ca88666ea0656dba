/* Follow mode: the simulator is kept in the real state and asked, in every pass, what it would
 * decide. Separates wrong rules from chaos: a late second cannot send the schedule another way.
 *
 * The decisions are the recording's starts and preemptions, each once. A start agrees when a pass
 * would make it at most a minute before it really happened, or in the minute after with the job
 * taken out again; and on nodes of the same kind. A preemption agrees when a pass would take the
 * same victim. Suspensions are simulated and are no decisions. */
#pragma once

#include "sim/recording.h"
#include "sim/sim.h"

#define FOLLOW_TOLERANCE 60 /* [s] */

typedef enum {
    FOLLOW_LATE,    /* it really started; here it could not have, a minute later still */
    FOLLOW_EARLY,   /* here it would have started more than a minute before it did */
    FOLLOW_END,     /* a time limit struck at another time */
    FOLLOW_PREEMPT, /* another victim, or none, or at another time */
    FOLLOW_NODES    /* another kind of nodes */
} FollowKind;

const char *follow_kind_name(FollowKind kind); /* "late" */

typedef struct {
    const RecordedRun *run;
    bool preemption; /* of this run, else its start */
    Instant real_at;
    Instant simulated_at;  /* INSTANT_NEVER when it was not decided here */
    char *simulated_nodes; /* of a start; NULL */
} FollowDecision;

typedef struct {
    Instant at;
    uint32_t job;     /* index into the Load's jobs */
    uint32_t task;    /* array index, or COUNT_UNSET */
    uint32_t attempt; /* 0, 1, ... */
    FollowKind kind;
    char *why;
} FollowDisagreement;

typedef struct Follow Follow;

Follow *follow_new(const Recording *recording);
void follow_free(Follow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Follow, follow_free)

/** follow_attach - from now on @sim is led along the recording. The jobs of @sim's first load are
 * those the recording counts; their submit and run times must be the recorded ones. @self must
 * outlive @sim or be released. Run @sim until recording->until. */
void follow_attach(Follow *self, Sim *sim);

/** follow_release - the simulator runs free from now on; what runs has its real run time. */
void follow_release(Follow *self, Sim *sim);

const GPtrArray *follow_decisions(const Follow *self);     /* FollowDecision *, by real_at */
const GPtrArray *follow_disagreements(const Follow *self); /* FollowDisagreement *, by at */

/** follow_share - 1 - disagreements / decisions, at least 0; 1 without decisions. */
double follow_share(const Follow *self);
