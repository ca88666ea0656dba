/* One cell of a workflow file: its jobs with one set of values put in. Without a sweep the whole
 * file is one cell. For workflow_yaml.c only. */
#pragma once

#include "planner/arguments.h"
#include "planner/workflow_read.h"

/**
 * workflow_cell_read - the jobs of @list (a list of maps) with @arguments put in, checked: names
 * unique, everything waited for known, no cycle.
 * @out: n jobs, all empty; named and filled; their edges are indices within @out
 *
 * False with at least one error in the reader's diags; @out can then only be cleared.
 */
bool workflow_cell_read(const WorkflowReader *reader, const YamlNode *list, Arguments *arguments,
                        WorkflowJob *out);
