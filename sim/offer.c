/* What one node offers a job. */
#include "sim/offer.h"

#include "sim/cores.h"
#include "sim/gresplace.h"
#include "sim/nodecpus.h"
#include "sim/state.h"

bool offer_fits_config(const Trial *trial, const Node *node, const char **why)
{
    const JobRequest *request = trial->request;
    uint64_t memory = trial->sizes.mem_per_gpu ? 0 : trial->sizes.memory.amount;

    if (trial->sizes.pn_min_cpus > node->cpus)
        *why = "CPU count per node can not be satisfied";
    else if (memory > node->memory)
        *why = "Memory specification can not be satisfied";
    else if (request->tmp_disk > node->tmp_disk)
        *why = "Temporary disk specification can not be satisfied";
    else if (request->sockets_per_node > node->sockets ||
             request->cores_per_socket > node->cores_per_socket ||
             request->threads_per_core > node->threads_per_core)
        *why = "Socket, core and/or thread specification can not be satisfied";
    else
        return true;
    return false;
}

static bool partition_shares(const Partition *partition)
{
    return (partition->over_subscribe == SHARE_FORCE || partition->over_subscribe == SHARE_YES) &&
           partition->max_share > 1;
}

static bool job_shares(const Trial *trial, const SimJob *job)
{
    const Partition *partition = &trial->cluster->partitions[job->partition];

    return partition->over_subscribe == SHARE_FORCE || job->request->oversubscribe;
}

/* Gang scheduling will suspend it for us: it is in our way only while it runs. */
static bool will_be_suspended(const Trial *trial, const SimJob *job)
{
    const Config *config = &trial->cluster->config;
    const Partition *its = &trial->cluster->partitions[job->partition];
    uint16_t mode = its->preempt_mode == PREEMPT_UNSET ? config->preempt_mode : its->preempt_mode;

    return config->preempt == PREEMPT_PARTITION_PRIO && (mode & PREEMPT_SUSPEND) &&
           its->priority_tier < trial->partition->priority_tier;
}

/* NODE_CR_*: whole, dedicated and shared jobs do not mix freely on a node. */
static bool occupants_admit(const Trial *trial, const NodeUse *use)
{
    bool dedicated = false, sharing = false, sharing_elsewhere = false;

    for (uint16_t i = 0; i < use->n_jobs; i++) {
        const SimJob *job = use->jobs[i].job;

        if (!cores_awake(trial, job) || will_be_suspended(trial, job))
            continue;
        if (job->alloc->whole || trial->whole)
            return false;
        dedicated = dedicated || job->alloc->hold == HOLD_DEDICATED;
        sharing = sharing || job_shares(trial, job);
        sharing_elsewhere =
            sharing_elsewhere || (job->partition != trial->query->partition &&
                                  partition_shares(&trial->cluster->partitions[job->partition]));
    }
    if (dedicated && trial->hold != HOLD_DEDICATED)
        return false;
    return trial->hold == HOLD_SHARED || !(sharing && sharing_elsewhere);
}

uint64_t offer_least_memory(const Trial *trial)
{
    const RequestSizes *sizes = &trial->sizes;
    uint64_t least = sizes->memory.amount;

    if (sizes->mem_per_gpu)
        return sizes->mem_per_gpu;
    if (sizes->memory.per_cpu)
        least *=
            MAX(MAX(trial->request->ntasks_per_node, sizes->pn_min_cpus), sizes->cpus_per_task);
    return least;
}

static uint64_t free_memory(const Trial *trial, uint32_t node)
{
    const Node *have = &trial->cluster->nodes[node];
    uint64_t held = cores_memory(trial, node) + have->spec_memory;

    return have->memory > held ? have->memory - held : 0;
}

static bool memory_admits(const Trial *trial, uint32_t node)
{
    uint64_t least = offer_least_memory(trial);

    if (!trial->consume_memory)
        return true;
    return least ? free_memory(trial, node) >= least : cores_memory(trial, node) == 0;
}

/* _verify_node_state: may the job be on the node with its present occupants? */
static bool admits(const Trial *trial, uint32_t node)
{
    const NodeUse *use = &trial->world->nodes[node];

    if (trial->query->mode == PLACE_NOW && use->n_completing)
        return false;
    return memory_admits(trial, node) && (use->n_jobs == 0 || occupants_admit(trial, use));
}

static uint32_t unit_cpus(const Trial *trial, const Node *node)
{
    uint32_t threads = trial_usable_threads(trial, node);

    if (trial->consume == CONSUME_SOCKET)
        return MIN(node->cores_per_socket * trial_threads(node), threads);
    return trial->consume == CONSUME_CPU ? 1 : threads;
}

/* Fewer CPUs until their memory fits. */
static uint32_t limit_by_memory(const Trial *trial, const Node *node, uint64_t memory,
                                uint32_t cpus)
{
    const MemoryRule *rule = &trial->sizes.memory;
    uint32_t unit = unit_cpus(trial, node), inflation = 1;
    uint32_t each = trial->sizes.cpus_per_task;

    if (trial->sizes.mem_per_gpu)
        return cpus;
    if (!rule->per_cpu)
        return rule->amount > memory ? 0 : cpus;
    if (trial->whole && rule->amount * cpus > memory)
        return 0;
    if (trial->consume != CONSUME_CPU && trial->ntasks_per_core == 1 && each == 1) {
        inflation = trial_threads(node);
        unit = 1;
    }
    while (cpus && rule->amount * cpus * inflation > memory)
        cpus = cpus > unit ? cpus - unit : 0;
    if (each > 1)
        cpus -= cpus % each;
    return cpus < trial->request->ntasks_per_node ? 0 : cpus;
}

uint32_t offer_least_cpus(const Trial *trial)
{
    const JobRequest *request = trial->request;
    uint32_t tasks = 1;

    if (request->ntasks_per_node)
        tasks = request->ntasks_per_node;
    else if (!request->overcommit && request->max_nodes == 1 && trial->tasks)
        tasks = trial->tasks;
    return tasks * trial->sizes.cpus_per_task;
}

static uint64_t weight_of(const Trial *trial, uint32_t node)
{
    uint64_t weight =
        trial->query->weights ? trial->query->weights[node] : trial->cluster->nodes[node].weight;

    if (trial->world->nodes[node].n_completing && !trial->query->completing_alike)
        return weight << 16 | 0x100;
    return weight << 16;
}

void offer_make(const Trial *trial, uint32_t node)
{
    const Node *have = &trial->cluster->nodes[node];
    Offer *offer = trial_offer(trial, node);
    uint64_t memory = trial->consume_memory ? free_memory(trial, node) : UINT64_MAX;
    const char *why;
    uint32_t near;

    *offer = (Offer){.weight = weight_of(trial, node)};
    if (!offer_fits_config(trial, have, &why) || (!trial->test_only && !admits(trial, node)))
        return;
    if (trial->request->n_gres && !gresplace_offer(trial, node))
        return;
    offer->cpus = nodecpus(trial, node, &offer->free_cpus);
    if (offer->cpus < offer_least_cpus(trial)) {
        offer->cpus = 0;
        return;
    }
    if (trial->request->n_gres) {
        if (!gresplace_limit(trial, node, memory, &near)) {
            offer->cpus = 0;
            return;
        }
        offer->weight |= 0xff - near;
    }
    if (trial->consume_memory)
        offer->cpus = limit_by_memory(trial, have, memory, offer->cpus);
    if (trial->query->most_cpus)
        offer->cpus = MIN(offer->cpus, trial->query->most_cpus[node]);
}
