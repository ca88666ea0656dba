/* Tests of slurmio/notify.h. */
#include "tests/test.h"

#include "slurmio/notify.h"
#include "slurmio/webhook.h"
#include "tests/slurmio/webhook_server.h"

#include <glib/gstdio.h>

#define HOSTILE "a b'\"$(touch /tmp/srx-owned);`id`\n<!channel>&\xc3\xa9"

static const Notice failed = {.kind = NOTICE_STATE,
                              .run = "0123456789ab",
                              .workflow = "ml",
                              .job = "train",
                              .id = "123",
                              .was = "RUNNING",
                              .state = "FAILED",
                              .nodes = "n[1-2]",
                              .exit = 1,
                              .at = 1700000000};

static void a_notice_is_one_line(void **state)
{
    static const struct {
        Notice notice;
        const char *line;
    } cases[] = {
        {{.job = "a", .id = "7_2", .state = "PENDING", .exit = -1}, "a (7_2): PENDING"},
        {{.kind = NOTICE_STUCK, .job = "a", .id = "7", .state = "RUNNING", .text = "no output"},
         "a (7): stuck: no output"},
        {{.kind = NOTICE_RUN, .run = "r1", .workflow = "w", .state = "COMPLETED"},
         "w: run r1: COMPLETED"},
        {{.kind = NOTICE_NOTE, .job = "a\nb\033[1m", .text = "again"}, NULL},
    };
    g_autofree char *line = notice_line(&failed);

    (void)state;
    assert_string_equal(line, "ml: train (123): RUNNING -> FAILED, exit 1, on n[1-2]");
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = notice_line(&cases[i].notice);

        if (cases[i].line)
            assert_string_equal(text, cases[i].line);
        assert_null(strpbrk(text, "\n\033"));
    }
}

