/* Who holds what on which node. */
#include "sim/world.h"

#include "sim/cores.h"
#include "sim/state.h"
#include "sim/trial.h"
#include <string.h>

void allocation_free(Allocation *self)
{
    if (!self)
        return;
    nodeset_free(self->nodes);
    g_free(self->shares);
    g_free(self->cores);
    g_free(self->devices);
    g_free(self->gres);
    g_free(self);
}

/* Rows are only kept where jobs may lie over each other. */
static void make_rows(World *self)
{
    const Cluster *cluster = self->cluster;
    bool gang = (cluster->config.preempt_mode & PREEMPT_GANG) != 0;

    self->rows = g_new0(RowTable *, cluster->n_partitions + 1);
    for (uint32_t p = 0; p < cluster->n_partitions; p++) {
        uint32_t n = rows_of(cluster, &cluster->partitions[p]);

        if (n > 1 && (gang || cluster->partitions[p].max_share > 1))
            self->rows[p] = row_table_new(n, cluster->n_nodes, self->core_words);
    }
}

static bool may_suspend(const Cluster *cluster)
{
    uint16_t modes = cluster->config.preempt_mode;

    for (uint32_t p = 0; p < cluster->n_partitions; p++)
        modes |= cluster->partitions[p].preempt_mode == PREEMPT_UNSET
                     ? 0
                     : cluster->partitions[p].preempt_mode;
    for (uint32_t q = 0; q < cluster->n_qos; q++)
        modes |= cluster->qos[q].preempt_mode == PREEMPT_UNSET ? 0 : cluster->qos[q].preempt_mode;
    return (modes & (PREEMPT_GANG | PREEMPT_SUSPEND)) != 0;
}

World *world_new(const Cluster *cluster)
{
    World *self = g_new0(World, 1);
    uint32_t n = cluster->n_nodes;
    uint32_t most_cores = 1;

    self->cluster = cluster;
    self->up = nodeset_new(n);
    self->idle = nodeset_new(n);
    self->completing = nodeset_new(n);
    self->whole = nodeset_new(n);
    self->full = nodeset_new(n);
    self->busy = nodeset_new(n);
    for (uint32_t i = 0; i < n; i++) {
        const Node *node = &cluster->nodes[i];

        most_cores = MAX(most_cores, node->cores);
        self->gres_entries = MAX(self->gres_entries, node->n_gres);
        if (node->state == NODE_UP)
            nodeset_add(self->up, i);
    }
    nodeset_fill(self->idle);
    self->kinds = kinds_new(cluster);
    self->may_suspend = may_suspend(cluster);
    self->scratch = g_new0(struct PlaceScratch *, 1);
    self->core_words = (most_cores + 63) / 64;
    make_rows(self);
    self->nodes = g_new0(NodeUse, n);
    self->cores = g_new0(uint64_t, (size_t)n * self->core_words);
    self->gres = g_new0(uint32_t, (size_t)n * self->gres_entries);
    self->devices = g_new0(uint64_t, (size_t)n * self->gres_entries);
    return self;
}

void world_free(World *self)
{
    if (!self)
        return;
    for (uint32_t i = 0; i < self->cluster->n_nodes; i++)
        g_free(self->nodes[i].jobs);
    for (uint32_t p = 0; p < self->cluster->n_partitions; p++)
        row_table_free(self->rows[p]);
    g_free(self->rows);
    g_free(self->nodes);
    g_free(self->cores);
    g_free(self->gres);
    g_free(self->devices);
    nodeset_free(self->up);
    nodeset_free(self->idle);
    nodeset_free(self->completing);
    nodeset_free(self->whole);
    nodeset_free(self->full);
    nodeset_free(self->busy);
    kinds_free(self->kinds);
    place_scratch_free(*self->scratch);
    g_free(self->scratch);
    g_free(self);
}

void world_reweigh(World *self)
{
    kinds_free(self->kinds);
    self->kinds = kinds_new(self->cluster);
}

