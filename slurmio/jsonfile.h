/* A JSON or YAML file as jansson values whose list entries have a place, for messages. Which of the
 * two it is shows in its first character. */
#pragma once

#include "base/diag.h"
#include "base/yaml.h"

#include <jansson.h>

typedef struct {
    char *path;
    char *text;
    json_t *root;
    YamlDocument *yaml; /* NULL for JSON */
} JsonFile;

/** json_file_load - YAML scalars come as strings, whatever they look like ("0123", "1:30:00").
 * Returns: (transfer full) or NULL; the reasons are in @diags. */
JsonFile *json_file_load(const char *path, Diags *diags);
JsonFile *json_file_parse(const char *text, const char *path, Diags *diags);
void json_file_free(JsonFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(JsonFile, json_file_free)

/** json_file_list - the list of entries: the root, or what it holds as @key; NULL when neither. */
const json_t *json_file_list(const JsonFile *self, const char *key);

/** json_file_say - a message at the place of the entry @index of that list. O(size of the file). */
void json_file_say(const JsonFile *self, const char *key, size_t index, Diags *diags,
                   DiagLevel level, const char *text);

/** json_from_yaml - @typed: plain scalars that look like numbers or truth values become such. */
json_t *json_from_yaml(const YamlNode *node, bool typed);
