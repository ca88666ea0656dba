/* How many CPUs each recorded run held on each of its nodes: bounds are made narrower until nothing
 * changes any more. */
#include "sim/follow_shares.h"

/* A run on a node. */
typedef struct {
    guint run;
    uint32_t slot; /* of the run's spread */
} Stay;

/* The runs of one node by start. */
typedef struct {
    GArray *stays;  /* Stay */
    GArray *latest; /* Instant: the latest end of stays[0..i] */
} NodeStays;

struct FollowShares {
    const Recording *recording;
    const Cluster *cluster;
    Spread *spreads; /* by run */
    NodeStays *nodes;
    bool bound_by_others; /* a core is held by one job at a time */
    GQueue *queue;        /* runs whose bounds have changed */
    bool *queued;         /* by run */
};

static const RecordedRun *nth_run(const FollowShares *self, guint run)
{
    return g_ptr_array_index(self->recording->runs, run);
}

static uint32_t capacity_of(const Node *node)
{
    return node->cpus - MIN(node->cpus, node->spec_cores * node->threads_per_core);
}

/* ---- making bounds narrower ---- */

static void push(FollowShares *self, guint run)
{
    if (self->queued[run])
        return;
    self->queued[run] = true;
    g_queue_push_tail(self->queue, GUINT_TO_POINTER(run));
}

static uint32_t sum_of(const uint32_t *counts, uint32_t n)
{
    uint32_t sum = 0;

    for (uint32_t i = 0; i < n; i++)
        sum += counts[i];
    return sum;
}

/* What the other nodes cannot give this one must, and the other way round. */
static void tighten_sum(Spread *spread)
{
    const uint32_t least = sum_of(spread->least, spread->n);
    const uint32_t most = sum_of(spread->most, spread->n);

    if (least > spread->total || most < spread->total)
        return; /* contradicts itself: the recording means something else */
    for (uint32_t i = 0; i < spread->n; i++) {
        const uint32_t others_least = least - spread->least[i];
        const uint32_t others_most = most - spread->most[i];

        spread->most[i] = MIN(spread->most[i], spread->total - others_least);
        if (spread->total > others_most)
            spread->least[i] = MAX(spread->least[i], spread->total - others_most);
    }
}

static bool is_there(const FollowShares *self, const Stay *stay, Instant at)
{
    const RecordedRun *run = nth_run(self, stay->run);

    return run->start_at <= at && run->end_at > at;
}

/* The stays of @node around its @k-th when that begins: [*first, *past) holds all of them. */
static void find_window(const FollowShares *self, const NodeStays *node, guint k, guint *first,
                        guint *past)
{
    const Instant at = nth_run(self, g_array_index(node->stays, Stay, k).run)->start_at;

    *first = k;
    *past = k + 1;
    while (*first > 0 && g_array_index(node->latest, Instant, *first - 1) > at)
        --*first;
    while (*past < node->stays->len &&
           nth_run(self, g_array_index(node->stays, Stay, *past).run)->start_at == at)
        ++*past;
}

/* When the @k-th run of a node begins, all that are there must find room. */
static void tighten_room(FollowShares *self, uint32_t index, guint k)
{
    const NodeStays *node = &self->nodes[index];
    const Instant at = nth_run(self, g_array_index(node->stays, Stay, k).run)->start_at;
    const uint32_t capacity = capacity_of(&self->cluster->nodes[index]);
    uint32_t least = 0;
    guint first, past;

    find_window(self, node, k, &first, &past);
    for (guint i = first; i < past; i++) {
        const Stay *stay = &g_array_index(node->stays, Stay, i);

        if (is_there(self, stay, at))
            least += self->spreads[stay->run].least[stay->slot];
    }
    for (guint i = first; least <= capacity && i < past; i++) {
        const Stay *stay = &g_array_index(node->stays, Stay, i);
        Spread *spread = &self->spreads[stay->run];
        const uint32_t room = capacity - (least - spread->least[stay->slot]);

        if (is_there(self, stay, at) && spread->most[stay->slot] > room) {
            spread->most[stay->slot] = room;
            push(self, stay->run);
        }
    }
}

