/* `resources` of a workflow's job -> JobSpec. */
#include "planner/workflow_read.h"

#include <string.h>

typedef struct {
    const WorkflowReader *reader;
    YamlMap *map;
} Resources;

static void refuse(const Resources *self, const YamlNode *node, const char *key,
                   const GError *error)
{
    yaml_say(node, self->reader->diags, DIAG_ERROR, "%s: %s", key, error->message);
}

/* The text of a scalar; NULL when the key is absent, or no scalar, which is told. */
static const char *scalar(const Resources *self, const char *key, const YamlNode **node)
{
    *node = yaml_map_get(self->map, key);
    if (*node && yaml_kind(*node) != YAML_SCALAR) {
        yaml_say(*node, self->reader->diags, DIAG_ERROR, "expected one value for '%s', found %s",
                 key, yaml_kind(*node) == YAML_LIST ? "a list" : "a map");
        return NULL;
    }
    return *node && *yaml_text(*node) ? yaml_text(*node) : NULL;
}

/* Slurm's spellings, and "2h" or "90m" as people write them. */
static bool parse_limit(const char *text, uint32_t *out, GError **error)
{
    Span span;

    if (minutes_parse(text, out, NULL))
        return true;
    if (!duration_parse(text, &span, NULL) || (span + 59) / 60 >= MINUTES_UNSET)
        return minutes_parse(text, out, error);
    *out = (uint32_t)((span + 59) / 60);
    return true;
}

static void read_limit(const Resources *self, const char *key, uint32_t *out)
{
    g_autoptr(GError) error = NULL;
    const YamlNode *node;
    const char *text = scalar(self, key, &node);
    uint32_t minutes = 0;

    if (!text)
        return;
    if (!parse_limit(text, &minutes, &error))
        refuse(self, node, key, error);
    else if (minutes == 0)
        yaml_say(node, self->reader->diags, DIAG_ERROR,
                 "%s: expected at least a minute, found '%s'; Slurm takes 0 for no limit", key,
                 text);
    else
        *out = minutes;
}

static void read_memory(const Resources *self, const char *key, uint64_t *out)
{
    g_autoptr(GError) error = NULL;
    const YamlNode *node;
    const char *text = scalar(self, key, &node);

    if (text && !memory_parse(text, out, &error))
        refuse(self, node, key, error);
}

static void read_count(const Resources *self, const char *key, uint32_t *out)
{
    int64_t value = 0;

    yaml_map_int(self->map, key, 1, INT32_MAX, &value);
    if (value)
        *out = (uint32_t)value;
}

static void read_text(const Resources *self, const char *key, char **out)
{
    const YamlNode *node;
    const char *text = scalar(self, key, &node);

    if (!text)
        return;
    g_free(*out);
    *out = g_strdup(text);
}

/* One text, or a list that sbatch wants as one text. */
static void read_joined(const Resources *self, const char *key, const char *separator, char **out)
{
    g_auto(GStrv) texts = NULL;

    yaml_map_strings(self->map, key, &texts);
    if (!texts || !texts[0] || !*texts[0])
        return;
    g_free(*out);
    *out = g_strjoinv(separator, texts);
}

/* "2", "a100:2" or "a100:1,v100:2"; none for 0. */
static void read_gpus(const Resources *self, const char *key, char **out)
{
    const YamlNode *node;
    const char *text = scalar(self, key, &node);

    if (!text)
        return;
    if (!g_regex_match_simple("^([A-Za-z][A-Za-z0-9_.+-]*:)?[0-9]{1,6}"
                              "(,[A-Za-z][A-Za-z0-9_.+-]*:[0-9]{1,6})*$",
                              text, 0, 0)) {
        yaml_say(node, self->reader->diags, DIAG_ERROR,
                 "expected a number of GPUs such as 2 or a100:2 for '%s', found '%s'", key, text);
        return;
    }
    g_free(*out);
    *out = strspn(text, "0") == strlen(text) ? NULL : g_strdup(text);
}

