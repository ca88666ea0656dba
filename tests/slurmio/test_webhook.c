/* Tests of slurmio/webhook.h. */
#include "tests/test.h"

#include "slurmio/webhook.h"
#include "tests/slurmio/webhook_server.h"

#include <glib/gstdio.h>

static Webhook *at_server(const WebhookServer *server)
{
    g_autoptr(GError) error = NULL;
    Webhook *webhook;

    g_setenv(WEBHOOK_VARIABLE, server->url, TRUE);
    webhook = webhook_new(NULL, &error);
    g_unsetenv(WEBHOOK_VARIABLE);
    assert_ok(webhook, error);
    return webhook;
}

/* What posting @text comes to when the server answers @answer. */
static Delivery post(const char *answer, const char *text, char **logged)
{
    WebhookServer server;
    g_autoptr(Webhook) webhook = NULL;
    Delivery delivery;

    webhook_server_start(&server, answer);
    webhook = at_server(&server);
    delivery = webhook_post(webhook, text);
    assert_true(!delivery.why || !strstr(delivery.why, "SECRET"));
    *logged = webhook_server_log(&server);
    webhook_server_stop(&server);
    return delivery;
}

static void a_text_arrives_as_json(void **state)
{
    g_autofree char *log = NULL;
    Delivery delivery = post("200", "train: RUNNING -> FAILED", &log);

    (void)state;
    assert_int_equal(delivery.fate, DELIVERY_DONE);
    assert_null(delivery.why);
    assert_non_null(strstr(log, "\"path\": \"/services/SECRET\""));
    assert_non_null(strstr(log, "\"type\": \"application/json\""));
    assert_non_null(strstr(log, "\"text\": \"train: RUNNING -&gt; FAILED\""));
}

static void nothing_in_a_text_is_markup_or_breaks_out(void **state)
{
    g_autofree char *log = NULL;
    Delivery delivery =
        post("200", "a<!channel> & \"b\" \\ \n\turl = \"x\" @f \xc3\xa9 '$(x)", &log);

    (void)state;
    assert_int_equal(delivery.fate, DELIVERY_DONE);
    assert_non_null(strstr(log, "\"text\": \"a&lt;!channel&gt; &amp; \\\"b\\\" \\\\ \\n\\turl = "
                                "\\\"x\\\" @f \\u00e9 '$(x)\""));
    assert_non_null(strstr(log, "\"mrkdwn\": false"));
}

static void a_server_that_is_busy_says_how_long_to_wait(void **state)
{
    g_autofree char *log = NULL, *why = NULL;
    Delivery delivery = post("429:7", "x", &log);

    (void)state;
    why = delivery.why;
    assert_int_equal(delivery.fate, DELIVERY_LATER);
    assert_int_equal(delivery.wait, 7);
    assert_string_equal(why, "the Slack webhook answered 429: no_service");
}

static void a_server_that_fails_is_worth_another_try(void **state)
{
    g_autofree char *log = NULL, *why = NULL;
    Delivery delivery = post("500", "x", &log);

    (void)state;
    why = delivery.why;
    assert_int_equal(delivery.fate, DELIVERY_LATER);
    assert_int_equal(delivery.wait, 0);
    assert_string_equal(why, "the Slack webhook answered 500: no_service");
}

static void a_refusal_is_final(void **state)
{
    g_autofree char *log = NULL, *why = NULL;
    Delivery delivery = post("404", "x", &log);

    (void)state;
    why = delivery.why;
    assert_int_equal(delivery.fate, DELIVERY_NEVER);
    assert_string_equal(why, "the Slack webhook answered 404: no_service");
}

static void a_server_that_hangs_is_left(void **state)
{
    gint64 before = g_get_monotonic_time();
    g_autofree char *log = NULL, *why = NULL;
    Delivery delivery = post("hang", "x", &log);

    (void)state;
    why = delivery.why;
    assert_int_equal(delivery.fate, DELIVERY_LATER);
    assert_non_null(strstr(why, "the Slack webhook"));
    assert_true(g_get_monotonic_time() - before < 20 * G_USEC_PER_SEC);
}

static void a_server_that_is_not_there_is_worth_another_try(void **state)
{
    WebhookServer server;
    g_autoptr(Webhook) webhook = NULL;
    g_autofree char *why = NULL;
    Delivery delivery;

    (void)state;
    webhook_server_start(&server, "200");
    webhook = at_server(&server);
    webhook_server_stop(&server);
    delivery = webhook_post(webhook, "x");
    why = delivery.why;
    assert_int_equal(delivery.fate, DELIVERY_LATER);
    assert_true(g_str_has_prefix(why, "the Slack webhook cannot be reached: curl: (7)"));
    assert_null(strstr(why, "SECRET"));
}

