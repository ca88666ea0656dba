/* Text on a terminal: how wide it is, and how it is cut. */
#include "base/text.h"

#include <string.h>

static int character_width(gunichar character)
{
    if (g_unichar_iszerowidth(character))
        return 0;
    return g_unichar_iswide(character) ? 2 : 1;
}

int text_width(const char *text)
{
    int width = 0;

    for (const char *at = text; *at; at = text_next(at))
        width += character_width(g_utf8_get_char(at));
    return width;
}

char *text_clean(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_autoptr(GString) clean = g_string_sized_new(strlen(valid));

    for (const char *at = valid; *at; at = text_next(at)) {
        gunichar character = g_utf8_get_char(at);

        g_string_append_unichar(
            clean, character != '\t' && g_unichar_iscntrl(character) ? '?' : character);
    }
    return g_string_free(g_steal_pointer(&clean), FALSE);
}

char *text_cut(const char *text, int width)
{
    const char *at = text;
    int room = width >= 3 ? width - 3 : width;

    if (text_width(text) <= width)
        return g_strdup(text);
    while (*at && room >= character_width(g_utf8_get_char(at))) {
        room -= character_width(g_utf8_get_char(at));
        at = text_next(at);
    }
    return g_strdup_printf("%.*s%s", (int)(at - text), text, width >= 3 ? "..." : "");
}