static bool read_number(const char *text, uint32_t *out)
{
    guint64 value;

    if (!g_ascii_string_to_unsigned(text, 10, 1, INT32_MAX, &value, NULL))
        return false;
    *out = (uint32_t)value;
    return true;
}

/* "2", or "2-4" for at least two and at most four. */
static void read_nodes(const Resources *self, JobSpec *spec)
{
    const YamlNode *node;
    const char *text = scalar(self, "nodes", &node);
    g_auto(GStrv) ends = g_strsplit(text ? text : "", "-", 2);
    uint32_t least, most;

    if (!text)
        return;
    if (!read_number(ends[0], &least) || !read_number(ends[1] ? ends[1] : ends[0], &most) ||
        most < least) {
        yaml_say(node, self->reader->diags, DIAG_ERROR,
                 "expected a number of nodes such as 2 or 2-4 for 'nodes', found '%s'", text);
        return;
    }
    spec->min_nodes = least;
    spec->max_nodes = most;
}

static void read_exclusive(const Resources *self, JobSpec *spec)
{
    static const char *const words[] = {"false", "true", "user", "mcs", "topo"};
    static const Exclusive values[] = {EXCLUSIVE_NO, EXCLUSIVE_NODE, EXCLUSIVE_USER, EXCLUSIVE_MCS,
                                       EXCLUSIVE_TOPO};
    const YamlNode *node;
    const char *text = scalar(self, "exclusive", &node);
    bool whole = false;

    for (size_t i = 0; text && i < G_N_ELEMENTS(words); i++) {
        if (!g_ascii_strcasecmp(text, words[i])) {
            spec->exclusive = values[i];
            return;
        }
    }
    if (text && yaml_map_bool(self->map, "exclusive", &whole))
        spec->exclusive = whole ? EXCLUSIVE_NODE : EXCLUSIVE_NO;
}

static void read_nice(const Resources *self, JobSpec *spec)
{
    int64_t nice = spec->nice;

    yaml_map_int(self->map, "nice", -2147483645, 2147483645, &nice);
    spec->nice = (int32_t)nice;
}

/* "-t 10" is two arguments, "--comment=two words" is one. */
static void add_option(GPtrArray *argv, const YamlNode *node, Diags *diags)
{
    const char *text = yaml_text(node);
    size_t blank = strcspn(text, " \t\n");
    g_auto(GStrv) words = NULL;
    g_autoptr(GError) error = NULL;

    if (!text[blank] || strcspn(text, "=") < blank || *text != '-') {
        g_ptr_array_add(argv, g_strdup(text));
        return;
    }
    if (!g_shell_parse_argv(text, NULL, &words, &error)) {
        yaml_say(node, diags, DIAG_ERROR, "expected sbatch options, found '%.60s': %s", text,
                 error->message);
        return;
    }
    for (char **word = words; *word; word++)
        g_ptr_array_add(argv, g_strdup(*word));
}

/* Options nobody reads still reach sbatch. */
static void keep_options(const Resources *self, const YamlNode *node, GPtrArray *argv,
                         JobSpec *spec)
{
    guint before = spec->rest ? g_strv_length(spec->rest) : 0, n = argv->len - 1;

    spec->rest = g_renew(char *, spec->rest, before + n + 1);
    for (guint i = 0; i <= n; i++)
        spec->rest[before + i] = g_strdup(argv->pdata[i]);
    yaml_say(node, self->reader->diags, DIAG_NOTE,
             "these options go to sbatch as they are; the plan does not regard them");
}

