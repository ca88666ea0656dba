/* The inside of limits: precedence, and amounts against limits. */
#include "sim/limit_rule.h"

QosOrder limit_qos_order(const Limits *self, const SimJob *job, uint32_t partition)
{
    const uint32_t part =
        partition == INDEX_NONE ? INDEX_NONE : self->cluster->partitions[partition].qos;
    const bool job_first =
        job->qos != INDEX_NONE && (self->qos[job->qos].flags & QOS_OVER_PART_QOS);
    const uint32_t wanted[2] = {job_first ? job->qos : part, job_first ? part : job->qos};
    QosOrder order = {0};

    for (uint32_t i = 0; i < 2; i++) {
        if (wanted[i] == INDEX_NONE || (order.n == 1 && order.index[0] == wanted[i]))
            continue;
        order.index[order.n] = wanted[i];
        order.nth[order.n++] = &self->qos[wanted[i]];
    }
    return order;
}

double limit_factor(const QosOrder *order)
{
    for (uint32_t i = 0; i < order->n; i++)
        if (order->nth[i]->limit_factor > 0)
            return order->nth[i]->limit_factor;
    return 0;
}

double limit_usage_factor(const Limits *self, const SimJob *job)
{
    const double factor = job->qos == INDEX_NONE ? 1 : self->qos[job->qos].usage_factor;

    return factor < 0 ? 1 : factor;
}

static Tally *tally_in(GHashTable *table, uint32_t key, uint32_t n_tres)
{
    Tally *tally = g_hash_table_lookup(table, GUINT_TO_POINTER(key));

    if (!tally) {
        tally = g_new(Tally, 1);
        tally_init(tally, n_tres);
        g_hash_table_insert(table, GUINT_TO_POINTER(key), tally);
    }
    return tally;
}

Tally *limit_user_tally(const Limits *self, uint32_t qos, const SimJob *job)
{
    return tally_in(self->by_user[qos], job->user, self->cluster->n_tres);
}

Tally *limit_account_tally(const Limits *self, uint32_t qos, const SimJob *job)
{
    const Assoc *assoc = &self->cluster->assocs[job->assoc];
    const uint32_t account = assoc->user ? assoc->parent : job->assoc;

    return tally_in(self->by_account[qos], account, self->cluster->n_tres);
}

bool limit_fails(SimJob *job, WaitReason reason, uint32_t tres)
{
    job->reason = reason;
    job->reason_tres = tres;
    return false;
}

bool limit_count_hidden(const QosOrder *order, uint32_t before, size_t offset)
{
    for (uint32_t i = 0; i < before; i++)
        if (limit_count_at(order->nth[i], offset) != LIMIT_NONE)
            return true;
    return false;
}

bool limit_rule_hidden(const LimitRule *self, uint32_t tres)
{
    if (self->limit->v[tres] == TRES_NONE)
        return true;
    for (uint32_t i = 0; i < self->before; i++)
        if (limit_tres_at(self->order->nth[i], self->offset)->v[tres] != TRES_NONE)
            return true;
    return false;
}

uint64_t limit_rule_value(const LimitRule *self, uint32_t tres)
{
    const uint64_t limit = self->limit->v[tres];

    if (!(self->factor > 0))
        return limit;

    const double factored = (double)limit * self->factor;

    return factored < (double)INT64_MAX ? (uint64_t)factored : TRES_NONE;
}

uint32_t limit_rule_max(const LimitRule *self, const uint64_t *amounts, uint64_t divisor)
{
    for (uint32_t i = 0; i < self->n_tres; i++)
        if (!limit_rule_hidden(self, i) && amounts[i] / MAX(divisor, 1) > limit_rule_value(self, i))
            return i;
    return TRES_MAX;
}

uint32_t limit_rule_min(const LimitRule *self, const uint64_t *amounts)
{
    for (uint32_t i = 0; i < self->n_tres; i++)
        if (!limit_rule_hidden(self, i) && amounts[i] < limit_rule_value(self, i))
            return i;
    return TRES_MAX;
}

uint32_t limit_rule_group(const LimitRule *self, const uint64_t *wanted, const uint64_t *held,
                          const uint64_t *used, bool safe)
{
    for (uint32_t i = 0; i < self->n_tres; i++) {
        if (wanted[i] == 0 || limit_rule_hidden(self, i))
            continue;

        const uint64_t limit = limit_rule_value(self, i);

        if (used && used[i] >= limit)
            return i;
        if (!safe)
            continue;
        if (wanted[i] > limit)
            return i;
        if (held && wanted[i] + held[i] > limit - (used ? used[i] : 0))
            return i;
    }
    return TRES_MAX;
}

void limit_fill_time(uint32_t *minutes, bool *by_system, uint32_t max, uint32_t partition_max)
{
    if (*minutes == MINUTES_UNSET) {
        *minutes = max > 0 ? max : partition_max;
        *by_system = true;
    } else if (*by_system && *minutes > max) {
        *minutes = max;
    }
}
