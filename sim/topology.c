/* topology/tree: nodes under as few leaf switches as possible, and those close to each other.
 * Source: Slurm 24.05 eval_nodes_tree.c _eval_nodes_topo. */
#include "sim/eval.h"
#include "sim/gresplace.h"
#include "sim/version.h"

#define FAR UINT32_MAX

/* The tree while nodes are chosen; everything by switch index. */
typedef struct {
    Search *search;
    const Cluster *cluster;
    NodeSet **nodes; /* usable ones below it */
    int64_t *n_nodes;
    uint64_t *cpus;
    bool *used;
    uint32_t *distance; /* to the leaves used, summed; FAR = not connected */
} Tree;

static bool is_leaf(const Tree *self, uint32_t i)
{
    return self->cluster->switches[i].level == 0;
}

static Tree *tree_new(Search *search)
{
    Tree *self = g_new0(Tree, 1);
    uint32_t n = search->trial->cluster->n_switches;

    self->search = search;
    self->cluster = search->trial->cluster;
    self->nodes = g_new0(NodeSet *, n + 1);
    self->n_nodes = g_new0(int64_t, n + 1);
    self->cpus = g_new0(uint64_t, n + 1);
    self->used = g_new0(bool, n + 1);
    self->distance = g_new0(uint32_t, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        self->nodes[i] = nodeset_copy(self->cluster->switches[i].nodes);
        nodeset_and(self->nodes[i], search->from);
    }
    return self;
}

static void tree_free(Tree *self)
{
    for (uint32_t i = 0; i < self->cluster->n_switches; i++)
        nodeset_free(self->nodes[i]);
    g_free(self->nodes);
    g_free(self->n_nodes);
    g_free(self->cpus);
    g_free(self->used);
    g_free(self->distance);
    g_free(self);
}

static uint64_t lowest_weight(const Tree *self, uint32_t i)
{
    uint64_t lowest = UINT64_MAX;

    for (uint32_t n = nodeset_next(self->nodes[i], 0); n != NODE_NONE;
         n = nodeset_next(self->nodes[i], n + 1))
        lowest = MIN(lowest, trial_offer(self->search->trial, n)->weight);
    return lowest;
}

static void count_switch(Tree *self, uint32_t i)
{
    self->n_nodes[i] = nodeset_count(self->nodes[i]);
    self->cpus[i] = 0;
    for (uint32_t n = nodeset_next(self->nodes[i], 0); n != NODE_NONE;
         n = nodeset_next(self->nodes[i], n + 1))
        self->cpus[i] += trial_offer(self->search->trial, n)->cpus;
}

/* The highest switch that could do, with nodes of the lowest weight; the highest one above the
 * required nodes where there are some. */
static uint32_t top_switch(Tree *self)
{
    const Switch *switches = self->cluster->switches;
    const NodeSet *required = self->search->trial->required;
    uint32_t top = INDEX_NONE;
    uint64_t top_weight = 0;

    for (uint32_t i = 0; i < self->cluster->n_switches; i++) {
        count_switch(self, i);
        if (required) {
            self->used[i] = nodeset_overlaps(required, self->nodes[i]);
            if (self->used[i] && (top == INDEX_NONE || switches[i].level > switches[top].level))
                top = i;
            continue;
        }
        if (self->n_nodes[i] == 0 || !eval_enough(self->search, self->n_nodes[i]) ||
            self->search->cpus > (int64_t)self->cpus[i])
            continue;
        if (top == INDEX_NONE ||
            (switches[i].level >= switches[top].level && lowest_weight(self, i) <= top_weight)) {
            top = i;
            top_weight = lowest_weight(self, i);
        }
    }
    return top;
}

/* Edges between two switches of the tree; FAR without a common ancestor. */
static uint32_t hops(const Cluster *cluster, uint32_t a, uint32_t b)
{
    uint32_t steps = 0;

    while (a != b) {
        uint32_t *lower = cluster->switches[a].level <= cluster->switches[b].level ? &a : &b;

        *lower = cluster->switches[*lower].parent;
        if (*lower == INDEX_NONE)
            return FAR;
        steps++;
    }
    return steps;
}

static void add_distance(Tree *self, uint32_t to)
{
    for (uint32_t i = 0; i < self->cluster->n_switches; i++) {
        uint32_t steps = hops(self->cluster, to, i);

        self->distance[i] =
            steps == FAR || self->distance[i] == FAR ? FAR : self->distance[i] + steps;
    }
}

static void subtract_nodes(Tree *self, uint32_t from, int64_t taken)
{
    for (uint32_t i = from; i != INDEX_NONE; i = self->cluster->switches[i].parent)
        self->n_nodes[i] = MAX(self->n_nodes[i] - taken, 0);
}

