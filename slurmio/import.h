/* A trace of the past and a cluster's configuration -> a scenario directory. */
#pragma once

#include "base/diag.h"
#include <stdint.h>

typedef struct {
    const char *trace;         /* sacct -P (.gz), or .swf, .swf.gz */
    const char *slurm_conf;    /* NULL: one is made of `nodes` */
    const char *nodes;         /* "120x2", "16x64x256G": nodes, CPUs, memory of each; NULL */
    const char *accounting;    /* NULL: made of those in the trace, all alike */
    const char *gres_conf;     /* NULL: the one beside slurm.conf, if any */
    const char *topology_conf; /* likewise */
    const char *usage;         /* sshare -a -l -P; NULL */
    const char *version;       /* of Slurm; NULL: the default */
    const char *start;         /* calendar time of second 0; NULL: the first submission */
    uint32_t jobs;             /* only so many, the first; UINT32_MAX: all */
} ImportSources;

typedef struct {
    uint32_t jobs, tasks, commands, users, accounts; /* tasks: of arrays, each counted */
    int64_t first_at, last_at;                       /* [s] submissions, from second 0 */
} ImportCounts;

/**
 * import_write - the scenario into @directory, which is there and empty.
 *
 * Everything that had to be guessed, repaired or left out is told in @diags, about the files the
 * user named. False with an error there, or with @error when a file cannot be written; what was
 * written then stays: import_remove.
 */
bool import_write(const ImportSources *sources, const char *directory, ImportCounts *out,
                  Diags *diags, GError **error);

/** import_remove - the files that import_write may have written, and the directory. */
void import_remove(const char *directory);

/** import_is_swf - by its name. */
bool import_is_swf(const char *path);
