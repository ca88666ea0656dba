/* Gantt charts: a row a run, or a row a node. */
#include "cli/groups.h"
#include "cli/picture.h"

#include "base/hostlist.h"

#include <string.h>

enum {
    WIDTH = 1200,
    FRAME = 172, /* [px] title, axis and key */
    ROW = 20,    /* [px] where all have a name */
    HEIGHT_LEAST = 320,
    HEIGHT_MOST = 1200,
    NAME_MOST = 24,    /* characters of a row's name */
    CROWD = 300,       /* boxes that white lines between them would hide */
    LABELS_MOST = 300, /* names inside boxes */
    LETTER = 7         /* [px] wide, about */
};

/* ---- rows -------------------------------------------------------------------------------- */

static int height_of(guint rows)
{
    return CLAMP((int)MIN(rows, 1000) * ROW + FRAME, HEIGHT_LEAST, HEIGHT_MOST);
}

/* Names on the left, so many that they do not touch. */
static void add_names(Chart *chart, const GPtrArray *names)
{
    const guint room = (guint)(chart->height - FRAME) / (ROW - 5);
    const guint step = names->len / MAX(room, 1) + 1;
    const char *between = "";

    chart_add(chart, "set yrange [%u.6:0.4]\nset ytics scale 0 (", names->len);
    for (guint i = 0; i < names->len; i += step) {
        const char *name = g_ptr_array_index(names, i);
        g_autofree char *cut =
            g_utf8_strlen(name, -1) > NAME_MOST ? g_utf8_substring(name, 0, NAME_MOST - 3) : NULL;
        g_autofree char *dotted = cut ? g_strconcat(cut, "...", NULL) : g_strdup(name);
        g_autofree char *quoted = chart_quote(dotted);

        chart_add(chart, "%s%s %u", between, quoted, i + 1);
        between = ", ";
    }
    chart_add(chart, ") noenhanced\n");
}

static void begin_data(Chart *chart, const char *name, guint index)
{
    chart_add(chart, "$%s%u << EOD\n", name, index);
}

static void add_box(Chart *chart, Instant from, Instant to, double low, double high)
{
    char below[G_ASCII_DTOSTR_BUF_SIZE], above[G_ASCII_DTOSTR_BUF_SIZE];

    g_ascii_formatd(below, sizeof below, "%.3f", low);
    g_ascii_formatd(above, sizeof above, "%.3f", high);
    chart_add(chart, "%" G_GINT64_FORMAT " %s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s %s\n",
              from, below, from, to, below, above);
}

/* White lines between boxes, unless they are so many that only lines would be left. */
static void plot_boxes(Chart *chart, const char *data, guint index, const char *color,
                       const char *title, bool crowded)
{

    g_autofree char *quoted = chart_quote(title);

    chart_add(chart,
              "$%s%u using 1:2:3:4:5:6 with boxxyerror fs solid 1 border lc rgb '%s' "
              "fc rgb '%s' title %s",
              data, index, crowded ? color : "#FFFFFF", color, quoted);
}

static void plot_groups(Chart *chart, const Groups *groups, const GArray *counts, const char *head,
                        bool crowded)
{
    for (guint i = 0; i < groups->names->len; i++) {
        const char *name = g_ptr_array_index(groups->names, i);
        g_autofree char *title =
            groups->title ? g_strdup_printf("%s %s", groups->title, name) : g_strdup(name);

        if (g_array_index(counts, uint32_t, i) == 0)
            continue;
        chart_add(chart, "%s", head);
        plot_boxes(chart, "g", i, chart_color(i), title, crowded);
        head = ", \\\n  ";
    }
    chart_add(chart, "\n");
}

/* ---- by job ------------------------------------------------------------------------------ */

static gint by_start(gconstpointer a, gconstpointer b)
{
    const TimelineRun *left = *(TimelineRun *const *)a, *right = *(TimelineRun *const *)b;

    if (left->start_at != right->start_at)
        return left->start_at < right->start_at ? -1 : 1;
    if (left->submit_at != right->submit_at)
        return left->submit_at < right->submit_at ? -1 : 1;
    return strcmp(left->job, right->job);
}

/* Rows by start; every nth where there are too many. */
static GPtrArray *pick_rows(const Timeline *timeline, guint *step)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();
    GPtrArray *out = g_ptr_array_new();

    for (guint i = 0; i < timeline->runs->len; i++)
        g_ptr_array_add(sorted, g_ptr_array_index(timeline->runs, i));
    g_ptr_array_sort(sorted, by_start);
    *step = (sorted->len + CHART_BOXES / 2 - 1) / (CHART_BOXES / 2);
    *step = MAX(*step, 1);
    for (guint i = 0; i < sorted->len; i += *step)
        g_ptr_array_add(out, g_ptr_array_index(sorted, i));
    return out;
}

