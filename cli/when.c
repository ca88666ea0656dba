/* Times people give on the command line. */
#include "cli/when.h"

#include <string.h>

/* "18:00" or "18:00:30" to seconds of the day; -1 when it is none. */
static Span time_of_day(const char *text)
{
    static const char *const formats[] = {"^([01]?\\d|2[0-3]):([0-5]\\d)$",
                                          "^([01]?\\d|2[0-3]):([0-5]\\d):([0-5]\\d)$"};
    g_auto(GStrv) parts = g_strsplit(text, ":", 3);
    Span seconds = 0;

    if (!g_regex_match_simple(formats[0], text, 0, 0) &&
        !g_regex_match_simple(formats[1], text, 0, 0))
        return -1;
    for (int i = 0; i < 3; i++)
        seconds = seconds * 60 + (parts[i] ? g_ascii_strtoll(parts[i], NULL, 10) : 0);
    return g_strv_length(parts) == 2 ? seconds / 60 * 60 : seconds;
}

static bool date_parse(const char *text, int64_t *out)
{
    g_autofree char *full =
        g_regex_match_simple("^\\d{4}-\\d\\d-\\d\\d$", text, 0, 0)
            ? g_strdup_printf("%sT00:00:00", text)
        : g_regex_match_simple("^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d$", text, 0, 0)
            ? g_strdup_printf("%s:00", text)
            : g_strdup(text);
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autoptr(GDateTime) date = g_date_time_new_from_iso8601(full, utc);

    if (date)
        *out = g_date_time_to_unix(date);
    return date != NULL;
}

static Instant next_time_of_day(Span of_day, Instant now, int64_t epoch)
{
    int64_t clock = epoch + now;
    int64_t midnight = clock - ((clock % SECONDS_A_DAY) + SECONDS_A_DAY) % SECONDS_A_DAY;
    int64_t at = midnight + of_day;

    return (at > clock ? at : at + SECONDS_A_DAY) - epoch;
}

bool when_parse(const char *text, Instant now, int64_t epoch, Instant *out, GError **error)
{
    Span of_day = time_of_day(text), later;
    int64_t date;

    if (of_day >= 0) {
        *out = next_time_of_day(of_day, now, epoch);
        return true;
    }
    if (strchr(text, '-') && date_parse(text, &date)) {
        *out = date - epoch;
        return true;
    }
    if (!duration_parse(g_str_has_prefix(text, "now+") ? text + 4 : text, &later, NULL))
        return srx_fail(error, SRX_ERROR_USAGE,
                        "expected a time such as 6h, 18:00 or 2026-01-20T18:00, found '%s'", text);
    *out = later >= INSTANT_NEVER - ABS(now) ? INSTANT_NEVER : now + later;
    return true;
}

bool instant_parse(const char *text, Instant *out, GError **error)
{
    if (g_ascii_string_to_signed(text, 10, G_MININT32, G_MAXINT32, out, NULL) ||
        duration_parse(text, out, NULL))
        return true;
    return srx_fail(error, SRX_ERROR_USAGE,
                    "expected seconds of the scenario or a time such as 90m, found '%s'", text);
}
