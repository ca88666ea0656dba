/* What was used before second 0: the table of `sshare -a -l -P` -> usage_raw of associations. */
#pragma once

#include "sim/cluster.h"

/** scenario_usage_load - before cluster_finish, which adds users' usage upward. What an account
 * used beyond the sum of its users (they may have gone) stays the account's own. */
bool scenario_usage_load(const char *path, Cluster *cluster, Diags *diags);