/* curl, but it first tells its arguments and environment. */
static void the_address_is_in_no_argument_and_no_environment(void **state)
{
    g_autofree char *place = g_dir_make_tmp("srx-XXXXXX", NULL);
    g_autofree char *program = g_build_filename(place, "curl", NULL);
    g_autofree char *seen = g_build_filename(place, "seen", NULL);
    g_autofree char *path = g_strdup(g_getenv("PATH"));
    g_autofree char *ours = g_strdup_printf("%s:%s", place, path), *text = NULL, *script = NULL;
    g_autoptr(Webhook) webhook = NULL;
    Delivery delivery;

    (void)state;
    script = g_strdup_printf("#!/bin/sh\n{ echo \"$@\"; env; } >%s\nprintf 'x\\n200'\n", seen);
    assert_true(g_file_set_contents(program, script, -1, NULL));
    g_chmod(program, 0700);
    g_setenv("PATH", ours, TRUE);
    g_setenv(WEBHOOK_VARIABLE, "https://hooks.example/SECRET", TRUE);
    webhook = webhook_new(NULL, NULL);
    delivery = webhook_post(webhook, "x");
    g_unsetenv(WEBHOOK_VARIABLE);
    g_setenv("PATH", path, TRUE);
    assert_int_equal(delivery.fate, DELIVERY_DONE);
    assert_true(g_file_get_contents(seen, &text, NULL, NULL));
    assert_true(g_str_has_prefix(text, "-q -K -\n"));
    assert_null(strstr(text, "SECRET"));
    g_remove(program);
    g_remove(seen);
    g_rmdir(place);
}

static void only_a_private_file_is_taken(void **state)
{
    static const struct {
        const char *text;
        unsigned mode;
        const char *message; /* after the path; NULL: fine */
    } cases[] = {
        {"https://hooks.slack.com/services/T/B/x\n", 0600, NULL},
        {"https://hooks.slack.com/services/T/B/x", 0400, NULL},
        {"http://localhost:8080/x\n", 0600, NULL},
        {"https://hooks.slack.com/x\n", 0640,
         ": expected mode 0600, as a webhook's address is a secret, found 0640; chmod 600 it"},
        {"http://hooks.slack.com/x\n", 0600, ": expected an address that begins with https://"},
        {"http://localhost.evil.com/x\n", 0600, ": expected an address that begins with https://"},
        {"https://a b\n", 0600, ": expected an address that begins with https://"},
        {"https://a\"\n", 0600, ": expected an address that begins with https://"},
        {"\n", 0600, ": expected an address that begins with https://"},
    };
    g_autofree char *place = g_dir_make_tmp("srx-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(place, "hook", NULL);

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Webhook) webhook = NULL;

        g_remove(path);
        assert_true(g_file_set_contents(path, cases[i].text, -1, NULL));
        g_chmod(path, cases[i].mode);
        webhook = webhook_new(path, &error);
        assert_int_equal(!webhook, !!cases[i].message);
        if (webhook)
            continue;
        assert_int_equal(error->code, SRX_ERROR_INPUT);
        assert_true(g_str_has_prefix(error->message, path));
        assert_true(g_str_has_prefix(error->message + strlen(path), cases[i].message));
        assert_null(strstr(error->message, "/x"));
    }
    g_remove(path);
    g_rmdir(place);
}

static void what_is_no_file_is_refused(void **state)
{
    g_autoptr(GError) directory = NULL, absent = NULL;

    (void)state;
    assert_null(webhook_new("/", &directory));
    assert_string_equal(directory->message, "/: expected a file with a webhook's address");
    assert_null(webhook_new("/nowhere/hook", &absent));
    assert_string_equal(absent->message, "/nowhere/hook: No such file or directory");
}

static void without_any_address_it_says_where_one_may_be(void **state)
{
    g_autoptr(GError) error = NULL;

    (void)state;
    assert_null(webhook_new(NULL, &error));
    assert_int_equal(error->code, SRX_ERROR_USAGE);
    assert_true(g_str_has_prefix(
        error->message, "expected a Slack webhook's address in SLACK_WEBHOOK_URL or in /"));
}

static void without_curl_it_says_what_to_do(void **state)
{
    g_autofree char *path = g_strdup(g_getenv("PATH"));
    g_autoptr(GError) error = NULL;
    Webhook *webhook;

    (void)state;
    g_setenv("PATH", "/nowhere", TRUE);
    g_setenv(WEBHOOK_VARIABLE, "https://hooks.example/x", TRUE);
    webhook = webhook_new(NULL, &error);
    g_unsetenv(WEBHOOK_VARIABLE);
    g_setenv("PATH", path, TRUE);
    assert_null(webhook);
    assert_string_equal(error->message, "a Slack webhook needs the program curl, which is not "
                                        "here; install it, or use --on-change");
}

static int setup(void **state)
{
    (void)state;
    g_unsetenv(WEBHOOK_VARIABLE);
    g_setenv("XDG_CONFIG_HOME", "/nowhere", TRUE);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_arrives_as_json),
        cmocka_unit_test(nothing_in_a_text_is_markup_or_breaks_out),
        cmocka_unit_test(a_server_that_is_busy_says_how_long_to_wait),
        cmocka_unit_test(a_server_that_fails_is_worth_another_try),
        cmocka_unit_test(a_refusal_is_final),
        cmocka_unit_test(a_server_that_hangs_is_left),
        cmocka_unit_test(a_server_that_is_not_there_is_worth_another_try),
        cmocka_unit_test(the_address_is_in_no_argument_and_no_environment),
        cmocka_unit_test(only_a_private_file_is_taken),
        cmocka_unit_test(what_is_no_file_is_refused),
        cmocka_unit_test(without_any_address_it_says_where_one_may_be),
        cmocka_unit_test(without_curl_it_says_what_to_do),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
