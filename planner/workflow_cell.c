/* One cell of a workflow file: its jobs with one set of values put in. */
#include "planner/workflow_cell.h"

#include "planner/template.h"
#include <string.h>

typedef struct {
    const WorkflowReader *reader;
    const YamlNode *list;
    Arguments *arguments;
    WorkflowJob *jobs;
    uint32_t n;
    GHashTable *index; /* name -> its place + 1 */
    GArray *edges;     /* GraphEdge */
    uint32_t job;      /* whose texts are rendered */
    bool exports;      /* whether {{ deps. }} may be used there */
    bool failed;       /* a text of that job could not be rendered */
} Cell;

/* ---- {{ }} ------------------------------------------------------------------------------- */

static const char *find_export(const WorkflowJob *job, const char *key)
{
    size_t length = strlen(key);

    for (char **pair = job->exports; pair && *pair; pair++) {
        if (!strncmp(*pair, key, length) && (*pair)[length] == '=')
            return *pair + length + 1;
    }
    return NULL;
}

static char *export_names(const WorkflowJob *job)
{
    g_autoptr(GString) names = g_string_new(NULL);

    for (char **pair = job->exports; pair && *pair; pair++)
        g_string_append_printf(names, "%s%.*s", names->len ? ", " : "", (int)strcspn(*pair, "="),
                               *pair);
    return g_string_free(g_steal_pointer(&names), FALSE);
}

static bool waits_for(const WorkflowJob *job, uint32_t other)
{
    for (uint32_t i = 0; i < job->n_after; i++) {
        if (job->after[i].job == other)
            return true;
    }
    return false;
}

static char *lookup_export(const Cell *self, char *const *path, GError **error)
{
    uint32_t place = 0;
    const WorkflowJob *job;
    const char *text;
    g_autofree char *names = NULL;

    if (!path[1] || !path[2] || path[3])
        return srx_fail_null(error, SRX_ERROR_INPUT, "expected {{ deps.job.key }}");
    if (!self->exports)
        return srx_fail_null(error, SRX_ERROR_INPUT,
                             "{{ deps.%s.%s }} cannot stand in a name or in depends_on", path[1],
                             path[2]);
    place = GPOINTER_TO_UINT(g_hash_table_lookup(self->index, path[1]));
    if (place == 0 || !waits_for(&self->jobs[self->job], place - 1))
        return srx_fail_null(error, SRX_ERROR_INPUT,
                             "'deps.%s.%s': '%s' is not in this job's depends_on", path[1], path[2],
                             path[1]);
    job = &self->jobs[place - 1];
    text = find_export(job, path[2]);
    if (text)
        return g_strdup(text);
    names = export_names(job);
    return srx_fail_null(error, SRX_ERROR_INPUT, "'deps.%s.%s': '%s' exports %s%s", path[1],
                         path[2], path[1], *names ? "only " : "nothing", names);
}

static char *lookup(void *self, char *const *path, GError **error)
{
    Cell *cell = self;

    if (!strcmp(path[0], "deps"))
        return lookup_export(cell, path, error);
    return arguments_lookup(cell->arguments, path, cell->reader->diags, error);
}

static char *render(void *self, const YamlNode *scalar)
{
    Cell *cell = self;
    g_autoptr(GError) error = NULL;
    char *text;

    if (template_is_plain(yaml_text(scalar)))
        return NULL;
    text = template_render(yaml_text(scalar), lookup, self, &error);
    if (!text) {
        cell->failed = true;
        yaml_say(scalar, cell->reader->diags, DIAG_ERROR, "%s", error->message);
    }
    return text;
}

static char *render_scalar(Cell *self, const YamlNode *scalar)
{
    char *text = render(self, scalar);

    return text ? text : g_strdup(yaml_text(scalar));
}

/* ---- names ------------------------------------------------------------------------------- */

static const YamlNode *find_key(const YamlNode *map, const char *key)
{
    for (size_t i = 0; yaml_kind(map) == YAML_MAP && i < yaml_length(map); i++) {
        if (!strcmp(yaml_key(map, i), key) && !yaml_is_null(yaml_value(map, i)))
            return yaml_value(map, i);
    }
    return NULL;
}

/* srunx leaves a job without a name out; a plan should not. */
static char *unused_name(const Cell *self)
{
    char *name = g_strdup("job");

    for (uint32_t i = 2; g_hash_table_contains(self->index, name); i++) {
        g_free(name);
        name = g_strdup_printf("job-%u", i);
    }
    return name;
}

