/* Looks for a start that are in vain, known without a look: where fewer nodes than a job needs are
 * free by the map when a look begins, over as long as the job may run, and vacant when it ends.
 * A short cut for jobs that take their nodes whole: the answers are the same.
 * Only sim/ includes it. */
#pragma once

#include "sim/core.h"
#include "sim/timemap.h"

typedef struct {
    TimeMap *map;
    const NodeSet *nodes; /* all the job could have */
    Span length;          /* it would run */
    uint32_t least;       /* nodes it needs */
} VainLook;

/** vain_look - is one at @from in vain? False: maybe not.
 * @later: out: where the next look would be, if it is */
bool vain_look(Sim *sim, const VainLook *self, Instant from, Instant *later);
