/* base/rng.h: streams that repeat and do not disturb each other. */
#include "tests/test.h"

#include "base/rng.h"
#include <math.h>

static void a_stream_repeats(void **state)
{
    g_autoptr(Rng) a = rng_new(7, 2, "runtime"), b = rng_new(7, 2, "runtime");

    (void)state;
    for (int i = 0; i < 1000; i++)
        assert_int_equal(rng_below(a, UINT32_MAX), rng_below(b, UINT32_MAX));
}

/* Property: seed, replication and purpose each give another stream. */
static void streams_differ_by_each_of_their_names(void **state)
{
    g_autoptr(Rng) first = rng_new(7, 2, "runtime");
    Rng *others[] = {rng_new(8, 2, "runtime"), rng_new(7 + (UINT64_C(1) << 32), 2, "runtime"),
                     rng_new(7, 3, "runtime"), rng_new(7, 2, "failure")};
    uint32_t draws[100];

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(draws); i++)
        draws[i] = rng_below(first, UINT32_MAX);
    for (size_t j = 0; j < G_N_ELEMENTS(others); j++) {
        int same = 0;

        for (size_t i = 0; i < G_N_ELEMENTS(draws); i++)
            same += draws[i] == rng_below(others[j], UINT32_MAX);
        assert_true(same < 3);
        rng_free(others[j]);
    }
}

static void below_reaches_every_value_evenly(void **state)
{
    g_autoptr(Rng) rng = rng_new(1, 0, "below");
    int counts[6] = {0};

    (void)state;
    for (int i = 0; i < 60000; i++)
        counts[rng_below(rng, 6)]++;
    for (int i = 0; i < 6; i++)
        assert_in_range(counts[i], 9600, 10400);
    assert_int_equal(rng_below(rng, 1), 0);
}

static void normal_and_exponential_have_their_moments(void **state)
{
    g_autoptr(Rng) rng = rng_new(1, 0, "moments");
    double sum = 0, squares = 0, waits = 0;

    (void)state;
    for (int i = 0; i < 100000; i++) {
        double x = rng_normal(rng);

        sum += x;
        squares += x * x;
        waits += rng_exponential(rng, 60);
    }
    assert_true(fabs(sum / 1e5) < 0.02);
    assert_true(fabs(squares / 1e5 - 1) < 0.02);
    assert_true(fabs(waits / 1e5 - 60) < 1);
}

static void lognormal_hits_its_percentiles(void **state)
{
    g_autoptr(Rng) rng = rng_new(1, 0, "lognormal");
    int below_p50 = 0, below_p90 = 0;

    (void)state;
    for (int i = 0; i < 100000; i++) {
        double x = rng_lognormal(rng, 600, 1800);

        below_p50 += x < 600;
        below_p90 += x < 1800;
    }
    assert_in_range(below_p50, 49000, 51000);
    assert_in_range(below_p90, 89500, 90500);
    assert_true(fabs(rng_lognormal(rng, 600, 600) - 600) < 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_repeats),
        cmocka_unit_test(streams_differ_by_each_of_their_names),
        cmocka_unit_test(below_reaches_every_value_evenly),
        cmocka_unit_test(normal_and_exponential_have_their_moments),
        cmocka_unit_test(lognormal_hits_its_percentiles),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