static void refuse_twice(const Cell *self, const YamlNode *node, const char *name)
{
    uint32_t first = GPOINTER_TO_UINT(g_hash_table_lookup(self->index, name)) - 1;
    const YamlNode *where = find_key(yaml_item(self->list, first), "name");

    yaml_say(node, self->reader->diags, DIAG_ERROR,
             "two jobs are called '%s'; the first is in line %d", name,
             where ? yaml_line(where) : yaml_line(yaml_item(self->list, first)));
}

static void read_name(Cell *self, uint32_t i)
{
    const YamlNode *job = yaml_item(self->list, i), *node = find_key(job, "name");
    WorkflowJob *out = &self->jobs[i];

    self->job = i;
    if (yaml_kind(job) != YAML_MAP) {
        out->name = unused_name(self);
    } else if (!node) {
        out->name = unused_name(self);
        yaml_say(job, self->reader->diags, DIAG_WARNING,
                 "expected 'name' in a job; it is called '%s' here, and srunx leaves it out",
                 out->name);
    } else if (yaml_kind(node) != YAML_SCALAR || !*yaml_text(node)) {
        yaml_say(node, self->reader->diags, DIAG_ERROR, "expected a text for 'name'");
        out->name = unused_name(self);
    } else {
        out->name = render_scalar(self, node);
        if (g_hash_table_contains(self->index, out->name)) {
            refuse_twice(self, node, out->name);
            return;
        }
    }
    g_hash_table_insert(self->index, out->name, GUINT_TO_POINTER(i + 1));
}

/* ---- depends_on -------------------------------------------------------------------------- */

static bool depend_type_parse(const char *text, size_t length, DependType *out)
{
    for (DependType type = DEPEND_AFTER; type <= DEPEND_AFTERCORR; type++) {
        if (strlen(depend_type_name(type)) == length &&
            !strncmp(depend_type_name(type), text, length)) {
            *out = type;
            return true;
        }
    }
    return false;
}

/* The job of "afterok:name" or "after:name+10"; answers its place + 1, 0 for none. */
static uint32_t find_job(const Cell *self, const char *name, WorkflowEdge *edge)
{
    uint32_t place = GPOINTER_TO_UINT(g_hash_table_lookup(self->index, name));
    const char *plus = strrchr(name, '+');
    guint64 minutes = 0;

    if (place == 0 && plus && edge->type == DEPEND_AFTER &&
        g_ascii_string_to_unsigned(plus + 1, 10, 0, MINUTES_A_YEAR, &minutes, NULL)) {
        g_autofree char *before = g_strndup(name, (gsize)(plus - name));

        place = GPOINTER_TO_UINT(g_hash_table_lookup(self->index, before));
        edge->delay = (uint32_t)minutes;
    }
    return place;
}

static void refuse_unknown(const Cell *self, const YamlNode *node, const char *name)
{
    g_autofree const char **names = g_new0(const char *, (gsize)self->n + 1);
    const char *near;

    for (uint32_t i = 0; i < self->n; i++)
        names[i] = self->jobs[i].name;
    near = nearest_word(name, names, MIN(self->n, 5000));
    if (near && strcmp(near, name) != 0)
        yaml_say(node, self->reader->diags, DIAG_ERROR,
                 "job '%s' waits for '%s', which no job is called; did you mean '%s'?",
                 self->jobs[self->job].name, name, near);
    else
        yaml_say(node, self->reader->diags, DIAG_ERROR,
                 "job '%s' waits for '%s', which no job is called", self->jobs[self->job].name,
                 name);
}

static bool read_edge(Cell *self, const YamlNode *node, WorkflowEdge *edge)
{
    g_autofree char *text = NULL;
    const char *colon, *name;
    uint32_t place;

    if (yaml_kind(node) != YAML_SCALAR || yaml_is_null(node)) {
        yaml_say(node, self->reader->diags, DIAG_ERROR,
                 "expected the name of a job in 'depends_on'");
        return false;
    }
    text = render_scalar(self, node);
    name = text;
    *edge = (WorkflowEdge){.type = DEPEND_AFTEROK};
    colon = strchr(text, ':');
    if (colon && !g_hash_table_contains(self->index, text)) {
        if (!depend_type_parse(text, (size_t)(colon - text), &edge->type)) {
            yaml_say(node, self->reader->diags, DIAG_ERROR,
                     "expected after, afterany, afterok, afternotok or aftercorr before ':', "
                     "found '%.*s'",
                     (int)MIN(colon - text, 60), text);
            return false;
        }
        name = colon + 1;
    }
    place = find_job(self, name, edge);
    if (place == 0)
        refuse_unknown(self, node, name);
    edge->job = place - 1;
    return place != 0;
}

