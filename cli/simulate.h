/* What srx simulate does beside replaying a scenario: following a recording, textbook policies. */
#pragma once

#include "cli/command.h"
#include "cli/schedule.h"
#include "sim/textbook.h"

typedef struct {
    gboolean json, parsable, summary, horizons;
    char *slurm_version, *follow, *policy;
    Instant until; /* INSTANT_NEVER */
} SimulateChoice;

/** simulate_load - the scenario in @directory, its messages printed. NULL with @error. */
Scenario *simulate_load(const Session *session, const char *directory, const char *version,
                        GError **error);
void simulate_print(const Session *session, const SimulateChoice *choice, const Schedule *schedule);

/** simulate_follow - --follow RECORDING. */
bool simulate_follow(const Session *session, const SimulateChoice *choice, const char *directory,
                     GError **error);

/** simulate_is_trace - whether @path is a trace of its own: SWF by its name, sacct's by
 * its header. */
bool simulate_is_trace(const char *path);

/** simulate_trace - --policy POLICY on the trace at @path. */
bool simulate_trace(const Session *session, const SimulateChoice *choice, const char *path,
                    GError **error);