static bool fits(const Tree *self, uint32_t i)
{
    if (self->n_nodes[i] < self->search->nodes)
        return false;
    return self->cluster->version < SLURM_23_02 || (int64_t)self->cpus[i] >= self->search->cpus;
}

/* 1: @i fits better, -1: @j; where neither does, their parents are asked. */
static int compare_switches(const Tree *self, uint32_t i, uint32_t j, bool *i_fits)
{
    const Switch *switches = self->cluster->switches;

    for (;;) {
        bool j_fits = fits(self, j);

        *i_fits = fits(self, i);
        if (*i_fits && j_fits) {
            if (self->n_nodes[i] != self->n_nodes[j])
                return self->n_nodes[i] < self->n_nodes[j] ? 1 : -1;
            break;
        }
        if (*i_fits || j_fits)
            return *i_fits ? 1 : -1;
        if (switches[i].parent == switches[j].parent || switches[i].parent == INDEX_NONE ||
            switches[j].parent == INDEX_NONE)
            break;
        i = switches[i].parent;
        j = switches[j].parent;
    }
    if (self->n_nodes[i] != self->n_nodes[j])
        return self->n_nodes[i] > self->n_nodes[j] ? 1 : -1;
    if (switches[i].level != switches[j].level)
        return switches[i].level < switches[j].level ? 1 : -1;
    return 0;
}

static uint32_t best_leaf(const Tree *self)
{
    uint32_t best = INDEX_NONE;

    for (uint32_t i = 0; i < self->cluster->n_switches; i++) {
        bool i_fits = false;
        int better;

        if (self->used[i] || !is_leaf(self, i) || self->n_nodes[i] <= 0 || self->distance[i] == FAR)
            continue;
        if (best == INDEX_NONE) {
            best = i;
            continue;
        }
        better = compare_switches(self, i, best, &i_fits);
        if ((self->distance[i] < self->distance[best] && i_fits) ||
            (self->distance[i] == self->distance[best] && better > 0))
            best = i;
    }
    return best;
}

/* Nodes of a leaf in order, until done. Returns: how many were taken. */
static int64_t take_leaf(Tree *self, uint32_t leaf)
{
    Search *search = self->search;
    int64_t taken = 0;

    for (uint32_t n = nodeset_next(self->nodes[leaf], 0);
         n != NODE_NONE && search->max_nodes > 0 && !eval_done(search);
         n = nodeset_next(self->nodes[leaf], n + 1)) {
        Offer *offer = trial_offer(search->trial, n);

        if (nodeset_has(search->chosen, n) || offer->selected == 0)
            continue;
        if (eval_take(search, n, offer->selected))
            taken++;
        else
            offer->selected = 0;
    }
    return taken;
}

/* The next weight above @weight among the nodes below the top switch. */
static bool next_weight(const Tree *self, uint32_t top, bool first, uint64_t *weight)
{
    uint64_t best = UINT64_MAX;

    for (uint32_t n = nodeset_next(self->nodes[top], 0); n != NODE_NONE;
         n = nodeset_next(self->nodes[top], n + 1)) {
        uint64_t its = trial_offer(self->search->trial, n)->weight;

        if ((first || its > *weight) && its < best)
            best = its;
    }
    *weight = best;
    return best != UINT64_MAX;
}

/* What the weights gathered so far come to. */
typedef struct {
    NodeSet *best;   /* nodes of the weights looked at */
    NodeSet *lowest; /* of all weights but the last: taken entirely */
    int64_t n_nodes, cpus;
    uint64_t *gres;
} Gathered;

static void gather_weight(const Tree *self, uint32_t top, uint64_t weight, Gathered *out)
{
    const Search *search = self->search;
    const Trial *trial = search->trial;

    for (uint32_t n = nodeset_next(self->nodes[top], 0); n != NODE_NONE;
         n = nodeset_next(self->nodes[top], n + 1)) {
        uint32_t cpus;

        if (trial_offer(trial, n)->weight != weight ||
            (trial->required && nodeset_has(trial->required, n)))
            continue;
        cpus = eval_select(search, n);
        if (cpus == 0)
            continue;
        nodeset_add(out->best, n);
        out->n_nodes++;
        out->cpus += cpus;
        for (uint32_t g = 0; g < trial->request->n_gres; g++)
            out->gres[g] += trial_gres(trial, n)[g].count;
    }
}

/* Weights from the lowest up, until there is enough. */
static bool gather(const Tree *self, uint32_t top, Gathered *out)
{
    const Search *search = self->search;
    bool sufficient = false;
    uint64_t weight = 0;

    for (bool first = true; next_weight(self, top, first, &weight); first = false) {
        bool gres;

        if (out->n_nodes > 0)
            nodeset_assign(out->lowest, out->best);
        gather_weight(self, top, weight, out);
        gres = !search->trial->gres_per_job ||
               gresplace_suffices(search->trial, search->got, out->gres);
        sufficient =
            sufficient || (out->cpus >= search->cpus && eval_enough(search, out->n_nodes) && gres);
        if (out->n_nodes >= search->nodes && out->cpus >= search->cpus && gres)
            break;
    }
    return sufficient;
}

