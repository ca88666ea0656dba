/* Backfill's picture of the future: which nodes nobody has reserved, slot by slot of time. */
#include "sim/timemap.h"

struct TimeMap {
    GArray *slots;    /* Slot, in order of time, without gaps */
    uint32_t records; /* ever made: Slurm's table does not shrink when it merges */
    bool opened;      /* a reservation from its very beginning took a record of its own */
};

static void clear_slot(void *data)
{
    nodeset_free(((Slot *)data)->nodes);
}

TimeMap *timemap_new(Instant begin, Instant end, const NodeSet *nodes)
{
    TimeMap *self = g_new0(TimeMap, 1);
    const Slot all = {.begin = begin, .end = end, .nodes = nodeset_copy(nodes)};

    self->slots = g_array_new(FALSE, FALSE, sizeof(Slot));
    g_array_set_clear_func(self->slots, clear_slot);
    g_array_append_val(self->slots, all);
    self->records = 1;
    return self;
}

void timemap_free(TimeMap *self)
{
    if (!self)
        return;
    g_array_unref(self->slots);
    g_free(self);
}

uint32_t timemap_records(const TimeMap *self)
{
    return self->records;
}

uint32_t timemap_length(const TimeMap *self)
{
    return self->slots->len;
}

static Slot *nth(const TimeMap *self, uint32_t index)
{
    return &g_array_index(self->slots, Slot, index);
}

const Slot *timemap_nth(const TimeMap *self, uint32_t index)
{
    return nth(self, index);
}

uint32_t timemap_find(const TimeMap *self, Instant at)
{
    uint32_t low = 0;
    uint32_t high = self->slots->len;

    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;

        if (nth(self, middle)->end > at)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* Cuts the slot around @at in two, unless it begins or ends there. */
static void cut(TimeMap *self, Instant at)
{
    for (uint32_t i = 0; i < self->slots->len; i++) {
        Slot *slot = nth(self, i);
        Slot rest;

        if (slot->begin >= at)
            return;
        if (slot->end <= at)
            continue;
        rest = (Slot){.begin = at, .end = slot->end, .nodes = nodeset_copy(slot->nodes)};
        slot->end = at;
        g_array_insert_val(self->slots, i + 1, rest);
        self->records++;
        return;
    }
}

/* Slurm looks at the slots it has just changed, and at two before them. */
static void merge_one_pair(TimeMap *self, Instant begin, Instant end)
{
    const uint32_t first = timemap_find(self, begin);

    for (uint32_t i = first > 2 ? first - 2 : 0; i + 1 < self->slots->len; i++) {
        if (nth(self, i)->begin >= end)
            return;
        if (!nodeset_equal(nth(self, i)->nodes, nth(self, i + 1)->nodes))
            continue;
        nth(self, i)->end = nth(self, i + 1)->end;
        g_array_remove_index(self->slots, i + 1);
        return;
    }
}

void timemap_reserve(TimeMap *self, Instant begin, Instant end, const NodeSet *nodes)
{
    begin = MAX(begin, nth(self, 0)->begin);
    if (begin == nth(self, 0)->begin && !self->opened) {
        self->opened = true;
        self->records++;
    }
    cut(self, begin);
    cut(self, end);
    for (uint32_t i = timemap_find(self, begin); i < self->slots->len; i++) {
        const Slot *slot = nth(self, i);

        if (slot->begin >= end)
            break;
        nodeset_remove(slot->nodes, nodes);
    }
    merge_one_pair(self, begin, end);
}

bool timemap_conflicts(const TimeMap *self, Instant begin, Instant end, const NodeSet *nodes)
{
    for (uint32_t i = 0; i < self->slots->len; i++) {
        const Slot *slot = nth(self, i);

        if (slot->end > begin && slot->begin < end && !nodeset_contains(slot->nodes, nodes))
            return true;
    }
    return false;
}
