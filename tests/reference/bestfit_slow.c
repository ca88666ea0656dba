/* Consecutive best fit, the slow and obvious way. */
#include "tests/reference/bestfit_slow.h"

#include <string.h>

typedef struct {
    uint32_t first, last; /* nodes [first, last] of one weight, all candidates */
    int64_t cpus, nodes;
} Run;

/* What is still wanted. */
typedef struct {
    const BestFit *job;
    bool *taken;
    bool used[4096]; /* nodes of runs that were tried */
    int64_t cpus, nodes, min_nodes, max_nodes, most;
} State;

static bool is_open(const State *s, uint32_t node)
{
    return s->job->cpus[node] > 0 && !s->used[node];
}

/* The run that begins at @first, or none. */
static bool run_at(const State *s, uint32_t first, Run *run)
{
    if (!is_open(s, first))
        return false;
    if (first > 0 && is_open(s, first - 1) && s->job->weight[first - 1] == s->job->weight[first])
        return false;
    *run = (Run){.first = first};
    for (uint32_t n = first;
         n < s->job->n_nodes && is_open(s, n) && s->job->weight[n] == s->job->weight[first]; n++) {
        run->last = n;
        run->cpus += s->job->cpus[n];
        run->nodes++;
    }
    return true;
}

static bool is_enough(const State *s, int64_t nodes)
{
    int64_t needed = s->nodes;

    if (s->job->req_nodes > s->job->min_nodes)
        needed += (int64_t)s->job->min_nodes - s->job->req_nodes;
    return nodes >= needed;
}

static bool suffices(const State *s, const Run *run)
{
    return run->cpus >= s->cpus && is_enough(s, run->nodes);
}

static bool best_run(const State *s, Run *best)
{
    bool found = false;
    Run run;

    for (uint32_t n = 0; n < s->job->n_nodes; n++) {
        uint32_t its, bests;

        if (!run_at(s, n, &run))
            continue;
        its = s->job->weight[run.first];
        bests = found ? s->job->weight[best->first] : 0;
        if (!found || its < bests ||
            (its == bests && suffices(s, &run) && (!suffices(s, best) || run.cpus < best->cpus)) ||
            (its == bests && !suffices(s, &run) && run.cpus > best->cpus))
            *best = run;
        found = true;
    }
    return found;
}

static bool done(const State *s)
{
    return s->cpus <= 0 && s->nodes <= 0;
}

static void take(State *s, uint32_t node)
{
    int64_t cpus = s->job->cpus[node];
    int64_t reserve = s->min_nodes > 1 ? s->min_nodes - 1 : 0;

    if (cpus > s->most - reserve)
        cpus = s->most - reserve > 1 ? s->most - reserve : 1;
    s->taken[node] = true;
    s->cpus -= cpus;
    s->most -= cpus;
    s->nodes--;
    s->min_nodes--;
    s->max_nodes--;
}

/* The node of a run that does alone and has least to spare; n_nodes when there is none. */
static uint32_t tightest(const State *s, const Run *run)
{
    uint32_t best = s->job->n_nodes;

    for (uint32_t n = run->first; n <= run->last; n++) {
        if (s->job->cpus[n] >= s->cpus &&
            (best == s->job->n_nodes || s->job->cpus[n] < s->job->cpus[best]))
            best = n;
    }
    return best;
}

static void use_run(State *s, const Run *run)
{
    uint32_t only = s->nodes <= 1 ? tightest(s, run) : s->job->n_nodes;

    for (uint32_t n = run->first; n <= run->last; n++) {
        s->used[n] = true;
        if (s->max_nodes <= 0 || done(s) || (only < s->job->n_nodes && n != only) ||
            (s->max_nodes == 1 && (int64_t)s->job->cpus[n] < s->cpus))
            continue;
        take(s, n);
    }
}

bool bestfit_slow(const BestFit *job, bool *taken)
{
    State s = {.job = job,
               .taken = taken,
               .cpus = job->need,
               .most = job->need,
               .nodes = job->req_nodes > job->min_nodes ? job->req_nodes : job->min_nodes,
               .min_nodes = job->min_nodes,
               .max_nodes = job->max_nodes};
    Run run;

    memset(taken, 0, job->n_nodes * sizeof *taken);
    while (s.max_nodes > 0 && best_run(&s, &run)) {
        use_run(&s, &run);
        if (done(&s))
            return true;
    }
    return s.cpus <= 0 && is_enough(&s, 0);
}
