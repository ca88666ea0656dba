/* Tests of yaml_merge in base/yaml.h. */
#include "tests/test.h"

#include "base/rng.h"
#include "base/yaml.h"

static void append(GString *out, const YamlNode *node)
{
    if (yaml_kind(node) == YAML_SCALAR) {
        g_string_append(out, yaml_text(node));
        return;
    }
    g_string_append_c(out, yaml_kind(node) == YAML_MAP ? '{' : '[');
    for (size_t i = 0; i < yaml_length(node); i++) {
        if (i)
            g_string_append_c(out, ',');
        if (yaml_kind(node) == YAML_MAP)
            g_string_append_printf(out, "%s:", yaml_key(node, i));
        append(out, yaml_kind(node) == YAML_MAP ? yaml_value(node, i) : yaml_item(node, i));
    }
    g_string_append_c(out, yaml_kind(node) == YAML_MAP ? '}' : ']');
}

static char *merged(const char *under, const char *over)
{
    static const char *const joined[] = {"setup", NULL};
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(YamlDocument) below = yaml_parse(under, strlen(under), "under", diags);
    g_autoptr(YamlDocument) above = yaml_parse(over, strlen(over), "over", diags);
    g_autoptr(YamlDocument) both = yaml_merge(yaml_root(below), yaml_root(above), joined);
    GString *out = g_string_new(NULL);

    append(out, yaml_root(both));
    return g_string_free(out, FALSE);
}

static void assert_merged(const char *under, const char *over, const char *expected)
{
    g_autofree char *text = merged(under, over);

    assert_string_equal(text, expected);
}

static void what_is_said_above_counts(void **state)
{
    (void)state;
    assert_merged("{a: 1, b: 2}", "{b: 3, c: 4}", "{b:3,c:4,a:1}");
    assert_merged("{a: {x: 1, y: 2}}", "{a: {y: 3}}", "{a:{y:3,x:1}}");
    assert_merged("{a: {x: 1}}", "{a: text}", "{a:text}");
    assert_merged("{a: [1, 2]}", "{a: [3]}", "{a:[3]}");
    assert_merged("{a: 1}", "[2]", "[2]");
}

static void joined_lists_begin_with_what_is_below(void **state)
{
    (void)state;
    assert_merged("{setup: [a, b]}", "{setup: [c]}", "{setup:[a,b,c]}");
    assert_merged("{setup: a}", "{setup: [c]}", "{setup:[a,c]}");
    assert_merged("{setup: [a]}", "{setup: c}", "{setup:[a,c]}");
    assert_merged("{setup: [a]}", "{setup: }", "{setup:[a]}");
}

static void places_stay_those_of_the_originals(void **state)
{
    static const char *const joined[] = {NULL};
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(YamlDocument) below = yaml_parse("\nb: 1\n", 6, "under", diags);
    g_autoptr(YamlDocument) above = yaml_parse("a: 1\n", 5, "over", diags);
    g_autoptr(YamlDocument) both = yaml_merge(yaml_root(below), yaml_root(above), joined);

    (void)state;
    assert_string_equal(yaml_file(yaml_value(yaml_root(both), 0)), "over");
    assert_string_equal(yaml_file(yaml_value(yaml_root(both), 1)), "under");
    assert_int_equal(yaml_line(yaml_value(yaml_root(both), 1)), 2);
}

/* Maps of single letters: merged with nothing, or with itself, a map is the same. */
static void merging_with_nothing_or_itself_changes_nothing(void **state)
{
    g_autoptr(Rng) rng = rng_new(20261124, 0, "maps");

    (void)state;
    for (int round = 0; round < 50; round++) {
        g_autoptr(GString) text = g_string_new("{");
        g_autofree char *alone = NULL, *twice = NULL, *plain = NULL;

        for (int c = 'a'; c <= 'f'; c++)
            if (rng_below(rng, 2))
                g_string_append_printf(text, "%c: %s, ", c, rng_below(rng, 2) ? "{x: 1}" : "[2]");
        g_string_append_c(text, '}');
        plain = merged("{}", text->str);
        alone = merged(text->str, "{}");
        twice = merged(text->str, text->str);
        assert_string_equal(alone, plain);
        assert_string_equal(twice, plain);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_said_above_counts),
        cmocka_unit_test(joined_lists_begin_with_what_is_below),
        cmocka_unit_test(places_stay_those_of_the_originals),
        cmocka_unit_test(merging_with_nothing_or_itself_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
