/* The running configuration of a cluster, as scontrol shows it, as a slurm.conf: what decides who
 * runs when and where; no ports, no paths. */
#pragma once

#include "slurmio/aliases.h"

#include "base/units.h"

typedef struct LiveConfig LiveConfig;

/** live_config_parse - what `scontrol show config` prints. */
LiveConfig *live_config_parse(const char *text);
void live_config_free(LiveConfig *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LiveConfig, live_config_free)

/** live_config_get - NULL where Slurm says that nothing is set; units (" sec") cut off. */
const char *live_config_get(const LiveConfig *self, const char *key);

/** live_config_taken_at - [s since 1970] the controller's clock when it answered; 0 if not told. */
int64_t live_config_taken_at(const LiveConfig *self);

/** live_config_has_default_memory - jobs that ask for none get some, in the cluster or in any of
 * @partitions (scontrol -o show partition). */
bool live_config_has_default_memory(const LiveConfig *self, const char *partitions);

/* What scontrol -o show partition, node and licenses print. */
typedef struct {
    const char *partitions, *nodes;
    const char *licenses; /* NULL: as configured */
} LiveTables;

/** live_conf_text - the slurm.conf. Returns: (transfer full) */
char *live_conf_text(const LiveConfig *config, const LiveTables *tables, Aliases *aliases);

/** live_conf_states - a line a node: its name and state, as nodes.txt of a scenario holds them.
 * Returns: (transfer full) */
char *live_conf_states(const char *nodes);

/** live_conf_topology - the topology.conf of `scontrol show topology`; NULL when that tells no
 * switches. Returns: (transfer full) */
char *live_conf_topology(const char *switches);
