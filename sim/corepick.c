/* Which cores of a node a job gets. */
#include "sim/corepick.h"

#include "sim/cores.h"
#include "sim/nodecpus.h"
#include "sim/state.h"
#include <string.h>

/* One node while its cores are chosen. */
typedef struct {
    const Trial *trial;
    const Node *node;
    const uint64_t *usable;
    uint64_t *out;
    uint32_t cpus; /* still to be placed */
    uint32_t threads;
    uint32_t task_left; /* CPUs of the task begun */
    uint32_t next[MOST_SOCKETS];
    bool used[MOST_SOCKETS];
    uint32_t n_sockets;
} Picker;

static uint32_t usable_in(const Picker *self, uint32_t socket)
{
    uint32_t first = socket * self->node->cores_per_socket;

    return cores_count(self->usable, first, first + self->node->cores_per_socket);
}

/* CPUs one core counts for. */
static uint32_t core_worth(Picker *self)
{
    uint32_t each = self->trial->sizes.cpus_per_task, worth = self->threads;

    if (self->trial->ntasks_per_core != 1 || each <= self->threads)
        return worth;
    worth = MIN(self->task_left, self->threads);
    self->task_left = self->task_left <= worth ? each : self->task_left - worth;
    return worth;
}

/* The next usable core of a socket; false when it has no more. */
static bool pick_next(Picker *self, uint32_t socket)
{
    uint32_t first = socket * self->node->cores_per_socket;

    for (; self->next[socket] < self->node->cores_per_socket; self->next[socket]++) {
        uint32_t core = first + self->next[socket];

        if (!core_has(self->usable, core))
            continue;
        core_add(self->out, core);
        self->used[socket] = true;
        self->next[socket]++;
        self->cpus -= MIN(self->cpus, core_worth(self));
        return true;
    }
    return false;
}

/* Tasks of several CPUs: each on one socket, where that goes. */
static void pack_tasks(Picker *self)
{
    uint32_t each = self->trial->sizes.cpus_per_task;

    for (uint32_t s = 0; s < self->n_sockets && self->cpus; s++) {
        uint32_t room = usable_in(self, s) * self->threads;

        room -= room % each;
        while (room && self->cpus && pick_next(self, s))
            room -= MIN(room, self->threads);
    }
}

/* --ntasks-per-socket: sockets that are not needed for the tasks stay out. */
static void avoid_sockets(const Picker *self, bool *avoid)
{
    uint32_t most = self->trial->request->ntasks_per_socket * self->trial->sizes.cpus_per_task;
    uint32_t room[MOST_SOCKETS], total = 0;

    for (uint32_t s = 0; s < self->n_sockets; s++) {
        room[s] = usable_in(self, s) * self->threads;
        total += room[s];
    }
    for (uint32_t s = 0; s < self->n_sockets && total > self->cpus; s++) {
        if (room[s] > most) {
            total -= room[s] - most;
            room[s] = most;
        }
    }
    for (uint32_t s = 0; s < self->n_sockets && total > self->cpus; s++) {
        if (room[s] <= most && total - room[s] >= self->cpus) {
            avoid[s] = true;
            total -= room[s];
        }
    }
}

/* A core of every socket in turn: the default. */
static void pick_cyclic(Picker *self)
{
    bool avoid[MOST_SOCKETS] = {false}, progress = true;

    if (self->trial->request->ntasks_per_socket)
        avoid_sockets(self, avoid);
    else if (self->trial->sizes.cpus_per_task > 1)
        pack_tasks(self);
    while (self->cpus && progress) {
        progress = false;
        for (uint32_t s = 0; s < self->n_sockets && self->cpus; s++) {
            if (!avoid[s] && pick_next(self, s))
                progress = true;
        }
    }
}

/* The socket that fits best, filled before the next: --distribution=*:block and CR_CPU. */
static void pick_block(Picker *self)
{
    uint32_t needed = (self->cpus + self->threads - 1) / self->threads;
    uint32_t left[MOST_SOCKETS];

    for (uint32_t s = 0; s < self->n_sockets; s++)
        left[s] = usable_in(self, s);
    while (self->cpus) {
        uint32_t best = 0, size = 0;

        for (uint32_t s = 0; s < self->n_sockets; s++) {
            bool fits = left[s] >= needed, best_fits = size >= needed;

            if (left[s] && (size == 0 || (fits && (!best_fits || left[s] < size)) ||
                            (!fits && !best_fits && left[s] > size))) {
                best = s;
                size = left[s];
            }
        }
        if (size == 0)
            return;
        while (self->cpus && pick_next(self, best))
            ;
        left[best] = 0;
    }
}

static bool wants_block(const Trial *trial)
{
    const char *asked = trial->query->job->spec->distribution;

    if (trial->consume == CONSUME_CPU)
        return true;
    if (asked && strchr(asked, ':'))
        return strstr(asked, ":block") != NULL;
    return trial->cluster->config.core_default_dist_block;
}

/* Under CR_Socket whole sockets are taken. */
static void complete_sockets(Picker *self)
{
    for (uint32_t s = 0; s < self->n_sockets; s++) {
        for (uint32_t c = 0; self->used[s] && c < self->node->cores_per_socket; c++)
            core_add(self->out, s * self->node->cores_per_socket + c);
    }
}

uint32_t corepick(const Trial *trial, uint32_t node, uint32_t cpus, uint64_t *out)
{
    Picker picker = {.trial = trial,
                     .node = &trial->cluster->nodes[node],
                     .usable = trial_cores(trial, node),
                     .out = out,
                     .cpus = cpus,
                     .task_left = trial->sizes.cpus_per_task};
    uint32_t free_cpus;

    if (trial->counts_do) { /* now it matters which they are */
        nodecpus_cores(trial, node, &free_cpus);
        picker.usable = trial_base(trial, node);
    }
    picker.threads = trial_usable_threads(trial, picker.node);
    picker.n_sockets = MIN(picker.node->sockets, MOST_SOCKETS);
    if (wants_block(trial))
        pick_block(&picker);
    else
        pick_cyclic(&picker);
    if (trial->consume == CONSUME_SOCKET)
        complete_sockets(&picker);
    if (trial->consume == CONSUME_CPU)
        return cpus;
    return cores_count(out, 0, picker.node->cores) * trial_threads(picker.node);
}
