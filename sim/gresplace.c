/* Generic resources while a job is placed. */
#include "sim/gresplace.h"

#include "sim/cores.h"
#include "sim/state.h"
#include <string.h>

bool gresplace_is_gpu(const Trial *trial, const GresRequest *request)
{
    return strcmp(trial->cluster->gres_names[request->name], "gpu") == 0;
}

static bool matches(const GresRequest *wanted, const NodeGres *have)
{
    return wanted->name == have->name &&
           (wanted->type == GRES_ANY_TYPE || wanted->type == have->type);
}

/* CPUs that go with each of this gres: only GPUs have such a thing. */
static uint32_t cpus_per_gres(const Trial *trial, const GresRequest *request)
{
    return gresplace_is_gpu(trial, request) ? trial->sizes.cpus_per_gpu : 0;
}

static uint64_t sockets_asked(const Trial *trial)
{
    return MAX(trial->request->sockets_per_node, 1);
}

static uint32_t least_cpus_on_node(const Trial *trial, const GresRequest *request)
{
    uint32_t each = cpus_per_gres(trial, request);

    if (request->per_node)
        return (uint32_t)(each * request->per_node);
    if (request->per_socket)
        return (uint32_t)(each * request->per_socket * sockets_asked(trial));
    if (request->per_task)
        return (uint32_t)(each * request->per_task * trial->request->ntasks_per_node);
    return each;
}

uint32_t gresplace_job_cpus(const Trial *trial, uint32_t nodes)
{
    uint64_t most = 0;

    for (uint32_t g = 0; g < trial->request->n_gres; g++) {
        const GresRequest *request = &trial->request->gres[g];
        uint64_t total = request->per_job;

        if (!total && request->per_node)
            total = request->per_node * nodes;
        else if (!total && request->per_socket)
            total = request->per_socket * nodes * sockets_asked(trial);
        else if (!total)
            total = request->per_task * trial->request->num_tasks;
        most = MAX(most, total * cpus_per_gres(trial, request));
    }
    return (uint32_t)most;
}

void gresplace_prepare(Trial *trial)
{
    PlaceScratch *scratch = trial->scratch;
    size_t length = (size_t)trial->cluster->n_nodes * trial->request->n_gres;

    if (length > scratch->gres_length) {
        scratch->gres = g_renew(GresOffer, scratch->gres, length);
        scratch->gres_length = length;
    }
    for (uint32_t g = 0; g < trial->request->n_gres; g++) {
        const GresRequest *request = &trial->request->gres[g];

        trial->gres_per_job = trial->gres_per_job || request->per_job > 0;
        trial->min_gres_cpus = MAX(trial->min_gres_cpus, least_cpus_on_node(trial, request));
    }
    trial->min_job_gres_cpus = gresplace_job_cpus(trial, trial->request->min_nodes);
}

/* Devices of an entry that are not held by anyone present. */
static void held_devices(const Trial *trial, uint32_t node, uint32_t e, uint64_t *devices,
                         uint64_t *count)
{
    const World *world = trial->world;
    const NodeUse *use = &world->nodes[node];
    size_t at = (size_t)node * world->gres_entries + e;

    *devices = *count = 0;
    if (trial->test_only || trial->cluster->nodes[node].gres[e].no_consume)
        return;
    if (trial_is_real(trial, node)) {
        *devices = world->devices[at];
        *count = world->gres[at];
        return;
    }
    for (uint16_t i = 0; i < use->n_jobs; i++) {
        const Allocation *alloc = use->jobs[i].job->alloc;
        size_t share = (size_t)use->jobs[i].share * world->gres_entries + e;

        if (!cores_present(trial, use->jobs[i].job))
            continue;
        *devices |= alloc->devices[share];
        *count += alloc->gres[share];
    }
}

/* The one socket a device is near, or -1: near several or unknown. */
static int socket_of(const NodeGres *gres, uint32_t device)
{
    uint64_t near = gres->sockets ? gres->sockets[device] : 0;

    return near && (near & (near - 1)) == 0 ? __builtin_ctzll(near) : -1;
}

static void count_entry(const Trial *trial, uint32_t node, uint32_t e, GresOffer *offer)
{
    const NodeGres *gres = &trial->cluster->nodes[node].gres[e];
    uint64_t devices, held;

    held_devices(trial, node, e, &devices, &held);
    if (held >= gres->count)
        return;
    offer->count += gres->count - held;
    if (!gres->sockets || gres->count > 64) {
        offer->any += gres->count - held;
        return;
    }
    for (uint32_t d = 0; d < gres->count; d++) {
        int socket = socket_of(gres, d);

        if (devices >> d & 1)
            continue;
        if (socket < 0 || socket >= MOST_SOCKETS)
            offer->any++;
        else
            offer->by_socket[socket]++;
    }
}

static uint64_t least_on_node(const Trial *trial, const GresRequest *request,
                              const GresOffer *offer)
{
    uint64_t least = 1;

    if (trial->whole)
        least = offer->count;
    else if (request->per_node)
        least = request->per_node;
    if (request->per_socket)
        least = MAX(least, request->per_socket * sockets_asked(trial));
    if (request->per_task)
        least = MAX(least, request->per_task * MAX(trial->request->ntasks_per_node, 1));
    return least;
}

