/* Limits: may a job start? Before nodes are looked for (counts and walls), and with what it would
 * really get (TRES). Reference 8.4, 8.5. */
#include "sim/limit_rule.h"

#define IN_QOS(field) offsetof(Qos, field)

/* One question: this job, these amounts. */
typedef struct {
    Limits *limits;
    SimJob *job;
    QosOrder order;
    const uint64_t *tres;       /* it would get */
    uint64_t minutes[TRES_MAX]; /* times its time limit */
    double factor;              /* LimitFactor */
    double usage_factor;
} Trial;

/* Is the count limit of QoS number @nth in force and reached? */
static bool reached(const QosOrder *order, uint32_t nth, size_t offset, uint32_t used)
{
    const uint32_t limit = limit_count_at(order->nth[nth], offset);

    return limit != LIMIT_NONE && !limit_count_hidden(order, nth, offset) && used >= limit;
}

static bool in_force(const QosOrder *order, uint32_t nth, size_t offset)
{
    return limit_count_at(order->nth[nth], offset) != LIMIT_NONE &&
           !limit_count_hidden(order, nth, offset);
}

/* UsageFactorSafe: a job is taken for as long as it will be charged. */
static uint32_t charged_minutes(const Limits *self, const SimJob *job, uint32_t minutes)
{
    const double factor = limit_usage_factor(self, job);
    const bool scaled =
        job->qos != INDEX_NONE && (self->qos[job->qos].flags & QOS_USAGE_FACTOR_SAFE);

    if (!scaled || (minutes == MINUTES_UNLIMITED && factor >= 1))
        return minutes;
    return (uint32_t)MIN((double)minutes * factor, (double)MINUTES_UNLIMITED);
}

static uint32_t wall_minutes(const Limits *self, const SimJob *job, uint32_t max)
{
    const uint32_t partition_max = self->cluster->partitions[job->partition].max_time;
    uint32_t minutes = job->limit;
    bool by_system = job->limit_by_system;

    limit_fill_time(&minutes, &by_system, max, partition_max);
    return charged_minutes(self, job, minutes);
}

/* @used: [s] of GrpWall so far. Minutes wrap around in Slurm too: unlimited jobs count nothing. */
static bool wall_used_up(const Limits *self, double used, uint32_t minutes, uint32_t limit)
{
    const uint32_t used_minutes = (uint32_t)MIN(used / 60, (double)UINT32_MAX);

    return used_minutes >= limit || (self->safe && used_minutes + minutes > limit);
}

static bool qos_walls(const Limits *self, SimJob *job, const QosOrder *order, uint32_t nth)
{
    const Qos *qos = order->nth[nth];

    if (in_force(order, nth, IN_QOS(grp_wall)) &&
        wall_used_up(self, self->usage->qos[order->index[nth]].wall,
                     wall_minutes(self, job, MIN(qos->grp_wall, qos->max_wall_pj)), qos->grp_wall))
        return limit_fails(job, WAIT_QOS_GRP_WALL, INDEX_NONE);
    return true;
}

static bool qos_before(Limits *self, SimJob *job, const QosOrder *order, uint32_t nth)
{
    const uint32_t index = order->index[nth];
    const Qos *qos = order->nth[nth];

    if (reached(order, nth, IN_QOS(grp_jobs), self->by_qos[index].jobs))
        return limit_fails(job, WAIT_QOS_GRP_JOBS, INDEX_NONE);
    if (!qos_walls(self, job, order, nth))
        return false;
    if (reached(order, nth, IN_QOS(max_jobs_pa), limit_account_tally(self, index, job)->jobs))
        return limit_fails(job, WAIT_QOS_MAX_JOBS_PA, INDEX_NONE);
    if (reached(order, nth, IN_QOS(max_jobs_pu), limit_user_tally(self, index, job)->jobs))
        return limit_fails(job, WAIT_QOS_MAX_JOBS_PU, INDEX_NONE);
    if (in_force(order, nth, IN_QOS(max_wall_pj)) &&
        wall_minutes(self, job, qos->max_wall_pj) > qos->max_wall_pj)
        return limit_fails(job, WAIT_QOS_MAX_WALL, INDEX_NONE);
    return true;
}

