/* The parts of a digest (cli/digest.h). */
#pragma once

#include "cli/timeline.h"

/** digest_runs - the entry of timelines[]: columns in which something stands, rows in the answer's
 * order. @list: the JSON that @timeline was read from, entry by entry. (transfer full) */
json_t *digest_runs(const Timeline *timeline, const json_t *list);

/** digest_facts - what one answer says as a whole. (transfer full) */
json_t *digest_facts(const json_t *root);

/** digest_answer_tables - appends to @tables what one answer lists beside its runs. */
void digest_answer_tables(json_t *tables, const json_t *root);

/** digest_sides - appends the numbers of several side by side, by group, and how far they are from
 * the first. @title: what they are called; @sides: [] name, metrics, by, difference. */
void digest_sides(json_t *tables, const char *title, const json_t *sides);

/** digest_column - @key may be NULL. (transfer full) */
json_t *digest_column(const char *key, const char *title, const char *kind);

/** digest_measure_kind - of a number called so: "wait.p95" is a span. */
const char *digest_measure_kind(const char *name);
