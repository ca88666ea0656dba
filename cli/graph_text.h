/* A plan as a picture for other programs: Mermaid and Graphviz. */
#pragma once

#include "planner/plan.h"

/** plan_mermaid - a flowchart; waits and runs on the boxes, the critical path in red.
 * Returns: (transfer full) */
char *plan_mermaid(const Plan *plan);

/** plan_dot - the same for dot. Returns: (transfer full) */
char *plan_dot(const Plan *plan);
