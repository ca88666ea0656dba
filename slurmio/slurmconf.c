/* slurm.conf, gres.conf, topology.conf -> Cluster. */
#include "slurmio/slurmconf.h"
