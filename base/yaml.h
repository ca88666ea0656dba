/* A strict YAML reader: a key nobody asked for, a duplicate, an alias bomb, a tab, a wrong type is
 * an error at file:line:column, and all of them are told in one run. JSON is read by it as well.
 * Scalars keep their text ("1:30:00" stays as written). */
#pragma once

#include "base/diag.h"
#include "base/units.h"

typedef struct YamlDocument YamlDocument;
typedef struct YamlNode YamlNode; /* valid as long as its document */

typedef enum { YAML_SCALAR, YAML_LIST, YAML_MAP } YamlKind;

/**
 * yaml_parse - @text (@length bytes and a NUL behind them) as one document; @file is only a name
 * for messages.
 *
 * Refused: anything but one document, not UTF-8, depth over 64, over 1,000,000 nodes, aliases that
 * would expand to more than 100,000 nodes, duplicate keys, keys that are not scalars, NUL bytes, a
 * size over 64 MiB, tags other than YAML's own. A BOM is accepted, and merge keys ("<<") are
 * merged.
 * Returns: (transfer full) or NULL, the reasons being in @diags.
 */
YamlDocument *yaml_parse(const char *text, size_t length, const char *file, Diags *diags);
YamlDocument *yaml_load(const char *path, Diags *diags);
void yaml_document_free(YamlDocument *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(YamlDocument, yaml_document_free)

const YamlNode *yaml_root(const YamlDocument *self);
YamlKind yaml_kind(const YamlNode *node);
bool yaml_is_null(const YamlNode *node); /* plain null, ~, Null, NULL or nothing at all */
bool yaml_is_quoted(const YamlNode *node);

/** yaml_text - a scalar's text; NULL for lists and maps. */
const char *yaml_text(const YamlNode *node);
size_t yaml_length(const YamlNode *node); /* entries of a list or map, 0 for a scalar */
const YamlNode *yaml_item(const YamlNode *list, size_t index);
const char *yaml_key(const YamlNode *map, size_t index);
const YamlNode *yaml_value(const YamlNode *map, size_t index);

/* Where a node stands, for what outlives the document. */
const char *yaml_file(const YamlNode *node);
int yaml_line(const YamlNode *node);
int yaml_column(const YamlNode *node);

/** yaml_say - a message at a node's place, with its source line. */
void yaml_say(const YamlNode *node, Diags *diags, DiagLevel level, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
/** yaml_say_key - the same at the place of a map's key. */
void yaml_say_key(const YamlNode *map, size_t index, Diags *diags, DiagLevel level,
                  const char *format, ...) G_GNUC_PRINTF(5, 6);

/** YamlRender - the new text of a scalar (transfer full), or NULL to keep it as it is. */
typedef char *(*YamlRender)(void *self, const YamlNode *scalar);

/**
 * yaml_copy - @node and all below it, each key and value rewritten by @render; what was rewritten
 * counts as quoted. Places stay those of the original, which must outlive the copy.
 */
YamlDocument *yaml_copy(const YamlNode *node, YamlRender render, void *self);

/**
 * yaml_merge - the map @over, and what @under has beside it: keys that @over has not; where both
 * have a map, that is merged alike; where both have a list or text under one of @joined, the
 * entries of @under come first. Else @over's counts.
 * @joined: NULL-terminated
 *
 * Both must outlive the copy; places stay those of the originals.
 */
YamlDocument *yaml_merge(const YamlNode *under, const YamlNode *over, const char *const *joined);

/* Reading a map by asking for its keys: what nobody asked for is an error in yaml_map_end, which
 * names the nearest key that was asked for. Optional everywhere: an absent key leaves @out. */
typedef struct YamlMap YamlMap;

/** yaml_map_begin - @what names the map in messages ("a job"). A node that is no map is an error
 * and gives a map without keys. */
YamlMap *yaml_map_begin(const YamlNode *node, const char *what, Diags *diags);
const YamlNode *yaml_map_get(YamlMap *self, const char *key);     /* NULL when absent or null */
const YamlNode *yaml_map_require(YamlMap *self, const char *key); /* an error when absent */
bool yaml_map_string(YamlMap *self, const char *key, char **out);
bool yaml_map_bool(YamlMap *self, const char *key, bool *out); /* true/false/yes/no/on/off */
bool yaml_map_int(YamlMap *self, const char *key, int64_t least, int64_t most, int64_t *out);
bool yaml_map_double(YamlMap *self, const char *key, double least, double most, double *out);
/** yaml_map_strings - a list of scalars, or one scalar as a list of one. (transfer full) */
bool yaml_map_strings(YamlMap *self, const char *key, char ***out);
/** yaml_map_say - whether the map has @key, known from then on; if so, a message at its place. */
bool yaml_map_say(YamlMap *self, const char *key, DiagLevel level, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
/** yaml_map_end - frees the map; false when it had a key nobody asked for, or any error. */
bool yaml_map_end(YamlMap *self);
