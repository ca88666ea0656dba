/* Texts as words of a shell: whatever they hold, the shell makes of them that one text again, and
 * nothing else. */
#pragma once

#include "base/error.h"

/** shell_quote_append - @text as one word, plain where nothing in it means anything to a shell.
 * For bash: control characters become escapes, so that the word stays in its line. */
void shell_quote_append(GString *out, const char *text);

/** shell_quote_append_posix - the same for any shell; line breaks stay as they are. */
void shell_quote_append_posix(GString *out, const char *text);

/**
 * shell_words_append - the words of @text, each quoted, with a blank before each. Quotes and
 * backslashes group as in a shell, and $NAME and ${NAME} stay what they are: one word, expanded
 * when the script runs.
 * @what: for messages: "srun_args"
 *
 * Fails with SRX_ERROR_INPUT on what would do more than name words: ; | & < > ( ) ` $( and line
 * breaks outside of quotes, and on a quote that is not closed.
 */
bool shell_words_append(GString *out, const char *text, const char *what, GError **error);
