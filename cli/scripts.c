/* Existing job scripts as a workflow. */
#include "cli/scripts.h"

#include "slurmio/sbatchopts.h"

#include <string.h>

static void G_GNUC_PRINTF(2, 3) complain(Diags *diags, const char *format, ...)
{
    va_list values;
    g_autofree char *text = NULL;

    va_start(values, format);
    text = g_strdup_vprintf(format, values);
    va_end(values);
    diags_add(diags, DIAG_ERROR, "", 0, 0, NULL, "%s", text);
}

/* "jobs/train.sh" -> "train" */
static char *stem(const char *path)
{
    char *base = g_path_get_basename(path);
    char *dot = strrchr(base, '.');

    if (dot && dot != base)
        *dot = '\0';
    return base;
}

static uint32_t find_job(const Workflow *workflow, const char *name)
{
    for (uint32_t i = 0; i < workflow->n_jobs; i++) {
        g_autofree char *base = stem(workflow->jobs[i].file);

        if (g_str_equal(workflow->jobs[i].name, name) || g_str_equal(base, name))
            return i;
    }
    return workflow->n_jobs;
}

static WorkflowJob *require_job(Workflow *workflow, const char *option, const char *name,
                                Diags *diags)
{
    uint32_t index = find_job(workflow, name);
    g_autoptr(GString) names = g_string_new(NULL);

    if (index < workflow->n_jobs)
        return &workflow->jobs[index];
    for (uint32_t i = 0; i < workflow->n_jobs; i++)
        g_string_append_printf(names, "%s%s", i ? ", " : "", workflow->jobs[i].name);
    complain(diags, "%s: expected one of the jobs %s, found '%s'", option, names->str, name);
    return NULL;
}

static bool depend_type_parse(const char *text, DependType *out)
{
    for (DependType type = DEPEND_AFTER; type <= DEPEND_AFTERCORR; type++)
        if (g_str_equal(text, depend_type_name(type))) {
            *out = type;
            return true;
        }
    return false;
}

static void add_edge(WorkflowJob *job, const WorkflowEdge *edge)
{
    job->after = g_renew(WorkflowEdge, job->after, job->n_after + 1);
    job->after[job->n_after++] = *edge;
}

/* "afterok:a:b", "after:a+5" or plain "a". */
static void read_condition(Workflow *workflow, WorkflowJob *job, const char *text, Diags *diags)
{
    g_auto(GStrv) parts = g_strsplit(text, ":", -1);
    WorkflowEdge edge = {.type = DEPEND_AFTEROK};
    char **name = parts;

    if (parts[0] && parts[1] && !depend_type_parse(*name++, &edge.type)) {
        complain(diags,
                 "--after: expected after, afterany, afterok, afternotok or aftercorr, found '%s'",
                 parts[0]);
        return;
    }
    for (; *name; name++) {
        char *plus = edge.type == DEPEND_AFTER ? strchr(*name, '+') : NULL;
        guint64 delay = 0;
        const WorkflowJob *other;

        if (plus && g_ascii_string_to_unsigned(plus + 1, 10, 0, MINUTES_A_YEAR, &delay, NULL))
            *plus = '\0';
        other = require_job(workflow, "--after", *name, diags);
        if (!other)
            continue;
        edge.job = (uint32_t)(other - workflow->jobs);
        edge.delay = (uint32_t)delay;
        add_edge(job, &edge);
    }
}

/* "b=afterok:a,c" */
static void read_after(Workflow *workflow, const char *text, Diags *diags)
{
    g_auto(GStrv) sides = g_strsplit(text, "=", 2);
    g_auto(GStrv) conditions = NULL;
    WorkflowJob *job;

    if (!sides[0] || !sides[1] || !*sides[1]) {
        complain(diags, "--after: expected JOB=afterok:OTHER, found '%s'", text);
        return;
    }
    job = require_job(workflow, "--after", sides[0], diags);
    conditions = g_strsplit(sides[1], ",", -1);
    for (char **condition = conditions; job && *condition; condition++)
        read_condition(workflow, job, *condition, diags);
}

