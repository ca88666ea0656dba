/* What tells the runs of a timeline apart, for colours: partition, QoS or state. */
#pragma once

#include "cli/timeline.h"

typedef const char *(*GroupOf)(const TimelineRun *run);

typedef struct {
    const char *title; /* "partition"; NULL: nothing tells them apart */
    GroupOf of;
    GPtrArray *names; /* const char *, by how many runs each has; at most 7 and "others" */
} Groups;

/** groups_find - borrows from @timeline. */
void groups_find(Groups *self, const Timeline *timeline);
void groups_clear(Groups *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Groups, groups_clear)

/** groups_index - which of the names a run belongs to; names->len - 1 for others. */
guint groups_index(const Groups *self, const TimelineRun *run);
