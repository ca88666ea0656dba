/* Times people give on the command line. */
#pragma once

#include "base/units.h"

/**
 * when_parse - a time to come.
 * @text: "6h", "1h30m", "1-12:00:00" or "90" (minutes) from @now on, with or without "now+";
 *        "18:00" and "18:00:00" the next time the clock shows it; "2026-01-20", "2026-01-20T18:00"
 * @epoch: [s since 1970 UTC] of second 0; the clock is UTC, as a scenario's
 * @out: [s] since second 0
 */
bool when_parse(const char *text, Instant now, int64_t epoch, Instant *out, GError **error);

/** instant_parse - an instant of a scenario: "3600" (seconds), or a duration with its unit. */
bool instant_parse(const char *text, Instant *out, GError **error);
