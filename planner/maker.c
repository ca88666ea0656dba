/* Problem -> Plan: candidates, search under each strategy, and the final simulation in detail. */
#include "planner/maker.h"

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

static void search_under(Maker *self, StrategyKind strategy)
{
    Search *search;

    self->strategy = strategy;
    search = search_run(&self->space);
    if (self->search &&
        outcome_compare(self->problem, self->search->best->outcome, search->best->outcome) <= 0) {
        self->searched += search_count(search);
        search_free(search);
        return;
    }
    if (self->search)
        self->searched += search_count(self->search);
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
    plan_write_down(self, plan, outcome, detail);
    finish_p90(self, plan);
    plan_add_notes(self, plan);
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
    g_assert(self.search); /* at least one strategy may be chosen */
    try_other_strategies(&self);
    run_baseline(&self);
    return write_plan(&self, error);
}
