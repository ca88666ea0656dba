/* The pictures of srx plot drawn in the terminal. */
#include "cli/sketch.h"

#include "base/hostlist.h"
#include "base/text.h"
#include "cli/clock.h"
#include "cli/gantt.h"
#include "cli/loadcurve.h"
#include "cli/spark.h"

#include <string.h>

enum { ROWS_MOST = 100, NAME_MOST = 20, VALUE = 14, PARTS_MOST = 400 };

static const Timeline *nth(const GPtrArray *timelines, guint i)
{
    return g_ptr_array_index(timelines, i);
}

/* ---- rows -------------------------------------------------------------------------------- */

char *sketch_gantt(const Timeline *timeline, const Terminal *terminal)
{
    const guint n = MIN(timeline->runs->len, ROWS_MOST);
    g_autofree GanttRow *rows = g_new0(GanttRow, n);
    g_autofree char *chart = NULL;

    for (guint i = 0; i < n; i++) {
        const TimelineRun *run = g_ptr_array_index(timeline->runs, i);

        rows[i] = (GanttRow){run->job, run->eligible_at, run->start_at, run->end_at, run->critical};
    }
    chart = gantt_text(rows, n, timeline->from, timeline->to, terminal);
    if (n == timeline->runs->len)
        return g_steal_pointer(&chart);
    return g_strdup_printf("%s... and %u more runs (--output=FILE draws all)\n", chart,
                           timeline->runs->len - n);
}

typedef struct {
    const char *name;
    const double *values; /* [n] */
    size_t n;
    double most;       /* what fills a line's height */
    const char *scale; /* that, in words */
} SketchCurve;

static void append_curve(GString *out, const Terminal *terminal, const SketchCurve *curve)
{
    g_autofree char *cut = text_cut(curve->name, NAME_MOST);
    const int room = terminal->columns - NAME_MOST - VALUE - 2;
    g_autofree char *line =
        spark_text(curve->values, curve->n, curve->most, MAX(room, 10), terminal);

    g_string_append_printf(out, "%s%*s %s %s\n", cut, NAME_MOST - text_width(cut), "", line,
                           curve->scale);
}

/* Below the curves: where their first and last parts lie. */
static void append_axis(GString *out, const Terminal *terminal, Instant from, Instant to, guint n)
{
    g_autofree char *first = clock_words(from), *last = clock_words(to);
    const int room = MAX(terminal->columns - NAME_MOST - VALUE - 2, 10);
    const int width = MIN(room, (int)n);
    const int gap = MAX(width - (int)strlen(first) - (int)strlen(last), 1);

    g_string_append_printf(out, "%*s %s%*s%s\n", NAME_MOST, "", first, gap, "", last);
}

/* ---- nodes ------------------------------------------------------------------------------- */

static gint by_name(gconstpointer a, gconstpointer b)
{
    return natural_compare(*(char *const *)a, *(char *const *)b);
}

/* Part of @timeline on one node each: name -> Timeline. */
static GHashTable *split_by_node(const Timeline *timeline, GPtrArray *names)
{
    GHashTable *out = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                            (GDestroyNotify)(void (*)(void))g_ptr_array_unref);

    for (guint i = 0; i < timeline->runs->len; i++) {
        TimelineRun *run = g_ptr_array_index(timeline->runs, i);
        g_autoptr(GPtrArray) hosts = run->nodes ? hostlist_expand(run->nodes, NULL) : NULL;

        for (guint k = 0; hosts && k < hosts->len; k++) {
            const char *host = g_ptr_array_index(hosts, k);

            if (!g_hash_table_contains(out, host)) {
                g_hash_table_insert(out, g_strdup(host), g_ptr_array_new());
                g_ptr_array_add(names, g_strdup(host));
            }
            g_ptr_array_add(g_hash_table_lookup(out, host), run);
        }
    }
    g_ptr_array_sort(names, by_name);
    return out;
}

/* Runs at a time on a node: how its CPUs are split among nodes nobody told. */
static void append_node(GString *out, const Timeline *timeline, GPtrArray *runs, const char *name,
                        const Terminal *terminal)
{
    g_autoptr(GArray) copies = g_array_new(FALSE, FALSE, sizeof(TimelineRun));
    g_autoptr(GPtrArray) pointers = g_ptr_array_new();
    Timeline part = {.runs = pointers, .from = timeline->from, .to = timeline->to};
    g_auto(LoadCurve) curve = {0};
    g_autofree char *scale = NULL;

    for (guint i = 0; i < runs->len; i++) {
        TimelineRun run = *(const TimelineRun *)g_ptr_array_index(runs, i);

        run.cpus = 1;
        g_array_append_val(copies, run);
    }
    for (guint i = 0; i < copies->len; i++)
        g_ptr_array_add(pointers, &g_array_index(copies, TimelineRun, i));
    loadcurve_of(&curve, &part, part.from, part.to, PARTS_MOST);
    scale = g_strdup_printf("%.0f", curve.most_cpus);
    append_curve(out, terminal, &(SketchCurve){name, curve.cpus, curve.n, curve.most_cpus, scale});
}

