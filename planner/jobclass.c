/* Jobs of a workflow that ask for the same. */
#include "planner/jobclass.h"

/* What the scheduler does not look at. */
static JobSpec *bare_spec(const JobSpec *spec)
{
    JobSpec *bare = job_spec_copy(spec);

    g_clear_pointer(&bare->name, g_free);
    g_clear_pointer(&bare->wckey, g_free);
    g_clear_pointer(&bare->dependency, g_free);
    g_clear_pointer(&bare->rest, g_strfreev);
    g_clear_pointer(&bare->script_args, g_strfreev);
    return bare;
}

static bool same_words(char **a, char **b)
{
    static char *none[] = {NULL};

    return g_strv_equal((const char *const *)(a ? a : none), (const char *const *)(b ? b : none));
}

static bool same_job(const WorkflowJob *a, const JobSpec *bare_a, const WorkflowJob *b,
                     const JobSpec *bare_b)
{
    return a->runtime.given == b->runtime.given && a->runtime.p50 == b->runtime.p50 &&
           a->runtime.p90 == b->runtime.p90 && same_words(a->partitions, b->partitions) &&
           job_spec_equal(bare_a, bare_b);
}

static void add_member(JobClass *class, uint32_t job)
{
    class->jobs = g_renew(uint32_t, class->jobs, class->n_jobs + 1);
    class->jobs[class->n_jobs++] = job;
}

static uint32_t add_class(Candidates *self)
{
    self->classes = g_renew(JobClass, self->classes, self->n_classes + 1);
    self->classes[self->n_classes] = (JobClass){.baseline = INDEX_NONE};
    return self->n_classes++;
}

void jobclass_group(Candidates *self, const Workflow *workflow)
{
    g_autoptr(GPtrArray) bare =
        g_ptr_array_new_with_free_func((GDestroyNotify)(void (*)(void))job_spec_free);

    self->n_jobs = workflow->n_jobs;
    self->class_of = g_new(uint32_t, workflow->n_jobs);
    for (uint32_t job = 0; job < workflow->n_jobs; job++) {
        JobSpec *spec = bare_spec(workflow->jobs[job].spec);
        uint32_t found = 0;

        while (found < self->n_classes &&
               !same_job(&workflow->jobs[self->classes[found].jobs[0]],
                         g_ptr_array_index(bare, found), &workflow->jobs[job], spec))
            found++;
        if (found == self->n_classes) {
            add_class(self);
            g_ptr_array_add(bare, spec);
        } else {
            job_spec_free(spec);
        }
        add_member(&self->classes[found], job);
        self->class_of[job] = found;
    }
}
