/* What happens over time and how long runs wait: lines, one a timeline. */
#include "cli/loadcurve.h"
#include "cli/picture.h"

enum { WIDTH = 1200, HEIGHT = 700, PARTS = 1000, STEPS_MOST = 1000 };

static const Timeline *nth(const GPtrArray *timelines, guint i)
{
    return g_ptr_array_index(timelines, i);
}

static void find_span(const GPtrArray *timelines, Instant *from, Instant *to)
{
    *from = nth(timelines, 0)->from;
    *to = nth(timelines, 0)->to;
    for (guint i = 1; i < timelines->len; i++) {
        *from = MIN(*from, nth(timelines, i)->from);
        *to = MAX(*to, nth(timelines, i)->to);
    }
}

static void add_number(Chart *chart, double number)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    chart_add(chart, " %s", g_ascii_formatd(text, sizeof text, "%.8g", number));
}

/* Lines are told apart by colour and by dashes. */
static void add_style(Chart *chart, guint index, const char *name)
{
    g_autofree char *quoted = chart_quote(name);

    chart_add(chart, " lc rgb '%s' lw 2 dt %u title %s", chart_color(index), index % 5 + 1, quoted);
}

static char *title_of(const GPtrArray *timelines, const char *what)
{
    if (timelines->len == 1)
        return g_strconcat(what, ", ", nth(timelines, 0)->name, NULL);
    return g_strdup(what);
}

/* ---- load -------------------------------------------------------------------------------- */

static void add_curve(Chart *chart, const LoadCurve *curve, guint index, uint32_t cpus)
{
    chart_add(chart, "$l%u << EOD\n", index);
    for (guint i = 0; i < 2 * curve->n; i++) { /* a part's beginning and its end */
        const guint part = i / 2, edge = part + i % 2;

        add_number(chart, (double)curve->from + edge * curve->step);
        add_number(chart, cpus ? 100 * curve->cpus[part] / cpus : curve->cpus[part]);
        add_number(chart, curve->queue[part]);
        chart_add(chart, "\n");
    }
    chart_add(chart, "EOD\n");
}

static void plot_curves(Chart *chart, const GPtrArray *timelines, int column)
{
    const bool filled = timelines->len == 1;

    chart_add(chart, "plot ");
    for (guint i = 0; i < timelines->len; i++) {
        chart_add(chart, "%s$l%u using 1:%d with %s", i ? ", \\\n  " : "", i, column,
                  filled ? "filledcurves x1 fs solid 0.35 noborder" : "lines");
        if (filled)
            chart_add(chart,
                      " lc rgb '%s' notitle, \\\n  $l0 using 1:%d with lines lc rgb '%s' "
                      "lw 1.5 notitle",
                      chart_color(column == 2 ? 0 : 3), column, chart_color(column == 2 ? 0 : 3));
        else
            add_style(chart, i, nth(timelines, i)->name);
    }
    chart_add(chart, "\n");
}

static bool all_have_cpus(const GPtrArray *timelines)
{
    for (guint i = 0; i < timelines->len; i++)
        if (nth(timelines, i)->cpus == 0)
            return false;
    return true;
}

/* Two panels that share their axis; the margins are the screen's, so that they line up. */
static void add_panels(Chart *chart, const GPtrArray *timelines, const char *title, bool share)
{
    g_autofree char *quoted = chart_quote(title);

    chart_add(chart, "set multiplot\nset lmargin at screen 0.08\nset rmargin at screen 0.97\n"
                     "set grid ytics lc rgb '#DDDDDD' lt 1\n");
    chart_add(chart,
              "set tmargin at screen 0.92\nset bmargin at screen 0.55\nset title %s "
              "noenhanced\nset ylabel '%s'\nset yrange [0:%s]\nset format x ''\nunset "
              "xlabel\nunset key\n",
              quoted, share ? "CPUs in use [%]" : "CPUs in use", share ? "100" : "*");
    plot_curves(chart, timelines, 2);
    chart_add(chart,
              "set tmargin at screen 0.49\nset bmargin at screen %s\nunset title\nset "
              "ylabel 'runs that wait'\nset yrange [0:*]\nset xlabel 'time since second "
              "0'\n",
              timelines->len > 1 ? "0.17" : "0.12");
}

Chart *picture_load(const GPtrArray *timelines)
{
    Chart *chart = chart_new(WIDTH, HEIGHT);
    g_autofree char *title = title_of(timelines, "Load");
    const bool share = all_have_cpus(timelines);
    Instant from, to;

    find_span(timelines, &from, &to);
    for (guint i = 0; i < timelines->len; i++) {
        g_auto(LoadCurve) curve = {0};

        loadcurve_of(&curve, nth(timelines, i), from, to, PARTS);
        add_curve(chart, &curve, i, share ? nth(timelines, i)->cpus : 0);
    }
    chart_time_axis(chart, from, to);
    add_panels(chart, timelines, title, share);
    chart_time_axis(chart, from, to);
    if (timelines->len > 1)
        chart_key(chart);
    plot_curves(chart, timelines, 3);
    chart_add(chart, "unset multiplot\n");
    return chart;
}

/* ---- waits ------------------------------------------------------------------------------- */

/* "share of the runs that waited at most so long", thinned to what a picture can show */
static void add_waits(Chart *chart, const GArray *waits, guint index)
{
    const guint step = waits->len / STEPS_MOST + 1;

    chart_add(chart, "$w%u << EOD\n1 0\n", index);
    for (guint i = 0; i < waits->len; i += step) {
        const guint last = MIN(i + step, waits->len) - 1;

        add_number(chart, MAX(g_array_index(waits, double, last), 1));
        add_number(chart, 100.0 * (last + 1) / waits->len);
        chart_add(chart, "\n");
    }
    chart_add(chart, "EOD\n");
}

Chart *picture_waits(const GPtrArray *timelines)
{
    Chart *chart = chart_new(WIDTH, 600);
    g_autofree char *title = title_of(timelines, "Waits in the queue");
    double most = 60;

    for (guint i = 0; i < timelines->len; i++) {
        g_autoptr(GArray) waits = waits_sorted(nth(timelines, i));

        add_waits(chart, waits, i);
        if (waits->len > 0)
            most = MAX(most, g_array_index(waits, double, waits->len - 1));
    }
    chart_title(chart, title, NULL);
    chart_margins(chart);
    chart_wait_axis(chart, (Span)(most * 1.1));
    chart_add(chart, "set yrange [0:100]\nset ytics 10\nset xlabel 'wait from being eligible to "
                     "the start'\nset ylabel 'runs that wait no longer [%%]'\n");
    if (timelines->len > 1)
        chart_key(chart);
    else
        chart_add(chart, "unset key\n");
    chart_add(chart, "plot ");
    for (guint i = 0; i < timelines->len; i++) {
        chart_add(chart, "%s$w%u using 1:2 with steps", i ? ", \\\n  " : "", i);
        add_style(chart, i, nth(timelines, i)->name);
    }
    chart_add(chart, "\n");
    return chart;
}
