/* What a job asks for in one partition: defaults and limits of memory and GPUs applied, and the
 * TRES that come of it. Source: job_mgr.c _valid_pn_min_mem, job_limits_check, job_get_tres_mem. */
#include "sim/request.h"

#include "base/units.h"
#include <string.h>

static MemoryRule either(MemoryRule partition, MemoryRule cluster)
{
    return partition.amount ? partition : cluster;
}

static uint64_t divide_up(uint64_t a, uint64_t b)
{
    return (a + b - 1) / b;
}

/* --mem-per-cpu above MaxMemPerCPU: more CPUs with less memory each. */
static void spread_memory(const JobRequest *self, const Cluster *cluster, uint64_t limit,
                          RequestSizes *out)
{
    uint32_t factor = (uint32_t)divide_up(out->memory.amount, limit);
    uint32_t cpu_factor = 1;

    if (version_rules(cluster->version)->max_mem_per_cpu_sets_cpt)
        out->cpus_per_task *= factor;
    else if (!self->cpus_per_task_given)
        out->cpus_per_task = factor;
    else
        cpu_factor = factor;
    out->memory.amount = divide_up(out->memory.amount, factor);
    out->min_cpus = self->num_tasks * out->cpus_per_task * cpu_factor;
}

/* CPUs on one node, where one limit is per node and the other per CPU. */
static uint32_t cpus_on_node(const JobRequest *self, const Cluster *cluster,
                             const Partition *partition)
{
    uint32_t cpus = MAX(self->ntasks_per_node, 1);
    uint32_t first = nodeset_next(partition->nodes, 0);

    if (partition->over_subscribe == SHARE_EXCLUSIVE || self->exclusive == EXCLUSIVE_NODE)
        return first == NODE_NONE ? 0 : cluster->nodes[first].cpus;
    if (self->max_nodes)
        cpus = MAX(cpus, (uint32_t)divide_up(self->num_tasks, self->max_nodes));
    return MAX(cpus * self->cpus_per_task, self->pn_min_cpus);
}

static uint64_t first_node_memory(const Cluster *cluster, const Partition *partition)
{
    uint32_t first = nodeset_next(partition->nodes, 0);

    return first == NODE_NONE ? 0 : cluster->nodes[first].memory;
}

/* A job's memory per node against a limit per CPU: enough CPUs to stay below it. */
static uint32_t raise_cpus(const JobRequest *self, uint64_t limit, uint32_t cpus_per_node,
                           RequestSizes *out)
{
    uint32_t least = (uint32_t)divide_up(out->memory.amount, limit);

    if (out->pn_min_cpus >= least)
        return cpus_per_node;
    out->pn_min_cpus = least;
    if (self->ntasks_per_node)
        out->cpus_per_task = (uint32_t)divide_up(least, self->ntasks_per_node);
    return MAX(cpus_per_node, least);
}

static bool limit_memory(const JobRequest *self, const Cluster *cluster, const Partition *partition,
                         RequestSizes *out)
{
    MemoryRule limit = either(partition->max_memory, cluster->config.max_memory);
    uint64_t asked = out->memory.amount;
    uint32_t cpus;

    if (limit.amount == 0)
        return true;
    if (out->memory.per_cpu && limit.per_cpu) {
        if (asked > limit.amount)
            spread_memory(self, cluster, limit.amount, out);
        return true;
    }
    if (asked == 0)
        asked = first_node_memory(cluster, partition);
    if (!out->memory.per_cpu && !limit.per_cpu)
        return asked <= limit.amount;
    cpus = cpus_on_node(self, cluster, partition);
    if (out->memory.per_cpu)
        return asked * cpus <= limit.amount;
    cpus = raise_cpus(self, limit.amount, cpus, out);
    return asked <= limit.amount * cpus;
}

/* DefCpuPerGPU and DefMemPerGPU stand in for what the job did not say. */
static void gpu_defaults(const JobRequest *self, const Cluster *cluster, const Partition *partition,
                         RequestSizes *out)
{
    const Config *config = &cluster->config;
    bool asks_gpu = false;

    for (uint32_t i = 0; i < self->n_gres; i++)
        asks_gpu = asks_gpu || strcmp(cluster->gres_names[self->gres[i].name], "gpu") == 0;
    if (!asks_gpu)
        return;
    if (!out->cpus_per_gpu && !self->cpus_per_task_given)
        out->cpus_per_gpu =
            (uint32_t)(partition->default_cpu_per_gpu ? partition->default_cpu_per_gpu
                                                      : config->default_cpu_per_gpu);
    if (!out->mem_per_gpu && !self->memory_given)
        out->mem_per_gpu = partition->default_mem_per_gpu ? partition->default_mem_per_gpu
                                                          : config->default_mem_per_gpu;
}

