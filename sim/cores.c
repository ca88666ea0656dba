/* Core bitmaps: which cores of a node are free for a job, and whose they are. */
#include "sim/cores.h"

#include "sim/state.h"
#include <string.h>

uint32_t cores_count(const uint64_t *cores, uint32_t from, uint32_t to)
{
    uint32_t count = 0;

    for (uint32_t c = from; c < to;) {
        uint32_t width = MIN(64 - (c & 63), to - c);
        uint64_t bits = cores[c >> 6] >> (c & 63);

        if (width < 64)
            bits &= (UINT64_C(1) << width) - 1;
        count += (uint32_t)__builtin_popcountll(bits);
        c += width;
    }
    return count;
}

uint32_t cores_last(const uint64_t *cores, uint32_t from, uint32_t to)
{
    for (uint32_t end = to; end > from; end = (end - 1) & ~63U) {
        const uint32_t word = (end - 1) >> 6;
        uint64_t bits = cores[word] & (UINT64_MAX >> (63 - ((end - 1) & 63)));

        if (word == from >> 6)
            bits &= UINT64_MAX << (from & 63);
        if (bits)
            return word * 64 + 63 - (uint32_t)__builtin_clzll(bits);
    }
    return to;
}

void cores_keep(uint64_t *cores, uint32_t words, uint32_t most)
{
    for (uint32_t w = 0; w < words; w++) {
        const uint32_t here = (uint32_t)__builtin_popcountll(cores[w]);

        for (uint32_t drop = here > most ? here - most : 0; drop > 0; drop--)
            cores[w] &= ~(UINT64_C(1) << (63 - __builtin_clzll(cores[w])));
        most -= MIN(most, here);
    }
}

/* Specialised cores are the last of each socket, the last socket first. */
static void drop_special(const Node *node, uint64_t *out)
{
    uint32_t left = MIN(node->spec_cores, node->cores);

    for (uint32_t c = node->cores_per_socket; c-- > 0 && left > 0;) {
        for (uint32_t s = node->sockets; s-- > 0 && left > 0; left--)
            core_drop(out, s * node->cores_per_socket + c);
    }
}

void cores_all(const Node *node, uint64_t *out, uint32_t words)
{
    for (uint32_t w = 0; w < words; w++) {
        uint32_t first = w * 64;

        if (node->cores >= first + 64)
            out[w] = UINT64_MAX;
        else
            out[w] = node->cores > first ? (UINT64_C(1) << (node->cores - first)) - 1 : 0;
    }
    if (node->spec_cores)
        drop_special(node, out);
}

bool cores_present(const Trial *trial, const SimJob *job)
{
    return trial->view->mark == 0 || job->gone != trial->view->mark;
}

bool cores_awake(const Trial *trial, const SimJob *job)
{
    return trial->view->mark == 0 ||
           (job->gone != trial->view->mark && job->asleep != trial->view->mark);
}

const Allocation *cores_holding(const Trial *trial, const Occupant *occupant)
{
    if (trial->test_only || !cores_present(trial, occupant->job))
        return NULL;
    return occupant->job->alloc;
}

/* Do this job's cores count as busy now? */
static bool is_busy(const Trial *trial, const SimJob *job)
{
    if (!cores_awake(trial, job) || job->alloc->cores_released)
        return false;
    if (trial->busy == BUSY_EVERYBODY)
        return true;
    return trial->scratch->busy_partitions[job->partition];
}

void cores_free(const Trial *trial, uint32_t node, uint64_t *out)
{
    const World *world = trial->world;
    const NodeUse *use = &world->nodes[node];
    uint32_t words = world->core_words;

    cores_all(&trial->cluster->nodes[node], out, words);
    if (trial->busy == BUSY_NOBODY)
        return;
    if (trial->busy == BUSY_EVERYBODY && trial_is_real(trial, node)) {
        for (uint32_t w = 0; w < words; w++)
            out[w] &= ~world->cores[(size_t)node * words + w];
        return;
    }
    for (uint16_t i = 0; i < use->n_jobs; i++) {
        const Allocation *alloc = use->jobs[i].job->alloc;

        if (!is_busy(trial, use->jobs[i].job))
            continue;
        for (uint32_t w = 0; w < words; w++)
            out[w] &= ~alloc->cores[(size_t)use->jobs[i].share * words + w];
    }
    if (trial->row >= 0 && trial->rows) {
        for (uint32_t w = 0; w < words; w++)
            out[w] &= ~trial->rows->rows[trial->row].cores[(size_t)node * words + w];
    }
}

void cores_of_partition(const Trial *trial, uint32_t node, uint64_t *out)
{
    const NodeUse *use = &trial->world->nodes[node];
    uint32_t words = trial->world->core_words;

    memset(out, 0, words * sizeof *out);
    if (trial->test_only)
        return;
    for (uint16_t i = 0; i < use->n_jobs; i++) {
        const SimJob *job = use->jobs[i].job;

        if (job->partition != trial->query->partition || !cores_awake(trial, job))
            continue;
        for (uint32_t w = 0; w < words; w++)
            out[w] |= job->alloc->cores[(size_t)use->jobs[i].share * words + w];
    }
}

uint64_t cores_memory(const Trial *trial, uint32_t node)
{
    const NodeUse *use = &trial->world->nodes[node];
    uint64_t memory = 0;

    if (trial->test_only)
        return 0;
    if (trial_is_real(trial, node))
        return use->memory;
    for (uint16_t i = 0; i < use->n_jobs; i++) {
        if (cores_present(trial, use->jobs[i].job))
            memory += use->jobs[i].job->alloc->shares[use->jobs[i].share].memory;
    }
    return memory;
}
