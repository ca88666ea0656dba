/* From chosen nodes to an allocation. */
#include "sim/distribute.h"

#include "sim/corepick.h"
#include "sim/cores.h"
#include "sim/eval.h"
#include "sim/gresplace.h"
#include "sim/state.h"
#include "sim/version.h"
#include <string.h>

/* Work in progress, by share. */
typedef struct {
    const Trial *trial;
    Allocation *alloc;
    uint32_t *avail; /* CPUs the node offers */
    uint32_t *cpus;  /* CPUs the tasks take there */
    uint32_t *tasks;
    uint32_t *limit; /* tasks the node may run, for its gres */
    uint32_t n, given, wanted;
} Share;

static const Node *node_of(const Share *self, uint32_t s)
{
    return &self->trial->cluster->nodes[self->alloc->shares[s].node];
}

/* CPUs the whole job needs on these nodes. */
static uint32_t needed_cpus(const Share *self)
{
    const Trial *trial = self->trial;
    const JobRequest *request = trial->request;
    uint32_t need = self->n * MAX(request->ntasks_per_node, 1), offered = 0;

    need = MAX(need, trial->sizes.min_cpus);
    need = MAX(need, self->n * trial->sizes.pn_min_cpus);
    need = MAX(need, gresplace_job_cpus(trial, self->n));
    for (uint32_t s = 0; s < self->n; s++)
        offered += self->avail[s];
    if (request->overcommit && trial->tasks)
        need = MIN(offered, trial->tasks);
    return need;
}

/* Since 24.11 the tasks are those the user asked for; before, as many as the CPUs come to. */
static uint32_t needed_tasks(const Share *self)
{
    const Trial *trial = self->trial;
    const JobRequest *request = trial->request;
    uint32_t each = trial->sizes.cpus_per_task, tasks = needed_cpus(self);

    if (trial->cluster->version >= SLURM_24_11) {
        if (trial->tasks)
            return trial->tasks;
        if (request->ntasks_per_node)
            return request->ntasks_per_node * self->n;
        return MAX(tasks / each, 1);
    }
    if (!request->overcommit && each > 1)
        tasks = request->ntasks_per_node ? request->ntasks_per_node * self->n : tasks / each;
    return MAX(tasks, 1);
}

static void add_task(Share *self, uint32_t s)
{
    self->given++;
    self->tasks[s]++;
    self->cpus[s] = MIN(self->cpus[s] + self->trial->sizes.cpus_per_task, self->avail[s]);
}

static bool has_room(const Share *self, uint32_t s)
{
    uint32_t per_node = self->trial->request->ntasks_per_node;

    return self->avail[s] - self->cpus[s] >= self->trial->sizes.cpus_per_task &&
           self->tasks[s] < self->limit[s] && (!per_node || self->tasks[s] < per_node);
}

/* Threads of cores taken already are used first. */
static void fill_cores(Share *self)
{
    for (uint32_t s = 0; s < self->n; s++) {
        uint32_t spare = self->cpus[s] % trial_threads(node_of(self, s));

        for (uint32_t t = spare / self->trial->sizes.cpus_per_task;
             t > 0 && self->given < self->wanted && has_room(self, s); t--)
            add_task(self, s);
    }
}

/* Tasks for one node at one visit: a core's worth. */
static uint32_t tasks_a_visit(const Share *self, uint32_t s)
{
    return MAX(trial_threads(node_of(self, s)) / self->trial->sizes.cpus_per_task, 1);
}

/* Round after round over the nodes. Since 24.11 a job whose tasks find no room is not placed. */
static bool fill_rounds(Share *self)
{
    bool progress = true, limited = true;

    while (self->given < self->wanted && (progress || limited)) {
        if (!progress) { /* a soft limit of the gres: once more without it */
            limited = false;
            for (uint32_t s = 0; s < self->n; s++)
                self->limit[s] = UINT32_MAX;
        }
        progress = false;
        for (uint32_t s = 0; s < self->n && self->given < self->wanted; s++) {
            uint32_t visit = tasks_a_visit(self, s);

            for (; visit > 0 && self->given < self->wanted && has_room(self, s); visit--) {
                add_task(self, s);
                progress = true;
            }
        }
    }
    return self->given >= self->wanted;
}

/* Before 24.11 the tasks that found no room were crammed in, whatever CPUs were left for them. */
static void cram_rounds(Share *self)
{
    bool cram = true;

    for (uint32_t s = 0; s < self->n; s++)
        cram = cram && self->cpus[s] >= self->avail[s];
    while (self->given < self->wanted) {
        bool room = false;

        for (uint32_t s = 0; s < self->n && self->given < self->wanted; s++) {
            uint32_t visit = tasks_a_visit(self, s);

            for (; visit > 0 && self->given < self->wanted && (cram || has_room(self, s));
                 visit--) {
                add_task(self, s);
                room = room || self->avail[s] - self->cpus[s] >= self->trial->sizes.cpus_per_task;
            }
        }
        cram = cram || !room;
    }
}

