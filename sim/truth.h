/* What will really happen to a job, and what no scheduler or planner may see. */
#pragma once

#include "base/units.h"

typedef struct {
    Span runtime;       /* [s] how long it runs if nobody ends it, >= 0; of each task if no list */
    Span *task_runtime; /* [s] by position in the array's task list; NULL */
    uint32_t n_tasks;
    int exit_code;  /* 0 = COMPLETED, else FAILED */
    int *task_exit; /* by position; NULL */
} JobTruth;
