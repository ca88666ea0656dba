/* The parts of a workflow file and their readers; for workflow_yaml.c and its like only. Texts have
 * had their {{ }} replaced. What is wrong is told in the reader's diags. */
#pragma once

#include "base/yaml.h"
#include "planner/workflow_yaml.h"

typedef struct {
    const WorkflowOptions *options;
    const char *path; /* of the workflow file */
    Diags *diags;
} WorkflowReader;

/** workflow_job_read - everything of a job but its name and what it waits for. @job is empty but
 * for its name. */
void workflow_job_read(const WorkflowReader *self, const YamlNode *node, WorkflowJob *job);

/** workflow_resources_read - `resources` -> job->spec and job->partitions. */
void workflow_resources_read(const WorkflowReader *self, const YamlNode *node, WorkflowJob *job);

/** workflow_environment_read - `environment`: conda, venv, container, variables. */
void workflow_environment_read(const WorkflowReader *self, const YamlNode *node, WorkflowJob *job);

/** workflow_runtime_read - `runtime`: a duration, {p50, p90} or {min, mode, max}. */
void workflow_runtime_read(const YamlNode *node, RuntimeGuess *out, Diags *diags);

/** workflow_retry_read - `retry_on` as one text: "TIMEOUT:time=x1.5,max=2". (transfer full) */
char *workflow_retry_read(const YamlNode *node, Diags *diags);

/** workflow_pairs_read - a map of names to texts as "K=V". @what: "an export", for messages
 * Returns: (transfer full) */
char **workflow_pairs_read(const YamlNode *node, const char *what, Diags *diags);
