/* States of nodes at second 0: `scontrol -o show node` -> Node.state. */
#pragma once

#include "sim/cluster.h"

/** scenario_nodes_load - before cluster_finish. Only states are taken, the rest is slurm.conf's. */
bool scenario_nodes_load(const char *path, Cluster *cluster, Diags *diags);
