/* The keys Slurm knows, by the kind of line they stand on. */
#pragma once

#include "slurmio/conffile.h"

typedef enum {
    CONF_GLOBAL,
    CONF_NODE,
    CONF_PARTITION,
    CONF_NODESET,
    CONF_DOWNNODES,
    CONF_FRONTEND,
    CONF_GRES,
    CONF_TOPOLOGY
} ConfScope;

bool conf_key_is_known(ConfScope scope, const char *key);

/** conf_key_check - false for a key Slurm does not know there: a warning when a known one is near,
 * else a note. */
bool conf_key_check(ConfScope scope, const ConfPair *pair, Diags *diags);
