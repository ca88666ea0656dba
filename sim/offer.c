/* What one node offers a job. */
#include "sim/offer.h"

#include "sim/cores.h"
#include "sim/gresplace.h"
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

/* ---- other jobs on the node ---- */

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

        if (!cores_present(trial, job) || will_be_suspended(trial, job))
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

static uint64_t least_memory(const Trial *trial)
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
    uint64_t least = least_memory(trial);

    if (!trial->consume_memory)
        return true;
    return least ? free_memory(trial, node) >= least : cores_memory(trial, node) == 0;
}

bool offer_admits(const Trial *trial, uint32_t node)
{
    const NodeUse *use = &trial->world->nodes[node];

    if (trial->query->mode == PLACE_NOW && use->n_completing)
        return false;
    return memory_admits(trial, node) && (use->n_jobs == 0 || occupants_admit(trial, use));
}

/* ---- cores and CPUs ---- */

/* The node while its cores are counted. */
typedef struct {
    const Trial *trial;
    const Node *node;
    uint64_t *cores; /* usable ones; what the job may not use is dropped */
    uint32_t free_cores[MOST_SOCKETS];
    uint32_t n_free;
    uint32_t n_sockets;
    uint32_t used_cpus; /* by jobs of the same partition */
    uint32_t most;      /* CPUs MaxCPUsPerNode leaves */
    uint32_t threads;   /* usable ones of a core */
} Count;

static bool limits_partition(const Trial *trial)
{
    return trial->partition->max_cpus_per_node != UINT32_MAX ||
           trial->partition->max_cpus_per_socket != UINT32_MAX;
}

/* Free cores by socket; a socket that may not be used counts as full. */
static void count_sockets(Count *self)
{
    const Trial *trial = self->trial;
    uint32_t each = self->node->cores_per_socket;
    uint64_t *held = trial->scratch->held;

    if (limits_partition(trial))
        cores_of_partition(trial, (uint32_t)(self->node - trial->cluster->nodes), held);
    for (uint32_t s = 0; s < self->n_sockets; s++) {
        uint32_t used = limits_partition(trial) ? cores_count(held, s * each, (s + 1) * each) : 0;

        self->free_cores[s] = cores_count(self->cores, s * each, (s + 1) * each);
        self->used_cpus += used * trial_threads(self->node);
        if ((trial->consume == CONSUME_SOCKET && !trial->whole && self->free_cores[s] < each) ||
            (limits_partition(trial) &&
             used * trial_threads(self->node) >= trial->partition->max_cpus_per_socket))
            self->free_cores[s] = 0;
        self->n_free += self->free_cores[s];
    }
}

/* MaxCPUsPerNode: false when nothing is left of it. */
static bool limit_node(Count *self)
{
    uint32_t most = self->trial->partition->max_cpus_per_node;
    uint32_t free_cpus = self->n_free * trial_threads(self->node);

    self->most = UINT32_MAX;
    if (most == UINT32_MAX || free_cpus + self->used_cpus <= most)
        return true;
    if (self->trial->whole || self->used_cpus >= most)
        return false;
    self->most = most - self->used_cpus;
    return self->most > 1 ||
           (self->trial->ntasks_per_core <= 1 && self->trial->sizes.cpus_per_task <= 1);
}

/* --cores-per-socket, --sockets-per-node. */
static bool enough_sockets(Count *self)
{
    const JobRequest *request = self->trial->request;
    uint32_t least = MAX(request->cores_per_socket, 1), usable = 0;

    for (uint32_t s = 0; s < self->n_sockets; s++) {
        if (self->free_cores[s] >= least) {
            usable++;
            continue;
        }
        self->n_free -= self->free_cores[s];
        self->free_cores[s] = 0;
    }
    return self->n_free > 0 && usable >= MAX(request->sockets_per_node, 1);
}

static uint32_t count_tasks(const Count *self, uint32_t *cpus)
{
    const JobRequest *request = self->trial->request;
    uint32_t tasks = 0;

    *cpus = self->n_free * self->threads;
    for (uint32_t s = 0; s < self->n_sockets; s++) {
        uint32_t here = self->free_cores[s] * self->threads;

        tasks += request->ntasks_per_socket ? MIN(here, request->ntasks_per_socket) : here;
    }
    if (request->ntasks_per_node && self->trial->share && !self->trial->sizes.cpus_per_gpu)
        tasks = MIN(tasks, request->ntasks_per_node);
    return tasks;
}

