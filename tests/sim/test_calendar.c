/* Tests of sim/calendar.h. */
#include "tests/test.h"

#include "base/rng.h"
#include "sim/calendar.h"

#define NOON_2026_01_05 INT64_C(1767614400) /* a Monday, 12:00 UTC */

static Instant at(const char *text)
{
    g_autoptr(GError) error = NULL;
    Instant out = 0;

    assert_ok(calendar_parse(text, 0, NOON_2026_01_05, &out, &error), error);
    return out;
}

static void now_takes_an_offset(void **state)
{
    Instant out;

    (void)state;
    assert_int_equal(at("now"), 0);
    assert_int_equal(at("now+30"), 30);
    assert_int_equal(at("now+10minutes"), 600);
    assert_int_equal(at("NOW + 1 hour"), 3600);
    assert_int_equal(at("now+2days"), 172800);
    assert_int_equal(at("now+1week"), 604800);
    assert_true(calendar_parse("now+1min", 40, NOON_2026_01_05, &out, NULL));
    assert_int_equal(out, 100);
}

static void a_time_of_day_that_has_passed_means_tomorrow(void **state)
{
    (void)state;
    assert_int_equal(at("16:00"), 4 * 3600);
    assert_int_equal(at("4:30PM"), 4 * 3600 + 1800);
    assert_int_equal(at("11:00"), 23 * 3600);
    assert_int_equal(at("12:00:30"), 30);
    assert_int_equal(at("teatime"), 4 * 3600);
    assert_int_equal(at("fika"), 3 * 3600);
    assert_int_equal(at("midnight"), 12 * 3600);
}

static void dates_stand_alone_or_with_a_time(void **state)
{
    (void)state;
    assert_int_equal(at("2026-01-06"), 12 * 3600);
    assert_int_equal(at("2026-01-06T13:00"), 25 * 3600);
    assert_int_equal(at("2026-01-06T13:00:05"), 25 * 3600 + 5);
    assert_int_equal(at("01/06/26 13:00"), 25 * 3600);
    assert_int_equal(at("010626 13:00"), 25 * 3600);
    assert_int_equal(at("tomorrow"), 12 * 3600);
    assert_int_equal(at("tomorrow 13:00"), 25 * 3600);
    assert_int_equal(at("@1767614460"), 60);
    assert_int_equal(at("uts1767614460"), 60);
}

static void a_date_without_a_year_is_the_next_such_day(void **state)
{
    (void)state;
    assert_int_equal(at("01/06"), 12 * 3600);
    assert_int_equal(at("01/04"), (364 * 24 - 12) * 3600);
}

static void other_words_are_refused_with_an_example(void **state)
{
    static const char *const wrong[] = {
        "", "soon", "25:00", "now+", "2026-13-01", "2026-02-30", "12:61", "now+1hour later", "@x"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *expected = g_strdup_printf(
            "expected a time such as now+1hour, 16:00 or 2026-01-20T12:34:00, found '%s'",
            wrong[i]);
        Instant out;

        assert_false(calendar_parse(wrong[i], 0, NOON_2026_01_05, &out, &error));
        assert_string_equal(error->message, expected);
    }
}

/* Every day from 1970 to 2100 is the day GLib's calendar says. */
static void dates_agree_with_another_calendar(void **state)
{
    g_autoptr(Rng) rng = rng_new(3, 0, "calendar");

    (void)state;
    for (int i = 0; i < 3000; i++) {
        int64_t day = rng_below(rng, 47482);
        g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(day * SECONDS_A_DAY);
        g_autofree char *text = g_date_time_format(date, "%Y-%m-%dT00:00:00");

        assert_int_equal(at(text), day * SECONDS_A_DAY - NOON_2026_01_05);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(now_takes_an_offset),
        cmocka_unit_test(a_time_of_day_that_has_passed_means_tomorrow),
        cmocka_unit_test(dates_stand_alone_or_with_a_time),
        cmocka_unit_test(a_date_without_a_year_is_the_next_such_day),
        cmocka_unit_test(other_words_are_refused_with_an_example),
        cmocka_unit_test(dates_agree_with_another_calendar),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
