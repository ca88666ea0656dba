/* Rows of cores: how jobs that share cores of one partition lie over each other. */
#include "sim/rows.h"

#include "sim/state.h"
#include <string.h>

uint32_t rows_of(const Cluster *cluster, const Partition *partition)
{
    return MAX(partition->max_share, 1U) + (cluster->config.preempt == PREEMPT_QOS ? 1U : 0U);
}

RowTable *row_table_new(uint32_t n_rows, uint32_t n_nodes, uint32_t core_words)
{
    RowTable *self = g_new0(RowTable, 1);

    self->n_rows = n_rows;
    self->rows = g_new0(Row, n_rows);
    for (uint32_t r = 0; r < n_rows; r++) {
        self->rows[r].jobs = g_ptr_array_new();
        self->rows[r].cores = g_new0(uint64_t, (size_t)n_nodes * core_words);
    }
    return self;
}

void row_table_free(RowTable *self)
{
    if (!self)
        return;
    for (uint32_t r = 0; r < self->n_rows; r++) {
        g_ptr_array_unref(self->rows[r].jobs);
        g_free(self->rows[r].cores);
    }
    g_free(self->rows);
    g_free(self);
}

static bool fits(const Row *row, const Allocation *alloc, uint32_t words)
{
    if (row->jobs->len == 0)
        return true;
    for (uint32_t s = 0; s < alloc->n_shares; s++) {
        const uint64_t *held = &row->cores[(size_t)alloc->shares[s].node * words];

        for (uint32_t w = 0; w < words; w++) {
            if (held[w] & alloc->cores[(size_t)s * words + w])
                return false;
        }
    }
    return true;
}

static void clear_row(Row *row, uint32_t n_nodes, uint32_t words)
{
    memset(row->cores, 0, (size_t)n_nodes * words * sizeof(uint64_t));
    row->n_cores = 0;
}

static void add_to_row(Row *row, SimJob *job, uint32_t words)
{
    const Allocation *alloc = job->alloc;

    g_ptr_array_add(row->jobs, job);
    for (uint32_t s = 0; s < alloc->n_shares; s++) {
        uint64_t *held = &row->cores[(size_t)alloc->shares[s].node * words];

        for (uint32_t w = 0; w < words; w++) {
            held[w] |= alloc->cores[(size_t)s * words + w];
            row->n_cores += (uint32_t)__builtin_popcountll(alloc->cores[(size_t)s * words + w]);
        }
    }
}

void row_table_add(RowTable *self, SimJob *job, uint32_t n_nodes, uint32_t core_words)
{
    for (uint32_t r = 0; r < self->n_rows; r++) {
        if (fits(&self->rows[r], job->alloc, core_words)) {
            if (self->rows[r].jobs->len == 0)
                clear_row(&self->rows[r], n_nodes, core_words);
            add_to_row(&self->rows[r], job, core_words);
            return;
        }
    }
}

void row_table_remove(RowTable *self, const SimJob *job)
{
    for (uint32_t r = 0; r < self->n_rows; r++) {
        GPtrArray *jobs = self->rows[r].jobs;

        for (guint i = 0; i < jobs->len; i++) {
            if (jobs->pdata[i] != job)
                continue;
            g_ptr_array_remove_index(jobs, i);
            self->stale = true;
            return;
        }
    }
}

void row_table_sort(RowTable *self)
{
    for (uint32_t i = 0; i < self->n_rows; i++) {
        for (uint32_t j = i + 1; j < self->n_rows; j++) {
            if (self->rows[j].n_cores > self->rows[i].n_cores) {
                Row row = self->rows[i];

                self->rows[i] = self->rows[j];
                self->rows[j] = row;
            }
        }
    }
}

static uint32_t first_core(const Allocation *alloc, uint32_t words)
{
    for (uint32_t w = 0; w < words; w++) {
        if (alloc->cores[w])
            return w * 64 + (uint32_t)__builtin_ctzll(alloc->cores[w]);
    }
    return UINT32_MAX;
}

/* By first node and core, then size; equal ones as they were. */
static bool comes_before(const SimJob *a, const SimJob *b, uint32_t words)
{
    uint32_t node_a = a->alloc->shares[0].node, node_b = b->alloc->shares[0].node;
    uint32_t core_a = first_core(a->alloc, words), core_b = first_core(b->alloc, words);

    if (node_a != node_b)
        return node_a < node_b;
    if (core_a != core_b)
        return core_a < core_b;
    return a->alloc->total_cpus < b->alloc->total_cpus;
}

static GPtrArray *sorted_jobs(const RowTable *self, uint32_t words)
{
    GPtrArray *jobs = g_ptr_array_new();

    for (uint32_t r = 0; r < self->n_rows; r++) {
        const GPtrArray *row = self->rows[r].jobs;

        for (guint i = 0; i < row->len; i++) {
            guint at = jobs->len;

            while (at > 0 && comes_before(row->pdata[i], jobs->pdata[at - 1], words))
                at--;
            g_ptr_array_insert(jobs, (gint)at, row->pdata[i]);
        }
    }
    return jobs;
}

