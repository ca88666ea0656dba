/* The selector's will-run test: when, by the time limits of what runs, could a job start? */
#include "sim/willrun.h"

#include "sim/headroom.h"

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

/* Running and suspended jobs on the candidate nodes, by expected end. */
static GPtrArray *jobs_by_end(const Sim *sim, const NodeSet *nodes)
{
    GPtrArray *out = g_ptr_array_new();

    for (guint i = 0; i < sim->running->len; i++) {
        SimJob *job = g_ptr_array_index(sim->running, i);

        if (nodeset_overlaps(job->alloc->nodes, nodes))
            g_ptr_array_add(out, job);
    }
    g_ptr_array_sort(out, by_end);
    return out;
}

/* In the hypothetical state of @mark the job is gone. */
static void take_away(SimJob *job, uint32_t mark, NodeSet *freed)
{
    job->gone = mark;
    nodeset_or(freed, job->alloc->nodes);
}

/* All candidates gone at once: would that do now? */
static bool fits_with_victims(Sim *sim, PlaceQuery *query, Allocation **alloc)
{
    g_autoptr(GPtrArray) victims = NULL;
    g_autoptr(NodeSet) freed = NULL;
    g_auto(Headroom) room = {0};
    PlaceView view = {.world = sim->world};

    if (!sim->any_preemption)
        return false;
    victims = preempt_candidates(sim, query->job, query->candidates);
    if (victims->len == 0)
        return false;
    view.mark = ++sim->last_mark;
    view.freed = freed = nodeset_new(sim->cluster->n_nodes);
    headroom_init(&room, sim->world, query);
    for (guint i = 0; i < victims->len; i++) {
        take_away(g_ptr_array_index(victims, i), view.mark, freed);
        headroom_release(&room, g_ptr_array_index(victims, i));
    }
    if (!headroom_may_fit(&room))
        return false;
    sim->statistics.placements++;
    return place_find(&view, query, alloc) == PLACE_OK;
}

typedef struct {
    GPtrArray *jobs; /* by end */
    guint next;
    Instant base;
    Span window;
    NodeSet *freed; /* nodes of the jobs taken away */
} Batches;

/* Takes jobs away up to the end of the window; the last one taken. Then widens the window. */
static const SimJob *take_batch(const Sim *sim, Batches *self, uint32_t mark, Headroom *room)
{
    const uint32_t linear = sim->cluster->config.sched.bf_window_linear;
    SimJob *last = NULL;
    Instant next_end = INSTANT_NEVER;

    for (uint32_t n = 0; self->next < self->jobs->len && n <= MOST_REMOVED; n++) {
        last = g_ptr_array_index(self->jobs, self->next++);
        take_away(last, mark, self->freed);
        headroom_release(room, last);
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

/* Nodes that other users hold for themselves come free as their jobs go. */
static bool find_in(Sim *sim, const PlaceView *view, const PlaceQuery *query, const Headroom *room,
                    Allocation **alloc)
{
    g_autoptr(NodeSet) nodes = NULL;
    PlaceQuery own = *query;

    if (!headroom_may_fit(room))
        return false;
    sim->statistics.placements++;
    if (sim->rules->exclusive_user_backfills)
        return place_find(view, query, alloc) == PLACE_OK;
    own.candidates = nodes = nodeset_copy(query->candidates);
    select_drop_foreign(sim, query->job, view->mark, nodes);
    return place_find(view, &own, alloc) == PLACE_OK;
}

bool willrun_find(Sim *sim, PlaceQuery *query, Instant *at, Allocation **alloc)
{
    const PlaceView now = {.world = sim->world};
    PlaceView later = {.world = sim->world};
    g_autoptr(GPtrArray) jobs = NULL;
    g_autoptr(NodeSet) freed = NULL;
    g_auto(Headroom) room = {0};
    Batches batches = {.base = INSTANT_NONE, .window = FIRST_WINDOW};

    *at = sim->now;
    query->mode = PLACE_PLAN;
    headroom_init(&room, sim->world, query);
    if (find_in(sim, &now, query, &room, alloc) || fits_with_victims(sim, query, alloc))
        return true;
    batches.jobs = jobs = jobs_by_end(sim, query->candidates);
    later.mark = ++sim->last_mark;
    later.freed = batches.freed = freed = nodeset_new(sim->cluster->n_nodes);
    while (batches.next < jobs->len) {
        const SimJob *last = take_batch(sim, &batches, later.mark, &room);

        if (find_in(sim, &later, query, &room, alloc)) {
            *at = guess_end(sim, last);
            return true;
        }
    }
    return false;
}
