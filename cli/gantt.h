/* A schedule drawn with characters: one row a job, waiting and running over time. */
#pragma once

#include "base/units.h"
#include "cli/terminal.h"

typedef struct {
    const char *name;
    Instant ready_at; /* nothing but the queue holds it back from here on */
    Instant start_at; /* INSTANT_NEVER: it never starts */
    Instant end_at;   /* INSTANT_NEVER: beyond the picture */
    bool critical;    /* on the critical path: marked with a star */
} GanttRow;

/**
 * gantt_text - rows and a time axis from @from to @to (> @from), as wide as the terminal.
 *
 * Full blocks run, light ones wait, the last block of a run in eighths; '#' and '.' where the
 * terminal has no UTF-8. Whatever runs shows at least one block. Returns: (transfer full)
 */
char *gantt_text(const GanttRow *rows, size_t n_rows, Instant from, Instant to,
                 const Terminal *terminal);
