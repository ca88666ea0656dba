/* How the gres of a node limit the tasks and CPUs a job gets there, and which of its cores are used
 * for the sake of being near them. Source: Slurm gres_filter.c gres_filter_sock_core. */
#include "sim/cores.h"
#include "sim/gresplace.h"

/* One node and one gres while it is looked at. */
typedef struct {
    const Trial *trial;
    const GresRequest *request;
    GresOffer *offer;
    const Node *node;
    uint64_t *cores;
    uint32_t per_socket_cores[MOST_SOCKETS];
    bool socket_needed[MOST_SOCKETS];
    uint32_t n_needed;
    uint32_t cores_left; /* of sockets looked at */
    uint32_t threads;
    uint32_t cpus_per_gres;
    uint64_t count, most;
    uint32_t *cpus;
} Filter;

/* Where tasks and GPUs divide evenly, CPUs are sought next to the GPUs first. */
static uint32_t guess_cpus_per_gres(const Trial *trial, const GresRequest *request)
{
    uint64_t gpus = request->per_job, tasks = trial->tasks;
    uint32_t each = trial->sizes.cpus_per_task;

    if (!tasks || !gpus)
        return 0;
    if (tasks >= gpus && tasks % gpus == 0)
        return (uint32_t)(tasks / gpus) * each;
    if (gpus % tasks == 0 && each % (gpus / tasks) == 0)
        return (uint32_t)(each / (gpus / tasks));
    return 0;
}

/* The most one node should give, so that every further node still gets one. */
static uint64_t most_here(const Filter *self, uint64_t got, uint32_t left_nodes)
{
    const GresRequest *request = self->request;
    uint64_t left = 0;

    if (request->per_job > got) {
        left = request->per_job - got;
        left -= MIN(left, left_nodes - 1);
    } else if (request->per_job) {
        left = request->per_node
                   ? request->per_node
                   : MAX(MAX(request->per_socket * MAX(self->trial->request->sockets_per_node, 1),
                             request->per_task),
                         1);
    }
    if (!self->offer->most)
        return 0;
    return left && left < self->offer->most ? left : self->offer->most;
}

static void drop_core(Filter *self, uint32_t socket)
{
    uint32_t first = socket * self->node->cores_per_socket;
    uint32_t end = first + self->node->cores_per_socket;
    uint32_t last = cores_last(self->cores, first, end);

    if (last == end)
        return;
    core_drop(self->cores, last);
    self->per_socket_cores[socket]--;
    self->cores_left--;
    *self->cpus = MIN(*self->cpus, self->cores_left * self->threads);
}

/* Sockets by free cores, most first; equal ones in order. */
static void order_sockets(const Filter *self, uint32_t *order, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        order[i] = i;
    for (uint32_t i = 1; i < n; i++) {
        for (uint32_t k = i;
             k > 0 && self->per_socket_cores[order[k - 1]] < self->per_socket_cores[order[k]];
             k--) {
            uint32_t socket = order[k];

            order[k] = order[k - 1];
            order[k - 1] = socket;
        }
    }
}

/* Gathers the gres of the sockets until there is enough, noting the sockets it came from. */
static void gather(Filter *self, uint32_t least_cores)
{
    uint32_t n = MIN(self->node->sockets, MOST_SOCKETS), order[MOST_SOCKETS];
    bool tight = self->trial->enforce_bind || self->trial->first_pass, enough = false;

    order_sockets(self, order, n);
    self->count = self->offer->any;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t s = order[i];
        uint64_t here = self->offer->by_socket[s];

        if (tight && self->cpus_per_gres)
            here = MIN(here, self->per_socket_cores[s] * self->threads / self->cpus_per_gres);
        if (self->request->per_socket > self->offer->any + here) {
            self->offer->count -= MIN(self->offer->count, self->offer->by_socket[s]);
            self->offer->by_socket[s] = 0;
        }
        if (MAX(self->request->per_socket, 1) > self->offer->any + here &&
            self->trial->first_pass) {
            while (self->per_socket_cores[s] && self->cores_left > least_cores)
                drop_core(self, s);
        }
        if (tight && self->per_socket_cores[s] == 0)
            continue;
        self->count += here;
        if ((!enough && here) || self->offer->any) {
            self->socket_needed[s] = true;
            self->n_needed++;
        }
        enough = enough || (self->most && self->count >= self->most) ||
                 (self->request->per_node && self->count >= self->request->per_node);
    }
}