bool gresplace_offer(const Trial *trial, uint32_t node)
{
    const Node *have = &trial->cluster->nodes[node];

    for (uint32_t g = 0; g < trial->request->n_gres; g++) {
        const GresRequest *request = &trial->request->gres[g];
        GresOffer *offer = &trial_gres(trial, node)[g];

        memset(offer, 0, sizeof *offer);
        for (uint32_t e = 0; e < have->n_gres; e++) {
            if (matches(request, &have->gres[e]))
                count_entry(trial, node, e, offer);
        }
        if (offer->count == 0 || offer->count < MAX(request->per_node, request->per_task))
            return false;
    }
    return true;
}

/* Devices whose socket has no free core: useless under enforce-binding, far otherwise. */
static uint64_t far_devices(const Trial *trial, uint32_t node, const uint64_t *cores,
                            GresOffer *offer)
{
    const Node *have = &trial->cluster->nodes[node];
    uint64_t far = 0;

    for (uint32_t s = 0; s < have->sockets && s < MOST_SOCKETS; s++) {
        uint32_t first = s * have->cores_per_socket;

        if (!offer->by_socket[s] || cores_count(cores, first, first + have->cores_per_socket))
            continue;
        far += offer->by_socket[s];
        if (trial->enforce_bind) {
            offer->count -= offer->by_socket[s];
            offer->by_socket[s] = 0;
        }
    }
    return trial->enforce_bind ? 0 : far;
}

static void bound(uint64_t *most, uint64_t value)
{
    if (value && (*most == 0 || *most > value))
        *most = value;
}

/* CPUs and memory that go with each device limit how many can be given. */
static bool limit_by_company(const Trial *trial, const GresRequest *request, uint64_t memory,
                             uint32_t cpus, GresOffer *offer)
{
    uint32_t each = cpus_per_gres(trial, request);
    uint64_t mem = gresplace_is_gpu(trial, request) ? trial->sizes.mem_per_gpu : 0;

    if (each) {
        uint64_t most = cpus / each;

        if (most == 0 || MAX(MAX(request->per_node, request->per_task), request->per_socket) > most)
            return false;
    }
    if (mem && memory != UINT64_MAX) {
        if (mem > memory)
            return false;
        offer->most = memory / mem;
        offer->count = MIN(offer->count, memory / mem);
    }
    return true;
}

bool gresplace_limit(const Trial *trial, uint32_t node, uint64_t memory, uint32_t *near)
{
    const Node *have = &trial->cluster->nodes[node];
    const uint64_t *cores = trial_base(trial, node);
    uint32_t cpus = cores_count(cores, 0, have->cores) * trial_threads(have);

    *near = 0;
    trial_offer(trial, node)->gpus = 0;
    for (uint32_t g = 0; g < trial->request->n_gres; g++) {
        const GresRequest *request = &trial->request->gres[g];
        GresOffer *offer = &trial_gres(trial, node)[g];
        uint64_t least = least_on_node(trial, request, offer);
        const uint32_t per_gres = cpus_per_gres(trial, request);
        uint64_t close;

        if (!limit_by_company(trial, request, memory, trial_offer(trial, node)->cpus, offer))
            return false;
        close = offer->count - MIN(offer->count, far_devices(trial, node, cores, offer));
        if (!trial->whole)
            bound(&offer->most, request->per_node ? request->per_node : request->per_job);
        if (per_gres > 0)
            bound(&offer->most, cpus / per_gres);
        if (offer->count < least || (offer->most && offer->most < least))
            return false;
        offer->usable = offer->count;
        if (!gresplace_is_gpu(trial, request))
            continue;
        trial_offer(trial, node)->gpus += (uint32_t)offer->count;
        *near += (uint32_t)(offer->most ? MIN(close, offer->most) : close);
    }
    *near = MIN(*near, 0xff);
    return true;
}

bool gresplace_found(const Trial *trial, const uint64_t *got)
{
    for (uint32_t g = 0; g < trial->request->n_gres; g++) {
        if (trial->request->gres[g].per_job > got[g])
            return false;
    }
    return true;
}

bool gresplace_suffices(const Trial *trial, const uint64_t *got, const uint64_t *more)
{
    for (uint32_t g = 0; g < trial->request->n_gres; g++) {
        if (trial->request->gres[g].per_job > got[g] + more[g])
            return false;
    }
    return true;
}

void gresplace_take(const Trial *trial, uint64_t *got, uint32_t node, uint32_t *cpus)
{
    uint32_t needed = 0;

    if (*cpus == 0)
        return;
    for (uint32_t g = 0; g < trial->request->n_gres; g++) {
        const GresRequest *request = &trial->request->gres[g];
        GresOffer *offer = &trial_gres(trial, node)[g];
        uint32_t each = cpus_per_gres(trial, request);
        uint64_t limit = offer->count, least = MAX(request->per_node, 1);

        if (!request->per_job)
            continue;
        if (each) {
            limit = MIN(*cpus / each, limit);
            needed = MAX(needed, (uint32_t)(limit * each));
        }
        if (request->per_task)
            least = limit;
        if (request->per_job > got[g])
            limit = MIN(request->per_job - got[g], limit);
        limit = MAX(limit, least);
        offer->count = limit;
        got[g] += limit;
    }
    if (needed && needed < *cpus)
        *cpus = needed;
}

uint32_t gresplace_task_limit(const Trial *trial, uint32_t node)
{
    uint32_t limit = UINT32_MAX;

    for (uint32_t g = 0; g < trial->request->n_gres; g++) {
        const GresRequest *request = &trial->request->gres[g];

        if (request->per_task)
            limit = MIN(limit, (uint32_t)(trial_gres(trial, node)[g].count / request->per_task));
    }
    return limit;
}
