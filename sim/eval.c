/* Choosing among the nodes that offer something. */
#include "sim/eval.h"

#include "sim/cores.h"
#include "sim/gresplace.h"
#include "sim/state.h"
#include <string.h>

bool eval_done(const Search *self)
{
    return self->nodes <= 0 && self->cpus <= 0 &&
           (!self->trial->gres_per_job || gresplace_found(self->trial, self->got));
}

bool eval_enough(const Search *self, int64_t nodes)
{
    const Trial *trial = self->trial;
    int64_t needed = self->nodes;

    if (trial->req_nodes > trial->min_nodes)
        needed += (int64_t)trial->min_nodes - trial->req_nodes;
    return nodes >= needed;
}

/* How many tasks a node must and may run. */
static void bound_tasks(const Trial *trial, const Node *node, NodeBounds *bounds)
{
    const JobRequest *request = trial->request;

    bounds->min_tasks = 1;
    bounds->max_tasks = UINT32_MAX;
    if (request->ntasks_per_node) {
        bounds->min_tasks = bounds->max_tasks = request->ntasks_per_node;
    } else if (request->ntasks_per_socket) {
        bounds->min_tasks = request->ntasks_per_socket;
        bounds->max_tasks = request->ntasks_per_socket * node->sockets;
    } else if (trial->ntasks_per_core) {
        bounds->min_tasks = trial->ntasks_per_core;
        bounds->max_tasks = trial->ntasks_per_core * (node->cores - node->spec_cores);
    } else if (request->max_nodes == 1) {
        bounds->min_tasks = trial->tasks ? trial->tasks : 1;
        bounds->max_tasks = trial->tasks ? trial->tasks : UINT32_MAX;
    } else if (trial->tasks == 1 || (trial->tasks && trial->tasks == request->min_nodes &&
                                     trial->tasks == request->max_nodes)) {
        bounds->max_tasks = 1;
    }
}

uint32_t eval_select(const Search *self, uint32_t node)
{
    const Trial *trial = self->trial;
    const Node *have = &trial->cluster->nodes[node];
    Offer *offer = trial_offer(trial, node);
    NodeBounds bounds = {.cpus = offer->cpus};

    bound_tasks(trial, have, &bounds);
    if (!trial->request->overcommit) {
        uint32_t tasks = offer->cpus / trial->sizes.cpus_per_task;

        bounds.max_tasks = tasks < bounds.min_tasks ? 0 : MIN(bounds.max_tasks, tasks);
    }
    if (!trial->counts_do)
        memcpy(trial_cores(trial, node), trial_base(trial, node),
               trial->world->core_words * sizeof(uint64_t));
    if (trial->request->n_gres)
        gresplace_select(trial, self->got, node, (uint32_t)MAX(self->min_nodes, 1), &bounds);
    if (bounds.max_tasks == 0)
        bounds.cpus = 0;
    else if (trial->cluster->config.one_task_per_core && !trial->request->ntasks_per_core &&
             trial->min_gres_cpus == 0)
        bounds.cpus = MIN(bounds.cpus, cores_count(trial_cores(trial, node), 0, have->cores));
    offer->gres_max_tasks = bounds.max_tasks;
    offer->selected = bounds.cpus;
    return bounds.cpus;
}

/* --gpus and the like: how many tasks and devices this node contributes. */
static bool take_gres(Search *self, uint32_t node, uint32_t *cpus)
{
    const Trial *trial = self->trial;
    Offer *offer = trial_offer(trial, node);
    int64_t saved = MAX(self->min_nodes - 1, 0), tasks = self->max_tasks - saved, used;
    uint32_t each = trial->sizes.cpus_per_task, least = each;
    bool use;

    if (!trial->request->overcommit && tasks > *cpus / each) {
        saved += tasks - *cpus / each;
        tasks = *cpus / each;
    }
    tasks = MAX(tasks, 1);
    if (tasks < offer->gres_max_tasks) {
        for (uint32_t g = 0; g < trial->request->n_gres; g++) {
            const GresRequest *request = &trial->request->gres[g];
            GresOffer *gres = &trial_gres(trial, node)[g];

            if (request->per_task && !request->per_node)
                gres->count = MIN(gres->count, (uint64_t)tasks * request->per_task);
        }
        offer->gres_max_tasks = (uint32_t)tasks;
    }
    used = MIN(tasks, offer->gres_max_tasks);
    if (!trial->request->overcommit)
        least = (uint32_t)(each * used);
    use = used > 0 && *cpus >= least;
    if (use)
        gresplace_take(trial, self->got, node, cpus);
    self->max_tasks = saved + tasks - (use ? used : 0);
    offer->cpus = use ? *cpus : 0;
    return use;
}

/* CPUs to use on a node: no more than are still wanted, less one core for each further node. */
static uint32_t cpus_to_use(const Search *self, uint32_t node, uint32_t cpus)
{
    const Trial *trial = self->trial;
    const Node *have = &trial->cluster->nodes[node];
    Offer *offer = trial_offer(trial, node);
    int64_t reserve = MAX(self->min_nodes - 1, 0) * trial_usable_threads(trial, have);

    if (trial->whole)
        return cpus;
    if (trial->consume == CONSUME_SOCKET)
        reserve *= have->cores_per_socket;
    if ((int64_t)cpus > self->max_cpus - reserve) {
        uint32_t least = offer->gres_min_cpus ? offer->gres_min_cpus : trial->min_gres_cpus;

        cpus = (uint32_t)MAX(self->max_cpus - reserve, (int64_t)trial->sizes.pn_min_cpus);
        cpus = MAX(cpus, least);
        offer->cpus = cpus;
    }
    return cpus;
}

