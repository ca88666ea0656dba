/* Can this job start now, and on what: everything between a scheduler's choice and the start.
 * Source: Slurm node_scheduler.c select_nodes; reference 5.5. */
#include "sim/follow_inner.h"

static uint32_t gres_tres(const Cluster *cluster, uint32_t name, uint32_t type)
{
    char text[256];

    if (type == GRES_ANY_TYPE)
        g_snprintf(text, sizeof text, "gres/%s", cluster->gres_names[name]);
    else
        g_snprintf(text, sizeof text, "gres/%s:%s", cluster->gres_names[name],
                   cluster->gres_types[type]);
    return cluster_find_tres(cluster, text);
}

static void add_tres(uint64_t *tres, uint32_t index, uint64_t count)
{
    if (index != INDEX_NONE)
        tres[index] += count;
}

static void add_gres(const Sim *self, const Allocation *alloc, uint64_t *tres)
{
    const uint32_t entries = self->world->gres_entries;

    for (uint32_t i = 0; alloc->gres && i < alloc->n_shares; i++) {
        const Node *node = &self->cluster->nodes[alloc->shares[i].node];

        for (uint32_t k = 0; k < node->n_gres; k++) {
            const NodeGres *gres = &node->gres[k];
            const uint32_t count = alloc->gres[i * entries + k];

            if (count == 0)
                continue;
            add_tres(tres, gres_tres(self->cluster, gres->name, GRES_ANY_TYPE), count);
            if (gres->type != GRES_ANY_TYPE)
                add_tres(tres, gres_tres(self->cluster, gres->name, gres->type), count);
        }
    }
}

void select_tres(const Sim *self, const SimJob *job, const Allocation *alloc, uint64_t *tres)
{
    memset(tres, 0, TRES_MAX * sizeof *tres);
    tres[TRES_CPU] = alloc->total_cpus;
    tres[TRES_NODE] = alloc->n_shares;
    for (uint32_t i = 0; i < alloc->n_shares; i++)
        tres[TRES_MEM] += alloc->shares[i].memory;
    add_gres(self, alloc, tres);
    for (uint32_t i = 0; i < job->request->n_licenses; i++) {
        const LicenseRequest *asked = &job->request->licenses[i];
        char text[256];

        g_snprintf(text, sizeof text, "license/%s", self->cluster->licenses[asked->license].name);
        add_tres(tres, cluster_find_tres(self->cluster, text), asked->count);
    }
    tres[TRES_BILLING] = (uint64_t)priority_billable(self->cluster, job->partition, tres);
}

void select_drop_foreign(const Sim *self, const SimJob *job, uint32_t mark, NodeSet *nodes)
{
    const bool mine = self->cluster->partitions[job->partition].exclusive_user ||
                      job->request->exclusive == EXCLUSIVE_USER;

    if (!self->any_exclusive_user && !mine)
        return;
    for (guint i = 0; i < self->running->len; i++) {
        const SimJob *other = g_ptr_array_index(self->running, i);
        const bool its = self->cluster->partitions[other->partition].exclusive_user ||
                         other->request->exclusive == EXCLUSIVE_USER;

        if (other->user != job->user && (mine || its) && (mark == 0 || other->gone != mark))
            nodeset_remove(nodes, other->alloc->nodes);
    }
}

static bool counts_features(const JobRequest *request)
{
    for (uint32_t i = 0; i < request->features.n; i++) {
        if (request->features.terms[i].count > 0)
            return true;
    }
    return false;
}

static bool is_unfit(const JobRequest *request, const RequestSizes *sizes, const Node *node)
{
    const uint64_t times = sizes->memory.per_cpu ? MAX(sizes->pn_min_cpus, 1) : 1;
    const uint64_t memory = sizes->mem_per_gpu ? 0 : sizes->memory.amount * times;

    return sizes->pn_min_cpus > node->cpus || memory > node->memory ||
           request->tmp_disk > node->tmp_disk || request->sockets_per_node > node->sockets ||
           request->cores_per_socket > node->cores_per_socket ||
           request->threads_per_core > node->threads_per_core;
}

static void drop_each_unfit(const Sim *self, const JobRequest *request, const RequestSizes *sizes,
                            NodeSet *nodes)
{
    for (uint32_t i = nodeset_next(nodes, 0); i != NODE_NONE; i = nodeset_next(nodes, i + 1)) {
        if (is_unfit(request, sizes, &self->cluster->nodes[i]))
            nodeset_drop(nodes, i);
    }
}

/* One node of a kind tells of all. */
static void drop_unfit_kinds(const Sim *self, const JobRequest *request, const RequestSizes *sizes,
                             NodeSet *nodes)
{
    const NodeKinds *kinds = self->world->kinds;

    for (uint32_t k = 0; k < kinds->n; k++) {
        if (is_unfit(request, sizes, &self->cluster->nodes[nodeset_next(kinds->nodes[k], 0)]))
            nodeset_remove(nodes, kinds->nodes[k]);
    }
}

