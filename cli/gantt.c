/* A schedule drawn with characters: one row a job, waiting and running over time. */
#include "cli/gantt.h"

#include "base/text.h"
#include "cli/clock.h"

#include <string.h>

enum {
    LABEL_MOST = 21,
    MARGIN = 3, /* between the names and the chart: blank, star, blank */
    CHART_LEAST = 16,
    TICK_LEAST = 9,
    EIGHTHS = 8
};

typedef struct {
    Instant from, to;
    int label;   /* columns of the names */
    int columns; /* of the chart */
    const Terminal *terminal;
} Canvas;

/* [eighths of a column] from the left edge; clipped to the chart. */
static int64_t eighths(const Canvas *canvas, Instant at)
{
    double share = (double)(CLAMP(at, canvas->from, canvas->to) - canvas->from) /
                   (double)(canvas->to - canvas->from);

    return (int64_t)(share * canvas->columns * EIGHTHS + 0.5);
}

static void repeat(GString *out, const char *text, int64_t times)
{
    for (int64_t i = 0; i < times; i++)
        g_string_append(out, text);
}

/* A run over columns [@left, @right) and @part eighths more. */
static void append_run(GString *out, const Canvas *canvas, int64_t left, int64_t right, int part)
{
    static const char *const parts[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    bool utf8 = canvas->terminal->utf8;

    repeat(out, utf8 ? "█" : "#", right - left);
    if (utf8 || part * 2 >= EIGHTHS)
        g_string_append(out, utf8 ? parts[part] : "#");
}

static void append_bars(GString *out, const Canvas *canvas, const GanttRow *row)
{
    const char *wait = canvas->terminal->utf8 ? "░" : ".";
    int64_t ready = eighths(canvas, row->ready_at) / EIGHTHS;
    int64_t start = eighths(canvas, row->start_at) / EIGHTHS;
    int64_t end = eighths(canvas, row->end_at);

    if (row->start_at != INSTANT_NEVER)
        start = MIN(start, canvas->columns - 1); /* a run at the very end still shows */
    if (row->ready_at != INSTANT_NEVER) {
        ready = MIN(ready, start);
        repeat(out, " ", ready);
        repeat(out, wait, start - ready);
    }
    if (row->start_at == INSTANT_NEVER)
        return;
    if (row->ready_at == INSTANT_NEVER)
        repeat(out, " ", start);
    if (end < (start + 1) * EIGHTHS)
        end = (start + 1) * EIGHTHS;
    if (row->critical)
        g_string_append(out, terminal_on(canvas->terminal, PAINT_RED));
    append_run(out, canvas, start, end / EIGHTHS, (int)(end % EIGHTHS));
    if (row->critical)
        g_string_append(out, terminal_off(canvas->terminal));
}

static void trim_end(GString *line)
{
    while (line->len > 0 && line->str[line->len - 1] == ' ')
        g_string_truncate(line, line->len - 1);
}

static void append_row(GString *out, const Canvas *canvas, const GanttRow *row)
{
    g_autoptr(GString) line = g_string_new(NULL);
    g_autofree char *name = text_cut(row->name, canvas->label);

    g_string_append_printf(line, "%s%*s %c ", name, canvas->label - text_width(name), "",
                           row->critical ? '*' : ' ');
    append_bars(line, canvas, row);
    trim_end(line);
    g_string_append_printf(out, "%s\n", line->str);
}

/* The least round step whose labels do not touch. */
static Span tick_step(const Canvas *canvas)
{
    static const Span steps[] = {1,     2,     5,      10,     15,      30,      60,      120,
                                 300,   600,   900,    1800,   3600,    7200,    10800,   21600,
                                 43200, 86400, 172800, 604800, 1209600, 2419200, 7257600, 31536000};
    double second = (double)canvas->columns / (double)(canvas->to - canvas->from);

    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++)
        if ((double)steps[i] * second >= TICK_LEAST)
            return steps[i];
    return canvas->to - canvas->from;
}

static char *tick_label(Span since)
{
    g_autofree char *words = span_words(since);
    char *zeros = strstr(words, "h00m");

    if (!zeros)
        zeros = strstr(words, "d00h");
    if (zeros)
        zeros[1] = '\0'; /* 2h, 1d */
    return g_strdup(words);
}

static void append_axis(GString *out, const Canvas *canvas)
{
    bool utf8 = canvas->terminal->utf8;
    Span step = tick_step(canvas);
    g_autoptr(GString) labels = g_string_new(NULL);
    int64_t at = 0;

    g_string_append_printf(out, "%*s", canvas->label + MARGIN, "");
    g_string_append_printf(labels, "%*s", canvas->label + MARGIN, "");
    for (Span since = 0; since <= canvas->to - canvas->from; since += step) {
        int64_t column = eighths(canvas, canvas->from + since) / EIGHTHS;
        g_autofree char *label = tick_label(since);

        if (column >= canvas->columns)
            break;
        repeat(out, utf8 ? "─" : "-", column - at);
        g_string_append(out, utf8 ? "┴" : "+");
        at = column + 1;
        repeat(labels, " ", canvas->label + MARGIN + column - (int64_t)labels->len);
        if (column + (int64_t)strlen(label) <= canvas->columns)
            g_string_append(labels, label);
    }
    repeat(out, utf8 ? "─" : "-", canvas->columns - at);
    trim_end(labels);
    g_string_append_printf(out, "\n%s\n", labels->str);
}

static int label_columns(const GanttRow *rows, size_t n_rows)
{
    int most = 0;

    for (size_t i = 0; i < n_rows; i++)
        most = MAX(most, text_width(rows[i].name));
    return MIN(most, LABEL_MOST);
}

char *gantt_text(const GanttRow *rows, size_t n_rows, Instant from, Instant to,
                 const Terminal *terminal)
{
    GString *out = g_string_new(NULL);
    Canvas canvas = {from, MAX(to, from + 1), label_columns(rows, n_rows), 0, terminal};

    canvas.columns = MAX(terminal->columns - canvas.label - MARGIN, CHART_LEAST);
    for (size_t i = 0; i < n_rows; i++)
        append_row(out, &canvas, &rows[i]);
    append_axis(out, &canvas);
    return g_string_free(out, FALSE);
}
