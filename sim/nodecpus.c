/* CPUs a node can give a job. */
#include "sim/nodecpus.h"

#include "sim/cores.h"
#include "sim/version.h"

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

/* keep_cores where tasks may end anywhere: the first cores, whole ones. */
static uint32_t keep_first(Count *self, uint32_t cpus)
{
    uint32_t per_socket = self->node->cores_per_socket;

    for (uint32_t s = 0; s < self->n_sockets; s++) {
        for (uint32_t c = s * per_socket; self->free_cores[s] == 0 && c < (s + 1) * per_socket; c++)
            core_drop(self->cores, c);
    }
    cores_keep(self->cores, self->trial->world->core_words,
               (cpus + self->threads - 1) / self->threads);
    return MIN(cpus, self->n_free * self->threads);
}

/* The usable cores: in order, as many as the CPUs need, so many of each socket as
 * --ntasks-per-socket lets; the others are dropped. Returns: CPUs they come to. */
static uint32_t keep_cores(Count *self, uint32_t cpus)
{
    const Trial *trial = self->trial;
    uint32_t per_socket = self->node->cores_per_socket, kept = 0, sum = 0;
    uint32_t each = trial->sizes.cpus_per_task, left_of_task = each;
    uint32_t most = trial->request->ntasks_per_socket * each;

    if (!most && (trial->ntasks_per_core != 1 || each <= self->threads))
        return keep_first(self, cpus);
    most = most ? most : per_socket * self->threads;
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

/* CPUs of whole tasks; 0 when they are too few for the node to count. */
static uint32_t fit_tasks(const Count *self, uint32_t cpus, uint32_t tasks)
{
    const Trial *trial = self->trial;
    const JobRequest *request = trial->request;

    cpus = cpus_for_tasks(self, cpus, &tasks);
    if (trial->sizes.pn_min_cpus > request->pn_min_cpus)
        cpus = MAX(trial->sizes.pn_min_cpus, cpus);
    if (tasks == 0 || cpus < trial->sizes.pn_min_cpus ||
        (!request->overcommit && tasks < request->ntasks_per_node))
        return 0;
    return cpus;
}

static uint32_t count_cpus(Count *self, uint32_t *free_cpus)
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
    *free_cpus = self->n_free * threads;
    if (!limit_node(self) || !enough_sockets(self) ||
        self->n_free * self->threads < trial->sizes.pn_min_cpus)
        return 0;
    tasks = count_tasks(self, &cpus);
    cpus = fit_tasks(self, cpus, tasks);
    return cpus ? MIN(keep_cores(self, cpus), self->most) : 0;
}

/* Free cores of a node where only their number matters; false when they must be looked at. */
static bool count_free(const Trial *trial, uint32_t node, uint32_t *out)
{
    const Node *have = &trial->cluster->nodes[node];

    if (!trial->counts_do || trial->busy == BUSY_SOME ||
        (trial->busy == BUSY_EVERYBODY && !trial_is_real(trial, node)))
        return false;
    *out = have->cores - MIN(have->cores, have->spec_cores);
    if (trial->busy == BUSY_EVERYBODY)
        *out -= MIN(*out, trial->world->nodes[node].busy_cores);
    return true;
}

/* nodecpus where numbers do: the node is like one large socket. */
static uint32_t count_plain(const Trial *trial, uint32_t node, uint32_t n_free, uint32_t *free_cpus)
{
    const Node *have = &trial->cluster->nodes[node];
    const JobRequest *request = trial->request;
    Count count = {.trial = trial,
                   .node = have,
                   .free_cores = {n_free},
                   .n_free = n_free,
                   .n_sockets = 1,
                   .threads = trial_usable_threads(trial, have)};
    uint32_t cpus, tasks;

    *free_cpus = n_free * trial_threads(have);
    if (n_free == 0 || request->threads_per_core > trial_threads(have) ||
        (trial->whole && n_free + have->spec_cores < have->cores) ||
        n_free * count.threads < trial->sizes.pn_min_cpus)
        return 0;
    tasks = count_tasks(&count, &cpus);
    return fit_tasks(&count, cpus, tasks);
}

uint32_t nodecpus_cores(const Trial *trial, uint32_t node, uint32_t *free_cpus)
{
    const Node *have = &trial->cluster->nodes[node];
    Count count = {.trial = trial,
                   .node = have,
                   .cores = trial_base(trial, node),
                   .n_sockets = MIN(have->sockets, MOST_SOCKETS),
                   .threads = trial_usable_threads(trial, have)};

    *free_cpus = 0;
    cores_free(trial, node, count.cores);
    return count_cpus(&count, free_cpus);
}

uint32_t nodecpus(const Trial *trial, uint32_t node, uint32_t *free_cpus)
{
    uint32_t n_free;

    if (count_free(trial, node, &n_free))
        return count_plain(trial, node, n_free, free_cpus);
    return nodecpus_cores(trial, node, free_cpus);
}