static bool has_edge(const GArray *after, const WorkflowEdge *edge)
{
    for (guint i = 0; i < after->len; i++) {
        const WorkflowEdge *other = &g_array_index(after, WorkflowEdge, i);

        if (other->job == edge->job && other->type == edge->type)
            return true;
    }
    return false;
}

static void read_edges(Cell *self, uint32_t i)
{
    const YamlNode *node = find_key(yaml_item(self->list, i), "depends_on");
    GArray *after;

    self->job = i;
    if (!node)
        return;
    if (yaml_kind(node) != YAML_LIST) {
        yaml_say(node, self->reader->diags, DIAG_ERROR,
                 "expected a list of jobs for 'depends_on'; write [%.60s]",
                 yaml_text(node) ? yaml_text(node) : "name");
        return;
    }
    after = g_array_new(FALSE, FALSE, sizeof(WorkflowEdge));
    for (size_t j = 0; j < yaml_length(node); j++) {
        WorkflowEdge edge;

        if (!read_edge(self, yaml_item(node, j), &edge) || has_edge(after, &edge))
            continue;
        g_array_append_val(after, edge);
        g_array_append_val(self->edges, ((GraphEdge){.node = i, .on = edge.job}));
    }
    self->jobs[i].n_after = after->len;
    self->jobs[i].after = (WorkflowEdge *)(void *)g_array_free(after, FALSE);
}

static void refuse_cycle(const Cell *self, const GArray *cycle)
{
    uint32_t first = g_array_index(cycle, uint32_t, 0);
    const YamlNode *node = find_key(yaml_item(self->list, first), "depends_on");
    g_autofree const char **names = g_new0(const char *, (gsize)self->n + 1);
    g_autofree char *words = NULL;

    for (uint32_t i = 0; i < self->n; i++)
        names[i] = self->jobs[i].name;
    words = graph_cycle_words(cycle, names);
    yaml_say(node, self->reader->diags, DIAG_ERROR, "jobs that wait for each other never start: %s",
             words);
}

/* ---- all of it --------------------------------------------------------------------------- */

static void read_job(Cell *self, uint32_t i)
{
    static const char *const lines[] = {"setup", "teardown", NULL};
    const YamlNode *preset = self->reader->options ? self->reader->options->preset : NULL;
    const YamlNode *node = yaml_item(self->list, i);
    g_autoptr(YamlDocument) merged = preset ? yaml_merge(preset, node, lines) : NULL;
    g_autoptr(YamlDocument) rendered = NULL;

    if (merged)
        node = yaml_root(merged);
    self->job = i;
    self->failed = false;
    rendered = yaml_copy(node, render, self);
    if (!self->failed)
        workflow_job_read(self->reader, yaml_root(rendered), &self->jobs[i]);
}

/* File order where there is a cycle: the other errors are still told. */
static void read_jobs(Cell *self, const uint32_t *order)
{
    self->exports = true;
    for (uint32_t i = 0; i < self->n; i++)
        read_job(self, order ? order[i] : i);
}

bool workflow_cell_read(const WorkflowReader *reader, const YamlNode *list, Arguments *arguments,
                        WorkflowJob *out)
{
    size_t errors = diags_count(reader->diags, DIAG_ERROR);
    g_autoptr(GHashTable) index = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GArray) edges = g_array_new(FALSE, FALSE, sizeof(GraphEdge));
    g_autoptr(Graph) graph = NULL;
    g_autoptr(GArray) cycle = NULL;
    g_autofree uint32_t *order = NULL;
    Cell self = {.reader = reader,
                 .list = list,
                 .arguments = arguments,
                 .jobs = out,
                 .n = (uint32_t)yaml_length(list),
                 .index = index,
                 .edges = edges};

    for (uint32_t i = 0; i < self.n; i++)
        read_name(&self, i);
    for (uint32_t i = 0; i < self.n; i++)
        read_edges(&self, i);
    graph = graph_new(self.n, &g_array_index(edges, GraphEdge, 0), edges->len);
    cycle = graph_cycle(graph);
    if (cycle)
        refuse_cycle(&self, cycle);
    else
        order = graph_order(graph);
    read_jobs(&self, order);
    return diags_count(reader->diags, DIAG_ERROR) == errors;
}
