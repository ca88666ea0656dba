/* Presets: named settings for all jobs of a workflow, from the srx.yaml of the project and of the
 * user. */
#pragma once

#include "base/yaml.h"

#define PRESETS_FILE "srx.yaml"

/**
 * presets_load - the files that may hold presets for the workflow at @path: srx.yaml beside it, and
 * srx/srx.yaml in the user's configuration directory. What is not there is left out.
 *
 * Returns: (transfer full) YamlDocument *, the first to be looked into first; NULL when one cannot
 * be read, told in @diags.
 */
GPtrArray *presets_load(const char *path, Diags *diags);

/**
 * presets_find - the preset called @name: a map of keys as a job has them.
 *
 * Returns: NULL when there is none, or it is none, told in @diags. Valid as long as @documents.
 */
const YamlNode *presets_find(const GPtrArray *documents, const char *name, Diags *diags);
