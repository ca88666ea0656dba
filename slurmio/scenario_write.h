/* A Load -> jobs.json. */
#pragma once

#include "sim/load.h"

/**
 * scenario_jobs_format - what scenario_jobs_load reads back as an equal Load: an entry a line.
 * @most: jobs to write at most, and the commands that name no other; UINT32_MAX: all
 *
 * Returns: (transfer full)
 */
char *scenario_jobs_format(const Load *load, uint32_t most);