static bool give_tasks(Share *self)
{
    const Trial *trial = self->trial;
    bool has_limit = trial->request->n_gres > 0, ok = true;

    self->wanted = needed_tasks(self);
    for (uint32_t s = 0; s < self->n; s++) {
        uint32_t node = self->alloc->shares[s].node;

        self->limit[s] = has_limit ? gresplace_task_limit(trial, node) : UINT32_MAX;
        if (has_limit && self->limit[s] == UINT32_MAX)
            self->limit[s] = MAX(trial_offer(trial, node)->gres_max_tasks, 1);
        if (self->given < self->wanted && self->avail[s])
            add_task(self, s);
    }
    fill_cores(self);
    if (!trial->request->overcommit && trial->cluster->version >= SLURM_24_11)
        ok = fill_rounds(self);
    else if (!trial->request->overcommit)
        cram_rounds(self);
    for (uint32_t s = 0; s < self->n; s++) {
        uint32_t least = trial_offer(trial, self->alloc->shares[s].node)->gres_min_cpus;

        if (self->cpus[s] < least)
            self->cpus[s] = MIN(self->avail[s], least);
    }
    return ok || trial->whole;
}

static uint64_t memory_here(const Trial *trial, const Allocation *alloc, uint32_t share)
{
    const Node *node = &trial->cluster->nodes[alloc->shares[share].node];
    const MemoryRule *rule = &trial->sizes.memory;
    uint32_t cpus = alloc->shares[share].cpus;

    if (!trial->consume_memory)
        return 0;
    if (trial->sizes.mem_per_gpu)
        return gresplace_memory(trial, alloc, share);
    if (rule->amount == 0)
        return node->memory - MIN(node->memory, node->spec_memory);
    if (!rule->per_cpu)
        return rule->amount;
    if (trial->request->threads_per_core && trial->request->threads_per_core < trial_threads(node))
        cpus = cpus / trial_threads(node) * trial->request->threads_per_core;
    return rule->amount * cpus;
}

static bool give_memory(const Trial *trial, Allocation *alloc)
{
    for (uint32_t s = 0; s < alloc->n_shares; s++) {
        NodeShare *share = &alloc->shares[s];
        const Node *node = &trial->cluster->nodes[share->node];

        share->memory = memory_here(trial, alloc, s);
        if (share->memory + cores_memory(trial, share->node) + node->spec_memory > node->memory &&
            trial->consume_memory)
            return false;
    }
    return true;
}

static void give_whole(const Trial *trial, Allocation *alloc, uint32_t s)
{
    const Node *node = &trial->cluster->nodes[alloc->shares[s].node];
    uint64_t *cores = &alloc->cores[(size_t)s * trial->world->core_words];

    cores_all(node, cores, trial->world->core_words);
    alloc->shares[s].cpus = node->cpus - MIN(node->cpus, node->spec_cores * trial_threads(node));
}

static void give_cores(Share *self)
{
    const Trial *trial = self->trial;

    for (uint32_t s = 0; s < self->n; s++) {
        NodeShare *share = &self->alloc->shares[s];

        if (trial->whole)
            give_whole(trial, self->alloc, s);
        else
            share->cpus = corepick(trial, share->node, self->cpus[s],
                                   &self->alloc->cores[(size_t)s * trial->world->core_words]);
        self->alloc->total_cpus += share->cpus;
    }
}

static Allocation *new_allocation(const Trial *trial, const NodeSet *nodes)
{
    Allocation *self = g_new0(Allocation, 1);
    uint32_t n = nodeset_count(nodes), s = 0;

    self->nodes = nodeset_copy(nodes);
    self->n_shares = n;
    self->shares = g_new0(NodeShare, n);
    self->cores = g_new0(uint64_t, (size_t)n * trial->world->core_words);
    self->devices = g_new0(uint64_t, (size_t)n * trial->world->gres_entries);
    self->gres = g_new0(uint32_t, (size_t)n * trial->world->gres_entries);
    self->hold = trial->hold;
    self->whole = trial->whole;
    if (trial->cluster->config.topology == TOPOLOGY_TREE)
        self->n_leaves = eval_leaves(trial->cluster, nodes);
    for (uint32_t i = nodeset_next(nodes, 0); i != NODE_NONE; i = nodeset_next(nodes, i + 1))
        self->shares[s++].node = i;
    return self;
}

Allocation *distribute(const Trial *trial, const NodeSet *nodes)
{
    g_autoptr(Allocation) alloc = new_allocation(trial, nodes);
    g_autofree uint32_t *buffer = g_new0(uint32_t, (size_t)alloc->n_shares * 4 + 1);
    Share share = {.trial = trial,
                   .alloc = alloc,
                   .avail = buffer,
                   .cpus = buffer + alloc->n_shares,
                   .tasks = buffer + (size_t)alloc->n_shares * 2,
                   .limit = buffer + (size_t)alloc->n_shares * 3,
                   .n = alloc->n_shares};

    for (uint32_t s = 0; s < share.n; s++)
        share.avail[s] = trial_offer(trial, alloc->shares[s].node)->cpus;
    if (!give_tasks(&share))
        return NULL;
    give_cores(&share);
    gresplace_allocate(trial, alloc, share.tasks);
    if (!give_memory(trial, alloc))
        return NULL;
    return g_steal_pointer(&alloc);
}
