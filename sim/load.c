/* The work a cluster gets: keeping jobs and commands, in order. */
#include "sim/load.h"

LoadJob *load_job_new(const char *id)
{
    LoadJob *self = g_new0(LoadJob, 1);

    self->id = g_strdup(id);
    self->spec = job_spec_new();
    self->started_at = INSTANT_NEVER;
    return self;
}

static void copy_truth(JobTruth *truth)
{
    if (truth->task_runtime)
        truth->task_runtime =
            g_memdup2(truth->task_runtime, truth->n_tasks * sizeof *truth->task_runtime);
    if (truth->task_exit)
        truth->task_exit = g_memdup2(truth->task_exit, truth->n_tasks * sizeof *truth->task_exit);
}

LoadJob *load_job_copy(const LoadJob *self)
{
    LoadJob *copy = g_memdup2(self, sizeof *self);

    copy->id = g_strdup(self->id);
    copy->user = g_strdup(self->user);
    copy->spec = job_spec_copy(self->spec);
    copy_truth(&copy->truth);
    copy->after = g_memdup2(self->after, self->n_after * sizeof *self->after);
    for (uint32_t i = 0; i < copy->n_after; i++) {
        copy->after[i].type = g_strdup(copy->after[i].type);
        copy->after[i].id = g_strdup(copy->after[i].id);
    }
    copy->nodes = g_strdup(self->nodes);
    return copy;
}

void load_job_free(LoadJob *self)
{
    if (!self)
        return;
    for (uint32_t i = 0; i < self->n_after; i++) {
        g_free(self->after[i].type);
        g_free(self->after[i].id);
    }
    g_free(self->after);
    g_free(self->truth.task_runtime);
    g_free(self->truth.task_exit);
    g_free(self->id);
    g_free(self->user);
    g_free(self->nodes);
    job_spec_free(self->spec);
    g_free(self);
}

void load_command_free(LoadCommand *self)
{
    if (!self)
        return;
    g_strfreev(self->argv);
    g_free(self);
}

static void free_job(gpointer job)
{
    load_job_free(job);
}

static void free_command(gpointer command)
{
    load_command_free(command);
}

Load *load_new(void)
{
    Load *self = g_new0(Load, 1);

    self->jobs = g_ptr_array_new_with_free_func(free_job);
    self->commands = g_ptr_array_new_with_free_func(free_command);
    return self;
}

void load_free(Load *self)
{
    if (!self)
        return;
    g_ptr_array_unref(self->jobs);
    g_ptr_array_unref(self->commands);
    g_free(self);
}

/* g_ptr_array_sort is stable: equal instants keep the file's order. */
static gint compare_jobs(gconstpointer a, gconstpointer b)
{
    const LoadJob *const *left = a, *const *right = b;

    return ((*left)->submit_at > (*right)->submit_at) - ((*left)->submit_at < (*right)->submit_at);
}

static gint compare_commands(gconstpointer a, gconstpointer b)
{
    const LoadCommand *const *left = a, *const *right = b;

    return ((*left)->at > (*right)->at) - ((*left)->at < (*right)->at);
}

void load_sort(Load *self)
{
    g_ptr_array_sort(self->jobs, compare_jobs);
    g_ptr_array_sort(self->commands, compare_commands);
}
