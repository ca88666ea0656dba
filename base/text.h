/* Text on a terminal: how wide it is, and how it is cut. */
#pragma once

#include <glib.h>

/** text_next - the character after the one at @at, which must not be the end. */
static inline const char *text_next(const char *at)
{
    return at + g_utf8_skip[(guchar)*at];
}

/** text_width - [columns] of UTF-8 @text: wide characters count two, combining ones none. */
int text_width(const char *text);

/** text_clean - valid UTF-8 without control characters (tabs are kept), safe to print.
 * Returns: (transfer full) */
char *text_clean(const char *text);

/** text_cut - at most @width columns of @text, "..." standing for what was cut. (transfer full) */
char *text_cut(const char *text, int width);