bool request_sizes(const JobRequest *self, const Cluster *cluster, const Partition *partition,
                   RequestSizes *out)
{
    RequestSizes sizes = {.cpus_per_task = self->cpus_per_task,
                          .min_cpus = self->min_cpus,
                          .pn_min_cpus = self->pn_min_cpus,
                          .cpus_per_gpu = self->cpus_per_gpu,
                          .mem_per_gpu = self->mem_per_gpu};
    RequestSizes asked;
    bool ok;

    sizes.memory = self->memory_given
                       ? self->memory
                       : either(partition->default_memory, cluster->config.default_memory);
    gpu_defaults(self, cluster, partition, &sizes);
    asked = sizes;
    ok = limit_memory(self, cluster, partition, &sizes);
    *out = ok ? sizes : asked;
    return ok;
}

static uint64_t gpu_count(const JobRequest *self, const Cluster *cluster)
{
    uint64_t count = 0;

    for (uint32_t i = 0; i < self->n_gres; i++) {
        if (strcmp(cluster->gres_names[self->gres[i].name], "gpu") == 0)
            count += self->gres[i].total;
    }
    return count;
}

static uint64_t memory_total(const JobRequest *self, const Cluster *cluster,
                             const Partition *partition, const RequestSizes *sizes)
{
    if (sizes->mem_per_gpu && !self->memory_given)
        return sizes->mem_per_gpu * gpu_count(self, cluster);
    if (sizes->memory.amount == 0)
        return first_node_memory(cluster, partition) * self->min_nodes;
    return sizes->memory.amount * (sizes->memory.per_cpu ? self->min_cpus : self->min_nodes);
}

/* gres/gpu counts every type; gres/gpu:a100 its own. */
static void gres_tres(const JobRequest *self, const Cluster *cluster, uint64_t tres[TRES_MAX])
{
    for (uint32_t i = 0; i < self->n_gres; i++) {
        const GresRequest *gres = &self->gres[i];
        const char *name = cluster->gres_names[gres->name];
        g_autofree char *any = g_strdup_printf("gres/%s", name);
        uint32_t index = cluster_find_tres(cluster, any);

        if (index != INDEX_NONE)
            tres[index] += gres->total;
        if (gres->type < cluster->n_gres_types) {
            g_autofree char *typed =
                g_strdup_printf("gres/%s:%s", name, cluster->gres_types[gres->type]);

            index = cluster_find_tres(cluster, typed);
            if (index != INDEX_NONE)
                tres[index] += gres->total;
        }
    }
}

static void license_tres(const JobRequest *self, const Cluster *cluster, uint64_t tres[TRES_MAX])
{
    for (uint32_t i = 0; i < self->n_licenses; i++) {
        const char *name = cluster->licenses[self->licenses[i].license].name;
        g_autofree char *full = g_strdup_printf("license/%s", name);
        uint32_t index = cluster_find_tres(cluster, full);

        if (index != INDEX_NONE)
            tres[index] += self->licenses[i].count;
    }
}

static double billing(const Cluster *cluster, const Partition *partition, const uint64_t *tres)
{
    bool greatest = (cluster->config.priority.flags & PRIORITY_MAX_TRES) != 0;
    double most = 0, sum = 0;

    if (!partition->billing_weights)
        return (double)tres[TRES_CPU];
    for (uint32_t i = 0; i < cluster->n_tres; i++) {
        double weighted = (double)tres[i] * partition->billing_weights[i];
        bool of_node = i == TRES_CPU || i == TRES_MEM || i == TRES_NODE ||
                       g_str_has_prefix(cluster->tres[i], "gres/");

        if (i == TRES_BILLING)
            continue;
        if (greatest && of_node)
            most = MAX(most, weighted);
        else
            sum += weighted;
    }
    return most + sum;
}

void request_tres(const JobRequest *self, const Cluster *cluster, const Partition *partition,
                  uint64_t tres[TRES_MAX])
{
    RequestSizes sizes;

    request_sizes(self, cluster, partition, &sizes);
    memset(tres, 0, TRES_MAX * sizeof tres[0]);
    tres[TRES_CPU] = self->min_cpus;
    tres[TRES_NODE] = self->min_nodes;
    tres[TRES_MEM] = memory_total(self, cluster, partition, &sizes);
    gres_tres(self, cluster, tres);
    license_tres(self, cluster, tres);
    tres[TRES_BILLING] = (uint64_t)billing(cluster, partition, tres);
}
