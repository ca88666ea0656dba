/* Messages about the user's files. */
#include "cli/messages.h"

#include <stdlib.h>
#include <string.h>

bool diag_is_wanted(const Session *session, const Diag *diag)
{
    switch (diag->level) {
    case DIAG_NOTE:
        return session->verbose;
    case DIAG_WARNING:
        return !session->quiet;
    case DIAG_ERROR:
        break;
    }
    return true;
}

static void print_one(const Terminal *terminal, const Diag *diag, FILE *out)
{
    static const char *const words[] = {"note:", "warning:", "error:"};
    static const Paint paints[] = {PAINT_CYAN, PAINT_YELLOW, PAINT_RED};
    g_autofree char *told = diag_format(diag);
    g_autofree char *text = g_strconcat(*diag->file ? "" : "srx: ", told, NULL);
    const char *word = terminal->color ? strstr(text, words[diag->level]) : NULL;

    if (!word) {
        fputs(text, out);
        return;
    }
    fprintf(out, "%.*s%s%s%s%s", (int)(word - text), text,
            terminal_on(terminal, paints[diag->level]), words[diag->level], terminal_off(terminal),
            word + strlen(words[diag->level]));
}

typedef struct {
    const Diag *diag;
    size_t file; /* position of the first message about its file */
    size_t index;
} Place;

static int by_place(const void *a, const void *b)
{
    const Place *x = a, *y = b;

    if (x->file != y->file)
        return x->file < y->file ? -1 : 1;
    if (x->diag->line != y->diag->line)
        return x->diag->line < y->diag->line ? -1 : 1;
    if (x->diag->column != y->diag->column)
        return x->diag->column < y->diag->column ? -1 : 1;
    return x->index < y->index ? -1 : 1;
}

const Diag **diags_sorted(const Diags *diags)
{
    const size_t n = diags_length(diags);
    const Diag **out = g_new0(const Diag *, n + 1);
    g_autofree Place *places = g_new0(Place, n + 1);
    g_autoptr(GHashTable) first = g_hash_table_new(g_str_hash, g_str_equal);

    for (size_t i = 0; i < n; i++) {
        const Diag *diag = diags_nth(diags, i);

        if (!g_hash_table_contains(first, diag->file))
            g_hash_table_insert(first, diag->file, GSIZE_TO_POINTER(i));
        places[i] = (Place){diag, GPOINTER_TO_SIZE(g_hash_table_lookup(first, diag->file)), i};
    }
    qsort(places, n, sizeof *places, by_place);
    for (size_t i = 0; i < n; i++)
        out[i] = places[i].diag;
    return out;
}

void diags_print(const Session *session, const Terminal *terminal, const Diags *diags, FILE *out)
{
    g_autofree const Diag **sorted = diags_sorted(diags);

    for (const Diag **diag = sorted; *diag; diag++)
        if (diag_is_wanted(session, *diag))
            print_one(terminal, *diag, out);
}

void messages_print(const Session *session, const Diags *diags)
{
    diags_print(session, &session->err, diags, stderr);
}

void messages_note(const Session *session, const char *format, ...)
{
    va_list values;
    g_autofree char *text = NULL;

    if (session->quiet)
        return;
    va_start(values, format);
    text = g_strdup_vprintf(format, values);
    va_end(values);
    fprintf(stderr, "srx: %snote:%s %s\n", terminal_on(&session->err, PAINT_CYAN),
            terminal_off(&session->err), text);
}
