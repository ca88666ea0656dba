/* Nodes that are alike. */
#include "sim/kinds.h"

#define MOST_KINDS 16

static bool are_alike(const Node *a, const Node *b)
{
    return a->sockets == b->sockets && a->cores_per_socket == b->cores_per_socket &&
           a->threads_per_core == b->threads_per_core && a->cores == b->cores &&
           a->cpus == b->cpus && a->spec_cores == b->spec_cores && a->memory == b->memory &&
           a->spec_memory == b->spec_memory && a->tmp_disk == b->tmp_disk && a->weight == b->weight;
}

static uint32_t find(const NodeKinds *self, const Cluster *cluster, uint32_t node)
{
    for (uint32_t k = 0; k < self->n; k++) {
        const uint32_t first = nodeset_next(self->nodes[k], 0);

        if (are_alike(&cluster->nodes[first], &cluster->nodes[node]))
            return k;
    }
    return self->n;
}

static void forget(NodeKinds *self)
{
    for (uint32_t k = 0; k < self->n; k++)
        nodeset_free(self->nodes[k]);
    self->n = 0;
}

NodeKinds *kinds_new(const Cluster *cluster)
{
    NodeKinds *self = g_new0(NodeKinds, 1);

    self->nodes = g_new0(NodeSet *, MOST_KINDS);
    for (uint32_t n = 0; n < cluster->n_nodes; n++) {
        const uint32_t kind = find(self, cluster, n);

        if (kind == MOST_KINDS) {
            forget(self);
            return self;
        }
        if (kind == self->n)
            self->nodes[self->n++] = nodeset_new(cluster->n_nodes);
        nodeset_add(self->nodes[kind], n);
    }
    return self;
}

void kinds_free(NodeKinds *self)
{
    if (!self)
        return;
    forget(self);
    g_free(self->nodes);
    g_free(self);
}
