/* Tests of cli/digest.h: what a page gets of results. */
#include "tests/test.h"

#include "cli/digest.h"

#include <string.h>

#define RUN                                                                                        \
    "{\"job\": \"a\", \"task\": 3, \"attempt\": 1, \"submit\": 0, \"eligible\": 5, \"start\": 15," \
    " \"end\": 115, \"state\": \"COMPLETED\", \"nodes\": \"n1\", \"cpus\": 4, \"suspended\": 0,"   \
    " \"partition\": \"p\", \"qos\": null, \"reason\": null}"
#define WAITING                                                                                    \
    "{\"job\": \"b\", \"submit\": 0, \"eligible\": 0, \"start\": null, \"end\": null, "            \
    "\"state\": \"PENDING\", \"cpus\": 0, \"reason\": \"Resources\"}"
#define SIMULATED(runs)                                                                            \
    "{\"schema\": \"srx/simulate/1\", \"cpus\": 8, \"runs\": [" runs "], "                         \
    "\"refused\": {\"c\": \"no\"}, \"commands\": [{\"t\": 9, \"cmd\": [\"scontrol\", \"hold\"], "  \
    "\"status\": 0}], \"metrics\": {\"runs\": 1, \"wait\": {\"mean\": 10.5}}}"
#define COMPARED                                                                                   \
    "{\"schema\": \"srx/compare/1\", \"variants\": ["                                              \
    "{\"name\": \"now\", \"metrics\": {\"wait\": {\"p95\": 10}, \"utilisation\": 0.5}, "           \
    "\"by\": {\"qos\": {\"high\": {\"jobs\": 1}}}, \"difference\": null, \"jobs\": []}, "          \
    "{\"name\": \"new\", \"metrics\": {\"wait\": {\"p95\": 5}, \"utilisation\": 0.6}, "            \
    "\"by\": {\"qos\": {\"high\": {\"jobs\": 2}}}, "                                               \
    "\"difference\": {\"wait.p95\": {\"mean\": -5, \"low\": -9, \"high\": 1, \"noise\": true}}},"  \
    "{\"name\": \"bad\", \"problem\": \"cannot work\", \"metrics\": null, \"by\": null}]}"

static void free_answer(void *answer)
{
    digest_answer_free(answer);
}

/* @texts ends with NULL; answers are called "first", "second". */
static json_t *digest(const char *const *texts, GError **error)
{
    static const char *const names[] = {"first", "second"};
    g_autoptr(GPtrArray) answers = g_ptr_array_new_with_free_func(free_answer);

    for (guint i = 0; texts[i]; i++) {
        DigestAnswer *answer = g_new0(DigestAnswer, 1);

        answer->name = g_strdup(names[i]);
        answer->root = json_loads(texts[i], 0, NULL);
        assert_non_null(answer->root);
        g_ptr_array_add(answers, answer);
    }
    return digest_of(answers, "t\xff", error);
}

static json_t *digest_one(const char *text)
{
    json_t *out = digest((const char *const[]){text, NULL}, NULL);

    assert_non_null(out);
    return out;
}

static void assert_json(const json_t *value, const char *expected)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));

    assert_string_equal(text, expected);
    free(text);
}

static const json_t *nth(const json_t *root, const char *key, size_t index)
{
    return json_array_get(json_object_get(root, key), index);
}

static void runs_become_rows_of_columns_that_say_something(void **state)
{
    json_t *root = digest_one(SIMULATED(RUN ", " WAITING));
    const json_t *timeline = nth(root, "timelines", 0);

    (void)state;
    assert_json(nth(timeline, "columns", 0),
                "{\"key\":\"job\",\"title\":\"Job\",\"kind\":\"text\"}");
    assert_json(nth(timeline, "rows", 0),
                "[\"a_3#2\",\"p\",\"COMPLETED\",0,5,15,115,10,100,4,\"n1\",null]");
    assert_json(nth(timeline, "rows", 1),
                "[\"b\",null,\"PENDING\",0,0,null,null,null,null,null,null,\"Resources\"]");
    assert_json(json_object_get(timeline, "total"), "2");
    assert_json(json_object_get(root, "title"), "\"t\xef\xbf\xbd\"");
    json_decref(root);
}

