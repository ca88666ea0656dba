/* What happens when: a binary heap of events ordered by (instant, kind, arrival). */
#include "sim/event.h"

struct EventHeap {
    GArray *events; /* Event; children of i are 2i+1 and 2i+2 */
    uint64_t arrivals;
};

EventHeap *event_heap_new(void)
{
    EventHeap *self = g_new0(EventHeap, 1);

    self->events = g_array_new(FALSE, FALSE, sizeof(Event));
    return self;
}

void event_heap_free(EventHeap *self)
{
    if (!self)
        return;
    g_array_unref(self->events);
    g_free(self);
}

static Event *nth(const EventHeap *self, size_t index)
{
    return &g_array_index(self->events, Event, index);
}

static bool is_before(const Event *a, const Event *b)
{
    if (a->at != b->at)
        return a->at < b->at;
    if (a->kind != b->kind)
        return a->kind < b->kind;
    return a->arrival < b->arrival;
}

static void sift_up(EventHeap *self, size_t index)
{
    const Event moving = *nth(self, index);

    while (index > 0 && is_before(&moving, nth(self, (index - 1) / 2))) {
        *nth(self, index) = *nth(self, (index - 1) / 2);
        index = (index - 1) / 2;
    }
    *nth(self, index) = moving;
}

static void sift_down(EventHeap *self, size_t index)
{
    const size_t length = self->events->len;
    const Event moving = *nth(self, index);

    for (size_t child = 2 * index + 1; child < length; child = 2 * index + 1) {
        if (child + 1 < length && is_before(nth(self, child + 1), nth(self, child)))
            child++;
        if (!is_before(nth(self, child), &moving))
            break;
        *nth(self, index) = *nth(self, child);
        index = child;
    }
    *nth(self, index) = moving;
}

void event_push(EventHeap *self, Event event)
{
    event.arrival = self->arrivals++;
    g_array_append_val(self->events, event);
    sift_up(self, self->events->len - 1);
}

const Event *event_peek(const EventHeap *self)
{
    return self->events->len ? nth(self, 0) : NULL;
}

Event event_pop(EventHeap *self)
{
    const Event first = *nth(self, 0);
    const Event last = *nth(self, self->events->len - 1);

    g_array_set_size(self->events, self->events->len - 1);
    if (self->events->len > 0) {
        *nth(self, 0) = last;
        sift_down(self, 0);
    }
    return first;
}

size_t event_count(const EventHeap *self)
{
    return self->events->len;
}
