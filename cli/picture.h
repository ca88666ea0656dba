/* What srx draws: each function makes the script of one picture. */
#pragma once

#include "cli/chart.h"
#include "cli/timeline.h"
#include "cli/track.h"

/** picture_gantt - a row a run by start: waiting pale, running in the colour of its partition (or
 * QoS, or state, whichever tells them apart). Of more than CHART_BOXES/2 runs every nth. */
Chart *picture_gantt(const Timeline *timeline);

/** picture_nodes - a row a node, what runs on it beside each other. Of more than CHART_BOXES boxes
 * the longest. NULL with @error when no run has nodes. */
Chart *picture_nodes(const Timeline *timeline, GError **error);

/** picture_load - CPUs in use, and runs that wait, over time; several timelines on each other. */
Chart *picture_load(const GPtrArray *timelines);

/** picture_waits - which share of the runs waits how long; several timelines on each other. */
Chart *picture_waits(const GPtrArray *timelines);

/** picture_priority - the terms of a waiting job's priority, stacked. */
Chart *picture_priority(const Track *track);

/** picture_forecast - when runs were to start against when they did, by name; NULL with @error
 * when none is in both. */
Chart *picture_forecast(const Timeline *forecast, const Timeline *actual, GError **error);

/* One candidate of a search with two goals. */
typedef struct {
    double x, y;
    bool on_front;     /* no other is better in both */
    bool is_start;     /* where the search began */
    const char *label; /* beside the point; NULL: none */
} PicturePoint;

/** picture_pareto - candidates, the front among them joined by a line. @x_title, @y_title: what
 * the goals are, and in which unit; less is better. */
Chart *picture_pareto(const PicturePoint *points, size_t n, const char *x_title,
                      const char *y_title);
