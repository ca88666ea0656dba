/* A Slack webhook: where its secret address comes from, and how a text is posted there. */
#include "slurmio/webhook.h"

#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CURL_SECONDS  8
#define TIMEOUT       10 /* [s] should curl not keep to its own */
#define ADDRESS_CHARS 2000
#define SAID_CHARS    200

struct Webhook {
    char *url;
    char **environ; /* of curl: the user's, less the secret */
};

/* ---- where the address comes from ---- */

static bool is_private(int file, const char *path, GError **error)
{
    struct stat status;

    if (fstat(file, &status) != 0)
        return srx_fail(error, SRX_ERROR_INPUT, "%s: %s", path, g_strerror(errno));
    if (!S_ISREG(status.st_mode))
        return srx_fail(error, SRX_ERROR_INPUT, "%s: expected a file with a webhook's address",
                        path);
    if (status.st_mode & (S_IRWXG | S_IRWXO))
        return srx_fail(error, SRX_ERROR_INPUT,
                        "%s: expected mode 0600, as a webhook's address is a secret, found %04o; "
                        "chmod 600 it",
                        path, (unsigned)status.st_mode & 07777);
    return true;
}

static char *read_private(const char *path, GError **error)
{
    char buffer[ADDRESS_CHARS + 1] = {0};
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    bool readable;

    if (file < 0)
        return srx_fail_null(error, SRX_ERROR_INPUT, "%s: %s", path, g_strerror(errno));
    readable = is_private(file, path, error);
    if (readable && read(file, buffer, ADDRESS_CHARS) < 0)
        readable = srx_fail(error, SRX_ERROR_INPUT, "%s: %s", path, g_strerror(errno));
    close(file);
    buffer[strcspn(buffer, "\r\n")] = '\0';
    return readable ? g_strdup(g_strstrip(buffer)) : NULL;
}

/* Plain http would show the secret to the network; a proxy or a test on this machine may use it. */
static bool is_here(const char *url)
{
    static const char *const hosts[] = {"http://127.0.0.1", "http://localhost", "http://[::1]"};

    for (size_t i = 0; i < G_N_ELEMENTS(hosts); i++) {
        size_t length = strlen(hosts[i]);

        if (strncmp(url, hosts[i], length) == 0 && strchr(":/", url[length]))
            return true;
    }
    return false;
}

static bool is_address(const char *url)
{
    if (!(g_str_has_prefix(url, "https://") && url[8]) && !is_here(url))
        return false;
    for (const char *at = url; *at; at++)
        if (!g_ascii_isgraph(*at) || strchr("\"\\<>{}", *at))
            return false;
    return true;
}

/* Its place is told, never what it says. */
static char *find_address(const char *path, GError **error)
{
    g_autofree char *own = g_build_filename(g_get_user_config_dir(), "srx", "slack-webhook", NULL);
    const char *given = g_getenv(WEBHOOK_VARIABLE), *from = WEBHOOK_VARIABLE;
    g_autofree char *url = NULL;

    if (given && *given && !path) {
        url = g_strdup(given);
    } else {
        from = path ? path : own;
        if (!path && !g_file_test(own, G_FILE_TEST_EXISTS))
            return srx_fail_null(error, SRX_ERROR_USAGE,
                                 "expected a Slack webhook's address in " WEBHOOK_VARIABLE
                                 " or in %s (mode 0600), found none",
                                 own);
        url = read_private(from, error);
    }
    if (url && !is_address(url))
        return srx_fail_null(error, SRX_ERROR_INPUT,
                             "%s: expected an address that begins with https://, found something "
                             "else (not shown, as it may be a secret)",
                             from);
    return g_steal_pointer(&url);
}

Webhook *webhook_new(const char *path, GError **error)
{
    g_autofree char *curl = g_find_program_in_path("curl");
    g_autofree char *url = find_address(path, error);
    Webhook *self;

    if (!url)
        return NULL;
    if (!curl)
        return srx_fail_null(error, SRX_ERROR_FAILED,
                             "a Slack webhook needs the program curl, which is not here; install "
                             "it, or use --on-change");
    self = g_new0(Webhook, 1);
    self->url = g_steal_pointer(&url);
    self->environ = g_environ_unsetenv(g_get_environ(), WEBHOOK_VARIABLE);
    return self;
}

void webhook_free(Webhook *self)
{
    if (!self)
        return;
    memset(self->url, 0, strlen(self->url));
    g_free(self->url);
    g_strfreev(self->environ);
    g_free(self);
}

/* ---- how a text is posted ---- */

