/* What a stream can show: its width, its colours, its characters. */
#include "cli/terminal.h"

#include <langinfo.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { COLUMNS_LEAST = 40, COLUMNS_USUAL = 80, COLUMNS_MOST = 1000 };

bool color_choice_parse(const char *text, ColorChoice *out, GError **error)
{
    if (g_str_equal(text, "auto"))
        *out = COLOR_AUTO;
    else if (g_str_equal(text, "always"))
        *out = COLOR_ALWAYS;
    else if (g_str_equal(text, "never"))
        *out = COLOR_NEVER;
    else
        return srx_fail(error, SRX_ERROR_USAGE,
                        "--color: expected auto, always or never, found '%s'", text);
    return true;
}

/* 0 when nobody says. */
static int given_columns(int fd)
{
    const char *text = g_getenv("COLUMNS");
    guint64 columns = 0;
    struct winsize size = {0};

    if (text && g_ascii_string_to_unsigned(text, 10, COLUMNS_LEAST, COLUMNS_MOST, &columns, NULL))
        return (int)columns;
    if (isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return CLAMP((int)size.ws_col, COLUMNS_LEAST, COLUMNS_MOST);
    return 0;
}

static bool is_set(const char *variable)
{
    const char *value = g_getenv(variable);

    return value && *value;
}

static bool wants_color(bool tty, ColorChoice choice)
{
    if (choice != COLOR_AUTO)
        return choice == COLOR_ALWAYS;
    if (is_set("NO_COLOR"))
        return false;
    if (is_set("CLICOLOR_FORCE") || is_set("FORCE_COLOR"))
        return true;
    return tty && g_strcmp0(g_getenv("TERM"), "dumb") != 0;
}

void terminal_probe(Terminal *self, int fd, ColorChoice choice)
{
    int columns = given_columns(fd);

    self->tty = isatty(fd) == 1;
    self->columns = columns ? columns : COLUMNS_USUAL;
    self->cut = self->tty || columns ? self->columns : 0;
    self->color = wants_color(self->tty, choice);
    self->utf8 = g_str_equal(nl_langinfo(CODESET), "UTF-8");
}

const char *terminal_on(const Terminal *self, Paint paint)
{
    if (!self->color)
        return "";
    switch (paint) {
    case PAINT_BOLD:
        return "\033[1m";
    case PAINT_RED:
        return "\033[31m";
    case PAINT_YELLOW:
        return "\033[33m";
    case PAINT_CYAN:
        return "\033[36m";
    case PAINT_DIM:
        return "\033[2m";
    }
    return "";
}

const char *terminal_off(const Terminal *self)
{
    return self->color ? "\033[0m" : "";
}
