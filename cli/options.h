/* The options of a command: declared once, read by the parser, the help and the completion. */
#pragma once

#include "base/error.h"

typedef struct {
    const char *heading; /* the option is listed under; static text */
    GOptionEntry entry;
} Option;

/* The last of an array of GOptionEntry. */
#define OPTIONS_END                                                                                \
    {                                                                                              \
        NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL                                            \
    }

typedef struct Options Options;

Options *options_new(void);
/* Also frees what the parser stored behind the entries' pointers. */
void options_free(Options *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Options, options_free)

/** options_add - @entries ends with an entry of zeros; texts are static. Take file names and free
 * text as G_OPTION_ARG_FILENAME(_ARRAY): these are never recoded by the locale. */
void options_add(Options *self, const char *heading, const GOptionEntry *entries);
size_t options_length(const Options *self);
const Option *options_nth(const Options *self, size_t index);

/** option_takes_value - whether a word may follow it. */
bool option_takes_value(const Option *self);

/**
 * options_parse - strict: what nobody declared is SRX_ERROR_USAGE, with the nearest known option.
 * @argv: NULL-terminated; [0] is the command; what is no option stays (transfer full, replaced)
 */
bool options_parse(Options *self, char ***argv, GError **error);

/** options_help - the listing by heading, wrapped to @columns. Returns: (transfer full) */
char *options_help(const Options *self, int columns);
