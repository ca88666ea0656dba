/* The parts of a batch script; for jobscript*.c only. */
#pragma once

#include "slurmio/jobscript.h"

/** How words are quoted: for bash, or for any shell. */
typedef void (*ShellQuote)(GString *out, const char *text);

void jobscript_exports_append(const JobScript *self, ShellQuote quote, GString *out);

/** jobscript_activation_append - conda or venv, ending the script when that fails. For bash. */
void jobscript_activation_append(const JobScript *self, GString *out);
void jobscript_lines_append(char *const *lines, GString *out);

/** jobscript_once_append - what the frame needs before everything else: functions, the cap. */
void jobscript_once_append(const JobScript *self, GString *out);

/** jobscript_cap_append - the line that ends a job requeued too often. */
void jobscript_cap_append(const JobScript *self, GString *out);

/** jobscript_own_text - a user's script with what is asked for put in. Returns: (transfer full) */
char *jobscript_own_text(const JobScript *self, GError **error);
