/* A workflow: jobs, what they ask for, what they wait for. */
#include "planner/workflow.h"

const char *depend_type_name(DependType type)
{
    static const char *const names[] = {"after", "afterany", "afterok", "afternotok", "aftercorr"};

    return names[type];
}
