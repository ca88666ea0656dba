/* A simulated schedule, printed: as a table with its metrics, as lines, as JSON. */
#pragma once

#include "base/diag.h"
#include "cli/terminal.h"
#include "sim/metric.h"
#include "slurmio/scenario.h"

#include <stdio.h>

typedef struct {
    const Scenario *scenario;
    Sim *sim;         /* after sim_run */
    Instant begin_at; /* the first second it simulated */
} Schedule;

/** schedule_text - for people; of very long schedules only the first rows. */
void schedule_text(const Schedule *self, const Terminal *terminal, bool summary, FILE *out);

/** schedule_remarks - adds a warning for each command of the scenario that did not do what it
 * says, with its place in the file and Slurm's message. */
void schedule_remarks(const Schedule *self, Diags *diags);

/** schedule_parsable - a header and one line a run, fields between bars. */
void schedule_parsable(const Schedule *self, FILE *out);

/** schedule_json - schema srx/simulate/1, see docs/schema.md; streamed, however long. */
void schedule_json(const Schedule *self, FILE *out);

/** metrics_text - four lines: makespan, wait, slowdown, utilisation of @cpus @what ("CPUs"). */
void metrics_text(const Metrics *metrics, uint32_t cpus, const char *what, FILE *out);

/** metrics_json - the object under "metrics". */
void metrics_json(const Metrics *metrics, FILE *out);