/* The first stay of @node that is @run's or begins later. */
static guint find_stay(const NodeStays *node, guint run)
{
    guint low = 0, high = node->stays->len;

    while (low < high) {
        const guint middle = low + (high - low) / 2;

        if (g_array_index(node->stays, Stay, middle).run < run)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void tighten_neighbours(FollowShares *self, guint run)
{
    const Spread *spread = &self->spreads[run];
    const Instant end = nth_run(self, run)->end_at;

    for (uint32_t i = 0; i < spread->n; i++) {
        const NodeStays *node = &self->nodes[spread->nodes[i]];

        for (guint k = find_stay(node, run); k < node->stays->len; k++) {
            const guint other = g_array_index(node->stays, Stay, k).run;

            if (nth_run(self, other)->start_at >= end)
                break;
            tighten_room(self, spread->nodes[i], k);
        }
    }
}

static void settle(FollowShares *self)
{
    while (!g_queue_is_empty(self->queue)) {
        const guint run = GPOINTER_TO_UINT(g_queue_pop_head(self->queue));

        self->queued[run] = false;
        tighten_sum(&self->spreads[run]);
        if (self->bound_by_others)
            tighten_neighbours(self, run);
    }
}

/* ---- building ---- */

static bool cores_are_shared(const Cluster *cluster)
{
    bool shared = (cluster->config.preempt_mode & PREEMPT_GANG) != 0;

    for (uint32_t p = 0; p < cluster->n_partitions; p++)
        shared = shared || cluster->partitions[p].over_subscribe == SHARE_FORCE ||
                 cluster->partitions[p].over_subscribe == SHARE_YES;
    return shared;
}

static void fill_spread(const FollowShares *self, const RecordedRun *run, Spread *out)
{
    g_autoptr(NodeSet) nodes = run->nodes ? cluster_nodeset(self->cluster, run->nodes, NULL) : NULL;
    const uint32_t n = nodes && run->cpus ? nodeset_count(nodes) : 0;
    const uint32_t batch =
        run->batch_node ? cluster_find_node(self->cluster, run->batch_node) : INDEX_NONE;
    uint32_t i = 0;

    *out = (Spread){.n = n,
                    .total = run->cpus,
                    .nodes = g_new0(uint32_t, n + 1),
                    .least = g_new0(uint32_t, n + 1),
                    .most = g_new0(uint32_t, n + 1)};
    for (uint32_t k = n ? nodeset_next(nodes, 0) : NODE_NONE; k != NODE_NONE;
         k = nodeset_next(nodes, k + 1), i++) {
        out->nodes[i] = k;
        out->least[i] = k == batch ? run->batch_cpus : 1;
        out->most[i] = k == batch ? run->batch_cpus : self->cluster->nodes[k].cpus;
    }
}

static void add_stays(FollowShares *self, guint run)
{
    const Spread *spread = &self->spreads[run];
    const Instant end = nth_run(self, run)->end_at;

    for (uint32_t i = 0; i < spread->n; i++) {
        NodeStays *node = &self->nodes[spread->nodes[i]];
        const Stay stay = {.run = run, .slot = i};
        const guint n = node->latest->len;
        const Instant latest = n ? MAX(end, g_array_index(node->latest, Instant, n - 1)) : end;

        g_array_append_val(node->stays, stay);
        g_array_append_val(node->latest, latest);
    }
}

FollowShares *follow_shares_new(const Recording *recording, const Cluster *cluster)
{
    FollowShares *self = g_new0(FollowShares, 1);
    const guint n = recording->runs->len;

    self->recording = recording;
    self->cluster = cluster;
    self->spreads = g_new0(Spread, n + 1);
    self->queued = g_new0(bool, n + 1);
    self->queue = g_queue_new();
    self->nodes = g_new0(NodeStays, cluster->n_nodes + 1);
    self->bound_by_others = !cores_are_shared(cluster);
    for (uint32_t i = 0; i < cluster->n_nodes; i++) {
        self->nodes[i].stays = g_array_new(FALSE, FALSE, sizeof(Stay));
        self->nodes[i].latest = g_array_new(FALSE, FALSE, sizeof(Instant));
    }
    for (guint i = 0; i < n; i++) {
        fill_spread(self, nth_run(self, i), &self->spreads[i]);
        add_stays(self, i);
        push(self, i);
    }
    settle(self);
    return self;
}

void follow_shares_free(FollowShares *self)
{
    if (!self)
        return;
    for (uint32_t i = 0; i < self->cluster->n_nodes; i++) {
        g_array_unref(self->nodes[i].stays);
        g_array_unref(self->nodes[i].latest);
    }
    for (guint i = 0; i < self->recording->runs->len; i++) {
        g_free(self->spreads[i].nodes);
        g_free(self->spreads[i].least);
        g_free(self->spreads[i].most);
    }
    g_queue_free(self->queue);
    g_free(self->spreads);
    g_free(self->queued);
    g_free(self->nodes);
    g_free(self);
}

const Spread *follow_shares_of(const FollowShares *self, guint run)
{
    return &self->spreads[run];
}

void follow_shares_fix(FollowShares *self, guint run, const uint32_t *cpus)
{
    Spread *spread = &self->spreads[run];

    for (uint32_t i = 0; i < spread->n; i++)
        spread->least[i] = spread->most[i] = cpus[i];
    push(self, run);
    settle(self);
}

bool follow_shares_choose(const Spread *spread, const uint32_t *wish, uint32_t *out)
{
    uint32_t sum = 0;

    for (uint32_t i = 0; i < spread->n; i++) {
        out[i] = CLAMP(wish ? wish[i] : spread->most[i], spread->least[i], spread->most[i]);
        sum += out[i];
    }
    for (uint32_t i = spread->n; i > 0 && sum > spread->total; i--) {
        const uint32_t less = MIN(sum - spread->total, out[i - 1] - spread->least[i - 1]);

        out[i - 1] -= less;
        sum -= less;
    }
    for (uint32_t i = 0; i < spread->n && sum < spread->total; i++) {
        const uint32_t more = MIN(spread->total - sum, spread->most[i] - out[i]);

        out[i] += more;
        sum += more;
    }
    return spread->n > 0 && sum == spread->total;
}
