/* The plain orders of choosing nodes: least loaded, last first, busy first, spread out. Each goes
 * through the weights from the lowest up. Source: Slurm 24.05 eval_nodes.c _eval_nodes_lln,
 * _eval_nodes_serial, _eval_nodes_busy, _eval_nodes_spread. */
#include "sim/eval.h"
#include "sim/gresplace.h"

/* The smallest weight above @weight among the nodes to choose from; false when there is none. */
static bool next_weight(const Search *self, bool first, uint64_t *weight)
{
    bool found = false;
    uint64_t best = 0;

    for (uint32_t n = nodeset_next(self->from, 0); n != NODE_NONE;
         n = nodeset_next(self->from, n + 1)) {
        uint64_t its = trial_offer(self->trial, n)->weight;

        if ((first || its > *weight) && (!found || its < best)) {
            best = its;
            found = true;
        }
    }
    *weight = best;
    return found;
}

static bool is_open(const Search *self, uint32_t node, uint64_t weight)
{
    return !nodeset_has(self->chosen, node) && trial_offer(self->trial, node)->cpus > 0 &&
           trial_offer(self->trial, node)->weight == weight;
}

static bool is_over(const Search *self)
{
    return self->max_nodes <= 0 || eval_done(self);
}

/* What is chosen when the nodes have run out: enough for the least that was asked? */
static bool finish(const Search *self)
{
    if (eval_done(self))
        return true;
    return self->cpus <= 0 && self->min_nodes <= 0 &&
           (!self->trial->gres_per_job || gresplace_found(self->trial, self->got));
}

static void take_if_useful(Search *self, uint32_t node)
{
    uint32_t cpus = eval_select(self, node);

    if (cpus > 0)
        eval_take(self, node, cpus);
}

/* Required nodes first; then true when the search may go on. */
static bool begin(Search *self, bool *ok)
{
    if (self->trial->tasks)
        self->max_nodes = MIN(self->max_nodes, self->trial->tasks);
    *ok = eval_required(self);
    if (!*ok)
        return false;
    if (self->trial->required && is_over(self)) {
        *ok = eval_done(self);
        return false;
    }
    return self->max_nodes > 0;
}

/* Is @a less loaded than @b? By the share of free CPUs, without division. */
static bool is_freer(const Trial *trial, uint32_t a, uint32_t b)
{
    return (uint64_t)trial_offer(trial, b)->free_cpus * trial->cluster->nodes[a].cpus <
           (uint64_t)trial_offer(trial, a)->free_cpus * trial->cluster->nodes[b].cpus;
}

/* The least loaded open node of a weight. The search ends early at a node as free as the one taken
 * last: a short cut of Slurm that prefers low indices. */
static uint32_t freest(const Search *self, uint64_t weight, int64_t last_free)
{
    uint32_t best = NODE_NONE;

    for (uint32_t n = nodeset_next(self->from, 0); n != NODE_NONE;
         n = nodeset_next(self->from, n + 1)) {
        if (!is_open(self, n, weight) || eval_select(self, n) == 0)
            continue;
        if (best != NODE_NONE && !is_freer(self->trial, n, best))
            continue;
        best = n;
        if (trial_offer(self->trial, n)->free_cpus == last_free)
            break;
    }
    return best;
}

bool eval_least_loaded(Search *self)
{
    uint64_t weight = 0;
    bool ok;

    if (!begin(self, &ok))
        return ok;
    for (bool first = true; !is_over(self) && next_weight(self, first, &weight); first = false) {
        int64_t last_free = -1;

        while (!is_over(self)) {
            uint32_t n = freest(self, weight, last_free);

            if (n == NODE_NONE)
                break;
            last_free = trial_offer(self->trial, n)->free_cpus;
            if (!eval_take(self, n, trial_offer(self->trial, n)->selected))
                nodeset_drop(self->from, n);
        }
    }
    return finish(self);
}

bool eval_serial(Search *self)
{
    uint64_t weight = 0;
    bool ok;

    if (!begin(self, &ok))
        return ok;
    for (bool first = true; !is_over(self) && next_weight(self, first, &weight); first = false) {
        for (uint32_t n = self->from->n_nodes; n-- > 0 && !is_over(self);) {
            if (nodeset_has(self->from, n) && is_open(self, n, weight))
                take_if_useful(self, n);
        }
    }
    return finish(self);
}

static void take_upward(Search *self, uint64_t weight, const NodeSet *skip, bool only_skip)
{
    for (uint32_t n = nodeset_next(self->from, 0); n != NODE_NONE && !is_over(self);
         n = nodeset_next(self->from, n + 1)) {
        if (is_open(self, n, weight) && (!skip || nodeset_has(skip, n) == only_skip))
            take_if_useful(self, n);
    }
}

bool eval_busy(Search *self)
{
    uint64_t weight = 0;
    bool ok;

    if (!begin(self, &ok))
        return ok;
    for (bool first = true; !is_over(self) && next_weight(self, first, &weight); first = false) {
        take_upward(self, weight, self->trial->world->idle, false);
        take_upward(self, weight, self->trial->world->idle, true);
    }
    return finish(self);
}

bool eval_spread(Search *self)
{
    uint64_t weight = 0;
    bool ok;

    if (!begin(self, &ok))
        return ok;
    self->nodes = MIN(self->max_nodes, (int64_t)nodeset_count(self->from));
    for (bool first = true; !is_over(self) && next_weight(self, first, &weight); first = false)
        take_upward(self, weight, NULL, false);
    return finish(self);
}
