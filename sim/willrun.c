/* The selector's will-run test: when, by the time limits of what runs, could a job start? */
#include "sim/willrun.h"

#include "sim/bound.h"

#define FIRST_WINDOW 30  /* [s] */
#define MOST_REMOVED 200 /* jobs taken away before the next test at the latest */

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
    return sim->by_end;
}

/* Those on the candidate nodes. */
static const GPtrArray *jobs_by_end(Sim *sim, const NodeSet *nodes)
{
    const GPtrArray *all = running_by_end(sim);

    g_ptr_array_set_size(sim->in_the_way, 0);
    for (guint i = 0; i < all->len; i++) {
        SimJob *job = g_ptr_array_index(all, i);

        if (nodeset_overlaps(job->alloc->nodes, nodes))
            g_ptr_array_add(sim->in_the_way, job);
    }
    return sim->in_the_way;
}

/* Nodes that other users hold for themselves come free as their jobs go. */
static bool find_in(Sim *sim, const PlaceView *view, const PlaceQuery *query, Bound *bound,
                    Allocation **alloc)
{
    g_autoptr(NodeSet) nodes = NULL;
    PlaceQuery own = *query;

    if (!bound_may_fit(bound))
        return false;
    sim->statistics.placements++;
    own.candidates = bound_candidates(bound);
    if (sim->rules->exclusive_user_backfills)
        return place_find(view, &own, alloc) == PLACE_OK;
    own.candidates = nodes = nodeset_copy(own.candidates);
    select_drop_foreign(sim, query->job, view->mark, nodes);
    return place_find(view, &own, alloc) == PLACE_OK;
}

/* All candidates gone at once: would that do now? */
static bool fits_with_victims(Sim *sim, const PlaceQuery *query, Bound *bound, Allocation **alloc)
{
    g_autoptr(GPtrArray) victims = NULL;
    const PlaceView view = {
        .world = sim->world, .mark = ++sim->last_mark, .freed = bound_freed(bound)};
    PlaceQuery own = *query;
    bool fits;

    if (!sim->any_preemption)
        return false;
    victims = preempt_candidates(sim, query->job, query->candidates);
    if (victims->len == 0)
        return false;
    for (guint i = 0; i < victims->len; i++) {
        SimJob *victim = g_ptr_array_index(victims, i);

        victim->gone = view.mark;
        bound_without(bound, victim);
    }
    sim->statistics.placements++;
    own.candidates = bound_candidates(bound);
    fits = bound_may_fit(bound) && place_find(&view, &own, alloc) == PLACE_OK;
    for (guint i = 0; i < victims->len && !fits; i++)
        bound_with(bound, g_ptr_array_index(victims, i));
    return fits;
}

typedef struct {
    const GPtrArray *jobs; /* by end */
    Bound *bound;
    guint next;
    Instant base;
    Span window;
} Batches;

/* Takes jobs away up to the end of the window; the last one taken. Then widens the window. */
static const SimJob *take_batch(const Sim *sim, Batches *self, uint32_t mark)
{
    const uint32_t linear = sim->cluster->config.sched.bf_window_linear;
    SimJob *last = NULL;
    Instant next_end = INSTANT_NEVER;

    for (uint32_t n = 0; self->next < self->jobs->len && n <= MOST_REMOVED; n++) {
        last = g_ptr_array_index(self->jobs, self->next++);
        last->gone = mark;
        bound_without(self->bound, last);
        if (self->base == INSTANT_NONE)
            self->base =
                last->end_at + FIRST_WINDOW - (last->end_at + sim->options.epoch) % FIRST_WINDOW;
        if (self->next == self->jobs->len)
            return last;
        next_end = ((const SimJob *)g_ptr_array_index(self->jobs, self->next))->end_at;
        if (next_end > self->base + self->window)
            break;
    }
    do {
        self->window = linear ? self->window + linear : self->window * 2;
    } while (next_end > self->base + self->window);
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

WillRun willrun_find(Sim *sim, PlaceQuery *query, Instant latest, Instant *at, Allocation **alloc)
{
    const PlaceView now = {.world = sim->world};
    PlaceView later = {.world = sim->world};
    Bound bound;
    Batches batches = {.base = INSTANT_NONE, .window = FIRST_WINDOW, .bound = &bound};

    *at = sim->now;
    query->mode = PLACE_PLAN;
    bound_open(&bound, &now, query);
    if (find_in(sim, &now, query, &bound, alloc) || fits_with_victims(sim, query, &bound, alloc))
        return WILLRUN_FOUND;
    batches.jobs = jobs_by_end(sim, query->candidates);
    later.mark = ++sim->last_mark;
    later.freed = bound_freed(&bound);
    while (batches.next < batches.jobs->len) {
        const SimJob *last = take_batch(sim, &batches, later.mark);

        if (last->end_at > sim->now && last->end_at > latest)
            return WILLRUN_LATE;
        if (find_in(sim, &later, query, &bound, alloc)) {
            *at = guess_end(sim, last);
            return WILLRUN_FOUND;
        }
    }
    return WILLRUN_NEVER;
}
