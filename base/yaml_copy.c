/* Copies of parts of YAML documents: one with its texts rewritten, two merged into one. */
#include "base/yaml_node.h"

#include <string.h>

static YamlNode *copy_node(YamlDocument *copy, const YamlNode *from, YamlRender render, void *self)
{
    YamlNode *node = g_new0(YamlNode, 1);

    *node = *from;
    node->text = NULL;
    node->keys = NULL;
    node->values = NULL;
    g_ptr_array_add(copy->nodes, node);
    if (from->kind == YAML_SCALAR) {
        node->text = render(self, from);
        node->quoted = from->quoted || node->text != NULL;
        if (!node->text)
            node->text = g_strdup(from->text);
        return node;
    }
    node->values = g_ptr_array_new();
    for (guint i = 0; i < from->values->len; i++)
        g_ptr_array_add(node->values,
                        copy_node(copy, g_ptr_array_index(from->values, i), render, self));
    if (from->kind == YAML_LIST)
        return node;
    node->keys = g_ptr_array_new();
    for (guint i = 0; i < from->keys->len; i++)
        g_ptr_array_add(node->keys,
                        copy_node(copy, g_ptr_array_index(from->keys, i), render, self));
    return node;
}

YamlDocument *yaml_copy(const YamlNode *node, YamlRender render, void *self)
{
    YamlDocument *copy = g_new0(YamlDocument, 1);

    copy->nodes = g_ptr_array_new_with_free_func(yaml_node_free);
    copy->root = copy_node(copy, node, render, self);
    return copy;
}

/* ---- two in one -------------------------------------------------------------------------- */

static char *keep(void *self, const YamlNode *scalar)
{
    (void)self;
    (void)scalar;
    return NULL;
}

static YamlNode *find(const YamlNode *map, const char *key)
{
    for (guint i = 0; i < map->keys->len; i++) {
        const YamlNode *each = g_ptr_array_index(map->keys, i);

        if (strcmp(each->text, key) == 0)
            return g_ptr_array_index(map->values, i);
    }
    return NULL;
}

/* A text counts as a list of one. */
static void add_entries(YamlDocument *copy, YamlNode *list, const YamlNode *from)
{
    if (yaml_is_null(from))
        return;
    if (from->kind != YAML_LIST)
        g_ptr_array_add(list->values, copy_node(copy, from, keep, NULL));
    for (guint i = 0; from->kind == YAML_LIST && i < from->values->len; i++)
        g_ptr_array_add(list->values,
                        copy_node(copy, g_ptr_array_index(from->values, i), keep, NULL));
}

static YamlNode *join(YamlDocument *copy, const YamlNode *under, const YamlNode *over)
{
    YamlNode *list = g_new0(YamlNode, 1);

    *list = *over;
    list->kind = YAML_LIST;
    list->text = NULL;
    list->keys = NULL;
    list->values = g_ptr_array_new();
    g_ptr_array_add(copy->nodes, list);
    add_entries(copy, list, under);
    add_entries(copy, list, over);
    return list;
}

static YamlNode *merge(YamlDocument *copy, const YamlNode *under, const YamlNode *over,
                       const char *const *joined)
{
    YamlNode *map = copy_node(copy, over, keep, NULL);

    for (guint i = 0; i < under->keys->len; i++) {
        const YamlNode *key = g_ptr_array_index(under->keys, i);
        const YamlNode *below = g_ptr_array_index(under->values, i);
        YamlNode *above = find(map, key->text);

        if (!above) {
            g_ptr_array_add(map->keys, copy_node(copy, key, keep, NULL));
            g_ptr_array_add(map->values, copy_node(copy, below, keep, NULL));
        } else if (above->kind == YAML_MAP && below->kind == YAML_MAP) {
            guint place = 0;

            g_ptr_array_find(map->values, above, &place);
            map->values->pdata[place] = merge(copy, below, above, joined);
        } else if (g_strv_contains(joined, key->text) && above->kind != YAML_MAP &&
                   below->kind != YAML_MAP) {
            guint place = 0;

            g_ptr_array_find(map->values, above, &place);
            map->values->pdata[place] = join(copy, below, above);
        }
    }
    return map;
}

YamlDocument *yaml_merge(const YamlNode *under, const YamlNode *over, const char *const *joined)
{
    YamlDocument *copy = g_new0(YamlDocument, 1);

    copy->nodes = g_ptr_array_new_with_free_func(yaml_node_free);
    copy->root = under->kind == YAML_MAP && over->kind == YAML_MAP
                     ? merge(copy, under, over, joined)
                     : copy_node(copy, over, keep, NULL);
    return copy;
}
