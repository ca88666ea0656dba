/* Which nodes and cores a job gets. */
#include "sim/place.h"

#include "sim/attempt.h"
#include "sim/distribute.h"
#include "sim/linear.h"
#include "sim/offer.h"
#include "sim/state.h"

/* The nodes for a job, by the selector of the cluster. */
static NodeSet *choose_nodes(Trial *trial, const NodeSet *candidates)
{
    if (trial->cluster->config.select == SELECT_LINEAR)
        return linear_nodes(trial, candidates);
    return attempt_nodes(trial, candidates);
}

static bool finish(Trial *trial, const NodeSet *nodes, Allocation **out)
{
    Allocation *alloc;

    if (!nodes)
        return false;
    alloc = distribute(trial, nodes);
    if (!alloc)
        return false;
    if (out)
        *out = alloc;
    else
        allocation_free(alloc);
    return true;
}

static bool place_plain(Trial *trial, const NodeSet *candidates, Allocation **out)
{
    g_autoptr(NodeSet) nodes = choose_nodes(trial, candidates);

    return finish(trial, nodes, out);
}

/* Nodes of @candidates that satisfy alternative @part of a constraint. */
static NodeSet *with_part(const Trial *trial, const Features *features, uint32_t part,
                          const NodeSet *candidates)
{
    NodeSet *nodes = nodeset_copy(candidates);

    for (uint32_t n = nodeset_next(nodes, 0); n != NODE_NONE; n = nodeset_next(nodes, n + 1)) {
        if (!features_match_part(features, part, trial->cluster->nodes[n].features))
            nodeset_drop(nodes, n);
    }
    return nodes;
}

/* [a|b]: all nodes of one alternative, the first that can run. */
static bool place_exclusive(Trial *trial, const Features *features, const NodeSet *candidates,
                            Allocation **out)
{
    uint32_t parts = features_parts(features);

    for (uint32_t part = 1; part <= parts; part++) {
        g_autoptr(NodeSet) nodes = with_part(trial, features, part, candidates);

        if (place_plain(trial, nodes, out))
            return true;
    }
    return false;
}

/* So many nodes with one alternative, none of those @taken before. */
static NodeSet *counted_nodes(const Trial *whole, const Features *features, uint32_t part,
                              const NodeSet *candidates, const NodeSet *taken)
{
    g_autoptr(NodeSet) nodes = with_part(whole, features, part, candidates);
    Trial trial = *whole;
    uint32_t count = features_count(features, part);

    nodeset_remove(nodes, taken);
    trial.required = NULL;
    trial.min_nodes = trial.req_nodes = count;
    trial.sizes.min_cpus = count;
    if (trial.request->ntasks_per_node)
        trial.tasks = count * trial.request->ntasks_per_node;
    return choose_nodes(&trial, nodes);
}

/* a*4 or [a*2&b*3]: the counted nodes become required ones, the others may be any. */
static bool place_counted(Trial *trial, const Features *features, const NodeSet *candidates,
                          Allocation **out)
{
    g_autoptr(NodeSet) taken = nodeset_new(trial->cluster->n_nodes);
    uint32_t parts = features_parts(features);

    for (uint32_t part = parts ? 1 : 0; part <= parts; part++) {
        g_autoptr(NodeSet) nodes = NULL;

        if (!features_count(features, part))
            continue;
        nodes = counted_nodes(trial, features, part, candidates, taken);
        if (!nodes)
            return false;
        nodeset_or(taken, nodes);
    }
    if (trial->required)
        nodeset_or(taken, trial->required);
    trial->required = taken;
    return place_plain(trial, candidates, out);
}

static bool has_counts(const Features *features)
{
    for (uint32_t i = 0; i < features->n; i++) {
        if (features->terms[i].count)
            return true;
    }
    return false;
}

static bool place_with(Trial *trial, const Features *features, const NodeSet *matching,
                       const NodeSet *candidates, Allocation **out)
{
    g_autoptr(NodeSet) nodes = nodeset_copy(candidates);

    if (features->n && has_counts(features))
        return place_counted(trial, features, nodes, out);
    if (matching)
        nodeset_and(nodes, matching);
    if (features_exclusive(features))
        return place_exclusive(trial, features, nodes, out);
    return place_plain(trial, nodes, out);
}

