/* A plan, printed for people and for scripts. */
#pragma once

#include "cli/terminal.h"
#include "planner/plan.h"

typedef struct {
    const char *place; /* the cluster as the user named it */
    bool gantt;
    bool considered; /* all alternatives and rejections, not only the first */
} ReportChoice;

/** report_text - table, makespan, critical path, Gantt, reasons, alternatives. (transfer full) */
char *report_text(const Plan *plan, const ReportChoice *choice, const Terminal *terminal);

/** report_parsable - a header and one line a job, fields between bars; times in seconds.
 * Returns: (transfer full) */
char *report_parsable(const Plan *plan);

/** report_effective - what each job finally asks for, as sbatch command lines. (transfer full) */
char *report_effective(const Plan *plan);
