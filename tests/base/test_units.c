/* base/units.h: times, sizes and names, both ways. */
#include "tests/test.h"

#include "base/units.h"

static uint32_t minutes(const char *text)
{
    g_autoptr(GError) error = NULL;
    uint32_t out = 0;

    assert_ok(minutes_parse(text, &out, &error), error);
    return out;
}

static void minutes_reads_every_spelling_of_slurm(void **state)
{
    (void)state;
    assert_int_equal(minutes("30"), 30);
    assert_int_equal(minutes("30:00"), 30);
    assert_int_equal(minutes("30:01"), 31);
    assert_int_equal(minutes("1:30:00"), 90);
    assert_int_equal(minutes("1-12"), 2160);
    assert_int_equal(minutes("1-12:30"), 2190);
    assert_int_equal(minutes("1-12:30:00"), 2190);
    assert_int_equal(minutes("0"), 0);
    assert_int_equal(minutes("90:00:00"), 5400);
    assert_int_equal(minutes("unlimited"), MINUTES_UNLIMITED);
    assert_int_equal(minutes("INFINITE"), MINUTES_UNLIMITED);
    assert_int_equal(minutes("-1"), MINUTES_UNLIMITED);
}

static void minutes_refuses_what_slurm_refuses(void **state)
{
    static const char *const wrong[] = {"",          "soon",      "90m",         "1:2:3:4",
                                        "1-",        "1-2-3",     "1:",          ":30",
                                        "-30",       "1 hour",    "99999999999", "1.5",
                                        "1-2:3:4:5", "9999999999"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;
        uint32_t out = 7;

        assert_false(minutes_parse(wrong[i], &out, &error));
        assert_int_equal(out, 7);
        assert_true(g_error_matches(error, SRX_ERROR, SRX_ERROR_INPUT));
    }
}

static void minutes_says_what_it_expected(void **state)
{
    g_autoptr(GError) error = NULL, large = NULL;
    uint32_t out;

    (void)state;
    assert_false(minutes_parse("90m", &out, &error));
    assert_string_equal(error->message, "expected a time such as 30, 2:30:00 or 1-12, found '90m'");
    assert_false(minutes_parse("9999999999", &out, &large));
    assert_string_equal(large->message,
                        "expected less than 4294967294 minutes, found '9999999999'");
}

static void span_counts_seconds(void **state)
{
    Span out = 0;

    (void)state;
    assert_true(span_parse("1-02:03:04", &out, NULL));
    assert_int_equal(out, 93784);
    assert_true(span_parse("5:07", &out, NULL));
    assert_int_equal(out, 307);
    assert_true(span_parse("UNLIMITED", &out, NULL));
    assert_true(out == INSTANT_NEVER);
}

static void duration_reads_what_people_write(void **state)
{
    static const struct {
        const char *text;
        Span seconds;
    } cases[] = {{"90s", 90},       {"10m", 600},       {"1h30m", 5400}, {"2d", 172800},
                 {"1.5h", 5400},    {"30", 1800},       {"2h 5m", 7500}, {"2 hours", 7200},
                 {"10min", 600},    {"1-12", 129600},   {"0.1s", 1},     {"1w", 604800},
                 {"1:30:00", 5400}, {"1H30M10S", 5410}, {"0", 0}};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        Span out = -1;

        assert_ok(duration_parse(cases[i].text, &out, &error), error);
        assert_int_equal(out, cases[i].seconds);
    }
}

static void duration_refuses_the_rest_in_words(void **state)
{
    static const char *const wrong[] = {
        "", "h", "10x", "1.5", "-5m", "1e9h", "10m5", "1..5h", "99999999999999999999w"};
    g_autoptr(GError) said = NULL;
    Span out = 7;

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++)
        assert_false(duration_parse(wrong[i], &out, NULL));
    assert_int_equal(out, 7);
    assert_false(duration_parse("soon", &out, &said));
    assert_string_equal(said->message,
                        "expected a duration such as 90s, 10m, 1h30m or 1:30:00, found 'soon'");
}

static void spans_are_written_as_squeue_does(void **state)
{
    g_autofree char *a = span_format(42), *b = span_format(3723), *c = span_format(93784);
    g_autofree char *d = minutes_format(90), *e = minutes_format(MINUTES_UNLIMITED);
    g_autofree char *f = minutes_format(MINUTES_UNSET), *g = span_format(-60);

    (void)state;
    assert_string_equal(a, "0:42");
    assert_string_equal(b, "1:02:03");
    assert_string_equal(c, "1-02:03:04");
    assert_string_equal(d, "1:30:00");
    assert_string_equal(e, "UNLIMITED");
    assert_string_equal(f, "N/A");
    assert_string_equal(g, "-1:00");
}

static void spans_are_written_in_words(void **state)
{
    g_autofree char *a = span_words(45), *b = span_words(3900), *c = span_words(183600);
    g_autofree char *d = span_words(90), *e = span_words(0), *f = span_words(-7200);
    g_autofree char *g = span_words(INSTANT_NEVER);

    (void)state;
    assert_string_equal(a, "45s");
    assert_string_equal(b, "1h05m");
    assert_string_equal(c, "2d03h");
    assert_string_equal(d, "1m30s");
    assert_string_equal(e, "0s");
    assert_string_equal(f, "-2h");
    assert_string_equal(g, "never");
}

