/* What `scontrol -o show ...` prints: a record a line, Key=value between blanks. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/**
 * scontrol_records - the records of @text, each beginning with "@key=" at the beginning of a line:
 * what else stands there (a line break in a comment) belongs to the record before.
 *
 * Returns: (transfer full) strings
 */
GPtrArray *scontrol_records(const char *text, const char *key);

/**
 * scontrol_value - the value of the first @key in @record, up to a blank; NULL when there is none
 * or Slurm says so: "", "(null)", "N/A", "NONE". Returns: (transfer full)
 */
char *scontrol_value(const char *record, const char *key);

/** scontrol_last_value - of the last @key: for what Slurm prints behind texts of the user's. */
char *scontrol_last_value(const char *record, const char *key);

/** scontrol_number - the number a value begins with; @fallback when there is none. */
gint64 scontrol_number(const char *record, const char *key, gint64 fallback);
