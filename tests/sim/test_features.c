/* Tests of sim/features.h. */
#include "tests/test.h"

#include "base/rng.h"
#include "sim/features.h"

static bool parses(const char *text)
{
    Features features;
    bool ok = features_parse(text, &features);

    features_clear(&features);
    return ok;
}

static bool matches(const char *text, const char *node_features)
{
    g_auto(GStrv) have = g_strsplit(node_features, ",", 0);
    Features features;
    bool match;

    assert_true(features_parse(text, &features));
    match = features_match(&features, have);
    features_clear(&features);
    return match;
}

static void operators_join_from_left_to_right(void **state)
{
    (void)state;
    assert_true(matches("a", "a,b"));
    assert_false(matches("c", "a,b"));
    assert_true(matches("a&b", "a,b"));
    assert_true(matches("a,b", "a,b")); /* a comma is a common slip: it means & */
    assert_false(matches("a&b", "a"));
    assert_true(matches("a|b", "b"));
    assert_true(matches("a|b&c", "a,c"));
    assert_false(matches("a|b&c", "a")); /* (a|b)&c, not a|(b&c) */
    assert_true(matches("a|(b&c)", "a"));
    assert_true(matches("(a|b)&c", "b,c"));
    assert_false(matches("(a|b)&c", "b"));
}

static void brackets_hold_alternatives_for_all_nodes(void **state)
{
    Features features;
    char *node[] = {(char[]){"rack2"}, (char[]){"fast"}, NULL};

    (void)state;
    assert_true(features_parse("fast&[rack1|rack2|(rack3&new)]", &features));
    assert_int_equal(features_parts(&features), 3);
    assert_true(features_exclusive(&features));
    assert_true(features_match(&features, node));
    assert_false(features_match_part(&features, 1, node));
    assert_true(features_match_part(&features, 2, node));
    assert_false(features_match_part(&features, 3, node));
    features_clear(&features);
}

static void counts_belong_to_alternatives(void **state)
{
    Features features;

    (void)state;
    assert_true(features_parse("[a*2&b*3]", &features));
    assert_false(features_exclusive(&features));
    assert_int_equal(features_count(&features, 1), 2);
    assert_int_equal(features_count(&features, 2), 3);
    features_clear(&features);
    assert_true(features_parse("a*4", &features));
    assert_int_equal(features_parts(&features), 0);
    assert_int_equal(features_count(&features, 0), 4);
    features_clear(&features);
}

static void what_slurm_cannot_read_is_refused(void **state)
{
    static const char *const wrong[] = {"&a",     "a&&b", "a|",   "[a|b",   "a]",      "(a",
                                        "a)",     "a*0",  "*2",   "a*2&b",  "[a][b]",  "((a))",
                                        "[a|b]c", "(a)b", "a*2b", "[(a|b]", "a&[b|c*]"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        if (parses(wrong[i]))
            fail_msg("'%s' was read", wrong[i]);
    }
    assert_true(parses("a"));
}

/* Left to right over single letters, the slow way: the text itself is walked. */
static bool slow_match(const char *text, const char *have)
{
    bool value = strchr(have, text[0]) != NULL;

    for (size_t i = 1; text[i]; i += 2) {
        bool next = strchr(have, text[i + 1]) != NULL;

        value = text[i] == '|' ? value || next : value && next;
    }
    return value;
}

static void random_chains_agree_with_a_walk_over_the_text(void **state)
{
    g_autoptr(Rng) rng = rng_new(7, 0, "features");

    (void)state;
    for (int round = 0; round < 2000; round++) {
        char text[12] = {0}, have[8] = {0}, *node[8] = {NULL};
        uint32_t terms = 1 + rng_below(rng, 5), n = 0;
        Features features;

        for (uint32_t t = 0; t < terms; t++) {
            text[2 * t] = (char)('a' + rng_below(rng, 4));
            if (t + 1 < terms)
                text[2 * t + 1] = rng_below(rng, 2) ? '|' : '&';
        }
        for (char c = 'a'; c < 'e'; c++) {
            if (rng_below(rng, 2))
                have[n++] = c;
        }
        for (uint32_t i = 0; i < n; i++)
            node[i] = g_strndup(&have[i], 1);
        assert_true(features_parse(text, &features));
        assert_int_equal(features_match(&features, node), slow_match(text, have));
        features_clear(&features);
        for (uint32_t i = 0; i < n; i++)
            g_free(node[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators_join_from_left_to_right),
        cmocka_unit_test(brackets_hold_alternatives_for_all_nodes),
        cmocka_unit_test(counts_belong_to_alternatives),
        cmocka_unit_test(what_slurm_cannot_read_is_refused),
        cmocka_unit_test(random_chains_agree_with_a_walk_over_the_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
