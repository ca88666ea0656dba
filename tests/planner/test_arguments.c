/* planner/arguments.h and planner/literal.h: what {{ name }} may name, and how it reads. */
#include "tests/test.h"

#include "planner/arguments.h"
#include "planner/literal.h"

typedef struct {
    Diags *diags;
    YamlDocument *document;
    Arguments *arguments;
} Fixture;

static void fixture_clear(Fixture *self)
{
    arguments_free(self->arguments);
    yaml_document_free(self->document);
    diags_free(self->diags);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Fixture, fixture_clear)

static Fixture args(const char *text)
{
    Fixture self = {.diags = diags_new()};

    self.document = yaml_parse(text, strlen(text), "wf.yaml", self.diags);
    assert_non_null(self.document);
    self.arguments = arguments_new(yaml_root(self.document));
    return self;
}

/* The value of "a.b"; NULL when there is none. */
static char *value(Fixture *self, const char *name, GError **error)
{
    g_auto(GStrv) path = g_strsplit(name, ".", -1);

    return arguments_lookup(self->arguments, path, self->diags, error);
}

static void reads(Fixture *self, const char *name, const char *expected)
{
    g_autofree char *found = value(self, name, NULL);

    assert_non_null(found);
    assert_string_equal(found, expected);
}

/* What PyYAML reads and str() prints. */
static void values_read_as_python_prints_them(void **state)
{
    static const struct {
        const char *yaml, *text;
    } cases[] = {{"text", "text"},
                 {"12", "12"},
                 {"'012'", "012"},
                 {"010", "8"},
                 {"0x1F", "31"},
                 {"0b11", "3"},
                 {"1_000", "1000"},
                 {"+5", "5"},
                 {"-3", "-3"},
                 {"0.010", "0.01"},
                 {"1.0e-3", "0.001"},
                 {"1e-4", "1e-4"},
                 {"1.0e-5", "1e-05"},
                 {"2.50", "2.5"},
                 {"3.", "3.0"},
                 {".5", "0.5"},
                 {"1.0e+16", "1e+16"},
                 {"123456789.125", "123456789.125"},
                 {"true", "True"},
                 {"no", "False"},
                 {"~", "None"},
                 {"\"yes\"", "yes"},
                 {"1:30:00", "1:30:00"},
                 {"2026-01-20", "2026-01-20"},
                 {"[1, a, on]", "[1, 'a', True]"},
                 {"{k: it's}", "{'k': \"it's\"}"},
                 {"0.1", "0.1"},
                 {"0.30000000000000004", "0.30000000000000004"}};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Diags) diags = diags_new();
        g_autoptr(YamlDocument) document =
            yaml_parse(cases[i].yaml, strlen(cases[i].yaml), "f", diags);
        g_autofree char *found = literal_text(yaml_root(document));

        assert_string_equal(found, cases[i].text);
    }
}

static void a_value_may_name_others(void **state)
{
    g_auto(Fixture) self = args("out: '/o/{{ model }}/{{ run }}'\nmodel: bert\nrun: 07x\n");

    (void)state;
    reads(&self, "out", "/o/bert/07x");
    assert_true(arguments_used(self.arguments, "model"));
    assert_false(arguments_used(self.arguments, "nothing"));
    assert_int_equal(diags_length(self.diags), 0);
}

static void parts_of_lists_and_maps_can_be_named(void **state)
{
    g_auto(Fixture) self = args("files: [a, b]\ncfg: {lr: 0.10, deep: {x: y}}\n");

    (void)state;
    reads(&self, "files.1", "b");
    reads(&self, "cfg.lr", "0.1");
    reads(&self, "cfg.deep.x", "y");
    reads(&self, "files", "['a', 'b']");
    assert_null(value(&self, "files.2", NULL));
    assert_null(value(&self, "cfg.no", NULL));
    assert_null(value(&self, "none", NULL));
}

static void values_that_name_themselves_are_refused(void **state)
{
    g_auto(Fixture) self = args("a: '{{ b }}'\nb: '{{ a }}'\n");
    g_autoptr(GError) error = NULL;

    (void)state;
    assert_null(value(&self, "a", &error));
    assert_string_equal(error->message, "the value of 'a' names itself");
}

static void an_unknown_name_inside_a_value_stays_with_a_warning(void **state)
{
    g_auto(Fixture) self = args("a: 'x-{{ b.c }}'\n");

    (void)state;
    reads(&self, "a", "x-{{ b.c }}");
    assert_int_equal(diags_count(self.diags, DIAG_WARNING), 1);
    assert_string_equal(diags_nth(self.diags, 0)->text, "'b.c' is not known here and stays as it "
                                                        "is");
}

static void python_constants_are_known_the_rest_is_warned_of(void **state)
{
    g_auto(Fixture) self = args("a: \"python: 'run_1'\"\nb: 'Python:42'\nc: 'python: 1 + 1'\n"
                                "d: 'python: True'\ne: 'python: 0.50'\n");

    (void)state;
    reads(&self, "a", "run_1");
    reads(&self, "b", "42");
    reads(&self, "d", "True");
    reads(&self, "e", "0.5");
    assert_int_equal(diags_length(self.diags), 0);
    reads(&self, "c", "python: 1 + 1");
    reads(&self, "c", "python: 1 + 1");
    assert_int_equal(diags_count(self.diags, DIAG_WARNING), 1);
    assert_string_equal(diags_nth(self.diags, 0)->text,
                        "srx does not compute Python: the text stays as it is; --arg gives a "
                        "value");
}

static void arg_wins_over_the_file(void **state)
{
    static const char *const options[] = {"a=2=3", "new={{ a }}", NULL};
    static const char *const wrong[] = {"a", "=1", NULL};
    g_auto(Fixture) self = args("a: 1\n");

    (void)state;
    arguments_take(self.arguments, options, self.diags);
    reads(&self, "a", "2=3");
    reads(&self, "new", "2=3");
    assert_int_equal(diags_length(self.diags), 0);
    arguments_take(self.arguments, wrong, self.diags);
    assert_int_equal(diags_count(self.diags, DIAG_ERROR), 2);
    assert_string_equal(diags_nth(self.diags, 0)->text, "expected --arg name=value, found 'a'");
}

/* Property: a number that Python would print reads back as the same number. */
static void numbers_survive(void **state)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(8);

    (void)state;
    for (int i = 0; i < 2000; i++) {
        char buffer[G_ASCII_DTOSTR_BUF_SIZE];
        double number =
            g_rand_double_range(random, -1000, 1000) / (double)g_rand_int_range(random, 1, 100000);
        g_autoptr(Diags) diags = diags_new();
        g_autoptr(YamlDocument) document = NULL;
        g_autofree char *found = NULL;

        g_ascii_formatd(buffer, sizeof buffer, "%.6f", number);
        document = yaml_parse(buffer, strlen(buffer), "f", diags);
        found = literal_text(yaml_root(document));
        assert_memory_equal(&(double){g_ascii_strtod(found, NULL)},
                            &(double){g_ascii_strtod(buffer, NULL)}, sizeof(double));
        assert_true(strlen(found) <= strlen(buffer) + 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_read_as_python_prints_them),
        cmocka_unit_test(a_value_may_name_others),
        cmocka_unit_test(parts_of_lists_and_maps_can_be_named),
        cmocka_unit_test(values_that_name_themselves_are_refused),
        cmocka_unit_test(an_unknown_name_inside_a_value_stays_with_a_warning),
        cmocka_unit_test(python_constants_are_known_the_rest_is_warned_of),
        cmocka_unit_test(arg_wins_over_the_file),
        cmocka_unit_test(numbers_survive),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
