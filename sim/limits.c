/* Limits: making them, and what else the scheduler asks of QoS and associations. */
#include "sim/limits.h"
#include "sim/limit_rule.h"

static void add_gres(const Cluster *cluster, const Node *node, uint64_t *total)
{
    for (uint32_t i = 0; i < node->n_gres; i++) {
        const NodeGres *gres = &node->gres[i];
        g_autofree char *name = g_strconcat("gres/", cluster->gres_names[gres->name], NULL);
        const uint32_t tres = cluster_find_tres(cluster, name);

        if (tres != INDEX_NONE && !gres->no_consume)
            total[tres] += gres->count;
    }
}

static void cluster_total(const Cluster *cluster, uint64_t total[TRES_MAX])
{
    total[TRES_CPU] = total[TRES_BILLING] = cluster->total_cpus;
    total[TRES_NODE] = cluster->active_nodes;
    for (uint32_t i = 0; i < cluster->n_nodes; i++) {
        if (cluster->nodes[i].state == NODE_FUTURE)
            continue;
        total[TRES_MEM] += cluster->nodes[i].memory;
        add_gres(cluster, &cluster->nodes[i], total);
    }
    for (uint32_t i = 0; i < cluster->n_licenses; i++) {
        g_autofree char *name = g_strconcat("license/", cluster->licenses[i].name, NULL);
        const uint32_t tres = cluster_find_tres(cluster, name);

        if (tres != INDEX_NONE)
            total[tres] += cluster->licenses[i].total;
    }
}

static void make_absolute(Qos *qos, const uint64_t *total, uint32_t n_tres)
{
    TresLimits *const all[] = {
        &qos->grp_tres,    &qos->grp_tres_mins,        &qos->grp_tres_run_mins,
        &qos->max_tres_pj, &qos->max_tres_pn,          &qos->max_tres_pu,
        &qos->max_tres_pa, &qos->max_tres_mins_pj,     &qos->max_tres_run_mins_pu,
        &qos->min_tres_pj, &qos->max_tres_run_mins_pa,
    };

    for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
        for (uint32_t t = 0; t < n_tres; t++)
            if (all[i]->v[t] != TRES_NONE)
                all[i]->v[t] = MIN(all[i]->v[t], 100) * total[t] / 100;
}

/* Relative QoS have percentages: of their partition, or of the whole cluster. */
static void resolve_relative(Limits *self)
{
    const Cluster *cluster = self->cluster;

    for (uint32_t i = 0; i < cluster->n_qos; i++) {
        uint64_t whole[TRES_MAX] = {0};
        const uint64_t *total = NULL;

        if (!(self->qos[i].flags & QOS_RELATIVE))
            continue;
        for (uint32_t p = 0; p < cluster->n_partitions && !total; p++)
            if (cluster->partitions[p].qos == i)
                total = cluster->partitions[p].tres;
        if (!total)
            cluster_total(cluster, whole);
        make_absolute(&self->qos[i], total ? total : whole, cluster->n_tres);
    }
}

static void free_tally(gpointer tally)
{
    tally_clear(tally);
    g_free(tally);
}

static Tally *tallies_new(uint32_t n, uint32_t n_tres)
{
    Tally *tallies = g_new(Tally, n);

    for (uint32_t i = 0; i < n; i++)
        tally_init(&tallies[i], n_tres);
    return tallies;
}

static GHashTable **tables_new(uint32_t n)
{
    GHashTable **tables = g_new(GHashTable *, n);

    for (uint32_t i = 0; i < n; i++)
        tables[i] = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, free_tally);
    return tables;
}

Limits *limits_new(const Cluster *cluster, const Usage *usage)
{
    Limits *self = g_new0(Limits, 1);

    self->cluster = cluster;
    self->usage = usage;
    self->enforced = (cluster->config.enforce & ENFORCE_LIMITS) != 0;
    self->blocking = INDEX_NONE;
    self->safe = (cluster->config.enforce & ENFORCE_SAFE) != 0;
    self->per_user_minutes = version_rules(cluster->version)->run_minutes_decay_per_user;
    self->qos = g_memdup2(cluster->qos, sizeof(Qos) * cluster->n_qos);
    self->assocs = tallies_new(cluster->n_assocs, cluster->n_tres);
    self->by_qos = tallies_new(cluster->n_qos, cluster->n_tres);
    self->by_user = tables_new(cluster->n_qos);
    self->by_account = tables_new(cluster->n_qos);
    self->groups = g_array_new(FALSE, FALSE, sizeof(LimitGroup));
    resolve_relative(self);
    return self;
}

