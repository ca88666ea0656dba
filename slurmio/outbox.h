/* What is to be delivered, and somebody who keeps trying: a thread of its own, so that whoever puts
 * something in never waits. Knows no webhook and no command. */
#pragma once

#include "base/units.h"

typedef enum {
    DELIVERY_DONE,
    DELIVERY_LATER, /* worth another try */
    DELIVERY_NEVER, /* refused for good */
} DeliveryFate;

typedef struct {
    DeliveryFate fate;
    Span wait; /* [s] how long the receiver asks to be left alone; 0: it does not say */
    char *why; /* NULL when done */
} Delivery;

/** OutboxDeliver - hands @items over, oldest first, at least one; runs in the outbox's thread. */
typedef Delivery (*OutboxDeliver)(void *self, GPtrArray *items);

typedef struct {
    OutboxDeliver deliver;
    void *self;               /* of @deliver; outlives the outbox */
    GDestroyNotify free_item; /* NULL: items are not owned */
    guint batch;              /* so many items at a time, 1.. */
    guint capacity;           /* of more than that the oldest are dropped */
    guint attempts;           /* then the items tried are dropped, 1.. */
    gint64 pause;             /* [us] between deliveries: the receiver's rate limit */
    gint64 back_off;          /* [us] before a second try, doubled for each further one */
    gint64 gather;            /* [us] how long the first item waits for others to go with it */
} OutboxRules;

typedef struct Outbox Outbox;

Outbox *outbox_new(const OutboxRules *rules);

/** outbox_put - @item is delivered some time; (transfer full) with free_item. */
void outbox_put(Outbox *self, void *item);

/** outbox_trouble - what has gone wrong since it was last asked for; NULL: nothing.
 * Returns: (transfer full) */
char *outbox_trouble(Outbox *self);

/**
 * outbox_close - delivers what is left, for @patience seconds at most and what one delivery takes.
 * Items left then are dropped.
 * @trouble: as outbox_trouble says it (transfer full); NULL: nobody asks
 */
void outbox_close(Outbox *self, Span patience, char **trouble);
