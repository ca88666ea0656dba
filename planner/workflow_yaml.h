/* srunx workflow YAML, every file unchanged, and srx's additions -> Workflow. */
#pragma once

#include "base/yaml.h"
#include "planner/workflow.h"

/* How to read Slurm's own languages: given by cli, as planner and slurmio never meet. Each reads
 * into @spec and says what is wrong in @diags at @file:@line. */
typedef struct {
    bool (*options)(char *const *argv, JobSpec *spec, const char *file, int line, Diags *diags);
    bool (*script)(const char *path, JobSpec *spec, Diags *diags);
} SbatchReaders;

typedef struct {
    const char *const *args;     /* "k=v" of --arg; NULL-terminated, may be NULL */
    const char *const *sweeps;   /* "k=v1,v2" of --sweep */
    const char *const *runtimes; /* "job=10m" of --runtime */
    const YamlNode *preset;      /* what every job says that does not say otherwise; NULL */
    SbatchReaders readers;
} WorkflowOptions;

/**
 * workflow_yaml_load - reads @path. Every error of the file is in @diags.
 *
 * Returns: (transfer full), or NULL when there was any error.
 */
Workflow *workflow_yaml_load(const char *path, const WorkflowOptions *options, Diags *diags);
