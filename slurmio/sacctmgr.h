/* Accounts, users, QoS, limits, shares: sacctmgr's three languages -> Cluster. */
#pragma once

#include "sim/cluster.h"

/**
 * sacctmgr_load - lines of sacctmgr commands, a `sacctmgr dump` file, or `sacctmgr show ... -p`
 * tables; which one is seen from the content. May be called several times on one cluster.
 *
 * Makes root, normal and the users' associations as slurmdbd would; sets config.has_accounting.
 */
bool sacctmgr_load(const char *path, Cluster *cluster, Diags *diags);
bool sacctmgr_parse(const char *text, const char *file, Cluster *cluster, Diags *diags);