/* Slack's three characters with a meaning; "<!channel>" in a job's name must call nobody. */
static char *escaped(const char *text)
{
    GString *result = g_string_new(NULL);

    for (const char *at = text; *at; at++) {
        if (*at == '&')
            g_string_append(result, "&amp;");
        else if (*at == '<')
            g_string_append(result, "&lt;");
        else if (*at == '>')
            g_string_append(result, "&gt;");
        else
            g_string_append_c(result, *at);
    }
    return g_string_free(result, FALSE);
}

char *webhook_body(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_autofree char *plain = escaped(valid);
    json_t *body = json_pack("{s:s, s:b, s:b}", "text", plain, "mrkdwn", 0, "unfurl_links", 0);
    char *dumped = json_dumps(body, JSON_COMPACT | JSON_ENSURE_ASCII);
    char *result = g_strdup(dumped);

    free(dumped);
    json_decref(body);
    return result;
}

/* A line of curl's configuration; in its quotes a backslash escapes. */
static void add_setting(GString *config, const char *name, const char *value)
{
    g_string_append_printf(config, "%s = \"", name);
    for (const char *at = value; *at; at++) {
        if (*at == '"' || *at == '\\')
            g_string_append_c(config, '\\');
        g_string_append_c(config, *at);
    }
    g_string_append(config, "\"\n");
}

static char *curl_config(const Webhook *self, const char *text)
{
    GString *config = g_string_new("silent\nshow-error\ninclude\n");
    g_autofree char *body = webhook_body(text);

    g_string_append_printf(config, "max-time = %d\nmax-filesize = 65536\n", CURL_SECONDS);
    add_setting(config, "proto", "=http,https");
    add_setting(config, "url", self->url);
    add_setting(config, "header", "Content-Type: application/json");
    add_setting(config, "header", "Expect:");
    add_setting(config, "data-raw", body);
    add_setting(config, "write-out", "\\n%{http_code}");
    return g_string_free(config, FALSE);
}

/* The last line of what curl printed; it is cut off. */
static int cut_status(char *printed)
{
    char *last = strrchr(printed, '\n');
    int status = last ? (int)g_ascii_strtoll(last + 1, NULL, 10) : 0;

    if (last)
        *last = '\0';
    return status;
}

static Span retry_after(const char *printed)
{
    g_auto(GStrv) lines = g_strsplit(printed, "\n", 64);

    for (char **line = lines; *line; line++)
        if (g_ascii_strncasecmp(*line, "Retry-After:", 12) == 0)
            return (Span)CLAMP(g_ascii_strtoll(*line + 12, NULL, 10), 0, SECONDS_A_DAY);
    return 0;
}

/* The receiver's own words for a refusal, which Slack puts in the body: "no_service". */
static char *refusal(const char *printed, int status)
{
    const char *body = g_strrstr(printed, "\r\n\r\n");
    g_autofree char *said = g_strndup(body ? body + 4 : "", SAID_CHARS);

    for (char *at = said; *at; at++)
        if (!g_ascii_isprint(*at))
            *at = ' ';
    g_strstrip(said);
    return g_strdup_printf("the Slack webhook answered %d%s%s", status, *said ? ": " : "", said);
}

/* What curl complains of, less the address should it be in there. */
static char *complaint(const Webhook *self, const ProcessResult *result)
{
    g_auto(GStrv) parts = g_strsplit(result->err, self->url, -1);
    g_autofree char *safe = g_strjoinv("(the address)", parts);

    if (result->timed_out)
        return g_strdup("the Slack webhook did not answer in time");
    g_strdelimit(safe, "\r\n", ' ');
    return g_strdup_printf("the Slack webhook cannot be reached: %s", g_strstrip(safe));
}

static Delivery judged(const Webhook *self, ProcessResult *result)
{
    Delivery delivery = {.fate = DELIVERY_LATER};
    int status;

    if (result->timed_out || result->status != 0) {
        delivery.why = complaint(self, result);
        return delivery;
    }
    status = cut_status(result->out);
    if (status >= 200 && status < 300)
        return (Delivery){.fate = DELIVERY_DONE};
    delivery.wait = retry_after(result->out);
    delivery.why = refusal(result->out, status);
    if (status != 429 && status != 408 && status < 500)
        delivery.fate = DELIVERY_NEVER;
    return delivery;
}

Delivery webhook_post(const Webhook *self, const char *text)
{
    static const char *const argv[] = {"curl", "-q", "-K", "-", NULL};
    g_autofree char *config = curl_config(self, text);
    g_auto(ProcessResult) result = {0};
    g_autoptr(GError) cause = NULL;
    const ProcessCommand command = {.argv = argv,
                                    .environment = (const char *const *)self->environ,
                                    .input = config,
                                    .timeout = TIMEOUT};

    if (!process_run(&command, &result, &cause))
        return (Delivery){DELIVERY_LATER, 0, g_strdup(cause->message)};
    return judged(self, &result);
}
