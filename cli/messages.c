/* Messages about the user's files, on stderr. */
#include "cli/messages.h"

#include <stdio.h>
#include <string.h>

static bool is_wanted(const Session *session, DiagLevel level)
{
    switch (level) {
    case DIAG_NOTE:
        return session->verbose;
    case DIAG_WARNING:
        return !session->quiet;
    case DIAG_ERROR:
        break;
    }
    return true;
}

static Paint level_paint(DiagLevel level)
{
    switch (level) {
    case DIAG_NOTE:
        return PAINT_CYAN;
    case DIAG_WARNING:
        return PAINT_YELLOW;
    case DIAG_ERROR:
        break;
    }
    return PAINT_RED;
}

static void print_one(const Terminal *terminal, const Diag *diag)
{
    static const char *const words[] = {"note:", "warning:", "error:"};
    g_autofree char *text = diag_format(diag);
    const char *word = strstr(text, words[diag->level]);

    if (!word || !terminal->color) {
        fputs(text, stderr);
        return;
    }
    fprintf(stderr, "%.*s%s%s%s%s", (int)(word - text), text,
            terminal_on(terminal, level_paint(diag->level)), words[diag->level],
            terminal_off(terminal), word + strlen(words[diag->level]));
}

void messages_print(const Session *session, const Diags *diags)
{
    for (size_t i = 0; i < diags_length(diags); i++)
        if (is_wanted(session, diags_nth(diags, i)->level))
            print_one(&session->err, diags_nth(diags, i));
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
