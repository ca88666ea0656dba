/* The selector's will-run test: when, by the time limits of what runs, could a job start? */
#include "sim/willrun.h"

#include "sim/bound.h"

#define FIRST_WINDOW 30  /* [s] */
#define MOST_REMOVED 200 /* jobs taken away at most, and one more, for the next to be tested */

/* ---- who ends when ---- */

static int by_end(const void *a, const void *b)
{
    const SimJob *x = *(SimJob *const *)a;
    const SimJob *y = *(SimJob *const *)b;

    if (x->end_at != y->end_at)
        return x->end_at < y->end_at ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

/* All that runs or is suspended, by expected end: sorted again when something has changed, and
 * always while a recording is followed, as its passes are taken back and `changes` with them. */
static const GPtrArray *running_by_end(Sim *sim)
{
    if (!sim->follow && sim->by_end_seen == sim->changes && sim->by_end->len == sim->running->len)
        return sim->by_end;
    g_ptr_array_set_size(sim->by_end, 0);
    for (guint i = 0; i < sim->running->len; i++)
        g_ptr_array_add(sim->by_end, g_ptr_array_index(sim->running, i));
    g_ptr_array_sort(sim->by_end, by_end);
    sim->by_end_seen = sim->changes;
    vacant_renew(sim->vacant, sim->by_end);
    return sim->by_end;
}

/* ---- one test ---- */

typedef struct {
    Sim *sim;
    const PlaceQuery *query;
    const WillRunSpan *span;
    Bound bound;
    PlaceView now, later;
    bool changed;          /* `later` is not the state as it is */
    bool extra_row;        /* preempt/qos: a candidate would be suspended */
    const GPtrArray *jobs; /* to be taken away, by end */
    guint next;            /* of them */
    Instant base;
    Span window;
    bool untested; /* too many were taken away: Slurm goes on without a test */
} Test;

/* Nodes that other users hold for themselves come free as their jobs go. */
static bool fits(Test *self, const PlaceView *view, Allocation **alloc)
{
    Sim *sim = self->sim;
    g_autoptr(NodeSet) nodes = NULL;
    PlaceQuery own = *self->query;

    if (!bound_may_fit(&self->bound))
        return false;
    sim->statistics.placements++;
    own.candidates = bound_candidates(&self->bound);
    own.all_empty = bound_all_empty(&self->bound);
    own.completing_alike = sim->rules->plan_completing == COMPLETING_ALIKE ||
                           (sim->rules->plan_completing == COMPLETING_LATER_ALIKE && view->mark);
    own.extra_row = view->mark && self->extra_row;
    if (sim->rules->exclusive_user_backfills)
        return place_find(view, &own, alloc) == PLACE_OK;
    own.candidates = nodes = nodeset_copy(own.candidates);
    select_drop_foreign(sim, own.job, view->mark, nodes);
    return place_find(view, &own, alloc) == PLACE_OK;
}

static void take_away(Test *self, SimJob *job)
{
    job->gone = self->later.mark;
    bound_without(&self->bound, job);
    self->changed = true;
}

static SimJob *nth(const Test *self, guint index)
{
    return g_ptr_array_index(self->jobs, index);
}

static bool is_in_the_way(const Test *self, const SimJob *job)
{
    const Allocation *alloc = job->alloc;
    const uint64_t *nodes = alloc->nodes->words, *candidates = self->query->candidates->words;
    const uint32_t last = alloc->shares[alloc->n_shares - 1].node >> 6;

    for (uint32_t w = alloc->shares[0].node >> 6; w <= last; w++) {
        if (nodes[w] & candidates[w])
            return true;
    }
    return false;
}

/* Since 24.11: what ends before the span is gone when it begins. */
static void take_ended(Test *self)
{
    while (self->next < self->jobs->len && nth(self, self->next)->end_at < self->span->from) {
        SimJob *job = nth(self, self->next++);

        if (is_in_the_way(self, job))
            take_away(self, job);
    }
}

/* ---- preemption ---- */

/* All candidates at once: those that would be suspended keep their memory. One that may not be
 * preempted after all stays, and is nobody whose end is waited for. */
static void take_victims(Test *self, const GPtrArray *victims)
{
    Sim *sim = self->sim;

    for (guint i = 0; i < victims->len; i++) {
        SimJob *victim = g_ptr_array_index(victims, i);
        const uint16_t mode = preempt_mode(sim, victim);

        victim->victim = self->later.mark;
        if (mode == PREEMPT_OFF || victim->gone == self->later.mark || !is_in_the_way(self, victim))
            continue;
        take_away(self, victim);
        if (!(mode & PREEMPT_SUSPEND))
            continue;
        victim->gone = 0;
        victim->asleep = self->later.mark;
        self->extra_row = sim->cluster->config.preempt == PREEMPT_QOS;
    }
}

/* True when there are candidates. */
static bool preempt(Test *self)
{
    Sim *sim = self->sim;
    g_autoptr(GPtrArray) victims = NULL;

    if (!sim->any_preemption)
        return false;
    victims = preempt_candidates(sim, self->query->job);
    if (victims->len == 0)
        return false;
    take_victims(self, victims);
    g_ptr_array_set_size(sim->in_the_way, 0);
    for (; self->next < self->jobs->len; self->next++) {
        if (nth(self, self->next)->victim != self->later.mark)
            g_ptr_array_add(sim->in_the_way, nth(self, self->next));
    }
    self->jobs = sim->in_the_way;
    self->next = 0;
    return true;
}

/* ---- windows ---- */

static bool is_over(const Test *self)
{
    return self->next == self->jobs->len ||
           (self->sim->rules->will_run_span && nth(self, self->next)->end_at > self->span->until);
}

static void widen(Test *self, Instant next_end)
{
    const uint32_t linear = self->sim->cluster->config.sched.bf_window_linear;

    do {
        self->window = linear ? self->window + linear : self->window * 2;
    } while (next_end > self->base + self->window);
}

/* Takes jobs away up to the end of the window; the last one, NULL when there was none. Then widens
 * the window. */
static const SimJob *take_batch(Test *self)
{
    const Instant epoch = self->sim->rounding_epoch;
    SimJob *last = NULL;

    self->untested = false;
    for (uint32_t removed = 0; !is_over(self);) {
        SimJob *job = nth(self, self->next++);

        if (!is_in_the_way(self, job))
            continue;
        if (self->base == INSTANT_NONE)
            self->base = job->end_at + FIRST_WINDOW - (job->end_at + epoch) % FIRST_WINDOW;
        take_away(self, job);
        last = job;
        if (self->next == self->jobs->len)
            break;
        if (nth(self, self->next)->end_at > self->base + self->window) {
            widen(self, nth(self, self->next)->end_at);
            break;
        }
        self->untested = removed++ > MOST_REMOVED;
        if (self->untested)
            break;
    }
    return last;
}

/* A job past its limit should have ended: guess when it will. */
static Instant guess_end(const Sim *sim, const SimJob *last)
{
    const Config *config = &sim->cluster->config;

    if (last->end_at > sim->now)
        return last->end_at;
    return MAX(sim->now + 1, last->end_at + config->kill_wait + (Span)config->over_time_limit * 60);
}

static WillRun try_windows(Test *self, Instant *at, Allocation **alloc)
{
    const Sim *sim = self->sim;

    while (!is_over(self)) {
        const SimJob *last = take_batch(self);

        if (!last)
            break;
        if (last->end_at > sim->now && last->end_at > self->span->until)
            return WILLRUN_LATE;
        if (!self->untested && fits(self, &self->later, alloc)) {
            *at = guess_end(sim, last);
            return WILLRUN_FOUND;
        }
    }
    return WILLRUN_NEVER;
}

/* ---- the short cut ---- */

bool willrun_counts_nodes(const Sim *sim, const PlaceQuery *query)
{
    const JobRequest *request = query->job->request;

    return !sim->options.no_shortcuts && !sim->any_preemption && !sim->world->may_suspend &&
           (sim->cluster->partitions[query->partition].over_subscribe == SHARE_EXCLUSIVE ||
            request->exclusive == EXCLUSIVE_NODE);
}

const NodeSet *willrun_vacant(Sim *sim, Instant at)
{
    running_by_end(sim);
    return vacant_by(sim->vacant, at);
}

/* Only what ends until the span does is ever taken away before an answer: when that leaves too few
 * empty nodes, all that is to be said is whether something in the way ends later. */
static bool is_hopeless(Sim *sim, const PlaceQuery *query, const WillRunSpan *span, WillRun *answer)
{
    const Instant last = span->now_only ? sim->now : span->until;
    const Instant until = MAX(MAX(sim->now, last), sim->rules->will_run_span ? span->from : last);
    const NodeSet *vacant;

    if (until == INSTANT_NEVER || !willrun_counts_nodes(sim, query))
        return false;
    vacant = willrun_vacant(sim, until);
    if (nodeset_count_and(vacant, query->candidates) >= query->min_nodes)
        return false;
    *answer = WILLRUN_NEVER;
    if (!sim->rules->will_run_span && !span->now_only &&
        !nodeset_contains(vacant, query->candidates))
        *answer = WILLRUN_LATE;
    return true;
}

WillRun willrun_find(Sim *sim, PlaceQuery *query, const WillRunSpan *span, Instant *at,
                     Allocation **alloc)
{
    const bool in_span = sim->rules->will_run_span;
    const bool starts_now = !in_span || span->from <= sim->now;
    WillRun hopeless;
    Test test = {.sim = sim, .query = query, .span = span, .base = INSTANT_NONE};

    test.window = FIRST_WINDOW;
    test.now = test.later = (PlaceView){.world = sim->world};
    *at = sim->now;
    query->mode = PLACE_PLAN;
    if (is_hopeless(sim, query, span, &hopeless))
        return hopeless;
    bound_open(&test.bound, &test.now, query);
    if (starts_now && fits(&test, &test.now, alloc))
        return WILLRUN_FOUND;
    test.later.mark = ++sim->last_mark;
    test.later.freed = bound_freed(&test.bound);
    test.jobs = running_by_end(sim);
    if (in_span)
        take_ended(&test);
    if (!preempt(&test) && span->now_only)
        return WILLRUN_NEVER;
    if ((test.changed || !starts_now) && fits(&test, &test.later, alloc))
        return WILLRUN_FOUND;
    if (span->now_only)
        return WILLRUN_NEVER;
    return try_windows(&test, at, alloc);
}
