/* base/yaml.h: a strict reader that names the place of every error. */
#include "tests/test.h"

#include "base/yaml.h"
#include <glib/gstdio.h>

/* Every message, formatted, one after the other. */
static char *all_messages(const Diags *diags)
{
    g_autoptr(GString) out = g_string_new(NULL);

    for (size_t i = 0; i < diags_length(diags); i++) {
        g_autofree char *text = diag_format(diags_nth(diags, i));

        g_string_append(out, text);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static YamlDocument *parse(const char *text)
{
    g_autoptr(Diags) diags = diags_new();
    YamlDocument *document = yaml_parse(text, strlen(text), "f.yaml", diags);

    if (!document) {
        g_autofree char *said = all_messages(diags);

        fail_msg("%s", said);
    }
    return document;
}

static void refusal_of(const char *text, size_t length, const char *expected)
{
    g_autoptr(Diags) diags = diags_new();
    g_autofree char *said = NULL;

    assert_null(yaml_parse(text, length, "f.yaml", diags));
    said = all_messages(diags);
    if (!g_str_has_prefix(said, expected))
        fail_msg("expected: %s\nfound: %s", expected, said);
}

static void refusal(const char *text, const char *expected)
{
    refusal_of(text, strlen(text), expected);
}

static const char *text_at(const YamlDocument *document, const char *key)
{
    const YamlNode *root = yaml_root(document);

    for (size_t i = 0; i < yaml_length(root); i++) {
        if (!strcmp(yaml_key(root, i), key))
            return yaml_text(yaml_value(root, i));
    }
    return NULL;
}

static void scalars_keep_their_text(void **state)
{
    g_autoptr(YamlDocument) document =
        parse("time: 1:30:00\noctal: 010\nyes: no\nempty:\ntilde: ~\nquoted: \"null\"\n");
    const YamlNode *root = yaml_root(document);

    (void)state;
    assert_string_equal(text_at(document, "time"), "1:30:00");
    assert_string_equal(text_at(document, "octal"), "010");
    assert_string_equal(text_at(document, "yes"), "no");
    assert_true(yaml_is_null(yaml_value(root, 3)));
    assert_true(yaml_is_null(yaml_value(root, 4)));
    assert_false(yaml_is_null(yaml_value(root, 5)));
    assert_true(yaml_is_quoted(yaml_value(root, 5)));
    assert_int_equal(yaml_line(yaml_value(root, 5)), 6);
    assert_int_equal(yaml_column(yaml_value(root, 5)), 9);
    assert_string_equal(yaml_file(root), "f.yaml");
}

static void json_is_yaml(void **state)
{
    g_autoptr(YamlDocument) document = parse(
        "{\"a\":1,\n\t\"b\":[true,null,\"x\\/y\"],\"c\":\"\\ud83d\\ude00 \\\\ud83d \\u00e9\"}");
    const YamlNode *list = yaml_value(yaml_root(document), 1);

    (void)state;
    assert_string_equal(text_at(document, "a"), "1");
    assert_int_equal(yaml_length(list), 3);
    assert_string_equal(yaml_text(yaml_item(list, 2)), "x/y");
    assert_string_equal(text_at(document, "c"), "\xf0\x9f\x98\x80 \\ud83d \xc3\xa9");
}

static void anchors_and_merge_keys_work(void **state)
{
    g_autoptr(YamlDocument) document =
        parse("base: &b {x: 1, y: 2}\nderived:\n  <<: *b\n  y: 3\nlist: [*b, *b]\n");
    const YamlNode *derived = yaml_value(yaml_root(document), 1);

    (void)state;
    assert_int_equal(yaml_length(derived), 2);
    assert_string_equal(yaml_key(derived, 0), "y");
    assert_string_equal(yaml_text(yaml_value(derived, 0)), "3");
    assert_string_equal(yaml_key(derived, 1), "x");
    assert_int_equal(yaml_length(yaml_value(yaml_root(document), 2)), 2);
}

static void a_bom_is_accepted(void **state)
{
    g_autoptr(YamlDocument) document = parse("\xef\xbb\xbfname: x\n");

    (void)state;
    assert_string_equal(text_at(document, "name"), "x");
    assert_int_equal(yaml_column(yaml_value(yaml_root(document), 0)), 7);
}

static void crlf_counts_as_one_line(void **state)
{
    (void)state;
    refusal("a: 1\r\nb: 2\r\na: 3\r\n", "f.yaml:3:1: error: the key 'a' is given twice, first in "
                                        "line 1\n    3 | a: 3\n      | ^\n");
}

static void syntax_errors_have_a_place_and_words(void **state)
{
    (void)state;
    refusal("a:\n\tb: 1\n",
            "f.yaml:2:1: error: expected blanks, found a tab; YAML is not indented with tabs\n"
            "    2 | \tb: 1\n      | ^\n");
    refusal("a: b: c\n", "f.yaml:1:5: error: unexpected ':'; a text with ': ' in it needs quotes");
    refusal("a: [1, 2\nb: 3\n", "f.yaml:2:2: error: expected ',' or ']' in the list before this");
    refusal("a: \"x\nb: 3\n", "f.yaml:1:4: error: the text ends inside quotes");
    refusal("a: 1\n b: 2\n", "f.yaml:2:3: error: unexpected ':'");
    refusal("a: 1\nb\n", "f.yaml:3:1: error: expected ':' after this key");
    refusal("a: \"\\q\"\n", "f.yaml:1:5: error: unknown escape in double quotes");
    refusal("a: @x\n", "f.yaml:1:4: error: this character needs quotes at the start of a text");
    refusal("[a] b\n", "f.yaml:1:5: error: unexpected text after the end of the document\n");
    refusal("- a\nb: 1\n", "f.yaml:2:1: error: expected '- ' in the column of its neighbours");
}

static void what_is_no_single_document_is_refused(void **state)
{
    (void)state;
    refusal("", "f.yaml: error: expected a document, found nothing\n");
    refusal("# only a comment\n", "f.yaml: error: expected a document, found nothing\n");
    refusal("a: 1\n---\nb: 2\n", "f.yaml:2:1: error: expected one document, found a second one\n");
}

static void what_is_no_text_is_refused(void **state)
{
    static const char nul[] = "a: 1\nb: \0x\n";

    (void)state;
    refusal("a: 1\nb: \xff\n",
            "f.yaml:2:4: error: expected UTF-8 text, found a byte that is none; is this YAML?\n");
    refusal_of(nul, sizeof nul - 1,
               "f.yaml:2:4: error: expected text, found a NUL byte; is this YAML?\n");
    refusal("a: \x1b[1m\n",
            "f.yaml:1:4: error: expected text, found a control character; is this YAML?\n");
    refusal("a: \"\\0\"\n", "f.yaml:1:4: error: expected text, found a NUL character in it\n");
    refusal("\xff\xfe"
            "a",
            "f.yaml:1:1: error: expected UTF-8, found UTF-16");
}

static void keys_are_plain_and_unique(void **state)
{
    (void)state;
    refusal("a: {{ x }}\n", "f.yaml:1:5: error: expected a plain key, found a map; a text with "
                            "{{ }} needs quotes: \"{{ name }}\"\n");
    refusal("[a, b]: 1\n", "f.yaml:1:1: error: expected a plain key, found a list\n");
    refusal("a: 1\nb: 2\nb: 3\na: 4\n",
            "f.yaml:3:1: error: the key 'b' is given twice, first in line 2\n"
            "    3 | b: 3\n      | ^\n"
            "f.yaml:4:1: error: the key 'a' is given twice, first in line 1\n");
    refusal("<<: 1\n", "f.yaml:2:1: error: expected a map, or a list of maps, after '<<'\n");
}

static void tags_of_programs_are_refused(void **state)
{
    g_autoptr(YamlDocument) document = parse("a: !!str 12\n");

    (void)state;
    assert_true(yaml_is_quoted(yaml_value(yaml_root(document), 0)));
    refusal("a: !!python/object:os.system {}\n", "f.yaml:1:4: error: expected plain YAML, found "
                                                 "the tag 'tag:yaml.org,2002:python/object:");
    refusal("a: !Ref x\n", "f.yaml:1:4: error: expected plain YAML, found the tag '!Ref'\n");
}

static void alias_bombs_are_refused(void **state)
{
    g_autoptr(GString) bomb = g_string_new("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");

    (void)state;
    for (int i = 1; i < 10; i++) {
        g_string_append_printf(bomb, "a%d: &a%d [", i, i);
        for (int j = 0; j < 10; j++)
            g_string_append_printf(bomb, "%s*a%d", j ? ", " : "", i - 1);
        g_string_append(bomb, "]\n");
    }
    refusal(bomb->str, "f.yaml:5:45: error: aliases stand for more than 100000 nodes\n");
    refusal("a: &a [*a]\n", "f.yaml:1:8: error: '*a' stands inside what it names\n");
    refusal("a: *b\n", "f.yaml:1:4: error: no '&b' comes before this alias\n");
}

static void depth_is_bounded(void **state)
{
    g_autofree char *open = g_strnfill(65, '['), *closed = g_strnfill(65, ']');
    g_autofree char *deep = g_strconcat(open, closed, NULL);
    g_autoptr(YamlDocument) just = NULL;

    (void)state;
    refusal(deep, "f.yaml:1:65: error: expected at most 64 levels, found more\n");
    deep[strlen(deep) - 1] = '\0';
    just = parse(deep + 1);
    assert_int_equal(yaml_kind(yaml_root(just)), YAML_LIST);
}

static void the_number_of_nodes_is_bounded(void **state)
{
    g_autoptr(GString) text = g_string_new("[");
    gint64 begin = g_get_monotonic_time();

    (void)state;
    for (int i = 0; i < 1000001; i++)
        g_string_append(text, "1,");
    g_string_append(text, "]");
    refusal(text->str, "f.yaml:1:2000000: error: expected at most 1000000 keys and values");
    assert_true(g_get_monotonic_time() - begin < 60 * G_USEC_PER_SEC);
}

/* 10 MB of each kind of rubbish gives one clear error at once. */
static void garbage_is_refused_fast(void **state)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(4);
    size_t length = 10 << 20;
    g_autofree char *text = g_malloc(length + 1);

    (void)state;
    for (int kind = 0; kind < 4; kind++) {
        g_autoptr(Diags) diags = diags_new();
        gint64 begin = g_get_monotonic_time();

        for (size_t i = 0; i < length; i++) {
            gint32 byte = g_rand_int_range(random, 0, 256);

            text[i] = (char)(kind == 0   ? byte
                             : kind == 1 ? 32 + byte % 95
                             : kind == 2 ? "[{ :,-"[byte % 6]
                                         : "ab\n: "[byte % 5]);
        }
        text[length] = '\0';
        assert_null(yaml_parse(text, length, "f.yaml", diags));
        assert_true(diags_count(diags, DIAG_ERROR) >= 1);
        assert_true(g_get_monotonic_time() - begin < 10 * G_USEC_PER_SEC);
    }
}

static void a_missing_file_is_named(void **state)
{
    g_autoptr(Diags) diags = diags_new();
    g_autofree char *said = NULL;

    (void)state;
    assert_null(yaml_load("/nowhere/wf.yaml", diags));
    said = all_messages(diags);
    assert_string_equal(said,
                        "/nowhere/wf.yaml: error: cannot be read: No such file or directory\n");
    assert_null(yaml_load("/", diags));
}

static void a_file_is_read(void **state)
{
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "srx-test-yaml-XXXXXX", NULL);
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(YamlDocument) document = NULL;

    (void)state;
    g_close(g_mkstemp(path), NULL);
    assert_true(g_file_set_contents(path, "name: x\n", -1, NULL));
    document = yaml_load(path, diags);
    assert_non_null(document);
    assert_string_equal(text_at(document, "name"), "x");
    g_unlink(path);
}

