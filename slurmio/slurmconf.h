/* slurm.conf, gres.conf, topology.conf -> Cluster. */
#pragma once

#include "sim/cluster.h"

/**
 * slurmconf_load - reads @path (slurm.conf) and, beside it, what it includes, gres.conf and
 * topology.conf (topology.yaml is named in a warning), into @cluster (fresh from cluster_new).
 * cluster_finish is left to the caller, as accounting comes between.
 *
 * Values Slurm refuses are errors that name the mend; unknown keys are notes; what Slurm reads but
 * srx does not simulate (power saving, burst buffers, ...) is a warning once.
 */
bool slurmconf_load(const char *path, Cluster *cluster, Diags *diags);
