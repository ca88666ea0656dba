/* plan.json, written. */
#include "planner/plan_json.h"

#include "planner/plan_fields.h"

static json_t *object_of(const FieldTable *table, const void *base)
{
    json_t *object = json_object();

    jsonfield_write(object, base, table->fields, table->n);
    return object;
}

static json_t *edges_of(const Plan *plan, const WorkflowJob *job)
{
    json_t *list = json_array();

    for (uint32_t i = 0; i < job->n_after; i++) {
        json_t *edge = json_object();

        json_object_set_new(edge, "job", json_string(plan->jobs[job->after[i].job].name));
        jsonfield_write(edge, &job->after[i], edge_fields.fields, edge_fields.n);
        json_array_append_new(list, edge);
    }
    return list;
}

/* What it runs and how; nulls are left out, as most jobs use few of the keys. */
static json_t *task_of(const WorkflowJob *job)
{
    json_t *task = object_of(&workflow_job_fields, job);
    const char *key;
    json_t *value;

    if (job->container)
        json_object_set_new(task, "container", object_of(&container_fields, job->container));
    for (size_t i = 0; i < workflow_job_fields.n; i++) {
        key = workflow_job_fields.fields[i].key;
        value = json_object_get(task, key);
        if (json_is_null(value) && workflow_job_fields.fields[i].kind != FIELD_MAYBE)
            json_object_del(task, key);
    }
    return task;
}

static json_t *job_of(const Plan *plan, uint32_t index, SpecWriter write_spec)
{
    const PlanJob *job = &plan->jobs[index];
    json_t *object = object_of(&plan_job_fields, job);

    json_object_set_new(object, "after", edges_of(plan, &plan->workflow->jobs[index]));
    if (write_spec) {
        g_auto(GStrv) argv = write_spec(job->spec);

        json_object_set_new(object, "sbatch", json_words(argv));
    }
    json_object_set_new(object, "task", task_of(&plan->workflow->jobs[index]));
    return object;
}

static json_t *jobs_of(const Plan *plan, SpecWriter write_spec)
{
    json_t *list = json_array();

    for (uint32_t i = 0; i < plan->n_jobs; i++)
        json_array_append_new(list, job_of(plan, i, write_spec));
    return list;
}

static json_t *path_names(const Plan *plan)
{
    json_t *list = json_array();

    for (uint32_t i = 0; i < plan->n_path; i++)
        json_array_append_new(list, json_string(plan->jobs[plan->path[i].job].name));
    return list;
}

static json_t *path_steps(const Plan *plan)
{
    json_t *list = json_array();

    for (uint32_t i = 0; i < plan->n_path; i++) {
        const PathStep *step = &plan->path[i];
        json_t *object = json_object();

        json_object_set_new(object, "job", json_string(plan->jobs[step->job].name));
        jsonfield_write(object, step, path_fields.fields, path_fields.n);
        json_object_set_new(object, "wait", json_integer(step->start_at - step->ready_at));
        json_object_set_new(object, "run", json_integer(step->end_at - step->start_at));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *rows_of(const GPtrArray *rows, const FieldTable *table)
{
    json_t *list = json_array();

    for (guint i = 0; rows && i < rows->len; i++)
        json_array_append_new(list, object_of(table, g_ptr_array_index(rows, i)));
    return list;
}

static json_t *notes_of(const Plan *plan)
{
    json_t *list = json_array();

    for (guint i = 0; plan->notes && i < plan->notes->len; i++)
        json_array_append_new(list, json_string(g_ptr_array_index(plan->notes, i)));
    return list;
}

static json_t *baseline_of(const Plan *plan)
{
    json_t *object = object_of(&plan_baseline_fields, plan);

    json_object_set_new(object, "gain",
                        plan->baseline_makespan == INSTANT_NEVER
                            ? json_null()
                            : json_integer(plan->baseline_makespan - plan->makespan));
    return object;
}

char *plan_json_write(const Plan *self, SpecWriter write_spec)
{
    json_t *object = json_object();
    char *text, *copy;

    json_object_set_new(object, "schema", json_string(PLAN_SCHEMA));
    jsonfield_write(object, self, plan_fields.fields, plan_fields.n);
    json_object_set_new(object, "baseline", baseline_of(self));
    json_object_set_new(object, "jobs", jobs_of(self, write_spec));
    json_object_set_new(object, "sweep", object_of(&workflow_fields, self->workflow));
    json_object_set_new(object, "critical_path", path_names(self));
    json_object_set_new(object, "critical_steps", path_steps(self));
    json_object_set_new(object, "considered", rows_of(self->considered, &considered_fields));
    json_object_set_new(object, "rejected", rows_of(self->rejected, &rejected_fields));
    json_object_set_new(object, "search", object_of(&plan_search_fields, self));
    json_object_set_new(object, "notes", notes_of(self));
    text = json_dumps(object, JSON_INDENT(2));
    json_decref(object);
    copy = g_strconcat(text, "\n", NULL);
    free(text);
    return copy;
}
