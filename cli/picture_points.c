/* Pictures of points: candidates of a search, forecasts against what happened. */
#include "cli/picture.h"

#include <string.h>

enum { WIDTH = 1000, HEIGHT = 700 };

static void add_number(Chart *chart, double number)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    chart_add(chart, " %s", g_ascii_formatd(text, sizeof text, "%.8g", number));
}

/* ---- candidates -------------------------------------------------------------------------- */

static gint by_x(gconstpointer a, gconstpointer b)
{
    const PicturePoint *left = *(PicturePoint *const *)a, *right = *(PicturePoint *const *)b;

    if (left->x < right->x || left->x > right->x)
        return left->x < right->x ? -1 : 1;
    return (left->y > right->y) - (left->y < right->y);
}

static void add_points(Chart *chart, const GPtrArray *points, const char *name)
{
    chart_add(chart, "$%s << EOD\n", name);
    for (guint i = 0; i < points->len; i++) {
        const PicturePoint *point = g_ptr_array_index(points, i);

        add_number(chart, point->x);
        add_number(chart, point->y);
        chart_add(chart, "\n");
    }
    chart_add(chart, "EOD\n");
}

static void add_labels(Chart *chart, const GPtrArray *points)
{
    for (guint i = 0; i < points->len; i++) {
        const PicturePoint *point = g_ptr_array_index(points, i);
        g_autofree char *quoted = point->label ? chart_quote(point->label) : NULL;

        if (!quoted)
            continue;
        chart_add(chart, "set label %s at", quoted);
        add_number(chart, point->x);
        chart_add(chart, ",");
        add_number(chart, point->y);
        chart_add(chart, " left offset 1,0.6 noenhanced\n");
    }
}

Chart *picture_pareto(const PicturePoint *points, size_t n, const char *x_title,
                      const char *y_title)
{
    Chart *chart = chart_new(WIDTH, HEIGHT);
    g_autoptr(GPtrArray) front = g_ptr_array_new();
    g_autoptr(GPtrArray) rest = g_ptr_array_new();
    g_autoptr(GPtrArray) start = g_ptr_array_new();
    g_autofree char *x = chart_quote(x_title), *y = chart_quote(y_title);

    for (size_t i = 0; i < n; i++)
        g_ptr_array_add(points[i].is_start   ? start
                        : points[i].on_front ? front
                                             : rest,
                        (gpointer)(guintptr)&points[i]);
    g_ptr_array_sort(front, by_x);
    add_points(chart, front, "front");
    add_points(chart, rest, "rest");
    add_points(chart, start, "start");
    add_labels(chart, front);
    add_labels(chart, start);
    chart_title(chart, "What can be had: the best for each of two goals", NULL);
    chart_margins(chart);
    chart_key(chart);
    chart_add(chart,
              "set xlabel %s noenhanced\nset ylabel %s noenhanced\nset offsets graph 0.05, "
              "graph 0.12, graph 0.05, graph 0.05\nset grid lc rgb '#DDDDDD' lt 1\nplot ",
              x, y);
    if (rest->len > 0)
        chart_add(chart, "$rest with points pt 7 ps 0.6 lc rgb '#999999' title 'tried', \\\n  ");
    if (start->len > 0)
        chart_add(chart, "$start with points pt 5 ps 1.4 lc rgb '#D55E00' title 'as it is', "
                         "\\\n  ");
    chart_add(chart, "$front with linespoints pt 7 ps 1.1 lw 2 lc rgb '#0072B2' title 'none is "
                     "better in both'\n");
    return chart;
}

/* ---- forecasts --------------------------------------------------------------------------- */

static GHashTable *runs_by_name(const Timeline *timeline)
{
    GHashTable *out = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < timeline->runs->len; i++) {
        TimelineRun *run = g_ptr_array_index(timeline->runs, i);

        if (run->start_at != INSTANT_NEVER)
            g_hash_table_insert(out, run->job, run);
    }
    return out;
}

typedef struct {
    guint n, near; /* runs in both; within a minute of the forecast */
    Instant least, most;
} Matched;

static void add_match(Chart *chart, const TimelineRun *said, const TimelineRun *was, Matched *out)
{
    chart_add(chart, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n", said->start_at, was->start_at);
    out->n++;
    out->near += ABS(said->start_at - was->start_at) <= 60;
    out->least = MIN(out->least, MIN(said->start_at, was->start_at));
    out->most = MAX(out->most, MAX(said->start_at, was->start_at));
}

static Matched add_matches(Chart *chart, const Timeline *forecast, const Timeline *actual)
{
    g_autoptr(GHashTable) by_name = runs_by_name(actual);
    Matched out = {.least = INSTANT_NEVER, .most = -INSTANT_NEVER};

    chart_add(chart, "$f << EOD\n");
    for (guint i = 0; i < forecast->runs->len; i++) {
        const TimelineRun *said = g_ptr_array_index(forecast->runs, i);
        const TimelineRun *was = g_hash_table_lookup(by_name, said->job);

        if (was && said->start_at != INSTANT_NEVER && said->start_at >= forecast->from)
            add_match(chart, said, was, &out);
    }
    chart_add(chart, "EOD\n");
    return out;
}

/* The y axis has the x axis' times. */
static void add_axes(Chart *chart, const Matched *matched)
{
    const Span margin = (matched->most - matched->least) / 30 + 1;
    const Instant from = matched->least - margin, to = matched->most + margin;
    const gsize begin = chart->script->len;
    g_autofree char *axis = NULL;
    g_auto(GStrv) parts = NULL;

    chart_time_axis(chart, from, to);
    parts = g_strsplit(chart->script->str + begin, "set x", -1);
    axis = g_strjoinv("set y", parts);
    chart_add(chart, "%s", axis);
    chart_add(chart, "set xlabel 'forecast start'\nset ylabel 'actual start'\nset grid ytics xtics "
                     "lc rgb '#DDDDDD' lt 1\nset size ratio 1\n");
}

Chart *picture_forecast(const Timeline *forecast, const Timeline *actual, GError **error)
{
    g_autoptr(Chart) chart = chart_new(850, 850);
    const Matched matched = add_matches(chart, forecast, actual);
    g_autofree char *note = NULL;

    if (matched.n == 0)
        return srx_fail_null(error, SRX_ERROR_INPUT,
                             "--forecast: expected runs of the same names in '%s' and '%s', found "
                             "none",
                             forecast->name, actual->name);
    note = g_strdup_printf("%u runs, %.0f %% of them within a minute of the forecast", matched.n,
                           100.0 * matched.near / matched.n);
    chart_title(chart, "Forecast against what happened", note);
    add_axes(chart, &matched);
    chart_margins(chart);
    chart_key(chart);
    chart_add(chart, "plot x lc rgb '#999999' dt 2 title 'as forecast', \\\n  $f with points pt 7 "
                     "ps 0.8 lc rgb '#0072B2' title 'a run (above: later)'\n");
    return g_steal_pointer(&chart);
}
