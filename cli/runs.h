/* Runs as the commands show them: the jobs with what was predicted next to what became of them. */
#pragma once

#include "cli/command.h"
#include "slurmio/watch.h"

/** runs_clock - [s since 1970] */
Instant runs_clock(void);

/** runs_open - the run of a command's operands: one at most, the last one begun without. */
Run *runs_open(char **operands, GError **error);

/** runs_runner - a door to Slurm that leads somewhere. Fails with SRX_ERROR_SLURM. */
Runner *runs_runner(const char *via, GError **error);

/** runs_option_via - the option --via. */
void runs_option_via(char **via, Options *out);

/** runs_instant - "2026-01-20T18:00:00" in local time; "" for never. Returns: (transfer full) */
char *runs_instant(Instant at);

/** runs_off - "+12s": how much later than predicted; "" when either is not known. (transfer full)
 */
char *runs_off(Instant predicted, Instant real);

/** runs_text - the table and, when jobs have started, how far off the forecast was.
 * @monitor: NULL: by the journal only. Returns: (transfer full) */
char *runs_text(const Run *run, const Monitor *monitor, const Terminal *terminal);
char *runs_parsable(const Run *run, const Monitor *monitor);
void runs_json(const Run *run, const Monitor *monitor);
