/* Messages about the user's files. */
#pragma once

#include "base/diag.h"
#include "cli/command.h"

#include <stdio.h>

/** diag_is_wanted - errors always, warnings unless --quiet, notes with --verbose. */
bool diag_is_wanted(const Session *session, const Diag *diag);

/** diags_sorted - by file (in the order they were read), line and column, ending in NULL.
 * Returns: (transfer container) */
const Diag **diags_sorted(const Diags *diags);

/** diags_print - what is wanted of them, in the colours of @terminal. */
void diags_print(const Session *session, const Terminal *terminal, const Diags *diags, FILE *out);

/** messages_print - the same on stderr. */
void messages_print(const Session *session, const Diags *diags);

/** messages_note - one line of srx's own on stderr, unless --quiet: "srx: note: ...". */
void messages_note(const Session *session, const char *format, ...) G_GNUC_PRINTF(2, 3);
