/* One attempt to place a job on candidate nodes. */
#include "sim/attempt.h"

#include "sim/alike.h"
#include "sim/cores.h"
#include "sim/eval.h"
#include "sim/gresplace.h"
#include "sim/offer.h"
#include "sim/state.h"
#include <string.h>

void place_scratch_free(PlaceScratch *self)
{
    if (!self)
        return;
    g_free(self->offers);
    g_free(self->base);
    g_free(self->cores);
    g_free(self->gres);
    nodeset_free(self->usable);
    nodeset_free(self->chosen);
    nodeset_free(self->left);
    g_free(self->busy_partitions);
    g_free(self->held);
    g_free(self->free_cores);
    g_free(self->held_memory);
    g_free(self->free_gres);
    nodeset_free(self->fit);
    nodeset_free(self->freed);
    nodeset_free(self->able);
    if (self->runs)
        g_array_unref(self->runs);
    if (self->classes)
        g_ptr_array_unref(self->classes);
    if (self->alike_runs)
        g_array_unref(self->alike_runs);
    g_free(self);
}

static PlaceScratch *scratch_new(const World *world)
{
    PlaceScratch *self = g_new0(PlaceScratch, 1);
    uint32_t n = world->cluster->n_nodes;

    self->offers = g_new0(Offer, n);
    self->base = g_new0(uint64_t, (size_t)n * world->core_words);
    self->cores = g_new0(uint64_t, (size_t)n * world->core_words);
    self->usable = nodeset_new(n);
    self->chosen = nodeset_new(n);
    self->left = nodeset_new(n);
    self->busy_partitions = g_new0(bool, world->cluster->n_partitions);
    self->held = g_new0(uint64_t, world->core_words);
    self->free_cores = g_new0(uint32_t, n);
    self->held_memory = g_new0(uint64_t, n);
    self->fit = nodeset_new(n);
    self->freed = nodeset_new(n);
    self->able = nodeset_new(n);
    return self;
}

static NodeHold hold_of(const Trial *trial)
{
    const Partition *partition = trial->partition;

    if (partition->over_subscribe == SHARE_EXCLUSIVE)
        return HOLD_WHOLE;
    if (partition->over_subscribe == SHARE_FORCE)
        return HOLD_SHARED;
    if (partition->over_subscribe == SHARE_YES && partition->max_share > 1 &&
        trial->request->oversubscribe && trial->query->may_share)
        return HOLD_SHARED;
    return HOLD_DEDICATED;
}

static void set_sharing(Trial *trial)
{
    bool linear = trial->cluster->config.select == SELECT_LINEAR;

    trial->hold = hold_of(trial);
    trial->whole = linear || trial->hold == HOLD_WHOLE ||
                   trial->request->exclusive == EXCLUSIVE_NODE || trial->request->core_spec > 0;
    trial->share = !trial->whole && (trial->query->mode == PLACE_NOW || trial->query->may_share);
}

static void set_counts(Trial *trial)
{
    const JobRequest *request = trial->request;
    const PlaceQuery *query = trial->query;

    trial->tasks = request->tasks_given ? request->num_tasks : 0;
    trial->ntasks_per_core = request->ntasks_per_core;
    if (!trial->ntasks_per_core && trial->cluster->config.one_task_per_core)
        trial->ntasks_per_core = 1;
    trial->min_nodes = MAX(query->min_nodes, 1);
    trial->max_nodes = query->max_nodes;
    trial->req_nodes = query->req_nodes;
    if (request->ntasks_per_node && trial->tasks)
        trial->min_nodes = MAX(trial->min_nodes, (trial->tasks + request->ntasks_per_node - 1) /
                                                     request->ntasks_per_node);
    if (request->overcommit && request->min_cpus == request->min_nodes)
        trial->sizes.min_cpus *= MAX(request->threads_per_core, 1) *
                                 MAX(request->cores_per_socket, 1) *
                                 MAX(request->sockets_per_node, 1);
}

/* Nothing about the job depends on which cores of a node are free. */
static bool do_counts(const Trial *trial)
{
    const JobRequest *request = trial->request;

    return request->n_gres == 0 && !request->ntasks_per_socket && !request->cores_per_socket &&
           !request->sockets_per_node && trial->consume != CONSUME_SOCKET &&
           !trial->cluster->config.one_task_per_core &&
           trial->partition->max_cpus_per_node == UINT32_MAX &&
           trial->partition->max_cpus_per_socket == UINT32_MAX;
}

