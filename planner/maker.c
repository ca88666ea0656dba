/* Problem -> Plan: candidates, search under each strategy, and the final simulation in detail. */
#include "planner/maker.h"

#define JOBS_FOR_OTHERS 64

static void maker_clear(Maker *self)
{
    search_free(self->search);
    trial_free(self->trial);
    candidates_free(self->candidates);
    g_free(self->first_choice);
    outcome_free(self->first);
    for (guint i = 0; i < STRATEGIES; i++)
        outcome_free(self->others[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Maker, maker_clear)

static Outcome *evaluate(void *data, const uint32_t *choice, const Leash *leash)
{
    const Maker *self = data;
    const Assignment assignment = {.strategy = self->strategy, .choice = choice};
    const size_t size = self->candidates->n_jobs * sizeof *choice;

    if (self->strategy == STRATEGY_TOGETHER && memcmp(choice, self->first_choice, size) == 0)
        return outcome_copy(self->first);
    return trial_run(self->trial, &assignment, leash);
}

static Outcome *run_once(Maker *self, const Assignment *assignment, bool may_stop)
{
    const Leash leash = {.may_stop = may_stop, .until = INSTANT_NEVER};
    Outcome *outcome = trial_run(self->trial, assignment, &leash);

    self->simulations += outcome != NULL;
    return outcome;
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

/* The best assignment under the other strategies; one that does better takes over. Large workflows
 * go without: a thousand jobs one after the other are weeks to simulate, and no rival. */
static void try_other_strategies(Maker *self)
{
    Assignment assignment = {.choice = self->search->best->choice};

    if (self->candidates->n_jobs > JOBS_FOR_OTHERS)
        return;
    for (StrategyKind kind = STRATEGY_TOGETHER; kind < STRATEGIES; kind++) {
        if (kind == self->found || !(self->problem->strategies & STRATEGY_BIT(kind)))
            continue;
        assignment.strategy = kind;
        self->others[kind] = run_once(self, &assignment, true);
    }
}

/* What the file says is simulated first: it is the measure of the gain. */
static void run_first(Maker *self)
{
    const Candidates *candidates = self->candidates;
    Assignment assignment = {.strategy = STRATEGY_TOGETHER};
    bool runs = true;

    self->first_choice = g_new0(uint32_t, candidates->n_jobs);
    for (uint32_t i = 0; i < candidates->n_jobs; i++)
        runs &= candidates->classes[candidates->class_of[i]].baseline != INDEX_NONE;
    for (uint32_t i = 0; runs && i < candidates->n_jobs; i++)
        self->first_choice[i] = candidates->classes[candidates->class_of[i]].baseline;
    assignment.choice = self->first_choice;
    self->first = run_once(self, &assignment, false);
    if (self->problem->strategies & STRATEGY_BIT(STRATEGY_TOGETHER))
        self->simulations--; /* the search will count it */
    self->baseline = runs ? self->first : NULL;
}

/* What the plan comes to: the searched strategy's outcome unless another did strictly better. */
static const Outcome *best_outcome(const Maker *self, StrategyKind *strategy)
{
    const Outcome *best = self->search->best->outcome;

    *strategy = self->found;
    for (StrategyKind kind = STRATEGY_TOGETHER; kind < STRATEGIES; kind++) {
        if (self->others[kind] && outcome_compare(self->problem, self->others[kind], best) < 0) {
            *strategy = kind;
            best = self->others[kind];
        }
    }
    return best;
}

static void finish_p90(Maker *self, Plan *plan)
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
    outcome = run_once(self, &assignment, false);
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
    const Outcome *outcome = best_outcome(self, &plan->strategy);

    if (outcome->unfinished > 0)
        return srx_fail_null(error, SRX_ERROR_INFEASIBLE, "no plan lets every job end: %s",
                             outcome->note);
    plan_write_down(self, plan, outcome);
    finish_p90(self, plan);
    plan_add_notes(self, plan);
    plan->rejected = g_steal_pointer(&self->candidates->rejected);
    g_ptr_array_set_free_func(plan->rejected, free_rejected);
    return g_steal_pointer(&plan);
}

static uint64_t work_allowed(const Maker *self)
{
    bool several = false;

    for (uint32_t i = 0; i < self->candidates->n_classes; i++) {
        const JobClass *class = &self->candidates->classes[i];

        for (uint32_t k = 1; k < class->n_allowed; k++)
            several |= class->candidates[k].qos != class->candidates[0].qos;
    }
    return several ? 2 * WORK_A_PLAN : WORK_A_PLAN;
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
                               .budget = problem->budget > 0 ? problem->budget : BUDGET_MOST,
                               .work = problem->budget > 0 ? 0 : work_allowed(&self),
                               .evaluate = evaluate,
                               .self = &self};
    run_first(&self);
    search_strategies(&self);
    g_assert(self.search); /* at least one strategy may be chosen */
    try_other_strategies(&self);
    return write_plan(&self, error);
}