void limits_free(Limits *self)
{
    if (!self)
        return;
    for (uint32_t i = 0; i < self->cluster->n_assocs; i++)
        tally_clear(&self->assocs[i]);
    for (uint32_t i = 0; i < self->cluster->n_qos; i++) {
        tally_clear(&self->by_qos[i]);
        g_hash_table_unref(self->by_user[i]);
        g_hash_table_unref(self->by_account[i]);
    }
    g_free(self->assocs);
    g_free(self->by_qos);
    g_free(self->by_user);
    g_free(self->by_account);
    g_free(self->qos);
    g_array_unref(self->groups);
    g_free(self);
}

static uint64_t node_limit(const TresLimits *limits, uint64_t otherwise)
{
    return limits->v[TRES_NODE] == TRES_NONE ? otherwise : limits->v[TRES_NODE];
}

/* The lowest of the QoS' node limits per job, user and account; each from the first to set it. */
static uint64_t qos_max_nodes(const QosOrder *order, uint64_t *group)
{
    uint64_t per_job = TRES_NONE, per_user = TRES_NONE, per_account = TRES_NONE;

    for (uint32_t i = order->n; i-- > 0;) {
        per_job = node_limit(&order->nth[i]->max_tres_pj, per_job);
        per_user = node_limit(&order->nth[i]->max_tres_pu, per_user);
        per_account = node_limit(&order->nth[i]->max_tres_pa, per_account);
        *group = node_limit(&order->nth[i]->grp_tres, *group);
    }
    return MIN(per_job, MIN(per_user, per_account));
}

uint32_t limits_max_nodes(const Limits *self, const SimJob *job)
{
    const QosOrder order = limit_qos_order(self, job, job->partition);
    uint64_t group = TRES_NONE;
    const uint64_t own = qos_max_nodes(&order, &group);
    uint64_t lowest = MIN(own, group);
    LimitRule rule = {.order = &order, .factor = limit_factor(&order)};

    if (!self->enforced)
        return UINT32_MAX;
    for (uint32_t i = job->assoc; i != INDEX_NONE; i = self->cluster->assocs[i].parent) {
        const Assoc *assoc = &self->cluster->assocs[i];
        const bool grouped = group == TRES_NONE && assoc->grp_tres.v[TRES_NODE] != TRES_NONE;

        rule.limit = &assoc->grp_tres;
        if (grouped)
            lowest = MIN(lowest, limit_rule_value(&rule, TRES_NODE));
        rule.limit = &assoc->max_tres_pj;
        if (i == job->assoc && own == TRES_NONE && rule.limit->v[TRES_NODE] != TRES_NONE)
            lowest = MIN(lowest, limit_rule_value(&rule, TRES_NODE));
        if (grouped)
            break; /* the nearest group limit is the only one looked at */
    }
    return (uint32_t)MIN(lowest, UINT32_MAX);
}

uint32_t limits_prio_threshold(const Limits *self, const SimJob *job)
{
    const QosOrder order = limit_qos_order(self, job, job->partition);

    if (!self->enforced || job->assoc == INDEX_NONE)
        return 0;
    for (uint32_t i = 0; i < order.n; i++) {
        const uint32_t value = order.nth[i]->min_prio_threshold;

        if (value != LIMIT_NONE && value > 0)
            return value;
    }

    const uint32_t value = self->cluster->assocs[job->assoc].min_prio_threshold;

    return value == LIMIT_NONE ? 0 : value;
}

Span limits_exempt_time(const Limits *self, const SimJob *job)
{
    const QosOrder order = limit_qos_order(self, job, job->partition);

    for (uint32_t i = 0; i < order.n; i++)
        if (order.nth[i]->preempt_exempt_time != UINT32_MAX)
            return order.nth[i]->preempt_exempt_time;

    const uint32_t value = self->cluster->config.preempt_exempt_time;

    return value == UINT32_MAX ? 0 : value;
}

bool limits_qos_flag(const Limits *self, const SimJob *job, uint32_t flag)
{
    return job->qos != INDEX_NONE && (self->qos[job->qos].flags & flag);
}
