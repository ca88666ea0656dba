/* The language of slurm.conf, gres.conf and topology.conf: logical lines of KEY=VALUE pairs.
 * Comments, escapes and continued lines follow Slurm 24.05 parse_config.c. Knows no key. */
#pragma once

#include "base/diag.h"

typedef struct {
    char *key;
    char *value;  /* without its quotes; "" when nothing stands after the = */
    char *file;   /* as the user named it */
    int line;     /* where the key stands: of the continued line, not of its beginning */
    int column;   /* in characters, 1.. */
    char *source; /* that physical line */
} ConfPair;

ConfPair *conf_pair_copy(const ConfPair *self);
void conf_pair_free(ConfPair *self);

/** conf_pair_say - a message at the place of @self. */
void conf_pair_say(const ConfPair *self, Diags *diags, DiagLevel level, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

typedef struct {
    char *include;    /* the file an Include line names, else NULL */
    GPtrArray *pairs; /* ConfPair *, in order; of an Include line one, for its place */
} ConfLine;

void conf_line_free(ConfLine *self);

/**
 * conf_file_parse - every line of @text that is not blank. What is no KEY=VALUE is told as Slurm
 * would: stray words are errors; "; comment" lines, empty values and a '#' that cuts a value are
 * warnings, as real files have them.
 * @file: name for messages
 *
 * Returns: (transfer full) ConfLine *
 */
GPtrArray *conf_file_parse(const char *text, const char *file, Diags *diags);

/** conf_file_load - the same for a file; NULL with an error in @diags when it cannot be read. */
GPtrArray *conf_file_load(const char *path, Diags *diags);
