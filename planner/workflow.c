/* A workflow: jobs, what they ask for, what they wait for. */
#include "planner/workflow.h"

const char *depend_type_name(DependType type)
{
    static const char *const names[] = {"after", "afterany", "afterok", "afternotok", "aftercorr"};

    return names[type];
}

void container_free(Container *self)
{
    if (!self)
        return;
    g_free(self->runtime);
    g_free(self->image);
    g_free(self->import);
    g_strfreev(self->mounts);
    g_free(self->workdir);
    g_free(self->overlay);
    g_strfreev(self->env);
    g_strfreev(self->flags);
    g_free(self);
}

void workflow_job_clear(WorkflowJob *self)
{
    char *texts[] = {self->name,          self->base,      self->conda,      self->venv,
                     self->work_dir,      self->log_dir,   self->srun_args,  self->template_path,
                     self->launch_prefix, self->done_when, self->on_failure, self->retry_on,
                     self->file};
    char **lists[] = {self->command,  self->script_vars, self->env,       self->setup,
                      self->teardown, self->exports,     self->partitions};

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
        g_strfreev(lists[i]);
    job_spec_free(self->spec);
    g_free(self->after);
    container_free(self->container);
    *self = (WorkflowJob){0};
}

void workflow_free(Workflow *self)
{
    if (!self)
        return;
    for (uint32_t i = 0; i < self->n_jobs; i++)
        workflow_job_clear(&self->jobs[i]);
    g_free(self->jobs);
    g_free(self->name);
    g_free(self);
}

Graph *workflow_graph(const Workflow *self)
{
    g_autoptr(GArray) edges = g_array_new(FALSE, FALSE, sizeof(GraphEdge));

    for (uint32_t i = 0; i < self->n_jobs; i++) {
        for (uint32_t j = 0; j < self->jobs[i].n_after; j++) {
            GraphEdge edge = {.node = i, .on = self->jobs[i].after[j].job};

            g_array_append_val(edges, edge);
        }
    }
    return graph_new(self->n_jobs, &g_array_index(edges, GraphEdge, 0), edges->len);
}

uint32_t *workflow_order(const Workflow *self)
{
    g_autoptr(Graph) graph = workflow_graph(self);
    uint32_t *order = graph_order(graph);

    g_assert(order); /* a workflow is checked when it is read */
    return order;
}