void select_drop_unfit(const Sim *self, const SimJob *job, NodeSet *nodes)
{
    const JobRequest *request = job->request;
    const NodeKinds *kinds = self->world->kinds;
    RequestSizes sizes;

    (void)request_sizes(request, self->cluster, &self->cluster->partitions[job->partition], &sizes);
    if (kinds->n > 0 && !self->options.no_shortcuts)
        drop_unfit_kinds(self, request, &sizes, nodes);
    else
        drop_each_unfit(self, request, &sizes, nodes);
    if (request->feature_nodes && !counts_features(request)) /* a*4: the others may be any */
        nodeset_and(nodes, request->feature_nodes);
}

/* Up and in the partition, less excluded ones: whatever runs there. */
static NodeSet *nodes_for(const Sim *self, const SimJob *job)
{
    const Partition *partition = &self->cluster->partitions[job->partition];
    NodeSet *nodes = nodeset_copy(self->world->up);

    nodeset_and(nodes, partition->nodes);
    if (job->request->excluded)
        nodeset_remove(nodes, job->request->excluded);
    if (job->request->required && job->request->required_is_pool)
        nodeset_and(nodes, job->request->required);
    return nodes;
}

NodeSet *select_base_nodes(Sim *self, const SimJob *job, bool now)
{
    NodeSet *nodes = nodes_for(self, job);

    if (now)
        nodeset_remove(nodes, self->world->completing);
    if (now || self->rules->exclusive_user_backfills)
        select_drop_foreign(self, job, 0, nodes);
    return nodes;
}

/* --switches=n@wait: at most n leaf switches while the wait lasts, then any. */
static uint32_t switches_wanted(const Sim *self, SimJob *job)
{
    const Span most = self->cluster->config.sched.max_switch_wait;

    if (job->request->switches == 0 || self->cluster->config.topology != TOPOLOGY_TREE)
        return 0;
    if (job->switches_since == INSTANT_NONE)
        job->switches_since = self->now;
    if (self->now - job->switches_since >= MIN(job->request->switch_wait, most))
        return 0;
    return job->request->switches;
}

bool select_query(Sim *self, SimJob *job, PlaceQuery *query)
{
    const uint32_t most = limits_max_nodes(self->limits, job);

    *query =
        (PlaceQuery){.job = job, .partition = job->partition, .mode = PLACE_NOW, .may_share = true};
    if (!place_node_counts(self->cluster, job, job->partition, query))
        return false;
    if (job->request->switches && self->now - job->submit_at < job->request->switch_wait)
        query->max_leaves = job->request->switches;
    if (most < query->max_nodes)
        query->max_nodes = most;
    if (query->req_nodes > query->max_nodes)
        query->req_nodes = MAX(query->min_nodes, query->max_nodes);
    query->max_leaves = switches_wanted(self, job);
    return true;
}

/* What it would get, for the limits, when no placement is at hand: the request or an estimate. */
static void estimate_tres(const Sim *self, const SimJob *job, uint64_t *tres)
{
    memcpy(tres, job->tres_request, self->cluster->n_tres * sizeof *tres);
    tres[TRES_CPU] = MAX(tres[TRES_CPU], job->total_cpus);
}

static SelectAnswer wait_for(SimJob *job, WaitReason reason, SelectAnswer answer)
{
    job->reason = reason;
    job->reason_tres = INDEX_NONE;
    return answer;
}

/* Whether a job could ever run depends on what commands change, not on who runs now. */
static PlaceAnswer diagnose(const Sim *self, SimJob *job, const PlaceQuery *query)
{
    if (job->diagnosis.commands == self->commands && job->diagnosis.partition == query->partition &&
        job->diagnosis.min_nodes == query->min_nodes &&
        job->diagnosis.max_nodes == query->max_nodes)
        return job->diagnosis.answer;
    job->diagnosis.commands = self->commands;
    job->diagnosis.partition = query->partition;
    job->diagnosis.min_nodes = query->min_nodes;
    job->diagnosis.max_nodes = query->max_nodes;
    return job->diagnosis.answer = place_diagnose(self->world, query);
}

/* nodes_busy: is some node of @left that has what the job asks for not to be had right now, for its
 * state rather than for its cores? */
static bool are_busy(const Sim *self, const SimJob *job, const NodeSet *left)
{
    const Partition *partition = &self->cluster->partitions[job->partition];
    g_autoptr(NodeSet) nodes = nodeset_copy(left);
    g_autoptr(NodeSet) own = NULL;
    const bool alone = partition->over_subscribe == SHARE_EXCLUSIVE ||
                       job->request->exclusive == EXCLUSIVE_NODE ||
                       self->cluster->config.select == SELECT_LINEAR;

    if (job->request->feature_nodes)
        nodeset_and(nodes, job->request->feature_nodes);
    if (nodeset_overlaps(nodes, self->world->completing))
        return true;
    if (self->any_preemption)
        return false;
    own = nodeset_copy(nodes);
    select_drop_foreign(self, job, 0, own);
    return !nodeset_equal(own, nodes) ||
           nodeset_overlaps(nodes, alone ? self->world->busy : self->world->whole);
}

