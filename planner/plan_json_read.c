/* plan.json, read back. */
#include "planner/plan_fields.h"
#include "planner/plan_json.h"

typedef struct {
    const char *file;
    SpecReader read_spec;
    Plan *plan;
    Workflow *workflow; /* the plan's own */
    GHashTable *index;  /* name -> job + 1 */
} Reader;

static bool read_table(const json_t *object, void *base, const FieldTable *table, const char *where,
                       GError **error)
{
    return jsonfield_read(object, base, table->fields, table->n, where, error);
}

/* A list at @key of @object; NULL and an error when it is something else. */
static const json_t *list_at(const json_t *object, const char *key, const char *where,
                             GError **error)
{
    const json_t *list = json_object_get(object, key);

    if (json_is_array(list))
        return list;
    return srx_fail_null(error, SRX_ERROR_INPUT, "%s.%s: expected a list, found %s", where, key,
                         jsonfield_kind(list));
}

static uint32_t job_named(const Reader *self, const json_t *name)
{
    if (!json_is_string(name))
        return INDEX_NONE;
    return GPOINTER_TO_UINT(g_hash_table_lookup(self->index, json_string_value(name))) - 1;
}

static bool read_sbatch(const Reader *self, const json_t *object, PlanJob *job, const char *where,
                        GError **error)
{
    static const JsonField fields[] = {{"sbatch", 0, FIELD_WORDS, NULL, 0}};
    g_auto(GStrv) argv = NULL;
    g_autoptr(Diags) diags = diags_new();

    job->spec = job_spec_new();
    if (!jsonfield_read(object, &argv, fields, 1, where, error))
        return false;
    if (!argv)
        return srx_fail(error, SRX_ERROR_INPUT,
                        "%s.sbatch: expected a list of texts, found nothing", where);
    if (self->read_spec(argv, job->spec, self->file, 0, diags))
        return true;
    return srx_fail(error, SRX_ERROR_INPUT, "%s.sbatch: %s", where,
                    diags_length(diags) > 0 ? diags_nth(diags, 0)->text : "not sbatch options");
}

static bool read_edges(const Reader *self, const json_t *object, WorkflowJob *job,
                       const char *where, GError **error)
{
    const json_t *list = list_at(object, "after", where, error);

    if (!list)
        return false;
    job->after = g_new0(WorkflowEdge, json_array_size(list) + 1);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        WorkflowEdge *edge = &job->after[i];

        if (!read_table(item, edge, &edge_fields, where, error))
            return false;
        edge->job = job_named(self, json_object_get(item, "job"));
        if (edge->job == INDEX_NONE)
            return srx_fail(error, SRX_ERROR_INPUT, "%s.after: expected the name of a job", where);
        job->n_after++;
    }
    return true;
}

static bool read_task(const json_t *object, WorkflowJob *job, const char *where, GError **error)
{
    const json_t *task = json_object_get(object, "task");
    const json_t *container = json_object_get(task, "container");
    g_autofree char *place = g_strconcat(where, ".task", NULL);

    if (!read_table(task, job, &workflow_job_fields, place, error))
        return false;
    if (!container)
        return true;
    job->container = g_new0(Container, 1);
    return read_table(container, job->container, &container_fields, place, error);
}

static bool read_job(Reader *self, const json_t *object, uint32_t index, GError **error)
{
    g_autofree char *where = g_strdup_printf("%s: jobs[%u]", self->file, index);
    PlanJob *job = &self->plan->jobs[index];
    WorkflowJob *own = &self->workflow->jobs[index];

    if (!read_table(object, job, &plan_job_fields, where, error) ||
        !read_sbatch(self, object, job, where, error))
        return false;
    own->name = g_strdup(job->name);
    own->spec = job_spec_copy(job->spec);
    own->runtime = (RuntimeGuess){
        .given = job->runtime_source == RUNTIME_WORKFLOW, .p50 = job->runtime, .p90 = job->runtime};
    return read_edges(self, object, own, where, error) && read_task(object, own, where, error);
}

/* Names first: a dependency may name a job further down. */
static bool index_jobs(Reader *self, const json_t *list, GError **error)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *name = json_object_get(json_array_get(list, i), "name");

        if (!json_is_string(name))
            return srx_fail(error, SRX_ERROR_INPUT, "%s: jobs[%zu].name: expected a text, found %s",
                            self->file, i, jsonfield_kind(name));
        if (!g_hash_table_insert(self->index, g_strdup(json_string_value(name)),
                                 GUINT_TO_POINTER(i + 1)))
            return srx_fail(error, SRX_ERROR_INPUT, "%s: jobs[%zu].name: there are two jobs '%s'",
                            self->file, i, json_string_value(name));
    }
    return true;
}

