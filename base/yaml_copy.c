/* A copy of a part of a YAML document, its texts rewritten. */
#include "base/yaml_node.h"

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