/* Keeps the sets that are derived from a node's counters in step with them. */
static void mark_node(World *self, uint32_t node)
{
    const NodeUse *use = &self->nodes[node];

    if (use->n_jobs == 0 && use->n_completing == 0)
        nodeset_add(self->idle, node);
    else
        nodeset_drop(self->idle, node);
    if (use->n_jobs > 0)
        nodeset_add(self->busy, node);
    else
        nodeset_drop(self->busy, node);
    if (use->n_completing > 0)
        nodeset_add(self->completing, node);
    else
        nodeset_drop(self->completing, node);
    if (use->n_whole > 0)
        nodeset_add(self->whole, node);
    else
        nodeset_drop(self->whole, node);
}

static void add_cores(uint64_t *cores, const uint64_t *held, uint32_t words)
{
    for (uint32_t w = 0; w < words; w++)
        cores[w] |= held[w];
}

/* What an occupant holds; where rows do not show what their jobs hold, Slurm goes by the rows. */
static void add_held(const World *self, const Occupant *occupant, uint32_t node, uint64_t *cores)
{
    const uint32_t words = self->core_words;
    const RowTable *table = self->rows[occupant->job->partition];

    if (!table || !table->uncovered) {
        add_cores(cores, &occupant->job->alloc->cores[(size_t)occupant->share * words], words);
        return;
    }
    for (uint32_t r = 0; r < table->n_rows; r++)
        add_cores(cores, &table->rows[r].cores[(size_t)node * words], words);
}

/* Cores may be shared, so what is held is the union of what the occupants hold. */
static void count_cores(const World *self, uint32_t node)
{
    NodeUse *use = &self->nodes[node];
    uint64_t *cores = &self->cores[(size_t)node * self->core_words];

    memset(cores, 0, self->core_words * sizeof *cores);
    for (uint16_t i = 0; i < use->n_jobs; i++) {
        if (!use->jobs[i].job->alloc->cores_released)
            add_held(self, &use->jobs[i], node, cores);
    }
    use->busy_cores = cores_count(cores, 0, self->cluster->nodes[node].cores);
    if (use->busy_cores >= self->cluster->nodes[node].cores)
        nodeset_add(self->full, node);
    else
        nodeset_drop(self->full, node);
}

static void recount(const World *self)
{
    for (uint32_t n = 0; n < self->cluster->n_nodes; n++)
        count_cores(self, n);
}

static void take_gres(World *self, const Allocation *alloc, uint32_t share)
{
    size_t held = (size_t)alloc->shares[share].node * self->gres_entries;
    size_t taken = (size_t)share * self->gres_entries;

    for (uint32_t e = 0; e < self->gres_entries; e++) {
        self->gres[held + e] += alloc->gres[taken + e];
        self->devices[held + e] |= alloc->devices[taken + e];
    }
}

static void release_gres(World *self, const Allocation *alloc, uint32_t share)
{
    size_t held = (size_t)alloc->shares[share].node * self->gres_entries;
    size_t taken = (size_t)share * self->gres_entries;

    for (uint32_t e = 0; e < self->gres_entries; e++) {
        self->gres[held + e] -= alloc->gres[taken + e];
        self->devices[held + e] &= ~alloc->devices[taken + e];
    }
}

static void add_occupant(NodeUse *use, SimJob *job, uint32_t share)
{
    if (use->n_jobs == use->capacity) {
        use->capacity = use->capacity ? (uint16_t)(use->capacity * 2) : 4;
        use->jobs = g_renew(Occupant, use->jobs, use->capacity);
    }
    use->jobs[use->n_jobs++] = (Occupant){.job = job, .share = share};
}

static void drop_occupant(NodeUse *use, const SimJob *job)
{
    for (uint16_t i = 0; i < use->n_jobs; i++) {
        if (use->jobs[i].job != job)
            continue;
        memmove(&use->jobs[i], &use->jobs[i + 1],
                (size_t)(use->n_jobs - i - 1) * sizeof use->jobs[0]);
        use->n_jobs--;
        return;
    }
    g_assert_not_reached();
}

