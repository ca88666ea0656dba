/* Jobs of a workflow that ask for the same, so that they are judged and moved together. */
#pragma once

#include "planner/candidate.h"

/** jobclass_group - fills classes, class_of and the jobs of each; candidates stay empty. Names,
 * scripts, output files and dependencies make no difference. O(jobs x classes). */
void jobclass_group(Candidates *self, const Workflow *workflow);