static void clear_rows(RowTable *self, uint32_t n_nodes, uint32_t words)
{
    for (uint32_t r = 0; r < self->n_rows; r++) {
        g_ptr_array_set_size(self->rows[r].jobs, 0);
        clear_row(&self->rows[r], n_nodes, words);
    }
}

/* The rows keep their jobs; only what they hold is counted anew. */
static void recount(RowTable *self, uint32_t n_nodes, uint32_t words)
{
    for (uint32_t r = 0; r < self->n_rows; r++) {
        Row *row = &self->rows[r];
        GPtrArray *jobs = row->jobs;

        g_assert(jobs);
        row->jobs = g_ptr_array_new();
        clear_row(row, n_nodes, words);
        for (guint i = 0; i < jobs->len; i++)
            add_to_row(row, jobs->pdata[i], words);
        g_ptr_array_unref(jobs);
    }
}

static bool pack_all(RowTable *self, const GPtrArray *jobs, uint32_t words)
{
    for (guint i = 0; i < jobs->len; i++) {
        uint32_t r = 0;

        while (r < self->n_rows &&
               !fits(&self->rows[r], ((const SimJob *)jobs->pdata[i])->alloc, words))
            r++;
        if (r == self->n_rows)
            return false;
        add_to_row(&self->rows[r], jobs->pdata[i], words);
        row_table_sort(self);
    }
    return true;
}

void row_table_pack(RowTable *self, uint32_t n_nodes, uint32_t core_words)
{
    g_autoptr(GPtrArray) jobs = NULL;
    g_autofree GPtrArray **before = NULL;

    if (!self->stale)
        return;
    self->stale = self->uncovered = false;
    jobs = sorted_jobs(self, core_words);
    before = g_new0(GPtrArray *, self->n_rows);
    for (uint32_t r = 0; r < self->n_rows; r++) {
        before[r] = self->rows[r].jobs;
        self->rows[r].jobs = g_ptr_array_new();
    }
    clear_rows(self, n_nodes, core_words);
    if (pack_all(self, jobs, core_words)) {
        for (uint32_t r = 0; r < self->n_rows; r++)
            g_ptr_array_unref(before[r]);
        return;
    }
    for (uint32_t r = 0; r < self->n_rows; r++) { /* no better than it was */
        g_ptr_array_unref(self->rows[r].jobs);
        self->rows[r].jobs = before[r];
    }
    recount(self, n_nodes, core_words);
}

static void uncover_job(Row *row, const Allocation *alloc, uint32_t words)
{
    for (uint32_t s = 0; s < alloc->n_shares; s++) {
        uint64_t *held = &row->cores[(size_t)alloc->shares[s].node * words];

        for (uint32_t w = 0; w < words; w++) {
            held[w] &= ~alloc->cores[(size_t)s * words + w];
            row->n_cores -= (uint32_t)__builtin_popcountll(alloc->cores[(size_t)s * words + w]);
        }
    }
}

void row_table_uncover(RowTable *self, const GPtrArray *victims, uint32_t n_nodes,
                       uint32_t core_words)
{
    Row *last = &self->rows[self->n_rows - 1];

    for (uint32_t r = 0; r + 1 < self->n_rows; r++) {
        for (size_t w = 0; w < (size_t)n_nodes * core_words; w++)
            last->cores[w] |= self->rows[r].cores[w];
    }
    for (guint i = 0; i < victims->len; i++)
        uncover_job(last, ((const SimJob *)victims->pdata[i])->alloc, core_words);
    self->uncovered = true;
}

/* Returns: are all of them kept? */
static bool copy_row(Row *copy, const Row *row, bool (*keep)(const SimJob *job, gconstpointer self),
                     gconstpointer self_of_keep)
{
    for (guint i = 0; i < row->jobs->len; i++) {
        if (keep(row->jobs->pdata[i], self_of_keep))
            g_ptr_array_add(copy->jobs, row->jobs->pdata[i]);
    }
    copy->n_cores = row->n_cores;
    return copy->jobs->len == row->jobs->len;
}

RowTable *row_table_copy(const RowTable *self, uint32_t n_nodes, uint32_t core_words,
                         bool (*keep)(const SimJob *job, gconstpointer self_of_keep),
                         gconstpointer self_of_keep)
{
    RowTable *copy = row_table_new(self->n_rows, n_nodes, core_words);

    copy->stale = self->stale;
    copy->uncovered = self->uncovered;
    for (uint32_t r = 0; r < self->n_rows; r++) {
        memcpy(copy->rows[r].cores, self->rows[r].cores,
               (size_t)n_nodes * core_words * sizeof(uint64_t));
        copy->stale |= !copy_row(&copy->rows[r], &self->rows[r], keep, self_of_keep);
    }
    row_table_pack(copy, n_nodes, core_words);
    return copy;
}
