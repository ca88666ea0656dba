/* Could a job possibly fit? Everything is counted too high rather than too low: memory, sockets,
 * tasks and reserved cores are left out, and a core that two jobs held is free twice. */
#include "sim/headroom.h"

static bool is_countable(const World *world, const PlaceQuery *query)
{
    const Config *config = &world->cluster->config;
    const Partition *partition = &world->cluster->partitions[query->partition];

    return config->select == SELECT_CONS_TRES && !(config->preempt_mode & PREEMPT_GANG) &&
           !world->rows[query->partition] && !query->job->request->overcommit &&
           (partition->over_subscribe == SHARE_NO || partition->over_subscribe == SHARE_EXCLUSIVE);
}

static uint32_t held_cores(const World *world, const uint64_t *cores)
{
    uint32_t count = 0;

    for (uint32_t w = 0; w < world->core_words; w++)
        count += (uint32_t)__builtin_popcountll(cores[w]);
    return count;
}

/* Of what request entry @wanted asks for: @held of each of the node's entries is not there. */
static uint64_t gres_of(const Node *node, const GresRequest *wanted, const uint32_t *held)
{
    uint64_t count = 0;

    for (uint32_t e = 0; e < node->n_gres; e++) {
        const NodeGres *gres = &node->gres[e];

        if (gres->name != wanted->name ||
            (wanted->type != GRES_ANY_TYPE && gres->type != wanted->type))
            continue;
        count += gres->no_consume ? gres->count : gres->count - MIN(gres->count, held[e]);
    }
    return count;
}

static uint64_t *gres_row(const Headroom *self, uint32_t node)
{
    return self->free_gres + (size_t)node * self->query->job->request->n_gres;
}

/* CPUs the node could give, 0 when it could not be used at all. */
static uint64_t worth(const Headroom *self, uint32_t index)
{
    const JobRequest *request = self->query->job->request;
    const Node *node = &self->world->cluster->nodes[index];
    const uint32_t cores = MIN(self->free_cores[index], node->cores);
    const uint64_t cpus = (uint64_t)cores * MAX(1, node->threads_per_core);

    if (cpus < self->least_cpus || (self->whole && cores < node->cores))
        return 0;
    for (uint32_t i = 0; i < request->n_gres; i++) {
        const GresRequest *wanted = &request->gres[i];
        const uint64_t least = MAX(wanted->per_node, wanted->per_job > 0 ? 1 : 0);

        if (gres_row(self, index)[i] < least)
            return 0;
    }
    return cpus;
}

static void count_node(Headroom *self, uint32_t node, bool in)
{
    const uint64_t cpus = worth(self, node);

    if (cpus == 0)
        return;
    self->good_nodes += in ? 1 : UINT32_MAX;
    self->good_cpus += in ? cpus : -cpus;
}

static void look_at(Headroom *self, uint32_t index)
{
    const World *world = self->world;
    const JobRequest *request = self->query->job->request;
    const Node *node = &world->cluster->nodes[index];
    const uint64_t *cores = world->cores + (size_t)index * world->core_words;

    self->free_cores[index] = node->cores - MIN(node->cores, held_cores(world, cores));
    for (uint32_t i = 0; i < request->n_gres; i++)
        gres_row(self, index)[i] =
            gres_of(node, &request->gres[i], world->gres + (size_t)index * world->gres_entries);
    count_node(self, index, true);
}

void headroom_init(Headroom *self, const World *world, const PlaceQuery *query)
{
    const JobRequest *request = query->job->request;
    const Partition *partition = &world->cluster->partitions[query->partition];
    const NodeSet *nodes = query->candidates;

    *self = (Headroom){.world = world, .query = query, .always = !is_countable(world, query)};
    if (self->always)
        return;
    self->whole =
        partition->over_subscribe == SHARE_EXCLUSIVE || request->exclusive == EXCLUSIVE_NODE;
    self->least_cpus = MAX(1, request->pn_min_cpus);
    self->need_cpus = request->min_cpus;
    self->need_nodes = MAX(1, query->min_nodes);
    self->free_cores = g_new(uint32_t, world->cluster->n_nodes);
    self->free_gres = g_new(uint64_t, (size_t)world->cluster->n_nodes * request->n_gres + 1);
    for (uint32_t n = nodeset_next(nodes, 0); n != NODE_NONE; n = nodeset_next(nodes, n + 1))
        look_at(self, n);
}

void headroom_clear(Headroom *self)
{
    g_free(self->free_cores);
    g_free(self->free_gres);
}

static void release_gres(Headroom *self, const Allocation *alloc, uint32_t share)
{
    const World *world = self->world;
    const JobRequest *request = self->query->job->request;
    const uint32_t index = alloc->shares[share].node;
    const Node *node = &world->cluster->nodes[index];
    const uint32_t *held = alloc->gres + (size_t)share * world->gres_entries;

    for (uint32_t i = 0; i < request->n_gres; i++) {
        for (uint32_t e = 0; e < node->n_gres; e++) {
            if (node->gres[e].name == request->gres[i].name && !node->gres[e].no_consume)
                gres_row(self, index)[i] += held[e];
        }
    }
}

void headroom_release(Headroom *self, const SimJob *job)
{
    const Allocation *alloc = job->alloc;

    if (self->always)
        return;
    for (uint32_t s = 0; s < alloc->n_shares; s++) {
        const uint32_t node = alloc->shares[s].node;

        if (!nodeset_has(self->query->candidates, node))
            continue;
        count_node(self, node, false);
        self->free_cores[node] +=
            held_cores(self->world, alloc->cores + (size_t)s * self->world->core_words);
        release_gres(self, alloc, s);
        count_node(self, node, true);
    }
}

bool headroom_may_fit(const Headroom *self)
{
    return self->always ||
           (self->good_nodes >= self->need_nodes && self->good_cpus >= self->need_cpus);
}
