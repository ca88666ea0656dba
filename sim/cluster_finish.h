/* The steps of cluster_finish, each in the file of its noun. Only cluster_finish calls them, in
 * the order they stand here. */
#pragma once

#include "sim/cluster.h"

/* sim/cluster_nodes.c: sorts, fills in what follows from what was given, sums up. */
void cluster_finish_nodes(Cluster *self);
/* sim/cluster_switches.c: levels, parents, the nodes below each switch; false: a loop. */
bool cluster_finish_switches(Cluster *self, Diags *diags);
/* sim/cluster_assocs.c: the tree, inherited limits and QoS, usage summed upward. */
bool cluster_finish_assocs(Cluster *self, Diags *diags);
/* sim/cluster_partitions.c: nodes, QoS, weights, totals. */
bool cluster_finish_partitions(Cluster *self, Diags *diags);
