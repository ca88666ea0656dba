/* Variants of one workflow side by side. */
#pragma once

#include "cli/terminal.h"
#include "planner/plan.h"
#include "sim/metric.h"

#include <stdio.h>

typedef struct {
    char *name;
    Plan *plan;    /* NULL when it cannot work */
    char *problem; /* why; NULL */
} Variant;

Variant *variant_new(const char *name);
void variant_free(Variant *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Variant, variant_free)

/** comparison_text - a table; differences are to the first variant. (transfer full) */
char *comparison_text(const GPtrArray *variants, const Terminal *terminal);

/** comparison_parsable - the same between bars, times in seconds. (transfer full) */
char *comparison_parsable(const GPtrArray *variants);

/** comparison_json - schema srx/compare/1, see docs/schema.md. */
void comparison_json(const GPtrArray *variants, FILE *out);
