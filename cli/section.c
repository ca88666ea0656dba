/* Parts of a report: headings, facts, wrapped lines. */
#include "cli/section.h"

#include "base/text.h"
#include "cli/wrap.h"

enum { FACT_COLUMN = 15, ITEM_MOST = 30 };

void section_heading(GString *out, const Terminal *terminal, const char *text)
{
    g_string_append_printf(out, "\n%s%s%s\n", terminal_on(terminal, PAINT_BOLD), text,
                           terminal_off(terminal));
}

void section_fact(GString *out, const Terminal *terminal, const char *name, const char *text)
{
    g_string_append_printf(out, "%s%s%s%*s", terminal_on(terminal, PAINT_BOLD), name,
                           terminal_off(terminal), MAX(FACT_COLUMN - text_width(name), 1), "");
    wrap_append(out, text, FACT_COLUMN, terminal->columns);
}

void section_table(GString *out, const Terminal *terminal, const Table *table)
{
    int width = terminal->cut ? terminal->cut - SECTION_INDENT : 0;
    g_autofree char *text = table_text(table, width, true);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line; line++)
        if (**line)
            g_string_append_printf(out, "%*s%s\n", SECTION_INDENT, "", *line);
}

static bool fits(const char *text, int columns)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line; line++)
        if (text_width(*line) > columns)
            return false;
    return true;
}

char *table_fitting(const Table *exact, const Table *brief, const Terminal *terminal)
{
    char *text = table_text(exact, 0, true);

    if (terminal->cut == 0 || fits(text, terminal->cut))
        return text;
    g_free(text);
    return table_text(brief, terminal->cut, true);
}

void section_item(GString *out, const Terminal *terminal, const char *name, const char *text)
{
    int width = text_width(name);
    int indent = width > ITEM_MOST ? SECTION_INDENT * 2 : SECTION_INDENT + width + 2;

    g_string_append_printf(out, "%*s%s:", SECTION_INDENT, "", name);
    if (width > ITEM_MOST)
        g_string_append_printf(out, "\n%*s", indent, "");
    else
        g_string_append_c(out, ' ');
    wrap_append(out, text, indent, terminal->columns);
}
