/* Limits: which running job has used up what its group may use? Reference 8.7: GrpTRESMins, GrpWall
 * and MaxTRESMins, root's excepted; nothing with AccountingStorageEnforce=safe. A usage counts as
 * far as the last decay pass charged it. */
#include "sim/limit_rule.h"

#define IN_QOS(field) offsetof(Qos, field)

typedef struct {
    const Limits *limits;
    QosOrder order;
    uint64_t spent[TRES_MAX]; /* [TRES minutes] the job has run so far, plus one */
} Expiry;

static LimitRule rule_of(const Expiry *self, uint32_t before, size_t offset,
                         const TresLimits *limit)
{
    return (LimitRule){.n_tres = self->limits->cluster->n_tres,
                       .order = &self->order,
                       .before = before,
                       .offset = offset,
                       .limit = limit};
}

static bool group_spent(const Expiry *self, const LimitRule *rule, const Used *used)
{
    uint64_t minutes[TRES_MAX];

    for (uint32_t i = 0; i < rule->n_tres; i++)
        minutes[i] = (uint64_t)(used->tres[i] / 60);
    return limit_rule_group(rule, self->spent, NULL, minutes, false) != TRES_MAX;
}

static bool wall_spent(uint32_t limit, bool hidden, const Used *used)
{
    return limit != LIMIT_NONE && !hidden && used->wall / 60 >= limit;
}

static bool qos_spent(const Expiry *self, uint32_t nth)
{
    const Qos *qos = self->order.nth[nth];
    const Used *used = &self->limits->usage->qos[self->order.index[nth]];
    const LimitRule group = rule_of(self, nth, IN_QOS(grp_tres_mins), &qos->grp_tres_mins);
    const LimitRule own = rule_of(self, nth, IN_QOS(max_tres_mins_pj), &qos->max_tres_mins_pj);

    return group_spent(self, &group, used) ||
           wall_spent(qos->grp_wall, limit_count_hidden(&self->order, nth, IN_QOS(grp_wall)),
                      used) ||
           limit_rule_max(&own, self->spent, 0) != TRES_MAX;
}

/* MaxTRESMins of every association on the way up is asked, but not for node minutes. */
static bool assoc_spent(Expiry *self, uint32_t index)
{
    const Assoc *assoc = &self->limits->cluster->assocs[index];
    const Used *used = &self->limits->usage->assocs[index];
    const uint32_t last = self->order.n;
    const LimitRule group = rule_of(self, last, IN_QOS(grp_tres_mins), &assoc->grp_tres_mins);
    const LimitRule own = rule_of(self, last, IN_QOS(max_tres_mins_pj), &assoc->max_tres_mins_pj);
    const uint64_t node_minutes = self->spent[TRES_NODE];

    if (group_spent(self, &group, used) ||
        wall_spent(assoc->grp_wall, limit_count_hidden(&self->order, last, IN_QOS(grp_wall)), used))
        return true;
    self->spent[TRES_NODE] = 0;

    const bool spent = limit_rule_max(&own, self->spent, 0) != TRES_MAX;

    self->spent[TRES_NODE] = node_minutes;
    return spent;
}

bool limits_expired(Limits *self, const SimJob *job, Instant now)
{
    const Span minutes = (now - job->start_at - job->suspended) / 60;
    Expiry expiry = {.limits = self};

    if (!self->enforced || self->safe || job->assoc == INDEX_NONE || !job->tres_alloc)
        return false;
    expiry.order = limit_qos_order(self, job, job->partition);
    for (uint32_t i = 0; i < self->cluster->n_tres; i++)
        if (i != TRES_ENERGY && job->tres_alloc[i] > 0)
            expiry.spent[i] = (uint64_t)MAX(minutes, 0) * job->tres_alloc[i] + 1;
    for (uint32_t i = 0; i < expiry.order.n; i++)
        if (qos_spent(&expiry, i))
            return true;
    for (uint32_t i = job->assoc; i != INDEX_NONE && i != 0; i = self->cluster->assocs[i].parent)
        if (assoc_spent(&expiry, i))
            return true;
    return false;
}
