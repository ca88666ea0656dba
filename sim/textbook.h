/* Textbook policies on processors: strict FCFS, EASY backfill, conservative backfill. Decisions are
 * instant, estimates are taken as given, all events of an instant are applied before one pass.
 * For users who compare with the literature; Slurm does none of this (see sched_backfill.c). */
#pragma once

#include "sim/metric.h"

typedef enum { TEXTBOOK_FCFS, TEXTBOOK_EASY, TEXTBOOK_CONSERVATIVE } TextbookPolicy;

typedef struct {
    Instant submit_at;
    Span runtime;        /* [s] > 0 */
    Span estimate;       /* [s] >= runtime */
    uint32_t processors; /* 1 .. the machine's */
} TextbookJob;

/** textbook_policy_parse - "fcfs", "easy", "conservative". */
bool textbook_policy_parse(const char *text, TextbookPolicy *out);
const char *textbook_policy_name(TextbookPolicy policy);

/**
 * textbook_run - when each job starts.
 * @jobs:   by submit time; the queue's order is theirs
 * @starts: [n] filled in
 *
 * FCFS: O(n log n). EASY: the queue is indexed by size and estimate, a pass costs O(log n) a start
 * where it can. Conservative: every pass plans every waiting job anew, O(queue * running).
 * Source: Lifka, JSSPP 1995 (EASY); Mu'alem and Feitelson, IEEE TPDS 12(6), 2001 (conservative).
 */
void textbook_run(TextbookPolicy policy, const TextbookJob *jobs, uint32_t n, uint32_t processors,
                  Instant *starts);

/** textbook_metrics - the numbers of a schedule that textbook_run made; CPUs are its processors.
 * O(n). */
void textbook_metrics(const TextbookJob *jobs, uint32_t n, uint32_t processors,
                      const Instant *starts, Metrics *out);
