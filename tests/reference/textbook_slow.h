/* The textbook policies the slow, obvious way: to hold sim/textbook.c against. */
#pragma once

#include "sim/textbook.h"

/** textbook_slow_run - as textbook_run for FCFS and EASY: every pass asks every job. O(n^2). */
void textbook_slow_run(TextbookPolicy policy, const TextbookJob *jobs, uint32_t n,
                       uint32_t processors, Instant *starts);
