/* JSON written as it comes, for answers too long to be built in memory first. */
#include "cli/jsontext.h"

#include <math.h>
#include <string.h>

static void put_escaped(FILE *out, const char *text)
{
    for (const char *at = text; *at; at++) {
        unsigned char c = (unsigned char)*at;

        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            fprintf(out, "\\u%04x", c);
        else
            putc(c, out);
    }
}

void json_text(FILE *out, const char *text)
{
    g_autofree char *valid = NULL;

    if (!text) {
        fputs("null", out);
        return;
    }
    if (!g_utf8_validate(text, -1, NULL))
        valid = g_utf8_make_valid(text, -1);
    putc('"', out);
    put_escaped(out, valid ? valid : text);
    putc('"', out);
}

void json_instant(FILE *out, Instant instant)
{
    if (instant == INSTANT_NEVER)
        fputs("null", out);
    else
        fprintf(out, "%" G_GINT64_FORMAT, instant);
}

void json_number(FILE *out, double number)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    size_t n;

    if (fabs(number) >= 1e15) { /* whole anyway */
        fputs(g_ascii_dtostr(text, sizeof text, number), out);
        return;
    }
    n = strlen(g_ascii_formatd(text, sizeof text, "%.6f", number));
    while (text[n - 1] == '0')
        n--;
    n -= text[n - 1] == '.';
    fprintf(out, "%.*s", (int)n, g_str_has_prefix(text, "-0.000000") ? "0" : text);
}
