/* One job of a workflow file: what it runs, asks for, and what when it fails. */
#include "planner/workflow_read.h"

#include <string.h>

#define RETRY_DELAY 60 /* [s] srunx's */

/* ---- what runs --------------------------------------------------------------------------- */

static bool is_empty(const YamlNode *node)
{
    if (!node)
        return true;
    return yaml_kind(node) == YAML_SCALAR ? !*yaml_text(node) : yaml_length(node) == 0;
}

/* An argument reaches the program as it is: say so where a shell would have changed it. */
static void note_shell(const WorkflowReader *self, const YamlNode *item)
{
    const char *text = yaml_text(item);

    if (strchr(text, '$') || strpbrk(text, "*?") || *text == '~')
        yaml_say(item, self->diags, DIAG_NOTE,
                 "'%.60s' reaches the program as it is; write the command as one text for the "
                 "shell to expand it",
                 text);
}

/* "bash -c TEXT" and its like expand their text themselves. */
static bool runs_shell(const YamlNode *list)
{
    static const char *const shells[] = {"sh", "bash", "zsh", "dash", "ksh", NULL};
    g_autofree char *name = NULL;

    if (yaml_kind(yaml_item(list, 0)) != YAML_SCALAR)
        return false;
    name = g_path_get_basename(yaml_text(yaml_item(list, 0)));
    return g_strv_contains(shells, name);
}

static void read_command(const WorkflowReader *self, const YamlNode *node, WorkflowJob *job)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);

    job->runs = yaml_kind(node) == YAML_LIST ? RUNS_COMMAND : RUNS_SHELL;
    if (yaml_kind(node) == YAML_MAP) {
        yaml_say(node, self->diags, DIAG_ERROR,
                 "expected a text or a list of texts for 'command', found a map");
        return;
    }
    if (yaml_kind(node) == YAML_SCALAR)
        g_ptr_array_add(words, g_strdup(yaml_text(node)));
    for (size_t i = 0; i < yaml_length(node); i++) {
        const YamlNode *item = yaml_item(node, i);

        if (yaml_kind(item) != YAML_SCALAR || yaml_is_null(item)) {
            yaml_say(item, self->diags, DIAG_ERROR, "expected a text in 'command', found %s",
                     yaml_kind(item) == YAML_SCALAR ? "nothing" : "a list or map");
            continue;
        }
        if (!runs_shell(node))
            note_shell(self, item);
        g_ptr_array_add(words, g_strdup(yaml_text(item)));
    }
    g_ptr_array_add(words, NULL);
    job->command = (char **)g_ptr_array_free(g_steal_pointer(&words), FALSE);
}

/* Where the script is: as named from here, as srunx does it, or beside the workflow. */
static char *find_script(const WorkflowReader *self, const char *path)
{
    g_autofree char *folder = g_path_get_dirname(self->path);
    g_autofree char *beside = g_build_filename(folder, path, NULL);

    if (g_file_test(path, G_FILE_TEST_IS_REGULAR))
        return g_strdup(path);
    if (!g_path_is_absolute(path) && g_file_test(beside, G_FILE_TEST_IS_REGULAR))
        return g_steal_pointer(&beside);
    return NULL;
}

static bool is_template(const char *path)
{
    g_autofree char *text = NULL;

    return g_file_get_contents(path, &text, NULL, NULL) &&
           (strstr(text, "{{") || strstr(text, "{%"));
}

static void read_directives(const WorkflowReader *self, const YamlNode *node, const char *path,
                            WorkflowJob *job)
{
    const WorkflowOptions *options = self->options;

    if (!options || !options->readers.script)
        yaml_say(node, self->diags, DIAG_NOTE, "the script's #SBATCH lines were not read");
    else if (is_template(path))
        yaml_say(node, self->diags, DIAG_WARNING,
                 "the script is a template: its #SBATCH lines are not read; say under resources "
                 "what it asks for");
    else
        options->readers.script(path, job->spec, self->diags);
}

static void read_script(const WorkflowReader *self, const YamlNode *node, WorkflowJob *job)
{
    g_autofree char *found = NULL;

    job->runs = RUNS_SCRIPT;
    if (yaml_kind(node) != YAML_SCALAR) {
        yaml_say(node, self->diags, DIAG_ERROR, "expected a path for 'script_path'");
        return;
    }
    found = find_script(self, yaml_text(node));
    job->command = g_new0(char *, 2);
    job->command[0] = g_strdup(found ? found : yaml_text(node));
    if (found)
        read_directives(self, node, found, job);
    else
        yaml_say(node, self->diags, DIAG_WARNING,
                 "no script '%.200s' is there: the plan does not know what it asks for",
                 yaml_text(node));
}

