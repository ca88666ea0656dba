/* Gres= of a node line. Source: Slurm 24.05 gres.c, gres_node_config_init. */
#include "slurmio/gres.h"

#include <string.h>

void gres_item_free(GresItem *self)
{
    if (!self)
        return;
    g_free(self->name);
    g_free(self->type);
    g_free(self);
}

/* Parentheses hold sockets or indices: "gpu:2(S:0-1)" is gpu:2. Commas in them separate nothing. */
static char *without_parentheses(const char *text)
{
    GString *out = g_string_new(NULL);
    int depth = 0;

    for (; *text; text++) {
        depth += *text == '(';
        if (depth == 0)
            g_string_append_c(out, *text);
        depth -= *text == ')' && depth > 0;
    }
    return g_string_free(out, FALSE);
}

static bool is_number(const char *text)
{
    return g_ascii_isdigit(*text) && text[strspn(text, "0123456789")] == '\0';
}

/* "50G": digits and one unit. */
static bool is_count(const char *text)
{
    const size_t digits = strspn(text, "0123456789");

    return digits > 0 &&
           (text[digits] == '\0' || (strchr("kKmMgGtTpP", text[digits]) && !text[digits + 1]));
}

static bool parse_item(const char *text, GresItem *item, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(text, ":", -1);
    const guint n = g_strv_length(parts);
    uint64_t count = 1;

    if (n == 0 || !*parts[0])
        return srx_fail(error, SRX_ERROR_INPUT, "expected name[:type][:count], found '%s'", text);
    for (guint i = 1; i < n; i++) {
        if (g_ascii_strcasecmp(parts[i], "no_consume") == 0)
            item->no_consume = true;
        else if (i + 1 == n && is_count(parts[i]) && !count_parse(parts[i], &count, error))
            return false;
        else if (i + 1 == n && is_count(parts[i]))
            item->count = count;
        else if (!item->type && *parts[i] && !is_number(parts[i]))
            item->type = g_strdup(parts[i]);
        else
            return srx_fail(error, SRX_ERROR_INPUT, "expected name[:type][:count], found '%s'",
                            text);
    }
    item->name = g_strdup(parts[0]);
    return true;
}

GPtrArray *gres_items_parse(const char *text, GError **error)
{
    g_autoptr(GPtrArray) items =
        g_ptr_array_new_with_free_func((GDestroyNotify)(void (*)(void))gres_item_free);
    g_autofree char *bare = without_parentheses(text);
    g_auto(GStrv) words = g_strsplit(bare, ",", -1);

    for (char **word = words; *word; word++) {
        GresItem *item;

        g_strstrip(*word);
        if (!**word || g_ascii_strcasecmp(*word, "(null)") == 0)
            continue;
        item = g_new0(GresItem, 1);
        item->count = 1;
        g_ptr_array_add(items, item);
        if (!parse_item(*word, item, error))
            return NULL;
    }
    return g_steal_pointer(&items);
}

NodeGres *node_add_gres(Cluster *cluster, Node *node, const GresItem *item)
{
    node->gres = g_renew(NodeGres, node->gres, node->n_gres + 1);
    NodeGres *gres = &node->gres[node->n_gres++];
    *gres = (NodeGres){
        .name = cluster_gres_name(cluster, item->name),
        .type = item->type ? cluster_gres_type(cluster, item->type) : GRES_ANY_TYPE,
        .count = (uint32_t)MIN(item->count, UINT32_MAX),
        .no_consume = item->no_consume,
    };
    return gres;
}
