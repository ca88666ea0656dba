/* Variants of one workflow side by side, for people. */
#include "cli/comparison.h"

#include "base/table.h"
#include "cli/clock.h"
#include "cli/section.h"
#include "cli/waits.h"

Variant *variant_new(const char *name)
{
    Variant *self = g_new0(Variant, 1);

    self->name = g_strdup(name);
    return self;
}

void variant_free(Variant *self)
{
    if (!self)
        return;
    plan_free(self->plan);
    g_free(self->problem);
    g_free(self->name);
    g_free(self);
}

static bool ends(const Variant *variant)
{
    return variant->plan && variant->plan->makespan != INSTANT_NEVER;
}

static char *span_or_never(Span span)
{
    return span == INSTANT_NEVER ? g_strdup("never") : clock_words(span);
}

/* "-1h20m (-25 %)" against the first; "" for the first itself. */
static char *difference_text(const Variant *first, const Variant *variant)
{
    Span difference;
    g_autofree char *words = NULL;

    if (variant == first || !ends(first) || !ends(variant))
        return g_strdup("");
    difference = variant->plan->makespan - first->plan->makespan;
    words = clock_words(ABS(difference));
    return g_strdup_printf("%s%s (%+.0f %%)", difference < 0 ? "-" : "+", words,
                           100.0 * (double)difference / (double)MAX(first->plan->makespan, 1));
}

static void row_of_variant(Table *table, const Variant *first, const Variant *variant)
{
    g_autofree char *difference = difference_text(first, variant);
    Distribution waits;

    table_row(table);
    table_cell(table, "%s", variant->name);
    if (!variant->plan) {
        table_cell(table, "impossible");
        return;
    }
    waits_of(variant->plan, NULL, NULL, &waits);
    for (int i = 0; i < 4; i++) {
        const Span spans[] = {variant->plan->makespan, (Span)waits.mean, (Span)waits.median,
                              (Span)waits.p95};
        g_autofree char *text = span_or_never(spans[i]);

        table_cell(table, "%s", text);
    }
    table_cell(table, "%.2f", variant->plan->cost);
    table_cell(table, "%s", difference);
}

char *comparison_text(const GPtrArray *variants, const Terminal *terminal)
{
    g_autoptr(Table) table = table_new();
    g_autofree char *text = NULL;
    GString *out = g_string_new(NULL);

    table_column(table, "VARIANT", TABLE_LEFT, true);
    table_column(table, "MAKESPAN", TABLE_RIGHT, false);
    table_column(table, "WAIT MEAN", TABLE_RIGHT, false);
    table_column(table, "MEDIAN", TABLE_RIGHT, false);
    table_column(table, "P95", TABLE_RIGHT, false);
    table_column(table, "COST", TABLE_RIGHT, false);
    table_column(table, "DIFFERENCE", TABLE_RIGHT, false);
    for (guint i = 0; i < variants->len; i++)
        row_of_variant(table, g_ptr_array_index(variants, 0), g_ptr_array_index(variants, i));
    text = table_text(table, terminal->cut, true);
    g_string_append(out, text);
    for (guint i = 0; i < variants->len; i++) {
        const Variant *variant = g_ptr_array_index(variants, i);

        if (variant->problem)
            section_item(out, terminal, variant->name, variant->problem);
    }
    return g_string_free(out, FALSE);
}

static void cells_parsable(Table *table, const Variant *variant)
{
    Distribution waits;

    table_row(table);
    table_cell(table, "%s", variant->name);
    if (!ends(variant)) {
        for (int i = 0; i < 5; i++)
            table_cell(table, NULL);
        table_cell(table, "%s", variant->problem ? variant->problem : "some job never ends");
        return;
    }
    waits_of(variant->plan, NULL, NULL, &waits);
    table_cell(table, "%" G_GINT64_FORMAT, variant->plan->makespan);
    table_cell(table, "%.0f", waits.mean);
    table_cell(table, "%.0f", waits.median);
    table_cell(table, "%.0f", waits.p95);
    table_cell(table, "%.4f", variant->plan->cost);
    table_cell(table, NULL);
}

char *comparison_parsable(const GPtrArray *variants)
{
    static const char *const titles[] = {"Variant", "Makespan", "WaitMean", "WaitMedian",
                                         "WaitP95", "Cost",     "Problem"};
    g_autoptr(Table) table = table_new();

    for (size_t i = 0; i < G_N_ELEMENTS(titles); i++)
        table_column(table, titles[i], TABLE_LEFT, false);
    for (guint i = 0; i < variants->len; i++)
        cells_parsable(table, g_ptr_array_index(variants, i));
    return table_parsable(table, '|', true);
}