/* All nodes of the lower weights are taken, like required ones. */
static void take_lowest(Tree *self, NodeSet *lowest)
{
    Search *search = self->search;

    for (uint32_t n = nodeset_next(lowest, 0); n != NODE_NONE && search->max_nodes > 0;
         n = nodeset_next(lowest, n + 1)) {
        if (!eval_take(search, n, trial_offer(search->trial, n)->selected))
            nodeset_drop(lowest, n);
    }
    for (uint32_t i = 0; i < self->cluster->n_switches; i++)
        self->used[i] = self->used[i] || nodeset_overlaps(lowest, self->nodes[i]);
}

/* Leaf switches in use first, then the best one again and again. */
static bool take_leaves(Tree *self)
{
    Search *search = self->search;
    int64_t before = search->nodes + 1;

    for (uint32_t i = 0; i < self->cluster->n_switches && !eval_done(search); i++) {
        if (self->used[i] && is_leaf(self, i))
            subtract_nodes(self, i, take_leaf(self, i));
    }
    for (uint32_t i = 0; i < self->cluster->n_switches; i++) {
        if (self->used[i])
            add_distance(self, i);
    }
    while (!eval_done(search) && before != search->nodes) {
        uint32_t leaf = best_leaf(self);

        before = search->nodes;
        if (leaf == INDEX_NONE)
            break;
        add_distance(self, leaf);
        take_leaf(self, leaf);
        subtract_nodes(self, leaf, self->n_nodes[leaf]);
        self->n_nodes[leaf] = 0;
    }
    return eval_done(search) ||
           (search->min_nodes <= 0 && search->cpus <= 0 &&
            (!search->trial->gres_per_job || gresplace_found(search->trial, search->got)));
}

static bool take_below(Tree *self, uint32_t top, Gathered *gathered)
{
    Search *search = self->search;

    if (!gather(self, top, gathered))
        return false;
    if (!nodeset_is_empty(gathered->lowest)) {
        take_lowest(self, gathered->lowest);
        if (eval_done(search))
            return true;
        if (search->max_nodes <= 0)
            return false;
    }
    nodeset_or(gathered->best, search->chosen);
    for (uint32_t i = 0; i < self->cluster->n_switches; i++) {
        nodeset_and(self->nodes[i], gathered->best);
        self->n_nodes[i] = nodeset_count(self->nodes[i]);
    }
    return take_leaves(self);
}

static bool choose_below(Tree *self, uint32_t top)
{
    uint32_t n = self->cluster->n_nodes;
    g_autoptr(NodeSet) best = nodeset_new(n);
    g_autoptr(NodeSet) lowest = nodeset_new(n);
    g_autofree uint64_t *gres = g_new0(uint64_t, self->search->trial->request->n_gres + 1);
    Gathered gathered = {.best = best, .lowest = lowest, .gres = gres};

    for (uint32_t i = 0; i < self->cluster->n_switches; i++) {
        if (i != top)
            nodeset_and(self->nodes[i], self->nodes[top]);
    }
    return take_below(self, top, &gathered);
}

static bool choose_once(Search *search)
{
    const NodeSet *required = search->trial->required;
    Tree *tree;
    uint32_t top;
    bool ok;

    if (!eval_required(search))
        return false;
    tree = tree_new(search);
    top = top_switch(tree);
    ok = top != INDEX_NONE && (!required || nodeset_contains(tree->nodes[top], required));
    if (ok && required && (eval_done(search) || search->max_nodes <= 0))
        ok = eval_done(search);
    else if (ok)
        ok = choose_below(tree, top);
    tree_free(tree);
    return ok;
}

uint32_t eval_leaves(const Cluster *cluster, const NodeSet *nodes)
{
    uint32_t leaves = 0;

    for (uint32_t i = 0; i < cluster->n_switches; i++)
        leaves +=
            cluster->switches[i].level == 0 && nodeset_overlaps(cluster->switches[i].nodes, nodes);
    return leaves;
}

bool eval_tree(Search *self)
{
    uint32_t most = self->trial->query->max_leaves;
    Search start = *self;

    for (;;) {
        if (!choose_once(self))
            return false;
        if (most == 0 || eval_leaves(self->trial->cluster, self->chosen) <= most)
            return true;
        if (start.nodes <= start.min_nodes || self->trial->gres_per_job)
            return false;
        start.nodes--; /* fewer nodes of the range asked for may need fewer leaves */
        nodeset_clear(self->chosen);
        *self = start;
    }
}
