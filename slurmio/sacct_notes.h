/* What had to be guessed, repaired or left out of a dump of sacct: counted as it happens, told in
 * one sentence each at the end. Private to slurmio/sacct*.c. */
#pragma once

#include "base/diag.h"
#include <stdint.h>

typedef enum {
    /* warnings: the scenario is not the whole of what happened */
    NOTE_HET,
    NOTE_CLUSTERS,
    NOTE_NO_SUBMIT,
    NOTE_NOT_ENDED,
    NOTE_LINE_WRONG,
    NOTE_PARTITION,
    NOTE_QOS,
    NOTE_ASSOC,
    NOTE_RESERVATION,
    NOTE_DEVICES,
    NOTE_NODE_FAIL,
    /* notes: what stands in for what is not known */
    NOTE_NO_LINE,
    NOTE_SIZE_ALLOCATED,
    NOTE_WHOLE_NODES,
    NOTE_NODES_GUESSED,
    NOTE_ONE_NODE,
    NOTE_MEMORY_SPREAD,
    NOTE_NO_LIMIT,
    NOTE_BEGIN,
    NOTE_HELD,
    NOTE_DEPENDENCY,
    NOTE_CANCELLED_WAITING,
    NOTE_CANCELLED_RUNNING,
    NOTE_TIMEOUT,
    NOTE_CUT_SHORT_NAME,
    NOTE_CUT_SHORT_LIMIT,
    NOTE_THROTTLE,
    NOTE_TASKS_DIFFER,
    NOTE_NO_USER,
    NOTE_KINDS
} NoteKind;

typedef struct {
    uint32_t count[NOTE_KINDS];
    char *first[NOTE_KINDS];  /* the job it was first */
    char *detail[NOTE_KINDS]; /* what was found there; NULL */
} SacctNotes;

void sacct_notes_clear(SacctNotes *self);

/** sacct_note - of the job called @job. @detail: what was found, for the first one; NULL */
void sacct_note(SacctNotes *self, NoteKind kind, const char *job, const char *detail);

/** sacct_notes_say - a diag a kind, about the file @path. */
void sacct_notes_say(const SacctNotes *self, const char *path, Diags *diags);
