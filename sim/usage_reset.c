/* When PriorityUsageResetPeriod strikes. Calendar days are days of UTC, as everywhere in srx.
 * Source: Slurm priority_multifactor.c (24.05); reference 2.9. */
#include "sim/usage.h"

static int64_t month_start(int year, int months_since_january)
{
    g_autoptr(GDateTime) start = g_date_time_new_utc(year + months_since_january / 12,
                                                     months_since_january % 12 + 1, 1, 0, 0, 0);

    return g_date_time_to_unix(start);
}

int64_t usage_next_reset(UsageReset period, int64_t after)
{
    g_autoptr(GDateTime) day = g_date_time_new_from_unix_utc(after);
    const int year = g_date_time_get_year(day), month = g_date_time_get_month(day) - 1;
    const int64_t midnight = after - (after % SECONDS_A_DAY + SECONDS_A_DAY) % SECONDS_A_DAY;

    switch (period) {
    case RESET_NONE:
        break;
    case RESET_NOW:
        return after;
    case RESET_DAILY:
        return midnight + SECONDS_A_DAY;
    case RESET_WEEKLY: /* Sundays; glib counts Monday 1 to Sunday 7 */
        return midnight + (int64_t)(7 - g_date_time_get_day_of_week(day) % 7) * SECONDS_A_DAY;
    case RESET_MONTHLY:
        return month_start(year, month + 1);
    case RESET_QUARTERLY:
        return month_start(year, month - month % 3 + 3);
    case RESET_YEARLY:
        return month_start(year + 1, 0);
    }
    return INT64_MAX;
}
