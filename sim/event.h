/* What happens when: a binary heap of events ordered by (instant, kind, arrival). */
#pragma once

#include "base/units.h"

/* Several things at one instant happen in this order. */
typedef enum {
    EVENT_END,         /* a job's work is over */
    EVENT_EPILOG,      /* its last node has cleaned up */
    EVENT_TIME_LIMIT,  /* the 30 s check */
    EVENT_PRIORITY,    /* the decay thread */
    EVENT_BACKFILL,    /* a cycle does not see what comes in its own second */
    EVENT_SUBMIT,      /* sbatch */
    EVENT_COMMAND,     /* scontrol, scancel */
    EVENT_WAKE,        /* an agent asked for it */
    EVENT_NODE,        /* a node that was set DOWN registers again */
    EVENT_RESERVATION, /* one begins or ends */
    EVENT_SLICE,       /* gang scheduling's time slice */
    EVENT_MAIN,        /* the background loop starts a main pass */
    EVENT_LATE_CYCLE,  /* backfill, where a recording is followed: it tells what a cycle saw */
    EVENT_KINDS
} EventKind;

typedef struct {
    Instant at;
    EventKind kind;
    uint32_t generation; /* of the subject when it was scheduled: an older one is stale */
    uint64_t arrival;
    uint32_t subject; /* a record's index, a load index: by kind */
    void *object;     /* an agent's self, a command: by kind; borrowed */
} Event;

typedef struct EventHeap EventHeap;

EventHeap *event_heap_new(void);
void event_heap_free(EventHeap *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EventHeap, event_heap_free)

/** event_push - O(log n); `arrival` is filled in. */
void event_push(EventHeap *self, Event event);
/** event_peek - the next one, or NULL; valid until the next push or pop. */
const Event *event_peek(const EventHeap *self);
/** event_pop - takes the next one off. O(log n). */
Event event_pop(EventHeap *self);
size_t event_count(const EventHeap *self);
