/* Could a job fit, by counting alone? */
#include "sim/bound.h"

#include "sim/alike.h"
#include "sim/attempt.h"
#include "sim/offer.h"
#include "sim/state.h"

/* Gang scheduling and shared cores: what a job holds is then not out of reach of others. Weight
 * classes of select/linear are made of all candidates. */
static bool is_unknown(const Trial *trial)
{
    const Config *config = &trial->cluster->config;

    return (config->preempt_mode & PREEMPT_GANG) || trial->hold == HOLD_SHARED ||
           config->select == SELECT_LINEAR;
}

static uint32_t cpus_of(const Bound *self, uint32_t node)
{
    const Trial *trial = &self->trial;

    return trial->scratch->free_cores[node] *
           trial_usable_threads(trial, &trial->cluster->nodes[node]);
}

static bool has_memory(const Bound *self, uint32_t node)
{
    const Trial *trial = &self->trial;
    const Node *have = &trial->cluster->nodes[node];
    const uint64_t held = trial->scratch->held_memory[node];

    if (!trial->consume_memory)
        return true;
    return self->least_memory ? held + have->spec_memory + self->least_memory <= have->memory
                              : held == 0;
}

static uint64_t *gres_row(const Bound *self, uint32_t node)
{
    return self->trial.scratch->free_gres + (size_t)node * self->trial.request->n_gres;
}

static bool has_gres(const Bound *self, uint32_t node)
{
    const JobRequest *request = self->trial.request;

    for (uint32_t g = 0; g < request->n_gres; g++) {
        const uint64_t least = MAX(request->gres[g].per_node, request->gres[g].per_job > 0);

        if (gres_row(self, node)[g] < least)
            return false;
    }
    return true;
}

static bool is_enough(const Bound *self, uint32_t node)
{
    const Trial *trial = &self->trial;
    const Node *have = &trial->cluster->nodes[node];
    const uint32_t cores = trial->scratch->free_cores[node];

    if (cores == 0 || (trial->whole && cores + have->spec_cores < have->cores))
        return false;
    return cpus_of(self, node) >= self->least_cpus && has_memory(self, node) &&
           has_gres(self, node);
}

static void count(Bound *self, uint32_t node)
{
    if (!is_enough(self, node))
        return;
    nodeset_add(self->trial.scratch->fit, node);
    self->n_fit++;
    self->cpus += cpus_of(self, node);
}

static void discount(Bound *self, uint32_t node)
{
    if (!nodeset_has(self->trial.scratch->fit, node))
        return;
    nodeset_drop(self->trial.scratch->fit, node);
    self->n_fit--;
    self->cpus -= cpus_of(self, node);
}

static bool answers(const NodeGres *have, const GresRequest *wanted)
{
    return have->name == wanted->name &&
           (wanted->type == GRES_ANY_TYPE || have->type == wanted->type);
}

/* What a job on the node holds comes off, or is added. @held: [gres_entries] */
static void shift_gres(const Bound *self, uint32_t node, const uint32_t *held, bool gone)
{
    const JobRequest *request = self->trial.request;
    const Node *have = &self->trial.cluster->nodes[node];

    for (uint32_t g = 0; g < request->n_gres; g++) {
        for (uint32_t e = 0; e < have->n_gres; e++) {
            if (answers(&have->gres[e], &request->gres[g]) && !have->gres[e].no_consume)
                gres_row(self, node)[g] += gone ? held[e] : -(uint64_t)held[e];
        }
    }
}

static void open_gres(const Bound *self, uint32_t node)
{
    const JobRequest *request = self->trial.request;
    const World *world = self->trial.world;
    const Node *have = &world->cluster->nodes[node];

    for (uint32_t g = 0; g < request->n_gres; g++) {
        gres_row(self, node)[g] = 0;
        for (uint32_t e = 0; e < have->n_gres; e++) {
            if (answers(&have->gres[e], &request->gres[g]))
                gres_row(self, node)[g] += have->gres[e].count;
        }
    }
    if (request->n_gres)
        shift_gres(self, node, world->gres + (size_t)node * world->gres_entries, false);
}

static void make_room(const Bound *self)
{
    PlaceScratch *scratch = self->trial.scratch;
    const size_t length = (size_t)self->trial.cluster->n_nodes * self->trial.request->n_gres;

    nodeset_clear(scratch->fit);
    if (length <= scratch->free_gres_length)
        return;
    scratch->free_gres = g_renew(uint64_t, scratch->free_gres, length);
    scratch->free_gres_length = length;
}

/* On one node alone every CPU must be found there. */
static void set_needs(Bound *self)
{
    const Trial *trial = &self->trial;

    self->counts_cpus = trial->request->n_gres == 0;
    self->least_memory = offer_least_memory(trial);
    self->least_cpus = MAX(offer_least_cpus(trial), trial->sizes.pn_min_cpus);
    if (self->counts_cpus && trial->max_nodes == 1)
        self->least_cpus = MAX(self->least_cpus, trial->sizes.min_cpus);
}

/* ---- jobs that take empty nodes: counted by kinds of nodes ---- */

/* CPUs an empty node offers; 0 when it cannot do. */
static uint32_t cpus_if_empty(const Bound *self, uint32_t node)
{
    const Trial *trial = &self->trial;
    const Node *have = &trial->cluster->nodes[node];
    const uint32_t cpus = have->cores * trial_usable_threads(trial, have);
    const bool has_room = !trial->consume_memory || !self->least_memory ||
                          have->spec_memory + self->least_memory <= have->memory;

    return has_room && cpus >= self->least_cpus ? cpus : 0;
}

