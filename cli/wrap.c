/* Text broken into lines. */
#include "cli/wrap.h"

#include "base/text.h"

enum { WORDS_LEAST = 20 }; /* never squeeze text into less than this */

static void line_append(GString *out, const char *line, int indent, int room)
{
    g_auto(GStrv) words = g_strsplit(line, " ", -1);
    int used = 0;

    for (char **word = words; *word; word++) {
        int columns = text_width(*word);

        if (!**word)
            continue;
        if (used > 0 && used + 1 + columns > room) {
            g_string_append_printf(out, "\n%*s", indent, "");
            used = 0;
        }
        if (used > 0)
            g_string_append_c(out, ' ');
        used += columns + (used > 0);
        g_string_append(out, *word);
    }
    g_string_append_c(out, '\n');
}

void wrap_append(GString *out, const char *text, int indent, int columns)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line; line++) {
        if (line != lines)
            g_string_append_printf(out, "%*s", indent, "");
        line_append(out, *line, indent, MAX(columns - indent, WORDS_LEAST));
    }
}
