/* Consecutive best fit: cons_tres' usual way. Candidates fall into runs of neighbouring nodes of
 * one weight; the best run is used up, then the next best. For a single node the tightest fit
 * within the best run. Source: Slurm 24.05 eval_nodes.c _eval_nodes_consec. */
#include "sim/eval.h"
#include "sim/gresplace.h"
#include <string.h>

#define NO_WEIGHT UINT64_MAX

/* Neighbouring candidates of one weight. */
typedef struct {
    int64_t cpus, nodes;
    uint32_t start, end;
    uint32_t required; /* its first required node, NODE_NONE */
    uint64_t weight;
    uint64_t *gres; /* [n_gres] all it offers, NULL when nothing is asked per job */
} Run;

static void clear_run(gpointer run)
{
    g_free(((Run *)run)->gres);
}

static Run *nth(const GArray *runs, guint index)
{
    return &g_array_index(runs, Run, index);
}

static Run *open_run(const Search *self, GArray *runs)
{
    Run run = {.required = NODE_NONE, .weight = NO_WEIGHT};

    if (self->trial->gres_per_job)
        run.gres = g_new0(uint64_t, self->trial->request->n_gres);
    g_array_append_val(runs, run);
    return nth(runs, runs->len - 1);
}

/* The last run: continued if @node follows it and has its weight, else a new one. */
static Run *run_for(const Search *self, GArray *runs, uint32_t node, uint32_t last)
{
    uint64_t weight = trial_offer(self->trial, node)->weight;
    Run *run = runs->len ? nth(runs, runs->len - 1) : open_run(self, runs);
    bool gap = last != NODE_NONE && node != last + 1;
    bool other =
        run->weight != NO_WEIGHT && run->weight != weight && !self->trial->request->contiguous;

    if (!gap && !other)
        return run;
    if (run->nodes > 0)
        return open_run(self, runs);
    run->required = NODE_NONE; /* only required nodes so far: the record is used again */
    if (gap)
        run->weight = NO_WEIGHT;
    return run;
}

static void add_node(const Search *self, Run *run, uint32_t node, uint32_t cpus)
{
    if (run->nodes == 0)
        run->start = node;
    run->end = node;
    run->nodes++;
    run->cpus += cpus;
    run->weight = trial_offer(self->trial, node)->weight;
    for (uint32_t g = 0; run->gres && g < self->trial->request->n_gres; g++)
        run->gres[g] += trial_gres(self->trial, node)[g].count;
}

static void build_runs(Search *self, GArray *runs)
{
    uint32_t last = NODE_NONE;

    for (uint32_t n = nodeset_next(self->from, 0); n != NODE_NONE;
         n = nodeset_next(self->from, n + 1)) {
        bool required = self->trial->required && nodeset_has(self->trial->required, n);
        uint32_t cpus = required ? 0 : eval_select(self, n);
        Run *run;

        if (!required && cpus == 0) {
            nodeset_drop(self->from, n);
            continue;
        }
        run = run_for(self, runs, n, last);
        last = n;
        if (!required) {
            add_node(self, run, n, cpus);
            continue;
        }
        if (run->nodes == 0)
            run->start = n;
        run->end = n;
        if (run->required == NODE_NONE)
            run->required = n;
    }
}

static bool suffices(const Search *self, const Run *run)
{
    return run->cpus >= self->cpus && eval_enough(self, run->nodes) &&
           (!run->gres || gresplace_suffices(self->trial, self->got, run->gres));
}

/* Is @run better than @best? Lower weight, then sufficient, then tightest. */
static bool is_better(const Search *self, const Run *run, const Run *best)
{
    bool fits = suffices(self, run);

    if (!best || (best->required == NODE_NONE && run->required != NODE_NONE) ||
        run->weight < best->weight)
        return true;
    if (self->trial->request->contiguous && fits && !suffices(self, best))
        return true;
    if (run->weight != best->weight)
        return false;
    if (fits)
        return !suffices(self, best) || run->cpus < best->cpus;
    return run->cpus > best->cpus;
}

