/* A plan, written down from what was found. */
#include "planner/critical.h"
#include "planner/maker.h"
#include "planner/why.h"
#include "sim/request.h"

static const JobClass *class_of(const Maker *self, uint32_t job)
{
    return &self->candidates->classes[self->candidates->class_of[job]];
}

static char *account_of(const Maker *self, const Candidate *candidate, const JobSpec *spec)
{
    const Problem *problem = self->problem;
    uint32_t assoc = INDEX_NONE;

    if (spec->account)
        return g_strdup(spec->account);
    if (problem->user)
        assoc = cluster_find_assoc(problem->cluster, problem->user, NULL,
                                   problem->cluster->partitions[candidate->partition].name);
    return assoc == INDEX_NONE ? NULL : g_strdup(problem->cluster->assocs[assoc].account);
}

static void fill_choice(const Maker *self, uint32_t index, PlanJob *row)
{
    const WorkflowJob *job = &self->problem->workflow->jobs[index];
    const Candidate *chosen = &class_of(self, index)->candidates[self->search->best->choice[index]];

    row->name = g_strdup(job->name);
    row->spec = job_spec_copy(job->spec);
    candidate_apply(chosen, self->problem, row->spec);
    row->partition = g_strdup(chosen->partitions);
    row->qos =
        chosen->qos == INDEX_NONE ? NULL : g_strdup(self->problem->cluster->qos[chosen->qos].name);
    row->account = account_of(self, chosen, row->spec);
    row->limit = chosen->limit;
    row->limit_source = chosen->limit_source;
    row->runtime = chosen->runtime;
    row->runtime_source = chosen->runtime_source;
}

static void fill_sizes(const Maker *self, PlanJob *row)
{
    g_autofree char *refusal = NULL;
    g_autoptr(JobRequest) request = request_build(
        self->problem->cluster, row->spec, self->problem->now, self->problem->sim.epoch, &refusal);

    row->nodes = request ? request->min_nodes : 1;
    if (row->cpus == 0)
        row->cpus = request ? request->min_cpus : 1;
}

static void fill_forecast(const JobForecast *forecast, const char *nodes, PlanJob *row)
{
    row->submit_at = forecast->submit_at;
    row->eligible_at = forecast->eligible_at;
    row->start_at = forecast->start_at;
    row->end_at = forecast->end_at;
    row->wait = forecast->start_at == INSTANT_NEVER || forecast->eligible_at == INSTANT_NEVER
                    ? 0
                    : forecast->start_at - forecast->eligible_at;
    row->cost = forecast->cost;
    row->state = forecast->state;
    row->priority = forecast->priority;
    row->cpus = forecast->cpus;
    row->node_list = g_strdup(nodes);
}

static void fill_jobs(const Maker *self, Plan *plan, const Outcome *outcome)
{
    const WhyContext why = {.problem = self->problem,
                            .candidates = self->candidates,
                            .search = self->search,
                            .point = self->search->best,
                            .detail = outcome->detail};
    const bool *conditional = trial_conditional(self->trial);

    plan->n_jobs = outcome->n_jobs;
    plan->jobs = g_new0(PlanJob, plan->n_jobs);
    for (uint32_t i = 0; i < plan->n_jobs; i++) {
        PlanJob *row = &plan->jobs[i];

        fill_choice(self, i, row);
        fill_forecast(&outcome->jobs[i], g_ptr_array_index(outcome->detail->nodes, i), row);
        fill_sizes(self, row);
        row->conditional = conditional[i];
        row->why = conditional[i] ? g_strdup("runs only if another job fails") : why_job(&why, i);
    }
}

/* With serial every job waits for the one before it in the chain; see strategy_serial.c. */
static uint32_t *chain_before(const Maker *self)
{
    const Workflow *workflow = self->problem->workflow;
    const bool *conditional = trial_conditional(self->trial);
    g_autofree uint32_t *order = workflow_order(workflow);
    uint32_t *before = g_new(uint32_t, workflow->n_jobs);
    uint32_t last = INDEX_NONE;

    for (uint32_t i = 0; i < workflow->n_jobs; i++) {
        before[order[i]] = INDEX_NONE;
        if (conditional[order[i]])
            continue;
        before[order[i]] = last;
        last = order[i];
    }
    return before;
}