static NodeSet *candidates_of(const PlaceQuery *query)
{
    const JobRequest *request = query->job->request;
    NodeSet *nodes = nodeset_copy(query->candidates);

    if (request->excluded)
        nodeset_remove(nodes, request->excluded);
    if (request->required && request->required_is_pool)
        nodeset_and(nodes, request->required);
    return nodes;
}

static bool place_anywhere(const PlaceView *view, const PlaceQuery *query, bool test_only,
                           Allocation **out)
{
    const JobRequest *request = query->job->request;
    g_autoptr(NodeSet) nodes = candidates_of(query);
    Trial trial;
    bool ok = false;

    if (!attempt_init(&trial, view, query, test_only))
        return false;
    if (request->prefer.n)
        ok = place_with(&trial, &request->prefer, request->prefer_nodes, nodes, out);
    if (!ok && request->prefer.n)
        attempt_clear(&trial);
    if (!ok)
        ok = attempt_init(&trial, view, query, test_only) &&
             place_with(&trial, &request->features, request->feature_nodes, nodes, out);
    attempt_clear(&trial);
    return ok;
}

PlaceAnswer place_find(const PlaceView *view, const PlaceQuery *query, Allocation **out)
{
    return place_anywhere(view, query, false, out) ? PLACE_OK : PLACE_BUSY;
}

/* Nodes of the partition that exist. */
static NodeSet *existing_nodes(const World *world, const PlaceQuery *query)
{
    NodeSet *nodes = nodeset_copy(world->cluster->partitions[query->partition].nodes);

    for (uint32_t n = nodeset_next(nodes, 0); n != NODE_NONE; n = nodeset_next(nodes, n + 1)) {
        if (world->cluster->nodes[n].state == NODE_FUTURE)
            nodeset_drop(nodes, n);
    }
    return nodes;
}

bool place_possible(const World *world, const PlaceQuery *query)
{
    const PlaceView view = {.world = world};
    PlaceQuery empty = *query;

    empty.max_leaves = 0;
    return place_anywhere(&view, &empty, true, NULL);
}

PlaceAnswer place_diagnose(const World *world, const PlaceQuery *query)
{
    g_autoptr(NodeSet) nodes = existing_nodes(world, query);
    g_autoptr(NodeSet) up = nodeset_copy(nodes);
    PlaceView view = {.world = world};
    PlaceQuery empty = *query;

    nodeset_and(up, world->up);
    empty.max_leaves = 0;
    empty.candidates = up;
    if (place_anywhere(&view, &empty, true, NULL))
        return PLACE_BUSY;
    empty.candidates = nodes;
    return place_anywhere(&view, &empty, true, NULL) ? PLACE_NODES_DOWN : PLACE_NEVER;
}

const char *place_shortfall(const World *world, const PlaceQuery *query)
{
    g_autoptr(NodeSet) nodes = existing_nodes(world, query);
    PlaceView view = {.world = world};
    const char *why = NULL;
    Trial trial;

    if (!attempt_init(&trial, &view, query, true))
        return NULL;
    for (uint32_t n = nodeset_next(nodes, 0); n != NODE_NONE; n = nodeset_next(nodes, n + 1))
        offer_fits_config(&trial, &world->cluster->nodes[n], &why);
    attempt_clear(&trial);
    return why;
}

bool place_node_counts(const Cluster *cluster, const SimJob *job, uint32_t partition,
                       PlaceQuery *query)
{
    const Partition *part = &cluster->partitions[partition];
    const JobRequest *request = job->request;
    uint32_t flags = job->qos == INDEX_NONE ? 0 : cluster->qos[job->qos].flags;
    uint32_t most = flags & QOS_PART_MAX_NODE ? UINT32_MAX : part->max_nodes;
    bool range = request->max_nodes && !request->use_min_nodes;

    query->min_nodes =
        flags & QOS_PART_MIN_NODE ? request->min_nodes : MAX(request->min_nodes, part->min_nodes);
    query->min_nodes = MAX(query->min_nodes, 1);
    query->max_nodes = request->max_nodes ? MIN(request->max_nodes, most) : most;
    query->max_nodes = MIN(query->max_nodes, 500000);
    query->req_nodes = range ? query->max_nodes : query->min_nodes;
    return query->max_nodes >= query->min_nodes;
}
