/* select/linear: whole nodes, light ones first. */
#include "sim/linear.h"

#include "sim/attempt.h"

/* The smallest weight above @weight among @nodes; false when there is none. */
static bool next_weight(const Trial *trial, const NodeSet *nodes, int64_t *weight)
{
    int64_t best = INT64_MAX;

    for (uint32_t n = nodeset_next(nodes, 0); n != NODE_NONE; n = nodeset_next(nodes, n + 1)) {
        int64_t its = trial->cluster->nodes[n].weight;

        if (its > *weight)
            best = MIN(best, its);
    }
    *weight = best;
    return best != INT64_MAX;
}

/* Weight classes are added one after the other until the job fits. */
NodeSet *linear_nodes(Trial *trial, const NodeSet *candidates)
{
    g_autoptr(NodeSet) nodes = nodeset_new(candidates->n_nodes);
    uint32_t all = nodeset_count(candidates);
    int64_t weight = -1;

    while (next_weight(trial, candidates, &weight)) {
        NodeSet *found;
        uint32_t count;

        for (uint32_t n = nodeset_next(candidates, 0); n != NODE_NONE;
             n = nodeset_next(candidates, n + 1)) {
            if (trial->cluster->nodes[n].weight == weight)
                nodeset_add(nodes, n);
        }
        count = nodeset_count(nodes);
        if (count < trial->min_nodes || (count < trial->req_nodes && count < all))
            continue;
        found = attempt_nodes(trial, nodes);
        if (found)
            return found;
    }
    return NULL;
}
