/* What one simulation says of a workflow. */
#include "planner/outcome.h"

Outcome *outcome_new(uint32_t n_jobs)
{
    Outcome *self = g_new0(Outcome, 1);

    self->n_jobs = n_jobs;
    self->jobs = g_new(JobForecast, n_jobs);
    self->given_up_at = INSTANT_NEVER;
    for (uint32_t i = 0; i < n_jobs; i++)
        self->jobs[i] = (JobForecast){
            .submit_at = INSTANT_NEVER,
            .eligible_at = INSTANT_NEVER,
            .start_at = INSTANT_NEVER,
            .end_at = INSTANT_NEVER,
            .state = JOB_PENDING,
            .partition = INDEX_NONE,
        };
    return self;
}

OutcomeDetail *outcome_detail_new(uint32_t n_jobs)
{
    OutcomeDetail *self = g_new0(OutcomeDetail, 1);

    self->nodes = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_set_size(self->nodes, (gint)n_jobs);
    self->others = g_array_new(FALSE, FALSE, sizeof(OtherRun));
    return self;
}

void outcome_drop_detail(Outcome *self)
{
    if (!self->detail)
        return;
    g_ptr_array_unref(self->detail->nodes);
    g_array_unref(self->detail->others);
    g_clear_pointer(&self->detail, g_free);
}

static OutcomeDetail *share_detail(const OutcomeDetail *from)
{
    OutcomeDetail *detail = g_new0(OutcomeDetail, 1);

    detail->nodes = g_ptr_array_ref(from->nodes);
    detail->others = g_array_ref(from->others);
    return detail;
}

Outcome *outcome_copy(const Outcome *self)
{
    Outcome *copy = g_memdup2(self, sizeof *self);

    copy->jobs = g_memdup2(self->jobs, self->n_jobs * sizeof *self->jobs);
    copy->note = g_strdup(self->note);
    copy->detail = self->detail ? share_detail(self->detail) : NULL;
    return copy;
}

void outcome_free(Outcome *self)
{
    if (!self)
        return;
    outcome_drop_detail(self);
    g_free(self->jobs);
    g_free(self->note);
    g_free(self);
}

static char *what_is_wrong(const WorkflowJob *job, const JobForecast *forecast)
{
    if (forecast->end_at != INSTANT_NEVER)
        return g_strdup_printf("%s ends as %s", job->name, job_state_name(forecast->state));
    if (forecast->reason)
        return g_strdup_printf("%s never starts: %s", job->name, forecast->reason);
    return g_strdup_printf("%s is never submitted", job->name);
}

static char *given_up(Span after)
{
    g_autofree char *words = span_words(after);

    return g_strdup_printf("not over after %s, given up", words);
}

void outcome_sum(Outcome *self, const Workflow *workflow, const bool *conditional, Instant now)
{
    self->makespan = 0;
    self->cost = self->ends = 0;
    self->unfinished = 0;
    for (uint32_t i = 0; i < self->n_jobs; i++) {
        const JobForecast *job = &self->jobs[i];

        self->cost += job->cost;
        if (conditional[i])
            continue;
        if (job->end_at == INSTANT_NEVER || job->state != JOB_COMPLETED) {
            self->unfinished++;
            if (!self->note)
                self->note = self->given_up_at == INSTANT_NEVER
                                 ? what_is_wrong(&workflow->jobs[i], job)
                                 : given_up(self->given_up_at - now);
            continue;
        }
        self->makespan = MAX(self->makespan, job->end_at - now);
        self->ends += (double)(job->end_at - now);
    }
    if (self->unfinished > 0)
        self->makespan = INSTANT_NEVER;
}

static int compare(double a, double b)
{
    return (a > b) - (a < b);
}

static int compare_spans(Span a, Span b)
{
    return (a > b) - (a < b);
}

int outcome_compare(const Problem *problem, const Outcome *a, const Outcome *b)
{
    const Span allowed =
        problem->objective == OBJECTIVE_DEADLINE ? problem->deadline_at - problem->now : 0;
    const bool a_late = problem->objective == OBJECTIVE_DEADLINE && a->makespan > allowed;
    const bool b_late = problem->objective == OBJECTIVE_DEADLINE && b->makespan > allowed;
    const bool cost_first = problem->objective == OBJECTIVE_COST ||
                            (problem->objective == OBJECTIVE_DEADLINE && !a_late);
    int order;

    if (a->unfinished != b->unfinished)
        return a->unfinished < b->unfinished ? -1 : 1;
    if (a_late != b_late)
        return a_late ? 1 : -1;
    if (cost_first && (order = compare(a->cost, b->cost)) != 0)
        return order;
    if ((order = compare_spans(a->makespan, b->makespan)) != 0)
        return order;
    if ((order = compare(a->cost, b->cost)) != 0)
        return order;
    return compare(a->ends, b->ends);
}
