/* What tells the runs of a timeline apart. */
#include "cli/groups.h"

#include "cli/chart.h"

#include <string.h>

static const char *partition_of(const TimelineRun *run)
{
    return run->partition;
}

static const char *qos_of(const TimelineRun *run)
{
    return run->qos;
}

static const char *state_of(const TimelineRun *run)
{
    return run->state;
}

static const char *nothing_of(const TimelineRun *run)
{
    return run ? "runs" : NULL;
}

typedef struct {
    const char *name;
    uint32_t count;
} Group;

static gint by_count(gconstpointer a, gconstpointer b)
{
    const Group *left = a, *right = b;

    if (left->count != right->count)
        return left->count > right->count ? -1 : 1;
    return strcmp(left->name, right->name);
}

static GArray *count_groups(const Timeline *timeline, GroupOf of)
{
    g_autoptr(GHashTable) places = g_hash_table_new(g_str_hash, g_str_equal);
    GArray *out = g_array_new(FALSE, FALSE, sizeof(Group));

    for (guint i = 0; i < timeline->runs->len; i++) {
        const char *name = of(g_ptr_array_index(timeline->runs, i));
        const guint place = name ? GPOINTER_TO_UINT(g_hash_table_lookup(places, name)) : 0;
        const Group group = {name, 1};

        if (!name)
            continue;
        if (place > 0) {
            g_array_index(out, Group, place - 1).count++;
            continue;
        }
        g_array_append_val(out, group);
        g_hash_table_insert(places, (gpointer)(guintptr)name, GUINT_TO_POINTER(out->len));
    }
    g_array_sort(out, by_count);
    return out;
}

static void take(Groups *self, const GArray *groups)
{
    const bool too_many = groups->len > CHART_COLORS;
    const guint n = too_many ? CHART_COLORS : groups->len;

    for (guint i = 0; i < n; i++)
        g_ptr_array_add(self->names, (gpointer)(guintptr)g_array_index(groups, Group, i).name);
    if (too_many)
        g_ptr_array_add(self->names, (gpointer)(guintptr) "others");
}

void groups_find(Groups *self, const Timeline *timeline)
{
    static const struct {
        const char *title;
        GroupOf of;
    } ways[] = {{"partition", partition_of}, {"QoS", qos_of}, {"state", state_of}};

    *self = (Groups){NULL, nothing_of, g_ptr_array_new()};
    for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
        g_autoptr(GArray) groups = count_groups(timeline, ways[i].of);

        if (groups->len < 2)
            continue;
        self->title = ways[i].title;
        self->of = ways[i].of;
        take(self, groups);
        return;
    }
    g_ptr_array_add(self->names, (gpointer)(guintptr) "runs");
}

void groups_clear(Groups *self)
{
    g_clear_pointer(&self->names, g_ptr_array_unref);
}

guint groups_index(const Groups *self, const TimelineRun *run)
{
    const char *name = self->of(run);

    for (guint i = 0; i < self->names->len; i++)
        if (g_strcmp0(name, g_ptr_array_index(self->names, i)) == 0)
            return i;
    return self->names->len - 1;
}
