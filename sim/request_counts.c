/* The counts of a request: nodes, tasks, CPUs. */
#include "sim/request_counts.h"

#include "base/hostlist.h"
#include "sim/request_gres.h"
#include <string.h>

/* Everything one building needs. */
typedef struct {
    const Cluster *cluster;
    const JobSpec *spec;
    JobRequest *out;
    bool nodes_set, tasks_set;
    uint32_t tasks; /* sbatch's own count, 1 when not given */
} Builder;

static uint32_t unset_to(uint32_t value, uint32_t other)
{
    return value == COUNT_UNSET ? other : value;
}

/* --hint stands for other options; it is ignored beside them. */
static void apply_hint(Builder *self)
{
    JobRequest *out = self->out;
    const char *hint = self->spec->hint;

    if (!hint || out->ntasks_per_core != COUNT_UNSET || out->threads_per_core != COUNT_UNSET ||
        out->sockets_per_node != COUNT_UNSET || out->cores_per_socket != COUNT_UNSET)
        return;
    if (strstr(hint, "memory_bound"))
        out->cores_per_socket = 1;
    if (strstr(hint, "memory_bound") || strstr(hint, "compute_bound") ||
        strstr(hint, "nomultithread"))
        out->threads_per_core = 1;
}

/* Nodes given, tasks not: one task a node, times what -B asks of each node. */
static void imply_tasks(Builder *self)
{
    JobRequest *out = self->out;
    const uint32_t factors[] = {out->sockets_per_node, out->cores_per_socket,
                                out->threads_per_core};

    self->tasks = MAX(out->min_nodes, 1);
    for (size_t i = 0; i < G_N_ELEMENTS(factors); i++) {
        if (factors[i] == COUNT_UNSET)
            continue;
        self->tasks *= factors[i];
        self->tasks_set = true;
    }
}

/* More nodes than tasks make no sense. */
static void limit_nodes_to_tasks(Builder *self)
{
    JobRequest *out = self->out;

    if (out->max_nodes != COUNT_UNSET && self->tasks < out->max_nodes)
        out->max_nodes = self->tasks;
    if (self->tasks < out->min_nodes)
        out->min_nodes = out->max_nodes = self->tasks;
}

static void estimate_cpus(Builder *self)
{
    JobRequest *out = self->out;
    uint32_t tasks = self->tasks;
    bool fixed = out->max_nodes == COUNT_UNSET || out->min_nodes == out->max_nodes;

    if (out->ntasks_per_node != COUNT_UNSET && out->ntasks_per_node && !self->tasks_set && fixed)
        tasks = (self->nodes_set ? out->min_nodes : 1) * out->ntasks_per_node;
    if (out->overcommit)
        out->min_cpus = MAX(self->nodes_set ? out->min_nodes : 1, 1);
    else if (out->cpus_per_task_given)
        out->min_cpus = tasks * out->cpus_per_task;
    else
        out->min_cpus = tasks;
}

static uint32_t count_names(const char *hostlist)
{
    g_autoptr(GPtrArray) names = hostlist ? hostlist_expand(hostlist, NULL) : NULL;
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; names && i < names->len; i++)
        g_hash_table_add(seen, names->pdata[i]);
    return g_hash_table_size(seen);
}

static void client_counts(Builder *self)
{
    const JobSpec *spec = self->spec;
    JobRequest *out = self->out;

    self->nodes_set = spec->min_nodes != COUNT_UNSET;
    self->tasks_set = spec->ntasks != COUNT_UNSET;
    self->tasks = self->tasks_set ? spec->ntasks : 1;
    if (spec->nodelist && !self->nodes_set) {
        out->min_nodes = count_names(spec->nodelist);
        self->nodes_set = true;
    }
    if (out->cpus_per_task_given && out->pn_min_cpus < out->cpus_per_task)
        out->pn_min_cpus = out->cpus_per_task;
    if (self->nodes_set && !self->tasks_set && out->ntasks_per_node == COUNT_UNSET &&
        (out->max_nodes == COUNT_UNSET || out->min_nodes == out->max_nodes))
        imply_tasks(self);
    else if (self->nodes_set && self->tasks_set)
        limit_nodes_to_tasks(self);
    estimate_cpus(self);
    if (self->tasks_set)
        out->num_tasks = self->tasks;
    if (!self->nodes_set && self->tasks_set && out->ntasks_per_node != COUNT_UNSET &&
        out->ntasks_per_node)
        out->min_nodes = (self->tasks + out->ntasks_per_node - 1) / out->ntasks_per_node;
}

static void controller_counts(Builder *self)
{
    JobRequest *out = self->out;

    if (out->min_nodes == COUNT_UNSET)
        out->min_nodes = 1;
    if (out->num_tasks == COUNT_UNSET && self->spec->ntasks_per_gpu != COUNT_UNSET)
        out->num_tasks = out->min_nodes * self->spec->ntasks_per_gpu;
    else if (out->num_tasks == COUNT_UNSET && out->ntasks_per_node != COUNT_UNSET)
        out->num_tasks = out->min_nodes * out->ntasks_per_node;
    if (out->num_tasks != COUNT_UNSET && !out->overcommit && out->num_tasks > out->min_cpus)
        out->min_cpus = out->num_tasks * (out->cpus_per_task_given ? out->cpus_per_task : 1);
}

