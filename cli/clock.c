/* Instants of a simulation in words. */
#include "cli/clock.h"

char *clock_text(Instant instant)
{
    const char *sign = instant < 0 ? "-" : "";
    int64_t total = ABS(instant), days = total / SECONDS_A_DAY;
    int hours = (int)(total / 3600 % 24), minutes = (int)(total / 60 % 60),
        rest = (int)(total % 60);

    if (instant == INSTANT_NEVER)
        return g_strdup("");
    if (days > 0)
        return g_strdup_printf("%s%d-%02d:%02d:%02d", sign, (int)days, hours, minutes, rest);
    return g_strdup_printf("%s%d:%02d:%02d", sign, hours, minutes, rest);
}

char *clock_words(Instant instant)
{
    int64_t total = ABS(instant);

    if (instant == INSTANT_NEVER)
        return g_strdup("");
    if (total < SECONDS_A_DAY)
        return span_words(instant);
    return g_strdup_printf("%s%dd%02dh%02dm", instant < 0 ? "-" : "", (int)(total / SECONDS_A_DAY),
                           (int)(total / 3600 % 24), (int)(total / 60 % 60));
}

char *count_text(uint64_t count)
{
    GString *out = g_string_new(NULL);

    g_string_printf(out, "%" G_GUINT64_FORMAT, count);
    for (gssize at = (gssize)out->len - 3; at > 0; at -= 3)
        g_string_insert_c(out, at, ',');
    return g_string_free(out, FALSE);
}
