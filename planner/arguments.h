/* What {{ name }} may name in a workflow: its args, --arg, the axes of a sweep. */
#pragma once

#include "base/yaml.h"

typedef struct Arguments Arguments;

/** arguments_new - @args is the map of the file, or NULL; it must outlive the result. */
Arguments *arguments_new(const YamlNode *args);
void arguments_free(Arguments *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Arguments, arguments_free)

/** arguments_set - gives @name the value @text, over what the file says. */
void arguments_set(Arguments *self, const char *name, const char *text);

/** arguments_take - sets every "name=value" of --arg; what is none is an error in @diags. */
void arguments_take(Arguments *self, const char *const *options, Diags *diags);

/**
 * arguments_lookup - the text of a name such as {"model", NULL} or {"files", "0", NULL}.
 * A value may itself hold {{ }}; "python: ..." is not computed but for constants, and stays as it
 * is with a warning in @diags. Values are computed when asked for, once.
 *
 * Returns: (transfer full); NULL without @error when there is no such name, with @error when the
 * value cannot be had (values that name each other).
 */
char *arguments_lookup(Arguments *self, char *const *path, Diags *diags, GError **error);

/** arguments_used - whether @name has been asked for. */
bool arguments_used(const Arguments *self, const char *name);
