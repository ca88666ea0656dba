/* A YAML map, read by asking for its keys: what nobody asked for is an error. */
#include "base/yaml.h"

#include <math.h>
#include <string.h>

struct YamlMap {
    const YamlNode *node; /* NULL when it is no map */
    char *what;
    Diags *diags;
    GPtrArray *asked; /* every key asked for, for "did you mean" */
    bool *used;       /* by position in the map */
    bool fine;
};

static const char *kind_words(const YamlNode *node)
{
    if (yaml_kind(node) == YAML_LIST)
        return "a list";
    if (yaml_kind(node) == YAML_MAP)
        return "a map";
    return yaml_is_null(node) ? "nothing" : NULL;
}

/* "'abc'", "a list", "nothing". (transfer full) */
static char *found_words(const YamlNode *node)
{
    const char *kind = kind_words(node);

    return kind ? g_strdup(kind) : g_strdup_printf("'%.60s'", yaml_text(node));
}

YamlMap *yaml_map_begin(const YamlNode *node, const char *what, Diags *diags)
{
    YamlMap *self = g_new0(YamlMap, 1);

    self->what = g_strdup(what);
    self->diags = diags;
    self->asked = g_ptr_array_new_with_free_func(g_free);
    self->fine = yaml_kind(node) == YAML_MAP;
    if (self->fine) {
        self->node = node;
        self->used = g_new0(bool, yaml_length(node) + 1);
    } else {
        g_autofree char *found = found_words(node);

        yaml_say(node, diags, DIAG_ERROR, "expected keys and values for %s, found %s", what, found);
    }
    return self;
}

/* The place of @key, known from now on; the map's length when it is not there. */
static size_t find(YamlMap *self, const char *key)
{
    size_t n = self->node ? yaml_length(self->node) : 0;

    g_ptr_array_add(self->asked, g_strdup(key));
    for (size_t i = 0; i < n; i++) {
        if (strcmp(yaml_key(self->node, i), key) == 0) {
            self->used[i] = true;
            return i;
        }
    }
    return n;
}

const YamlNode *yaml_map_get(YamlMap *self, const char *key)
{
    size_t i = find(self, key);
    const YamlNode *value =
        self->node && i < yaml_length(self->node) ? yaml_value(self->node, i) : NULL;

    return value && !yaml_is_null(value) ? value : NULL;
}

bool yaml_map_say(YamlMap *self, const char *key, DiagLevel level, const char *format, ...)
{
    size_t i = find(self, key);
    g_autofree char *text = NULL;
    va_list values;

    if (!self->node || i == yaml_length(self->node))
        return false;
    va_start(values, format);
    text = g_strdup_vprintf(format, values);
    va_end(values);
    yaml_say_key(self->node, i, self->diags, level, "%s", text);
    self->fine = self->fine && level != DIAG_ERROR;
    return true;
}

const YamlNode *yaml_map_require(YamlMap *self, const char *key)
{
    const YamlNode *value = yaml_map_get(self, key);

    if (!value && self->node) {
        self->fine = false;
        yaml_say(self->node, self->diags, DIAG_ERROR, "expected '%s' in %s", key, self->what);
    }
    return value;
}

static bool refuse(YamlMap *self, const YamlNode *node, const char *key, const char *expected)
{
    g_autofree char *found = found_words(node);

    self->fine = false;
    yaml_say(node, self->diags, DIAG_ERROR, "expected %s for '%s', found %s", expected, key, found);
    return false;
}

bool yaml_map_string(YamlMap *self, const char *key, char **out)
{
    const YamlNode *node = yaml_map_get(self, key);

    if (!node)
        return true;
    if (yaml_kind(node) != YAML_SCALAR)
        return refuse(self, node, key, "text");
    g_free(*out);
    *out = g_strdup(yaml_text(node));
    return true;
}

bool yaml_map_bool(YamlMap *self, const char *key, bool *out)
{
    static const char *const words[] = {"false", "no", "off", "true", "yes", "on"};
    const YamlNode *node = yaml_map_get(self, key);

    if (!node)
        return true;
    for (size_t i = 0; yaml_kind(node) == YAML_SCALAR && i < G_N_ELEMENTS(words); i++) {
        if (!g_ascii_strcasecmp(yaml_text(node), words[i])) {
            *out = i >= 3;
            return true;
        }
    }
    return refuse(self, node, key, "true or false");
}

bool yaml_map_int(YamlMap *self, const char *key, int64_t least, int64_t most, int64_t *out)
{
    const YamlNode *node = yaml_map_get(self, key);
    gint64 value = 0;

    if (!node)
        return true;
    if (yaml_kind(node) != YAML_SCALAR ||
        !g_ascii_string_to_signed(yaml_text(node), 10, least, most, &value, NULL)) {
        g_autofree char *expected = g_strdup_printf(
            "a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, least, most);

        return refuse(self, node, key, expected);
    }
    *out = value;
    return true;
}

bool yaml_map_double(YamlMap *self, const char *key, double least, double most, double *out)
{
    const YamlNode *node = yaml_map_get(self, key);
    char *end = NULL;
    double value;

    if (!node)
        return true;
    value = yaml_kind(node) == YAML_SCALAR ? g_ascii_strtod(yaml_text(node), &end) : 0;
    if (!end || end == yaml_text(node) || *end || !isfinite(value) || value < least ||
        value > most) {
        char low[G_ASCII_DTOSTR_BUF_SIZE], high[G_ASCII_DTOSTR_BUF_SIZE];
        g_autofree char *expected =
            g_strdup_printf("a number from %s to %s", g_ascii_formatd(low, sizeof low, "%g", least),
                            g_ascii_formatd(high, sizeof high, "%g", most));

        return refuse(self, node, key, expected);
    }
    *out = value;
    return true;
}

bool yaml_map_strings(YamlMap *self, const char *key, char ***out)
{
    const YamlNode *node = yaml_map_get(self, key);
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    size_t n;

    if (!node)
        return true;
    if (yaml_kind(node) == YAML_MAP)
        return refuse(self, node, key, "a list of texts");
    n = yaml_kind(node) == YAML_LIST ? yaml_length(node) : 1;
    for (size_t i = 0; i < n; i++) {
        const YamlNode *item = yaml_kind(node) == YAML_LIST ? yaml_item(node, i) : node;

        if (yaml_kind(item) != YAML_SCALAR)
            return refuse(self, item, key, "a list of texts");
        g_ptr_array_add(texts, g_strdup(yaml_text(item)));
    }
    g_ptr_array_add(texts, NULL);
    g_strfreev(*out);
    *out = (char **)g_ptr_array_free(g_steal_pointer(&texts), FALSE);
    return true;
}

static void refuse_key(YamlMap *self, size_t index)
{
    const char *key = yaml_key(self->node, index);
    const char *near = nearest_word(key, (const char *const *)self->asked->pdata, self->asked->len);

    self->fine = false;
    if (near)
        yaml_say_key(self->node, index, self->diags, DIAG_ERROR,
                     "unknown key '%s' in %s; did you mean '%s'?", key, self->what, near);
    else
        yaml_say_key(self->node, index, self->diags, DIAG_ERROR, "unknown key '%s' in %s", key,
                     self->what);
}

bool yaml_map_end(YamlMap *self)
{
    bool fine;

    for (size_t i = 0; self->node && i < yaml_length(self->node); i++) {
        if (!self->used[i])
            refuse_key(self, i);
    }
    fine = self->fine;
    g_ptr_array_unref(self->asked);
    g_free(self->used);
    g_free(self->what);
    g_free(self);
    return fine;
}