/* What blocked partitions and reservations leave of the up nodes may be too small for the job even
 * if nothing ran there: then it is not these nodes it waits for, and it blocks nobody.
 * Source: node_scheduler.c _pick_best_nodes, runable_avail. */
static bool is_out_of_reach(const Sim *self, const SimJob *job, const PlaceQuery *query,
                            const NodeSet *left)
{
    g_autoptr(NodeSet) all = nodes_for(self, job);
    PlaceQuery rest = *query;

    rest.candidates = left;
    return !nodeset_equal(left, all) && !are_busy(self, job, left) &&
           (nodeset_count(left) < query->min_nodes || !place_possible(self->world, &rest));
}

/* @left: up nodes the scheduler and reservations leave to it, whatever runs there. */
static SelectAnswer explain_failure(Sim *self, SimJob *job, const PlaceQuery *query,
                                    const NodeSet *left)
{
    const PlaceAnswer answer = diagnose(self, job, query);

    if (answer == PLACE_NEVER)
        return wait_for(job, WAIT_BAD_CONSTRAINTS, SELECT_NEVER);
    if (answer == PLACE_NODES_DOWN || is_out_of_reach(self, job, query, left))
        return wait_for(job, WAIT_NODE_NOT_AVAIL, SELECT_NODE_NOT_AVAIL);
    return wait_for(job, WAIT_RESOURCES, SELECT_BUSY);
}

static SelectAnswer check_before(Sim *self, SimJob *job, PlaceQuery *query)
{
    const WaitReason refusal = access_lists(self, job, job->partition).reason;

    if (refusal != WAIT_NONE)
        return wait_for(job, refusal, SELECT_PART_CONFIG);
    if (!limits_before(self->limits, job, self->now))
        return SELECT_POLICY;
    if (!select_query(self, job, query))
        return wait_for(job, WAIT_PART_NODE_LIMIT, SELECT_PART_CONFIG);
    if (query->max_nodes < query->min_nodes)
        return wait_for(job, WAIT_QOS_MAX_TRES_PJ, SELECT_POLICY);
    if (!license_free(self, job))
        return wait_for(job, WAIT_LICENSES, SELECT_LICENSES);
    return SELECT_STARTED;
}

/* A placement, at the price of victims where that is allowed. */
static bool find_place(Sim *self, PlaceQuery *query, GPtrArray **victims, Allocation **alloc)
{
    const PlaceView view = {.world = self->world};
    g_autoptr(GPtrArray) candidates = NULL;

    self->statistics.placements++;
    if (!self->any_preemption)
        return place_find(&view, query, alloc) == PLACE_OK;
    candidates = preempt_candidates(self, query->job);
    if (candidates->len == 0)
        return place_find(&view, query, alloc) == PLACE_OK;
    return preempt_find(self, query, candidates, victims, alloc);
}

static SelectAnswer start_or_preempt(Sim *self, SimJob *job, GPtrArray *victims, Allocation *alloc,
                                     SimJob **started)
{
    if (victims && victims->len > 0) {
        allocation_free(alloc);
        preempt_act(self, job, victims);
        return wait_for(job, WAIT_RESOURCES, SELECT_BUSY);
    }
    if (self->follow)
        return follow_start(self, job, alloc, started);
    *started = record_split(self, job);
    (*started)->partition = job->partition;
    (*started)->priority = job->priority;
    life_start(self, *started, alloc, self->now);
    return SELECT_STARTED;
}

/* The nodes it would get matter too: those its group uses already count only once. */
static bool within_limits(Sim *self, SimJob *job, Allocation *alloc, const uint64_t *tres)
{
    bool within;

    job->alloc = alloc;
    within = limits_after(self->limits, job, tres, self->now);
    job->alloc = NULL;
    return within;
}

SelectAnswer select_nodes(Sim *self, SimJob *job, const NodeSet *nodes, SimJob **started)
{
    g_autoptr(NodeSet) left = nodes_for(self, job);
    g_autoptr(NodeSet) candidates = NULL;
    g_autoptr(GPtrArray) victims = NULL;
    Allocation *alloc = NULL;
    PlaceQuery query;
    uint64_t tres[TRES_MAX];
    ReservationTest test = {.reservation = self->entry_reservation, .when = self->now};
    const SelectAnswer before = check_before(self, job, &query);

    if (before != SELECT_STARTED)
        return before;
    nodeset_and(left, nodes);
    if (!reservation_test(self, job, &test, left))
        return wait_for(job, WAIT_RESERVATION, SELECT_RESERVATION);
    candidates = nodeset_copy(left);
    nodeset_remove(candidates, self->world->completing);
    select_drop_foreign(self, job, 0, candidates);
    query.candidates = candidates;
    if (find_place(self, &query, &victims, &alloc)) {
        select_tres(self, job, alloc, tres);
        job->total_cpus = alloc->total_cpus;
    } else {
        estimate_tres(self, job, tres);
    }
    if (!within_limits(self, job, alloc, tres)) {
        allocation_free(alloc);
        return SELECT_POLICY;
    }
    if (!alloc)
        return explain_failure(self, job, &query, left);
    return start_or_preempt(self, job, victims, alloc, started);
}