char *sketch_nodes(const Timeline *timeline, const Terminal *terminal)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GHashTable) by_node = split_by_node(timeline, names);
    GString *out = g_string_new("Runs at a time on each node (at most)\n");

    for (guint i = 0; i < MIN(names->len, ROWS_MOST); i++) {
        const char *name = g_ptr_array_index(names, i);

        append_node(out, timeline, g_hash_table_lookup(by_node, name), name, terminal);
    }
    append_axis(out, terminal, timeline->from, timeline->to, PARTS_MOST);
    if (names->len > ROWS_MOST)
        g_string_append_printf(out, "... and %u more nodes (--output=FILE draws all)\n",
                               names->len - ROWS_MOST);
    return g_string_free(out, FALSE);
}

/* ---- curves ------------------------------------------------------------------------------ */

static void append_load(GString *out, const Timeline *timeline, const Terminal *terminal)
{
    g_auto(LoadCurve) curve = {0};
    g_autofree char *cpus = NULL, *queue = NULL;

    loadcurve_of(&curve, timeline, timeline->from, timeline->to, PARTS_MOST);
    cpus = timeline->cpus ? g_strdup_printf("%.0f of %u", curve.most_cpus, timeline->cpus)
                          : g_strdup_printf("%.0f", curve.most_cpus);
    queue = g_strdup_printf("%.0f", curve.most_queue);
    append_curve(out, terminal,
                 &(SketchCurve){"CPUs in use", curve.cpus, curve.n,
                                timeline->cpus ? timeline->cpus : curve.most_cpus, cpus});
    append_curve(out, terminal,
                 &(SketchCurve){"runs that wait", curve.queue, curve.n, curve.most_queue, queue});
    append_axis(out, terminal, timeline->from, timeline->to, curve.n);
}

char *sketch_load(const GPtrArray *timelines, const Terminal *terminal)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < timelines->len; i++) {
        if (timelines->len > 1)
            g_string_append_printf(out, "%s\n", nth(timelines, i)->name);
        append_load(out, nth(timelines, i), terminal);
    }
    return g_string_free(out, FALSE);
}

/* ---- waits ------------------------------------------------------------------------------- */

static void append_waits(GString *out, const Timeline *timeline)
{
    static const int shares[] = {10, 25, 50, 75, 90, 95, 99, 100};
    g_autoptr(GArray) waits = waits_sorted(timeline);

    for (size_t i = 0; waits->len > 0 && i < G_N_ELEMENTS(shares); i++) {
        const guint at = ((guint)shares[i] * waits->len + 99) / 100;
        const double wait = g_array_index(waits, double, MAX(at, 1) - 1);
        g_autofree char *words = span_words((Span)wait);

        g_string_append_printf(out, "  %3d %% within %s\n", shares[i], words);
    }
}

char *sketch_waits(const GPtrArray *timelines, const Terminal *terminal)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < timelines->len; i++) {
        g_autofree char *name = text_cut(nth(timelines, i)->name, terminal->columns - 30);

        g_string_append_printf(out, "Waits of %s\n", name);
        append_waits(out, nth(timelines, i));
    }
    return g_string_free(out, FALSE);
}

/* ---- priority ---------------------------------------------------------------------------- */

static double value_of(const TrackPoint *point, int index)
{
    const PriorityTerms *terms = &point->terms;
    const double all[] = {point->priority,  terms->age, terms->fairshare, terms->job_size,
                          terms->partition, terms->qos, terms->tres,      terms->assoc};

    return all[index];
}

char *sketch_priority(const Track *track, const Terminal *terminal)
{
    static const char *const names[] = {"priority",  "age", "fair share", "job size",
                                        "partition", "QoS", "TRES",       "association"};
    const guint n = track->points->len;
    g_autofree double *values = g_new(double, n);
    GString *out = g_string_new(NULL);
    double most = 1;

    for (int k = 0; k < (int)G_N_ELEMENTS(names); k++) {
        g_autofree char *scale = NULL;
        double highest = 0;

        for (guint i = 0; i < n; i++) {
            values[i] = value_of(&g_array_index(track->points, TrackPoint, i), k);
            highest = MAX(highest, values[i]);
        }
        most = MAX(most, highest);
        scale = g_strdup_printf("to %.0f", highest);
        if (highest > 0)
            append_curve(out, terminal, &(SketchCurve){names[k], values, n, most, scale});
    }
    append_axis(out, terminal, g_array_index(track->points, TrackPoint, 0).at,
                g_array_index(track->points, TrackPoint, n - 1).at, n);
    return g_string_free(out, FALSE);
}
