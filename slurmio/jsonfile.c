/* A JSON or YAML file as jansson values whose list entries have a place, for messages. */
#include "slurmio/jsonfile.h"

#include <string.h>

#define PLACES_MOST 100 /* messages that are given a place */

static json_t *typed_scalar(const char *text)
{
    char *end = NULL;
    gint64 whole = g_ascii_strtoll(text, &end, 10);
    double real;

    if (end != text && !*end)
        return json_integer(whole);
    real = g_ascii_strtod(text, &end);
    if (end != text && !*end && real < 1e300 && real > -1e300)
        return json_real(real);
    if (!strcmp(text, "true") || !strcmp(text, "false"))
        return json_boolean(*text == 't');
    return json_string(text);
}

static json_t *from_scalar(const YamlNode *node, bool typed)
{
    if (yaml_is_null(node))
        return json_null();
    return typed && !yaml_is_quoted(node) ? typed_scalar(yaml_text(node))
                                          : json_string(yaml_text(node));
}

json_t *json_from_yaml(const YamlNode *node, bool typed)
{
    json_t *value;

    if (yaml_kind(node) == YAML_SCALAR)
        return from_scalar(node, typed);
    value = yaml_kind(node) == YAML_LIST ? json_array() : json_object();
    for (size_t i = 0; i < yaml_length(node); i++) {
        if (yaml_kind(node) == YAML_LIST)
            json_array_append_new(value, json_from_yaml(yaml_item(node, i), typed));
        else
            json_object_set_new(value, yaml_key(node, i),
                                json_from_yaml(yaml_value(node, i), typed));
    }
    return value;
}

static char *line_at(const char *text, int line)
{
    for (; line > 1 && *text; line--)
        text += strcspn(text, "\n") + (strchr(text, '\n') != NULL);
    return g_strndup(text, strcspn(text, "\r\n"));
}

static bool read_json(JsonFile *self, Diags *diags)
{
    json_error_t error;
    g_autofree char *source = NULL;

    self->root = json_loads(self->text, JSON_REJECT_DUPLICATES, &error);
    if (self->root)
        return true;
    source = line_at(self->text, error.line);
    diags_add(diags, DIAG_ERROR, self->path, MAX(error.line, 1), MAX(error.column, 0), source,
              "expected JSON: %s", error.text);
    return false;
}

static bool read_yaml(JsonFile *self, Diags *diags)
{
    self->yaml = yaml_parse(self->text, strlen(self->text), self->path, diags);
    if (self->yaml)
        self->root = json_from_yaml(yaml_root(self->yaml), false);
    return self->root != NULL;
}

/* "[" and "{" begin JSON, and YAML's own notation of lists and maps, where a file is called so. */
static bool is_json(const JsonFile *self)
{
    const char *first = self->text + strspn(self->text, " \t\r\n");

    return (*first == '[' || *first == '{') && !g_str_has_suffix(self->path, ".yaml") &&
           !g_str_has_suffix(self->path, ".yml");
}

JsonFile *json_file_parse(const char *text, const char *path, Diags *diags)
{
    g_autoptr(JsonFile) self = g_new0(JsonFile, 1);

    self->path = g_strdup(path);
    self->text = g_strdup(text);
    if (is_json(self) ? !read_json(self, diags) : !read_yaml(self, diags))
        return NULL;
    return g_steal_pointer(&self);
}

JsonFile *json_file_load(const char *path, Diags *diags)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    gsize length;

    if (!g_file_get_contents(path, &text, &length, &error)) {
        diags_add(diags, DIAG_ERROR, path, 0, 0, NULL, "%s", error->message);
        return NULL;
    }
    if (strlen(text) != length) {
        diags_add(diags, DIAG_ERROR, path, 0, 0, NULL, "expected a text, found a NUL byte");
        return NULL;
    }
    return json_file_parse(text, path, diags);
}

void json_file_free(JsonFile *self)
{
    if (!self)
        return;
    json_decref(self->root);
    yaml_document_free(self->yaml);
    g_free(self->path);
    g_free(self->text);
    g_free(self);
}

const json_t *json_file_list(const JsonFile *self, const char *key)
{
    const json_t *list = json_is_object(self->root) ? json_object_get(self->root, key) : self->root;

    return json_is_array(list) ? list : NULL;
}

/* Past the string that begins at @at. */
static const char *skip_string(const char *at)
{
    for (at++; *at && *at != '"'; at++)
        if (*at == '\\' && at[1])
            at++;
    return at + (*at == '"');
}

/* Where entry @index begins in the JSON list at or below @at: commas are counted at depth 1 of the
 * list. */
static const char *find_entry(const char *text, const char *key, size_t index)
{
    g_autofree char *quoted = g_strdup_printf("\"%s\"", key);
    const char *within = strstr(text, quoted);
    const char *at = *(text + strspn(text, " \t\r\n")) == '[' || !within ? text : within;
    int depth = 0;

    for (at = strchr(at, '['); at && *at;) {
        depth += *at == '[' || *at == '{';
        depth -= *at == ']' || *at == '}';
        if (depth == 1 && (*at == '[' || *at == ',') && index-- == 0)
            return at + 1 + strspn(at + 1, " \t\r\n");
        at = *at == '"' ? skip_string(at) : at + 1;
    }
    return text;
}

static void say_json(const JsonFile *self, const char *entry, Diags *diags, DiagLevel level,
                     const char *text)
{
    int line = 1;
    const char *start = self->text;
    g_autofree char *source = NULL;

    for (const char *at = self->text; at < entry; at++)
        if (*at == '\n') {
            line++;
            start = at + 1;
        }
    source = g_strndup(start, strcspn(start, "\r\n"));
    diags_add(diags, level, self->path, line, (int)(entry - start) + 1, source, "%s", text);
}

void json_file_say(const JsonFile *self, const char *key, size_t index, Diags *diags,
                   DiagLevel level, const char *text)
{
    const YamlNode *list;

    if (diags_length(diags) > PLACES_MOST) { /* finding places would take longer than reading */
        diags_add(diags, level, self->path, 0, 0, NULL, "%s", text);
        return;
    }
    if (!self->yaml) {
        say_json(self, find_entry(self->text, key, index), diags, level, text);
        return;
    }
    list = yaml_root(self->yaml);
    for (size_t i = 0; yaml_kind(list) == YAML_MAP && i < yaml_length(list); i++)
        if (!strcmp(yaml_key(list, i), key)) {
            list = yaml_value(list, i);
            break;
        }
    yaml_say(index < yaml_length(list) ? yaml_item(list, index) : list, diags, level, "%s", text);
}