static void limit_count(Filter *self)
{
    if (self->cpus_per_gres) {
        uint64_t by_cpus = *self->cpus / self->cpus_per_gres;

        self->most = self->most ? MIN(by_cpus, self->most) : by_cpus;
        self->count = MIN(self->count, self->most);
    }
    if (self->most)
        self->count = MIN(self->count, self->most);
    if (self->request->per_node)
        self->count = MIN(self->count, self->request->per_node);
}

static void limit_tasks(Filter *self, uint32_t min_tasks, uint32_t *max_tasks)
{
    const GresRequest *request = self->request;
    uint32_t per_task = self->trial->sizes.cpus_per_task;

    if (self->count == 0 || MAX(request->per_node, request->per_task) > self->count) {
        *max_tasks = 0;
        return;
    }
    if (self->cpus_per_gres) {
        uint32_t cpus = (uint32_t)(self->cpus_per_gres * self->count);

        *max_tasks = cpus < min_tasks * per_task ? min_tasks : MIN(*max_tasks, cpus / per_task);
    }
    if (request->per_task) {
        *max_tasks = (uint32_t)MIN(*max_tasks, self->count / request->per_task);
        if (!request->per_node)
            self->count = MIN(*max_tasks * request->per_task, self->count);
    }
    *max_tasks -= *max_tasks % MAX(min_tasks, 1);
}

/* Cores on sockets without needed gres go first. */
static void drop_far_cores(Filter *self)
{
    uint32_t n = MIN(self->node->sockets, MOST_SOCKETS);

    if (self->n_needed == n || !(self->trial->enforce_bind || self->trial->first_pass))
        return;
    for (uint32_t s = 0; s < n; s++) {
        while (!self->socket_needed[s] && self->per_socket_cores[s])
            drop_core(self, s);
    }
}

/* Of the cores that are not needed, those of the fullest needed socket go first. */
static void drop_spare_cores(Filter *self, uint32_t needed)
{
    uint32_t n = MIN(self->node->sockets, MOST_SOCKETS);

    for (uint32_t s = 0; s < n && !self->trial->first_pass && !self->trial->enforce_bind; s++) {
        while (!self->socket_needed[s] && self->per_socket_cores[s] && self->cores_left > needed)
            drop_core(self, s);
    }
    while (self->n_needed && self->cores_left > needed) {
        int fullest = -1;

        for (uint32_t s = 0; s < n; s++) {
            if (self->socket_needed[s] && self->per_socket_cores[s] &&
                (fullest < 0 || self->per_socket_cores[fullest] < self->per_socket_cores[s]))
                fullest = (int)s;
        }
        if (fullest < 0)
            return;
        drop_core(self, (uint32_t)fullest);
    }
}

/* Cores the tasks and the gres need; fewer tasks when there are too few. */
static uint32_t cores_needed(Filter *self, uint32_t min_tasks, uint32_t *max_tasks)
{
    uint32_t each = self->trial->sizes.cpus_per_task;
    uint32_t needed;

    if (self->trial->ntasks_per_core == 1)
        each = (each + self->threads - 1) / self->threads * self->threads;
    for (;;) {
        needed = (*max_tasks * each + self->threads - 1) / self->threads;
        if (needed <= self->cores_left || *max_tasks <= min_tasks || *max_tasks == 0)
            break;
        (*max_tasks)--;
        if (!self->request->per_node && self->request->per_task)
            self->count = MIN(self->count, *max_tasks * self->request->per_task);
    }
    if (self->cpus_per_gres) {
        uint64_t devices = self->count;

        if (self->request->per_node)
            devices = self->request->per_node;
        else if (self->request->per_task)
            devices = self->request->per_task * *max_tasks;
        devices *= self->cpus_per_gres;
        *max_tasks = (uint32_t)MIN(devices, *max_tasks);
        needed = MAX(needed, (uint32_t)((devices + self->threads - 1) / self->threads));
    }
    return self->trial->enforce_bind ? MAX(needed, self->n_needed) : needed;
}

