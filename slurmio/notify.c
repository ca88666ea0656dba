/* Tells people what became of their jobs: a Slack webhook, a command of theirs, or both. */
#include "slurmio/notify.h"

#include "base/process.h"
#include "base/text.h"
#include "slurmio/webhook.h"

#include <string.h>

#define COMMAND_SECONDS 60
#define DIGEST_GATHERS  (15 * 60 * G_USEC_PER_SEC)
#define SLACK_LINES     40 /* in one message */
#define CAPACITY        1000
#define ATTEMPTS        6

struct Notifier {
    NotifyPreset slack_preset, command_preset;
    Webhook *webhook;
    Outbox *slack;   /* of char *, a line each; NULL */
    char **argv;     /* of the command; NULL */
    Outbox *command; /* of char **, an environment each; NULL */
};

bool notify_preset_parse(const char *text, NotifyPreset *out, GError **error)
{
    static const char *const names[] = {"terminal", "running_and_terminal", "all", "digest"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (g_str_equal(text, names[i])) {
            *out = (NotifyPreset)(NOTIFY_TERMINAL + i);
            return true;
        }
    return srx_fail(error, SRX_ERROR_USAGE,
                    "--notify: expected terminal, running_and_terminal, all or digest, found '%s'",
                    text);
}

/* ---- what a notice says ---- */

static bool is_terminal(const char *state)
{
    static const char *const going[] = {"PENDING",   "CONFIGURING", "RUNNING",      "COMPLETING",
                                        "SUSPENDED", "REQUEUED",    "REQUEUE_HOLD", "RESIZING",
                                        "SIGNALING", "STAGE_OUT",   "STOPPED"};

    if (!state || !*state)
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(going); i++)
        if (g_str_equal(state, going[i]))
            return false;
    return true;
}

bool notice_passes(const Notice *self, NotifyPreset preset)
{
    bool ends = self->kind == NOTICE_STUCK || is_terminal(self->state);

    switch (preset) {
    case NOTIFY_TERMINAL:
        return ends;
    case NOTIFY_RUNNING_AND_TERMINAL:
        return ends || (self->kind != NOTICE_NOTE && g_strcmp0(self->state, "RUNNING") == 0);
    case NOTIFY_ALL:
    case NOTIFY_DIGEST:
        return true;
    case NOTIFY_UNSET:
        break;
    }
    return false;
}

static void append_subject(GString *line, const Notice *self)
{
    if (self->workflow)
        g_string_append_printf(line, "%s: ", self->workflow);
    if (self->job)
        g_string_append(line, self->job);
    else
        g_string_append_printf(line, "run %s", self->run ? self->run : "");
    if (self->id)
        g_string_append_printf(line, " (%s)", self->id);
}

char *notice_line(const Notice *self)
{
    g_autoptr(GString) line = g_string_new(NULL);

    append_subject(line, self);
    if (self->kind == NOTICE_STUCK)
        g_string_append(line, ": stuck");
    else if (self->state)
        g_string_append_printf(line, ": %s%s%s", self->was ? self->was : "",
                               self->was ? " -> " : "", self->state);
    if (self->exit > 0)
        g_string_append_printf(line, ", exit %d", self->exit);
    if (self->nodes && *self->nodes)
        g_string_append_printf(line, ", on %s", self->nodes);
    if (self->text && *self->text)
        g_string_append_printf(line, ": %s", self->text);
    return text_clean(line->str);
}

static void set(char ***environment, const char *name, const char *value)
{
    *environment = g_environ_setenv(*environment, name, value ? value : "", TRUE);
}

static char **environment_of(const Notice *notice)
{
    static const char *const kinds[] = {"state", "stuck", "note", "run"};
    char **environment = g_environ_unsetenv(g_get_environ(), WEBHOOK_VARIABLE);
    g_autofree char *line = notice_line(notice);
    g_autofree char *at = g_strdup_printf("%" G_GINT64_FORMAT, notice->at);
    g_autofree char *status = g_strdup_printf("%d", notice->exit);

    set(&environment, "SRX_KIND", kinds[notice->kind]);
    set(&environment, "SRX_RUN", notice->run);
    set(&environment, "SRX_WORKFLOW", notice->workflow);
    set(&environment, "SRX_JOB", notice->job);
    set(&environment, "SRX_JOB_ID", notice->id);
    set(&environment, "SRX_WAS", notice->was);
    set(&environment, "SRX_STATE", notice->state);
    set(&environment, "SRX_NODES", notice->nodes);
    set(&environment, "SRX_EXIT", notice->exit < 0 ? "" : status);
    set(&environment, "SRX_AT", at);
    set(&environment, "SRX_TEXT", notice->text);
    set(&environment, "SRX_LINE", line);
    return environment;
}

/* ---- how it is told; in the threads of the outboxes ---- */

