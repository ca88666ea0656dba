/* Clusters and job records made by hand, for tests of the simulator's inside. */
#pragma once

#include "sim/state.h"

/* nodes n1.. of @cpus CPUs and 1000 MiB a CPU, one partition "batch"; accounting and limits on. */
static inline Cluster *fixture_cluster(SlurmVersion version, uint32_t nodes, uint32_t cpus)
{
    Cluster *cluster = cluster_new(version);

    for (uint32_t i = 1; i <= nodes; i++) {
        g_autofree char *name = g_strdup_printf("n%u", i);
        Node *node = cluster_add_node(cluster, name);

        node->cpus = cpus;
        node->memory = (uint64_t)cpus * 1000;
    }
    cluster_add_partition(cluster, "batch")->node_text = g_strdup("ALL");
    cluster->config.has_accounting = true;
    cluster->config.enforce = ENFORCE_ASSOCIATIONS | ENFORCE_LIMITS | ENFORCE_QOS;
    cluster->config.priority.type = PRIORITY_MULTIFACTOR;
    cluster->config.priority_set = true;
    return cluster;
}

/* An account (@user NULL) under @parent, or a user in @account. */
static inline Assoc *fixture_assoc(Cluster *cluster, const char *account, const char *user,
                                   const char *parent, uint32_t shares)
{
    Assoc *assoc = cluster_add_assoc(cluster, account, user, NULL);

    assoc->parent_name = g_strdup(parent);
    assoc->shares = shares;
    return assoc;
}

static inline void fixture_finish(Cluster *cluster)
{
    g_autoptr(Diags) diags = diags_new();

    if (!cluster_finish(cluster, diags))
        fail_msg("%s", diags_nth(diags, 0)->text);
}

/* A pending job of @user on @nodes nodes and @cpus CPUs in all, in the first partition. */
static inline SimJob *fixture_job(const Cluster *cluster, const char *user, uint32_t nodes,
                                  uint32_t cpus)
{
    SimJob *job = g_new0(SimJob, 1);

    job->task = COUNT_UNSET;
    job->request = g_new0(JobRequest, 1);
    job->request->min_nodes = nodes;
    job->request->min_cpus = cpus;
    job->user = user ? cluster_find_user(cluster, user) : INDEX_NONE;
    job->assoc = user ? cluster_find_assoc(cluster, user, NULL, NULL) : INDEX_NONE;
    job->qos = INDEX_NONE;
    job->n_partitions = 1;
    job->partitions = g_new0(uint32_t, 1);
    job->part_priority = g_new0(uint32_t, 1);
    job->state = JOB_PENDING;
    job->reason_tres = INDEX_NONE;
    job->limit = MINUTES_UNSET;
    job->begin_at = job->accrue_at = job->user_begin_at = INSTANT_NONE;
    job->tres_request = g_new0(uint64_t, cluster->n_tres);
    job->tres_request[TRES_CPU] = job->tres_request[TRES_BILLING] = cpus;
    job->tres_request[TRES_MEM] = (uint64_t)cpus * 100;
    job->tres_request[TRES_NODE] = nodes;
    return job;
}

/* It may go to these two partitions. */
static inline void fixture_partitions(SimJob *job, uint32_t first, uint32_t second)
{
    g_free(job->partitions);
    g_free(job->part_priority);
    job->n_partitions = 2;
    job->partitions = g_new0(uint32_t, 2);
    job->part_priority = g_new0(uint32_t, 2);
    job->partitions[0] = first;
    job->partitions[1] = second;
    job->partition = first;
}

/* It runs since @now with what it asked for, on the nodes from @node on. */
static inline void fixture_run(const Cluster *cluster, SimJob *job, uint32_t node, Instant now)
{
    job->state = JOB_RUNNING;
    job->start_at = now;
    job->tres_alloc = g_memdup2(job->tres_request, sizeof(uint64_t) * cluster->n_tres);
    job->billable = (double)job->tres_alloc[TRES_CPU];
    job->alloc = g_new0(Allocation, 1);
    job->alloc->nodes = nodeset_new(cluster->n_nodes);
    for (uint32_t i = 0; i < job->tres_alloc[TRES_NODE]; i++)
        nodeset_add(job->alloc->nodes, node + i);
}

static inline void fixture_free(SimJob *job)
{
    if (job->alloc)
        nodeset_free(job->alloc->nodes);
    g_free(job->alloc);
    g_free(job->tres_alloc);
    g_free(job->tres_request);
    g_free(job->partitions);
    g_free(job->part_priority);
    g_free(job->request);
    g_free(job);
}

typedef SimJob FixtureJob;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FixtureJob, fixture_free)

#define assert_close(value, wanted)                                                                \
    do {                                                                                           \
        const double value_ = (double)(value), wanted_ = (double)(wanted);                         \
        if (!(ABS(value_ - wanted_) <= 1e-6 * MAX(1, ABS(wanted_))))                               \
            fail_msg("%s is %.9g, not %.9g", #value, value_, wanted_);                             \
    } while (0)