bool attempt_init(Trial *trial, const PlaceView *view, const PlaceQuery *query, bool test_only)
{
    const World *world = view->world;

    if (!*world->scratch)
        *world->scratch = scratch_new(world);
    *trial = (Trial){.view = view,
                     .query = query,
                     .world = world,
                     .cluster = world->cluster,
                     .partition = &world->cluster->partitions[query->partition],
                     .request = query->job->request,
                     .scratch = *world->scratch,
                     .consume = world->cluster->config.consume,
                     .consume_memory = world->cluster->config.consume_memory,
                     .test_only = test_only,
                     .row = -1};
    trial->enforce_bind = trial->request->enforce_binding;
    if (trial->request->required && !trial->request->required_is_pool)
        trial->required = trial->request->required;
    if (!request_sizes(trial->request, trial->cluster, trial->partition, &trial->sizes))
        return false;
    if (trial->request->memory_given)
        trial->sizes.mem_per_gpu = 0;
    set_sharing(trial);
    set_counts(trial);
    gresplace_prepare(trial);
    trial->counts_do = do_counts(trial);
    return true;
}

void attempt_clear(Trial *trial)
{
    g_clear_pointer(&trial->own_rows, row_table_free);
}

/* Takes @hopeless away, unless somebody has gone from there in the state asked about. */
static void drop_unless_freed(const Trial *trial, NodeSet *nodes, const NodeSet *hopeless)
{
    const NodeSet *freed = trial->view->freed;

    if (trial->view->mark == 0) {
        nodeset_remove(nodes, hopeless);
        return;
    }
    for (uint32_t w = 0; freed && w < nodes->n_words; w++)
        nodes->words[w] &= ~(hopeless->words[w] & ~freed->words[w]);
}

/* Whole words of nodes that cannot do are dropped before any is looked at. */
static void drop_hopeless(const Trial *trial, NodeSet *nodes)
{
    const World *world = trial->world;

    if (trial->test_only)
        return;
    if (trial->query->mode == PLACE_NOW)
        nodeset_remove(nodes, world->completing);
    if (trial->busy != BUSY_EVERYBODY)
        return;
    drop_unless_freed(trial, nodes, world->full);
    if (trial->whole)
        drop_unless_freed(trial, nodes, world->busy);
}

/* A node taken whole must be empty: who has gone from a node may have left others there. */
static void drop_held(const Trial *trial, NodeSet *nodes)
{
    const World *world = trial->world;

    if (trial->view->mark == 0 || trial->query->all_empty)
        return;
    for (uint32_t n = nodeset_next(nodes, 0); n != NODE_NONE; n = nodeset_next(nodes, n + 1)) {
        const NodeUse *use = &world->nodes[n];

        for (uint16_t i = 0; i < use->n_jobs; i++) {
            if (cores_present(trial, use->jobs[i].job)) {
                nodeset_drop(nodes, n);
                break;
            }
        }
    }
}

/* _select_nodes: the offers of all candidates, then the choice among them. */
static bool select_nodes(Trial *trial, NodeSet *nodes)
{
    drop_hopeless(trial, nodes);
    if (nodeset_count(nodes) < trial->min_nodes)
        return false;
    if (alike_counts(trial) && trial->busy == BUSY_EVERYBODY) {
        drop_held(trial, nodes);
        if (alike_choose(trial, nodes))
            return true;
    }
    for (uint32_t n = nodeset_next(nodes, 0); n != NODE_NONE; n = nodeset_next(nodes, n + 1)) {
        offer_make(trial, n);
        if (trial_offer(trial, n)->cpus == 0)
            nodeset_drop(nodes, n);
    }
    if (nodeset_count(nodes) < trial->min_nodes ||
        (trial->required && !nodeset_contains(nodes, trial->required)))
        return false;
    return eval_choose(trial, nodes);
}

static bool try_nodes(Trial *trial, const NodeSet *candidates)
{
    nodeset_assign(trial->scratch->usable, candidates);
    return select_nodes(trial, trial->scratch->usable);
}

static bool is_preempt_off(const Trial *trial, const Partition *partition)
{
    uint16_t mode = partition->preempt_mode == PREEMPT_UNSET ? trial->cluster->config.preempt_mode
                                                             : partition->preempt_mode;

    return (mode & (PREEMPT_CANCEL | PREEMPT_REQUEUE | PREEMPT_SUSPEND)) == 0;
}