static void read_what_runs(const WorkflowReader *self, const YamlNode *node, YamlMap *map,
                           WorkflowJob *job)
{
    const YamlNode *command = yaml_map_get(map, "command");
    const YamlNode *script = yaml_map_get(map, "script_path");
    const YamlNode *path = yaml_map_get(map, "path");
    const YamlNode *vars = yaml_map_get(map, "script_vars");

    if (is_empty(script))
        script = path;
    if (!is_empty(command) && !is_empty(script))
        yaml_say(script, self->diags, DIAG_ERROR,
                 "expected 'command' or 'script_path' in job '%s', found both", job->name);
    else if (!is_empty(command))
        read_command(self, command, job);
    else if (!is_empty(script))
        read_script(self, script, job);
    else
        yaml_say(node, self->diags, DIAG_ERROR,
                 "expected 'command' or 'script_path' in job '%s', found neither", job->name);
    if (vars)
        job->script_vars = workflow_pairs_read(vars, "a script variable", self->diags);
}

/* ---- the rest ---------------------------------------------------------------------------- */

/* What srunx drops without a word when it stands at the job instead of one level below. */
static void warn_misplaced(YamlMap *map)
{
    static const struct {
        const char *key, *where;
    } known[] = {{"nodes", "resources"},
                 {"gpus_per_node", "resources"},
                 {"ntasks_per_node", "resources"},
                 {"cpus_per_task", "resources"},
                 {"memory_per_node", "resources"},
                 {"time_limit", "resources"},
                 {"nodelist", "resources"},
                 {"partition", "resources"},
                 {"gpus", "resources"},
                 {"cpus", "resources: cpus_per_task"},
                 {"conda", "environment"},
                 {"venv", "environment"},
                 {"container", "environment"},
                 {"env_vars", "environment"},
                 {"sqsh", "environment: container: image"}};

    for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
        yaml_map_say(map, known[i].key, DIAG_WARNING,
                     "'%s' has no effect here, srunx drops it silently; it belongs under '%s'",
                     known[i].key, known[i].where);
    yaml_map_say(map, "async", DIAG_WARNING,
                 "'async' has no meaning any more: jobs that do not wait for each other run at "
                 "once");
}

/* Keys that srx knows, but one level below, and one that srunx has renamed. */
static void refuse_misplaced(YamlMap *map)
{
    static const char *const keys[] = {
        "qos",  "account", "constraint", "gres",     "licenses",   "reservation", "exclusive",
        "nice", "begin",   "deadline",   "time_min", "partitions", "mem_per_cpu", "sbatch"};

    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
        yaml_map_say(map, keys[i], DIAG_ERROR, "'%s' belongs under 'resources'", keys[i]);
    yaml_map_say(map, "outputs", DIAG_ERROR,
                 "the key 'outputs' is called 'exports' today; others read it as {{ deps.job.key "
                 "}}");
}

/* Seconds as srunx has them, or "5m". */
static void read_delay(const WorkflowReader *self, YamlMap *map, uint32_t *out)
{
    const YamlNode *node = yaml_map_get(map, "retry_delay");
    const char *text = node && yaml_kind(node) == YAML_SCALAR ? yaml_text(node) : "";
    guint64 seconds = 0;
    Span span = 0;

    *out = RETRY_DELAY;
    if (!node)
        return;
    if (g_ascii_string_to_unsigned(text, 10, 0, INT32_MAX, &seconds, NULL))
        *out = (uint32_t)seconds;
    else if (duration_parse(text, &span, NULL) && span <= INT32_MAX)
        *out = (uint32_t)span;
    else
        yaml_say(node, self->diags, DIAG_ERROR,
                 "expected seconds or a duration such as 5m for 'retry_delay', found '%.60s'",
                 text);
}