static void too_long_a_text_is_refused(void **state)
{
    g_autofree char *text = g_strnfill((64 << 20) + 1, ' ');

    (void)state;
    refusal_of(text, (64 << 20) + 1, "f.yaml: error: expected at most 64 MiB, found 64 MiB\n");
}

static char *shout(void *self, const YamlNode *scalar)
{
    (void)self;
    return yaml_text(scalar)[0] == 'x' ? g_ascii_strup(yaml_text(scalar), -1) : NULL;
}

static void a_copy_is_rewritten_and_keeps_its_places(void **state)
{
    g_autoptr(YamlDocument) document = parse("a: [xa, b]\nxb: &r {c: xd}\ne: *r\n");
    g_autoptr(YamlDocument) copy = yaml_copy(yaml_root(document), shout, NULL);
    const YamlNode *root = yaml_root(copy), *list = yaml_value(root, 0);
    g_autoptr(Diags) diags = diags_new();
    g_autofree char *said = NULL;

    (void)state;
    assert_string_equal(yaml_text(yaml_item(list, 0)), "XA");
    assert_true(yaml_is_quoted(yaml_item(list, 0)));
    assert_string_equal(yaml_text(yaml_item(list, 1)), "b");
    assert_string_equal(yaml_key(root, 1), "XB");
    assert_string_equal(yaml_text(yaml_value(yaml_value(root, 2), 0)), "XD");
    yaml_say(yaml_item(list, 0), diags, DIAG_ERROR, "loud");
    said = all_messages(diags);
    assert_string_equal(said, "f.yaml:1:5: error: loud\n"
                              "    1 | a: [xa, b]\n"
                              "      |     ^\n");
}

