/* The journal of a run: what srx did and saw, a line an event, only ever added to. What stands in
 * it has happened, or, for an intent, may have. docs/schema.md has the lines. */
#pragma once

#include "base/units.h"
#include "sim/job.h"

typedef enum {
    JOURNAL_BEGIN,     /* the run's directory is there; text: the workflow's name */
    JOURNAL_INTENT,    /* sbatch is about to be run; mark */
    JOURNAL_ACCEPTED,  /* id: Slurm has it, held when `held` */
    JOURNAL_REFUSED,   /* text: what Slurm said; nothing of this attempt is in Slurm */
    JOURNAL_RELEASED,  /* what was held is no longer; of the run when it has no job */
    JOURNAL_CANCELLED, /* id, text: why; of the run when it has no job: all is cancelled */
    JOURNAL_STARTED,   /* id, when, nodes */
    JOURNAL_ENDED,     /* id, when, state, exit */
    JOURNAL_RETRY,     /* text: why; change: what it asks for now ("--time=90"); NULL: the same */
    JOURNAL_NOTE,      /* text */
    JOURNAL_DONE,      /* all that will ever end has ended; text: how it went */
    JOURNAL_KINDS
} JournalKind;

const char *journal_kind_name(JournalKind kind); /* "intent" */

/* Texts may be NULL. */
typedef struct {
    JournalKind kind;
    Instant at;       /* [s since 1970] when it was written; journal_write sets it */
    uint32_t job;     /* index into the submission; COUNT_UNSET: the run as a whole */
    uint32_t task;    /* of an array; COUNT_UNSET: none, or all of it */
    uint32_t attempt; /* 0.. */
    uint32_t id;      /* Slurm's; without Slurm the process group; 0: none */
    Instant when;     /* [s since 1970] when it happened; INSTANT_NEVER: not known */
    int exit;         /* as a shell has it, 128 + n when signal n ended it; -1: none */
    bool held;        /* accepted, not yet free to start */
    char *mark, *state, *nodes, *change, *text;
} JournalEvent;

/** journal_event - one of @kind with nothing else in it; COUNT_UNSET for @job: of the run. Texts
 * put into it are the caller's. */
JournalEvent journal_event(JournalKind kind, uint32_t job, uint32_t attempt);
void journal_event_clear(JournalEvent *self); /* for events that own their texts */

typedef struct Journal Journal;
typedef Instant (*JournalClock)(void); /* [s since 1970] */

/**
 * journal_open - the journal at @path, to be added to; made when it is not there.
 *
 * What a crash left of a last line is cut off. Fails with SRX_ERROR_FAILED.
 */
Journal *journal_open(const char *path, JournalClock clock, GError **error);
void journal_free(Journal *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Journal, journal_free)

/** journal_write - adds a line and waits until the disk has it; @event->at is set. When that fails,
 * nothing that the event announces may be done. */
bool journal_write(Journal *self, JournalEvent *event, GError **error);

/** JournalTake - is given each event, which is the reader's. */
typedef void (*JournalTake)(void *self, const JournalEvent *event);

/**
 * journal_read - the events of the journal at @path, first to last. A last line without its end is
 * left out; events of a kind nobody knows, too (a later srx may write them).
 *
 * Fails with SRX_ERROR_FAILED when it cannot be read, SRX_ERROR_INPUT for a line that is no event.
 */
bool journal_read(const char *path, JournalTake take, void *self, GError **error);
