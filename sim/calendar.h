/* Calendar times as Slurm's commands take them: --begin, --deadline, StartTime=. */
#pragma once

#include "base/units.h"

/**
 * calendar_parse - "now", "now+10minutes", "16:00", "tomorrow", "teatime", "2026-01-20",
 * "2026-01-20T12:34[:56]", "01/20[/26]", "012026", a date and a time with a blank, "@1767571235".
 * A time of day that has passed means the next day. Calendar and clock are UTC.
 * @now:   seconds of the scenario
 * @epoch: [s since 1970 UTC] of second 0
 *
 * Source: Slurm 24.05 parse_time.
 */
bool calendar_parse(const char *text, Instant now, int64_t epoch, Instant *out, GError **error);