/* ---- maps ------------------------------------------------------------------------------- */

static void a_map_is_read_by_asking(void **state)
{
    g_autoptr(YamlDocument) document =
        parse("name: x\nfast: Yes\nnodes: 4\nshare: 0.5\nlist: [a, 2]\none: b\nnone:\n");
    g_autoptr(Diags) diags = diags_new();
    YamlMap *map = yaml_map_begin(yaml_root(document), "a job", diags);
    g_autofree char *name = NULL;
    g_auto(GStrv) list = NULL, one = NULL;
    bool fast = false;
    int64_t nodes = 0, absent = 7;
    double share = 0;

    (void)state;
    assert_true(yaml_map_string(map, "name", &name));
    assert_true(yaml_map_bool(map, "fast", &fast));
    assert_true(yaml_map_int(map, "nodes", 1, 10, &nodes));
    assert_true(yaml_map_int(map, "absent", 1, 10, &absent));
    assert_true(yaml_map_double(map, "share", 0, 1, &share));
    assert_true(yaml_map_strings(map, "list", &list));
    assert_true(yaml_map_strings(map, "one", &one));
    assert_null(yaml_map_get(map, "none"));
    assert_true(yaml_map_end(map));
    assert_string_equal(name, "x");
    assert_true(fast);
    assert_int_equal(nodes, 4);
    assert_int_equal(absent, 7);
    assert_true(share > 0.49 && share < 0.51);
    assert_string_equal(list[1], "2");
    assert_null(list[2]);
    assert_string_equal(one[0], "b");
    assert_int_equal(diags_length(diags), 0);
}

