/* Small clusters and jobs for tests of placement. */
#pragma once

#include "sim/place.h"
#include "sim/request.h"
#include "sim/state.h"

/* A cluster of equal nodes n1..n<count> with one partition over all of them: CR_Core, memory of
 * 1000 MiB a core. Finish it with kit_finish after adding what the test is about. */
static inline Cluster *kit_cluster(uint32_t count, uint16_t sockets, uint16_t cores,
                                   uint16_t threads)
{
    Cluster *cluster = cluster_new(SLURM_24_05);
    Partition *partition;

    for (uint32_t i = 1; i <= count; i++) {
        g_autofree char *name = g_strdup_printf("n%u", i);
        Node *node = cluster_add_node(cluster, name);

        node->sockets = sockets;
        node->cores_per_socket = cores;
        node->threads_per_core = threads;
        node->cpus = (uint32_t)sockets * cores * threads;
        node->memory = 1000 * (uint64_t)sockets * cores;
    }
    partition = cluster_add_partition(cluster, "batch");
    partition->node_text = g_strdup("ALL");
    partition->is_default = true;
    cluster->config.select = SELECT_CONS_TRES;
    cluster->config.select_set = true;
    cluster->config.consume = CONSUME_CORE;
    cluster->config.consume_memory = false;
    return cluster;
}

static inline void kit_finish(Cluster *cluster)
{
    g_autoptr(Diags) diags = diags_new();

    if (!cluster_finish(cluster, diags))
        fail_msg("%s", diags_nth(diags, 0)->text);
}

/* A job and what it owns. */
typedef struct {
    SimJob job;
    JobSpec *spec;
} KitJob;

/* A job with a request made of @spec, which it takes over. */
static inline KitJob *kit_job(const Cluster *cluster, JobSpec *spec)
{
    KitJob *self = g_new0(KitJob, 1);
    g_autofree char *message = NULL;

    self->spec = spec;
    self->job.spec = spec;
    self->job.qos = INDEX_NONE;
    self->job.request = request_build(cluster, spec, 0, 0, &message);
    if (!self->job.request)
        fail_msg("refused: %s", message);
    return self;
}

static inline void kit_job_free(KitJob *self)
{
    allocation_free(self->job.alloc);
    request_free(self->job.request);
    job_spec_free(self->spec);
    g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KitJob, kit_job_free)

/* "-n @tasks" */
static inline JobSpec *kit_tasks(uint32_t tasks)
{
    JobSpec *spec = job_spec_new();

    spec->ntasks = tasks;
    return spec;
}

/* Places the job in partition 0 and takes what it gets. Returns: its nodes ("n[1-2]"), "" when it
 * does not fit (transfer full). */
static inline char *kit_start(World *world, KitJob *self)
{
    const NodeSet *all = world->cluster->partitions[self->job.partition].nodes;
    PlaceView view = {.world = world};
    PlaceQuery query = {
        .job = &self->job, .partition = self->job.partition, .candidates = all, .may_share = true};

    assert_true(place_node_counts(world->cluster, &self->job, self->job.partition, &query));
    if (place_find(&view, &query, &self->job.alloc) != PLACE_OK)
        return g_strdup("");
    world_take(world, &self->job);
    return cluster_hostlist(world->cluster, self->job.alloc->nodes);
}