static void a_preset_lets_through_what_its_name_says(void **state)
{
    static const struct {
        NoticeKind kind;
        const char *state;
        const char *presets; /* t, r, a */
    } cases[] = {
        {NOTICE_STATE, "PENDING", "a"},         {NOTICE_STATE, "RUNNING", "ra"},
        {NOTICE_STATE, "COMPLETED", "tra"},     {NOTICE_STATE, "TIMEOUT", "tra"},
        {NOTICE_STATE, "OUT_OF_MEMORY", "tra"}, {NOTICE_STATE, "SUSPENDED", "a"},
        {NOTICE_STUCK, "RUNNING", "tra"},       {NOTICE_NOTE, NULL, "a"},
        {NOTICE_NOTE, "RUNNING", "a"},          {NOTICE_RUN, "RUNNING", "ra"},
        {NOTICE_RUN, "COMPLETED", "tra"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Notice notice = {.kind = cases[i].kind, .state = cases[i].state};

        assert_int_equal(notice_passes(&notice, NOTIFY_TERMINAL), !!strchr(cases[i].presets, 't'));
        assert_int_equal(notice_passes(&notice, NOTIFY_RUNNING_AND_TERMINAL),
                         !!strchr(cases[i].presets, 'r'));
        assert_true(notice_passes(&notice, NOTIFY_ALL));
        assert_true(notice_passes(&notice, NOTIFY_DIGEST));
        assert_false(notice_passes(&notice, NOTIFY_UNSET));
    }
}

static void presets_have_names(void **state)
{
    g_autoptr(GError) error = NULL;
    NotifyPreset preset = NOTIFY_UNSET;

    (void)state;
    assert_true(notify_preset_parse("running_and_terminal", &preset, NULL));
    assert_int_equal(preset, NOTIFY_RUNNING_AND_TERMINAL);
    assert_true(notify_preset_parse("digest", &preset, NULL));
    assert_int_equal(preset, NOTIFY_DIGEST);
    assert_false(notify_preset_parse("some", &preset, &error));
    assert_string_equal(error->message, "--notify: expected terminal, running_and_terminal, all or "
                                        "digest, found 'some'");
}

static void what_cannot_work_is_said_at_once(void **state)
{
    g_autoptr(GError) nobody = NULL, quote = NULL, address = NULL;

    (void)state;
    assert_null(notifier_new(&(NotifyChoice){.preset = NOTIFY_ALL}, &nobody));
    assert_string_equal(nobody->message,
                        "--notify: expected --slack or --on-change with it, found neither");
    assert_null(notifier_new(&(NotifyChoice){.on_change = "say 'x"}, &quote));
    assert_true(
        g_str_has_prefix(quote->message, "--on-change: expected a command line, found 'say 'x' ("));
    assert_null(notifier_new(&(NotifyChoice){.slack = true}, &address));
    assert_int_equal(address->code, SRX_ERROR_USAGE);
}

static void nobody_is_told_when_nobody_asked(void **state)
{
    Notifier *notifier = notifier_new(&(NotifyChoice){0}, NULL);

    (void)state;
    notifier_tell(notifier, &failed);
    assert_null(notifier_trouble(notifier));
    notifier_close(notifier, 0, NULL);
    notifier_close(NULL, 0, NULL);
}

/* Runs @command for @notices and gives what it wrote to the file that its %s stands for. */
static char *commanded(const char *command, NotifyPreset preset, const Notice *notices, guint n,
                       char **trouble)
{
    g_autofree char *path = NULL;
    int file = g_file_open_tmp("srx-XXXXXX", &path, NULL);
    g_auto(GStrv) parts = g_strsplit(command, "%s", -1);
    g_autofree char *line = g_strjoinv(path, parts);
    g_autoptr(GError) error = NULL;
    char *text = NULL;
    Notifier *notifier = notifier_new(&(NotifyChoice){.preset = preset, .on_change = line}, &error);

    close(file);
    assert_ok(notifier, error);
    for (guint i = 0; i < n; i++)
        notifier_tell(notifier, &notices[i]);
    notifier_close(notifier, 20, trouble);
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_remove(path);
    return text;
}

static void a_command_finds_the_details_in_its_environment(void **state)
{
    g_autofree char *text = NULL;

    (void)state;
    text = commanded("sh -c 'echo \"$SRX_KIND|$SRX_RUN|$SRX_WORKFLOW|$SRX_JOB|$SRX_JOB_ID|$SRX_WAS|"
                     "$SRX_STATE|$SRX_NODES|$SRX_EXIT|$SRX_AT|$SRX_TEXT|$SRX_LINE\" >>%s'",
                     NOTIFY_UNSET, &failed, 1, NULL);
    assert_string_equal(text, "state|0123456789ab|ml|train|123|RUNNING|FAILED|n[1-2]|1|1700000000||"
                              "ml: train (123): RUNNING -> FAILED, exit 1, on n[1-2]\n");
}

static void hostile_names_are_only_names(void **state)
{
    const Notice notices[] = {{.job = HOSTILE, .state = "FAILED", .exit = -1},
                              {.job = "LD_PRELOAD=/x", .state = "FAILED", .exit = -1}};
    g_autofree char *text = NULL;

    (void)state;
    g_remove("/tmp/srx-owned");
    text = commanded("sh -c 'echo \"<$SRX_JOB><$SRX_EXIT>\" >>%s'", NOTIFY_ALL, notices, 2, NULL);
    assert_string_equal(text, "<" HOSTILE "><>\n<LD_PRELOAD=/x><>\n");
    assert_false(g_file_test("/tmp/srx-owned", G_FILE_TEST_EXISTS));
}

static void a_command_runs_once_a_notice_in_order(void **state)
{
    const Notice notices[] = {{.job = "a", .state = "RUNNING"},
                              {.job = "b", .state = "FAILED"},
                              {.job = "c", .state = "COMPLETED"}};
    g_autofree char *all = NULL, *some = NULL, *digest = NULL;

    (void)state;
    all = commanded("sh -c 'echo $SRX_JOB >>%s'", NOTIFY_UNSET, notices, 3, NULL);
    assert_string_equal(all, "a\nb\nc\n");
    some = commanded("sh -c 'echo $SRX_JOB >>%s'", NOTIFY_TERMINAL, notices, 3, NULL);
    assert_string_equal(some, "b\nc\n");
    digest = commanded("sh -c 'echo $SRX_JOB >>%s'", NOTIFY_DIGEST, notices, 3, NULL);
    assert_string_equal(digest, "b\nc\n");
}

static void a_command_that_fails_is_told_and_the_next_one_runs(void **state)
{
    const Notice notices[] = {{.job = "a", .state = "FAILED"}, {.job = "b", .state = "FAILED"}};
    g_autofree char *trouble = NULL, *text = NULL, *absent = NULL, *nothing = NULL;

    (void)state;
    text = commanded("sh -c 'echo $SRX_JOB >>%s; echo no mail >&2; exit 3'", NOTIFY_ALL, notices, 2,
                     &trouble);
    assert_string_equal(text, "a\nb\n");
    assert_string_equal(trouble, "2 not delivered: --on-change: sh ended with status 3: no mail");
    nothing = commanded("/nowhere/mail", NOTIFY_ALL, notices, 1, &absent);
    assert_true(g_str_has_prefix(absent, "1 not delivered: --on-change: /nowhere/mail: "));
}

static void the_secret_does_not_reach_the_command(void **state)
{
    g_autofree char *text = NULL;

    (void)state;
    g_setenv(WEBHOOK_VARIABLE, "https://hooks.example/SECRET", TRUE);
    text = commanded("sh -c 'env >>%s'", NOTIFY_ALL, &failed, 1, NULL);
    g_unsetenv(WEBHOOK_VARIABLE);
    assert_null(strstr(text, "SECRET"));
    assert_non_null(strstr(text, "SRX_STATE=FAILED"));
}

/* Tells @n notices to a server that answers as @answers say; what it got. */
static char *told(const char *answers, NotifyPreset preset, guint n, Span patience, char **trouble)
{
    WebhookServer server;
    g_autoptr(GError) error = NULL;
    Notifier *notifier;
    char *log;

    webhook_server_start(&server, answers);
    g_setenv(WEBHOOK_VARIABLE, server.url, TRUE);
    notifier = notifier_new(&(NotifyChoice){.slack = true, .preset = preset}, &error);
    g_unsetenv(WEBHOOK_VARIABLE);
    assert_ok(notifier, error);
    for (guint i = 0; i < n; i++)
        notifier_tell(notifier, &failed);
    notifier_close(notifier, patience, trouble);
    log = webhook_server_log(&server);
    webhook_server_stop(&server);
    return log;
}

static guint count(const char *text, const char *what)
{
    guint n = 0;

    for (const char *at = strstr(text, what); at; at = strstr(at + 1, what))
        n++;
    return n;
}

static void slack_hears_of_ends_unless_told_otherwise(void **state)
{
    g_autofree char *trouble = NULL, *log = told("200", NOTIFY_UNSET, 1, 20, &trouble);

    (void)state;
    assert_null(trouble);
    assert_int_equal(count(log, "train (123): RUNNING -&gt; FAILED"), 1);
}

static void a_busy_and_a_failing_server_get_it_in_the_end(void **state)
{
    g_autofree char *trouble = NULL, *log = told("429:1 500 200", NOTIFY_ALL, 1, 30, &trouble);

    (void)state;
    assert_int_equal(count(log, "FAILED"), 3);
    assert_non_null(strstr(trouble, "(will be tried again)"));
}

static void notices_that_wait_go_in_one_message(void **state)
{
    g_autofree char *log = told("200", NOTIFY_DIGEST, 25, 20, NULL);

    (void)state;
    assert_int_equal(count(log, "\"path\""), 1);
    assert_int_equal(count(log, "FAILED"), 25);
}

static void a_dead_server_does_not_keep_anyone(void **state)
{
    gint64 before = g_get_monotonic_time();
    g_autofree char *trouble = NULL, *log = told("500", NOTIFY_ALL, 3, 1, &trouble);

    (void)state;
    assert_true(count(log, "\"path\"") >= 1);
    assert_true(g_get_monotonic_time() - before < 20 * G_USEC_PER_SEC);
    assert_true(strstr(trouble, "not delivered: the Slack webhook answered 500"));
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
        cmocka_unit_test(a_notice_is_one_line),
        cmocka_unit_test(a_preset_lets_through_what_its_name_says),
        cmocka_unit_test(presets_have_names),
        cmocka_unit_test(what_cannot_work_is_said_at_once),
        cmocka_unit_test(nobody_is_told_when_nobody_asked),
        cmocka_unit_test(a_command_finds_the_details_in_its_environment),
        cmocka_unit_test(hostile_names_are_only_names),
        cmocka_unit_test(a_command_runs_once_a_notice_in_order),
        cmocka_unit_test(a_command_that_fails_is_told_and_the_next_one_runs),
        cmocka_unit_test(the_secret_does_not_reach_the_command),
        cmocka_unit_test(slack_hears_of_ends_unless_told_otherwise),
        cmocka_unit_test(a_busy_and_a_failing_server_get_it_in_the_end),
        cmocka_unit_test(notices_that_wait_go_in_one_message),
        cmocka_unit_test(a_dead_server_does_not_keep_anyone),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
