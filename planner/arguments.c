/* What {{ name }} may name in a workflow. */
#include "planner/arguments.h"

#include "planner/literal.h"
#include "planner/template.h"
#include <string.h>

typedef struct {
    const YamlNode *node; /* in the file; NULL when it was given elsewhere */
    char *text;           /* as given elsewhere */
    char *value;          /* once computed */
    bool active;          /* being computed: it may not name itself */
    bool used;
} Argument;

struct Arguments {
    GHashTable *by_name;
};

/* What a value's own {{ }} are looked up with. */
typedef struct {
    Arguments *arguments;
    Argument *inside;
    Diags *diags;
} Lookup;

static void argument_free(void *data)
{
    Argument *self = data;

    g_free(self->text);
    g_free(self->value);
    g_free(self);
}

Arguments *arguments_new(const YamlNode *args)
{
    Arguments *self = g_new(Arguments, 1);

    self->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, argument_free);
    for (size_t i = 0; args && yaml_kind(args) == YAML_MAP && i < yaml_length(args); i++) {
        Argument *argument = g_new0(Argument, 1);

        argument->node = yaml_value(args, i);
        g_hash_table_insert(self->by_name, g_strdup(yaml_key(args, i)), argument);
    }
    return self;
}

void arguments_free(Arguments *self)
{
    if (!self)
        return;
    g_hash_table_unref(self->by_name);
    g_free(self);
}

void arguments_set(Arguments *self, const char *name, const char *text)
{
    Argument *argument = g_new0(Argument, 1);

    argument->text = g_strdup(text);
    g_hash_table_insert(self->by_name, g_strdup(name), argument);
}

void arguments_take(Arguments *self, const char *const *options, Diags *diags)
{
    for (size_t i = 0; options && options[i]; i++) {
        const char *equals = strchr(options[i], '=');
        g_autofree char *name = equals ? g_strndup(options[i], (gsize)(equals - options[i])) : NULL;

        if (name && *name)
            arguments_set(self, name, equals + 1);
        else
            diags_add(diags, DIAG_ERROR, "", 0, 0, NULL, "expected --arg name=value, found '%s'",
                      options[i]);
    }
}

bool arguments_used(const Arguments *self, const char *name)
{
    const Argument *argument = g_hash_table_lookup(self->by_name, name);

    return argument && argument->used;
}

static void warn(const Argument *argument, Diags *diags, const char *text)
{
    if (argument->node)
        yaml_say(argument->node, diags, DIAG_WARNING, "%s", text);
    else
        diags_add(diags, DIAG_WARNING, "", 0, 0, NULL, "%s", text);
}

/* srunx leaves an unknown name in an argument as it stands; so does this, but not silently. */
static char *lookup_inside(void *self, char *const *path, GError **error)
{
    Lookup *lookup = self;
    GError *problem = NULL;
    char *text = arguments_lookup(lookup->arguments, path, lookup->diags, &problem);

    if (!text && !problem) {
        g_autofree char *name = g_strjoinv(".", (char **)(uintptr_t)path);
        g_autofree char *words = g_strdup_printf("'%s' is not known here and stays as it is", name);

        warn(lookup->inside, lookup->diags, words);
        text = g_strdup_printf("{{ %s }}", name);
    }
    if (problem)
        g_propagate_error(error, problem);
    return text;
}

static char *compute_python(const Argument *self, const char *text, Diags *diags)
{
    char *value = literal_python(text);

    if (value)
        return value;
    warn(self, diags, "srx does not compute Python: the text stays as it is; --arg gives a value");
    return g_strdup(text);
}

static char *compute(Arguments *arguments, Argument *self, Diags *diags, GError **error)
{
    g_autofree char *text = self->node ? literal_text(self->node) : g_strdup(self->text);
    Lookup lookup = {.arguments = arguments, .inside = self, .diags = diags};

    if (self->node && yaml_kind(self->node) != YAML_SCALAR)
        return g_steal_pointer(&text);
    if (literal_is_python(text))
        return compute_python(self, text, diags);
    if (template_is_plain(text))
        return g_steal_pointer(&text);
    return template_render(text, lookup_inside, &lookup, error);
}

/* What stands below a list or map by index or key; NULL when nothing does. */
static const YamlNode *walk(const YamlNode *node, char *const *path)
{
    for (; *path && node; path++) {
        const YamlNode *found = NULL;
        guint64 index = 0;

        if (yaml_kind(node) == YAML_LIST &&
            g_ascii_string_to_unsigned(*path, 10, 0, yaml_length(node), &index, NULL) &&
            index < yaml_length(node))
            found = yaml_item(node, index);
        for (size_t i = 0; yaml_kind(node) == YAML_MAP && i < yaml_length(node); i++) {
            if (!strcmp(yaml_key(node, i), *path))
                found = yaml_value(node, i);
        }
        node = found;
    }
    return node;
}

char *arguments_lookup(Arguments *self, char *const *path, Diags *diags, GError **error)
{
    Argument *argument = g_hash_table_lookup(self->by_name, path[0]);
    const YamlNode *below;

    if (!argument)
        return NULL;
    argument->used = true;
    if (path[1]) {
        below = argument->node ? walk(argument->node, path + 1) : NULL;
        return below ? literal_text(below) : NULL;
    }
    if (argument->active)
        return srx_fail_null(error, SRX_ERROR_INPUT, "the value of '%s' names itself", path[0]);
    if (!argument->value) {
        argument->active = true;
        argument->value = compute(self, argument, diags, error);
        argument->active = false;
    }
    return g_strdup(argument->value);
}
