/* The pictures of srx plot drawn in the terminal: Gantt rows and sparklines. */
#pragma once

#include "cli/terminal.h"
#include "cli/timeline.h"
#include "cli/track.h"

/* Each returns lines (transfer full). */
char *sketch_gantt(const Timeline *timeline, const Terminal *terminal);
char *sketch_nodes(const Timeline *timeline, const Terminal *terminal);
char *sketch_load(const GPtrArray *timelines, const Terminal *terminal);
char *sketch_waits(const GPtrArray *timelines, const Terminal *terminal);
char *sketch_priority(const Track *track, const Terminal *terminal);
