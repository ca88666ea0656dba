/* planner/template.h: {{ }} as srunx files use it. */
#include "tests/test.h"

#include "planner/template.h"

/* Knows x, zero, y.z and list[0]; bad cannot be used; nothing else is there. */
static char *lookup(void *self, char *const *path, GError **error)
{
    g_autofree char *name = g_strjoinv(".", (char **)(uintptr_t)path);

    (void)self;
    if (!strcmp(name, "x"))
        return g_strdup("1");
    if (!strcmp(name, "zero"))
        return g_strdup("0");
    if (!strcmp(name, "y.z"))
        return g_strdup("two");
    if (!strcmp(name, "list.0") || !strcmp(name, "map.a b"))
        return g_strdup("first");
    if (!strcmp(name, "bad"))
        return srx_fail_null(error, SRX_ERROR_INPUT, "bad is bad");
    return NULL;
}

static void renders(const char *text, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *found = template_render(text, lookup, NULL, &error);

    if (!found)
        fail_msg("%s: %s", text, error->message);
    assert_string_equal(found, expected);
}

static void refusal(const char *text, const char *expected)
{
    g_autoptr(GError) error = NULL;

    assert_null(template_render(text, lookup, NULL, &error));
    assert_true(g_error_matches(error, SRX_ERROR, SRX_ERROR_INPUT));
    assert_string_equal(error->message, expected);
}

static void names_are_replaced(void **state)
{
    (void)state;
    renders("", "");
    renders("plain } text", "plain } text");
    renders("{{ x }}", "1");
    renders("a{{x}}b{{ y.z }}c", "a1btwoc");
    renders("{{ y . z }}{{ list[0] }}{{ map['a b'] }}{{ y['z'] }}", "twofirstfirsttwo");
    renders("{{ list[zero] }}", "first");
    renders("--lr={{ x }} --tag={{ y.z }}", "--lr=1 --tag=two");
}

static void constants_stand_for_themselves(void **state)
{
    (void)state;
    renders("{{ 'te}}xt' }}{{ \"b\" }}{{ 3 }}{{ -2.5 }}{{ true }}{{ none }}",
            "te}}xtb3-2.5TrueNone");
}

static void a_default_takes_the_place_of_what_is_missing(void **state)
{
    (void)state;
    renders("{{ x | default(5) }}", "1");
    renders("{{ no | default(5) }}", "5");
    renders("{{ no|default('a b') }}{{ no | d(x) }}{{ no | default(no2) | default('c') }}",
            "a b1c");
    renders("{{ no | default }}{{ no | default() }}.", ".");
}

static void blanks_and_comments_can_be_taken_away(void **state)
{
    (void)state;
    renders("a  {{- x -}}  b", "a1b");
    renders("a{# nothing #}b", "ab");
    renders("${#array[@]}", "${#array[@]}");
}

static void what_is_not_known_is_refused_by_name(void **state)
{
    (void)state;
    refusal("{{ no }}", "'no' is not known; give it in args or with --arg");
    refusal("{{ no.way }}", "'no.way' is not known; give it in args or with --arg");
    refusal("{{ bad }}", "bad is bad");
    refusal("{{ list[bad] }}", "bad is bad");
    refusal("{{ list[no] }}", "'no' is not known; give it in args or with --arg");
    refusal("{{ x | upper }}", "the filter 'upper' is not known; srx has default(value) only");
    refusal("{% if x %}a{% endif %}",
            "'{% if x %}' is not supported; srx substitutes {{ name }} only");
    refusal("{{ x + 1 }}", "expected {{ name }} or {{ name | default(value) }}, found '{{ x + 1 "
                           "}}'; srx computes no expressions");
    refusal("{{ }}", "expected {{ name }} or {{ name | default(value) }}, found '{{ }}'; srx "
                     "computes no expressions");
    refusal("{{ x", "'{{' is not closed by '}}' in '{{ x'");
}

static void plain_texts_are_known(void **state)
{
    (void)state;
    assert_true(template_is_plain("a { b } c"));
    assert_false(template_is_plain("a {{ b"));
    assert_false(template_is_plain("{% a"));
    assert_false(template_is_plain("{# a"));
}

/* Property: any text is rendered or refused in words, and a plain one stays as it is. */
static void any_text_is_rendered_or_refused(void **state)
{
    static const char alphabet[] = "{}{}{}x.['0\"] |d()-%#";
    g_autoptr(GRand) random = g_rand_new_with_seed(7);

    (void)state;
    for (int round = 0; round < 50000; round++) {
        char text[24];
        size_t n = (size_t)g_rand_int_range(random, 0, sizeof text);
        g_autoptr(GError) error = NULL;
        g_autofree char *found = NULL;

        for (size_t i = 0; i < n; i++)
            text[i] = alphabet[g_rand_int_range(random, 0, sizeof alphabet - 1)];
        text[MIN(n, sizeof text - 1)] = '\0';
        found = template_render(text, lookup, NULL, &error);
        assert_true((found == NULL) == (error != NULL));
        if (template_is_plain(text))
            assert_string_equal(found, text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_replaced),
        cmocka_unit_test(constants_stand_for_themselves),
        cmocka_unit_test(a_default_takes_the_place_of_what_is_missing),
        cmocka_unit_test(blanks_and_comments_can_be_taken_away),
        cmocka_unit_test(what_is_not_known_is_refused_by_name),
        cmocka_unit_test(plain_texts_are_known),
        cmocka_unit_test(any_text_is_rendered_or_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
