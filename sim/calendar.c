/* Calendar times as Slurm's commands take them. */
#include "sim/calendar.h"

#include <string.h>

/* What has been read so far; -1 = not given. */
typedef struct {
    int year, month, day;
    int second_of_day;
} Moment;

/* Civil date to days since 1970-01-01 (proleptic Gregorian). */
static int64_t days_from_civil(int year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
           719468;
}

static void civil_from_days(int64_t days, Moment *out)
{
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t day_of_era = z - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153;

    out->day = (int)(day_of_year - (153 * shifted + 2) / 5 + 1);
    out->month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
    out->year = (int)(year_of_era + era * 400 + (out->month <= 2));
}

/* Digits at *at, at least @least and at most @most of them. */
static bool read_number(const char **at, int least, int most, int *out)
{
    int value = 0, n = 0;

    while (n < most && g_ascii_isdigit((*at)[n]))
        value = value * 10 + ((*at)[n++] - '0');
    if (n < least)
        return false;
    *at += n;
    *out = value;
    return true;
}

static bool read_word(const char **at, const char *word)
{
    size_t n = strlen(word);

    if (g_ascii_strncasecmp(*at, word, n) != 0)
        return false;
    *at += n;
    return true;
}

/* "+10minutes" after "now": how many seconds. */
static bool read_offset(const char **at, Span *out)
{
    static const struct {
        const char *word;
        Span unit;
    } units[] = {{"seconds", 1},       {"second", 1},      {"secs", 1},     {"sec", 1},
                 {"minutes", 60},      {"minute", 60},     {"mins", 60},    {"min", 60},
                 {"hours", 3600},      {"hour", 3600},     {"days", 86400}, {"day", 86400},
                 {"weeks", 7 * 86400}, {"week", 7 * 86400}};
    Span sign = **at == '-' ? -1 : 1;
    int count;

    *out = 0;
    while (g_ascii_isspace(**at))
        (*at)++;
    if (**at != '+' && **at != '-')
        return true;
    (*at)++;
    while (g_ascii_isspace(**at))
        (*at)++;
    if (!read_number(at, 1, 9, &count))
        return false;
    while (g_ascii_isspace(**at))
        (*at)++;
    *out = sign * count;
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        if (read_word(at, units[i].word)) {
            *out = sign * count * units[i].unit;
            break;
        }
    }
    return true;
}

/* "16:00", "4:00PM", "04:00:30". */
static bool read_clock(const char **at, int *out)
{
    const char *p = *at;
    int hour, minute, second = 0;

    if (!read_number(&p, 1, 2, &hour) || *p++ != ':' || !read_number(&p, 2, 2, &minute))
        return false;
    if (*p == ':' && (p++, !read_number(&p, 2, 2, &second)))
        return false;
    while (*p == ' ')
        p++;
    if (read_word(&p, "PM"))
        hour = hour % 12 + 12;
    else if (read_word(&p, "AM"))
        hour %= 12;
    if (hour > 23 || minute > 59 || second > 59)
        return false;
    *out = hour * 3600 + minute * 60 + second;
    *at = p;
    return true;
}

static bool read_iso_date(const char **at, Moment *out)
{
    const char *p = *at;
    Moment read = *out;

    if (!read_number(&p, 4, 4, &read.year) || *p++ != '-' || !read_number(&p, 1, 2, &read.month) ||
        *p++ != '-' || !read_number(&p, 1, 2, &read.day))
        return false;
    *out = read;
    *at = p;
    return true;
}

/* "01/20", "01/20/26", "01.20.2026". */
static bool read_slash_date(const char **at, Moment *out)
{
    const char *p = *at;
    Moment read = *out;
    char mark;

    if (!read_number(&p, 1, 2, &read.month) || (*p != '/' && *p != '.'))
        return false;
    mark = *p++;
    if (!read_number(&p, 1, 2, &read.day))
        return false;
    if (*p == mark && (p++, !read_number(&p, 2, 4, &read.year)))
        return false;
    if (read.year >= 0 && read.year < 100)
        read.year += 2000;
    *out = read;
    *at = p;
    return true;
}