static void every_error_of_a_map_is_told(void **state)
{
    g_autoptr(YamlDocument) document =
        parse("nmae: x\nfast: maybe\nnodes: 0\nshare: [1]\nlist: {a: 1}\nflavour: 1\ntext: [1]\n"
              "inner: [[1]]\n");
    g_autoptr(Diags) diags = diags_new();
    YamlMap *map = yaml_map_begin(yaml_root(document), "a job", diags);
    g_autofree char *text = NULL, *said = NULL;
    g_auto(GStrv) list = NULL;
    bool fast = false;
    int64_t nodes = 0;
    double share = 0;

    (void)state;
    assert_null(yaml_map_require(map, "name"));
    assert_false(yaml_map_bool(map, "fast", &fast));
    assert_false(yaml_map_int(map, "nodes", 1, 10, &nodes));
    assert_false(yaml_map_double(map, "share", 0, 0.5, &share));
    assert_false(yaml_map_strings(map, "list", &list));
    assert_false(yaml_map_string(map, "text", &text));
    assert_false(yaml_map_strings(map, "inner", &list));
    assert_false(yaml_map_end(map));
    for (size_t i = 0; i < diags_length(diags); i++) {
        const Diag *diag = diags_nth(diags, i);
        g_autofree char *before = g_steal_pointer(&said);

        said = g_strdup_printf("%s%d:%d %s\n", before ? before : "", diag->line, diag->column,
                               diag->text);
    }
    assert_string_equal(said, "1:1 expected 'name' in a job\n"
                              "2:7 expected true or false for 'fast', found 'maybe'\n"
                              "3:8 expected a whole number from 1 to 10 for 'nodes', found '0'\n"
                              "4:8 expected a number from 0 to 0.5 for 'share', found a list\n"
                              "5:7 expected a list of texts for 'list', found a map\n"
                              "7:7 expected text for 'text', found a list\n"
                              "8:9 expected a list of texts for 'inner', found a list\n"
                              "1:1 unknown key 'nmae' in a job; did you mean 'name'?\n"
                              "6:1 unknown key 'flavour' in a job\n");
}

