/* The partitions and QoS each job may use, and why not the others. Access, limits, sizes and time
 * limits are checked here against the empty cluster; the queue is the simulation's business.
 * Source: Slurm part_access and acct_policy; reference 1.8, 7.2, 8. */
#pragma once

#include "planner/plan.h"

typedef struct {
    char *partitions;   /* as sbatch -p takes it: "gpu", or the file's own "a,b" */
    uint32_t partition; /* index of the first; INDEX_NONE: unknown to the cluster */
    uint32_t qos;       /* index; INDEX_NONE where the cluster has none */
    uint32_t limit;     /* [min] in force there; MINUTES_UNLIMITED possible */
    LimitSource limit_source;
    Span runtime, runtime_p90; /* [s] */
    RuntimeSource runtime_source;
    bool preemptible; /* jobs there may be thrown out by others */
    bool allowed;     /* may be chosen; false: only what the file says, kept to compare with */
} Candidate;

/* Jobs that ask for the same, and so may use the same. */
typedef struct {
    uint32_t *jobs; /* indices into the workflow, ascending */
    uint32_t n_jobs;
    Candidate *candidates; /* allowed ones first; by partition, then QoS, the defaults first */
    uint32_t n_candidates;
    uint32_t n_allowed;
    uint32_t baseline;   /* index of what the file says; INDEX_NONE: it would never run */
    char *baseline_note; /* why not; NULL */
    bool pinned;         /* file or command line leave no choice */
} JobClass;

typedef struct {
    JobClass *classes; /* by their first job */
    uint32_t n_classes;
    uint32_t n_jobs;
    uint32_t *class_of;  /* [n_jobs] */
    GPtrArray *rejected; /* Rejected *, by job, partition, QoS */
} Candidates;

/**
 * candidates_build - O(classes x partitions x QoS x nodes).
 *
 * A partition or QoS named by the job, or by a pin, which goes over it, is the only one; a list
 * "a,b", or `partitions:` in the workflow, limits the choice to its members. Candidates that cannot
 * differ in any respect are merged into the first.
 *
 * Returns: (transfer full), or NULL with SRX_ERROR_INFEASIBLE when a job has none, naming it and
 * all reasons; SRX_ERROR_USAGE for a pin the cluster does not know.
 */
Candidates *candidates_build(const Problem *problem, GError **error);
void candidates_free(Candidates *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Candidates, candidates_free)

/** candidate_apply - puts the choice into what will be asked for. */
void candidate_apply(const Candidate *self, const Problem *problem, JobSpec *spec);

/** candidate_label - "gpu/high", "gpu" without QoS. Returns: (transfer full) */
char *candidate_label(const Candidate *self, const Cluster *cluster);