/* The limits that only the job's own association sets (they are inherited there). */
static bool own_assoc_before(Limits *self, SimJob *job, const QosOrder *order)
{
    const Assoc *assoc = &self->cluster->assocs[job->assoc];
    const bool jobs_hidden = limit_count_hidden(order, order->n, IN_QOS(max_jobs_pa)) ||
                             limit_count_hidden(order, order->n, IN_QOS(max_jobs_pu));
    const bool wall_hidden = limit_count_hidden(order, order->n, IN_QOS(max_wall_pj));

    if (assoc->max_jobs != LIMIT_NONE && !jobs_hidden &&
        self->assocs[job->assoc].jobs >= assoc->max_jobs)
        return limit_fails(job, WAIT_ASSOC_MAX_JOBS, INDEX_NONE);
    if (assoc->max_wall_pj != LIMIT_NONE && !wall_hidden &&
        wall_minutes(self, job, assoc->max_wall_pj) > assoc->max_wall_pj)
        return limit_fails(job, WAIT_ASSOC_MAX_WALL, INDEX_NONE);
    return true;
}

static bool assoc_before(Limits *self, SimJob *job, const QosOrder *order, uint32_t index)
{
    const Assoc *assoc = &self->cluster->assocs[index];
    const bool jobs_hidden = limit_count_hidden(order, order->n, IN_QOS(grp_jobs));
    const bool wall_hidden = limit_count_hidden(order, order->n, IN_QOS(grp_wall));
    const uint32_t max_wall = MIN(assoc->grp_wall, assoc->max_wall_pj);

    if (assoc->grp_jobs != LIMIT_NONE && !jobs_hidden &&
        self->assocs[index].jobs >= assoc->grp_jobs)
        return limit_fails(job, WAIT_ASSOC_GRP_JOBS, INDEX_NONE);
    if (assoc->grp_wall != LIMIT_NONE && !wall_hidden &&
        wall_used_up(self, self->usage->assocs[index].wall, wall_minutes(self, job, max_wall),
                     assoc->grp_wall))
        return limit_fails(job, WAIT_ASSOC_GRP_WALL, INDEX_NONE);
    return index != job->assoc || own_assoc_before(self, job, order);
}

static void forget_policy_reason(SimJob *job)
{
    if (!wait_reason_is_policy(job->reason))
        return;
    job->reason = WAIT_NONE;
    job->reason_tres = INDEX_NONE;
}

bool limits_before(Limits *self, SimJob *job, Instant now G_GNUC_UNUSED)
{
    const QosOrder order = limit_qos_order(self, job, job->partition);

    if (!self->enforced || job->assoc == INDEX_NONE)
        return true;
    forget_policy_reason(job);
    for (uint32_t i = 0; i < order.n; i++)
        if (!qos_before(self, job, &order, i))
            return false;
    for (uint32_t i = job->assoc; i != INDEX_NONE; i = self->cluster->assocs[i].parent)
        if (!assoc_before(self, job, &order, i))
            return false;
    return true;
}

/* ---- with what it would get --------------------------------------------------------------------
 */

static LimitRule rule_of(const Trial *self, uint32_t before, size_t offset, const TresLimits *limit)
{
    return (LimitRule){.n_tres = self->limits->cluster->n_tres,
                       .order = &self->order,
                       .before = before,
                       .offset = offset,
                       .limit = limit};
}

static LimitRule qos_rule(const Trial *self, uint32_t nth, size_t offset)
{
    return rule_of(self, nth, offset, limit_tres_at(self->order.nth[nth], offset));
}

/* false, with the reason, when a TRES was found guilty. */
static bool judge(const Trial *self, WaitReason reason, uint32_t tres)
{
    return tres == TRES_MAX || limit_fails(self->job, reason, tres);
}

/* What it adds to a group: nodes that the group uses already count nothing more. */
static void added_to(const Trial *self, const Tally *tally, uint64_t *wanted)
{
    const SimJob *job = self->job;

    memcpy(wanted, self->tres, sizeof(uint64_t) * self->limits->cluster->n_tres);
    if (job->alloc)
        wanted[TRES_NODE] = tally_new_nodes(tally, job->alloc->nodes);
    else if (job->request->required)
        wanted[TRES_NODE] -=
            MIN(wanted[TRES_NODE], nodeset_count(job->request->required) -
                                       tally_new_nodes(tally, job->request->required));
}

