/* Backfill's map of the future, asked the slow and obvious way. */
#include "tests/reference/timemap_slow.h"

/* Does @next have nodes of @among that are not in @before? */
static bool has_more(const NodeSet *next, const NodeSet *among, const NodeSet *before)
{
    for (uint32_t n = nodeset_next(next, 0); n != NODE_NONE; n = nodeset_next(next, n + 1)) {
        if (nodeset_has(among, n) && !nodeset_has(before, n))
            return true;
    }
    return false;
}

uint32_t timemap_slow_keep_free(const TimeMap *self, Instant from, Instant end, NodeSet *nodes,
                                Instant *better)
{
    g_autoptr(NodeSet) all = nodeset_copy(nodes);
    const uint32_t n = timemap_length(self);
    uint32_t i = 0;

    *better = INSTANT_NEVER;
    while (i < n && timemap_nth(self, i)->end <= from)
        i++;
    for (; i < n; i++) {
        const Slot *slot = timemap_nth(self, i);
        g_autoptr(NodeSet) before = nodeset_copy(nodes);

        nodeset_and(before, slot->nodes);
        if (i + 1 < n && *better == INSTANT_NEVER &&
            has_more(timemap_nth(self, i + 1)->nodes, all, before))
            *better = slot->end;
        if (slot->begin > end)
            break;
        nodeset_assign(nodes, before);
    }
    return i;
}

bool timemap_slow_is_short(const TimeMap *self, uint32_t index, const Wanted *wanted)
{
    g_autoptr(NodeSet) free = nodeset_copy(wanted->vacant);
    const Instant begin = timemap_nth(self, index)->begin;

    for (uint32_t i = index; i < timemap_length(self); i++) {
        if (timemap_nth(self, i)->begin <= begin + wanted->span)
            nodeset_and(free, timemap_nth(self, i)->nodes);
    }
    return nodeset_count(free) < wanted->least;
}
