/* jobs.json or jobs.yaml -> Load: jobs and commands, each with its time. */
#pragma once

#include "sim/load.h"
#include "slurmio/jsonfile.h"

/**
 * scenario_jobs_load - reads @path as ../docs/scenario.md describes.
 * @user: who submits where an entry does not say
 *
 * Returns: (transfer full), sorted; NULL when anything was wrong: all of it is in @diags.
 */
Load *scenario_jobs_load(const char *path, const char *user, Diags *diags);
