/* What a reader has to say about a file: every error in one run, with its place. */
#pragma once

#include "base/error.h"

typedef enum { DIAG_NOTE, DIAG_WARNING, DIAG_ERROR } DiagLevel;

typedef struct {
    DiagLevel level;
    char *file;   /* as the user named it; may be "" (the command line) */
    int line;     /* 1.., 0 when the whole file is meant */
    int column;   /* 1.. in characters, 0 when the whole line is meant */
    char *text;   /* what was expected and found, and the mend; no period */
    char *source; /* the line as it stands, for the caret; may be NULL */
} Diag;

typedef struct Diags Diags;

Diags *diags_new(void);
void diags_free(Diags *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Diags, diags_free)

/** diags_add - @source may be NULL; it is copied, without its line end. Beyond 100 errors the rest
 * is only counted. */
void diags_add(Diags *self, DiagLevel level, const char *file, int line, int column,
               const char *source, const char *format, ...) G_GNUC_PRINTF(7, 8);

/** diags_merge - adds what @from says and @self has not said yet at the same place. */
void diags_merge(Diags *self, const Diags *from);

size_t diags_count(const Diags *self, DiagLevel level);
size_t diags_length(const Diags *self);
const Diag *diags_nth(const Diags *self, size_t index);

/**
 * diag_format - "wf.yaml:12:9: error: ...\n   12 | text\n      |     ^\n": ready to print.
 *
 * Returns: (transfer full)
 */
char *diag_format(const Diag *diag);

/** diags_check - false with SRX_ERROR_INPUT ("3 errors in wf.yaml") when there is any error. */
bool diags_check(const Diags *self, const char *what, GError **error);
