/* Pictures by gnuplot, which is started when one is wanted: a script on its stdin, in the language
 * of gnuplot 5.0. Knows axes, colours and files, not what is drawn. */
#pragma once

#include "base/units.h"

#define CHART_BOXES 5000 /* more of them only make a picture slow and black */

/* A script that draws on a terminal of its size, without terminal and output. */
typedef struct {
    GString *script;
    int width, height; /* [px] of svg and png; a pdf has the same shape */
} Chart;

Chart *chart_new(int width, int height);
void chart_free(Chart *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Chart, chart_free)

/** chart_color - "#0072B2": told apart by the colour-blind and in grey; the eighth and later ones
 * are grey. Source: Okabe and Ito, 2008. */
const char *chart_color(size_t index);

#define CHART_COLORS 7
#define CHART_GREY   "#999999"

/** chart_add - printf style, a line or a part of one. */
void chart_add(Chart *self, const char *format, ...) G_GNUC_PRINTF(2, 3);

/** chart_quote - 'text' as gnuplot reads it: whatever the text. Returns: (transfer full) */
char *chart_quote(const char *text);

/** chart_title - the heading, with what the reader must know below it; @note may be NULL. */
void chart_title(Chart *self, const char *title, const char *note);

/** chart_margins - room for title, axis and key, whatever the height. */
void chart_margins(Chart *self);

/** chart_key - the key below the picture, outside it. */
void chart_key(Chart *self);

/** chart_time_axis - the x axis from @from to @to (> @from) with round times. */
void chart_time_axis(Chart *self, Instant from, Instant to);

/** chart_wait_axis - the x axis from 1 s to @most [s], by powers, with times people use. */
void chart_wait_axis(Chart *self, Span most);

/**
 * chart_save - draws it into @path; .svg, .png or .pdf says how.
 * @keep_script: leave the script, ready for gnuplot, at PATH.gp, also if there is no gnuplot
 *
 * The file is whole or not there. Fails with SRX_ERROR_USAGE for another ending, with
 * SRX_ERROR_FAILED when gnuplot is missing, fails or takes more than two minutes.
 */
bool chart_save(const Chart *self, const char *path, bool keep_script, GError **error);

/** chart_check_path - whether chart_save knows the ending; SRX_ERROR_USAGE. */
bool chart_check_path(const char *path, GError **error);
