/* What a page of results shows, as data for its script: runs, curves, tables. Knows the schemas of
 * srx's answers, not how anything is drawn.
 *
 *   title, made_by
 *   facts[]      label, value, kind                       of one answer that is no comparison
 *   timelines[]  name, cpus, from, to, now, total, every, columns[], rows[][]
 *   load[]       name, from, step, cpus[], queue[]        over the same time
 *   waits[]      name, total, points[][seconds, share]
 *   tables[]     title, note, columns[], rows[][]
 *   notes[]      text
 *
 * A column has a title, a kind (text, number, percent, instant, span, bool) and, of runs, a key. */
#pragma once

#include "base/error.h"

#include <jansson.h>

#define DIGEST_ROWS 20000 /* of a timeline; of more every nth */

typedef struct {
    char *name;
    json_t *root;
} DigestAnswer;

void digest_answer_free(DigestAnswer *self);

/**
 * digest_of - of one or several answers of srx plan, simulate and compare (DigestAnswer *).
 * @title: any text
 *
 * Fails with SRX_ERROR_INPUT for another schema, or when there is nothing to show at all.
 * Returns: (transfer full)
 */
json_t *digest_of(const GPtrArray *answers, const char *title, GError **error);
