/* What sbatch takes as the value of an option, where that is more than a text or a number. Private
 * to slurmio/sbatchopts*.c. Source: Slurm 24.05 slurm_opt.c and proc_args.c. */
#pragma once

#include "sim/job.h"

/* Checks of texts that sbatch looks into. */
bool array_check(const char *value, GError **error);
bool calendar_check(const char *value, GError **error);
bool distribution_check(const char *value, GError **error);
bool gres_check(const char *value, GError **error);
bool gres_flags_check(const char *value, GError **error);
bool hint_check(const char *value, GError **error);
bool mail_type_check(const char *value, GError **error);
bool no_kill_check(const char *value, GError **error);
bool nodes_check(const char *value, GError **error);
bool open_mode_check(const char *value, GError **error);
bool positive_check(const char *value, GError **error);
bool signal_check(const char *value, GError **error);
bool switches_check(const char *value, GError **error);
bool tres_per_task_check(const char *value, GError **error);
bool zero_one_check(const char *value, GError **error);

/** number_parse - a whole number as sbatch reads it (blanks before and a sign are allowed).
 * @least: 0 or 1 */
bool number_parse(const char *value, uint32_t least, uint32_t *out, GError **error);

/** megabytes_parse - "4000", "500M", "20Gb": no fractions, K to T only. @out: [MiB] */
bool megabytes_parse(const char *value, uint64_t *out, GError **error);

/** limit_parse - a time limit; 0, which Slurm reads as none at all, is refused. @out: [min] */
bool limit_parse(const char *value, uint32_t *out, GError **error);

/* Options that set more than one field, or in more than one way: see SbatchOption. */
bool exclusive_set(JobSpec *spec, const char *value, char **note, GError **error);
bool extra_node_info_set(JobSpec *spec, const char *value, char **note, GError **error);
bool kill_on_invalid_dep_set(JobSpec *spec, const char *value, char **note, GError **error);
bool nice_set(JobSpec *spec, const char *value, char **note, GError **error);
bool no_requeue_set(JobSpec *spec, const char *value, char **note, GError **error);
bool nodes_set(JobSpec *spec, const char *value, char **note, GError **error);
bool oversubscribe_set(JobSpec *spec, const char *value, char **note, GError **error);
bool priority_set(JobSpec *spec, const char *value, char **note, GError **error);
bool requeue_set(JobSpec *spec, const char *value, char **note, GError **error);

char *exclusive_format(const JobSpec *spec);
char *kill_on_invalid_dep_format(const JobSpec *spec);
char *nice_format(const JobSpec *spec);
char *no_requeue_format(const JobSpec *spec);
char *nodes_format(const JobSpec *spec);
char *oversubscribe_format(const JobSpec *spec);
char *priority_format(const JobSpec *spec);
char *requeue_format(const JobSpec *spec);
