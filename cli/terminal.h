/* What a stream can show: its width, its colours, its characters. */
#pragma once

#include "base/error.h"

typedef enum { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER } ColorChoice;

typedef struct {
    int columns; /* for what is drawn or wrapped; 80 where nobody says */
    int cut;     /* for tables: columns on a terminal, 0 (never cut) elsewhere */
    bool tty;
    bool utf8;
    bool color;
} Terminal;

typedef enum { PAINT_BOLD, PAINT_RED, PAINT_YELLOW, PAINT_CYAN, PAINT_DIM } Paint;

/** color_choice_parse - "auto", "always" or "never". */
bool color_choice_parse(const char *text, ColorChoice *out, GError **error);

/**
 * terminal_probe - what the stream behind @fd can do.
 *
 * Width: COLUMNS, else the terminal's own, else 80. Colours, first that applies: @choice, NO_COLOR,
 * CLICOLOR_FORCE and FORCE_COLOR, TERM=dumb, whether it is a terminal. UTF-8: the locale's.
 */
void terminal_probe(Terminal *self, int fd, ColorChoice choice);

/** terminal_on, terminal_off - what switches a paint on and off; "" without colours. */
const char *terminal_on(const Terminal *self, Paint paint);
const char *terminal_off(const Terminal *self);
