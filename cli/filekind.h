/* What a file is, seen from its content. */
#pragma once

#include "base/error.h"

typedef enum {
    FILE_UNKNOWN,
    FILE_WORKFLOW,   /* srunx YAML */
    FILE_SCRIPT,     /* a job script for sbatch */
    FILE_SLURM_CONF, /* slurm.conf */
    FILE_BESIDE,     /* gres.conf, topology.conf: read with the slurm.conf beside them */
    FILE_ACCOUNTING, /* sacctmgr lines, dump or tables */
    FILE_SCENARIO,   /* a directory, or a jobs.json, scenario.yaml, ... of one */
    FILE_SACCT       /* job records of sacct */
} FileKind;

const char *file_kind_name(FileKind kind); /* "a workflow" */

/** file_kind_of - of a text (@length bytes); the name decides only where the text says nothing. */
FileKind file_kind_of(const char *path, const char *text, size_t length);

/** file_kind_probe - of the file at @path. Fails with SRX_ERROR_INPUT when it cannot be read. */
bool file_kind_probe(const char *path, FileKind *out, GError **error);
