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

const Allocation *cores_holding(const Trial *trial, const Occupant *occupant)
{
    if (trial->test_only || !cores_present(trial, occupant->job))
        return NULL;
    return occupant->job->alloc;
}

static bool is_preemptee(const Trial *trial, const SimJob *job)
{
    const GPtrArray *preemptees = trial->query->preemptees;

    for (guint i = 0; i < preemptees->len; i++) {
        if (g_ptr_array_index(preemptees, i) == job)
            return true;
    }
    return false;
}

/* Do this job's cores count as busy now? */
static bool is_busy(const Trial *trial, const SimJob *job)
{
    if (!cores_present(trial, job) || job->alloc->cores_released)
        return false;
    if (trial->busy == BUSY_EVERYBODY)
        return true;
    if (trial->scratch->busy_partitions[job->partition])
        return true;
    if (trial->extra)
        return job->partition == trial->query->partition;
    return trial->row >= 0 && trial->rows && job->partition == trial->query->partition &&
           GPOINTER_TO_INT(g_hash_table_lookup(trial->rows, job)) == trial->row + 1;
}

/* The extra row since 24.11: whatever a preemptee holds is free, even if others hold it as well. */
static void add_preemptees(const Trial *trial, uint32_t node, uint64_t *out)
{
    const NodeUse *use = &trial->world->nodes[node];
    uint32_t words = trial->world->core_words;

    for (uint16_t i = 0; i < use->n_jobs; i++) {
        const Allocation *alloc = use->jobs[i].job->alloc;

        if (!is_preemptee(trial, use->jobs[i].job))
            continue;
        for (uint32_t w = 0; w < words; w++)
            out[w] |= alloc->cores[(size_t)use->jobs[i].share * words + w];
    }
}

void cores_free(const Trial *trial, uint32_t node, uint64_t *out)
{
    const World *world = trial->world;
    const NodeUse *use = &world->nodes[node];
    uint32_t words = world->core_words;

    cores_all(&trial->cluster->nodes[node], out, words);
    if (trial->busy == BUSY_NOBODY)
        return;
    if (trial->busy == BUSY_EVERYBODY && trial->view->mark == 0) {
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
    if (trial->extra)
        add_preemptees(trial, node, out);
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

        if (job->partition != trial->query->partition || !cores_present(trial, job))
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
    if (trial->view->mark == 0)
        return use->memory;
    for (uint16_t i = 0; i < use->n_jobs; i++) {
        if (cores_present(trial, use->jobs[i].job))
            memory += use->jobs[i].job->alloc->shares[use->jobs[i].share].memory;
    }
    return memory;
}

/* ---- rows ---- */

/* By first node and core, then size, then id: Slurm's order of packing jobs into rows. */
static int compare_jobs(gconstpointer a, gconstpointer b, gpointer words)
{
    const SimJob *x = *(SimJob *const *)a, *y = *(SimJob *const *)b;
    const uint32_t *n_words = words;

    if (x->alloc->shares[0].node != y->alloc->shares[0].node)
        return x->alloc->shares[0].node < y->alloc->shares[0].node ? -1 : 1;
    for (uint32_t w = 0; w < *n_words; w++) {
        int bx = x->alloc->cores[w] ? __builtin_ctzll(x->alloc->cores[w]) : 64;
        int by = y->alloc->cores[w] ? __builtin_ctzll(y->alloc->cores[w]) : 64;

        if (bx != by)
            return bx < by ? -1 : 1;
        if (bx < 64)
            break;
    }
    if (x->alloc->total_cpus != y->alloc->total_cpus)
        return x->alloc->total_cpus < y->alloc->total_cpus ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

static GPtrArray *jobs_of_partition(const Trial *trial)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    GPtrArray *jobs = g_ptr_array_new();

    for (uint32_t n = 0; n < trial->cluster->n_nodes; n++) {
        const NodeUse *use = &trial->world->nodes[n];

        for (uint16_t i = 0; i < use->n_jobs; i++) {
            SimJob *job = use->jobs[i].job;

            if (job->partition == trial->query->partition && cores_present(trial, job) &&
                !job->alloc->cores_released && g_hash_table_add(seen, job))
                g_ptr_array_add(jobs, job);
        }
    }
    return jobs;
}

static bool jobs_clash(const SimJob *a, const SimJob *b, uint32_t words)
{
    const Allocation *x = a->alloc, *y = b->alloc;

    for (uint32_t i = 0, j = 0; i < x->n_shares && j < y->n_shares;) {
        if (x->shares[i].node != y->shares[j].node) {
            if (x->shares[i].node < y->shares[j].node)
                i++;
            else
                j++;
            continue;
        }
        for (uint32_t w = 0; w < words; w++) {
            if (x->cores[(size_t)i * words + w] & y->cores[(size_t)j * words + w])
                return true;
        }
        i++;
        j++;
    }
    return false;
}

static bool fits_row(const GPtrArray *row, const SimJob *job, uint32_t words)
{
    for (guint i = 0; i < row->len; i++) {
        if (jobs_clash(g_ptr_array_index(row, i), job, words))
            return false;
    }
    return true;
}

static uint32_t row_size(const GPtrArray *row)
{
    uint32_t size = 0;

    for (guint i = 0; i < row->len; i++)
        size += ((const SimJob *)g_ptr_array_index(row, i))->alloc->total_cpus;
    return size;
}

/* The densest row first; rows of one size keep their order. */
static void sort_rows(GPtrArray *rows)
{
    for (guint i = 1; i < rows->len; i++) {
        for (guint k = i; k > 0 && row_size(rows->pdata[k - 1]) < row_size(rows->pdata[k]); k--) {
            gpointer row = rows->pdata[k];

            rows->pdata[k] = rows->pdata[k - 1];
            rows->pdata[k - 1] = row;
        }
    }
}

int cores_rows(Trial *trial)
{
    g_autoptr(GPtrArray) jobs = jobs_of_partition(trial);
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    uint32_t words = trial->world->core_words;

    g_ptr_array_sort_with_data(jobs, compare_jobs, &words);
    for (guint i = 0; i < jobs->len; i++) {
        guint r = 0;

        while (r < rows->len && !fits_row(rows->pdata[r], jobs->pdata[i], words))
            r++;
        if (r == rows->len)
            g_ptr_array_add(rows, g_ptr_array_new());
        g_ptr_array_add(rows->pdata[r], jobs->pdata[i]);
        sort_rows(rows);
    }
    trial->rows = g_hash_table_new(NULL, NULL);
    for (guint r = 0; r < rows->len; r++) {
        const GPtrArray *row = rows->pdata[r];

        for (guint i = 0; i < row->len; i++)
            g_hash_table_insert(trial->rows, row->pdata[i], GINT_TO_POINTER((int)r + 1));
    }
    return (int)rows->len;
}