static void memory_counts_mebibytes(void **state)
{
    static const struct {
        const char *text;
        uint64_t mebibytes;
    } cases[] = {{"4000", 4000},   {"4000M", 4000},   {"16G", 16384}, {"16GB", 16384},
                 {"16gib", 16384}, {"1.5T", 1572864}, {"512K", 1},    {"1025K", 2},
                 {"0", 0},         {"1P", 1073741824}};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        uint64_t out = 7;

        assert_ok(memory_parse(cases[i].text, &out, &error), error);
        assert_int_equal(out, cases[i].mebibytes);
    }
}

static void memory_refuses_the_rest_in_words(void **state)
{
    static const char *const wrong[] = {"", "-100M", "lots", "16X", "16Gx", "G", "1e3", "."};
    g_autoptr(GError) said = NULL, large = NULL;
    uint64_t out = 7;

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++)
        assert_false(memory_parse(wrong[i], &out, NULL));
    assert_int_equal(out, 7);
    assert_false(memory_parse("16X", &out, &said));
    assert_string_equal(said->message,
                        "expected an amount of memory such as 4000, 500M or 16G, found '16X'");
    assert_false(memory_parse("99999999999P", &out, &large));
    assert_string_equal(large->message, "expected less memory than '99999999999P'");
}

static void memory_is_written_in_its_largest_exact_unit(void **state)
{
    g_autofree char *a = memory_format(16384), *b = memory_format(4000), *c = memory_format(0);
    g_autofree char *d = memory_format(UINT64_C(1) << 50);

    (void)state;
    assert_string_equal(a, "16G");
    assert_string_equal(b, "4000M");
    assert_string_equal(c, "0M");
    assert_string_equal(d, "1048576P");
}

static void count_knows_suffixes_and_unlimited(void **state)
{
    g_autoptr(GError) said = NULL;
    uint64_t out = 0;

    (void)state;
    assert_true(count_parse("500", &out, NULL));
    assert_int_equal(out, 500);
    assert_true(count_parse("2K", &out, NULL));
    assert_int_equal(out, 2048);
    assert_true(count_parse("1g", &out, NULL));
    assert_int_equal(out, 1073741824);
    assert_true(count_parse("-1", &out, NULL));
    assert_true(out == UINT64_MAX);
    assert_false(count_parse("99999999999999P", &out, NULL));
    assert_false(count_parse("", &out, NULL));
    assert_false(count_parse("2KB", &out, NULL));
    assert_false(count_parse("-5", &out, &said));
    assert_string_equal(said->message, "expected a count such as 500 or 2K, found '-5'");
}

static void natural_order_counts(void **state)
{
    (void)state;
    assert_true(natural_compare("n2", "n10") < 0);
    assert_true(natural_compare("n10", "n9") > 0);
    assert_true(natural_compare("r1n10", "r2n1") < 0);
    assert_true(natural_compare("n1", "n1a") < 0);
    assert_true(natural_compare("n01", "n1") != 0);
    assert_true(natural_compare("n01", "n2") < 0);
    assert_true(natural_compare("n99999999999999999998", "n99999999999999999999") < 0);
    assert_int_equal(natural_compare("n7", "n7"), 0);
}

static void nearest_word_forgives_a_slip(void **state)
{
    static const char *const words[] = {"nodes", "partition", "memory_per_node", "time_limit"};

    (void)state;
    assert_string_equal(nearest_word("partitoin", words, 4), "partition");
    assert_string_equal(nearest_word("Node", words, 4), "nodes");
    assert_string_equal(nearest_word("memory", words, 4), "memory_per_node");
    assert_string_equal(nearest_word("limit", words, 4), "time_limit");
    assert_null(nearest_word("flavour", words, 4));
    assert_null(nearest_word("", words, 4));
    assert_null(nearest_word("x", words, 4));
}

/* Property: what span_format writes, span_parse reads back. */
static void spans_survive_the_round_trip(void **state)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(1);

    (void)state;
    for (int i = 0; i < 2000; i++) {
        Span span = g_rand_int_range(random, 0, 40 * SECONDS_A_DAY), back = -1;
        g_autofree char *text = span_format(span);
        uint32_t rounded = 0;

        assert_true(span_parse(text, &back, NULL));
        assert_int_equal(back, span);
        assert_true(minutes_parse(text, &rounded, NULL));
        assert_int_equal(rounded, (span + 59) / 60);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(minutes_reads_every_spelling_of_slurm),
        cmocka_unit_test(minutes_refuses_what_slurm_refuses),
        cmocka_unit_test(minutes_says_what_it_expected),
        cmocka_unit_test(span_counts_seconds),
        cmocka_unit_test(duration_reads_what_people_write),
        cmocka_unit_test(duration_refuses_the_rest_in_words),
        cmocka_unit_test(spans_are_written_as_squeue_does),
        cmocka_unit_test(spans_are_written_in_words),
        cmocka_unit_test(memory_counts_mebibytes),
        cmocka_unit_test(memory_refuses_the_rest_in_words),
        cmocka_unit_test(memory_is_written_in_its_largest_exact_unit),
        cmocka_unit_test(count_knows_suffixes_and_unlimited),
        cmocka_unit_test(natural_order_counts),
        cmocka_unit_test(nearest_word_forgives_a_slip),
        cmocka_unit_test(spans_survive_the_round_trip),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