static void whole_minutes(const Trial *self, const Tally *tally, uint64_t *minutes)
{
    for (uint32_t i = 0; i < self->limits->cluster->n_tres; i++)
        minutes[i] = self->usage_factor > 0 ? tally->run_secs[i] / 60 : 0;
}

static void used_minutes(const Trial *self, const Used *used, uint64_t *minutes)
{
    for (uint32_t i = 0; i < self->limits->cluster->n_tres; i++)
        minutes[i] = self->usage_factor > 0 ? (uint64_t)(used->tres[i] / 60) : 0;
}

/* The three limits of a whole group, in Slurm's order. @group: GrpTRES, with its LimitFactor */
static bool group_fits(const Trial *self, const Tally *tally, const Used *used,
                       const LimitRule rules[3], const WaitReason reasons[3])
{
    uint64_t wanted[TRES_MAX], run_minutes[TRES_MAX], spent[TRES_MAX];

    added_to(self, tally, wanted);
    whole_minutes(self, tally, run_minutes);
    used_minutes(self, used, spent);
    return judge(self, reasons[0],
                 limit_rule_group(&rules[0], self->minutes, run_minutes, spent,
                                  self->limits->safe)) &&
           judge(self, reasons[1], limit_rule_group(&rules[1], wanted, tally->tres, NULL, true)) &&
           judge(self, reasons[2],
                 limit_rule_group(&rules[2], self->minutes, run_minutes, NULL, true));
}

static bool qos_per_job(const Trial *self, uint32_t nth)
{
    const LimitRule minutes = qos_rule(self, nth, IN_QOS(max_tres_mins_pj));
    const LimitRule per_job = qos_rule(self, nth, IN_QOS(max_tres_pj));
    const LimitRule per_node = qos_rule(self, nth, IN_QOS(max_tres_pn));
    const LimitRule least = qos_rule(self, nth, IN_QOS(min_tres_pj));

    return judge(self, WAIT_QOS_MAX_TRES_MINS, limit_rule_max(&minutes, self->minutes, 0)) &&
           judge(self, WAIT_QOS_MAX_TRES_PJ, limit_rule_max(&per_job, self->tres, 0)) &&
           judge(self, WAIT_QOS_MAX_TRES_PN,
                 limit_rule_max(&per_node, self->tres, self->tres[TRES_NODE])) &&
           judge(self, WAIT_QOS_MIN_TRES, limit_rule_min(&least, self->tres));
}

static bool qos_shared(const Trial *self, uint32_t nth, size_t offset, const Tally *tally,
                       WaitReason reason)
{
    const LimitRule rule = qos_rule(self, nth, offset);
    uint64_t wanted[TRES_MAX];

    added_to(self, tally, wanted);
    return judge(self, reason, limit_rule_group(&rule, wanted, tally->tres, NULL, true));
}

static bool qos_run_minutes(const Trial *self, uint32_t nth, size_t offset, const Tally *tally,
                            WaitReason reason)
{
    const LimitRule rule = qos_rule(self, nth, offset);
    uint64_t run_minutes[TRES_MAX];

    if (!self->limits->per_user_minutes)
        return true;
    whole_minutes(self, tally, run_minutes);
    return judge(self, reason, limit_rule_group(&rule, self->minutes, run_minutes, NULL, true));
}

static bool qos_after(const Trial *self, uint32_t nth)
{
    const uint32_t index = self->order.index[nth];
    const Tally *user = limit_user_tally(self->limits, index, self->job);
    const Tally *account = limit_account_tally(self->limits, index, self->job);
    const LimitRule rules[3] = {qos_rule(self, nth, IN_QOS(grp_tres_mins)),
                                qos_rule(self, nth, IN_QOS(grp_tres)),
                                qos_rule(self, nth, IN_QOS(grp_tres_run_mins))};
    const WaitReason reasons[3] = {WAIT_QOS_GRP_TRES_MINS, WAIT_QOS_GRP_TRES,
                                   WAIT_QOS_GRP_TRES_RUN_MINS};

    return group_fits(self, &self->limits->by_qos[index], &self->limits->usage->qos[index], rules,
                      reasons) &&
           qos_per_job(self, nth) &&
           qos_shared(self, nth, IN_QOS(max_tres_pa), account, WAIT_QOS_MAX_TRES_PA) &&
           qos_shared(self, nth, IN_QOS(max_tres_pu), user, WAIT_QOS_MAX_TRES_PU) &&
           qos_run_minutes(self, nth, IN_QOS(max_tres_run_mins_pa), account,
                           WAIT_QOS_MAX_TRES_RUN_MINS_PA) &&
           qos_run_minutes(self, nth, IN_QOS(max_tres_run_mins_pu), user,
                           WAIT_QOS_MAX_TRES_RUN_MINS_PU);
}

