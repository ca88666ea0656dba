/* Pictures by gnuplot. */
#include "cli/chart.h"

#include "base/process.h"
#include "cli/output.h"

#include <glib/gstdio.h>
#include <string.h>

#define DRAWING_MOST 120 /* [s] */
#define TICKS_MOST   10
#define TOP          72  /* [px] title and note */
#define BOTTOM       100 /* [px] times, title of the axis, two rows of key */
#define FONT         "DejaVu Sans"

Chart *chart_new(int width, int height)
{
    Chart *self = g_new0(Chart, 1);

    *self = (Chart){.script = g_string_new(NULL), .width = width, .height = height};
    return self;
}

void chart_free(Chart *self)
{
    if (!self)
        return;
    g_string_free(self->script, TRUE);
    g_free(self);
}

const char *chart_color(size_t index)
{
    static const char *const colors[CHART_COLORS] = {"#0072B2", "#E69F00", "#009E73", "#D55E00",
                                                     "#56B4E9", "#CC79A7", "#F0E442"};

    return index < CHART_COLORS ? colors[index] : CHART_GREY;
}

void chart_add(Chart *self, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    g_string_append_vprintf(self->script, format, values);
    va_end(values);
}

char *chart_quote(const char *text)
{
    GString *out = g_string_new("'");

    for (const char *at = text; *at; at++) {
        if (*at == '\'')
            g_string_append(out, "''");
        else
            g_string_append_c(out, (guchar)*at < 0x20 ? ' ' : *at);
    }
    g_string_append_c(out, '\'');
    return g_string_free(out, FALSE);
}

void chart_title(Chart *self, const char *title, const char *note)
{
    g_autofree char *first = chart_quote(title);
    g_autofree char *second = chart_quote(note ? note : "");

    if (note)
        chart_add(self, "set title %s.\"\\n\".%s noenhanced\n", first, second);
    else
        chart_add(self, "set title %s noenhanced\n", first);
}

/* [px] as a share of the height. */
static void add_margin(Chart *self, const char *which, double pixels, bool from_top)
{
    const double share = pixels / self->height;
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    g_ascii_formatd(text, sizeof text, "%.4f", from_top ? 1 - share : share);
    chart_add(self, "set %s at screen %s\n", which, text);
}

void chart_margins(Chart *self)
{
    add_margin(self, "tmargin", TOP, true);
    add_margin(self, "bmargin", BOTTOM, false);
    chart_add(self, "set rmargin 5\n");
}

void chart_key(Chart *self)
{
    chart_add(self, "set key outside below center horizontal noenhanced samplen 2 spacing 1.2\n");
}

/* ---- axes ---- */

/* "30s", "5m", "2h", "1d", "1h30m" */
static char *tick_label(Span span)
{
    g_autofree char *words = span_words(ABS(span));
    char *zeros = strstr(words, "h00m");

    if (!zeros)
        zeros = strstr(words, "d00h");
    if (zeros)
        zeros[1] = '\0';
    return g_strconcat(span < 0 ? "-" : "", span == 0 ? "0" : words, NULL);
}

static Span tick_step(Span span)
{
    static const Span steps[] = {1,     2,     5,      10,     15,      30,      60,      120,
                                 300,   600,   900,    1800,   3600,    7200,    10800,   21600,
                                 43200, 86400, 172800, 604800, 1209600, 2419200, 7257600, 31536000};

    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++)
        if (span / steps[i] <= TICKS_MOST)
            return steps[i];
    return span / TICKS_MOST;
}

static Instant round_up(Instant at, Span step)
{
    const Instant whole = at / step * step;

    return whole < at ? whole + step : whole;
}

void chart_time_axis(Chart *self, Instant from, Instant to)
{
    const Span step = tick_step(to - from);
    const char *between = "";

    chart_add(self, "set xrange [%" G_GINT64_FORMAT ":%" G_GINT64_FORMAT "]\nset xtics (", from,
              to);
    for (Instant at = round_up(from, step); at <= to; at += step) {
        g_autofree char *label = tick_label(at);

        chart_add(self, "%s'%s' %" G_GINT64_FORMAT, between, label, at);
        between = ", ";
    }
    chart_add(self, ")\nset xlabel 'time since second 0'\nset grid xtics lc rgb '#DDDDDD' lt 1\n");
}

