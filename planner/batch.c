/* Simulations of assignments: each one once, several at a time. */
#include "planner/batch.h"

#define LEAST    3 /* simulations, however dear */
#define STRETCH  8 /* simulations after which it is looked what to give up */
#define PATIENCE 2 /* times the best makespan: what takes longer is no rival, whatever it costs */

struct Batch {
    const SearchSpace *space;
    Search *search;
    guint done;          /* points before this one have been handed out */
    guint settled;       /* points before this one have been compared */
    uint64_t work;       /* of those */
    guint may_be_chosen; /* points that are allowed */
    Instant give_up_at;  /* what is simulated now and is not over by then */
    uint32_t set_aside;
    GThreadPool *pool; /* NULL with one thread */
    GMutex lock;
    GCond ended;
    guint running;
};

static guint key_hash(gconstpointer data)
{
    const ChoiceKey *key = data;
    guint hash = 2166136261u;

    for (uint32_t i = 0; i < key->n; i++)
        hash = (hash ^ key->choice[i]) * 16777619u;
    return hash;
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
    const ChoiceKey *left = a, *right = b;

    return left->n == right->n &&
           memcmp(left->choice, right->choice, left->n * sizeof *left->choice) == 0;
}

static void simulate(void *data, void *self)
{
    SearchPoint *point = data;
    Batch *batch = self;
    Outcome *outcome = batch->space->evaluate(batch->space->self, point->choice, &point->leash);

    g_mutex_lock(&batch->lock);
    point->outcome = outcome;
    batch->running--;
    g_cond_signal(&batch->ended);
    g_mutex_unlock(&batch->lock);
}

Batch *batch_new(const SearchSpace *space, Search *search)
{
    Batch *self = g_new0(Batch, 1);

    self->space = space;
    self->search = search;
    search->by_choice = g_hash_table_new_full(key_hash, key_equal, g_free, NULL);
    g_mutex_init(&self->lock);
    g_cond_init(&self->ended);
    if (space->problem->threads > 1)
        self->pool = g_thread_pool_new(simulate, self, (gint)space->problem->threads, FALSE, NULL);
    return self;
}

void batch_free(Batch *self)
{
    if (!self)
        return;
    if (self->pool)
        g_thread_pool_free(self->pool, FALSE, TRUE);
    g_mutex_clear(&self->lock);
    g_cond_clear(&self->ended);
    g_free(self);
}

/* Points that have not run yet are expected to take as much as those that have, on average. Only
 * what is settled counts, so the answer does not depend on which thread is ahead. */
static uint64_t affordable(const Batch *self)
{
    if (self->space->work == 0 || self->work == 0)
        return UINT32_MAX;
    return MAX(LEAST, (uint64_t)((double)self->space->work / (double)self->work * self->settled));
}

uint32_t batch_left(const Batch *self)
{
    const uint64_t most = MIN(self->space->budget, affordable(self));
    const uint64_t used = (uint64_t)self->search->points->len + self->set_aside;

    if (used < most)
        return (uint32_t)(most - used);
    return self->may_be_chosen > 0 ? 0 : 1; /* there must be something to choose */
}

void batch_set_aside(Batch *self, uint32_t n)
{
    self->set_aside = n;
}

static bool is_allowed(const Batch *self, const uint32_t *choice)
{
    const Candidates *candidates = self->space->candidates;

    for (uint32_t i = 0; i < candidates->n_jobs; i++) {
        if (choice[i] >= candidates->classes[candidates->class_of[i]].n_allowed)
            return false;
    }
    return true;
}

SearchPoint *batch_add(Batch *self, uint32_t *choice)
{
    ChoiceKey *key = g_new(ChoiceKey, 1);
    SearchPoint *point;

    *key = (ChoiceKey){.n = self->space->candidates->n_jobs, .choice = choice};
    point = g_hash_table_lookup(self->search->by_choice, key);
    if (!point && batch_left(self) == 0 && self->set_aside == 0)
        self->search->budget_hit = true;
    if (point || batch_left(self) == 0) {
        g_free(key);
        g_free(choice);
        return point;
    }
    point = g_new0(SearchPoint, 1);
    point->choice = choice;
    point->order = self->search->points->len;
    point->allowed = is_allowed(self, choice);
    self->may_be_chosen += point->allowed;
    g_ptr_array_add(self->search->points, point);
    g_hash_table_insert(self->search->by_choice, key, point);
    return point;
}

static bool time_is_up(const Batch *self)
{
    const Problem *problem = self->space->problem;

    return problem->stop && problem->stop(problem->stop_self);
}

static void wait_until_running(Batch *self, guint at_most)
{
    g_mutex_lock(&self->lock);
    while (self->running > at_most)
        g_cond_wait(&self->ended, &self->lock);
    g_mutex_unlock(&self->lock);
}

/* Before anything that may be chosen has been simulated, the time does not count. */
static void start(Batch *self, SearchPoint *point)
{
    point->leash = (Leash){.may_stop = self->search->best != NULL, .until = self->give_up_at};
    g_mutex_lock(&self->lock);
    self->running++;
    g_mutex_unlock(&self->lock);
    if (self->pool)
        g_thread_pool_push(self->pool, point, NULL);
    else
        simulate(point, self);
}

/* The best so far, in the order of the points and not of their ends; only it keeps its detail. */
static void settle(Batch *self)
{
    Search *search = self->search;

    for (; self->settled < self->done; self->settled++) {
        SearchPoint *point = g_ptr_array_index(search->points, self->settled);

        if (!point->outcome)
            continue;
        self->work += point->outcome->work;
        if (!point->allowed ||
            (search->best &&
             outcome_compare(self->space->problem, point->outcome, search->best->outcome) >= 0)) {
            outcome_drop_detail(point->outcome);
            continue;
        }
        if (search->best)
            outcome_drop_detail(search->best->outcome);
        search->best = point;
    }
}

/* A slow assignment may be cheap, so cost knows no end of patience but a long one. */
static Instant give_up_at(const Batch *self)
{
    const Problem *problem = self->space->problem;
    const Outcome *best = self->search->best ? self->search->best->outcome : NULL;
    Instant until;

    if (!best || best->unfinished > 0)
        return INSTANT_NEVER;
    until = problem->now + PATIENCE * best->makespan;
    if (problem->objective == OBJECTIVE_COST)
        until = problem->now + PATIENCE * PATIENCE * PATIENCE * best->makespan;
    if (problem->objective == OBJECTIVE_DEADLINE)
        until = MAX(until, problem->deadline_at);
    return until;
}

/* Every few points, whatever the number of threads, so that all machines give up the same. */
static void look_back(Batch *self)
{
    if (self->search->best && self->done > self->settled && self->done - self->settled < STRETCH)
        return;
    wait_until_running(self, 0);
    settle(self);
    self->give_up_at = give_up_at(self);
}

bool batch_run(Batch *self)
{
    Search *search = self->search;
    const guint threads = MAX(1, self->space->problem->threads);

    while (self->done < search->points->len && !search->stopped) {
        wait_until_running(self, threads - 1);
        look_back(self);
        if (search->best && time_is_up(self)) {
            search->stopped = true;
            break;
        }
        start(self, g_ptr_array_index(search->points, self->done++));
    }
    wait_until_running(self, 0);
    settle(self);
    return !search->stopped;
}
