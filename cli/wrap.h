/* Text broken into lines. */
#pragma once

#include <glib.h>

/**
 * wrap_append - @text in lines of at most @columns, each after the first indented by @indent blanks
 * (the caller has written what precedes the first, @indent columns wide). Ends with a line end.
 * A word longer than a line gets a line of its own; newlines in @text are kept.
 */
void wrap_append(GString *out, const char *text, int indent, int columns);