static void curves_are_of_all_runs(void **state)
{
    json_t *root = digest_one(SIMULATED(RUN ", " WAITING));
    const json_t *load = nth(root, "load", 0);

    (void)state;
    assert_int_equal(json_array_size(json_object_get(load, "cpus")), 115);
    assert_json(nth(load, "cpus", 14), "0.0");
    assert_json(nth(load, "cpus", 15), "4.0");
    assert_json(nth(load, "queue", 7), "2.0");
    assert_json(nth(load, "queue", 100), "1.0");
    assert_json(nth(root, "waits", 0), "{\"name\":\"first\",\"total\":1,\"points\":[[10.0,1.0]]}");
    json_decref(root);
}

static void one_answer_has_facts_and_its_lists(void **state)
{
    json_t *root = digest_one(SIMULATED(RUN));

    (void)state;
    assert_json(nth(root, "facts", 0),
                "{\"label\":\"CPUs of the cluster\",\"value\":8,\"kind\":\"number\"}");
    assert_json(nth(root, "facts", 2),
                "{\"label\":\"Wait, mean\",\"value\":10.5,\"kind\":\"span\"}");
    assert_json(nth(nth(root, "tables", 0), "rows", 0), "[9,\"scontrol hold\",0,null]");
    assert_json(nth(nth(root, "tables", 1), "rows", 0), "[\"c\",\"no\"]");
    json_decref(root);
}

static void a_plan_tells_its_reasons(void **state)
{
    json_t *root = digest_one(
        "{\"schema\": \"srx/plan/1\", \"workflow\": \"w\", \"makespan\": 60, \"notes\": [\"n\"], "
        "\"deadline\": null, \"deadline_met\": true, \"baseline\": {\"note\": \"b\"}, \"jobs\": "
        "[{\"name\": \"x\", \"submit\": 0, \"start\": 0, \"end\": 60, \"critical\": true, "
        "\"node_list\": \"n7\", \"why\": \"so\", \"sbatch\": [\"-n1\", \"-t5\"]}]}");

    (void)state;
    assert_json(json_object_get(root, "notes"), "[\"n\",\"b\"]");
    assert_int_equal(json_array_size(json_object_get(root, "facts")),
                     2); /* no deadline, none met */
    assert_json(nth(nth(root, "tables", 0), "rows", 0), "[\"x\",\"so\",\"-n1 -t5\"]");
    assert_json(nth(nth(root, "timelines", 0), "rows", 0), "[\"x\",0,0,60,0,60,\"n7\",true]");
    json_decref(root);
}

static void variants_stand_side_by_side_without_runs_too(void **state)
{
    json_t *root = digest_one(COMPARED);

    (void)state;
    assert_json(nth(nth(root, "tables", 0), "rows", 1), "[\"new\",5,0.6,null]");
    assert_json(nth(nth(root, "tables", 0), "rows", 2), "[\"bad\",null,null,\"cannot work\"]");
    assert_json(json_object_get(nth(root, "tables", 1), "title"), "\"Difference to now\"");
    assert_json(nth(nth(root, "tables", 1), "rows", 0),
                "[\"new\",\"Wait, p95\",{\"value\":-5,\"kind\":\"span\"},"
                "{\"value\":-9,\"kind\":\"span\"},{\"value\":1,\"kind\":\"span\"},\"noise\"]");
    assert_json(nth(nth(root, "tables", 2), "rows", 0), "[\"high\",\"now\",1]");
    assert_json(nth(nth(root, "tables", 2), "rows", 1), "[\"high\",\"new\",2]");
    json_decref(root);
}