static void read_runtime(Workflow *workflow, const char *text, Diags *diags)
{
    g_auto(GStrv) sides = g_strsplit(text, "=", 2);
    g_autoptr(GError) cause = NULL;
    WorkflowJob *job;
    Span runtime;

    if (!sides[0] || !sides[1]) {
        complain(diags, "--runtime: expected JOB=DURATION such as train=2h30m, found '%s'", text);
        return;
    }
    job = require_job(workflow, "--runtime", sides[0], diags);
    if (!duration_parse(sides[1], &runtime, &cause))
        complain(diags, "--runtime: %s: %s", sides[0], cause->message);
    else if (job)
        job->runtime = (RuntimeGuess){true, runtime, runtime};
}

static void read_script(WorkflowJob *job, const char *path, Diags *diags)
{
    job->spec = job_spec_new();
    sbatchopts_script_load(path, job->spec, diags);
    job->name = job->spec->name ? g_strdup(job->spec->name) : stem(path);
    job->runs = RUNS_SCRIPT;
    job->command = g_new0(char *, 2);
    job->command[0] = g_strdup(path);
    job->file = g_strdup(path);
    job->cell = COUNT_UNSET;
    job->line = 1;
}

static void check_names(const Workflow *workflow, Diags *diags)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    for (uint32_t i = 0; i < workflow->n_jobs; i++) {
        WorkflowJob *job = &workflow->jobs[i];
        const WorkflowJob *before = g_hash_table_lookup(seen, job->name);

        if (before)
            diags_add(diags, DIAG_ERROR, job->file, 1, 0, NULL,
                      "two jobs are called '%s', here and in %s: give one another --job-name",
                      job->name, before->file);
        g_hash_table_insert(seen, job->name, job);
    }
}

/* The jobs that wait for nothing that is left are dropped until none or a cycle remains. */
static void check_cycles(const Workflow *workflow, Diags *diags)
{
    g_autofree bool *done = g_new0(bool, workflow->n_jobs + 1);
    g_autoptr(GString) names = g_string_new(NULL);
    bool moved = true;

    while (moved) {
        moved = false;
        for (uint32_t i = 0; i < workflow->n_jobs; i++) {
            const WorkflowJob *job = &workflow->jobs[i];
            bool waits = done[i];

            for (uint32_t k = 0; k < job->n_after && !waits; k++)
                waits = !done[job->after[k].job];
            done[i] |= !waits;
            moved |= !waits;
        }
    }
    for (uint32_t i = 0; i < workflow->n_jobs; i++)
        if (!done[i])
            g_string_append_printf(names, "%s%s", names->len ? ", " : "", workflow->jobs[i].name);
    if (names->len)
        complain(diags, "--after: these jobs wait for each other in a circle: %s", names->str);
}

Workflow *scripts_load(char *const *paths, const ScriptOptions *options, Diags *diags)
{
    g_autoptr(Workflow) workflow = g_new0(Workflow, 1);
    size_t n = 0;

    while (paths[n])
        n++;
    workflow->jobs = g_new0(WorkflowJob, n + 1);
    workflow->n_cells = 1;
    for (size_t i = 0; i < n; i++)
        read_script(&workflow->jobs[workflow->n_jobs++], paths[i], diags);
    workflow->name = g_strdup(n == 1 ? workflow->jobs[0].name : "scripts");
    check_names(workflow, diags);
    for (const char *const *after = options->after; after && *after; after++)
        read_after(workflow, *after, diags);
    for (const char *const *runtime = options->runtimes; runtime && *runtime; runtime++)
        read_runtime(workflow, *runtime, diags);
    check_cycles(workflow, diags);
    if (diags_count(diags, DIAG_ERROR) > 0)
        return NULL;
    return g_steal_pointer(&workflow);
}
