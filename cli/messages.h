/* Messages about the user's files, on stderr. */
#pragma once

#include "base/diag.h"
#include "cli/command.h"

/**
 * messages_print - what the readers said: errors always, warnings unless --quiet, notes with
 * --verbose.
 */
void messages_print(const Session *session, const Diags *diags);

/** messages_note - one line of srx's own, unless --quiet: "srx: note: ...". */
void messages_note(const Session *session, const char *format, ...) G_GNUC_PRINTF(2, 3);
