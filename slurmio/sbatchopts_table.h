/* Every option of sbatch in Slurm 22.05 to 25.05, as data: how it is spelt, what it takes, where in
 * a JobSpec its value goes. Private to slurmio/sbatchopts*.c. */
#pragma once

#include "sim/job.h"

typedef enum { ARGUMENT_NONE, ARGUMENT_REQUIRED, ARGUMENT_OPTIONAL } Argument;

typedef enum {
    TAKE_CARRIED,  /* not simulated: goes to JobSpec.rest */
    TAKE_TEXT,     /* char * */
    TAKE_POSITIVE, /* uint32_t, 1.. */
    TAKE_COUNT,    /* uint32_t, 0.. */
    TAKE_MINUTES,  /* uint32_t [min] */
    TAKE_MEMORY,   /* uint64_t [MiB] */
    TAKE_FLAG,     /* bool */
    TAKE_SPECIAL,  /* by the functions below */
    TAKE_NOTHING   /* prints something instead of submitting: refused */
} Take;

typedef struct {
    const char *name; /* without the hyphens */
    char letter;      /* '\0' when there is none */
    Argument argument;
    Take take;
    size_t field; /* its place in JobSpec, for all takes from TEXT to FLAG */
    bool alias;   /* another option writes its field */
    bool matters; /* carried, though it has a say in where or when the job runs: that is told */

    /* Is @value (never NULL) one that sbatch takes? For TEXT and CARRIED; may be NULL. */
    bool (*check)(const char *value, GError **error);
    /* For SPECIAL. @value is NULL where an optional argument is missing; @note is what sbatch reads
     * otherwise than its user may think. */
    bool (*set)(JobSpec *spec, const char *value, char **note, GError **error);
    /* For SPECIAL: the option as one argument, NULL when @spec does not ask for it. */
    char *(*format)(const JobSpec *spec);
} SbatchOption;

/** sbatch_options - all options, by name. */
const SbatchOption *sbatch_options(size_t *n);

/**
 * sbatch_option_find - the option a user means by @name: the exact one, or the only one that begins
 * so. Options of the pyxis plugin are known too.
 *
 * Returns: NULL when there is none, or several: @error names them, or the nearest.
 */
const SbatchOption *sbatch_option_find(const char *name, size_t length, GError **error);
const SbatchOption *sbatch_option_letter(char letter); /* NULL */