static Delivery post(void *data, GPtrArray *lines)
{
    const Notifier *self = data;
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < lines->len; i++)
        g_string_append_printf(text, "%s%s", i ? "\n" : "", (const char *)lines->pdata[i]);
    return webhook_post(self->webhook, text->str);
}

static Delivery run_command(void *data, GPtrArray *environments)
{
    const Notifier *self = data;
    g_auto(ProcessResult) result = {0};
    g_autoptr(GError) cause = NULL;
    const ProcessCommand command = {.argv = (const char *const *)self->argv,
                                    .environment = environments->pdata[0],
                                    .timeout = COMMAND_SECONDS};
    g_autofree char *said = NULL;

    if (!process_run(&command, &result, &cause))
        return (Delivery){DELIVERY_NEVER, 0, g_strdup_printf("--on-change: %s", cause->message)};
    if (result.timed_out)
        return (Delivery){DELIVERY_NEVER, 0,
                          g_strdup_printf("--on-change: %s did not end within %d s", self->argv[0],
                                          COMMAND_SECONDS)};
    if (result.status == 0)
        return (Delivery){.fate = DELIVERY_DONE};
    result.err[strcspn(result.err, "\n")] = '\0';
    said = text_clean(result.err);
    return (Delivery){DELIVERY_NEVER, 0,
                      g_strdup_printf("--on-change: %s ended with status %d%s%s", self->argv[0],
                                      result.status, *said ? ": " : "", said)};
}

static void environment_free(void *environment)
{
    g_strfreev(environment);
}

/* ---- the notifier ---- */

static void open_slack(Notifier *self, NotifyPreset preset)
{
    OutboxRules rules = {.deliver = post,
                         .self = self,
                         .free_item = g_free,
                         .batch = SLACK_LINES,
                         .capacity = CAPACITY,
                         .attempts = ATTEMPTS,
                         .pause = G_USEC_PER_SEC, /* Slack takes one a second */
                         .back_off = G_USEC_PER_SEC};

    self->slack_preset = preset == NOTIFY_UNSET ? NOTIFY_TERMINAL : preset;
    if (preset == NOTIFY_DIGEST)
        rules.gather = DIGEST_GATHERS;
    self->slack = outbox_new(&rules);
}

static void open_command(Notifier *self, NotifyPreset preset)
{
    OutboxRules rules = {.deliver = run_command,
                         .self = self,
                         .free_item = environment_free,
                         .batch = 1,
                         .capacity = CAPACITY,
                         .attempts = 1};

    self->command_preset = preset == NOTIFY_UNSET    ? NOTIFY_ALL
                           : preset == NOTIFY_DIGEST ? NOTIFY_TERMINAL
                                                     : preset;
    self->command = outbox_new(&rules);
}

Notifier *notifier_new(const NotifyChoice *choice, GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autoptr(Webhook) webhook = NULL;
    g_auto(GStrv) argv = NULL;
    Notifier *self;

    if (choice->preset != NOTIFY_UNSET && !choice->slack && !choice->on_change)
        return srx_fail_null(error, SRX_ERROR_USAGE,
                             "--notify: expected --slack or --on-change with it, found neither");
    if (choice->on_change && !g_shell_parse_argv(choice->on_change, NULL, &argv, &cause))
        return srx_fail_null(error, SRX_ERROR_USAGE,
                             "--on-change: expected a command line, found '%s' (%s)",
                             choice->on_change, cause->message);
    if (choice->slack && !(webhook = webhook_new(choice->slack_file, error)))
        return NULL;
    self = g_new0(Notifier, 1);
    self->webhook = g_steal_pointer(&webhook);
    self->argv = g_steal_pointer(&argv);
    if (self->webhook)
        open_slack(self, choice->preset);
    if (self->argv)
        open_command(self, choice->preset);
    return self;
}

void notifier_tell(Notifier *self, const Notice *notice)
{
    if (self->slack && notice_passes(notice, self->slack_preset))
        outbox_put(self->slack, notice_line(notice));
    if (self->command && notice_passes(notice, self->command_preset))
        outbox_put(self->command, environment_of(notice));
}

/* Of two, both. */
static char *joined(char *a, char *b)
{
    char *both;

    if (!a || !b)
        return a ? a : b;
    both = g_strdup_printf("%s; %s", a, b);
    g_free(a);
    g_free(b);
    return both;
}

char *notifier_trouble(Notifier *self)
{
    return joined(self->slack ? outbox_trouble(self->slack) : NULL,
                  self->command ? outbox_trouble(self->command) : NULL);
}

void notifier_close(Notifier *self, Span patience, char **trouble)
{
    char *of_slack = NULL, *of_command = NULL;

    if (!self)
        return;
    outbox_close(self->slack, patience, &of_slack);
    outbox_close(self->command, patience, &of_command);
    if (trouble)
        *trouble = joined(of_slack, of_command);
    else
        g_free(joined(of_slack, of_command));
    webhook_free(self->webhook);
    g_strfreev(self->argv);
    g_free(self);
}
