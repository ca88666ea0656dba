/* Backfill's map of the future, asked the slow and obvious way: every slot is looked at each time.
 * The judge of sim/timemap.c's short cuts. */
#pragma once

#include "sim/timemap.h"

/** timemap_slow_keep_free - as timemap_keep_free. */
uint32_t timemap_slow_keep_free(const TimeMap *self, Instant from, Instant end, NodeSet *nodes,
                                Instant *better);

/** timemap_slow_is_short - as timemap_is_short. */
bool timemap_slow_is_short(const TimeMap *self, uint32_t index, const Wanted *wanted);