/* Every sentinel becomes what JobRequest promises. */
static void settle(Builder *self)
{
    JobRequest *out = self->out;

    out->max_nodes = unset_to(out->max_nodes, 0);
    out->tasks_given = out->num_tasks != COUNT_UNSET;
    out->num_tasks = MAX(unset_to(out->num_tasks, out->min_nodes), 1);
    out->cpus_per_task_given = out->cpus_per_task != COUNT_UNSET;
    out->cpus_per_task = MAX(unset_to(out->cpus_per_task, 1), 1);
    out->ntasks_per_node = unset_to(out->ntasks_per_node, 0);
    out->ntasks_per_core = unset_to(out->ntasks_per_core, 0);
    out->ntasks_per_socket = unset_to(out->ntasks_per_socket, 0);
    out->threads_per_core = unset_to(out->threads_per_core, 0);
    out->sockets_per_node = unset_to(out->sockets_per_node, 0);
    out->cores_per_socket = unset_to(out->cores_per_socket, 0);
    out->pn_min_cpus = MAX(out->pn_min_cpus, 1);
    if (out->ntasks_per_node && !out->overcommit && out->tasks_given && out->num_tasks > 1)
        out->pn_min_cpus = MAX(out->pn_min_cpus, out->cpus_per_task * out->ntasks_per_node);
    out->pn_min_cpus = MAX(out->pn_min_cpus, out->cpus_per_task);
    out->min_cpus = MAX(out->min_cpus, 1);
    if (out->spread && out->max_nodes == 0 && out->tasks_given)
        out->max_nodes = MIN(self->cluster->active_nodes, out->num_tasks);
}

static void copy_counts(Builder *self)
{
    const JobSpec *spec = self->spec;
    JobRequest *out = self->out;
    uint32_t cpus = request_gres_tasks(spec->tres_per_task);

    out->min_nodes = spec->min_nodes;
    out->max_nodes = spec->max_nodes == 0 ? COUNT_UNSET : spec->max_nodes;
    out->nodes_given = spec->min_nodes != COUNT_UNSET;
    out->num_tasks = COUNT_UNSET;
    out->cpus_per_task = unset_to(spec->cpus_per_task, cpus);
    out->cpus_per_task_given = out->cpus_per_task != COUNT_UNSET;
    out->pn_min_cpus = unset_to(spec->min_cpus, 0);
    out->ntasks_per_node = spec->ntasks_per_node;
    out->ntasks_per_core = spec->ntasks_per_core;
    out->ntasks_per_socket = spec->ntasks_per_socket;
    out->threads_per_core = spec->threads_per_core;
    out->sockets_per_node = spec->sockets_per_node;
    out->cores_per_socket = spec->cores_per_socket;
    out->cpus_per_gpu = unset_to(spec->cpus_per_gpu, 0);
    out->mem_per_gpu = spec->mem_per_gpu == UINT64_MAX ? 0 : spec->mem_per_gpu;
    out->overcommit = spec->overcommit;
    out->contiguous = spec->contiguous;
    out->spread = spec->spread_job;
    out->use_min_nodes = spec->use_min_nodes;
    out->exclusive = spec->exclusive;
    out->oversubscribe = spec->oversubscribe;
    out->enforce_binding = spec->gres_flags && strstr(spec->gres_flags, "enforce-binding") != NULL;
    out->tmp_disk = spec->tmp == UINT64_MAX ? 0 : spec->tmp;
    out->memory_given = spec->mem != UINT64_MAX || spec->mem_per_cpu != UINT64_MAX;
    if (spec->mem != UINT64_MAX)
        out->memory.amount = spec->mem;
    else if (spec->mem_per_cpu != UINT64_MAX)
        out->memory = (MemoryRule){spec->mem_per_cpu, spec->mem_per_cpu > 0};
}

/* More nodes named than asked for: run within them. Before 23.02 every one of them was required
 * and the node count raised to their number. */
static void count_named_nodes(Builder *self)
{
    JobRequest *out = self->out;
    uint32_t count;

    if (!out->required)
        return;
    count = nodeset_count(out->required);
    if (self->cluster->version >= SLURM_23_02) {
        out->required_is_pool = count > out->min_nodes;
        return;
    }
    out->min_nodes = MAX(out->min_nodes, count);
    out->min_cpus = MAX(out->min_cpus, count);
}

const char *request_counts_build(JobRequest *request, const Cluster *cluster, const JobSpec *spec)
{
    Builder self = {.cluster = cluster, .spec = spec, .out = request};
    const char *refusal;

    copy_counts(&self);
    apply_hint(&self);
    client_counts(&self);
    refusal = request_gres_build(request, cluster, spec);
    if (refusal)
        return refusal;
    controller_counts(&self);
    count_named_nodes(&self);
    refusal = request_gres_build(request, cluster, spec);
    if (refusal)
        return refusal;
    settle(&self);
    if (request->max_nodes && request->max_nodes < request->min_nodes)
        return "Node count specification invalid";
    return NULL;
}
