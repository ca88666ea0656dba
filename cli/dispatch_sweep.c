/* A sweep as one array. */
#include "cli/dispatch_sweep.h"

#include "cli/dispatch_source.h"
#include <string.h>

enum { ARRAY_USUAL = 1001, SCRIPT_MOST = 4000000 /* max_script_size is 4 MiB */ };

static bool same_spec(const JobSpec *a, const JobSpec *b)
{
    g_autoptr(JobSpec) other = job_spec_copy(b);

    g_free(other->name);
    other->name = g_strdup(a->name);
    return job_spec_equal(a, other);
}

/* What an array has only once. */
static bool same_handling(const WorkflowJob *a, const WorkflowJob *b)
{
    return a->retry == b->retry && a->retry_delay == b->retry_delay &&
           a->requeue_max == b->requeue_max && g_strcmp0(a->retry_on, b->retry_on) == 0 &&
           g_strcmp0(a->done_when, b->done_when) == 0 &&
           g_strcmp0(a->on_failure, b->on_failure) == 0 &&
           g_strcmp0(a->work_dir, b->work_dir) == 0 && g_strcmp0(a->log_dir, b->log_dir) == 0 &&
           g_strcmp0(a->base, b->base) == 0;
}

/* Edges are there for max_parallel only. */
static bool waits_its_turn(const Workflow *workflow, uint32_t index)
{
    const WorkflowJob *job = &workflow->jobs[index];

    for (uint32_t i = 0; i < job->n_after; i++)
        if (workflow->max_parallel == 0 || job->after[i].type != DEPEND_AFTERANY ||
            job->after[i].job + workflow->max_parallel != index)
            return false;
    return true;
}

bool dispatch_sweep_fits(const Plan *plan, const DispatchChoice *choice)
{
    const Workflow *workflow = plan->workflow;
    const uint32_t most = choice->array_most ? choice->array_most : ARRAY_USUAL;
    const WorkflowJob *first = workflow->jobs;

    if (choice->no_arrays || plan->strategy != STRATEGY_TOGETHER || workflow->n_cells < 2 ||
        workflow->n_cells != workflow->n_jobs || workflow->n_jobs > most)
        return false;
    for (uint32_t i = 0; i < workflow->n_jobs; i++) {
        const WorkflowJob *job = &workflow->jobs[i];

        if (job->cell != i || job->runs == RUNS_SCRIPT || job->singleton || job->spec->array ||
            !job->base || !same_handling(first, job) || !waits_its_turn(workflow, i) ||
            !same_spec(plan->jobs[0].spec, plan->jobs[i].spec))
            return false;
    }
    return true;
}

static bool fill(DispatchSource *sources, JobScript *tasks, const Plan *plan,
                 const DispatchChoice *choice, GError **error)
{
    for (uint32_t i = 0; i < plan->n_jobs; i++) {
        const WorkflowJob *job = &plan->workflow->jobs[i];
        g_autoptr(JobSpec) spec = job_spec_copy(plan->jobs[i].spec);

        if (!dispatch_source_init(&sources[i], job, error) ||
            !dispatch_source_requeue(&sources[i], job, spec, error)) {
            g_prefix_error(error, "job '%s': ", job->name);
            return false;
        }
        sources[i].script.guard_seconds = choice->guard_seconds;
        tasks[i] = sources[i].script;
        tasks[i].task = g_strdup_printf("%u", i);
    }
    return true;
}

char *dispatch_sweep_script(const Plan *plan, const DispatchChoice *choice, JobSpec *spec,
                            GError **error)
{
    const Workflow *workflow = plan->workflow;
    g_autofree DispatchSource *sources = g_new0(DispatchSource, workflow->n_jobs);
    g_autofree JobScript *tasks = g_new0(JobScript, workflow->n_jobs);
    char *text = NULL;

    if (fill(sources, tasks, plan, choice, error)) {
        text = jobscript_array(tasks, workflow->n_jobs, error);
        if (!text)
            g_prefix_error(error, "job '%s': ", workflow->jobs[0].base);
    }
    if (text && dispatch_source_requeue(&sources[0], &workflow->jobs[0], spec, NULL)) {
        g_free(spec->array);
        spec->array =
            workflow->max_parallel > 0 && workflow->max_parallel < workflow->n_cells
                ? g_strdup_printf("0-%u%%%u", workflow->n_jobs - 1, workflow->max_parallel)
                : g_strdup_printf("0-%u", workflow->n_jobs - 1);
    }
    for (uint32_t i = 0; i < workflow->n_jobs; i++) {
        dispatch_source_clear(&sources[i]);
        g_free((char *)(uintptr_t)tasks[i].task);
    }
    if (text && strlen(text) > SCRIPT_MOST)
        g_clear_pointer(&text, g_free);
    return text;
}