static void several_answers_are_compared(void **state)
{
    json_t *root =
        digest((const char *const[]){SIMULATED(RUN), SIMULATED(RUN ", " RUN), NULL}, NULL);

    (void)state;
    assert_json(json_object_get(root, "facts"), "[]");
    assert_int_equal(json_array_size(json_object_get(root, "timelines")), 2);
    assert_json(nth(nth(root, "tables", 0), "rows", 1), "[\"second\",1,10.5]");
    json_decref(root);
}

static void more_runs_than_a_page_holds_are_thinned_out(void **state)
{
    g_autoptr(GString) runs = g_string_new(RUN);
    g_autofree char *text = NULL;
    json_t *root;

    (void)state;
    for (int i = 1; i < DIGEST_ROWS * 2 + 1; i++)
        g_string_append(runs, ", " RUN);
    text = g_strdup_printf("{\"schema\": \"srx/simulate/1\", \"runs\": [%s]}", runs->str);
    root = digest_one(text);
    assert_json(json_object_get(nth(root, "timelines", 0), "every"), "3");
    assert_int_equal(json_array_size(json_object_get(nth(root, "timelines", 0), "rows")),
                     (DIGEST_ROWS * 2 + 1 + 2) / 3);
    json_decref(root);
}

static void assert_refused(const char *text, const char *message)
{
    g_autoptr(GError) error = NULL;

    assert_null(digest((const char *const[]){text, NULL}, &error));
    assert_int_equal(error->code, SRX_ERROR_INPUT);
    assert_string_equal(error->message, message);
}

static void what_is_no_result_is_refused(void **state)
{
    (void)state;
    assert_refused("{}", "first: expected an answer of srx plan, simulate or compare with --json, "
                         "found none");
    assert_refused("{\"schema\": \"srx/check/1\"}",
                   "first: expected an answer of srx plan, simulate or compare with --json, found "
                   "the schema srx/check/1");
    assert_refused("{\"schema\": \"srx/simulate/1\"}", "first: expected runs to show, found none");
    assert_refused("{\"schema\": \"srx/compare/1\", \"variants\": []}",
                   "first: expected runs to show, found none");
}

/* members of the wrong types neither crash nor appear: every member of an answer replaced in turn
 */
static void wrong_types_are_left_out(void **state)
{
    static const char *const texts[] = {SIMULATED(RUN), COMPARED};
    static const char *const wrong[] = {"7", "\"x\"", "[]", "{}", "null", "[[1]]", "[{\"a\": []}]"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(texts) * G_N_ELEMENTS(wrong); i++) {
        json_t *root = json_loads(texts[i % G_N_ELEMENTS(texts)], 0, NULL);
        json_t *member;
        const char *key;
        void *next;

        json_object_foreach_safe(root, next, key, member)
        {
            json_t *changed = json_deep_copy(root);
            g_autofree char *name = g_strdup(key);
            char *text;

            json_object_set_new(changed, name,
                                json_loads(wrong[i / G_N_ELEMENTS(texts)], JSON_DECODE_ANY, NULL));
            text = json_dumps(changed, 0);
            json_decref(digest((const char *const[]){text, NULL}, NULL));
            free(text);
            json_decref(changed);
        }
        json_decref(root);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_become_rows_of_columns_that_say_something),
        cmocka_unit_test(curves_are_of_all_runs),
        cmocka_unit_test(one_answer_has_facts_and_its_lists),
        cmocka_unit_test(a_plan_tells_its_reasons),
        cmocka_unit_test(variants_stand_side_by_side_without_runs_too),
        cmocka_unit_test(several_answers_are_compared),
        cmocka_unit_test(more_runs_than_a_page_holds_are_thinned_out),
        cmocka_unit_test(what_is_no_result_is_refused),
        cmocka_unit_test(wrong_types_are_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