static void read_options(const Resources *self, JobSpec *spec)
{
    const YamlNode *node = yaml_map_get(self->map, "sbatch");
    const WorkflowOptions *options = self->reader->options;
    g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) texts = NULL;

    if (!node || !yaml_map_strings(self->map, "sbatch", &texts))
        return;
    if (yaml_kind(node) == YAML_SCALAR)
        add_option(argv, node, self->reader->diags);
    for (size_t i = 0; yaml_kind(node) == YAML_LIST && i < yaml_length(node); i++)
        add_option(argv, yaml_item(node, i), self->reader->diags);
    g_ptr_array_add(argv, NULL);
    if (options && options->readers.options)
        options->readers.options((char *const *)argv->pdata, spec, yaml_file(node), yaml_line(node),
                                 self->reader->diags);
    else
        keep_options(self, node, argv, spec);
}

static void read_partitions(const Resources *self, WorkflowJob *job)
{
    const YamlNode *node = yaml_map_get(self->map, "partitions");

    read_text(self, "partition", &job->spec->partition);
    if (!node)
        return;
    yaml_map_strings(self->map, "partitions", &job->partitions);
    if (!job->partitions || !job->partitions[0]) {
        yaml_say(node, self->reader->diags, DIAG_ERROR,
                 "expected at least one partition for 'partitions'");
        g_clear_pointer(&job->partitions, g_strfreev);
        return;
    }
    if (!job->spec->partition)
        job->spec->partition = g_strjoinv(",", job->partitions);
    else if (!g_strv_contains((const char *const *)job->partitions, job->spec->partition))
        yaml_say(node, self->reader->diags, DIAG_ERROR,
                 "expected '%s', which 'partition' names, among 'partitions'",
                 job->spec->partition);
}

static void read_sizes(const Resources *self, JobSpec *spec)
{
    read_nodes(self, spec);
    read_count(self, "ntasks", &spec->ntasks);
    read_count(self, "ntasks_per_node", &spec->ntasks_per_node);
    read_count(self, "cpus_per_task", &spec->cpus_per_task);
    read_count(self, "cpus_per_gpu", &spec->cpus_per_gpu);
    read_gpus(self, "gpus_per_node", &spec->gpus_per_node);
    read_gpus(self, "gpus_per_task", &spec->gpus_per_task);
    read_gpus(self, "gpus", &spec->gpus);
    read_memory(self, "memory_per_node", &spec->mem);
    read_memory(self, "mem_per_cpu", &spec->mem_per_cpu);
    read_memory(self, "mem_per_gpu", &spec->mem_per_gpu);
    read_joined(self, "gres", ",", &spec->gres);
    read_joined(self, "licenses", ",", &spec->licenses);
    read_joined(self, "constraint", "&", &spec->constraint);
    read_joined(self, "nodelist", ",", &spec->nodelist);
    read_joined(self, "exclude", ",", &spec->exclude);
    read_exclusive(self, spec);
}

static void read_times(const Resources *self, const YamlNode *node, JobSpec *spec)
{
    read_limit(self, "time_limit", &spec->time_limit);
    read_limit(self, "time_min", &spec->time_min);
    read_text(self, "begin", &spec->begin);
    read_text(self, "deadline", &spec->deadline);
    if (spec->time_min != MINUTES_UNSET && spec->time_limit != MINUTES_UNSET &&
        spec->time_min > spec->time_limit)
        yaml_say(node, self->reader->diags, DIAG_ERROR,
                 "expected time_min to be no longer than time_limit");
}

void workflow_resources_read(const WorkflowReader *self, const YamlNode *node, WorkflowJob *job)
{
    Resources resources = {.reader = self, .map = yaml_map_begin(node, "resources", self->diags)};
    JobSpec *spec = job->spec;

    read_sizes(&resources, spec);
    read_times(&resources, node, spec);
    read_text(&resources, "qos", &spec->qos);
    read_text(&resources, "account", &spec->account);
    read_text(&resources, "reservation", &spec->reservation);
    read_nice(&resources, spec);
    read_partitions(&resources, job);
    read_options(&resources, spec);
    if (spec->mem != UINT64_MAX && spec->mem_per_cpu != UINT64_MAX)
        yaml_say(node, self->diags, DIAG_ERROR,
                 "expected memory_per_node or mem_per_cpu, found both");
    yaml_map_end(resources.map);
}
