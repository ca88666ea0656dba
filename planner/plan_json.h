/* plan.json, schema "srx/plan/1": the plan with all a submitter needs, written and read back.
 * docs/schema.md describes it. Times are numbers in seconds, null where nothing happens. */
#pragma once

#include "planner/plan.h"

#define PLAN_SCHEMA "srx/plan/1"

/* How to spell a JobSpec as sbatch options and read them back: given by cli, as planner and
 * slurmio never meet. sbatchopts_argv and sbatchopts_parse fit. */
typedef char **(*SpecWriter)(const JobSpec *spec);
typedef bool (*SpecReader)(char *const *argv, JobSpec *spec, const char *file, int line,
                           Diags *diags);

/**
 * plan_json_write - the plan as JSON text, one key order, ending in a newline.
 * @write_spec: NULL leaves "sbatch" out (such a file cannot be read back)
 *
 * Returns: (transfer full)
 */
char *plan_json_write(const Plan *self, SpecWriter write_spec);

/**
 * plan_json_read - a plan written by plan_json_write; it owns its workflow.
 * @file: for messages
 *
 * Returns: (transfer full), or NULL: not JSON, another schema, a key missing or of a wrong type.
 */
Plan *plan_json_read(const char *text, const char *file, SpecReader read_spec, GError **error);
