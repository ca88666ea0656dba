/* Time and size, as Slurm writes them and as people do. */
#include "base/units.h"

#include <math.h>
#include <string.h>

#define SPAN_MOST (INT64_C(1) << 53) /* [s] beyond it a double would lose seconds */

static bool is_unlimited(const char *text)
{
    return !g_ascii_strcasecmp(text, "UNLIMITED") || !g_ascii_strcasecmp(text, "INFINITE") ||
           !strcmp(text, "-1");
}

/* Digits only, nothing beyond 10 of them: no field of a time is longer. */
static bool read_digits(const char **at, int64_t *out)
{
    const char *start = *at;
    int64_t value = 0;

    while (g_ascii_isdigit(**at) && *at - start < 10)
        value = value * 10 + *(*at)++ - '0';
    if (*at == start || g_ascii_isdigit(**at))
        return false;
    *out = value;
    return true;
}

/* Source: Slurm 24.05 time_str2secs: days-hours[:minutes[:seconds]], minutes[:seconds] or
 * hours:minutes:seconds. */
static bool read_time(const char *text, Span *out)
{
    int64_t field[3] = {0}, first;
    const char *at = text;
    int n = 0;
    bool days;

    if (!read_digits(&at, &first))
        return false;
    days = *at == '-';
    if (!days)
        field[n++] = first;
    while (*at == (days && n == 0 ? '-' : ':') && n < 3) {
        at++;
        if (!read_digits(&at, &field[n++]))
            return false;
    }
    if (*at)
        return false;
    if (days)
        *out = first * SECONDS_A_DAY + field[0] * 3600 + field[1] * 60 + field[2];
    else if (n == 3)
        *out = field[0] * 3600 + field[1] * 60 + field[2];
    else
        *out = field[0] * 60 + field[1];
    return true;
}

bool span_parse(const char *text, Span *out, GError **error)
{
    Span total;

    if (is_unlimited(text)) {
        *out = INSTANT_NEVER;
        return true;
    }
    if (!read_time(text, &total))
        return srx_fail(error, SRX_ERROR_INPUT,
                        "expected a time such as 30, 2:30:00 or 1-12, found '%s'", text);
    *out = total;
    return true;
}

bool minutes_parse(const char *text, uint32_t *out, GError **error)
{
    Span total;

    if (!span_parse(text, &total, error))
        return false;
    if (total == INSTANT_NEVER) {
        *out = MINUTES_UNLIMITED;
        return true;
    }
    total = (total + 59) / 60;
    if (total >= MINUTES_UNSET)
        return srx_fail(error, SRX_ERROR_INPUT, "expected less than 4294967294 minutes, found '%s'",
                        text);
    *out = (uint32_t)total;
    return true;
}

/* The seconds in a unit of which @length letters stand at @unit; 0 for no unit. */
static double unit_seconds(const char *unit, size_t length)
{
    static const struct {
        const char *names;
        double seconds;
    } units[] = {{" s sec secs second seconds ", 1},
                 {" m min mins minute minutes ", 60},
                 {" h hr hrs hour hours ", 3600},
                 {" d day days ", SECONDS_A_DAY},
                 {" w week weeks ", 7 * SECONDS_A_DAY}};
    g_autofree char *word = g_strdup_printf(" %.*s ", (int)length, unit);
    g_autofree char *lower = g_ascii_strdown(word, -1);

    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        if (strstr(units[i].names, lower))
            return units[i].seconds;
    }
    return 0;
}

/* A number as people write it: digits with at most one point; no sign, no exponent. */
static bool read_decimal(const char **at, double *out)
{
    size_t length = strspn(*at, "0123456789.");
    g_autofree char *digits = g_strndup(*at, length);
    char *end = NULL;

    if (length == 0 || length > 30 || !g_ascii_isdigit(**at))
        return false;
    *out = g_ascii_strtod(digits, &end);
    *at += length;
    return *end == '\0';
}

static bool read_words(const char *text, Span *out)
{
    const char *at = text;
    double total = 0, number, unit;
    size_t length;

    while (*at) {
        if (!read_decimal(&at, &number))
            return false;
        at += strspn(at, " ");
        for (length = 0; g_ascii_isalpha(at[length]);)
            length++;
        if (length == 0 || (unit = unit_seconds(at, length)) <= 0)
            return false;
        total += number * unit;
        at += length;
        at += strspn(at, " ");
    }
    if (at == text || total > (double)SPAN_MOST)
        return false;
    *out = (Span)ceil(total - 1e-6);
    return true;
}

bool duration_parse(const char *text, Span *out, GError **error)
{
    Span total;

    if (!read_time(text, &total) && !read_words(text, &total))
        return srx_fail(error, SRX_ERROR_INPUT,
                        "expected a duration such as 90s, 10m, 1h30m or 1:30:00, found '%s'", text);
    *out = total;
    return true;
}

char *span_format(Span span)
{
    const char *sign = span < 0 ? "-" : "";
    uint64_t s = span < 0 ? 0 - (uint64_t)span : (uint64_t)span;
    uint64_t days = s / SECONDS_A_DAY, hours = s / 3600 % 24, minutes = s / 60 % 60;

    if (span == INSTANT_NEVER)
        return g_strdup("UNLIMITED");
    s %= 60;
    if (days)
        return g_strdup_printf("%s%" G_GUINT64_FORMAT "-%02d:%02d:%02d", sign, days, (int)hours,
                               (int)minutes, (int)s);
    if (hours)
        return g_strdup_printf("%s%d:%02d:%02d", sign, (int)hours, (int)minutes, (int)s);
    return g_strdup_printf("%s%d:%02d", sign, (int)minutes, (int)s);
}