/* CPUs the tasks can use: whole tasks only. With gres that is decided later; before 23.02 every CPU
 * counted. */
static uint32_t cpus_for_tasks(const Count *self, uint32_t cpus, uint32_t *tasks)
{
    uint32_t each = self->trial->sizes.cpus_per_task;

    if (self->trial->request->n_gres || self->trial->cluster->version < SLURM_23_02)
        return cpus;
    if (each < 2)
        return *tasks;
    if (self->trial->ntasks_per_core == 1 && each > self->threads) {
        uint32_t task_cpus = (each + self->threads - 1) / self->threads * self->threads;

        return cpus / task_cpus * each;
    }
    *tasks = MIN(*tasks, cpus / each);
    return *tasks * each;
}

/* The usable cores: in order, as many as the CPUs need, so many of each socket as
 * --ntasks-per-socket lets; the others are dropped. Returns: CPUs they come to. */
static uint32_t keep_cores(Count *self, uint32_t cpus)
{
    const Trial *trial = self->trial;
    uint32_t per_socket = self->node->cores_per_socket, kept = 0, sum = 0;
    uint32_t each = trial->sizes.cpus_per_task, left_of_task = each;
    uint32_t most = trial->request->ntasks_per_socket ? trial->request->ntasks_per_socket * each
                                                      : per_socket * self->threads;

    for (uint32_t c = 0; c < self->node->cores; c++) {
        uint32_t used = self->threads;

        if (c % per_socket == 0)
            kept = 0;
        if (!core_has(self->cores, c))
            continue;
        if (cpus == 0 || self->free_cores[c / per_socket] == 0 || (kept && kept >= most)) {
            core_drop(self->cores, c);
            continue;
        }
        kept += self->threads;
        if (trial->ntasks_per_core == 1 && each > self->threads)
            used = MIN(left_of_task, self->threads);
        used = MIN(used, cpus);
        left_of_task = left_of_task <= used ? each : left_of_task - used;
        cpus -= used;
        sum += used;
    }
    return sum;
}

static uint32_t count_cpus(Count *self, Offer *offer)
{
    const Trial *trial = self->trial;
    const JobRequest *request = trial->request;
    uint32_t threads = trial_threads(self->node), cpus, tasks;

    if (request->threads_per_core > threads ||
        request->ntasks_per_socket > threads * self->node->cores_per_socket)
        return 0;
    count_sockets(self);
    if (trial->whole && self->n_free + self->node->spec_cores < self->node->cores)
        return 0;
    offer->free_cpus = self->n_free * threads;
    if (!limit_node(self) || !enough_sockets(self) ||
        self->n_free * self->threads < trial->sizes.pn_min_cpus)
        return 0;
    tasks = count_tasks(self, &cpus);
    cpus = cpus_for_tasks(self, cpus, &tasks);
    if (trial->sizes.pn_min_cpus > request->pn_min_cpus)
        cpus = MAX(trial->sizes.pn_min_cpus, cpus);
    if (tasks == 0 || cpus < trial->sizes.pn_min_cpus ||
        (!request->overcommit && tasks < request->ntasks_per_node))
        return 0;
    return MIN(keep_cores(self, cpus), self->most);
}

/* ---- memory ---- */

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

static uint32_t least_cpus(const Trial *trial)
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

    return weight << 16 | (trial->world->nodes[node].n_completing ? 0x100 : 0);
}

void offer_make(const Trial *trial, uint32_t node)
{
    const Node *have = &trial->cluster->nodes[node];
    Offer *offer = trial_offer(trial, node);
    Count count = {.trial = trial,
                   .node = have,
                   .cores = trial_base(trial, node),
                   .n_sockets = MIN(have->sockets, MOST_SOCKETS),
                   .threads = trial_usable_threads(trial, have)};
    uint64_t memory = trial->consume_memory ? free_memory(trial, node) : UINT64_MAX;
    const char *why;
    uint32_t near;

    *offer = (Offer){.weight = weight_of(trial, node)};
    if (!offer_fits_config(trial, have, &why))
        return;
    if (trial->request->n_gres && !gresplace_offer(trial, node))
        return;
    cores_free(trial, node, count.cores);
    offer->cpus = count_cpus(&count, offer);
    if (offer->cpus < least_cpus(trial)) {
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
}