static Run *best_run(const Search *self, const GArray *runs)
{
    bool contiguous = self->trial->request->contiguous;
    Run *best = NULL;
    guint with_required = 0;

    for (guint i = 0; i < runs->len; i++) {
        Run *run = nth(runs, i);

        with_required += run->required != NODE_NONE;
        if (run->nodes == 0 || (contiguous && self->trial->required && run->required == NODE_NONE))
            continue;
        if (is_better(self, run, best))
            best = run;
    }
    if (contiguous && (with_required > 1 || (best && !suffices(self, best))))
        return NULL;
    return best;
}

static bool is_open(const Search *self, uint32_t node)
{
    return nodeset_has(self->from, node) && !nodeset_has(self->chosen, node) &&
           trial_offer(self->trial, node)->selected > 0;
}

static bool is_over(const Search *self)
{
    return self->max_nodes <= 0 || eval_done(self);
}

/* From the required node up, then down. */
static void take_around(Search *self, const Run *run)
{
    for (uint32_t n = run->required; n <= run->end && !is_over(self); n++) {
        if (is_open(self, n))
            eval_take(self, n, trial_offer(self->trial, n)->selected);
    }
    for (uint32_t n = run->required; n-- > run->start && !is_over(self);) {
        if (is_open(self, n))
            eval_take(self, n, trial_offer(self->trial, n)->selected);
    }
}

static bool gres_suffice(const Search *self, uint32_t node)
{
    const Trial *trial = self->trial;

    for (uint32_t g = 0; trial->gres_per_job && g < trial->request->n_gres; g++) {
        if (trial->request->gres[g].per_job > self->got[g] + trial_gres(trial, node)[g].count)
            return false;
    }
    return true;
}

/* The node of a run that would do alone and has least to spare; NODE_NONE. */
static uint32_t tightest(const Search *self, const Run *run)
{
    uint32_t best = NODE_NONE, size = 0;

    for (uint32_t n = nodeset_next(self->from, run->start); n != NODE_NONE && n <= run->end;
         n = nodeset_next(self->from, n + 1)) {
        uint32_t cpus = trial_offer(self->trial, n)->selected;

        if (!is_open(self, n) || cpus < self->cpus || !gres_suffice(self, n))
            continue;
        if (best == NODE_NONE || cpus < size) {
            best = n;
            size = cpus;
            if (size == self->cpus)
                break;
        }
    }
    return best;
}

static void take_upward(Search *self, const Run *run)
{
    uint32_t only = self->nodes <= 1 ? tightest(self, run) : NODE_NONE;

    for (uint32_t n = nodeset_next(self->from, run->start);
         n != NODE_NONE && n <= run->end && !is_over(self); n = nodeset_next(self->from, n + 1)) {
        uint32_t cpus = trial_offer(self->trial, n)->selected;

        if (!is_open(self, n) || (only != NODE_NONE && n != only) ||
            (self->max_nodes == 1 && cpus < self->cpus))
            continue;
        eval_take(self, n, cpus);
    }
}

bool eval_consec(Search *self)
{
    GArray *runs = self->trial->scratch->runs;

    if (!runs) {
        runs = g_array_new(FALSE, FALSE, sizeof(Run));
        g_array_set_clear_func(runs, clear_run);
        self->trial->scratch->runs = runs;
    }
    g_array_set_size(runs, 0);
    if (!eval_required(self))
        return false;
    if (self->trial->required && (eval_done(self) || self->max_nodes <= 0))
        return eval_done(self);
    build_runs(self, runs);
    while (self->max_nodes > 0) {
        Run *run = best_run(self, runs);

        if (!run)
            break;
        if (run->required != NODE_NONE)
            take_around(self, run);
        else
            take_upward(self, run);
        if (eval_done(self))
            return true;
        run->cpus = run->nodes = 0;
    }
    return self->cpus <= 0 && eval_enough(self, 0) &&
           (!self->trial->gres_per_job || gresplace_found(self->trial, self->got));
}
