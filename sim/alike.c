/* Choosing among empty nodes without a look at each. */
#include "sim/alike.h"

#include "sim/eval.h"
#include "sim/offer.h"
#include "sim/state.h"

#define MOST_CLASSES 32 /* two of each kind: nodes that clean up weigh more */

/* Nodes that offer the same at the same weight. */
typedef struct {
    NodeSet *nodes; /* in the scratch */
    Offer offer;
    uint32_t cpus; /* what eval_select takes of it */
} Class;

typedef struct {
    Trial *trial;
    Search search;
    Class classes[MOST_CLASSES];
    uint32_t n_classes;
} Picker;

/* Neighbours of one weight, all of one offer. */
typedef struct {
    uint32_t start, nodes;
} Run;

bool alike_counts(const Trial *trial)
{
    return trial->whole && trial->hold != HOLD_SHARED && trial->counts_do && !trial->test_only &&
           !trial->world->no_shortcuts && trial->world->kinds->n > 0 &&
           !trial->world->may_suspend && trial->cluster->config.preempt != PREEMPT_PARTITION_PRIO &&
           trial->cluster->config.select != SELECT_LINEAR;
}

/* The order of picker must be that of eval_consec, without anything in between. */
static bool is_consecutive(const Trial *trial)
{
    const Config *config = &trial->cluster->config;

    return trial->busy == BUSY_EVERYBODY && !trial->required && !trial->query->weights &&
           !trial->request->spread && !trial->request->contiguous && !trial->query->prefer_busy &&
           !config->lln && !trial->partition->lln && !config->sched.pack_serial_at_end &&
           config->topology != TOPOLOGY_TREE;
}

/* ---- classes ---- */

static NodeSet *class_nodes(const Trial *trial, uint32_t index)
{
    PlaceScratch *scratch = trial->scratch;

    if (!scratch->classes)
        scratch->classes = g_ptr_array_new_with_free_func((GDestroyNotify)nodeset_free);
    while (scratch->classes->len <= index)
        g_ptr_array_add(scratch->classes, nodeset_new(trial->cluster->n_nodes));
    return g_ptr_array_index(scratch->classes, index);
}

/* Enters the nodes of @usable in @kind that do clean up, or do not. */
static void add_class(Picker *self, const NodeSet *usable, const NodeSet *kind, bool cleans_up)
{
    const NodeSet *completing = self->trial->world->completing;
    Class *class = &self->classes[self->n_classes];
    NodeSet *nodes = class_nodes(self->trial, self->n_classes);
    uint32_t first;

    nodeset_assign(nodes, usable);
    nodeset_and(nodes, kind);
    if (cleans_up)
        nodeset_and(nodes, completing);
    else
        nodeset_remove(nodes, completing);
    first = nodeset_next(nodes, 0);
    if (first == NODE_NONE)
        return;
    offer_make(self->trial, first);
    if (trial_offer(self->trial, first)->cpus == 0)
        return;
    class->cpus = eval_select(&self->search, first);
    class->nodes = nodes;
    class->offer = *trial_offer(self->trial, first);
    if (class->cpus > 0)
        self->n_classes++;
}

static void find_classes(Picker *self, const NodeSet *usable)
{
    const NodeKinds *kinds = self->trial->world->kinds;
    const bool any_completing = nodeset_overlaps(usable, self->trial->world->completing);

    for (uint32_t k = 0; k < kinds->n; k++) {
        add_class(self, usable, kinds->nodes[k], false);
        if (any_completing)
            add_class(self, usable, kinds->nodes[k], true);
    }
}

/* Of equal weight go together; false when they offer different numbers of CPUs. */
static bool merge_weights(Picker *self)
{
    for (uint32_t i = 0; i < self->n_classes; i++) {
        for (uint32_t j = i + 1; j < self->n_classes;) {
            Class *a = &self->classes[i], *b = &self->classes[j];

            if (a->offer.weight != b->offer.weight) {
                j++;
                continue;
            }
            if (a->cpus != b->cpus || a->offer.cpus != b->offer.cpus)
                return false;
            nodeset_or(a->nodes, b->nodes);
            *b = self->classes[--self->n_classes];
        }
    }
    return true;
}

