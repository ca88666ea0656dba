/* What the parts of the slurm.conf reader share. Only slurmconf.c begins and ends it. */
#pragma once

#include "sim/cluster.h"
#include "slurmio/confrecord.h"

typedef struct {
    Cluster *cluster;
    Diags *diags;
    char *path;         /* of slurm.conf, as the user named it */
    ConfRecord *global; /* every key that is not about nodes or partitions */
    GPtrArray *nodes, *partitions, *nodesets, *downnodes; /* ConfLine *, borrowed, in order */
    GPtrArray *files;                                     /* the line arrays that own them */
    GPtrArray *open;                                      /* char *: files being read, for loops */
} SlurmConf;

/** slurmconf_beside - the path of @name in the directory of slurm.conf. (transfer full) */
char *slurmconf_beside(const SlurmConf *self, const char *name);

/* Each reads its keys of self->global, or its lines, into self->cluster. Errors go to diags. */
void slurmconf_read_config(SlurmConf *self);     /* limits, memory, accounting, timers */
void slurmconf_read_select(SlurmConf *self);     /* SelectType*, SchedulerType, topology plugin */
void slurmconf_read_priority(SlurmConf *self);   /* Priority* */
void slurmconf_read_preempt(SlurmConf *self);    /* Preempt* */
void slurmconf_read_scheduler(SlurmConf *self);  /* SchedulerParameters, PreemptParameters */
void slurmconf_read_nodes(SlurmConf *self);      /* NodeName=, DownNodes= */
void slurmconf_read_partitions(SlurmConf *self); /* NodeSet=, PartitionName=; after the nodes */
void gresconf_read(SlurmConf *self);             /* gres.conf; after the nodes */
void topologyconf_read(SlurmConf *self);         /* topology.conf; after the nodes */

/** slurmconf_preempt_mode - "SUSPEND,GANG" as PREEMPT_* flags; a word Slurm refuses is an error at
 * the place of @pair. */
bool slurmconf_preempt_mode(const SlurmConf *self, const ConfPair *pair, uint16_t *out);

/** slurmconf_memory_rule - XMemPerNode, else XMemPerCPU of @record; the former wins, as in Slurm.
 * @kind: "Def" or "Max" */
void slurmconf_memory_rule(const ConfRecord *record, const char *kind, MemoryRule *out);

/** slurmconf_job_defaults - DefCpuPerGPU, DefMemPerGPU and JobDefaults of @record. */
void slurmconf_job_defaults(const ConfRecord *record, Diags *diags, uint64_t *cpus,
                            uint64_t *memory);
