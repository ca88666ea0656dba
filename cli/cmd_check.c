/* srx check FILE... */
#include "base/table.h"
#include "cli/command.h"
#include "cli/jsontext.h"
#include "cli/lint.h"
#include "cli/messages.h"

#include <stdio.h>

typedef struct {
    gboolean json, parsable;
} Settings;

/* What was found in one file. */
typedef struct {
    const char *path;
    FileKind kind;
    char *summary;
    Diags *diags;
} Finding;

static void options(void *settings, Options *out)
{
    Settings *self = settings;
    const GOptionEntry output[] = {
        {"json", 0, 0, G_OPTION_ARG_NONE, &self->json, "JSON, schema srx/check/1", NULL},
        {"parsable", 'P', 0, G_OPTION_ARG_NONE, &self->parsable,
         "one line a finding, fields between bars, as sacct -P", NULL},
        OPTIONS_END,
    };

    options_add(out, "Output", output);
}

static void finding_clear(void *data)
{
    Finding *self = data;

    g_free(self->summary);
    diags_free(self->diags);
}

static void print_text(const Session *session, const Finding *finding)
{
    size_t errors = diags_count(finding->diags, DIAG_ERROR);
    size_t warnings = diags_count(finding->diags, DIAG_WARNING);

    diags_print(session, &session->out, finding->diags, stdout);
    if (errors == 0)
        printf("%s: %s with %s: %s\n", finding->path, file_kind_name(finding->kind),
               finding->summary, warnings ? "no errors" : "ok");
}

static const char *level_name(DiagLevel level)
{
    static const char *const names[] = {"note", "warning", "error"};

    return names[level];
}

static void print_diag_json(const Diag *diag)
{
    fputs("{\"level\": ", stdout);
    json_text(stdout, level_name(diag->level));
    fputs(", \"file\": ", stdout);
    json_text(stdout, diag->file);
    fprintf(stdout, ", \"line\": %d, \"column\": %d, \"text\": ", diag->line, diag->column);
    json_text(stdout, diag->text);
    fputs(", \"source\": ", stdout);
    json_text(stdout, diag->source);
    fputs("}", stdout);
}

static void print_finding_json(const Session *session, const Finding *finding)
{
    g_autofree const Diag **sorted = diags_sorted(finding->diags);
    const char *between = "";

    fputs("{\"file\": ", stdout);
    json_text(stdout, finding->path);
    fputs(", \"kind\": ", stdout);
    json_text(stdout, file_kind_name(finding->kind));
    fprintf(stdout, ", \"errors\": %u, \"warnings\": %u, \"found\": ",
            (unsigned)diags_count(finding->diags, DIAG_ERROR),
            (unsigned)diags_count(finding->diags, DIAG_WARNING));
    json_text(stdout, finding->summary);
    fputs(", \"diagnostics\": [", stdout);
    for (const Diag **diag = sorted; *diag; diag++) {
        if (!diag_is_wanted(session, *diag))
            continue;
        printf("%s\n      ", between);
        print_diag_json(*diag);
        between = ",";
    }
    fputs("]}", stdout);
}

static void print_json(const Session *session, const GArray *findings)
{
    fputs("{\n  \"schema\": \"srx/check/1\",\n  \"files\": [", stdout);
    for (guint i = 0; i < findings->len; i++) {
        fputs(i ? ",\n    " : "\n    ", stdout);
        print_finding_json(session, &g_array_index(findings, Finding, i));
    }
    fputs("\n  ]\n}\n", stdout);
}

static void rows_of_finding(Table *table, const Session *session, const Finding *finding)
{
    g_autofree const Diag **sorted = diags_sorted(finding->diags);

    for (const Diag **diag = sorted; *diag; diag++) {
        if (!diag_is_wanted(session, *diag))
            continue;
        table_row(table);
        table_cell(table, "%s", (*diag)->file);
        table_cell(table, "%d", (*diag)->line);
        table_cell(table, "%d", (*diag)->column);
        table_cell(table, "%s", level_name((*diag)->level));
        table_cell(table, "%s", (*diag)->text);
    }
}

static void print_parsable(const Session *session, const GArray *findings)
{
    static const char *const titles[] = {"File", "Line", "Column", "Level", "Text"};
    g_autoptr(Table) table = table_new();
    g_autofree char *text = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(titles); i++)
        table_column(table, titles[i], TABLE_LEFT, false);
    for (guint i = 0; i < findings->len; i++)
        rows_of_finding(table, session, &g_array_index(findings, Finding, i));
    text = table_parsable(table, '|', true);
    fputs(text, stdout);
}

static bool count_errors(const GArray *findings, GError **error)
{
    size_t errors = 0, files = 0;

    for (guint i = 0; i < findings->len; i++) {
        size_t here = diags_count(g_array_index(findings, Finding, i).diags, DIAG_ERROR);

        errors += here;
        files += here > 0;
    }
    if (errors == 0)
        return true;
    return srx_fail(error, SRX_ERROR_INPUT, "%u error%s in %u of %u file%s", (unsigned)errors,
                    errors == 1 ? "" : "s", (unsigned)files, findings->len,
                    findings->len == 1 ? "" : "s");
}

static bool run(const Session *session, const void *settings, char **operands, GError **error)
{
    const Settings *self = settings;
    g_autoptr(GArray) findings = g_array_new(FALSE, TRUE, sizeof(Finding));

    g_array_set_clear_func(findings, finding_clear);
    if (!operands[0])
        return srx_fail(error, SRX_ERROR_USAGE, "expected files to check, found none");
    if (self->json && self->parsable)
        return srx_fail(error, SRX_ERROR_USAGE, "expected one of --json and --parsable");
    for (char **path = operands; *path; path++) {
        Finding finding = {.path = *path, .diags = diags_new()};

        lint_file(*path, finding.diags, &finding.kind, &finding.summary);
        g_array_append_val(findings, finding);
        if (!self->json && !self->parsable)
            print_text(session, &finding);
    }
    if (self->json)
        print_json(session, findings);
    if (self->parsable)
        print_parsable(session, findings);
    return count_errors(findings, error);
}

const Command command_check = {
    .name = "check",
    .summary = "what Slurm would refuse or silently misread in a file, and the mend",
    .usage = "[OPTION]... FILE...",
    .examples = "srx check workflow.yaml job.sh\n"
                "srx check -v /etc/slurm/slurm.conf\n"
                "srx check scenarios/campus\n",
    .details = "Workflows, job scripts, slurm.conf (with what it includes, gres.conf and "
               "topology.conf beside it), accounting data and scenario directories are told apart "
               "by their content. Exit status: 0 no errors, 3 errors.",
    .operands = OPERANDS_FILES,
    .size = sizeof(Settings),
    .options = options,
    .run = run,
};
