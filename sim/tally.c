/* What the jobs of one group hold together. */
#include "sim/tally.h"

void tally_init(Tally *self, uint32_t n_tres)
{
    *self = (Tally){.tres = g_new0(uint64_t, n_tres), .run_secs = g_new0(uint64_t, n_tres)};
}

void tally_clear(Tally *self)
{
    g_free(self->tres);
    g_free(self->run_secs);
    g_free(self->node_jobs);
}

static void add_nodes(Tally *self, const NodeSet *nodes)
{
    if (!self->node_jobs)
        self->node_jobs = g_new0(uint16_t, nodes->n_nodes);
    for (uint32_t i = nodeset_next(nodes, 0); i != NODE_NONE; i = nodeset_next(nodes, i + 1))
        if (self->node_jobs[i]++ == 0)
            self->tres[TRES_NODE]++;
}

static void drop_nodes(Tally *self, const NodeSet *nodes)
{
    for (uint32_t i = nodeset_next(nodes, 0); i != NODE_NONE; i = nodeset_next(nodes, i + 1))
        if (--self->node_jobs[i] == 0)
            self->tres[TRES_NODE]--;
}

static bool counts(uint32_t tres, const SimJob *job, bool by_node)
{
    return tres != TRES_ENERGY && !(tres == TRES_NODE && by_node && job->alloc);
}

void tally_start(Tally *self, const SimJob *job, const Cluster *cluster, bool by_node)
{
    self->jobs++;
    for (uint32_t i = 0; i < cluster->n_tres; i++)
        if (counts(i, job, by_node))
            self->tres[i] += job->tres_alloc[i];
    if (by_node && job->alloc)
        add_nodes(self, job->alloc->nodes);
}

void tally_end(Tally *self, const SimJob *job, const Cluster *cluster, bool by_node)
{
    g_assert(self->jobs > 0);
    self->jobs--;
    for (uint32_t i = 0; i < cluster->n_tres; i++)
        if (counts(i, job, by_node))
            self->tres[i] -= MIN(self->tres[i], job->tres_alloc[i]);
    if (by_node && job->alloc)
        drop_nodes(self, job->alloc->nodes);
}

void tally_run_secs(Tally *self, const SimJob *job, const Cluster *cluster, uint64_t secs,
                    bool less)
{
    for (uint32_t i = 0; i < cluster->n_tres; i++) {
        const uint64_t amount = i == TRES_ENERGY ? 0 : secs * job->tres_alloc[i];

        if (less)
            self->run_secs[i] -= MIN(self->run_secs[i], amount);
        else
            self->run_secs[i] += amount;
    }
}

uint32_t tally_new_nodes(const Tally *self, const NodeSet *nodes)
{
    uint32_t count = 0;

    for (uint32_t i = nodeset_next(nodes, 0); i != NODE_NONE; i = nodeset_next(nodes, i + 1))
        count += !self->node_jobs || self->node_jobs[i] == 0;
    return count;
}
