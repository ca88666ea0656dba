/* base/hostlist.h: host lists, both ways. */
#include "tests/test.h"

#include "base/hostlist.h"

/* Every name, joined by blanks. */
static char *expand(const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) names = hostlist_expand(text, &error);

    if (!names)
        fail_msg("%s: %s", text, error->message);
    g_ptr_array_add(names, NULL);
    return g_strjoinv(" ", (char **)names->pdata);
}

static void assert_expands(const char *text, const char *expected)
{
    g_autofree char *found = expand(text);

    assert_string_equal(found, expected);
}

static void refusal(const char *text, const char *expected)
{
    g_autoptr(GError) error = NULL;

    assert_null(hostlist_expand(text, &error));
    assert_true(g_error_matches(error, SRX_ERROR, SRX_ERROR_INPUT));
    assert_string_equal(error->message, expected);
}

static void a_range_stands_for_its_names(void **state)
{
    (void)state;
    assert_expands("n[1-3,07],login", "n1 n2 n3 n07 login");
    assert_expands("n[08-11]", "n08 n09 n10 n11");
    assert_expands("n[9-11]", "n9 n10 n11");
    assert_expands("a005[53-55]", "a00553 a00554 a00555");
    assert_expands("login", "login");
    assert_expands("", "");
}

static void several_brackets_multiply_the_last_one_fastest(void **state)
{
    (void)state;
    assert_expands("r2i[4-5]n[0-2]", "r2i4n0 r2i4n1 r2i4n2 r2i5n0 r2i5n1 r2i5n2");
    assert_expands("cpn-d09-[04-05,13]-[01-02],cpn-d09-14-01",
                   "cpn-d09-04-01 cpn-d09-04-02 cpn-d09-05-01 cpn-d09-05-02 cpn-d09-13-01 "
                   "cpn-d09-13-02 cpn-d09-14-01");
    assert_expands("n[1,3]-ib[0-1].x", "n1-ib0.x n1-ib1.x n3-ib0.x n3-ib1.x");
}

static void commas_and_blanks_part_names(void **state)
{
    (void)state;
    assert_expands("a,,b, c\td,", "a b c d");
    assert_expands("a,a", "a a");
}

static void nonsense_is_refused_in_words(void **state)
{
    (void)state;
    refusal("n[1-3", "a bracket is not closed in 'n[1-3'");
    refusal("n1]", "a bracket is closed but not opened in 'n1]'");
    refusal("n[]", "expected ranges such as 1-3,07 in brackets, found '[]'");
    refusal("n[3-1]", "expected ranges such as 1-3,07 in brackets, found '[3-1]'");
    refusal("n[1,]", "expected ranges such as 1-3,07 in brackets, found '[1,]'");
    refusal("n[a-b]", "expected ranges such as 1-3,07 in brackets, found '[a-b]'");
    refusal("n[1-2-3]", "expected ranges such as 1-3,07 in brackets, found '[1-2-3]'");
    refusal("n[1 2]", "expected ranges such as 1-3,07 in brackets, found '[1 2]'");
    refusal("n[[1]]", "expected ranges such as 1-3,07 in brackets, found '[[1]'");
    refusal("n[1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1]",
            "a host name with more than 16 brackets");
}

static void a_bomb_is_refused_before_it_grows(void **state)
{
    (void)state;
    refusal("n[1-999999][1-999999]",
            "a host list of more than 1000000 names: 'n[1-999999][1-999999]'");
    refusal("n[0-999999],x", "a host list of more than 1000000 names: 'n[0-999999],x'");
    refusal("n[1-99999999999]",
            "expected ranges such as 1-3,07 in brackets, found '[1-99999999999]'");
}

static void names_are_written_short(void **state)
{
    static const char *const plain[] = {"n3", "n1", "x", "n2", "n10", "n1"};
    static const char *const padded[] = {"n08", "n09", "n10", "n9", "n011"};
    static const char *const racks[] = {"r1c0", "r1c1", "r2c0", "r10c0"};
    g_autofree char *a = hostlist_compress(plain, 6), *b = hostlist_compress(padded, 5);
    g_autofree char *c = hostlist_compress(racks, 4), *d = hostlist_compress(NULL, 0);

    (void)state;
    assert_string_equal(a, "n[1-3,10],x");
    assert_string_equal(b, "n[08,9,09-10,011]");
    assert_string_equal(c, "r1c[0-1],r2c0,r10c0");
    assert_string_equal(d, "");
}

static int compare_strings(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Property: what compress writes stands for the same set of names. */
static void a_set_survives_the_round_trip(void **state)
{
    static const char *const prefixes[] = {"n", "n0", "rack-", "a1b", ""};
    g_autoptr(GRand) random = g_rand_new_with_seed(3);

    (void)state;
    for (int round = 0; round < 300; round++) {
        g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free), back = NULL;
        g_autofree char *text = NULL;
        guint kept = 0;

        for (int i = g_rand_int_range(random, 1, 40); i > 0; i--)
            g_ptr_array_add(names,
                            g_strdup_printf("%s%0*d%s", prefixes[g_rand_int_range(random, 0, 5)],
                                            g_rand_int_range(random, 1, 4),
                                            g_rand_int_range(random, 0, 30),
                                            g_rand_int_range(random, 0, 8) ? "" : "z"));
        text = hostlist_compress((const char *const *)names->pdata, names->len);
        back = hostlist_expand(text, NULL);
        assert_non_null(back);
        qsort(names->pdata, names->len, sizeof(char *), compare_strings);
        qsort(back->pdata, back->len, sizeof(char *), compare_strings);
        for (guint i = 0; i < names->len; i++) {
            if (i > 0 && !strcmp(names->pdata[i], names->pdata[i - 1]))
                continue;
            assert_true(kept < back->len);
            assert_string_equal(back->pdata[kept++], names->pdata[i]);
        }
        assert_int_equal(kept, back->len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_range_stands_for_its_names),
        cmocka_unit_test(several_brackets_multiply_the_last_one_fastest),
        cmocka_unit_test(commas_and_blanks_part_names),
        cmocka_unit_test(nonsense_is_refused_in_words),
        cmocka_unit_test(a_bomb_is_refused_before_it_grows),
        cmocka_unit_test(names_are_written_short),
        cmocka_unit_test(a_set_survives_the_round_trip),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