static void add_waits(Chart *chart, const GPtrArray *rows, Instant to)
{
    begin_data(chart, "w", 0);
    for (guint i = 0; i < rows->len; i++) {
        const TimelineRun *run = g_ptr_array_index(rows, i);
        const Instant end = MIN(run->start_at, to);

        if (run->eligible_at != INSTANT_NEVER && run->eligible_at < end)
            add_box(chart, run->eligible_at, end, i + 0.85, i + 1.15);
    }
    chart_add(chart, "%" G_GINT64_FORMAT " -9 0 0 -9 -9\nEOD\n", to); /* never empty */
}

static void add_runs(Chart *chart, const GPtrArray *rows, const Groups *groups, guint group,
                     GArray *counts, Instant to)
{
    begin_data(chart, "g", group);
    for (guint i = 0; i < rows->len; i++) {
        const TimelineRun *run = g_ptr_array_index(rows, i);

        if (run->start_at == INSTANT_NEVER || groups_index(groups, run) != group)
            continue;
        add_box(chart, run->start_at, MIN(run->end_at, to), i + 0.6, i + 1.4);
        g_array_index(counts, uint32_t, group)++;
    }
    chart_add(chart, "EOD\n");
}

static void add_critical(Chart *chart, const GPtrArray *rows, bool *any)
{
    begin_data(chart, "c", 0);
    for (guint i = 0; i < rows->len; i++) {
        const TimelineRun *run = g_ptr_array_index(rows, i);

        if (!run->critical || run->start_at == INSTANT_NEVER || run->end_at == INSTANT_NEVER)
            continue;
        add_box(chart, run->start_at, run->end_at, i + 0.6, i + 1.4);
        *any = true;
    }
    chart_add(chart, "EOD\n");
}

static char *note_of(const Timeline *timeline, guint step)
{
    g_autofree char *runs =
        g_strdup_printf("%u run%s", timeline->runs->len, timeline->runs->len == 1 ? "" : "s");

    if (step == 1)
        return g_strdup(runs);
    return g_strdup_printf("every %uth of %s, by start", step, runs);
}

Chart *picture_gantt(const Timeline *timeline)
{
    guint step;
    g_autoptr(GPtrArray) rows = pick_rows(timeline, &step);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autoptr(GArray) counts = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    g_autofree char *note = note_of(timeline, step);
    g_autofree char *title = g_strconcat("Schedule of ", timeline->name, NULL);
    g_auto(Groups) groups = {0};
    Chart *chart = chart_new(WIDTH, height_of(rows->len));
    bool critical = false;

    groups_find(&groups, timeline);
    g_array_set_size(counts, groups.names->len);
    for (guint i = 0; i < rows->len; i++)
        g_ptr_array_add(names, ((TimelineRun *)g_ptr_array_index(rows, i))->job);
    chart_title(chart, title, note);
    chart_margins(chart);
    chart_key(chart);
    chart_time_axis(chart, timeline->from, timeline->to);
    add_names(chart, names);
    add_waits(chart, rows, timeline->to);
    for (guint i = 0; i < groups.names->len; i++)
        add_runs(chart, rows, &groups, i, counts, timeline->to);
    add_critical(chart, rows, &critical);
    chart_add(chart, "plot ");
    plot_boxes(chart, "w", 0, "#CCCCCC", "waiting", rows->len > CROWD);
    if (critical)
        chart_add(chart, ", \\\n  $c0 using 1:2:3:4:5:6 with boxxyerror lc rgb '#000000' lw "
                         "4 fs empty border title 'critical path'");
    plot_groups(chart, &groups, counts, ", \\\n  ", rows->len > CROWD);
    return chart;
}

/* ---- by node ----------------------------------------------------------------------------- */

typedef struct {
    const TimelineRun *run;
    guint node; /* row, 0.. */
    guint lane; /* beside what else runs there */
} NodeBox;

typedef struct {
    GPtrArray *names; /* char *, sorted naturally */
    GArray *lanes;    /* guint: of each node */
    GArray *boxes;    /* NodeBox by start */
} NodeRows;

