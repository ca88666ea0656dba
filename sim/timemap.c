/* Backfill's picture of the future: which nodes nobody has reserved, slot by slot of time. */
#include "sim/timemap.h"

struct TimeMap {
    GArray *slots;    /* Slot, in order of time, without gaps */
    uint32_t records; /* ever made: Slurm's table does not shrink when it merges */
    bool opened;      /* a reservation from its very beginning took a record of its own */
};

#define SPANS 16 /* remembered, a power of two */

/* Nodes free and vacant, by the span asked for: it can only have become fewer since. */
struct SlotCounts {
    struct {
        Span span;
        Instant at;
        uint32_t most;
    } of[SPANS];
};

static void clear_slot(void *data)
{
    nodeset_free(((Slot *)data)->nodes);
    g_free(((Slot *)data)->counts);
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
    const uint32_t i = timemap_find(self, at);
    Slot rest;

    if (i == self->slots->len || nth(self, i)->begin >= at)
        return;
    rest = *nth(self, i);
    rest.begin = at;
    rest.nodes = nodeset_copy(rest.nodes);
    rest.counts = NULL;
    nth(self, i)->end = at;
    nth(self, i)->dull = true;
    g_array_insert_val(self->slots, i + 1, rest);
    self->records++;
}

/* Slurm looks at the slots it has just changed, and at two before them. */
static void merge_one_pair(TimeMap *self, Instant begin, Instant end)
{
    const uint32_t first = timemap_find(self, begin);

    for (uint32_t i = first > 2 ? first - 2 : 0; i + 1 < self->slots->len; i++) {
        Slot *slot = nth(self, i), *next = nth(self, i + 1);

        if (slot->begin >= end)
            return;
        if (!nodeset_equal(slot->nodes, next->nodes))
            continue;
        slot->end = next->end;
        slot->dull = next->dull;
        g_array_remove_index(self->slots, i + 1);
        return;
    }
}

/* What both of two neighbours lose makes the second no better: only the last to lose may get a
 * better neighbour. */
void timemap_reserve(TimeMap *self, Instant begin, Instant end, const NodeSet *nodes)
{
    uint32_t first, i;

    begin = MAX(begin, nth(self, 0)->begin);
    if (begin == nth(self, 0)->begin && !self->opened) {
        self->opened = true;
        self->records++;
    }
    cut(self, begin);
    cut(self, end);
    first = timemap_find(self, begin);
    for (i = first; i < self->slots->len && nth(self, i)->begin < end; i++)
        nodeset_remove(nth(self, i)->nodes, nodes);
    if (i > first)
        nth(self, i - 1)->dull = false;
    merge_one_pair(self, begin, end);
}

/* ---- what is free ---- */

static bool gains_in(const Slot *slot, const NodeSet *among, uint32_t word)
{
    return slot[1].nodes->words[word] & among->words[word] & ~slot[0].nodes->words[word];
}

bool timemap_gains(TimeMap *self, uint32_t index, const NodeSet *among)
{
    Slot *slot = nth(self, index);
    bool dull = true;

    if (slot->dull || index + 1 == self->slots->len)
        return false;
    if (gains_in(slot, among, slot->gain))
        return true;
    for (uint32_t w = 0; w < among->n_words; w++) {
        if (gains_in(slot, among, w)) {
            slot->gain = w;
            return true;
        }
        dull = dull && !(slot[1].nodes->words[w] & ~slot[0].nodes->words[w]);
    }
    slot->dull = dull;
    return false;
}

/* As long as nothing got better, what is free so far is what the slot has: its neighbour alone says
 * whether it gets better there. */
uint32_t timemap_keep_free(TimeMap *self, Instant from, Instant end, NodeSet *nodes,
                           Instant *better)
{
    const uint32_t n = self->slots->len, first = timemap_find(self, from);
    uint32_t i;

    *better = INSTANT_NEVER;
    for (i = first; i < n && *better == INSTANT_NEVER; i++) {
        if (timemap_gains(self, i, nodes))
            *better = nth(self, i)->end;
        if (nth(self, i)->begin > end)
            break;
    }
    for (i = first; i < n && nth(self, i)->begin <= end; i++)
        nodeset_and(nodes, nth(self, i)->nodes);
    return i;
}

/* Counts up to @least. Where nothing is vacant no slot is looked at. */
static uint32_t count_free(const TimeMap *self, uint32_t index, const Wanted *wanted)
{
    const Slot *first = nth(self, index);
    const uint32_t last = timemap_find(self, first->begin + wanted->span);
    const uint32_t n = MIN(last + 1, self->slots->len) - index;
    uint32_t count = 0;

    for (uint32_t w = 0; w < wanted->vacant->n_words && count < wanted->least; w++) {
        uint64_t word = wanted->vacant->words[w];

        for (uint32_t i = 0; i < n && word; i++)
            word &= first[i].nodes->words[w];
        count += (uint32_t)__builtin_popcountll(word);
    }
    return count;
}

bool timemap_is_short(TimeMap *self, uint32_t index, const Wanted *wanted)
{
    Slot *slot = nth(self, index);
    const uint32_t place =
        (uint32_t)(((uint64_t)wanted->span * UINT64_C(0x9e3779b97f4a7c15)) >> 60);
    uint32_t count;

    G_STATIC_ASSERT(SPANS == 16);
    if (!slot->counts)
        slot->counts = g_new0(SlotCounts, 1);
    if (slot->counts->of[place].span == wanted->span && wanted->at <= slot->counts->of[place].at &&
        slot->counts->of[place].most < wanted->least)
        return true;
    count = count_free(self, index, wanted);
    if (count >= wanted->least)
        return false;
    slot->counts->of[place].span = wanted->span;
    slot->counts->of[place].at = wanted->at;
    slot->counts->of[place].most = count;
    return true;
}

bool timemap_conflicts(const TimeMap *self, Instant begin, Instant end, const NodeSet *nodes)
{
    for (uint32_t i = timemap_find(self, begin); i < self->slots->len; i++) {
        const Slot *slot = nth(self, i);

        if (slot->begin >= end)
            return false;
        if (!nodeset_contains(slot->nodes, nodes))
            return true;
    }
    return false;
}

Instant timemap_taken_after(const TimeMap *self, Instant after, const NodeSet *nodes)
{
    for (uint32_t i = timemap_find(self, after); i < self->slots->len; i++) {
        const Slot *slot = nth(self, i);

        if (slot->begin > after && !nodeset_contains(slot->nodes, nodes))
            return slot->begin;
    }
    return INSTANT_NEVER;
}