static void fill_path(const Maker *self, Plan *plan, const Outcome *outcome)
{
    g_autofree uint32_t *before = plan->strategy == STRATEGY_SERIAL ? chain_before(self) : NULL;
    GArray *path = critical_path(self->problem->workflow, outcome, trial_conditional(self->trial),
                                 before, plan->now);

    plan->n_path = path->len;
    for (guint i = 0; i < path->len; i++)
        plan->jobs[g_array_index(path, PathStep, i).job].critical = true;
    plan->path = (PathStep *)(void *)g_array_free(path, FALSE);
}

static void fill_baseline(const Maker *self, Plan *plan)
{
    plan->baseline_makespan = INSTANT_NEVER;
    if (self->baseline) {
        plan->baseline_makespan = self->baseline->makespan;
        plan->baseline_cost = self->baseline->cost;
        plan->baseline_note = g_strdup(self->baseline->note);
        return;
    }
    for (uint32_t i = 0; i < self->candidates->n_classes && !plan->baseline_note; i++) {
        const JobClass *class = &self->candidates->classes[i];

        if (class->baseline_note)
            plan->baseline_note = g_strdup_printf(
                "%s: %s", self->problem->workflow->jobs[class->jobs[0]].name, class->baseline_note);
    }
}

static void fill_considered(const Maker *self, Plan *plan, const Outcome *outcome)
{
    WholeTrial others[STRATEGIES + 2];
    size_t n = 0;

    others[n++] = (WholeTrial){plan->strategy, outcome, "this plan", true};
    if (self->baseline)
        others[n++] = (WholeTrial){STRATEGY_TOGETHER, self->baseline, "what the file says", false};
    for (StrategyKind kind = STRATEGY_TOGETHER; kind < STRATEGIES; kind++) {
        if (self->others[kind] && kind != plan->strategy)
            others[n++] = (WholeTrial){kind, self->others[kind], strategy_name(kind), false};
    }
    if (self->found != plan->strategy)
        others[n++] = (WholeTrial){self->found, self->search->best->outcome,
                                   strategy_name(self->found), false};
    plan->considered = considered_list(&self->space, self->search, self->found, others, n);
}

static void fill_search(const Maker *self, Plan *plan)
{
    const Search *search = self->search;

    plan->budget = self->space.work > 0 ? search_count(search) : self->space.budget;
    plan->budget_hit = search->budget_hit || search->stopped;
    plan->stopped = search->stopped;
    /* countless ones are no infinity, which JSON does not have */
    plan->assignments = MIN(search->assignments, G_MAXDOUBLE);
    plan->untried = MIN(search->untried, G_MAXDOUBLE);
    plan->simulations = search_count(search) + self->searched + self->simulations;
}

static void fill_head(const Maker *self, Plan *plan, const Outcome *outcome)
{
    const Problem *problem = self->problem;

    plan->objective = problem->objective;
    plan->now = problem->now;
    plan->epoch = problem->sim.epoch;
    plan->deadline_at =
        problem->objective == OBJECTIVE_DEADLINE ? problem->deadline_at : INSTANT_NEVER;
    plan->name = g_strdup(problem->workflow->name);
    plan->user = g_strdup(problem->user);
    plan->makespan = outcome->makespan;
    plan->cost = outcome->cost;
    plan->deadline_met = plan->now + outcome->makespan <= plan->deadline_at;
    plan->notes = g_ptr_array_new_with_free_func(g_free);
    plan->workflow = problem->workflow;
}

void plan_write_down(const Maker *self, Plan *plan, const Outcome *outcome)
{
    fill_head(self, plan, outcome);
    fill_jobs(self, plan, outcome);
    fill_path(self, plan, outcome);
    fill_baseline(self, plan);
    fill_considered(self, plan, outcome);
    fill_search(self, plan);
}