static void node_rows_clear(NodeRows *self)
{
    g_ptr_array_unref(self->names);
    g_array_unref(self->lanes);
    g_array_unref(self->boxes);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(NodeRows, node_rows_clear)

static gint by_name(gconstpointer a, gconstpointer b)
{
    return natural_compare(*(char *const *)a, *(char *const *)b);
}

static bool ran_somewhere(const TimelineRun *run)
{
    return run->start_at != INSTANT_NEVER && run->nodes && *run->nodes;
}

static void find_names(NodeRows *self, const GPtrArray *runs, GHashTable *rows)
{
    for (guint i = 0; i < runs->len; i++) {
        const TimelineRun *run = g_ptr_array_index(runs, i);
        g_autoptr(GPtrArray) hosts = ran_somewhere(run) ? hostlist_expand(run->nodes, NULL) : NULL;

        for (guint k = 0; hosts && k < hosts->len; k++) {
            char *name = g_ptr_array_index(hosts, k);

            if (g_hash_table_contains(rows, name))
                continue;
            g_ptr_array_add(self->names, g_strdup(name));
            g_hash_table_add(rows, g_strdup(name));
        }
    }
    g_ptr_array_sort(self->names, by_name);
    for (guint i = 0; i < self->names->len; i++)
        g_hash_table_insert(rows, g_strdup(g_ptr_array_index(self->names, i)), GUINT_TO_POINTER(i));
}

static void add_node_boxes(NodeRows *self, const TimelineRun *run, GHashTable *rows)
{
    g_autoptr(GPtrArray) hosts = ran_somewhere(run) ? hostlist_expand(run->nodes, NULL) : NULL;

    for (guint k = 0; hosts && k < hosts->len; k++) {
        const NodeBox box = {
            run, GPOINTER_TO_UINT(g_hash_table_lookup(rows, g_ptr_array_index(hosts, k))), 0};

        g_array_append_val(self->boxes, box);
    }
}

/* The first lane of the node that is free by then. */
static void choose_lane(NodeRows *self, NodeBox *box, GPtrArray *free_at)
{
    GArray *lanes = g_ptr_array_index(free_at, box->node);
    const Instant end = box->run->end_at;

    for (guint i = 0; i < lanes->len; i++) {
        if (g_array_index(lanes, Instant, i) > box->run->start_at)
            continue;
        g_array_index(lanes, Instant, i) = end;
        box->lane = i;
        return;
    }
    g_array_append_val(lanes, end);
    box->lane = lanes->len - 1;
    g_array_index(self->lanes, guint, box->node) = lanes->len;
}

static void choose_lanes(NodeRows *self)
{
    g_autoptr(GPtrArray) free_at =
        g_ptr_array_new_with_free_func((GDestroyNotify)(void (*)(void))g_array_unref);

    for (guint i = 0; i < self->names->len; i++)
        g_ptr_array_add(free_at, g_array_new(FALSE, FALSE, sizeof(Instant)));
    g_array_set_size(self->lanes, self->names->len);
    for (guint i = 0; i < self->boxes->len; i++)
        choose_lane(self, &g_array_index(self->boxes, NodeBox, i), free_at);
}

static void find_rows(NodeRows *self, const Timeline *timeline)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();
    g_autoptr(GHashTable) rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    *self =
        (NodeRows){g_ptr_array_new_with_free_func(g_free), g_array_new(FALSE, TRUE, sizeof(guint)),
                   g_array_new(FALSE, FALSE, sizeof(NodeBox))};
    for (guint i = 0; i < timeline->runs->len; i++)
        g_ptr_array_add(sorted, g_ptr_array_index(timeline->runs, i));
    g_ptr_array_sort(sorted, by_start);
    find_names(self, sorted, rows);
    for (guint i = 0; i < sorted->len; i++)
        add_node_boxes(self, g_ptr_array_index(sorted, i), rows);
    choose_lanes(self);
}

static gint longest_first(gconstpointer a, gconstpointer b)
{
    const Span left = *(const Span *)a, right = *(const Span *)b;

    return (left < right) - (left > right);
}

/* [s] what a box must last to be drawn. */
static Span least_span(const GArray *boxes)
{
    g_autoptr(GArray) spans = NULL;

    if (boxes->len <= CHART_BOXES)
        return -1;
    spans = g_array_new(FALSE, FALSE, sizeof(Span));
    for (guint i = 0; i < boxes->len; i++) {
        const TimelineRun *run = g_array_index(boxes, NodeBox, i).run;
        const Span span = run->end_at - run->start_at;

        g_array_append_val(spans, span);
    }
    g_array_sort(spans, longest_first);
    return g_array_index(spans, Span, CHART_BOXES);
}

static void box_place(const NodeRows *rows, const NodeBox *box, double *low, double *high)
{
    const double height = 0.84 / g_array_index(rows->lanes, guint, box->node);

    *low = box->node + 0.58 + box->lane * height;
    *high = *low + height * 0.94;
}

