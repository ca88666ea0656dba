/* A JobSpec held against a cluster: counts made whole, names made indices, sbatch's and
 * slurmctld's defaults filled in. Knows no state. Source: slurm_opt.c, job_mgr.c; reference 7.2,
 * 7.8, 7.12. */
#pragma once

#include "sim/cluster.h"
#include "sim/features.h"
#include "sim/job.h"

typedef struct {
    uint16_t name;                                    /* index into gres_names */
    uint16_t type;                                    /* index into gres_types or GRES_ANY_TYPE */
    uint64_t per_node, per_job, per_task, per_socket; /* 0 = not asked */
    uint64_t total; /* over all nodes, as far as known at submit: for limits and priority */
} GresRequest;

typedef struct {
    uint32_t license; /* index into cluster->licenses */
    uint32_t count;
} LicenseRequest;

typedef struct {
    uint32_t min_nodes;     /* >= 1 */
    uint32_t max_nodes;     /* 0 = no maximum given */
    bool nodes_given;       /* -N was given */
    uint32_t num_tasks;     /* as given or derived, >= 1 */
    bool tasks_given;       /* slurmctld knows a number of tasks */
    uint32_t cpus_per_task; /* >= 1 */
    bool cpus_per_task_given;
    uint32_t min_cpus;                                            /* of the whole job */
    uint32_t pn_min_cpus;                                         /* on each node, >= 1 */
    uint32_t ntasks_per_node, ntasks_per_core, ntasks_per_socket; /* 0 = not asked */
    uint32_t threads_per_core;                                    /* 0 = not asked */
    uint32_t sockets_per_node, cores_per_socket;                  /* 0 = not asked */
    uint32_t core_spec;
    uint32_t cpus_per_gpu; /* 0 = not asked; DefCpuPerGPU is taken per partition */
    uint64_t mem_per_gpu;  /* [MiB] 0 = not asked */
    bool overcommit, contiguous, spread, use_min_nodes;
    bool enforce_binding; /* --gres-flags=enforce-binding */
    Exclusive exclusive;
    bool oversubscribe; /* -s */
    MemoryRule memory;  /* amount 0 with memory_given: --mem=0, the whole node */
    bool memory_given;
    uint64_t tmp_disk; /* [MiB] */
    GresRequest *gres;
    uint32_t n_gres;
    Features features; /* n == 0: none */
    Features prefer;
    NodeSet *feature_nodes; /* those that match `features`; NULL without features */
    NodeSet *prefer_nodes;
    NodeSet *required;     /* NULL: none; every one must be in the allocation ... */
    bool required_is_pool; /* ... unless more were named than asked for: then run within them */
    NodeSet *excluded;     /* NULL: none */
    LicenseRequest *licenses;
    uint32_t n_licenses;
    uint32_t switches;   /* 0 = not asked */
    Span switch_wait;    /* [s] */
    Instant begin_at;    /* INSTANT_NEVER when not given: resolved at submit */
    Instant deadline_at; /* INSTANT_NEVER */
} JobRequest;

/**
 * request_build - @message gets sbatch's refusal when there is one ("Invalid node name specified").
 * @now, @epoch: submit time and calendar of second 0, for --begin and --deadline
 *
 * Returns: (transfer full), or NULL with @message (transfer full).
 */
JobRequest *request_build(const Cluster *cluster, const JobSpec *spec, Instant now, int64_t epoch,
                          char **message);
void request_free(JobRequest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(JobRequest, request_free)

/* What a job asks for in one partition, whose defaults and limits count. */
typedef struct {
    uint32_t cpus_per_task, min_cpus, pn_min_cpus;
    MemoryRule memory;     /* amount 0: the whole node's, where memory is consumed at all */
    uint32_t cpus_per_gpu; /* 0 = not asked */
    uint64_t mem_per_gpu;  /* [MiB] 0 = not asked; else it stands in place of `memory` */
} RequestSizes;

/**
 * request_sizes - DefMem*, MaxMem*, DefCpuPerGPU and DefMemPerGPU of @partition applied.
 *
 * Returns: false when the job asks for more memory than MaxMemPerCPU or MaxMemPerNode let it
 * ("Memory required by task is not available", MaxMemPerLimit); @out is then what it asked for.
 */
bool request_sizes(const JobRequest *self, const Cluster *cluster, const Partition *partition,
                   RequestSizes *out);

/** request_tres - what the job asks for, by TRES index: cpu, mem [MiB], node, billing, gres.
 * @partition: whose defaults and billing weights count */
void request_tres(const JobRequest *self, const Cluster *cluster, const Partition *partition,
                  uint64_t tres[TRES_MAX]);
