/* What a reader has to say about a file. */
#include "base/diag.h"

#include "base/text.h"
#include <string.h>

#define KEPT_MOST    100  /* of one level */
#define SOURCE_MOST  2000 /* [bytes] longer lines are not kept */
#define WINDOW_MOST  100  /* [characters] of the line that are shown */
#define WINDOW_AHEAD 60   /* [characters] of them before the caret */

struct Diags {
    GPtrArray *kept;  /* Diag * */
    size_t counts[3]; /* by level, those not kept too */
};

static void diag_free(void *data)
{
    Diag *self = data;

    g_free(self->file);
    g_free(self->text);
    g_free(self->source);
    g_free(self);
}

Diags *diags_new(void)
{
    Diags *self = g_new0(Diags, 1);

    self->kept = g_ptr_array_new_with_free_func(diag_free);
    return self;
}

void diags_free(Diags *self)
{
    if (!self)
        return;
    g_ptr_array_unref(self->kept);
    g_free(self);
}

static char *copy_line(const char *source)
{
    size_t length = source ? strnlen(source, SOURCE_MOST + 1) : 0;
    const char *end = source ? memchr(source, '\n', length) : NULL;

    if (end)
        length = (size_t)(end - source);
    if (length == 0 || length > SOURCE_MOST)
        return NULL;
    if (source[length - 1] == '\r')
        length--;
    return g_strndup(source, length);
}

/* NOLINTNEXTLINE(readability-function-size): a place takes four, and the text is a format */
void diags_add(Diags *self, DiagLevel level, const char *file, int line, int column,
               const char *source, const char *format, ...)
{
    va_list values;
    Diag *diag;

    if (self->counts[level]++ >= KEPT_MOST)
        return;
    diag = g_new0(Diag, 1);
    va_start(values, format);
    diag->text = g_strdup_vprintf(format, values);
    va_end(values);
    diag->level = level;
    diag->file = g_strdup(file ? file : "");
    diag->line = line;
    diag->column = column;
    diag->source = copy_line(source);
    g_ptr_array_add(self->kept, diag);
}

static bool is_said(const Diags *self, const Diag *what)
{
    for (guint i = 0; i < self->kept->len; i++) {
        const Diag *diag = g_ptr_array_index(self->kept, i);

        if (diag->level == what->level && diag->line == what->line &&
            diag->column == what->column && !strcmp(diag->file, what->file) &&
            !strcmp(diag->text, what->text))
            return true;
    }
    return false;
}

void diags_merge(Diags *self, const Diags *from)
{
    for (guint i = 0; i < from->kept->len; i++) {
        const Diag *diag = g_ptr_array_index(from->kept, i);

        if (!is_said(self, diag))
            diags_add(self, diag->level, diag->file, diag->line, diag->column, diag->source, "%s",
                      diag->text);
    }
}

size_t diags_count(const Diags *self, DiagLevel level)
{
    return self->counts[level];
}

size_t diags_length(const Diags *self)
{
    return self->kept->len;
}

const Diag *diags_nth(const Diags *self, size_t index)
{
    return g_ptr_array_index(self->kept, index);
}

/* As wide as @text on any terminal: tabs stay, the rest becomes blanks. */
static void append_blanks(GString *out, const char *text, const char *end)
{
    for (const char *at = text; at < end; at = text_next(at)) {
        g_autofree char *one = g_strndup(at, (gsize)(text_next(at) - at));

        if (*at == '\t')
            g_string_append_c(out, '\t');
        else
            g_string_append_printf(out, "%*s", text_width(one), "");
    }
}

static void append_source(GString *out, const Diag *diag)
{
    g_autofree char *clean = text_clean(diag->source);
    glong length = g_utf8_strlen(clean, -1), caret = MIN(diag->column - 1, length), from = 0, upto;
    const char *start, *end;

    if (length > WINDOW_MOST && caret > WINDOW_AHEAD)
        from = MIN(caret - WINDOW_AHEAD, length - WINDOW_MOST);
    upto = MIN(length, from + WINDOW_MOST);
    start = g_utf8_offset_to_pointer(clean, from);
    end = g_utf8_offset_to_pointer(clean, upto);
    g_string_append_printf(out, "%5d | %s%.*s%s\n", diag->line, from ? "..." : "",
                           (int)(end - start), start, upto < length ? "..." : "");
    if (diag->column <= 0)
        return;
    g_string_append_printf(out, "      | %s", from ? "   " : "");
    append_blanks(out, start, g_utf8_offset_to_pointer(clean, caret));
    g_string_append(out, "^\n");
}

char *diag_format(const Diag *diag)
{
    static const char *const levels[] = {"note", "warning", "error"};
    g_autoptr(GString) out = g_string_new(NULL);
    g_autofree char *text = text_clean(diag->text);

    if (*diag->file) {
        g_autofree char *file = text_clean(diag->file);

        g_string_append_printf(out, "%s:", file);
        if (diag->line > 0)
            g_string_append_printf(out, "%d:", diag->line);
        if (diag->line > 0 && diag->column > 0)
            g_string_append_printf(out, "%d:", diag->column);
        g_string_append_c(out, ' ');
    }
    g_string_append_printf(out, "%s: %s\n", levels[diag->level], text);
    if (diag->source && diag->line > 0)
        append_source(out, diag);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

bool diags_check(const Diags *self, const char *what, GError **error)
{
    size_t errors = self->counts[DIAG_ERROR];

    if (errors == 0)
        return true;
    return srx_fail(error, SRX_ERROR_INPUT, "%zu error%s in %s", errors, errors == 1 ? "" : "s",
                    what);
}