static void a_map_that_is_none_is_told_once(void **state)
{
    g_autoptr(YamlDocument) document = parse("- a\n");
    g_autoptr(Diags) diags = diags_new();
    YamlMap *map = yaml_map_begin(yaml_root(document), "a workflow", diags);

    (void)state;
    assert_null(yaml_map_require(map, "jobs"));
    assert_false(yaml_map_end(map));
    assert_int_equal(diags_length(diags), 1);
    assert_string_equal(diags_nth(diags, 0)->text,
                        "expected keys and values for a workflow, found a list");
}

/* Property: whatever bytes come, the reader answers with a document or with a reason. */
static void any_bytes_give_a_document_or_a_reason(void **state)
{
    static const char alphabet[] = "ab:- \n[]{},&*!\"'#|>?%@`~<\t0\\ux";
    g_autoptr(GRand) random = g_rand_new_with_seed(5);

    (void)state;
    for (int round = 0; round < 20000; round++) {
        char text[40];
        size_t n = (size_t)g_rand_int_range(random, 0, sizeof text);
        g_autoptr(Diags) diags = diags_new();
        g_autoptr(YamlDocument) document = NULL;

        for (size_t i = 0; i < n; i++)
            text[i] = alphabet[g_rand_int_range(random, 0, sizeof alphabet - 1)];
        document = yaml_parse(text, n, "f.yaml", diags);
        assert_true((document != NULL) == (diags_count(diags, DIAG_ERROR) == 0));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scalars_keep_their_text),
        cmocka_unit_test(json_is_yaml),
        cmocka_unit_test(anchors_and_merge_keys_work),
        cmocka_unit_test(a_bom_is_accepted),
        cmocka_unit_test(crlf_counts_as_one_line),
        cmocka_unit_test(syntax_errors_have_a_place_and_words),
        cmocka_unit_test(what_is_no_single_document_is_refused),
        cmocka_unit_test(what_is_no_text_is_refused),
        cmocka_unit_test(keys_are_plain_and_unique),
        cmocka_unit_test(tags_of_programs_are_refused),
        cmocka_unit_test(alias_bombs_are_refused),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(the_number_of_nodes_is_bounded),
        cmocka_unit_test(garbage_is_refused_fast),
        cmocka_unit_test(a_missing_file_is_named),
        cmocka_unit_test(a_file_is_read),
        cmocka_unit_test(too_long_a_text_is_refused),
        cmocka_unit_test(a_copy_is_rewritten_and_keeps_its_places),
        cmocka_unit_test(a_map_is_read_by_asking),
        cmocka_unit_test(every_error_of_a_map_is_told),
        cmocka_unit_test(a_map_that_is_none_is_told_once),
        cmocka_unit_test(any_bytes_give_a_document_or_a_reason),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
