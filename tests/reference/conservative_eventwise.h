/* Conservative backfill with a decision after every single event of an instant, as pyss makes it.
 */
#pragma once

#include "sim/textbook.h"

/**
 * conservative_eventwise_run - as textbook_run(TEXTBOOK_CONSERVATIVE, ...), but what happens at one
 * instant happens one after the other: each submission gets its reservation while what ends at that
 * instant still counts as running; then each end gives back its processors and moves all
 * reservations that are still ahead forward, before the next end is looked at. A reservation for
 * this very instant is a start and is not moved any more.
 *
 * Source: pyss, https://code.google.com/p/pyss: conservative_scheduler.py.
 */
void conservative_eventwise_run(const TextbookJob *jobs, uint32_t n, uint32_t processors,
                                Instant *starts);
