/* The nodes of a cluster being finished: their order, what follows from what was given, sums. */
#include "sim/cluster_finish.h"

#include <stdlib.h>
#include <string.h>

static int by_name(const void *a, const void *b)
{
    const Node *left = a, *right = b;
    const int order = natural_compare(left->name, right->name);

    return order != 0 ? order : strcmp(left->name, right->name);
}

static void sort_nodes(Cluster *self)
{
    if (self->n_nodes > 1)
        qsort(self->nodes, self->n_nodes, sizeof *self->nodes, by_name);
    g_hash_table_remove_all(self->node_index);
    for (uint32_t i = 0; i < self->n_nodes; i++)
        g_hash_table_insert(self->node_index, g_strdup(self->nodes[i].name),
                            GUINT_TO_POINTER(i + 1));
}

/* A node of which only CPUs= is known has that many sockets of one core, as in slurmctld. */
static void complete_node(Node *node)
{
    const uint32_t product =
        (uint32_t)node->sockets * node->cores_per_socket * node->threads_per_core;

    if (node->cpus == 0)
        node->cpus = product;
    else if (product == 1)
        node->sockets = (uint16_t)MIN(node->cpus, UINT16_MAX);
    node->cores = (uint32_t)node->sockets * node->cores_per_socket;
    node->leaf = INDEX_NONE;
}

/* CPUs that jobs can get. */
static uint32_t effective_cpus(const Node *node)
{
    const uint32_t kept = node->spec_cores * node->threads_per_core;

    return node->cpus > kept ? node->cpus - kept : 0;
}

void cluster_finish_nodes(Cluster *self)
{
    sort_nodes(self);
    nodeset_free(self->all_nodes);
    self->all_nodes = nodeset_new(self->n_nodes);
    self->total_cpus = self->active_nodes = 0;
    for (uint32_t i = 0; i < self->n_nodes; i++) {
        Node *node = &self->nodes[i];

        complete_node(node);
        if (node->state == NODE_FUTURE)
            continue;
        nodeset_add(self->all_nodes, i);
        self->active_nodes++;
        self->total_cpus += effective_cpus(node);
    }
}
