/* The terms of a waiting job's priority over time, stacked. */
#include "cli/picture.h"

#include "cli/clock.h"

#include <math.h>

enum { WIDTH = 1200, HEIGHT = 600, TERMS = 7 };

static const char *const names[TERMS] = {"age", "fair share", "job size",   "partition",
                                         "QoS", "TRES",       "association"};

static double term_of(const TrackPoint *point, int index)
{
    const PriorityTerms *terms = &point->terms;
    const double all[TERMS] = {terms->age, terms->fairshare, terms->job_size, terms->partition,
                               terms->qos, terms->tres,      terms->assoc};

    return all[index];
}

static const TrackPoint *nth(const Track *track, guint i)
{
    return &g_array_index(track->points, TrackPoint, i);
}

/* Whether a term is ever there: the others need no colour. */
static bool counts(const Track *track, int index)
{
    for (guint i = 0; i < track->points->len; i++)
        if (term_of(nth(track, i), index) > 0)
            return true;
    return false;
}

static void add_row(Chart *chart, Instant at, const TrackPoint *point)
{
    double sum = 0;

    chart_add(chart, "%" G_GINT64_FORMAT, at);
    for (int k = 0; k < TERMS; k++) {
        char text[G_ASCII_DTOSTR_BUF_SIZE];

        sum += term_of(point, k);
        chart_add(chart, " %s", g_ascii_formatd(text, sizeof text, "%.6g", sum));
    }
    chart_add(chart, " %u\n", point->priority);
}

static bool is_same(const TrackPoint *left, const TrackPoint *right)
{
    for (int k = 0; k < TERMS; k++)
        if (fabs(term_of(left, k) - term_of(right, k)) > 0)
            return false;
    return left->priority == right->priority;
}

/* Columns: time, sums of the first 1, 2, ... terms, priority. Where something changes there is a
 * row with what was, and one with what is: a step, no slope. */
static void add_data(Chart *chart, const Track *track)
{
    chart_add(chart, "$p << EOD\n");
    for (guint i = 0; i < track->points->len; i++) {
        const TrackPoint *point = nth(track, i);
        const bool changes = i == 0 || !is_same(point, nth(track, i - 1));

        if (i > 0 && changes)
            add_row(chart, point->at, nth(track, i - 1));
        if (changes || i + 1 == track->points->len)
            add_row(chart, point->at, point);
    }
    chart_add(chart, "EOD\n");
}

static char *note_of(const Track *track)
{
    g_autofree char *submit = clock_text(track->submit_at);
    g_autofree char *start = clock_text(track->start_at);

    if (track->start_at == INSTANT_NEVER)
        return g_strdup_printf("submitted at %s, has not started", submit);
    return g_strdup_printf("submitted at %s, started at %s%s", submit, start,
                           track->nice > 0 ? "; nice is taken off the sum" : "");
}

Chart *picture_priority(const Track *track)
{
    Chart *chart = chart_new(WIDTH, HEIGHT);
    g_autofree char *title = g_strconcat("Priority of ", track->job, " while it waits", NULL);
    g_autofree char *note = note_of(track);

    add_data(chart, track);
    chart_title(chart, title, note);
    chart_margins(chart);
    chart_key(chart);
    chart_time_axis(chart, nth(track, 0)->at, nth(track, track->points->len - 1)->at + 1);
    chart_add(chart, "set yrange [0:*]\nset ylabel 'priority'\nset grid ytics lc rgb '#DDDDDD' lt "
                     "1\nset format y '%%.0f'\nplot ");
    for (int k = TERMS - 1; k >= 0; k--) /* the highest first: the others are drawn over it */
        if (counts(track, k))
            chart_add(chart,
                      "$p using 1:%d with filledcurves x1 fs solid 1 noborder lc rgb '%s' "
                      "title '%s', \\\n  ",
                      k + 2, chart_color((size_t)k), names[k]);
    chart_add(chart, "$p using 1:%d with lines lc rgb '#000000' lw 2 title 'priority'\n",
              TERMS + 2);
    return chart;
}
