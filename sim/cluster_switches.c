/* The switches of a cluster being finished: parents, levels, the nodes below each. */
#include "sim/cluster_finish.h"

#include "base/hostlist.h"
#include <string.h>

#define FILE_NAME "topology.conf"

/* switch name -> index + 1 */
static GHashTable *index_switches(const Cluster *self)
{
    GHashTable *table = g_hash_table_new(g_str_hash, g_str_equal);

    for (uint32_t i = 0; i < self->n_switches; i++)
        g_hash_table_insert(table, self->switches[i].name, GUINT_TO_POINTER(i + 1));
    return table;
}

/* Every name the members stand for; they may be host lists. */
static GPtrArray *member_names(const Switch *self, Diags *diags)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

    for (char **member = self->members; member && *member; member++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) some = hostlist_expand(*member, &error);

        if (!some)
            diags_add(diags, DIAG_ERROR, FILE_NAME, 0, 0, NULL, "switch %s: %s", self->name,
                      error->message);
        else
            g_ptr_array_extend(names, some, (GCopyFunc)(void (*)(void))g_strdup, NULL);
    }
    return names;
}

static bool all_are_switches(const GPtrArray *names, GHashTable *switches)
{
    for (guint i = 0; i < names->len; i++)
        if (!g_hash_table_contains(switches, g_ptr_array_index(names, i)))
            return false;
    return names->len > 0;
}

static void take_children(Cluster *self, uint32_t parent, const GPtrArray *names,
                          GHashTable *switches, Diags *diags)
{
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        Switch *child = &self->switches[GPOINTER_TO_UINT(g_hash_table_lookup(switches, name)) - 1];

        if (child->parent != INDEX_NONE && child->parent != parent)
            diags_add(diags, DIAG_WARNING, FILE_NAME, 0, 0, NULL,
                      "switch %s stands below both %s and %s; the first counts", name,
                      self->switches[child->parent].name, self->switches[parent].name);
        else
            child->parent = parent;
    }
}

static void take_nodes(Cluster *self, uint32_t leaf, const GPtrArray *names, Diags *diags)
{
    Switch *self_switch = &self->switches[leaf];
    g_autoptr(GPtrArray) unknown = g_ptr_array_new();

    for (guint i = 0; i < names->len; i++) {
        const uint32_t node = cluster_find_node(self, g_ptr_array_index(names, i));

        if (node == INDEX_NONE) {
            g_ptr_array_add(unknown, g_ptr_array_index(names, i));
            continue;
        }
        nodeset_add(self_switch->nodes, node);
        self->nodes[node].leaf = leaf;
    }
    if (unknown->len > 0) {
        g_autofree char *list =
            hostlist_compress((const char *const *)unknown->pdata, unknown->len);

        diags_add(diags, DIAG_WARNING, FILE_NAME, 0, 0, NULL,
                  "switch %s: no NodeName line defines %s; left out", self_switch->name, list);
    }
}

/* Steps from @from to the top; more than there are switches means a loop. */
static bool has_loop(const Cluster *self, uint32_t from)
{
    uint32_t steps = 0;

    for (uint32_t i = from; i != INDEX_NONE; i = self->switches[i].parent)
        if (++steps > self->n_switches)
            return true;
    return false;
}

static void add_upward(Cluster *self, uint32_t leaf)
{
    uint32_t level = 0;

    for (uint32_t i = self->switches[leaf].parent; i != INDEX_NONE; i = self->switches[i].parent) {
        level++;
        self->switches[i].level = MAX(self->switches[i].level, level);
        nodeset_or(self->switches[i].nodes, self->switches[leaf].nodes);
    }
}

static void warn_of_nodes_outside(const Cluster *self, Diags *diags)
{
    g_autoptr(NodeSet) outside = nodeset_copy(self->all_nodes);

    for (uint32_t i = 0; i < self->n_switches; i++)
        nodeset_remove(outside, self->switches[i].nodes);
    if (!nodeset_is_empty(outside)) {
        g_autofree char *names = cluster_hostlist(self, outside);

        diags_add(diags, DIAG_WARNING, FILE_NAME, 0, 0, NULL, "no switch reaches %s", names);
    }
}

/* Who is above whom; true for each switch that has switches below it. */
static uint8_t *link_switches(Cluster *self, Diags *diags)
{
    g_autoptr(GHashTable) table = index_switches(self);
    uint8_t *has_children = g_new0(uint8_t, self->n_switches);

    for (uint32_t i = 0; i < self->n_switches; i++) {
        g_autoptr(GPtrArray) names = member_names(&self->switches[i], diags);

        self->switches[i].nodes = nodeset_new(self->n_nodes);
        has_children[i] = all_are_switches(names, table);
        if (has_children[i])
            take_children(self, i, names, table, diags);
        else
            take_nodes(self, i, names, diags);
        g_clear_pointer(&self->switches[i].members, g_strfreev);
    }
    return has_children;
}

bool cluster_finish_switches(Cluster *self, Diags *diags)
{
    g_autofree uint8_t *has_children = NULL;

    if (self->n_switches == 0)
        return true;
    has_children = link_switches(self, diags);
    for (uint32_t i = 0; i < self->n_switches; i++) {
        if (has_loop(self, i)) {
            diags_add(diags, DIAG_ERROR, FILE_NAME, 0, 0, NULL,
                      "expected a tree of switches, found a loop through %s",
                      self->switches[i].name);
            return false;
        }
    }
    for (uint32_t i = 0; i < self->n_switches; i++)
        if (!has_children[i])
            add_upward(self, i);
    warn_of_nodes_outside(self, diags);
    return true;
}
