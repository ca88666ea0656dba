/* sbatch options <-> JobSpec: one parser for argv, #SBATCH lines and sacct's SubmitLine. */
#pragma once

#include "base/diag.h"
#include "sim/job.h"

/**
 * sbatchopts_parse - options as an argument vector (no program name, no script).
 * @spec: what is given there is set, the rest stays: later calls override earlier ones
 * @file, @line: where the options stand, for messages; "" and 0 for a command line
 *
 * Long options may be abbreviated, as getopt_long allows. What srx does not simulate goes to
 * spec->rest untouched. Refused as sbatch refuses: unknown options, bad values, stray words.
 */
bool sbatchopts_parse(char *const *argv, JobSpec *spec, const char *file, int line, Diags *diags);

/**
 * sbatchopts_argv - the options that ask for @spec, canonical and in a fixed order, each one
 * argument ("--time=90"). Parsing them gives an equal JobSpec.
 *
 * Returns: (transfer full)
 */
char **sbatchopts_argv(const JobSpec *spec);

/**
 * sbatchopts_script - the #SBATCH lines of a script, as sbatch reads them: up to the first line
 * that is neither blank nor a comment; "#SBATCH--time=1" counts, "# SBATCH" does not.
 *
 * Heterogeneous components are an error that says they are not supported.
 */
bool sbatchopts_script(const char *text, const char *file, JobSpec *spec, Diags *diags);
bool sbatchopts_script_load(const char *path, JobSpec *spec, Diags *diags);

/**
 * sbatchopts_line - a whole command line as in sacct's SubmitLine: "sbatch -n4 job.sh a b".
 * @script: the script's name, NULL when --wrap was used (transfer full)
 */
bool sbatchopts_line(const char *line, JobSpec *spec, char **script, Diags *diags);
