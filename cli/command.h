/* The commands: one table that parsing, help, completion and the manual are made from. */
#pragma once

#include "cli/options.h"
#include "cli/terminal.h"

/* What every command gets beside its own settings. */
typedef struct {
    Terminal out, err;
    bool verbose;
    bool quiet;
    const char *const *argv; /* as given, [0] the command's name */
} Session;

typedef enum { OPERANDS_NONE, OPERANDS_FILES, OPERANDS_DIRECTORY, OPERANDS_COMMAND } Operands;

/* Options parse into a zeroed block of @size bytes that the command knows as its settings. */
typedef struct {
    const char *name;
    const char *summary;  /* one line */
    const char *usage;    /* what follows the name: "[OPTION]... WORKFLOW" */
    const char *examples; /* lines */
    const char *details;  /* paragraphs after the options; NULL */
    Operands operands;
    bool hidden; /* for shells, not for people */
    bool raw;    /* takes its words as they are: no options at all */
    size_t size;
    void (*options)(void *settings, Options *options); /* NULL: only the general ones */

    /**
     * run - does it. Results go to stdout, messages to stderr.
     * @operands: NULL-terminated, the command's name not among them
     *
     * Returns: false with an error whose code is the exit status.
     */
    bool (*run)(const Session *session, const void *settings, char **operands, GError **error);
} Command;

extern const Command command_plan, command_compare, command_simulate, command_explain,
    command_check, command_import, command_plot, command_report, command_submit, command_snapshot,
    command_status, command_logs, command_cancel, command_help, command_completion,
    command_complete;

size_t command_count(void);
const Command *command_nth(size_t index); /* in the order of the help */

/** command_find - NULL with SRX_ERROR_USAGE and the nearest name. */
const Command *command_find(const char *name, GError **error);

/** command_options - the command's own, storing into @settings, and the general ones. */
typedef struct {
    char *color;
    gboolean verbose, quiet;
} GeneralSettings;
Options *command_options(const Command *self, void *settings, GeneralSettings *general);
