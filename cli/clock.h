/* Instants of a simulation in words. */
#pragma once

#include "base/units.h"

/** clock_text - "1:02:03" or "2-01:02:03" since second 0, "-0:05:00" before it; "" for never.
 * Returns: (transfer full) */
char *clock_text(Instant instant);

/** clock_words - shorter where space is scarce: "45s", "8h24m", "1d00h05m", "-2h"; "" for never.
 * Returns: (transfer full) */
char *clock_words(Instant instant);

/* How instants stand in a table: to the second where it fits. */
typedef char *(*ClockStyle)(Instant instant);

/** count_text - "12,345,678". Returns: (transfer full) */
char *count_text(uint64_t count);
