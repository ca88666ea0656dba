/* A small cluster with QoS and accounts to set limits on, for the tests of limits. */
#pragma once

#include "sim/limits.h"
#include "tests/sim/fixture.h"

#define REFUSAL                                                                                    \
    "Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)"

enum { NORMAL, HIGH, PART }; /* QoS */

typedef struct {
    Cluster *cluster;
    Usage *usage;
    Limits *limits;
} Bench;

/* root ( dept ( lab ( u1, u2 ), other ( u3 ) ) ); QoS normal, high, part; 4 nodes x 4 CPUs;
 * partitions batch and second. Limits are set on it before bench_start. */
static inline void bench_init(Bench *self, SlurmVersion version)
{
    Cluster *cluster = fixture_cluster(version, 4, 4);

    self->cluster = cluster;
    cluster_add_qos(cluster, "normal");
    cluster_add_qos(cluster, "high");
    cluster_add_qos(cluster, "part");
    cluster_add_partition(cluster, "second")->node_text = g_strdup("ALL");
    fixture_assoc(cluster, "dept", NULL, "root", 1);
    fixture_assoc(cluster, "lab", NULL, "dept", 1);
    fixture_assoc(cluster, "other", NULL, "dept", 1);
    fixture_assoc(cluster, "lab", "u1", NULL, 1);
    fixture_assoc(cluster, "lab", "u2", NULL, 1);
    fixture_assoc(cluster, "other", "u3", NULL, 1);
}

static inline void bench_start(Bench *self)
{
    fixture_finish(self->cluster);
    self->usage = usage_new(self->cluster);
    self->limits = limits_new(self->cluster, self->usage);
}

static inline void bench_clear(Bench *self)
{
    limits_free(self->limits);
    usage_free(self->usage);
    cluster_free(self->cluster);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Bench, bench_clear)

static inline Qos *qos(Bench *self, uint32_t index)
{
    return &self->cluster->qos[index];
}

static inline Assoc *account(Bench *self, const char *name)
{
    for (uint32_t i = 0; i < self->cluster->n_assocs; i++)
        if (!self->cluster->assocs[i].user && strcmp(self->cluster->assocs[i].account, name) == 0)
            return &self->cluster->assocs[i];
    fail_msg("no account %s", name);
    return NULL;
}

static inline Assoc *user(Bench *self, const char *name)
{
    for (uint32_t i = 0; i < self->cluster->n_assocs; i++)
        if (g_strcmp0(self->cluster->assocs[i].user, name) == 0)
            return &self->cluster->assocs[i];
    fail_msg("no user %s", name);
    return NULL;
}

static inline SimJob *job_of(const Bench *self, const char *name, uint32_t nodes, uint32_t cpus)
{
    SimJob *job = fixture_job(self->cluster, name, nodes, cpus);

    job->qos = NORMAL;
    job->limit = 10;
    return job;
}

static inline SimJob *running(const Bench *self, const char *name, uint32_t node, uint32_t cpus)
{
    SimJob *job = job_of(self, name, 1, cpus);

    fixture_run(self->cluster, job, node, 0);
    limits_start(self->limits, job, 0);
    return job;
}

static inline const char *reason(const Bench *self, const SimJob *job)
{
    return wait_reason_tres_name(
        job->reason, job->reason_tres == INDEX_NONE ? NULL : self->cluster->tres[job->reason_tres]);
}

/* It waits, for this reason. */
static inline void waits(const Bench *self, SimJob *job, const char *wanted)
{
    const bool starts = limits_before(self->limits, job, 0) &&
                        limits_after(self->limits, job, job->tres_request, 0);

    assert_false(starts);
    assert_string_equal(reason(self, job), wanted);
}

static inline void starts(const Bench *self, SimJob *job)
{
    if (!limits_before(self->limits, job, 0) ||
        !limits_after(self->limits, job, job->tres_request, 0))
        fail_msg("waits for %s", reason(self, job));
    assert_int_equal(job->reason, WAIT_NONE);
}

static inline void refused(const Bench *self, SimJob *job, uint32_t tasks, const char *wanted)
{
    const char *message = limits_admit(self->limits, job, tasks);

    assert_non_null(message);
    assert_string_equal(message, REFUSAL);
    assert_string_equal(reason(self, job), wanted);
}
