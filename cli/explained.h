/* Why jobs wait, printed: as a table, word by word for one job, as JSON. */
#pragma once

#include "cli/terminal.h"
#include "sim/explain.h"
#include "slurmio/scenario.h"

#include <stdio.h>

typedef struct {
    const Scenario *scenario;
    Sim *sim;                      /* at the instant in question */
    const GPtrArray *explanations; /* const Explanation *: those asked for */
    const GPtrArray *runs;         /* const SimRun *: of the job, that run or ended */
} Explained;

/** explained_table - every waiting job, one a line. Returns: (transfer full) */
char *explained_table(const Explained *self, const Terminal *terminal);
/** explained_parsable - the same with the terms of the priority. Returns: (transfer full) */
char *explained_parsable(const Explained *self);
/** explained_text - each of them in full. Returns: (transfer full) */
char *explained_text(const Explained *self, const Terminal *terminal);
/** explained_json - schema srx/explain/1, see docs/schema.md. */
void explained_json(const Explained *self, FILE *out);
