/* `environment` of a workflow's job: conda or venv, container, variables. */
#include "planner/workflow_read.h"

#include <string.h>

static bool is_identifier(const char *name)
{
    return g_regex_match_simple("^[A-Za-z_][A-Za-z0-9_]*$", name, G_REGEX_DOLLAR_ENDONLY, 0);
}

char **workflow_pairs_read(const YamlNode *node, const char *what, Diags *diags)
{
    GPtrArray *pairs = g_ptr_array_new();

    if (yaml_kind(node) != YAML_MAP)
        yaml_say(node, diags, DIAG_ERROR, "expected names and values for %s", what);
    for (size_t i = 0; yaml_kind(node) == YAML_MAP && i < yaml_length(node); i++) {
        const YamlNode *value = yaml_value(node, i);
        const char *key = yaml_key(node, i);

        if (!is_identifier(key))
            yaml_say_key(node, i, diags, DIAG_ERROR,
                         "expected a name of letters, digits and '_' for %s, found '%.60s'", what,
                         key);
        else if (yaml_kind(value) != YAML_SCALAR)
            yaml_say(value, diags, DIAG_ERROR, "expected one text for '%s'", key);
        else
            g_ptr_array_add(pairs, g_strdup_printf("%s=%s", key, yaml_text(value)));
    }
    g_ptr_array_add(pairs, NULL);
    return (char **)g_ptr_array_free(pairs, FALSE);
}

static void read_env(const WorkflowReader *self, const YamlNode *node, WorkflowJob *job)
{
    job->env = workflow_pairs_read(node, "an environment variable", self->diags);
    for (size_t i = 0; yaml_kind(node) == YAML_MAP && i < yaml_length(node); i++) {
        if (g_str_has_prefix(yaml_key(node, i), "SLURM_") ||
            g_str_has_prefix(yaml_key(node, i), "SBATCH_"))
            yaml_say_key(node, i, self->diags, DIAG_ERROR,
                         "'%s' cannot be set: SLURM_ and SBATCH_ belong to Slurm",
                         yaml_key(node, i));
    }
}

/* What only apptainer and singularity know. */
static void read_apptainer(const WorkflowReader *self, YamlMap *map, Container *out)
{
    const YamlNode *env = yaml_map_get(map, "env");

    yaml_map_bool(map, "nv", &out->nv);
    yaml_map_bool(map, "rocm", &out->rocm);
    yaml_map_bool(map, "cleanenv", &out->cleanenv);
    yaml_map_bool(map, "fakeroot", &out->fakeroot);
    yaml_map_bool(map, "writable_tmpfs", &out->writable_tmpfs);
    yaml_map_string(map, "overlay", &out->overlay);
    if (env)
        out->env = workflow_pairs_read(env, "a container's variable", self->diags);
}

static void check_pyxis(const WorkflowReader *self, const YamlNode *node, const Container *out)
{
    const char *found = out->nv                   ? "nv"
                        : out->rocm               ? "rocm"
                        : out->cleanenv           ? "cleanenv"
                        : out->fakeroot           ? "fakeroot"
                        : out->writable_tmpfs     ? "writable_tmpfs"
                        : out->overlay            ? "overlay"
                        : out->env && out->env[0] ? "env"
                                                  : NULL;

    if (found)
        yaml_say(node, self->diags, DIAG_ERROR,
                 "'%s' is for apptainer and singularity only, found with pyxis; add 'runtime: "
                 "apptainer'",
                 found);
}

static void read_container(const WorkflowReader *self, const YamlNode *node, WorkflowJob *job)
{
    static const char *const runtimes[] = {"pyxis", "apptainer", "singularity", NULL};
    Container *out = job->container = g_new0(Container, 1);
    YamlMap *map;

    if (yaml_kind(node) == YAML_SCALAR) {
        yaml_say(node, self->diags, DIAG_ERROR,
                 "expected keys and values for 'container', found '%.60s'; write {image: %.60s}",
                 yaml_text(node), yaml_text(node));
        return;
    }
    map = yaml_map_begin(node, "container", self->diags);
    out->runtime = g_strdup("pyxis");
    yaml_map_string(map, "runtime", &out->runtime);
    if (!g_strv_contains(runtimes, out->runtime))
        yaml_say(node, self->diags, DIAG_ERROR,
                 "expected pyxis, apptainer or singularity for 'runtime', found '%.60s'",
                 out->runtime);
    yaml_map_string(map, "image", &out->image);
    yaml_map_string(map, "import", &out->import);
    if (out->import && (!out->image || !*out->import))
        yaml_say(node, self->diags, DIAG_ERROR,
                 "expected an 'image' to import, and a file or a name to import it as");
    yaml_map_strings(map, "mounts", &out->mounts);
    yaml_map_string(map, "workdir", &out->workdir);
    yaml_map_strings(map, "flags", &out->flags);
    read_apptainer(self, map, out);
    if (!strcmp(out->runtime, "pyxis"))
        check_pyxis(self, node, out);
    yaml_map_end(map);
}

void workflow_environment_read(const WorkflowReader *self, const YamlNode *node, WorkflowJob *job)
{
    YamlMap *map = yaml_map_begin(node, "environment", self->diags);
    const YamlNode *container = yaml_map_get(map, "container");
    const YamlNode *env = yaml_map_get(map, "env_vars");

    yaml_map_say(map, "sqsh", DIAG_WARNING,
                 "'sqsh' has no effect any more; write container: {image: ...}");
    yaml_map_string(map, "conda", &job->conda);
    yaml_map_string(map, "venv", &job->venv);
    if (job->conda && job->venv)
        yaml_say(node, self->diags, DIAG_ERROR, "expected conda or venv, found both");
    if (container)
        read_container(self, container, job);
    if (env)
        read_env(self, env, job);
    yaml_map_end(map);
}