void world_uncover(const World *self, uint32_t partition, const GPtrArray *victims)
{
    row_table_uncover(self->rows[partition], victims, self->cluster->n_nodes, self->core_words);
    recount(self);
}

static bool keep_all(const SimJob *job, gconstpointer self)
{
    (void)job;
    (void)self;
    return true;
}

RowTable **world_copy_rows(const World *self)
{
    const uint32_t n = self->cluster->n_partitions;
    RowTable **rows = g_new0(RowTable *, n + 1);

    for (uint32_t p = 0; p < n; p++) {
        if (self->rows[p])
            rows[p] = row_table_copy(self->rows[p], self->cluster->n_nodes, self->core_words,
                                     keep_all, NULL);
    }
    return rows;
}

void world_drop_rows(const World *self, RowTable **rows)
{
    for (uint32_t p = 0; rows && p < self->cluster->n_partitions; p++)
        row_table_free(rows[p]);
    g_free(rows);
}

void world_restore_rows(World *self, RowTable **rows)
{
    RowTable **const now = self->rows;
    bool uncovered = false;

    for (uint32_t p = 0; p < self->cluster->n_partitions; p++)
        uncovered |= now[p] && (now[p]->uncovered || rows[p]->uncovered);
    self->rows = rows;
    world_drop_rows(self, now);
    if (uncovered)
        recount(self);
}

static void take_row(World *self, SimJob *job)
{
    RowTable *table = self->rows[job->partition];

    if (!table)
        return;
    row_table_pack(table, self->cluster->n_nodes, self->core_words);
    row_table_add(table, job, self->cluster->n_nodes, self->core_words);
    if (table->uncovered)
        recount(self);
}

static void leave_row(World *self, const SimJob *job)
{
    RowTable *table = self->rows[job->partition];
    const bool was_uncovered = table && table->uncovered;

    if (!table)
        return;
    row_table_remove(table, job);
    if (!was_uncovered)
        return;
    row_table_pack(table, self->cluster->n_nodes, self->core_words);
    recount(self);
}

void world_take(World *self, SimJob *job)
{
    const Allocation *alloc = job->alloc;

    for (uint32_t s = 0; s < alloc->n_shares; s++) {
        uint32_t node = alloc->shares[s].node;
        NodeUse *use = &self->nodes[node];

        add_occupant(use, job, s);
        use->memory += alloc->shares[s].memory;
        use->n_whole = (uint16_t)(use->n_whole + alloc->whole);
        use->n_dedicated = (uint16_t)(use->n_dedicated + (alloc->hold == HOLD_DEDICATED));
        take_gres(self, alloc, s);
        count_cores(self, node);
        mark_node(self, node);
    }
    take_row(self, job);
}

void world_release(World *self, SimJob *job)
{
    const Allocation *alloc = job->alloc;

    for (uint32_t s = 0; s < alloc->n_shares; s++) {
        uint32_t node = alloc->shares[s].node;
        NodeUse *use = &self->nodes[node];

        drop_occupant(use, job);
        use->memory -= alloc->shares[s].memory;
        use->n_whole = (uint16_t)(use->n_whole - alloc->whole);
        use->n_dedicated = (uint16_t)(use->n_dedicated - (alloc->hold == HOLD_DEDICATED));
        release_gres(self, alloc, s);
        count_cores(self, node);
        mark_node(self, node);
    }
    leave_row(self, job);
}

void world_suspend(World *self, SimJob *job, bool begins)
{
    job->alloc->cores_released = begins;
    for (uint32_t s = 0; s < job->alloc->n_shares; s++)
        count_cores(self, job->alloc->shares[s].node);
    if (begins)
        leave_row(self, job);
    else
        take_row(self, job);
}

void world_completing(World *self, const Allocation *alloc, bool begins)
{
    for (uint32_t s = 0; s < alloc->n_shares; s++) {
        uint32_t node = alloc->shares[s].node;
        NodeUse *use = &self->nodes[node];

        use->n_completing = (uint16_t)(use->n_completing + (begins ? 1 : -1));
        mark_node(self, node);
    }
}