/* Step 2: cores of jobs that this one must not disturb. */
static void mark_undisturbed(const Trial *trial)
{
    for (uint32_t p = 0; p < trial->cluster->n_partitions; p++) {
        const Partition *other = &trial->cluster->partitions[p];
        bool mine_with_rows = p == trial->query->partition && rows_of(trial->cluster, other) > 1;

        trial->scratch->busy_partitions[p] =
            trial->cluster->config.preempt == PREEMPT_PARTITION_PRIO && !mine_with_rows &&
            (other->priority_tier > trial->partition->priority_tier ||
             is_preempt_off(trial, other));
    }
}

/* Step 3: also those of partitions of the same tier. */
static void mark_same_tier(const Trial *trial)
{
    for (uint32_t p = 0; p < trial->cluster->n_partitions; p++) {
        if (trial->cluster->partitions[p].priority_tier == trial->partition->priority_tier)
            trial->scratch->busy_partitions[p] = true;
    }
}

/* The lower-tier partition to be spared next, highest tier first; INDEX_NONE at the end. */
static uint32_t next_lower(const Trial *trial)
{
    const Partition *partitions = trial->cluster->partitions;
    uint32_t best = INDEX_NONE;

    for (uint32_t p = 0; p < trial->cluster->n_partitions; p++) {
        if (partitions[p].priority_tier >= trial->partition->priority_tier ||
            trial->scratch->busy_partitions[p])
            continue;
        if (best == INDEX_NONE || partitions[p].priority_tier > partitions[best].priority_tier)
            best = p;
    }
    return best;
}

/* Having found a place, spare as many lower partitions as possible. */
static bool spare_lower(Trial *trial, const NodeSet *candidates)
{
    for (;;) {
        uint32_t lower = next_lower(trial);

        if (lower == INDEX_NONE)
            return true;
        trial->scratch->busy_partitions[lower] = true;
        if (!try_nodes(trial, candidates)) {
            trial->scratch->busy_partitions[lower] = false;
            return try_nodes(trial, candidates);
        }
    }
}

static bool is_there(const SimJob *job, gconstpointer trial)
{
    return cores_awake(trial, job);
}

/* The rows of its partition as they are, or as they would be in a hypothetical state. */
static void find_rows(Trial *trial)
{
    RowTable *table = trial->world->rows[trial->query->partition];
    uint32_t n = trial->cluster->n_nodes, words = trial->world->core_words;
    bool by_qos = trial->cluster->config.preempt == PREEMPT_QOS;

    if (!table)
        return;
    row_table_pack(table, n, words);
    if (trial->view->mark) {
        trial->own_rows = row_table_copy(table, n, words, is_there, trial);
        table = trial->own_rows;
    }
    if (!by_qos || trial->query->preemptees)
        row_table_sort(table);
    if (trial->query->preemptees)
        world_uncover(trial->world, trial->query->partition, trial->query->preemptees);
    trial->rows = table;
}

/* Step 4: row by row within the partition; an empty row is as good as no row. */
static bool try_rows(Trial *trial, const NodeSet *candidates)
{
    bool by_qos = trial->cluster->config.preempt == PREEMPT_QOS;
    bool extra = by_qos && trial->query->extra_row;
    int rows;

    find_rows(trial);
    if (!trial->rows)
        return false;
    rows = (int)trial->rows->n_rows - (by_qos && !extra);
    if (by_qos && trial->hold != HOLD_SHARED)
        rows = 1;
    mark_undisturbed(trial);
    for (int row = 0; row < rows; row++) {
        const bool is_last = trial->rows->uncovered && row + 1 == (int)trial->rows->n_rows;

        trial->row = row;
        if (try_nodes(trial, candidates))
            return true;
        if (trial->rows->rows[row].jobs->len == 0 && !is_last)
            return false;
    }
    return false;
}

static bool try_sharing(Trial *trial, const NodeSet *candidates)
{
    trial->busy = BUSY_SOME;
    mark_undisturbed(trial);
    if (!try_nodes(trial, candidates))
        return false;
    mark_same_tier(trial);
    if (try_nodes(trial, candidates))
        return spare_lower(trial, candidates);
    return try_rows(trial, candidates);
}

NodeSet *attempt_nodes(Trial *trial, const NodeSet *candidates)
{
    bool gang = (trial->cluster->config.preempt_mode & PREEMPT_GANG) != 0;
    bool ok;

    if (trial->max_nodes < trial->min_nodes || nodeset_count(candidates) < trial->min_nodes)
        return NULL;
    trial->busy = trial->test_only ? BUSY_NOBODY : BUSY_EVERYBODY;
    ok = try_nodes(trial, candidates);
    if (!ok && !trial->test_only && (gang || trial->hold == HOLD_SHARED))
        ok = try_sharing(trial, candidates);
    return ok ? nodeset_copy(trial->scratch->usable) : NULL;
}
