/* Messages about the user's files. */
#include "cli/messages.h"

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
    g_autofree char *text = diag_format(diag);
    const char *word = terminal->color ? strstr(text, words[diag->level]) : NULL;

    if (!word) {
        fputs(text, out);
        return;
    }
    fprintf(out, "%.*s%s%s%s%s", (int)(word - text), text,
            terminal_on(terminal, paints[diag->level]), words[diag->level], terminal_off(terminal),
            word + strlen(words[diag->level]));
}

void diags_print(const Session *session, const Terminal *terminal, const Diags *diags, FILE *out)
{
    for (size_t i = 0; i < diags_length(diags); i++)
        if (diag_is_wanted(session, diags_nth(diags, i)))
            print_one(terminal, diags_nth(diags, i), out);
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
