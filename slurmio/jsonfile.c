/* A file that is a list, in JSON or YAML, entry by entry as jansson values. */
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

/* "[" and "{" begin JSON, and YAML's own notation of lists and maps, where a file is called so. */
static bool is_json(const JsonFile *self)
{
    const char *first = self->text + strspn(self->text, " \t\r\n");

    return (*first == '[' || *first == '{') && !g_str_has_suffix(self->path, ".yaml") &&
           !g_str_has_suffix(self->path, ".yml");
}

static bool read_yaml(JsonFile *self, Diags *diags)
{
    self->yaml = yaml_parse(self->text, self->length, self->path, diags);
    return self->yaml != NULL;
}

JsonFile *json_file_parse(const char *text, const char *path, Diags *diags)
{
    g_autoptr(JsonFile) self = g_new0(JsonFile, 1);

    self->path = g_strdup(path);
    self->text = g_strdup(text);
    self->length = strlen(text);
    if (!is_json(self) && !read_yaml(self, diags))
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
    yaml_document_free(self->yaml);
    g_free(self->path);
    g_free(self->text);
    g_free(self);
}

static void say_json(const JsonFile *self, size_t place, Diags *diags, DiagLevel level,
                     const char *text)
{
    int line = 1;
    size_t start = 0;
    g_autofree char *source = NULL;

    for (size_t at = 0; at < place; at++)
        if (self->text[at] == '\n') {
            line++;
            start = at + 1;
        }
    source = g_strndup(self->text + start, strcspn(self->text + start, "\r\n"));
    diags_add(diags, level, self->path, line, (int)(place - start) + 1, source, "%s", text);
}

static const YamlNode *yaml_place(const JsonFile *self, size_t place)
{
    const YamlNode *root = yaml_root(self->yaml);

    return yaml_kind(root) == YAML_LIST && place < yaml_length(root) ? yaml_item(root, place)
                                                                     : root;
}

void json_file_say(const JsonFile *self, size_t place, Diags *diags, DiagLevel level,
                   const char *text)
{
    if (diags_length(diags) > PLACES_MOST) /* finding places would take longer than reading */
        diags_add(diags, level, self->path, 0, 0, NULL, "%s", text);
    else if (self->yaml)
        yaml_say(yaml_place(self, place), diags, level, "%s", text);
    else
        say_json(self, place, diags, level, text);
}

static bool next_yaml(JsonFile *self, json_t **entry, size_t *place, Diags *diags)
{
    const YamlNode *root = yaml_root(self->yaml);

    if (yaml_is_null(root))
        return false;
    if (yaml_kind(root) != YAML_LIST) {
        json_file_say(self, 0, diags, DIAG_ERROR, "expected a list of entries");
        return false;
    }
    if (self->at == yaml_length(root))
        return false;
    *place = self->at;
    *entry = json_from_yaml(yaml_item(root, self->at++), false);
    return true;
}

static void skip_blanks(JsonFile *self)
{
    self->at += strspn(self->text + self->at, " \t\r\n");
}

/* A bracket or comma; anything else is an error. */
static bool take_mark(JsonFile *self, const char *marks, const char *expected, Diags *diags)
{
    skip_blanks(self);
    if (self->text[self->at] && strchr(marks, self->text[self->at])) {
        self->at++;
        return true;
    }
    json_file_say(self, self->at, diags, DIAG_ERROR, expected);
    return false;
}

static bool read_value(JsonFile *self, json_t **entry, size_t *place, Diags *diags)
{
    json_error_t error;

    skip_blanks(self);
    *place = self->at;
    *entry = json_loadb(self->text + self->at, self->length - self->at,
                        JSON_REJECT_DUPLICATES | JSON_DISABLE_EOF_CHECK | JSON_DECODE_ANY, &error);
    if (!*entry) {
        g_autofree char *text = g_strdup_printf("expected JSON: %s", error.text);

        json_file_say(self, self->at + (size_t)MAX(error.position, 0), diags, DIAG_ERROR, text);
        return false;
    }
    self->at += (size_t)error.position;
    return true;
}

static bool at_end(JsonFile *self, Diags *diags)
{
    skip_blanks(self);
    if (self->text[self->at] != ']')
        return false;
    self->at++;
    skip_blanks(self);
    if (self->text[self->at])
        json_file_say(self, self->at, diags, DIAG_ERROR,
                      "expected nothing behind the closing bracket");
    return true;
}

static bool next_json(JsonFile *self, json_t **entry, size_t *place, Diags *diags)
{
    if (!self->begun) {
        self->begun = true;
        if (!take_mark(self, "[", "expected a list of entries in brackets", diags) ||
            at_end(self, diags))
            return false;
    } else if (at_end(self, diags) ||
               !take_mark(self, ",", "expected a comma or a closing bracket", diags)) {
        return false;
    }
    return read_value(self, entry, place, diags);
}

bool json_file_next(JsonFile *self, json_t **entry, size_t *place, Diags *diags)
{
    return self->yaml ? next_yaml(self, entry, place, diags) : next_json(self, entry, place, diags);
}
