/* srunx workflow YAML, every file unchanged, and srx's additions -> Workflow. */
#include "planner/workflow_yaml.h"

#include "planner/imports.h"
#include "planner/sweep.h"
#include "planner/throttle.h"
#include "planner/workflow_cell.h"
#include <string.h>

#define JOBS_MOST 100000

typedef struct {
    WorkflowReader reader;
    const YamlNode *args, *jobs;
    Sweep *sweep;
    char **labels; /* of the cells; NULL without a sweep */
    Workflow *out;
} File;

static void file_clear(File *self)
{
    g_clear_pointer(&self->sweep, sweep_free);
    g_clear_pointer(&self->labels, g_strfreev);
    g_clear_pointer(&self->out, workflow_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(File, file_clear)

/* ---- the top of the file ----------------------------------------------------------------- */

/* Keys that begin with x- are the author's own: a place for anchors. */
static void accept_own(const YamlNode *root, YamlMap *map)
{
    for (size_t i = 0; yaml_kind(root) == YAML_MAP && i < yaml_length(root); i++) {
        if (g_str_has_prefix(yaml_key(root, i), "x-"))
            yaml_map_get(map, yaml_key(root, i));
    }
}

static const YamlNode *read_jobs_key(YamlMap *map, Diags *diags)
{
    const YamlNode *jobs;

    if (yaml_map_say(map, "tasks", DIAG_ERROR,
                     "'tasks' is called 'jobs' today; what a job asks for stands under "
                     "'resources', conda and venv under 'environment', and 'async' is gone"))
        return NULL;
    jobs = yaml_map_require(map, "jobs");
    if (jobs && (yaml_kind(jobs) != YAML_LIST || yaml_length(jobs) == 0)) {
        yaml_say(jobs, diags, DIAG_ERROR, "expected a list of at least one job for 'jobs'");
        return NULL;
    }
    return jobs;
}

static void read_top(File *self, const YamlNode *root)
{
    Diags *diags = self->reader.diags;
    const WorkflowOptions *options = self->reader.options;
    const YamlNode *sweep;
    YamlMap *map;

    if (yaml_kind(root) == YAML_LIST && yaml_length(root) > 0) {
        yaml_say(root, diags, DIAG_WARNING,
                 "expected 'jobs:' before this list; it is taken for the jobs");
        self->jobs = root;
        self->sweep = sweep_read(NULL, options ? options->sweeps : NULL,
                                 options ? options->args : NULL, diags);
        return;
    }
    map = yaml_map_begin(root, "a workflow", diags);
    yaml_map_string(map, "name", &self->out->name);
    yaml_map_get(map, "description");
    yaml_map_get(map, "default_project");
    self->args = yaml_map_get(map, "args");
    if (self->args && yaml_kind(self->args) != YAML_MAP)
        yaml_say(self->args, diags, DIAG_ERROR, "expected names and values for 'args'");
    sweep = yaml_map_get(map, "sweep");
    self->sweep =
        sweep_read(sweep, options ? options->sweeps : NULL, options ? options->args : NULL, diags);
    if (yaml_kind(root) == YAML_MAP)
        self->jobs = read_jobs_key(map, diags);
    accept_own(root, map);
    yaml_map_end(map);
}

/* ---- cells ------------------------------------------------------------------------------- */

static void warn_unused(const File *self, const Arguments *arguments)
{
    for (guint i = 0; i < self->sweep->axes->len; i++) {
        const SweepAxis *axis = &g_array_index(self->sweep->axes, SweepAxis, i);

        if (arguments_used(arguments, axis->name))
            continue;
        if (axis->map)
            yaml_say_key(axis->map, axis->index, self->reader.diags, DIAG_WARNING,
                         "no job uses {{ %s }}: its cells are all the same", axis->name);
        else
            diags_add(self->reader.diags, DIAG_WARNING, "", 0, 0, NULL,
                      "--sweep: no job uses {{ %s }}: its cells are all the same", axis->name);
    }
}

/* A cell's jobs take their place among all jobs: their names and edges with them. */
static void place_cell(const File *self, uint32_t cell, uint32_t n, WorkflowJob *jobs)
{
    for (uint32_t i = 0; i < n; i++) {
        WorkflowJob *job = &jobs[i];

        job->base = g_strdup(job->name);
        job->cell = self->labels ? cell : COUNT_UNSET;
        for (uint32_t j = 0; j < job->n_after; j++)
            job->after[j].job += cell * n;
        if (!self->labels)
            continue;
        g_free(job->name);
        job->name = g_strdup_printf("%s-%s", job->base, self->labels[cell]);
        g_free(job->spec->name);
        job->spec->name = g_strdup(job->name);
    }
}

static bool read_cell(File *self, uint32_t cell, Diags *diags)
{
    const WorkflowOptions *options = self->reader.options;
    g_autoptr(Arguments) arguments = arguments_new(self->args);
    uint32_t n = (uint32_t)yaml_length(self->jobs);
    WorkflowJob *jobs = self->out->jobs + (size_t)cell * n;
    WorkflowReader reader = self->reader;
    bool fine;

    reader.diags = diags;
    arguments_take(arguments, options ? options->args : NULL, diags);
    for (guint i = 0; i < self->sweep->axes->len; i++)
        arguments_set(arguments, g_array_index(self->sweep->axes, SweepAxis, i).name,
                      sweep_value(self->sweep, i, cell));
    self->out->n_jobs += n;
    fine = workflow_cell_read(&reader, self->jobs, arguments, jobs);
    if (fine)
        place_cell(self, cell, n, jobs);
    if (fine && cell == 0)
        warn_unused(self, arguments);
    return fine;
}

/* "lr=0.1, seed=2" (transfer full) */
static char *cell_words(const Sweep *sweep, uint32_t cell)
{
    g_autoptr(GString) words = g_string_new(NULL);

    for (guint i = 0; i < sweep->axes->len; i++)
        g_string_append_printf(words, "%s%s=%s", i ? ", " : "",
                               g_array_index(sweep->axes, SweepAxis, i).name,
                               sweep_value(sweep, i, cell));
    return g_string_free(g_steal_pointer(&words), FALSE);
}

/* The first cell tells all; the others only what it did not. */
static bool read_cells(File *self)
{
    Diags *diags = self->reader.diags;
    uint32_t cells = self->sweep->n_cells;
    uint64_t n = (uint64_t)yaml_length(self->jobs) * cells;

    if (n > JOBS_MOST) {
        yaml_say(self->jobs, diags, DIAG_ERROR,
                 "expected at most %d jobs, found %" G_GUINT64_FORMAT, JOBS_MOST, n);
        return false;
    }
    self->labels = sweep_labels(self->sweep);
    self->out->jobs = g_new0(WorkflowJob, n + 1);
    self->out->n_cells = cells;
    self->out->max_parallel = self->sweep->max_parallel;
    self->out->fail_fast = self->sweep->fail_fast;
    if (!read_cell(self, 0, diags))
        return false;
    for (uint32_t i = 1; i < cells; i++) {
        g_autoptr(Diags) said = diags_new();
        bool fine = read_cell(self, i, said);

        diags_merge(diags, said);
        if (!fine) {
            g_autofree char *words = cell_words(self->sweep, i);

            diags_add(diags, DIAG_NOTE, self->reader.path, 0, 0, NULL,
                      "this is so in the cell %s of the sweep", words);
            return false;
        }
    }
    return true;
}

/* ---- --runtime --------------------------------------------------------------------------- */

static void refuse_runtime(const File *self, const char *name)
{
    g_autofree const char **names = g_new0(const char *, (gsize)self->out->n_jobs + 1);
    const char *near;

    for (uint32_t i = 0; i < self->out->n_jobs; i++)
        names[i] = self->out->jobs[i].base;
    near = nearest_word(name, names, self->out->n_jobs);
    diags_add(self->reader.diags, DIAG_ERROR, "", 0, 0, NULL,
              near ? "--runtime: no job is called '%s'; did you mean '%s'?"
                   : "--runtime: no job is called '%s'%s",
              name, near ? near : "");
}

/* One "job=10m": a job by its name, or all cells of it by its name in the file. */
static void take_runtime(File *self, const char *option)
{
    const char *equals = strrchr(option, '=');
    g_autofree char *name = equals ? g_strndup(option, (gsize)(equals - option)) : NULL;
    g_autoptr(GError) error = NULL;
    bool found = false;
    Span span;

    if (!name || !duration_parse(equals + 1, &span, &error)) {
        diags_add(self->reader.diags, DIAG_ERROR, "", 0, 0, NULL,
                  "expected --runtime job=10m, found '%s'", option);
        return;
    }
    for (uint32_t i = 0; i < self->out->n_jobs; i++) {
        WorkflowJob *job = &self->out->jobs[i];

        if (strcmp(job->name, name) != 0 && strcmp(job->base, name) != 0)
            continue;
        job->runtime = (RuntimeGuess){.given = true, .p50 = span, .p90 = span};
        found = true;
    }
    if (!found)
        refuse_runtime(self, name);
}

static void take_runtimes(File *self)
{
    const char *const *options = self->reader.options ? self->reader.options->runtimes : NULL;

    for (size_t i = 0; options && options[i]; i++) {
        g_auto(GStrv) each = g_strsplit(options[i], ",", -1);

        for (char **one = each; *one; one++)
            take_runtime(self, *one);
    }
}

static void warn_limits(const File *self)
{
    for (uint32_t i = 0; i < self->out->n_jobs; i++) {
        const WorkflowJob *job = &self->out->jobs[i];
        uint32_t limit = job->spec->time_limit;
        g_autofree char *runtime = span_words(job->runtime.p50), *words = NULL;

        if (!job->runtime.given || limit == MINUTES_UNSET || limit == MINUTES_UNLIMITED ||
            job->runtime.p50 <= (Span)limit * 60)
            continue;
        words = span_words((Span)limit * 60);
        diags_add(self->reader.diags, DIAG_WARNING, job->file, job->line, 0, NULL,
                  "job '%s' runs %s but asks for %s: Slurm will end it", job->name, runtime, words);
    }
}

Workflow *workflow_yaml_load(const char *path, const WorkflowOptions *options, Diags *diags)
{
    g_autoptr(YamlDocument) document = yaml_load(path, diags);
    g_auto(File) self = {.reader = {.options = options, .path = path, .diags = diags}};
    size_t errors = diags_count(diags, DIAG_ERROR);

    if (!document)
        return NULL;
    self.out = g_new0(Workflow, 1);
    read_top(&self, yaml_root(document));
    if (!self.jobs || !read_cells(&self))
        return NULL;
    workflow_throttle(self.out);
    workflow_imports(self.out, diags);
    take_runtimes(&self);
    warn_limits(&self);
    if (!self.out->name)
        self.out->name = g_strdup("unnamed"); /* as srunx calls it */
    return diags_count(diags, DIAG_ERROR) == errors ? g_steal_pointer(&self.out) : NULL;
}
