/* Is a job within the bounds of a partition and the limits of QoS and associations? Only what the
 * job alone breaks: what depends on other jobs is the simulation's business.
 *
 * Of the partition's QoS and the job's own, the first that sets a limit hides the other's and the
 * associations' (partition first, unless the job's QoS has OverPartQOS). Max limits of associations
 * hold for the job's own association, Grp limits for every one above it.
 * Source: Slurm acct_policy.c, job_mgr.c; reference 1.8, 8.1 to 8.5. */
#include "planner/asker.h"

/* What is compared with a limit. */
typedef enum { PER_JOB, PER_NODE, TIMES_MINUTES } Measure;

typedef struct {
    const char *name; /* Slurm's */
    size_t qos;       /* offset of a TresLimits in Qos */
    size_t assoc;     /* in Assoc; 0: there is none */
    Measure measure;
    bool group; /* holds at every association up to root */
} TresRule;

static const TresRule rules[] = {
    {"MaxTRESPerJob", offsetof(Qos, max_tres_pj), offsetof(Assoc, max_tres_pj), PER_JOB, false},
    {"MaxTRESPerNode", offsetof(Qos, max_tres_pn), offsetof(Assoc, max_tres_pn), PER_NODE, false},
    {"MaxTRESPerUser", offsetof(Qos, max_tres_pu), 0, PER_JOB, false},
    {"MaxTRESPerAccount", offsetof(Qos, max_tres_pa), 0, PER_JOB, false},
    {"GrpTRES", offsetof(Qos, grp_tres), offsetof(Assoc, grp_tres), PER_JOB, true},
    {"MaxTRESMinsPerJob", offsetof(Qos, max_tres_mins_pj), offsetof(Assoc, max_tres_mins_pj),
     TIMES_MINUTES, false},
    {"GrpTRESRunMins", offsetof(Qos, grp_tres_run_mins), offsetof(Assoc, grp_tres_run_mins),
     TIMES_MINUTES, true},
    {"MaxTRESRunMinsPerUser", offsetof(Qos, max_tres_run_mins_pu), 0, TIMES_MINUTES, false},
    {"MaxTRESRunMinsPerAccount", offsetof(Qos, max_tres_run_mins_pa), 0, TIMES_MINUTES, false},
};

typedef struct {
    const Asker *asker;
    const Qos *first, *second; /* NULL when there is none */
    uint32_t assoc;
    uint32_t limit; /* [min] */
    uint64_t tres[TRES_MAX];
} Bounds;

static void order_qos(Bounds *bounds, uint32_t partition, uint32_t qos)
{
    const Cluster *cluster = bounds->asker->cluster;
    const uint32_t of_partition = cluster->partitions[partition].qos;
    const Qos *own = qos == INDEX_NONE ? NULL : &cluster->qos[qos];
    const Qos *other = of_partition == INDEX_NONE ? NULL : &cluster->qos[of_partition];

    bounds->first = other;
    bounds->second = own;
    if (!other || (own && (own->flags & QOS_OVER_PART_QOS))) {
        bounds->first = own;
        bounds->second = other;
    }
}

static const TresLimits *limits_at(const void *base, size_t offset)
{
    return (const TresLimits *)((const char *)base + offset);
}

static uint64_t measured(const Bounds *bounds, Measure measure, uint32_t tres)
{
    const uint64_t amount = bounds->tres[tres];

    switch (measure) {
    case PER_JOB:
        return amount;
    case PER_NODE:
        return amount / MAX(1, bounds->asker->request->min_nodes);
    case TIMES_MINUTES:
        return amount * MIN(bounds->limit, MINUTES_A_YEAR);
    }
    return amount;
}

static char *amount_text(uint32_t tres, uint64_t amount, Measure measure)
{
    if (tres == TRES_MEM && measure != TIMES_MINUTES)
        return memory_format(amount);
    return g_strdup_printf("%" G_GUINT64_FORMAT, amount);
}

