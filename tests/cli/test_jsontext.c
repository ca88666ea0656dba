/* Tests of cli/jsontext.h. */
#include "tests/test.h"

#include "base/rng.h"
#include "cli/jsontext.h"

#include <math.h>

static char *written(double number)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    json_number(out, number);
    fclose(out);
    return text;
}

static void assert_written(double number, const char *expected)
{
    char *text = written(number);

    assert_string_equal(text, expected);
    free(text);
}

static void numbers_have_as_many_digits_as_they_need(G_GNUC_UNUSED void **state)
{
    assert_written(0, "0");
    assert_written(10, "10");
    assert_written(100.5, "100.5");
    assert_written(39.8, "39.8");
    assert_written(-0.73125, "-0.73125");
    assert_written(-4.0, "-4");
}

static void digits_beyond_the_sixth_are_rounded(G_GNUC_UNUSED void **state)
{
    assert_written(1.0 / 3, "0.333333");
    assert_written(2.0 / 3, "0.666667");
    assert_written(1e-9, "0");
    assert_written(-1e-9, "0");
    assert_written(1e15, "1000000000000000");
}

/* Property: what is written reads as the number, to half of the sixth digit. */
static void what_is_written_reads_back(G_GNUC_UNUSED void **state)
{
    g_autoptr(Rng) rng = rng_new(1, 0, "jsontext");

    for (int i = 0; i < 2000; i++) {
        const double number = rng_normal(rng) * pow(10, (double)rng_below(rng, 9));
        char *text = written(number);

        assert_true(fabs(g_ascii_strtod(text, NULL) - number) <= 0.5e-6 + fabs(number) * 1e-15);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_have_as_many_digits_as_they_need),
        cmocka_unit_test(digits_beyond_the_sixth_are_rounded),
        cmocka_unit_test(what_is_written_reads_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
