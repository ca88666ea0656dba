/* Problem -> Plan: candidates, search under each strategy, and the final simulation in detail. */
#include "planner/considered.h"
#include "planner/critical.h"
#include "planner/trial.h"
#include "planner/why.h"
#include "sim/request.h"

typedef struct {
    const Problem *problem;
    Candidates *candidates;
    Trial *trial;
    StrategyKind strategy; /* the search under way */
    SearchSpace space;
    Search *search;     /* of the best strategy so far */
    StrategyKind found; /* the strategy of `search` */
    Outcome *own_baseline;
    const Outcome *baseline;     /* what the file says; NULL when it would never run */
    Outcome *others[STRATEGIES]; /* the best assignment under the strategies not searched */
    uint32_t simulations;        /* beside the search's own */
    uint32_t searched;           /* by searches given up */
} Maker;

static void maker_clear(Maker *self)
{
    search_free(self->search);
    trial_free(self->trial);
    candidates_free(self->candidates);
    outcome_free(self->own_baseline);
    for (guint i = 0; i < STRATEGIES; i++)
        outcome_free(self->others[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Maker, maker_clear)

static Outcome *evaluate(void *data, const uint32_t *choice)
{
    const Maker *self = data;
    const Assignment assignment = {.strategy = self->strategy, .choice = choice};

    return trial_run(self->trial, &assignment, NULL);
}

static Outcome *run_once(Maker *self, StrategyKind strategy, const uint32_t *choice)
{
    const Assignment assignment = {.strategy = strategy, .choice = choice};

    self->simulations++;
    return trial_run(self->trial, &assignment, NULL);
}

static uint32_t points_run(const Search *search)
{
    uint32_t count = 0;

    for (guint i = 0; i < search->points->len; i++)
        count += ((const SearchPoint *)g_ptr_array_index(search->points, i))->outcome != NULL;
    return count;
}

static void search_under(Maker *self, StrategyKind strategy)
{
    Search *search;

    self->strategy = strategy;
    search = search_run(&self->space);
    if (self->search &&
        outcome_compare(self->problem, self->search->best->outcome, search->best->outcome) <= 0) {
        self->searched += points_run(search);
        search_free(search);
        return;
    }
    if (self->search)
        self->searched += points_run(self->search);
    search_free(self->search);
    self->search = search;
    self->found = strategy;
}

/* The first strategy allowed is searched; the next ones only while no plan lets every job end, as
 * when a submit limit forbids handing in everything at once. */
static void search_strategies(Maker *self)
{
    for (StrategyKind kind = STRATEGY_TOGETHER; kind < STRATEGIES; kind++) {
        if (!(self->problem->strategies & STRATEGY_BIT(kind)))
            continue;
        if (!self->search || self->search->best->outcome->unfinished > 0)
            search_under(self, kind);
    }
}

/* The best assignment under the other strategies; one that does better takes over. */
static void try_other_strategies(Maker *self)
{
    const uint32_t *choice = self->search->best->choice;

    for (StrategyKind kind = STRATEGY_TOGETHER; kind < STRATEGIES; kind++) {
        if (kind == self->found || !(self->problem->strategies & STRATEGY_BIT(kind)))
            continue;
        self->others[kind] = run_once(self, kind, choice);
    }
}

static void run_baseline(Maker *self)
{
    const Candidates *candidates = self->candidates;
    g_autofree uint32_t *choice = g_new(uint32_t, candidates->n_jobs);

    for (uint32_t i = 0; i < candidates->n_jobs; i++) {
        choice[i] = candidates->classes[candidates->class_of[i]].baseline;
        if (choice[i] == INDEX_NONE)
            return;
    }
    if (self->found == STRATEGY_TOGETHER && search_find(self->search, choice))
        self->baseline = search_find(self->search, choice)->outcome;
    if (!self->baseline)
        self->baseline = self->own_baseline = run_once(self, STRATEGY_TOGETHER, choice);
}

/* The strategy the plan ends up with: the searched one unless another did strictly better. */
static StrategyKind best_strategy(const Maker *self)
{
    StrategyKind best = self->found;
    const Outcome *outcome = self->search->best->outcome;

    for (StrategyKind kind = STRATEGY_TOGETHER; kind < STRATEGIES; kind++) {
        if (self->others[kind] && outcome_compare(self->problem, self->others[kind], outcome) < 0) {
            best = kind;
            outcome = self->others[kind];
        }
    }
    return best;
}

/* ---- the plan's rows */

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

static void fill_jobs(const Maker *self, Plan *plan, const Outcome *outcome,
                      const TrialDetail *detail)
{
    const WhyContext why = {.problem = self->problem,
                            .candidates = self->candidates,
                            .search = self->search,
                            .point = self->search->best,
                            .detail = detail};
    const bool *conditional = trial_conditional(self->trial);

    plan->n_jobs = outcome->n_jobs;
    plan->jobs = g_new0(PlanJob, plan->n_jobs);
    for (uint32_t i = 0; i < plan->n_jobs; i++) {
        PlanJob *row = &plan->jobs[i];

        fill_choice(self, i, row);
        fill_forecast(&outcome->jobs[i], g_ptr_array_index(detail->nodes, i), row);
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

    plan->budget = self->space.budget;
    plan->budget_hit = search->budget_hit || search->stopped;
    plan->stopped = search->stopped;
    plan->assignments = search->assignments;
    plan->untried = search->untried;
    plan->simulations = points_run(search) + self->searched + self->simulations;
}

/* ---- notes */

static void add_note(Plan *plan, char *note)
{
    g_ptr_array_add(plan->notes, note);
}

static void note_unlimited(Plan *plan)
{
    const PlanJob *first = NULL;
    uint32_t count = 0;

    for (uint32_t i = 0; i < plan->n_jobs; i++) {
        if (plan->jobs[i].runtime_source != RUNTIME_LIMIT ||
            plan->jobs[i].limit != MINUTES_UNLIMITED)
            continue;
        count++;
        first = first ? first : &plan->jobs[i];
    }
    if (count == 1)
        add_note(plan, g_strdup_printf("no run time and no time limit is known for %s: planned as a"
                                       " year, as Slurm does; give --runtime %s=...",
                                       first->name, first->name));
    else if (count > 1)
        add_note(plan, g_strdup_printf("no run time and no time limit is known for %s and %u more:"
                                       " planned as a year each, as Slurm does; give --runtime"
                                       " %s=...,...",
                                       first->name, count - 1, first->name));
}

static void note_limits_as_runtimes(Plan *plan)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < plan->n_jobs; i++)
        count += plan->jobs[i].runtime_source == RUNTIME_LIMIT &&
                 plan->jobs[i].limit != MINUTES_UNLIMITED;
    if (count > 0)
        add_note(plan, g_strdup_printf("%u of %u jobs have no run time: their time limit stands for"
                                       " it",
                                       count, plan->n_jobs));
}

static void note_cut_p90(const Maker *self, Plan *plan)
{
    for (uint32_t i = 0; i < self->candidates->n_classes; i++) {
        const JobClass *class = &self->candidates->classes[i];
        const WorkflowJob *job = &self->problem->workflow->jobs[class->jobs[0]];
        const Candidate *chosen = &class->candidates[self->search->best->choice[class->jobs[0]]];

        if (job->runtime.given && job->runtime.p90 > chosen->runtime_p90)
            add_note(plan, g_strdup_printf("%s may run into its time limit: its p90 run time is"
                                           " longer",
                                           job->name));
    }
}

/* ---- the whole */

static void finish_p90(const Maker *self, Plan *plan)
{
    const Assignment assignment = {
        .strategy = plan->strategy, .p90 = true, .choice = self->search->best->choice};
    const Workflow *workflow = self->problem->workflow;
    bool differs = false;
    g_autoptr(Outcome) outcome = NULL;

    plan->makespan_p90 = plan->makespan;
    for (uint32_t i = 0; i < workflow->n_jobs; i++)
        differs |= workflow->jobs[i].runtime.given &&
                   workflow->jobs[i].runtime.p50 != workflow->jobs[i].runtime.p90;
    if (!differs)
        return;
    outcome = trial_run(self->trial, &assignment, NULL);
    plan->simulations++;
    plan->makespan_p90 = outcome->makespan;
}

static void free_rejected(void *self)
{
    rejected_free(self);
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

static Plan *write_plan(Maker *self, GError **error)
{
    g_autoptr(Plan) plan = g_new0(Plan, 1);
    g_autoptr(TrialDetail) detail = NULL;
    g_autoptr(Outcome) outcome = NULL;
    Assignment assignment = {.choice = self->search->best->choice};

    assignment.strategy = plan->strategy = best_strategy(self);
    outcome = trial_run(self->trial, &assignment, &detail);
    self->simulations++;
    if (outcome->unfinished > 0)
        return srx_fail_null(error, SRX_ERROR_INFEASIBLE, "no plan lets every job end: %s",
                             outcome->note);
    fill_head(self, plan, outcome);
    fill_jobs(self, plan, outcome, detail);
    fill_path(self, plan, outcome);
    fill_baseline(self, plan);
    fill_considered(self, plan, outcome);
    fill_search(self, plan);
    finish_p90(self, plan);
    note_unlimited(plan);
    note_limits_as_runtimes(plan);
    note_cut_p90(self, plan);
    plan->rejected = g_steal_pointer(&self->candidates->rejected);
    g_ptr_array_set_free_func(plan->rejected, free_rejected);
    return g_steal_pointer(&plan);
}

Plan *plan_make(const Problem *problem, GError **error)
{
    g_auto(Maker) self = {.problem = problem};

    if (problem->workflow->n_jobs == 0)
        return srx_fail_null(error, SRX_ERROR_INPUT, "the workflow has no jobs");
    self.candidates = candidates_build(problem, error);
    if (!self.candidates)
        return NULL;
    self.trial = trial_new(problem, self.candidates);
    self.space = (SearchSpace){.problem = problem,
                               .candidates = self.candidates,
                               .budget = problem_budget(problem),
                               .evaluate = evaluate,
                               .self = &self};
    search_strategies(&self);
    try_other_strategies(&self);
    run_baseline(&self);
    return write_plan(&self, error);
}
