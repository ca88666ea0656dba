/* Which jobs run only when another one fails: afternotok, and what follows those. A plan expects
 * all to go well, so they are submitted but not waited for. */
#pragma once

#include "planner/workflow.h"

/** workflow_conditional - Returns: (transfer full) [n_jobs] */
bool *workflow_conditional(const Workflow *workflow);
