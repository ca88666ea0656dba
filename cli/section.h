/* Parts of a report: headings, facts, wrapped lines. */
#pragma once

#include "base/table.h"
#include "cli/terminal.h"

enum { SECTION_INDENT = 2 };

/** section_heading - a blank line and a heading in bold. */
void section_heading(GString *out, const Terminal *terminal, const char *text);

/** section_fact - "Makespan        3h12m; ..." wrapped, the text in a column of its own. */
void section_fact(GString *out, const Terminal *terminal, const char *name, const char *text);

/** section_table - indented like the other lines of a section. */
void section_table(GString *out, const Terminal *terminal, const Table *table);

/** table_fitting - the first of two tables if it is no wider than the terminal, else the second,
 * cut to it. Returns: (transfer full) */
char *table_fitting(const Table *exact, const Table *brief, const Terminal *terminal);

/** section_item - "  name: text", wrapped. */
void section_item(GString *out, const Terminal *terminal, const char *name, const char *text);