/* "012026": month, day, year. */
static bool read_digit_date(const char **at, Moment *out)
{
    const char *p = *at;
    Moment read = *out;

    if (!read_number(&p, 2, 2, &read.month) || !read_number(&p, 2, 2, &read.day) ||
        !read_number(&p, 2, 2, &read.year) || g_ascii_isdigit(*p))
        return false;
    read.year += 2000;
    *out = read;
    *at = p;
    return true;
}

static bool read_named(const char **at, int64_t today, Moment *out)
{
    static const struct {
        const char *word;
        int second_of_day;
    } clocks[] = {{"midnight", 0},
                  {"elevenses", 11 * 3600},
                  {"noon", 12 * 3600},
                  {"fika", 15 * 3600},
                  {"teatime", 16 * 3600}};

    if (read_word(at, "today")) {
        civil_from_days(today, out);
        return true;
    }
    if (read_word(at, "tomorrow")) {
        civil_from_days(today + 1, out);
        return true;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(clocks); i++) {
        if (read_word(at, clocks[i].word)) {
            out->second_of_day = clocks[i].second_of_day;
            return true;
        }
    }
    return false;
}

/* A date, a time of day, or both in either order. */
static bool read_moment(const char *p, int64_t today, Moment *out)
{
    while (*p) {
        if (*p == ' ' || *p == '\t' || *p == ',') {
            p++;
            continue;
        }
        if ((*p == 'T' || *p == 't') && out->day >= 0 && g_ascii_isdigit(p[1]))
            p++;
        if (read_named(&p, today, out) || read_iso_date(&p, out) ||
            read_clock(&p, &out->second_of_day) || read_slash_date(&p, out) ||
            read_digit_date(&p, out))
            continue;
        return false;
    }
    return out->day >= 0 || out->second_of_day >= 0;
}

/* The instant [s since 1970] a moment means, seen from @present. */
static int64_t resolve(const Moment *moment, int64_t present, int64_t today)
{
    int clock = MAX(moment->second_of_day, 0);
    Moment this_day;
    int64_t at;

    if (moment->day < 0) {
        at = today * SECONDS_A_DAY + clock;
        return at < present ? at + SECONDS_A_DAY : at;
    }
    if (moment->year >= 0)
        return days_from_civil(moment->year, moment->month, moment->day) * SECONDS_A_DAY + clock;
    civil_from_days(today, &this_day);
    at = days_from_civil(this_day.year, moment->month, moment->day);
    if (at < today)
        at = days_from_civil(this_day.year + 1, moment->month, moment->day);
    return at * SECONDS_A_DAY + clock;
}

static bool date_is_possible(const Moment *moment)
{
    Moment again;

    if (moment->day < 0)
        return true;
    if (moment->month < 1 || moment->month > 12 || moment->day < 1)
        return false;
    civil_from_days(
        days_from_civil(moment->year < 0 ? 2000 : moment->year, moment->month, moment->day),
        &again);
    return again.month == moment->month;
}

bool calendar_parse(const char *text, Instant now, int64_t epoch, Instant *out, GError **error)
{
    int64_t present = epoch + now;
    int64_t today = present / SECONDS_A_DAY - (present % SECONDS_A_DAY < 0);
    Moment moment = {-1, -1, -1, -1};
    const char *at = text;
    Span offset;

    if (read_word(&at, "now")) {
        if (read_offset(&at, &offset) && *at == '\0') {
            *out = now + offset;
            return true;
        }
    } else if (*at == '@' || g_str_has_prefix(text, "uts")) {
        char *end;
        int64_t seconds = g_ascii_strtoll(at + (*at == '@' ? 1 : 3), &end, 10);

        if (*end == '\0') {
            *out = seconds - epoch;
            return true;
        }
    } else if (read_moment(at, today, &moment) && date_is_possible(&moment)) {
        *out = resolve(&moment, present, today) - epoch;
        return true;
    }
    return srx_fail(error, SRX_ERROR_INPUT,
                    "expected a time such as now+1hour, 16:00 or 2026-01-20T12:34:00, found '%s'",
                    text);
}
