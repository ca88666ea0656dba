/* srx report RESULT -o report.html: one HTML file to look at, to sort, to print and to pass on. */
#include "cli/command.h"
#include "cli/digest.h"
#include "cli/output.h"
#include "cli/page.h"
#include "cli/results.h"

typedef struct {
    char *output, *title, *slurm_version;
} Settings;

static void options(void *settings, Options *out)
{
    Settings *self = settings;
    const GOptionEntry entries[] = {
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &self->output, "the HTML file", "FILE"},
        {"title", 0, 0, G_OPTION_ARG_FILENAME, &self->title,
         "the heading; else the name of the result", "TEXT"},
        {"slurm-version", 0, 0, G_OPTION_ARG_FILENAME, &self->slurm_version,
         "of a scenario: the Slurm to imitate", "VERSION"},
        OPTIONS_END,
    };

    options_add(out, "Output", entries);
}

static void free_answer(void *answer)
{
    digest_answer_free(answer);
}

static GPtrArray *read_answers(const Session *session, const Settings *self, char *const *paths,
                               GError **error)
{
    g_autoptr(GPtrArray) out = g_ptr_array_new_with_free_func(free_answer);

    for (char *const *path = paths; *path; path++) {
        json_t *root = results_json(session, *path, self->slurm_version, error);
        DigestAnswer *answer;

        if (!root)
            return NULL;
        answer = g_new0(DigestAnswer, 1);
        answer->name = results_name(*path);
        answer->root = root;
        g_ptr_array_add(out, answer);
    }
    return g_steal_pointer(&out);
}

/* "before, after": the names of what is shown. */
static char *title_of(const Settings *self, const GPtrArray *answers)
{
    g_autoptr(GString) out = g_string_new(NULL);

    if (self->title)
        return g_strdup(self->title);
    for (guint i = 0; i < answers->len; i++) {
        const DigestAnswer *answer = g_ptr_array_index(answers, i);
        const char *workflow = json_string_value(json_object_get(answer->root, "workflow"));

        g_string_append_printf(out, "%s%s", i ? ", " : "", workflow ? workflow : answer->name);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static bool check(const Settings *self, char *const *operands, GError **error)
{
    SlurmVersion version;

    if (!operands[0])
        return srx_fail(error, SRX_ERROR_USAGE,
                        "expected a scenario directory or answers of srx with --json, found "
                        "nothing");
    if (!self->output)
        return srx_fail(error, SRX_ERROR_USAGE, "expected --output=FILE: the HTML file to write");
    if (self->slurm_version && !version_parse(self->slurm_version, &version))
        return srx_fail(error, SRX_ERROR_USAGE,
                        "--slurm-version: expected a Slurm release such as 22.05 or 24.11, "
                        "found '%s'",
                        self->slurm_version);
    return true;
}

static bool run(const Session *session, const void *settings, char **operands, GError **error)
{
    const Settings *self = settings;
    g_autoptr(GPtrArray) answers = NULL;
    g_autofree char *title = NULL, *html = NULL;
    json_t *digest;

    if (!check(self, operands, error))
        return false;
    answers = read_answers(session, self, operands, error);
    if (!answers)
        return false;
    title = title_of(self, answers);
    digest = digest_of(answers, title, error);
    if (!digest)
        return false;
    html = page_html(digest, title);
    json_decref(digest);
    return output_save(self->output, html, error);
}

const Command command_report = {
    .name = "report",
    .summary = "one HTML file: tables to sort, a Gantt chart, load and waits",
    .usage = "[OPTION]... SCENARIO | RESULT...",
    .examples = "srx plan workflow.yaml --cluster DIR --json > plan.json\n"
                "srx report plan.json -o plan.html\n"
                "srx report before.json after.json -o change.html\n"
                "srx report scenarios/campus -o campus.html\n",
    .details = "RESULT is what srx plan, simulate or compare print with --json (- is stdin); a "
               "SCENARIO directory is simulated first. Several are shown side by side.\n\n"
               "The file needs nothing beside it and loads nothing: open it in a browser, mail "
               "it, print it.",
    .operands = OPERANDS_FILES,
    .size = sizeof(Settings),
    .options = options,
    .run = run,
};
