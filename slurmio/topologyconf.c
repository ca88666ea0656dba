/* topology.conf: switches. Read only with TopologyPlugin=topology/tree, as in Slurm. */
#include "slurmio/slurmconf_read.h"

#include "base/hostlist.h"
#include <string.h>

/* The names of every switch, to tell a child that nobody defines. */
static GHashTable *switch_names(const Cluster *cluster)
{
    GHashTable *names = g_hash_table_new(g_str_hash, g_str_equal);

    for (uint32_t i = 0; i < cluster->n_switches; i++)
        g_hash_table_add(names, cluster->switches[i].name);
    return names;
}

static void check_children(SlurmConf *self, const ConfPair *children, GHashTable *names)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) list = hostlist_expand(children->value, &error);

    if (!list)
        conf_pair_say(children, self->diags, DIAG_ERROR, "Switches: %s", error->message);
    for (guint i = 0; list && i < list->len; i++)
        if (!g_hash_table_contains(names, g_ptr_array_index(list, i)))
            conf_pair_say(children, self->diags, DIAG_ERROR,
                          "Switches: no line defines the switch %s",
                          (const char *)g_ptr_array_index(list, i));
}

static bool is_defined(const Cluster *cluster, const char *name)
{
    for (uint32_t i = 0; i < cluster->n_switches; i++)
        if (strcmp(cluster->switches[i].name, name) == 0)
            return true;
    return false;
}

/* Returns: its Switches=, for checking when all are known; NULL. */
static ConfPair *take_switch(SlurmConf *self, const ConfRecord *record)
{
    const ConfPair *name = conf_record_find(record, "SwitchName");
    const ConfPair *nodes = conf_record_find(record, "Nodes");
    const ConfPair *children = conf_record_find(record, "Switches");
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) valid = NULL;
    Switch *added;

    if (!name || is_defined(self->cluster, name->value) || !nodes == !children) {
        const ConfPair *place = name ? name : nodes ? nodes : children;

        conf_pair_say(place, self->diags, DIAG_ERROR, "%s",
                      !name                 ? "expected SwitchName=name with Nodes= or Switches="
                      : nodes && children   ? "a switch has Nodes= or Switches=, not both"
                      : !nodes && !children ? "the switch has neither Nodes= nor Switches="
                                            : "the switch is defined twice");
        return NULL;
    }
    valid = hostlist_expand((nodes ? nodes : children)->value, &error);
    if (!valid) {
        conf_pair_say(nodes ? nodes : children, self->diags, DIAG_ERROR, "%s", error->message);
        return NULL;
    }
    added = cluster_add_switch(self->cluster, name->value);
    added->members = g_new0(char *, 2);
    added->members[0] = g_strdup((nodes ? nodes : children)->value);
    return children ? conf_pair_copy(children) : NULL;
}

static void free_pair(void *pair)
{
    conf_pair_free(pair);
}

static void take_lines(SlurmConf *self, const GPtrArray *lines)
{
    g_autoptr(GPtrArray) children = g_ptr_array_new_with_free_func(free_pair);
    g_autoptr(GHashTable) names = NULL;

    for (guint i = 0; i < lines->len; i++) {
        const ConfLine *line = g_ptr_array_index(lines, i);
        g_autoptr(ConfRecord) record = conf_record_new(NULL, self->diags);
        ConfPair *pair;

        if (line->pairs->len == 0 || line->include)
            continue;
        conf_record_take_line(record, line, CONF_TOPOLOGY);
        if (conf_record_find(record, "BlockName") || conf_record_find(record, "BlockSizes")) {
            conf_pair_say(g_ptr_array_index(line->pairs, 0), self->diags, DIAG_WARNING,
                          "block topologies are not simulated; the line is ignored");
            continue;
        }
        if (!conf_record_find(record, "SwitchName") && !conf_record_find(record, "Nodes") &&
            !conf_record_find(record, "Switches"))
            continue;
        pair = take_switch(self, record);
        if (pair)
            g_ptr_array_add(children, pair);
    }
    names = switch_names(self->cluster);
    for (guint i = 0; i < children->len; i++)
        check_children(self, g_ptr_array_index(children, i), names);
}

void topologyconf_read(SlurmConf *self)
{
    g_autofree char *path = slurmconf_beside(self, "topology.conf");
    g_autofree char *yaml = slurmconf_beside(self, "topology.yaml");
    g_autoptr(GPtrArray) lines = NULL;

    if (g_file_test(yaml, G_FILE_TEST_EXISTS))
        diags_add(self->diags, DIAG_WARNING, yaml, 0, 0, NULL,
                  "topology.yaml is not read; write its tree as topology.conf");
    if (self->cluster->config.topology != TOPOLOGY_TREE)
        return;
    if (g_file_test(path, G_FILE_TEST_EXISTS))
        lines = conf_file_load(path, self->diags);
    else
        conf_record_say(self->global, "TopologyPlugin", DIAG_WARNING,
                        "expected %s, found none; the network counts as flat", path);
    if (lines)
        take_lines(self, lines);
    if (self->cluster->n_switches == 0)
        self->cluster->config.topology = TOPOLOGY_FLAT;
}
