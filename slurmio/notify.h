/* Tells people what became of their jobs: a Slack webhook, a command of theirs, or both. Nothing
 * here makes the caller wait or fail: what goes wrong is told by notifier_trouble. */
#pragma once

#include "base/units.h"

typedef enum {
    NOTIFY_UNSET,                /* Slack: terminal; the command: all */
    NOTIFY_TERMINAL,             /* ends, stuck jobs, the end of the run */
    NOTIFY_RUNNING_AND_TERMINAL, /* starts too */
    NOTIFY_ALL,                  /* every change */
    NOTIFY_DIGEST, /* Slack: all, gathered for 15 minutes at a time; the command: terminal */
} NotifyPreset;

/** notify_preset_parse - "terminal", "running_and_terminal", "all", "digest". */
bool notify_preset_parse(const char *text, NotifyPreset *out, GError **error);

typedef enum {
    NOTICE_STATE, /* a job's state has changed */
    NOTICE_STUCK, /* a job or node hangs; the state is what it was */
    NOTICE_NOTE,  /* anything else about a job or the run: a retry, a forecast that slipped */
    NOTICE_RUN,   /* the run as a whole has begun or ended */
} NoticeKind;

/* Texts may be NULL, and may hold anything: whatever a user called a job. */
typedef struct {
    NoticeKind kind;
    const char *run, *workflow;
    const char *job, *id; /* its name; "123" or "123_4" */
    const char *was, *state;
    const char *nodes;
    const char *text; /* what else there is to say: a reason, a diagnosis */
    int exit;         /* -1: none */
    Instant at;       /* [s since 1970] */
} Notice;

typedef struct {
    NotifyPreset preset;
    bool slack;
    const char *slack_file; /* see webhook_new; NULL */
    const char *on_change;  /* a command line, split as a shell does, run without one; NULL */
} NotifyChoice;

typedef struct Notifier Notifier;

/**
 * notifier_new - who is told what.
 *
 * The command gets the notice in its environment: SRX_KIND (state, stuck, note, run), SRX_RUN,
 * SRX_WORKFLOW, SRX_JOB, SRX_JOB_ID, SRX_WAS, SRX_STATE, SRX_NODES, SRX_EXIT, SRX_AT, SRX_TEXT,
 * and SRX_LINE, the whole in one line. It is run for one notice at a time, for a minute at most.
 * Fails as webhook_new, and with SRX_ERROR_USAGE when the command line is no list of words.
 * Returns: a notifier that tells nobody when nobody is to be told
 */
Notifier *notifier_new(const NotifyChoice *choice, GError **error);

/** notifier_tell - never waits. */
void notifier_tell(Notifier *self, const Notice *notice);

/** notifier_trouble - what has gone wrong since it was last asked for, a line; NULL: nothing.
 * Returns: (transfer full) */
char *notifier_trouble(Notifier *self);

/** notifier_close - frees it after telling what is left, for about @patience seconds.
 * @trouble: as notifier_trouble says it (transfer full); NULL: nobody asks */
void notifier_close(Notifier *self, Span patience, char **trouble);

/** notice_line - "train (123): RUNNING -> FAILED, exit 1, on n1". Returns: (transfer full) */
char *notice_line(const Notice *self);

/** notice_passes - whether @preset lets it through. */
bool notice_passes(const Notice *self, NotifyPreset preset);