static void read_retries(const WorkflowReader *self, YamlMap *map, WorkflowJob *job)
{
    const YamlNode *retry_on = yaml_map_get(map, "retry_on");
    int64_t retry = 0, requeue = 0;

    yaml_map_int(map, "retry", 0, 1000000, &retry);
    yaml_map_int(map, "requeue_max", 0, 1000000, &requeue);
    job->retry = (uint32_t)retry;
    job->requeue_max = (uint32_t)requeue;
    read_delay(self, map, &job->retry_delay);
    if (retry_on)
        job->retry_on = workflow_retry_read(retry_on, self->diags);
    yaml_map_string(map, "done_when", &job->done_when);
    yaml_map_string(map, "on_failure", &job->on_failure);
}

static void read_array(const WorkflowReader *self, YamlMap *map, JobSpec *spec)
{
    const YamlNode *node = yaml_map_get(map, "array");
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) tasks = NULL;
    uint32_t throttle;

    yaml_map_string(map, "array", &spec->array);
    if (node && spec->array && !job_array_parse(spec->array, &tasks, &throttle, &error))
        yaml_say(node, self->diags, DIAG_ERROR, "array: %s", error->message);
}

static void read_open_mode(const WorkflowReader *self, YamlMap *map, JobSpec *spec)
{
    const YamlNode *node = yaml_map_get(map, "open_mode");
    g_autofree char *mode = NULL;
    guint n = spec->rest ? g_strv_length(spec->rest) : 0;

    yaml_map_string(map, "open_mode", &mode);
    if (!mode)
        return;
    if (strcmp(mode, "append") != 0 && strcmp(mode, "truncate") != 0) {
        yaml_say(node, self->diags, DIAG_ERROR,
                 "expected append or truncate for 'open_mode', found '%.60s'", mode);
        return;
    }
    spec->rest = g_renew(char *, spec->rest, n + 2);
    spec->rest[n] = g_strdup_printf("--open-mode=%s", mode);
    spec->rest[n + 1] = NULL;
}

static void read_launch(YamlMap *map, WorkflowJob *job)
{
    yaml_map_strings(map, "setup", &job->setup);
    yaml_map_strings(map, "teardown", &job->teardown);
    yaml_map_string(map, "work_dir", &job->work_dir);
    yaml_map_string(map, "log_dir", &job->log_dir);
    yaml_map_string(map, "template", &job->template_path);
    yaml_map_string(map, "srun_args", &job->srun_args);
    yaml_map_string(map, "launch_prefix", &job->launch_prefix);
    yaml_map_string(map, "signal", &job->spec->signal);
    yaml_map_bool(map, "singleton", &job->singleton);
}

/* srunx gives a script job nothing but its script. */
static void warn_script(const WorkflowReader *self, const YamlNode *node, const WorkflowJob *job)
{
    if (job->runs == RUNS_SCRIPT)
        yaml_say(node, self->diags, DIAG_WARNING,
                 "srunx does not regard this of a job with a script; srx gives it to sbatch, over "
                 "the script's #SBATCH lines");
}

void workflow_job_read(const WorkflowReader *self, const YamlNode *node, WorkflowJob *job)
{
    YamlMap *map = yaml_map_begin(node, "a job", self->diags);
    const YamlNode *resources = yaml_map_get(map, "resources");
    const YamlNode *environment = yaml_map_get(map, "environment");
    const YamlNode *exports = yaml_map_get(map, "exports");
    const YamlNode *runtime = yaml_map_get(map, "runtime");

    yaml_map_get(map, "name");
    yaml_map_get(map, "depends_on");
    yaml_map_get(map, "description");
    job->spec = job_spec_new();
    job->file = g_strdup(yaml_file(node));
    job->line = yaml_line(node);
    job->column = yaml_column(node);
    read_what_runs(self, node, map, job);
    if (resources) {
        warn_script(self, resources, job);
        workflow_resources_read(self, resources, job);
    }
    if (environment) {
        warn_script(self, environment, job);
        workflow_environment_read(self, environment, job);
    }
    if (exports)
        job->exports = workflow_pairs_read(exports, "an export", self->diags);
    if (runtime)
        workflow_runtime_read(runtime, &job->runtime, self->diags);
    read_retries(self, map, job);
    read_array(self, map, job->spec);
    read_open_mode(self, map, job->spec);
    read_launch(map, job);
    warn_misplaced(map);
    refuse_misplaced(map);
    yaml_map_end(map);
    g_free(job->spec->name);
    job->spec->name = g_strdup(job->name);
}