static char *exceeded(const Bounds *bounds, const TresRule *rule, const char *whose, uint32_t tres,
                      uint64_t allowed)
{
    const uint64_t amount = measured(bounds, rule->measure, tres);
    g_autofree char *limit = amount_text(tres, allowed, rule->measure);
    g_autofree char *wanted = amount_text(tres, amount, rule->measure);

    return g_strdup_printf("%s: %s=%s=%s, the job needs %s%s", whose, rule->name,
                           bounds->asker->cluster->tres[tres], limit, wanted,
                           rule->measure == PER_NODE ? " on a node" : "");
}

static char *check_assoc(const Bounds *bounds, const TresRule *rule, uint32_t tres)
{
    const Cluster *cluster = bounds->asker->cluster;
    const double factor =
        bounds->second && bounds->second->limit_factor > 0 ? bounds->second->limit_factor : 1;

    for (uint32_t i = bounds->assoc; i != INDEX_NONE; i = cluster->assocs[i].parent) {
        const Assoc *assoc = &cluster->assocs[i];
        uint64_t allowed = limits_at(assoc, rule->assoc)->v[tres];

        if (allowed != TRES_NONE && rule->measure == PER_JOB)
            allowed = (uint64_t)((double)allowed * factor);
        if (allowed != TRES_NONE && measured(bounds, rule->measure, tres) > allowed) {
            g_autofree char *whose = assoc->user ? g_strdup_printf("user %s", assoc->user)
                                                 : g_strdup_printf("account %s", assoc->account);

            return exceeded(bounds, rule, whose, tres, allowed);
        }
        if (!rule->group)
            break;
    }
    return NULL;
}

static char *check_tres(const Bounds *bounds, const TresRule *rule, uint32_t tres)
{
    const Qos *const order[] = {bounds->first, bounds->second};

    for (guint i = 0; i < G_N_ELEMENTS(order); i++) {
        const uint64_t allowed = order[i] ? limits_at(order[i], rule->qos)->v[tres] : TRES_NONE;

        if (allowed == TRES_NONE)
            continue;
        if (measured(bounds, rule->measure, tres) > allowed) {
            g_autofree char *whose = g_strdup_printf("QoS %s", order[i]->name);

            return exceeded(bounds, rule, whose, tres, allowed);
        }
        return NULL;
    }
    return rule->assoc ? check_assoc(bounds, rule, tres) : NULL;
}

static char *check_minimum(const Bounds *bounds, uint32_t tres)
{
    const Qos *const order[] = {bounds->first, bounds->second};

    for (guint i = 0; i < G_N_ELEMENTS(order); i++) {
        const uint64_t least = order[i] ? order[i]->min_tres_pj.v[tres] : TRES_NONE;

        if (least == TRES_NONE)
            continue;
        if (bounds->tres[tres] >= least)
            return NULL;
        return g_strdup_printf(
            "QoS %s: MinTRES=%s=%" G_GUINT64_FORMAT ", the job asks for %" G_GUINT64_FORMAT,
            order[i]->name, bounds->asker->cluster->tres[tres], least, bounds->tres[tres]);
    }
    return NULL;
}

/* The MaxWall that holds, and whose it is. */
static uint32_t max_wall(const Bounds *bounds, char **whose)
{
    const Qos *const order[] = {bounds->first, bounds->second};

    for (guint i = 0; i < G_N_ELEMENTS(order); i++) {
        if (order[i] && order[i]->max_wall_pj != LIMIT_NONE) {
            *whose = g_strdup_printf("QoS %s", order[i]->name);
            return order[i]->max_wall_pj;
        }
    }
    if (bounds->assoc != INDEX_NONE) {
        const Assoc *assoc = &bounds->asker->cluster->assocs[bounds->assoc];

        *whose = g_strdup_printf("account %s", assoc->account);
        return assoc->max_wall_pj;
    }
    return LIMIT_NONE;
}

