/* A file that is a list, in JSON or YAML, entry by entry as jansson values with a place for
 * messages. Which of the two it is shows in its first character. JSON is read as it goes, so that a
 * long list is never in memory as a whole. */
#pragma once

#include "base/diag.h"
#include "base/yaml.h"

#include <jansson.h>

typedef struct {
    char *path;
    char *text;
    size_t length; /* of the text */
    size_t at;     /* JSON: the byte, YAML: the entry to be read next */
    bool begun;
    YamlDocument *yaml; /* NULL for JSON */
} JsonFile;

/** json_file_load - Returns: (transfer full) or NULL; the reasons are in @diags. */
JsonFile *json_file_load(const char *path, Diags *diags);
JsonFile *json_file_parse(const char *text, const char *path, Diags *diags);
void json_file_free(JsonFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(JsonFile, json_file_free)

/**
 * json_file_next - the next entry of the list. YAML scalars come as strings, whatever they look
 * like ("0123", "1:30:00").
 * @entry: (transfer full)
 * @place: for json_file_say
 *
 * Returns: false at the end, or at what is no list: that is an error in @diags.
 */
bool json_file_next(JsonFile *self, json_t **entry, size_t *place, Diags *diags);

/** json_file_say - a message at the place of an entry. O(size of the file). */
void json_file_say(const JsonFile *self, size_t place, Diags *diags, DiagLevel level,
                   const char *text);

/** json_from_yaml - @typed: plain scalars that look like numbers or truth values become such. */
json_t *json_from_yaml(const YamlNode *node, bool typed);
