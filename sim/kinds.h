/* Nodes that are alike: what an empty one of them offers a job, each of them does. */
#pragma once

#include "sim/cluster.h"

typedef struct {
    uint32_t n;      /* 0: there are too many for it to be of use */
    NodeSet **nodes; /* [n] a partition of all nodes */
} NodeKinds;

/** kinds_new - by hardware and weight; features and gres may differ. */
NodeKinds *kinds_new(const Cluster *cluster);
void kinds_free(NodeKinds *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NodeKinds, kinds_free)