void chart_wait_axis(Chart *self, Span most)
{
    static const Span ticks[] = {1,     5,     15,    60,     300,     900,     3600,
                                 14400, 43200, 86400, 345600, 1209600, 4838400, 31536000};
    const char *between = "";

    chart_add(self, "set logscale x\nset xrange [1:%" G_GINT64_FORMAT "]\nset xtics (",
              MAX(most, 60));
    for (size_t i = 0; i < G_N_ELEMENTS(ticks) && ticks[i] <= MAX(most, 60); i++) {
        g_autofree char *label = tick_label(ticks[i]);

        chart_add(self, "%s'%s%s' %" G_GINT64_FORMAT, between, label, i ? "" : " or less",
                  ticks[i]);
        between = ", ";
    }
    chart_add(self, ")\nset grid xtics ytics lc rgb '#DDDDDD' lt 1\n");
}

/* ---- files ---- */

typedef struct {
    const char *ending, *terminal;
    bool in_pixels;
} Format;

static const Format formats[] = {
    {".svg", "svg size %d,%d dynamic noenhanced font '" FONT ",13' background '#FFFFFF'", true},
    {".png", "pngcairo size %d,%d noenhanced font '" FONT ",11' background '#FFFFFF'", true},
    {".pdf", "pdfcairo size %dcm,%dcm noenhanced font '" FONT ",9' background '#FFFFFF'", false},
};

static const Format *format_of(const char *path)
{
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++)
        if (g_str_has_suffix(path, formats[i].ending))
            return &formats[i];
    return NULL;
}

bool chart_check_path(const char *path, GError **error)
{
    if (format_of(path))
        return true;
    return srx_fail(error, SRX_ERROR_USAGE,
                    "--output: expected a name that ends in .svg, .png or .pdf, found '%s'", path);
}

static char *terminal_of(const Chart *self, const Format *format)
{
    g_auto(GStrv) parts = g_strsplit(format->terminal, "%d", 3);
    const int share = format->in_pixels ? 1 : 40; /* [px] a cm */

    return g_strdup_printf("%s%d%s%d%s", parts[0], self->width / share, parts[1],
                           self->height / share, parts[2]);
}

static char *whole_script(const Chart *self, const Format *format, const char *path)
{
    g_autofree char *terminal = terminal_of(self, format);
    g_autofree char *quoted = chart_quote(path);

    return g_strdup_printf("set encoding utf8\nset terminal %s\nset output %s\n%sunset output\n",
                           terminal, quoted, self->script->str);
}

/* gnuplot takes a name that begins with a bar for a command. */
static char *safe_path(const char *path)
{
    return *path == '|' ? g_strconcat("./", path, NULL) : g_strdup(path);
}

static bool keep(const Chart *self, const Format *format, const char *path, GError **error)
{
    g_autofree char *safe = safe_path(path);
    g_autofree char *script = whole_script(self, format, safe);
    g_autofree char *beside = g_strconcat(path, ".gp", NULL);

    return output_save(beside, script, error);
}

static char *last_line(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    const char *last = "it said nothing";

    for (char **line = lines; *line; line++)
        if (*g_strstrip(*line))
            last = *line;
    return g_strdup(last);
}

static bool run_gnuplot(const char *script, GError **error)
{
    static const char *const argv[] = {"gnuplot", NULL};
    const ProcessCommand command = {.argv = argv, .input = script, .timeout = DRAWING_MOST};
    g_autofree char *program = g_find_program_in_path("gnuplot");
    g_auto(ProcessResult) result = {0};
    g_autofree char *said = NULL;

    if (!program)
        return srx_fail(error, SRX_ERROR_FAILED,
                        "gnuplot is not in PATH: it draws the pictures (install gnuplot, on Debian "
                        "gnuplot-nox); without --output srx plot draws in the terminal");
    if (!process_run(&command, &result, error))
        return false;
    if (result.timed_out)
        return srx_fail(error, SRX_ERROR_FAILED, "gnuplot took more than %d s: stopped",
                        DRAWING_MOST);
    if (result.status == 0)
        return true;
    said = last_line(result.err);
    return srx_fail(error, SRX_ERROR_FAILED, "gnuplot failed with status %d: %s", result.status,
                    said);
}

static bool is_whole(const char *path)
{
    GStatBuf info;

    return g_stat(path, &info) == 0 && info.st_size > 0;
}

bool chart_save(const Chart *self, const char *path, bool keep_script, GError **error)
{
    const Format *format = format_of(path);
    g_autofree char *part = NULL, *safe = NULL, *script = NULL;
    bool drawn;

    if (!chart_check_path(path, error) || (keep_script && !keep(self, format, path, error)))
        return false;
    part = g_strconcat(path, ".part", NULL);
    safe = safe_path(part);
    script = whole_script(self, format, safe);
    drawn = run_gnuplot(script, error);
    if (drawn && is_whole(part) && g_rename(part, path) == 0)
        return true;
    g_unlink(part);
    return drawn ? srx_fail(error, SRX_ERROR_FAILED, "%s: cannot be written", path) : false;
}