static char *check_wall(const Bounds *bounds)
{
    g_autofree char *whose = NULL;
    const uint32_t wall = max_wall(bounds, &whose);

    if (wall == LIMIT_NONE || bounds->limit <= wall)
        return NULL;
    {
        g_autofree char *allowed = minutes_format(wall);
        g_autofree char *limit = minutes_format(bounds->limit);

        return g_strdup_printf("%s: MaxWall=%s is below the time limit %s", whose, allowed, limit);
    }
}

static char *check_limits(const Bounds *bounds)
{
    char *reason = check_wall(bounds);

    for (guint rule = 0; !reason && rule < G_N_ELEMENTS(rules); rule++) {
        for (uint32_t tres = 0; !reason && tres < bounds->asker->cluster->n_tres; tres++)
            reason = check_tres(bounds, &rules[rule], tres);
    }
    for (uint32_t tres = 0; !reason && tres < bounds->asker->cluster->n_tres; tres++)
        reason = check_minimum(bounds, tres);
    return reason;
}

static bool has_flag(const Bounds *bounds, uint32_t flag)
{
    return (bounds->first && (bounds->first->flags & flag)) ||
           (bounds->second && (bounds->second->flags & flag));
}

static char *check_nodes(const Bounds *bounds, const Partition *partition)
{
    const JobRequest *request = bounds->asker->request;

    if (request->min_nodes > partition->n_nodes)
        return g_strdup_printf("the job needs %u nodes, the partition has %u", request->min_nodes,
                               partition->n_nodes);
    if (request->max_nodes > 0 && request->max_nodes < partition->min_nodes &&
        !has_flag(bounds, QOS_PART_MIN_NODE))
        return g_strdup_printf("MinNodes=%u, the job asks for %u", partition->min_nodes,
                               request->max_nodes);
    if (MAX(request->min_nodes, request->max_nodes) > partition->max_nodes &&
        !has_flag(bounds, QOS_PART_MAX_NODE))
        return g_strdup_printf("MaxNodes=%u, the job asks for %u", partition->max_nodes,
                               MAX(request->min_nodes, request->max_nodes));
    return NULL;
}

static char *check_time(const Bounds *bounds, const Partition *partition)
{
    if (bounds->limit <= partition->max_time || has_flag(bounds, QOS_PART_TIME_LIMIT))
        return NULL;
    {
        g_autofree char *allowed = minutes_format(partition->max_time);
        g_autofree char *limit = minutes_format(bounds->limit);

        return g_strdup_printf("MaxTime=%s is below the time limit %s", allowed, limit);
    }
}

static Bounds bounds_of(const Asker *asker, uint32_t partition, uint32_t qos)
{
    Bounds bounds = {.asker = asker, .assoc = asker_assoc(asker, partition)};

    order_qos(&bounds, partition, qos);
    return bounds;
}

char *asker_over_bounds(const Asker *self, uint32_t partition, uint32_t qos, uint32_t limit)
{
    const Partition *where = &self->cluster->partitions[partition];
    Bounds bounds = bounds_of(self, partition, qos);
    char *reason;

    bounds.limit = limit;
    request_tres(self->request, self->cluster, where, bounds.tres);
    reason = check_nodes(&bounds, where);
    if (!reason)
        reason = check_time(&bounds, where);
    if (!reason && (self->cluster->config.enforce & ENFORCE_LIMITS))
        reason = check_limits(&bounds);
    return reason;
}

uint32_t asker_max_wall(const Asker *self, uint32_t partition, uint32_t qos)
{
    const Bounds bounds = bounds_of(self, partition, qos);
    g_autofree char *whose = NULL;
    uint32_t wall;

    if (!(self->cluster->config.enforce & ENFORCE_LIMITS))
        return MINUTES_UNLIMITED;
    wall = max_wall(&bounds, &whose);
    return wall == LIMIT_NONE ? MINUTES_UNLIMITED : wall;
}