static void filter_one(Filter *self, uint32_t min_tasks, uint32_t *max_tasks)
{
    uint32_t least =
        (MAX(min_tasks, 1) * self->trial->sizes.cpus_per_task + self->threads - 1) / self->threads;
    uint32_t needed;

    if (self->most && MAX(self->request->per_node, self->request->per_socket) > self->most) {
        *max_tasks = 0;
        return;
    }
    gather(self, least);
    limit_count(self);
    limit_tasks(self, min_tasks, max_tasks);
    if (*max_tasks == 0)
        return;
    drop_far_cores(self);
    needed = cores_needed(self, min_tasks, max_tasks);
    if (needed > self->cores_left) {
        *max_tasks = 0;
        return;
    }
    if (self->trial->consume != CONSUME_SOCKET)
        drop_spare_cores(self, needed);
    if (self->cpus_per_gres)
        self->offer->count = MIN(self->offer->count, *self->cpus / self->cpus_per_gres);
    self->offer->count = MIN(self->offer->count, self->count);
    if (MAX(self->request->per_node, self->request->per_task) > self->offer->count)
        *max_tasks = 0;
}

static void count_socket_cores(Filter *self)
{
    for (uint32_t s = 0; s < self->node->sockets && s < MOST_SOCKETS; s++) {
        uint32_t first = s * self->node->cores_per_socket;

        self->per_socket_cores[s] =
            cores_count(self->cores, first, first + self->node->cores_per_socket);
        self->cores_left += self->per_socket_cores[s];
    }
}

void gresplace_select(const Trial *trial, const uint64_t *got, uint32_t node, uint32_t left_nodes,
                      NodeBounds *bounds)
{
    const Node *have = &trial->cluster->nodes[node];
    uint32_t gpu_cpus = 0;
    bool explicit_cpus = false;

    for (uint32_t g = 0; g < trial->request->n_gres && bounds->max_tasks; g++) {
        Filter filter = {.trial = trial,
                         .request = &trial->request->gres[g],
                         .offer = &trial_gres(trial, node)[g],
                         .node = have,
                         .cores = trial_cores(trial, node),
                         .threads = trial_usable_threads(trial, have),
                         .cpus = &bounds->cpus};

        filter.offer->count = filter.offer->usable;
        count_socket_cores(&filter);
        filter.most = most_here(&filter, got[g], MAX(left_nodes, 1));
        if (gresplace_is_gpu(trial, filter.request))
            filter.cpus_per_gres = trial->sizes.cpus_per_gpu;
        explicit_cpus = explicit_cpus || filter.cpus_per_gres;
        if (!filter.cpus_per_gres && trial->first_pass)
            filter.cpus_per_gres = guess_cpus_per_gres(trial, filter.request);
        filter_one(&filter, bounds->min_tasks, &bounds->max_tasks);
        if (explicit_cpus || trial->enforce_bind)
            gpu_cpus = MAX(gpu_cpus, filter.cores_left * filter.threads);
    }
    if (!explicit_cpus &&
        (trial->sizes.cpus_per_task > 1 || !trial->cluster->config.one_task_per_core))
        bounds->cpus =
            (uint32_t)MIN(bounds->cpus, (uint64_t)bounds->max_tasks * trial->sizes.cpus_per_task);
    trial_offer(trial, node)->gres_min_cpus = bounds->max_tasks ? gpu_cpus : 0;
}