static LimitRule assoc_rule(const Trial *self, size_t offset, const TresLimits *limit)
{
    return rule_of(self, self->order.n, offset, limit);
}

static bool own_assoc_after(const Trial *self, const Assoc *assoc)
{
    const LimitRule minutes = assoc_rule(self, IN_QOS(max_tres_mins_pj), &assoc->max_tres_mins_pj);
    const LimitRule per_node = assoc_rule(self, IN_QOS(max_tres_pn), &assoc->max_tres_pn);
    LimitRule per_job = assoc_rule(self, IN_QOS(max_tres_pj), &assoc->max_tres_pj);

    per_job.factor = self->factor;
    return judge(self, WAIT_ASSOC_MAX_TRES_MINS, limit_rule_max(&minutes, self->minutes, 0)) &&
           judge(self, WAIT_ASSOC_MAX_TRES_PJ, limit_rule_max(&per_job, self->tres, 0)) &&
           judge(self, WAIT_ASSOC_MAX_TRES_PN,
                 limit_rule_max(&per_node, self->tres, self->tres[TRES_NODE]));
}

static bool assoc_after(const Trial *self, uint32_t index)
{
    const Assoc *assoc = &self->limits->cluster->assocs[index];
    LimitRule rules[3] = {
        assoc_rule(self, IN_QOS(grp_tres_mins), &assoc->grp_tres_mins),
        assoc_rule(self, IN_QOS(grp_tres), &assoc->grp_tres),
        assoc_rule(self, IN_QOS(grp_tres_run_mins), &assoc->grp_tres_run_mins),
    };
    const WaitReason reasons[3] = {WAIT_ASSOC_GRP_TRES_MINS, WAIT_ASSOC_GRP_TRES,
                                   WAIT_ASSOC_GRP_TRES_RUN_MINS};

    rules[1].factor = self->factor;
    return group_fits(self, &self->limits->assocs[index], &self->limits->usage->assocs[index],
                      rules, reasons) &&
           (index != self->job->assoc || own_assoc_after(self, assoc));
}

/* An unset limit counts as the partition's DefaultTime, and without one as (almost) for ever. */
static uint32_t planned_minutes(const Limits *self, const SimJob *job)
{
    const Partition *partition = &self->cluster->partitions[job->partition];
    uint32_t minutes = job->limit;

    if (minutes == MINUTES_UNSET)
        minutes = partition->default_time > 0 ? partition->default_time : partition->max_time;
    return charged_minutes(self, job, minutes);
}

bool limits_after(Limits *self, SimJob *job, const uint64_t *tres, Instant now G_GNUC_UNUSED)
{
    Trial trial = {.limits = self, .job = job, .tres = tres};

    if (!self->enforced || job->assoc == INDEX_NONE)
        return true;
    forget_policy_reason(job);
    self->blocking = INDEX_NONE;
    trial.order = limit_qos_order(self, job, job->partition);
    trial.factor = limit_factor(&trial.order);
    trial.usage_factor = limit_usage_factor(self, job);
    for (uint32_t i = 0; i < self->cluster->n_tres; i++)
        trial.minutes[i] = (uint64_t)planned_minutes(self, job) * tres[i];
    for (uint32_t i = 0; i < trial.order.n; i++) {
        if (qos_after(&trial, i))
            continue;
        self->blocking = trial.order.index[i];
        return false;
    }
    for (uint32_t i = job->assoc; i != INDEX_NONE; i = self->cluster->assocs[i].parent)
        if (!assoc_after(&trial, i))
            return false;
    return true;
}

uint32_t limits_blocking_group(const Limits *self, const SimJob *job)
{
    const bool group = job->reason == WAIT_QOS_GRP_TRES || job->reason == WAIT_QOS_GRP_TRES_MINS ||
                       job->reason == WAIT_QOS_GRP_TRES_RUN_MINS;

    return group ? self->blocking : INDEX_NONE;
}
