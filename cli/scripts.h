/* Existing job scripts as a workflow: `srx plan a.sh b.sh --after b=afterok:a`. */
#pragma once

#include "planner/workflow.h"

typedef struct {
    const char *const *after;    /* "b=afterok:a,afterany:c"; NULL-terminated, may be NULL */
    const char *const *runtimes; /* "a=10m" likewise */
} ScriptOptions;

/**
 * scripts_load - one job a script, asking for what its #SBATCH lines say, in the order of @paths.
 *
 * A job is called as its --job-name says, else as the script without its ending; --after and
 * --runtime take either name. Cycles, unknown and ambiguous names are errors in @diags.
 *
 * Returns: (transfer full), or NULL when there was any error.
 */
Workflow *scripts_load(char *const *paths, const ScriptOptions *options, Diags *diags);
