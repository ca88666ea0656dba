/* Rows of cells -> aligned text, parsable text (-P) or CSV. */
#include "base/table.h"

#include "base/text.h"
#include <string.h>

#define CUT_LEAST 8 /* [columns] no flexible column gets narrower */

typedef struct {
    char *title;
    TableAlign align;
    bool flexible;
} Column;

struct Table {
    GArray *columns; /* Column */
    GPtrArray *rows; /* GPtrArray of char * */
};

static void column_clear(void *column)
{
    g_free(((Column *)column)->title);
}

static void row_free(void *row)
{
    g_ptr_array_unref(row);
}

Table *table_new(void)
{
    Table *self = g_new(Table, 1);

    self->columns = g_array_new(FALSE, FALSE, sizeof(Column));
    g_array_set_clear_func(self->columns, column_clear);
    self->rows = g_ptr_array_new_with_free_func(row_free);
    return self;
}

void table_free(Table *self)
{
    if (!self)
        return;
    g_array_unref(self->columns);
    g_ptr_array_unref(self->rows);
    g_free(self);
}

void table_column(Table *self, const char *title, TableAlign align, bool flexible)
{
    Column column = {.title = g_strdup(title), .align = align, .flexible = flexible};

    g_array_append_val(self->columns, column);
}

void table_row(Table *self)
{
    g_ptr_array_add(self->rows, g_ptr_array_new_with_free_func(g_free));
}

void table_cell(Table *self, const char *format, ...)
{
    GPtrArray *row;
    va_list values;

    g_assert(self->rows->len > 0);
    row = g_ptr_array_index(self->rows, self->rows->len - 1);
    g_assert(row->len < self->columns->len);
    va_start(values, format);
    g_ptr_array_add(row, format ? g_strdup_vprintf(format, values) : g_strdup(""));
    va_end(values);
}

static const Column *nth_column(const Table *self, guint index)
{
    return &g_array_index(self->columns, Column, index);
}

static const char *nth_cell(const GPtrArray *row, guint index)
{
    return index < row->len ? g_ptr_array_index(row, index) : "";
}

/* Takes columns away from the widest flexible column until the line fits. */
static void shrink(const Table *self, int *widths, int width)
{
    int total = 2 * ((int)self->columns->len - 1);

    for (guint i = 0; i < self->columns->len; i++)
        total += widths[i];
    for (; total > width; total--) {
        int widest = -1;

        for (guint i = 0; i < self->columns->len; i++) {
            if (nth_column(self, i)->flexible && widths[i] > CUT_LEAST &&
                (widest < 0 || widths[i] > widths[widest]))
                widest = (int)i;
        }
        if (widest < 0)
            return;
        widths[widest]--;
    }
}

static int *natural_widths(const Table *self, bool header)
{
    int *widths = g_new0(int, self->columns->len);

    for (guint i = 0; i < self->columns->len; i++) {
        widths[i] = header ? text_width(nth_column(self, i)->title) : 0;
        for (guint j = 0; j < self->rows->len; j++)
            widths[i] = MAX(widths[i], text_width(nth_cell(g_ptr_array_index(self->rows, j), i)));
    }
    return widths;
}

static void append_cell(GString *out, const Column *column, const char *text, int width)
{
    g_autofree char *cut = text_cut(text, width);
    int blanks = width - text_width(cut);

    if (column->align == TABLE_RIGHT)
        g_string_append_printf(out, "%*s%s", blanks, "", cut);
    else
        g_string_append_printf(out, "%s%*s", cut, blanks, "");
}

static void end_line(GString *out)
{
    while (out->len && out->str[out->len - 1] == ' ')
        g_string_truncate(out, out->len - 1);
    g_string_append_c(out, '\n');
}

char *table_text(const Table *self, int width, bool header)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autofree int *widths = natural_widths(self, header);

    if (width > 0)
        shrink(self, widths, width);
    for (guint i = 0; header && i < self->columns->len; i++) {
        g_string_append(out, i ? "  " : "");
        append_cell(out, nth_column(self, i), nth_column(self, i)->title, widths[i]);
    }
    if (header)
        end_line(out);
    for (guint j = 0; j < self->rows->len; j++) {
        const GPtrArray *row = g_ptr_array_index(self->rows, j);

        for (guint i = 0; i < self->columns->len; i++) {
            g_string_append(out, i ? "  " : "");
            append_cell(out, nth_column(self, i), nth_cell(row, i), widths[i]);
        }
        end_line(out);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

/* CSV after RFC 4180. */
static void append_quoted(GString *out, const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, "\"", -1);
    g_autofree char *doubled = g_strjoinv("\"\"", parts);

    if (strpbrk(text, ",\"\r\n"))
        g_string_append_printf(out, "\"%s\"", doubled);
    else
        g_string_append(out, text);
}

static void append_parsable(GString *out, const char *text, char delimiter, bool first)
{
    if (!first)
        g_string_append_c(out, delimiter);
    if (delimiter == ',') {
        append_quoted(out, text);
        return;
    }
    for (; *text; text++) {
        if (*text == delimiter)
            g_string_append_c(out, '\\');
        g_string_append_c(out, *text == '\n' ? ' ' : *text);
    }
}

char *table_parsable(const Table *self, char delimiter, bool header)
{
    g_autoptr(GString) out = g_string_new(NULL);

    for (guint i = 0; header && i < self->columns->len; i++)
        append_parsable(out, nth_column(self, i)->title, delimiter, i == 0);
    if (header)
        g_string_append_c(out, '\n');
    for (guint j = 0; j < self->rows->len; j++) {
        for (guint i = 0; i < self->columns->len; i++)
            append_parsable(out, nth_cell(g_ptr_array_index(self->rows, j), i), delimiter, i == 0);
        g_string_append_c(out, '\n');
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}
