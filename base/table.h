/* Rows of cells -> aligned text, parsable text (-P) or CSV. Knows the terminal's width from its
 * caller only. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef enum { TABLE_LEFT, TABLE_RIGHT } TableAlign;

typedef struct Table Table;

Table *table_new(void);
void table_free(Table *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Table, table_free)

/** table_column - @flexible columns are cut ("...") first when the line is too wide. */
void table_column(Table *self, const char *title, TableAlign align, bool flexible);

/** table_row - starts a row. */
void table_row(Table *self);

/** table_cell - the next cell of the row, printf style; NULL text is an empty cell. */
void table_cell(Table *self, const char *format, ...) G_GNUC_PRINTF(2, 3);

/**
 * table_text - aligned by display width (wide characters count two), two blanks between columns.
 * @width: [columns] at most; 0 for unlimited
 *
 * Returns: (transfer full)
 */
char *table_text(const Table *self, int width, bool header);

/** table_parsable - cells between bars as in sacct -P; a bar inside a cell becomes "\|".
 * With a comma for @delimiter it is CSV, quoted after RFC 4180. Returns: (transfer full) */
char *table_parsable(const Table *self, char delimiter, bool header);
