/* "{{ name }}" in a workflow's texts: the part of Jinja that srunx files use. */
#pragma once

#include "base/error.h"

/**
 * TemplateLookup - the text of a name; NULL with @error unset when there is none, NULL with @error
 * set when there is one that cannot be used.
 * @path: its parts: {"deps", "job", "key", NULL} of deps.job.key; x[0], x['a'] and x[name] are
 * parts too
 *
 * Returns: (transfer full)
 */
typedef char *(*TemplateLookup)(void *self, char *const *path, GError **error);

/** template_is_plain - whether @text has nothing to substitute. */
bool template_is_plain(const char *text);

/**
 * template_render - @text with every {{ }} replaced. Inside stand a name, a quoted text or a
 * number, then any number of `| default(x)` (or `| d(x)`), x being one of the same; {# #} is
 * dropped, {{- and -}} take the blanks beside them away.
 *
 * Refused in words: {% %}, other filters, other expressions, unknown names, what is not closed.
 * Returns: (transfer full)
 */
char *template_render(const char *text, TemplateLookup lookup, void *self, GError **error);