static Class *next_class(Picker *self, uint64_t above, bool first)
{
    Class *best = NULL;

    for (uint32_t i = 0; i < self->n_classes; i++) {
        Class *class = &self->classes[i];

        if ((first || class->offer.weight > above) &&
            (!best || class->offer.weight < best->offer.weight))
            best = class;
    }
    return best;
}

/* ---- runs ---- */

/* The first index >= @from that is not in @nodes. */
static uint32_t end_of_run(const NodeSet *nodes, uint32_t from)
{
    uint32_t i = from >> 6;
    uint64_t word = ~nodes->words[i] & (~UINT64_C(0) << (from & 63));

    while (word == 0) {
        if (++i == nodes->n_words)
            return nodes->n_nodes;
        word = ~nodes->words[i];
    }
    return MIN(i * 64 + (uint32_t)__builtin_ctzll(word), nodes->n_nodes);
}

static void find_runs(const NodeSet *nodes, GArray *runs)
{
    g_array_set_size(runs, 0);
    for (uint32_t n = nodeset_next(nodes, 0); n != NODE_NONE;) {
        const uint32_t end = end_of_run(nodes, n);
        const Run run = {.start = n, .nodes = end - n};

        g_array_append_val(runs, run);
        n = nodeset_next(nodes, end);
    }
}

/* The smallest that suffices, else the largest; NULL when all are used up. */
static Run *best_run(const Search *search, const GArray *runs, int64_t cpus)
{
    Run *smallest = NULL, *largest = NULL;

    for (guint i = 0; i < runs->len; i++) {
        Run *run = &g_array_index(runs, Run, i);

        if (run->nodes == 0)
            continue;
        if (!largest || run->nodes > largest->nodes)
            largest = run;
        if ((!smallest || run->nodes < smallest->nodes) && run->nodes * cpus >= search->cpus &&
            eval_enough(search, run->nodes))
            smallest = run;
    }
    return smallest ? smallest : largest;
}

static bool is_over(const Search *search)
{
    return search->max_nodes <= 0 || eval_done(search);
}

static void take_run(Search *search, const Class *class, const Run *run)
{
    const uint32_t cpus = class->cpus;

    for (uint32_t n = run->start; n < run->start + run->nodes && !is_over(search); n++) {
        if (search->max_nodes == 1 && cpus < search->cpus)
            return;
        *trial_offer(search->trial, n) = class->offer;
        eval_take(search, n, cpus);
    }
}

static bool choose_in(Picker *self, const Class *class)
{
    GArray *runs = self->trial->scratch->alike_runs;
    Search *search = &self->search;

    find_runs(class->nodes, runs);
    while (search->max_nodes > 0) {
        Run *run = best_run(search, runs, class->cpus);

        if (!run)
            return false;
        take_run(search, class, run);
        if (eval_done(search))
            return true;
        run->nodes = 0;
    }
    return false;
}

static bool choose(Picker *self)
{
    uint64_t weight = 0;

    for (bool first = true;; first = false) {
        Class *class = next_class(self, weight, first);

        if (!class)
            break;
        if (choose_in(self, class))
            return true;
        weight = class->offer.weight;
    }
    return self->search.cpus <= 0 && eval_enough(&self->search, 0);
}

static bool are_enough(const Picker *self)
{
    uint32_t nodes = 0;

    for (uint32_t i = 0; i < self->n_classes; i++)
        nodes += nodeset_count(self->classes[i].nodes);
    return nodes >= self->trial->min_nodes;
}

bool alike_choose(Trial *trial, NodeSet *usable)
{
    PlaceScratch *scratch = trial->scratch;
    Picker picker = {.trial = trial};

    if (!is_consecutive(trial))
        return false;
    if (!scratch->alike_runs)
        scratch->alike_runs = g_array_new(FALSE, FALSE, sizeof(Run));
    eval_open(&picker.search, trial);
    find_classes(&picker, usable);
    if (!are_enough(&picker) || !merge_weights(&picker) || !choose(&picker))
        return false;
    nodeset_assign(usable, scratch->chosen);
    return true;
}