static void open_empty(Bound *self)
{
    const World *world = self->trial.world;
    NodeSet *fit = self->trial.scratch->fit, *able = self->trial.scratch->able;

    nodeset_clear(able);
    for (uint32_t k = 0; k < world->kinds->n; k++) {
        const NodeSet *kind = world->kinds->nodes[k];
        const uint32_t cpus = cpus_if_empty(self, nodeset_next(kind, 0));

        if (cpus == 0)
            continue;
        nodeset_or(able, kind);
        self->most_cpus = MAX(self->most_cpus, cpus);
    }
    nodeset_and(able, self->candidates);
    nodeset_assign(fit, able);
    nodeset_remove(fit, world->busy);
    self->n_fit = nodeset_count(fit);
}

/* One of the jobs on a node goes, or comes back. */
static void shift_empty(Bound *self, uint32_t node, bool gone)
{
    PlaceScratch *scratch = self->trial.scratch;
    uint32_t *left = &scratch->free_cores[node]; /* occupants that stay */

    if (!nodeset_has(scratch->able, node))
        return;
    if (!nodeset_has(scratch->freed, node))
        *left = self->trial.world->nodes[node].n_jobs;
    if (*left == 0)
        self->n_fit--;
    *left += gone ? -1U : 1U;
    if (*left == 0) {
        nodeset_add(scratch->fit, node);
        self->n_fit++;
    } else {
        nodeset_drop(scratch->fit, node);
    }
}

static void shift_job_empty(Bound *self, const Allocation *alloc, bool gone)
{
    NodeSet *freed = self->trial.scratch->freed;

    for (uint32_t s = 0; s < alloc->n_shares; s++) {
        shift_empty(self, alloc->shares[s].node, gone);
        nodeset_add(freed, alloc->shares[s].node);
    }
}

void bound_open(Bound *self, const PlaceView *now, const PlaceQuery *query)
{
    const World *world = now->world;
    const NodeSet *nodes = query->candidates;
    PlaceScratch *scratch;

    *self = (Bound){.candidates = nodes};
    self->impossible = !attempt_init(&self->trial, now, query, false);
    if (self->impossible)
        return;
    scratch = self->trial.scratch;
    nodeset_clear(scratch->freed);
    self->unknown = is_unknown(&self->trial);
    if (self->unknown)
        return;
    set_needs(self);
    self->empty_only = alike_counts(&self->trial);
    if (self->empty_only) {
        open_empty(self);
        return;
    }
    make_room(self);
    for (uint32_t n = nodeset_next(nodes, 0); n != NODE_NONE; n = nodeset_next(nodes, n + 1)) {
        const uint32_t cores = world->cluster->nodes[n].cores;

        scratch->free_cores[n] = cores - MIN(cores, world->nodes[n].busy_cores);
        scratch->held_memory[n] = world->nodes[n].memory;
        open_gres(self, n);
        count(self, n);
    }
}

/* Cores of several jobs may overlap: then more seem free than are. */
static uint32_t cores_of(const Bound *self, const Allocation *alloc, uint32_t share)
{
    const uint32_t words = self->trial.world->core_words;
    uint32_t cores = 0;

    if (alloc->cores_released)
        return 0;
    for (uint32_t w = 0; w < words; w++)
        cores += (uint32_t)__builtin_popcountll(alloc->cores[(size_t)share * words + w]);
    return cores;
}

static void shift(Bound *self, const SimJob *job, bool gone)
{
    const PlaceScratch *scratch = self->trial.scratch;
    const Allocation *alloc = job->alloc;

    if (self->impossible)
        return;
    if (self->empty_only) {
        shift_job_empty(self, alloc, gone);
        return;
    }
    nodeset_or(scratch->freed, alloc->nodes);
    if (self->unknown)
        return;
    for (uint32_t s = 0; s < alloc->n_shares; s++) {
        const NodeShare *share = &alloc->shares[s];
        const uint32_t cores = cores_of(self, alloc, s);

        if (!nodeset_has(self->candidates, share->node))
            continue;
        discount(self, share->node);
        scratch->free_cores[share->node] += gone ? cores : -cores;
        scratch->held_memory[share->node] -= gone ? share->memory : -share->memory;
        if (self->trial.request->n_gres)
            shift_gres(self, share->node, alloc->gres + (size_t)s * self->trial.world->gres_entries,
                       gone);
        count(self, share->node);
    }
}

void bound_without(Bound *self, const SimJob *job)
{
    shift(self, job, true);
}

void bound_with(Bound *self, const SimJob *job)
{
    shift(self, job, false);
}

static uint64_t cpus_in_all(const Bound *self)
{
    return self->empty_only ? (uint64_t)self->n_fit * self->most_cpus : self->cpus;
}

bool bound_may_fit(const Bound *self)
{
    const Trial *trial = &self->trial;

    if (self->impossible)
        return false;
    if (self->unknown)
        return true;
    return self->n_fit >= trial->min_nodes && trial->max_nodes >= trial->min_nodes &&
           (!self->counts_cpus || cpus_in_all(self) >= trial->sizes.min_cpus);
}

const NodeSet *bound_freed(const Bound *self)
{
    return self->impossible ? NULL : self->trial.scratch->freed;
}

const NodeSet *bound_candidates(const Bound *self)
{
    return self->unknown || self->impossible ? self->candidates : self->trial.scratch->fit;
}

bool bound_all_empty(const Bound *self)
{
    return self->empty_only;
}