bool eval_take(Search *self, uint32_t node, uint32_t cpus)
{
    cpus = cpus_to_use(self, node, cpus);
    if (self->trial->gres_per_job && cpus && !take_gres(self, node, &cpus))
        return false;
    nodeset_add(self->chosen, node);
    self->cpus -= cpus;
    self->max_cpus -= cpus;
    self->nodes--;
    self->min_nodes--;
    self->max_nodes--;
    return true;
}

bool eval_required(Search *self)
{
    const NodeSet *required = self->trial->required;

    if (!required)
        return true;
    for (uint32_t n = nodeset_next(required, 0); n != NODE_NONE && self->max_nodes > 0;
         n = nodeset_next(required, n + 1)) {
        uint32_t cpus = eval_select(self, n);

        if (cpus == 0 || !eval_take(self, n, cpus))
            return false;
    }
    return nodeset_contains(self->chosen, required);
}

static bool choose_once(Search *self)
{
    const Trial *trial = self->trial;
    const Config *config = &trial->cluster->config;

    if (nodeset_count(self->from) < trial->min_nodes ||
        (trial->required && !nodeset_contains(self->from, trial->required)))
        return false;
    if (trial->request->spread)
        return eval_spread(self);
    if (trial->query->prefer_busy && !trial->request->contiguous)
        return eval_busy(self);
    if (config->lln || trial->partition->lln)
        return eval_least_loaded(self);
    if (config->sched.pack_serial_at_end && trial->sizes.min_cpus == 1 && trial->req_nodes == 1)
        return eval_serial(self);
    if (config->topology == TOPOLOGY_TREE && !trial->request->contiguous &&
        (!config->topo_optional || trial->request->switches))
        return eval_tree(self);
    return eval_consec(self);
}

static int64_t task_budget(const Trial *trial, int64_t cpus, int64_t max_nodes)
{
    uint32_t each = trial->sizes.cpus_per_task;

    if (trial->request->overcommit || each <= 1)
        return cpus;
    return trial->request->ntasks_per_node ? trial->request->ntasks_per_node * max_nodes
                                           : cpus / each;
}

static int64_t most_nodes(const Trial *trial)
{
    if (trial->tasks && !trial->request->ntasks_per_node && trial->max_nodes > trial->tasks)
        return MAX(trial->tasks, trial->min_nodes);
    return trial->max_nodes;
}

void eval_open(Search *self, Trial *trial)
{
    *self = (Search){.trial = trial,
                     .from = trial->scratch->left,
                     .chosen = trial->scratch->chosen,
                     .cpus = trial->sizes.min_cpus,
                     .min_nodes = trial->min_nodes,
                     .max_nodes = most_nodes(trial)};
    nodeset_clear(self->chosen);
    self->nodes = trial->gres_per_job ? MIN(trial->min_nodes, trial->req_nodes)
                                      : MAX(trial->min_nodes, trial->req_nodes);
    self->max_cpus =
        MAX(MAX(self->cpus, trial->min_gres_cpus * self->nodes), trial->min_job_gres_cpus);
    self->max_tasks = task_budget(trial, self->max_cpus, self->max_nodes);
}

static bool try_choice(Trial *trial, const NodeSet *usable)
{
    g_autofree uint64_t *got = g_new0(uint64_t, trial->request->n_gres + 1);
    Search search;

    eval_open(&search, trial);
    search.got = got;
    nodeset_assign(search.from, usable);
    return choose_once(&search);
}

static uint32_t resources_of(const Trial *trial, uint32_t node)
{
    return trial_offer(trial, node)->cpus + trial_offer(trial, node)->gpus;
}

/* Leaves nodes out that offer @threshold or less; false when that changed nothing. */
static bool leave_small_out(const Trial *trial, NodeSet *usable, uint32_t threshold)
{
    uint32_t left = nodeset_count(usable);
    bool changed = false;

    for (uint32_t n = nodeset_next(usable, 0); n != NODE_NONE; n = nodeset_next(usable, n + 1)) {
        if (resources_of(trial, n) == 0 || resources_of(trial, n) > threshold ||
            (trial->required && nodeset_has(trial->required, n)))
            continue;
        nodeset_drop(usable, n);
        changed = true;
        if (--left <= trial->min_nodes)
            break;
    }
    return changed;
}

static bool retry_without_small(Trial *trial, NodeSet *usable)
{
    uint32_t most = 0;

    for (uint32_t n = nodeset_next(usable, 0); n != NODE_NONE; n = nodeset_next(usable, n + 1))
        most = MAX(most, resources_of(trial, n));
    for (uint32_t threshold = 1; threshold < most; threshold++) {
        bool changed = leave_small_out(trial, usable, threshold);

        if (!changed && threshold != 1)
            continue;
        if (try_choice(trial, usable))
            return true;
        if (nodeset_count(usable) <= trial->min_nodes)
            return false;
    }
    return false;
}

bool eval_choose(Trial *trial, NodeSet *usable)
{
    bool ok;

    trial->first_pass = true;
    ok = try_choice(trial, usable);
    trial->first_pass = false;
    if (!ok && nodeset_count(usable) <= trial->min_nodes)
        ok = try_choice(trial, usable);
    else if (!ok)
        ok = retry_without_small(trial, usable);
    if (ok)
        nodeset_assign(usable, trial->scratch->chosen);
    return ok;
}
