/* Nodes of followed runs: where they really ran, and whether others are of the same kind. */
#include "sim/follow_track.h"

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *kind_of(const Node *node)
{
    g_autofree char *features = node->features ? g_strjoinv(",", node->features) : NULL;
    GString *kind = g_string_new(NULL);

    g_string_printf(kind, "%u/%u/%" G_GUINT64_FORMAT "/%u/%s", node->cpus, node->cores,
                    node->memory, node->weight, features ? features : "");
    for (uint32_t k = 0; k < node->n_gres; k++)
        g_string_append_printf(kind, "/%u:%u:%u", node->gres[k].name, node->gres[k].type,
                               node->gres[k].count);
    return g_string_free(kind, FALSE);
}

/* What kinds of nodes a set holds, each once, as a text that equal sets of kinds share. */
static char *kinds_of(const Sim *sim, const NodeSet *nodes)
{
    g_autoptr(GPtrArray) kinds = g_ptr_array_new_with_free_func(g_free);
    GString *out = g_string_new(NULL);

    for (uint32_t n = nodeset_next(nodes, 0); n != NODE_NONE; n = nodeset_next(nodes, n + 1))
        g_ptr_array_add(kinds, kind_of(&sim->cluster->nodes[n]));
    g_ptr_array_sort(kinds, by_text);
    for (guint i = 0; i < kinds->len; i++) {
        if (i == 0 || by_text(&kinds->pdata[i - 1], &kinds->pdata[i]) != 0)
            g_string_append_printf(out, "%s ", (char *)g_ptr_array_index(kinds, i));
    }
    return g_string_free(out, FALSE);
}

static NodeSet *real_nodes(const Sim *sim, const RecordedRun *run)
{
    return run->nodes ? cluster_nodeset(sim->cluster, run->nodes, NULL) : NULL;
}

bool follow_same_kind(const Sim *sim, const RecordedRun *run, const NodeSet *chosen)
{
    g_autoptr(NodeSet) real = real_nodes(sim, run);
    g_autofree char *here = kinds_of(sim, chosen);
    g_autofree char *there = real ? kinds_of(sim, real) : NULL;

    return !there || g_str_equal(here, there);
}

/* On exactly @nodes, all of them. */
static bool place_exactly(const PlaceView *view, const PlaceQuery *query, const NodeSet *nodes,
                          Allocation **out)
{
    g_clear_pointer(out, allocation_free);
    if (place_find(view, query, out) == PLACE_OK && nodeset_equal((*out)->nodes, nodes))
        return true;
    g_clear_pointer(out, allocation_free);
    return false;
}

/* As the scheduler would on @candidates, over the cores of jobs it would suspend where need be: the
 * rows of shared cores are then as they really are. */
static bool place_over(Sim *sim, const PlaceQuery *asked, const NodeSet *candidates,
                       const NodeSet *nodes, Allocation **out)
{
    RowTable **before = world_copy_rows(sim->world);
    g_autoptr(GPtrArray) preemptible = preempt_candidates(sim, asked->job);
    g_autoptr(GPtrArray) victims = NULL;
    PlaceQuery query = *asked;

    query.candidates = candidates;
    if (preemptible->len > 0 && preempt_find(sim, &query, preemptible, &victims, out) && !victims &&
        nodeset_equal((*out)->nodes, nodes)) {
        world_drop_rows(sim->world, before);
        return true;
    }
    g_clear_pointer(out, allocation_free);
    world_restore_rows(sim->world, before);
    return false;
}

/* First as the scheduler asked, so that the tasks are spread over the nodes as it would spread
 * them. */
static bool place_freely(Sim *sim, PlaceQuery *query, const NodeSet *nodes, Allocation **out)
{
    const PlaceView view = {.world = sim->world};
    g_autoptr(NodeSet) all = select_base_nodes(sim, query->job, true);

    query->mode = PLACE_NOW;
    if (place_exactly(&view, query, nodes, out))
        return true;
    if (sim->any_preemption &&
        (place_over(sim, query, all, nodes, out) || place_over(sim, query, nodes, nodes, out)))
        return true;
    query->mode = PLACE_PLAN;
    if (place_exactly(&view, query, nodes, out))
        return true;
    query->min_nodes = query->max_nodes = query->req_nodes = nodeset_count(nodes);
    query->max_leaves = 0;
    if (place_exactly(&view, query, nodes, out))
        return true;
    query->extra_row = true;
    if (place_exactly(&view, query, nodes, out))
        return true;
    query->extra_row = false;
    return false;
}

/* Does @alloc hold on each node what the run may have held there? */
static bool is_within(const Spread *spread, const Allocation *alloc)
{
    for (uint32_t i = 0; i < spread->n; i++) {
        const uint32_t cpus = alloc->shares[i].cpus;

        if (cpus < spread->least[i] || cpus > spread->most[i])
            return false;
    }
    return true;
}

static uint32_t *cpus_of(const Allocation *alloc)
{
    uint32_t *cpus = g_new0(uint32_t, alloc->n_shares + 1);

    for (uint32_t i = 0; i < alloc->n_shares; i++)
        cpus[i] = alloc->shares[i].cpus;
    return cpus;
}

/* All that runs is thought away: the job gets its real nodes whatever others hold there. */
static Allocation *place_regardless(Sim *sim, PlaceQuery *query)
{
    const PlaceView view = {.world = sim->world, .mark = ++sim->last_mark};
    Allocation *alloc = NULL;

    for (guint i = 0; i < sim->running->len; i++)
        ((SimJob *)g_ptr_array_index(sim->running, i))->gone = view.mark;
    place_find(&view, query, &alloc);
    return alloc;
}

/* As the scheduler would spread it, unless it is known that it was not so. */
static void place_known(Sim *sim, PlaceQuery *query, const Spread *spread, Allocation **alloc)
{
    g_autofree uint32_t *wish = *alloc ? cpus_of(*alloc) : NULL;
    g_autofree uint32_t *cpus = g_new0(uint32_t, spread->n + 1);
    g_autofree uint32_t *most = g_new0(uint32_t, sim->cluster->n_nodes);

    if (!follow_shares_choose(spread, wish, cpus))
        return;
    for (uint32_t i = 0; i < spread->n; i++)
        most[spread->nodes[i]] = cpus[i];
    query->most_cpus = most;
    place_freely(sim, query, query->candidates, alloc);
    if (!*alloc)
        *alloc = place_regardless(sim, query);
    query->most_cpus = NULL;
}

Allocation *follow_place(Follow *self, Sim *sim, SimJob *job, const Track *track)
{
    const Spread *spread = follow_shares_of(self->shares, track->index);
    g_autoptr(NodeSet) nodes = real_nodes(sim, track->run);
    Allocation *alloc = NULL;
    PlaceQuery query;

    if (!nodes || !select_query(sim, job, &query))
        return NULL;
    query.candidates = nodes;
    place_freely(sim, &query, nodes, &alloc);
    if (!alloc || (alloc->n_shares == spread->n && !is_within(spread, alloc)))
        place_known(sim, &query, spread, &alloc);
    if (!alloc)
        alloc = place_regardless(sim, &query);
    if (alloc && alloc->n_shares == spread->n) {
        g_autofree uint32_t *cpus = cpus_of(alloc);

        follow_shares_fix(self->shares, track->index, cpus);
    }
    return alloc;
}
