/* Results that srx has printed, or scenarios simulated on the spot, as JSON and as timelines. */
#pragma once

#include "cli/command.h"
#include "cli/timeline.h"
#include "slurmio/scenario.h"

/**
 * results_json - the answer in the file at @path ("-": stdin), or what srx simulate --json would
 * print of the scenario directory there.
 * @version: of Slurm, for directories; NULL
 *
 * Fails with SRX_ERROR_INPUT. Returns: (transfer full)
 */
json_t *results_json(const Session *session, const char *path, const char *version, GError **error);

/** results_name - what a picture calls the file: without directory and ending. (transfer full) */
char *results_name(const char *path);

/** results_timelines - those of every path, in order. Returns: (transfer full) GPtrArray of
 * Timeline * */
GPtrArray *results_timelines(const Session *session, char *const *paths, const char *version,
                             GError **error);
