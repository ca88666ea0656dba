/* What is to be delivered, and somebody who keeps trying. */
#include "slurmio/outbox.h"

#define LONGEST_BACK_OFF (60 * G_USEC_PER_SEC)
#define LONGEST_WAIT     300 /* [s] whatever the receiver asks for */

typedef struct {
    void *data;
    gint64 put_at; /* [us] of the monotonic clock, as all below */
} Item;

/* Everything but the rules is guarded by the lock. */
struct Outbox {
    OutboxRules rules;
    GThread *thread;
    GMutex lock;
    GCond wake;
    GQueue items;      /* Item, oldest first */
    gint64 not_before; /* of the next delivery */
    guint tried;       /* how often what is at the head has been */
    guint lost;        /* items dropped since somebody asked */
    char *why;         /* the last reason for that, or for a second try; NULL */
    bool closing;
    gint64 close_by;
};

static void item_free(const Outbox *self, Item *item)
{
    if (self->rules.free_item)
        self->rules.free_item(item->data);
    g_free(item);
}

static void drop_oldest(Outbox *self, guint n)
{
    while (n-- > 0 && self->items.length > 0)
        item_free(self, g_queue_pop_head(&self->items));
}

static gint64 due_at(Outbox *self)
{
    const Item *first = g_queue_peek_head(&self->items);
    gint64 gathered = self->closing ? 0 : first->put_at + self->rules.gather;

    return MAX(gathered, self->not_before);
}

static gint64 back_off_of(const Outbox *self, const Delivery *delivery)
{
    gint64 wait = self->rules.back_off;

    if (delivery->wait > 0)
        return MIN(delivery->wait, LONGEST_WAIT) * G_USEC_PER_SEC;
    for (guint i = 1; i < self->tried && wait < LONGEST_BACK_OFF; i++)
        wait *= 2;
    return MIN(wait, LONGEST_BACK_OFF);
}

static void take_note(Outbox *self, Delivery *delivery, guint n)
{
    gint64 now = g_get_monotonic_time();
    bool again;

    self->tried++;
    again = delivery->fate == DELIVERY_LATER && self->tried < self->rules.attempts;
    self->not_before = now + (again ? back_off_of(self, delivery)
                                    : MAX(self->rules.pause, delivery->wait * G_USEC_PER_SEC));
    if (delivery->fate != DELIVERY_DONE && !again)
        self->lost += n;
    if (!again) {
        drop_oldest(self, n);
        self->tried = 0;
    }
    if (delivery->why) {
        g_free(self->why);
        self->why = delivery->why;
    }
}

/* Called with the lock, which is free while the delivery lasts. */
static void deliver(Outbox *self)
{
    g_autoptr(GPtrArray) batch = g_ptr_array_new();
    Delivery delivery;

    for (GList *at = self->items.head; at && batch->len < self->rules.batch; at = at->next)
        g_ptr_array_add(batch, ((Item *)at->data)->data);
    g_mutex_unlock(&self->lock);
    delivery = self->rules.deliver(self->rules.self, batch);
    g_mutex_lock(&self->lock);
    take_note(self, &delivery, batch->len);
}

static bool is_over(const Outbox *self)
{
    return self->closing && (self->items.length == 0 || g_get_monotonic_time() >= self->close_by);
}

static void *work(void *data)
{
    Outbox *self = data;

    g_mutex_lock(&self->lock);
    while (!is_over(self)) {
        gint64 due;

        if (self->items.length == 0) {
            g_cond_wait(&self->wake, &self->lock);
            continue;
        }
        due = due_at(self);
        if (g_get_monotonic_time() >= due)
            deliver(self);
        else
            g_cond_wait_until(&self->wake, &self->lock,
                              self->closing ? MIN(due, self->close_by) : due);
    }
    g_mutex_unlock(&self->lock);
    return NULL;
}

Outbox *outbox_new(const OutboxRules *rules)
{
    Outbox *self = g_new0(Outbox, 1);

    self->rules = *rules;
    g_mutex_init(&self->lock);
    g_cond_init(&self->wake);
    g_queue_init(&self->items);
    self->thread = g_thread_new("outbox", work, self);
    return self;
}

/* A full box loses its oldest, but never what may be on its way just now. */
static void make_room(Outbox *self)
{
    while (self->items.length >= self->rules.capacity + self->rules.batch) {
        item_free(self, g_queue_pop_nth(&self->items, self->rules.batch));
        self->lost++;
    }
}

void outbox_put(Outbox *self, void *data)
{
    Item *item = g_new0(Item, 1);

    item->data = data;
    item->put_at = g_get_monotonic_time();
    g_mutex_lock(&self->lock);
    make_room(self);
    g_queue_push_tail(&self->items, item);
    g_cond_signal(&self->wake);
    g_mutex_unlock(&self->lock);
}

/* Called with the lock. */
static char *take_trouble(Outbox *self)
{
    g_autofree char *why = g_steal_pointer(&self->why);
    guint lost = self->lost;

    self->lost = 0;
    if (lost > 0)
        return g_strdup_printf("%u not delivered: %s", lost, why ? why : "too many at once");
    return why ? g_strdup_printf("%s (will be tried again)", why) : NULL;
}

char *outbox_trouble(Outbox *self)
{
    char *trouble;

    g_mutex_lock(&self->lock);
    trouble = take_trouble(self);
    g_mutex_unlock(&self->lock);
    return trouble;
}

void outbox_close(Outbox *self, Span patience, char **trouble)
{
    if (!self)
        return;
    g_mutex_lock(&self->lock);
    self->closing = true;
    self->close_by = g_get_monotonic_time() + patience * G_USEC_PER_SEC;
    g_cond_signal(&self->wake);
    g_mutex_unlock(&self->lock);
    g_thread_join(self->thread);
    self->lost += self->items.length;
    drop_oldest(self, self->items.length);
    if (trouble)
        *trouble = take_trouble(self);
    g_free(self->why);
    g_mutex_clear(&self->lock);
    g_cond_clear(&self->wake);
    g_free(self);
}