static void add_lane_boxes(Chart *chart, const NodeRows *rows, const Groups *groups, guint group,
                           GArray *counts, Instant to)
{
    const Span least = least_span(rows->boxes);

    begin_data(chart, "g", group);
    for (guint i = 0; i < rows->boxes->len; i++) {
        const NodeBox *box = &g_array_index(rows->boxes, NodeBox, i);
        double low, high;

        if (groups_index(groups, box->run) != group ||
            box->run->end_at - box->run->start_at <= least)
            continue;
        box_place(rows, box, &low, &high);
        add_box(chart, box->run->start_at, MIN(box->run->end_at, to), low, high);
        g_array_index(counts, uint32_t, group)++;
    }
    chart_add(chart, "EOD\n");
}

/* What can be read on a group's colour. */
static const char *ink_on(guint group)
{
    return group == 0 || group == 2 || group == 3 ? "#FFFFFF" : "#000000";
}

/* A name in a box that has the room for it. */
static bool add_label(Chart *chart, const NodeRows *rows, const NodeBox *box, Instant from,
                      Instant to, const char *ink)
{
    const double second = (WIDTH - 150.0) / (double)(to - from);
    const double row = (chart->height - FRAME) / (rows->names->len + 0.2);
    const Instant start = MAX(box->run->start_at, from), end = MIN(box->run->end_at, to);
    const double width = (double)(end - start) * second;
    g_autofree char *quoted = chart_quote(box->run->job);
    char middle[G_ASCII_DTOSTR_BUF_SIZE];
    double low, high;

    box_place(rows, box, &low, &high);
    if (width < (double)(strlen(box->run->job) + 1) * LETTER || (high - low) * row < 12)
        return false;
    g_ascii_formatd(middle, sizeof middle, "%.3f", (low + high) / 2);
    chart_add(chart,
              "set label %s at %" G_GINT64_FORMAT ",%s center front noenhanced font ',8' tc rgb "
              "'%s'\n",
              quoted, (start + end) / 2, middle, ink);
    return true;
}

static void add_labels(Chart *chart, const NodeRows *rows, const Groups *groups, Instant from,
                       Instant to)
{
    guint n = 0;

    for (guint i = 0; i < rows->boxes->len && n < LABELS_MOST; i++) {
        const NodeBox *box = &g_array_index(rows->boxes, NodeBox, i);

        n += add_label(chart, rows, box, from, to, ink_on(groups_index(groups, box->run)));
    }
}

/* Boxes are sorted by it. */
static Instant first_start(const NodeRows *rows, const Timeline *timeline)
{
    const Instant first = g_array_index(rows->boxes, NodeBox, 0).run->start_at;

    return CLAMP(first, timeline->from, timeline->to - 1);
}

static char *note_of_nodes(const NodeRows *rows)
{
    if (rows->boxes->len <= CHART_BOXES)
        return g_strdup_printf("%u node%s that were used", rows->names->len,
                               rows->names->len == 1 ? "" : "s");
    return g_strdup_printf("%u nodes that were used; the %d longest of %u boxes", rows->names->len,
                           CHART_BOXES, rows->boxes->len);
}

Chart *picture_nodes(const Timeline *timeline, GError **error)
{
    g_auto(NodeRows) rows = {0};
    g_autoptr(GArray) counts = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    g_autofree char *note = NULL;
    g_autofree char *title = g_strconcat("Nodes of ", timeline->name, NULL);
    g_auto(Groups) groups = {0};
    Instant from;
    Chart *chart;

    find_rows(&rows, timeline);
    if (rows.boxes->len == 0)
        return srx_fail_null(error, SRX_ERROR_INPUT,
                             "%s: expected runs with their nodes, found none", timeline->name);
    groups_find(&groups, timeline);
    g_array_set_size(counts, groups.names->len);
    note = note_of_nodes(&rows);
    from = first_start(&rows, timeline);
    chart = chart_new(
        WIDTH, CLAMP((int)MIN(rows.names->len, 1000) * 34 + FRAME, HEIGHT_LEAST, HEIGHT_MOST));
    chart_title(chart, title, note);
    chart_margins(chart);
    chart_key(chart);
    chart_time_axis(chart, from, timeline->to);
    add_names(chart, rows.names);
    add_labels(chart, &rows, &groups, from, timeline->to);
    for (guint i = 0; i < groups.names->len; i++)
        add_lane_boxes(chart, &rows, &groups, i, counts, timeline->to);
    plot_groups(chart, &groups, counts, "plot ", rows.boxes->len > 4 * CROWD);
    return chart;
}
