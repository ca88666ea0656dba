/* Lines of commands, as a shell and sacctmgr split them: words with quotes, comments, lines that go
 * on after a backslash. Runs nothing and expands nothing. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct {
    char *text;
    int line, column; /* 1.. */
    bool is_operator; /* ";", "|", "&&", ">", ...: only where operators are split */
} ShellWord;

typedef struct {
    const char *at;      /* what is still to be read */
    int line;            /* of @at, 1.. */
    bool operators;      /* split at ; | & < > ( ) */
    GArray *words;       /* ShellWord, of the line read last */
    int first_line;      /* where that line began */
    char *source;        /* its first line as it stands */
    bool unclosed_quote; /* a quote was still open at its end */
} ShellLines;

void shell_lines_init(ShellLines *self, const char *text, bool operators);
void shell_lines_clear(ShellLines *self);

/** shell_lines_next - reads the next line that has any word; false at the end of the text. */
bool shell_lines_next(ShellLines *self);