char *minutes_format(uint32_t minutes)
{
    if (minutes == MINUTES_UNSET)
        return g_strdup("N/A");
    if (minutes == MINUTES_UNLIMITED)
        return g_strdup("UNLIMITED");
    return span_format((Span)minutes * 60);
}

/* "2d03h", and "2d" where the smaller part is nothing. */
static char *two_parts(const char *sign, uint64_t large, const char *unit, uint64_t small,
                       const char *subunit)
{
    if (small == 0)
        return g_strdup_printf("%s%" G_GUINT64_FORMAT "%s", sign, large, unit);
    return g_strdup_printf("%s%" G_GUINT64_FORMAT "%s%02d%s", sign, large, unit, (int)small,
                           subunit);
}

char *span_words(Span span)
{
    const char *sign = span < 0 ? "-" : "";
    uint64_t s = span < 0 ? 0 - (uint64_t)span : (uint64_t)span;

    if (span == INSTANT_NEVER)
        return g_strdup("never");
    if (s >= SECONDS_A_DAY)
        return two_parts(sign, s / SECONDS_A_DAY, "d", s / 3600 % 24, "h");
    if (s >= 3600)
        return two_parts(sign, s / 3600, "h", s / 60 % 60, "m");
    if (s >= 60)
        return two_parts(sign, s / 60, "m", s % 60, "s");
    return two_parts(sign, s, "s", 0, "");
}

/* The MiB in a unit such as "", "G", "GB" or "GiB"; 0 for no unit. */
static double unit_mebibytes(const char *unit)
{
    static const char letters[] = "KMGTP";
    const char *letter;

    if (*unit == '\0')
        return 1;
    letter = strchr(letters, g_ascii_toupper(*unit));
    if (!letter || (unit[1] && g_ascii_strcasecmp(unit + 1, "b") != 0 &&
                    g_ascii_strcasecmp(unit + 1, "ib") != 0))
        return 0;
    return ldexp(1, 10 * ((int)(letter - letters) - 1));
}

bool memory_parse(const char *text, uint64_t *out, GError **error)
{
    const char *at = text;
    double number = 0, unit = 0;

    if (read_decimal(&at, &number)) {
        at += strspn(at, " ");
        unit = unit_mebibytes(at);
    }
    if (unit <= 0)
        return srx_fail(error, SRX_ERROR_INPUT,
                        "expected an amount of memory such as 4000, 500M or 16G, found '%s'", text);
    if (number * unit >= (double)(UINT64_C(1) << 53))
        return srx_fail(error, SRX_ERROR_INPUT, "expected less memory than '%s'", text);
    *out = (uint64_t)ceil(number * unit);
    return true;
}

char *memory_format(uint64_t mebibytes)
{
    static const char letters[] = "MGTP";
    size_t unit = 0;

    while (mebibytes && mebibytes % 1024 == 0 && letters[unit + 1]) {
        mebibytes /= 1024;
        unit++;
    }
    return g_strdup_printf("%" G_GUINT64_FORMAT "%c", mebibytes, letters[unit]);
}

bool count_parse(const char *text, uint64_t *out, GError **error)
{
    static const char letters[] = "KMGTP";
    const char *letter = NULL;
    char *end = NULL;
    uint64_t value = 0;
    unsigned shift = 0;
    bool readable = g_ascii_isdigit(*text) && strlen(text) < 19;

    if (is_unlimited(text)) {
        *out = UINT64_MAX;
        return true;
    }
    if (readable) {
        value = g_ascii_strtoull(text, &end, 10);
        letter = *end ? strchr(letters, g_ascii_toupper(*end)) : NULL;
        shift = letter ? 10 * (unsigned)(letter - letters + 1) : 0;
        readable = (!*end || (letter && !end[1])) && value <= UINT64_MAX >> 1 >> shift;
    }
    if (!readable)
        return srx_fail(error, SRX_ERROR_INPUT, "expected a count such as 500 or 2K, found '%s'",
                        text);
    *out = value << shift;
    return true;
}

/* Two runs of digits by value, without a limit on their length. */
static int compare_numbers(const char **a, const char **b)
{
    size_t n_a, n_b;
    int order;

    while (**a == '0')
        (*a)++;
    while (**b == '0')
        (*b)++;
    n_a = strspn(*a, "0123456789");
    n_b = strspn(*b, "0123456789");
    if (n_a != n_b)
        return n_a < n_b ? -1 : 1;
    order = strncmp(*a, *b, n_a);
    *a += n_a;
    *b += n_b;
    return order;
}

int natural_compare(const char *a, const char *b)
{
    const char *x = a, *y = b;
    int order = 0;

    while (*x && *y && order == 0) {
        if (g_ascii_isdigit(*x) && g_ascii_isdigit(*y))
            order = compare_numbers(&x, &y);
        else
            order = (int)(unsigned char)*x++ - (int)(unsigned char)*y++;
    }
    if (order == 0)
        order = (int)(unsigned char)*x - (int)(unsigned char)*y;
    return order ? order : strcmp(a, b); /* n01 and n1 differ, but only then */
}
