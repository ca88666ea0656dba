/* States of nodes at second 0: `scontrol -o show node` -> Node.state. */
#include "slurmio/scenario_nodes.h"

#include <string.h>

/* The value of Key= in a line of Key=value pairs. */
static char *value_of(const char *line, const char *key)
{
    size_t length = strlen(key);

    for (const char *at = line; at; at = strchr(at, ' ')) {
        at += strspn(at, " ");
        if (!g_ascii_strncasecmp(at, key, length) && at[length] == '=')
            return g_strndup(at + length + 1, strcspn(at + length + 1, " \r\n"));
    }
    return NULL;
}

/* "IDLE+DRAIN", "DOWN*+DRAIN", "MIXED": the worst of them counts. Marks such as * are no letters.
 */
static NodeState state_parse(const char *text)
{
    static const struct {
        const char *word;
        NodeState state;
    } words[] = {{"FUTURE", NODE_FUTURE},
                 {"DOWN", NODE_DOWN},
                 {"NOT_RESPONDING", NODE_DOWN},
                 {"FAIL", NODE_DRAIN},
                 {"DRAIN", NODE_DRAIN}};
    g_autofree char *upper = g_ascii_strup(text, -1);

    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (strstr(upper, words[i].word))
            return words[i].state;
    return NODE_UP;
}

static bool read_line(Cluster *cluster, const char *file, int line, const char *source,
                      Diags *diags)
{
    g_autofree char *name = value_of(source, "NodeName");
    g_autofree char *state = value_of(source, "State");
    uint32_t node;

    if (!name || !state) {
        diags_add(diags, DIAG_ERROR, file, line, 0, source,
                  "expected NodeName=... State=... in one line: scontrol -o show node");
        return false;
    }
    node = cluster_find_node(cluster, name);
    if (node == INDEX_NONE)
        diags_add(diags, DIAG_WARNING, file, line, 0, source, "slurm.conf has no node '%s'", name);
    else
        cluster->nodes[node].state = state_parse(state);
    return true;
}

bool scenario_nodes_load(const char *path, Cluster *cluster, Diags *diags)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) lines = NULL;
    bool ok = true;

    if (!g_file_get_contents(path, &text, NULL, &error)) {
        diags_add(diags, DIAG_ERROR, path, 0, 0, NULL, "%s", error->message);
        return false;
    }
    lines = g_strsplit(text, "\n", -1);
    for (int i = 0; lines[i]; i++)
        if (*g_strstrip(lines[i]) && *lines[i] != '#')
            ok = read_line(cluster, path, i + 1, lines[i], diags) && ok;
    return ok;
}