static bool read_jobs(Reader *self, const json_t *root, GError **error)
{
    const json_t *list = list_at(root, "jobs", self->file, error);
    Plan *plan = self->plan;

    if (!list || !index_jobs(self, list, error))
        return false;
    plan->jobs = g_new0(PlanJob, json_array_size(list) + 1);
    self->workflow->jobs = g_new0(WorkflowJob, json_array_size(list) + 1);
    for (size_t i = 0; i < json_array_size(list); i++) {
        plan->n_jobs = self->workflow->n_jobs = (uint32_t)i + 1;
        if (!read_job(self, json_array_get(list, i), (uint32_t)i, error))
            return false;
    }
    return true;
}

static bool read_path(Reader *self, const json_t *root, GError **error)
{
    const json_t *list = list_at(root, "critical_steps", self->file, error);
    g_autofree char *where = g_strconcat(self->file, ": critical_steps", NULL);

    if (!list)
        return false;
    self->plan->path = g_new0(PathStep, json_array_size(list) + 1);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        PathStep *step = &self->plan->path[i];

        step->job = job_named(self, json_object_get(item, "job"));
        if (step->job == INDEX_NONE)
            return srx_fail(error, SRX_ERROR_INPUT, "%s.job: expected the name of a job", where);
        if (!read_table(item, step, &path_fields, where, error))
            return false;
        self->plan->n_path++;
    }
    return true;
}

static void free_considered(void *row)
{
    considered_free(row);
}

static void free_rejected(void *row)
{
    rejected_free(row);
}

/* A list of rows of one kind. */
typedef struct {
    const char *key;
    size_t size; /* of a row */
    const FieldTable *table;
} RowKind;

static const RowKind considered_rows = {"considered", sizeof(Considered), &considered_fields};
static const RowKind rejected_rows = {"rejected", sizeof(Rejected), &rejected_fields};

static bool read_rows(const Reader *self, const json_t *root, const RowKind *kind, GPtrArray *out,
                      GError **error)
{
    const json_t *list = list_at(root, kind->key, self->file, error);
    g_autofree char *where = g_strdup_printf("%s: %s", self->file, kind->key);

    for (size_t i = 0; list && i < json_array_size(list); i++) {
        void *row = g_malloc0(kind->size);

        g_ptr_array_add(out, row);
        if (!read_table(json_array_get(list, i), row, kind->table, where, error))
            return false;
    }
    return list != NULL;
}

static bool read_notes(const Reader *self, const json_t *root, GError **error)
{
    const json_t *list = list_at(root, "notes", self->file, error);

    for (size_t i = 0; list && i < json_array_size(list); i++) {
        const char *note = json_string_value(json_array_get(list, i));

        if (!note)
            return srx_fail(error, SRX_ERROR_INPUT, "%s: notes: expected texts", self->file);
        g_ptr_array_add(self->plan->notes, g_strdup(note));
    }
    return list != NULL;
}

static bool read_plan(Reader *self, const json_t *root, GError **error)
{
    const char *schema = json_string_value(json_object_get(root, "schema"));
    Plan *plan = self->plan;

    if (g_strcmp0(schema, PLAN_SCHEMA) != 0)
        return srx_fail(error, SRX_ERROR_INPUT,
                        "%s: expected the schema '" PLAN_SCHEMA "', found '%s'", self->file,
                        schema ? schema : "none");
    if (!read_table(root, plan, &plan_fields, self->file, error))
        return false;
    self->workflow->name = g_strdup(plan->name);
    return read_table(json_object_get(root, "baseline"), plan, &plan_baseline_fields, self->file,
                      error) &&
           read_table(json_object_get(root, "search"), plan, &plan_search_fields, self->file,
                      error) &&
           read_table(json_object_get(root, "sweep"), self->workflow, &workflow_fields, self->file,
                      error) &&
           read_jobs(self, root, error) && read_path(self, root, error) &&
           read_rows(self, root, &considered_rows, plan->considered, error) &&
           read_rows(self, root, &rejected_rows, plan->rejected, error) &&
           read_notes(self, root, error);
}

Plan *plan_json_read(const char *text, const char *file, SpecReader read_spec, GError **error)
{
    g_autoptr(Plan) plan = g_new0(Plan, 1);
    g_autoptr(GHashTable) index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Reader self = {.file = file, .read_spec = read_spec, .plan = plan, .index = index};
    json_error_t trouble;
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &trouble);
    bool good;

    if (!root)
        return srx_fail_null(error, SRX_ERROR_INPUT, "%s:%d:%d: expected a plan in JSON: %s", file,
                             trouble.line, trouble.column, trouble.text);
    self.workflow = plan->own_workflow = g_new0(Workflow, 1);
    plan->workflow = plan->own_workflow;
    plan->considered = g_ptr_array_new_with_free_func(free_considered);
    plan->rejected = g_ptr_array_new_with_free_func(free_rejected);
    plan->notes = g_ptr_array_new_with_free_func(g_free);
    good = read_plan(&self, root, error);
    json_decref(root);
    return good ? g_steal_pointer(&plan) : NULL;
}
