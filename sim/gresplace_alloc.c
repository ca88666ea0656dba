/* Which devices a job gets on the nodes chosen for it. */
#include "sim/cores.h"
#include "sim/gresplace.h"
#include <string.h>

/* One share of the allocation being filled. */
typedef struct {
    const Trial *trial;
    Allocation *alloc;
    uint32_t share;
    const Node *node;
    uint64_t near; /* sockets the job has cores on */
} Filling;

static uint64_t *devices_of(const Filling *self, uint32_t entry)
{
    return &self->alloc->devices[(size_t)self->share * self->trial->world->gres_entries + entry];
}

static uint32_t *count_of(const Filling *self, uint32_t entry)
{
    return &self->alloc->gres[(size_t)self->share * self->trial->world->gres_entries + entry];
}

static void find_sockets(Filling *self)
{
    const uint64_t *cores =
        &self->alloc->cores[(size_t)self->share * self->trial->world->core_words];

    for (uint32_t s = 0; s < self->node->sockets && s < MOST_SOCKETS; s++) {
        uint32_t first = s * self->node->cores_per_socket;

        if (cores_count(cores, first, first + self->node->cores_per_socket))
            self->near |= UINT64_C(1) << s;
    }
}

/* What others hold of an entry, of those present. */
static void held_of(const Filling *self, uint32_t entry, uint64_t *devices, uint64_t *count)
{
    const World *world = self->trial->world;
    const NodeUse *use = &world->nodes[self->alloc->shares[self->share].node];

    *devices = *devices_of(self, entry);
    *count = *count_of(self, entry);
    for (uint16_t i = 0; i < use->n_jobs; i++) {
        const Allocation *other = cores_holding(self->trial, &use->jobs[i]);
        size_t at = (size_t)use->jobs[i].share * world->gres_entries + entry;

        if (!other)
            continue;
        *devices |= other->devices[at];
        *count += other->gres[at];
    }
}

/* Up to @wanted devices of an entry; @near_only leaves those next to other sockets. */
static uint64_t fill_entry(Filling *self, uint32_t entry, uint64_t wanted, bool near_only)
{
    const NodeGres *gres = &self->node->gres[entry];
    uint64_t held, n_held, taken = 0;

    held_of(self, entry, &held, &n_held);
    if (n_held >= gres->count)
        return 0;
    wanted = MIN(wanted, gres->count - n_held);
    if (gres->count > 64) {
        *count_of(self, entry) += (uint32_t)wanted;
        return wanted;
    }
    for (uint32_t d = 0; d < gres->count && taken < wanted; d++) {
        uint64_t sockets = gres->sockets ? gres->sockets[d] : 0;

        if (held >> d & 1 || (near_only && sockets && !(sockets & self->near)))
            continue;
        *devices_of(self, entry) |= UINT64_C(1) << d;
        (*count_of(self, entry))++;
        taken++;
    }
    return taken;
}

static void fill_request(Filling *self, const GresRequest *request, uint64_t wanted)
{
    for (int near_only = 1; near_only >= 0; near_only--) {
        for (uint32_t e = 0; e < self->node->n_gres && wanted; e++) {
            const NodeGres *gres = &self->node->gres[e];

            if (gres->name == request->name && !gres->no_consume &&
                (request->type == GRES_ANY_TYPE || request->type == gres->type))
                wanted -= fill_entry(self, e, wanted, near_only);
        }
    }
}

/* A job that takes its nodes whole takes all of their gres. */
static void fill_whole(Filling *self)
{
    for (uint32_t e = 0; e < self->node->n_gres; e++) {
        if (!self->node->gres[e].no_consume)
            fill_entry(self, e, self->node->gres[e].count, false);
    }
}

/* How many of a gres this share gets; @left: of what is asked per job. */
static uint64_t wanted_here(const Filling *self, uint32_t g, uint32_t tasks, uint64_t *left)
{
    const GresRequest *request = &self->trial->request->gres[g];
    uint32_t node = self->alloc->shares[self->share].node;
    uint64_t offer = trial_gres(self->trial, node)[g].count, wanted;
    uint64_t later = self->alloc->n_shares - self->share - 1;

    if (request->per_node)
        return request->per_node;
    if (request->per_task && tasks)
        return request->per_task * tasks;
    if (request->per_socket)
        return request->per_socket * MAX(self->trial->request->sockets_per_node, 1);
    wanted = MIN(offer, *left > later ? *left - later : 1);
    *left -= MIN(*left, wanted);
    return wanted;
}

void gresplace_allocate(const Trial *trial, Allocation *alloc, const uint32_t *tasks)
{
    uint32_t n = trial->request->n_gres;
    g_autofree uint64_t *left = g_new0(uint64_t, n + 1);

    for (uint32_t g = 0; g < n; g++)
        left[g] = trial->request->gres[g].per_job;
    for (uint32_t s = 0; s < alloc->n_shares; s++) {
        Filling self = {.trial = trial,
                        .alloc = alloc,
                        .share = s,
                        .node = &trial->cluster->nodes[alloc->shares[s].node]};

        find_sockets(&self);
        if (trial->whole) {
            fill_whole(&self);
            continue;
        }
        for (uint32_t g = 0; g < n; g++)
            fill_request(&self, &trial->request->gres[g],
                         wanted_here(&self, g, tasks[s], &left[g]));
    }
}

uint64_t gresplace_memory(const Trial *trial, const Allocation *alloc, uint32_t share)
{
    const Node *node = &trial->cluster->nodes[alloc->shares[share].node];
    uint64_t memory = 0;

    for (uint32_t e = 0; e < node->n_gres; e++) {
        if (strcmp(trial->cluster->gres_names[node->gres[e].name], "gpu") == 0)
            memory += alloc->gres[(size_t)share * trial->world->gres_entries + e] *
                      trial->sizes.mem_per_gpu;
    }
    return memory;
}
