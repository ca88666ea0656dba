/* Limits: does sbatch take a job? Submit counts always speak; the others only where a QoS says
 * DenyOnLimit or there is none. An unset time limit takes MaxWall or GrpWall. Reference 8.3. */
#include "sim/limit_rule.h"

#define IN_QOS(field) offsetof(Qos, field)
#define REFUSAL                                                                                    \
    "Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)"

/* One question: this job in one of its partitions. */
typedef struct {
    Limits *limits;
    SimJob *job;
    QosOrder order;
    uint32_t partition_max; /* [min] its MaxTime */
    uint32_t tasks;
    bool strict;
    double factor;
} Admission;

static bool fails(const Admission *self, WaitReason reason, uint32_t tres)
{
    return limit_fails(self->job, reason, tres);
}

static bool judge(const Admission *self, WaitReason reason, uint32_t tres)
{
    return tres == TRES_MAX || fails(self, reason, tres);
}

static LimitRule rule_of(const Admission *self, uint32_t before, size_t offset,
                         const TresLimits *limit)
{
    return (LimitRule){.n_tres = self->limits->cluster->n_tres,
                       .order = &self->order,
                       .before = before,
                       .offset = offset,
                       .limit = limit};
}

static LimitRule qos_rule(const Admission *self, uint32_t nth, size_t offset)
{
    return rule_of(self, nth, offset, limit_tres_at(self->order.nth[nth], offset));
}

static LimitRule assoc_rule(const Admission *self, size_t offset, const TresLimits *limit)
{
    return rule_of(self, self->order.n, offset, limit);
}

static bool max_holds(const Admission *self, const LimitRule *rule, uint64_t divisor,
                      WaitReason reason)
{
    return !self->strict ||
           judge(self, reason, limit_rule_max(rule, self->job->tres_request, divisor));
}

/* A wall limit: fills an unset time limit in, and refuses a longer one when strict. */
static bool wall_holds(const Admission *self, uint32_t max, bool hidden, WaitReason reason)
{
    SimJob *job = self->job;

    if (max == LIMIT_NONE || hidden)
        return true;
    limit_fill_time(&job->limit, &job->limit_by_system, max, self->partition_max);
    return !self->strict || job->limit <= max || fails(self, reason, INDEX_NONE);
}

/* A limit on TRES minutes is one on the time limit: that many minutes over what is asked for. */
static bool minutes_hold(const Admission *self, const LimitRule *rule, WaitReason reason)
{
    SimJob *job = self->job;

    for (uint32_t i = 0; self->strict && i < rule->n_tres; i++) {
        if (job->tres_request[i] == 0 || limit_rule_hidden(rule, i))
            continue;

        const uint64_t minutes = rule->limit->v[i] / job->tres_request[i];
        const uint32_t max = (uint32_t)MIN(minutes, MINUTES_UNSET - 1);

        limit_fill_time(&job->limit, &job->limit_by_system, max, self->partition_max);
        if (job->limit > max)
            return fails(self, reason, i);
    }
    return true;
}

static bool count_holds(const Admission *self, uint32_t limit, bool hidden, uint32_t used,
                        WaitReason reason)
{
    return limit == LIMIT_NONE || hidden || used + self->tasks <= limit ||
           fails(self, reason, INDEX_NONE);
}

/* GrpTRES and MaxTRESPU go together: a QoS that sets either hides both of the next one. */
static bool qos_own_size(const Admission *self, uint32_t nth)
{
    const LimitRule group = qos_rule(self, nth, IN_QOS(grp_tres));
    const LimitRule user = qos_rule(self, nth, IN_QOS(max_tres_pu));
    const uint64_t *wanted = self->job->tres_request;

    for (uint32_t i = 0; self->strict && i < user.n_tres; i++) {
        const Qos *first = nth > 0 ? self->order.nth[0] : NULL;

        if (first && MIN(first->grp_tres.v[i], first->max_tres_pu.v[i]) != TRES_NONE)
            continue;
        if (wanted[i] > user.limit->v[i])
            return fails(self, WAIT_QOS_MAX_TRES_PU, i);
        if (wanted[i] > group.limit->v[i])
            return fails(self, WAIT_QOS_GRP_TRES, i);
    }
    return true;
}

static bool qos_minutes(const Admission *self, uint32_t nth)
{
    static const struct {
        size_t offset;
        WaitReason reason;
        bool per_user;
    } limits[] = {
        {IN_QOS(max_tres_mins_pj), WAIT_QOS_MAX_TRES_MINS, false},
        {IN_QOS(grp_tres_mins), WAIT_QOS_GRP_TRES_MINS, false},
        {IN_QOS(grp_tres_run_mins), WAIT_QOS_GRP_TRES_RUN_MINS, false},
        {IN_QOS(max_tres_run_mins_pa), WAIT_QOS_MAX_TRES_RUN_MINS_PA, true},
        {IN_QOS(max_tres_run_mins_pu), WAIT_QOS_MAX_TRES_RUN_MINS_PU, true},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(limits); i++) {
        const LimitRule rule = qos_rule(self, nth, limits[i].offset);

        if (limits[i].per_user && !self->limits->per_user_minutes)
            continue;
        if (!minutes_hold(self, &rule, limits[i].reason))
            return false;
    }
    return true;
}

static bool qos_walls(const Admission *self, uint32_t nth)
{
    const Qos *qos = self->order.nth[nth];
    const QosOrder *order = &self->order;

    return wall_holds(self, qos->max_wall_pj, limit_count_hidden(order, nth, IN_QOS(max_wall_pj)),
                      WAIT_QOS_MAX_WALL) &&
           wall_holds(self, qos->grp_wall, limit_count_hidden(order, nth, IN_QOS(grp_wall)),
                      WAIT_QOS_GRP_WALL);
}

static bool qos_submits(const Admission *self, uint32_t nth)
{
    const Qos *qos = self->order.nth[nth];
    const QosOrder *order = &self->order;
    const uint32_t index = order->index[nth];
    const Tally *account = limit_account_tally(self->limits, index, self->job);
    const Tally *user = limit_user_tally(self->limits, index, self->job);

    return count_holds(self, qos->max_submit_jobs_pa,
                       limit_count_hidden(order, nth, IN_QOS(max_submit_jobs_pa)),
                       account->submitted, WAIT_QOS_MAX_SUBMIT_PA) &&
           count_holds(self, qos->max_submit_jobs_pu,
                       limit_count_hidden(order, nth, IN_QOS(max_submit_jobs_pu)), user->submitted,
                       WAIT_QOS_MAX_SUBMIT_PU);
}

static bool qos_admits(const Admission *self, uint32_t nth)
{
    const Qos *qos = self->order.nth[nth];
    const uint64_t nodes = self->job->tres_request[TRES_NODE];
    const LimitRule per_account = qos_rule(self, nth, IN_QOS(max_tres_pa));
    const LimitRule per_job = qos_rule(self, nth, IN_QOS(max_tres_pj));
    const LimitRule per_node = qos_rule(self, nth, IN_QOS(max_tres_pn));
    const LimitRule least = qos_rule(self, nth, IN_QOS(min_tres_pj));
    const bool hidden = limit_count_hidden(&self->order, nth, IN_QOS(grp_submit_jobs));

    return max_holds(self, &per_account, 0, WAIT_QOS_MAX_TRES_PA) && qos_own_size(self, nth) &&
           count_holds(self, qos->grp_submit_jobs, hidden,
                       self->limits->by_qos[self->order.index[nth]].submitted,
                       WAIT_QOS_GRP_SUBMIT) &&
           qos_minutes(self, nth) && qos_walls(self, nth) &&
           max_holds(self, &per_job, 0, WAIT_QOS_MAX_TRES_PJ) &&
           max_holds(self, &per_node, nodes, WAIT_QOS_MAX_TRES_PN) && qos_submits(self, nth) &&
           (!self->strict ||
            judge(self, WAIT_QOS_MIN_TRES, limit_rule_min(&least, self->job->tres_request)));
}

static bool own_assoc_admits(const Admission *self, const Assoc *assoc)
{
    const QosOrder *order = &self->order;
    const uint64_t nodes = self->job->tres_request[TRES_NODE];
    const bool submit_hidden = limit_count_hidden(order, order->n, IN_QOS(max_submit_jobs_pa)) ||
                               limit_count_hidden(order, order->n, IN_QOS(max_submit_jobs_pu));
    const LimitRule per_node = assoc_rule(self, IN_QOS(max_tres_pn), &assoc->max_tres_pn);
    const LimitRule minutes = assoc_rule(self, IN_QOS(max_tres_mins_pj), &assoc->max_tres_mins_pj);
    LimitRule per_job = assoc_rule(self, IN_QOS(max_tres_pj), &assoc->max_tres_pj);

    per_job.factor = self->factor;
    return max_holds(self, &per_job, 0, WAIT_ASSOC_MAX_TRES_PJ) &&
           max_holds(self, &per_node, nodes, WAIT_ASSOC_MAX_TRES_PN) &&
           count_holds(self, assoc->max_submit_jobs, submit_hidden,
                       self->limits->assocs[self->job->assoc].submitted, WAIT_ASSOC_MAX_SUBMIT) &&
           minutes_hold(self, &minutes, WAIT_ASSOC_MAX_TRES_MINS) &&
           wall_holds(self, assoc->max_wall_pj,
                      limit_count_hidden(order, order->n, IN_QOS(max_wall_pj)),
                      WAIT_ASSOC_MAX_WALL);
}

/* Does an association between the job's own and this one set the wall limit already? */
static bool nearer_wall(const Admission *self, uint32_t index)
{
    const Assoc *assocs = self->limits->cluster->assocs;

    for (uint32_t i = self->job->assoc; i != index; i = assocs[i].parent)
        if (assocs[i].grp_wall != LIMIT_NONE)
            return true;
    return false;
}

static bool assoc_admits(const Admission *self, uint32_t index)
{
    const Assoc *assoc = &self->limits->cluster->assocs[index];
    const QosOrder *order = &self->order;
    const bool submit_hidden = limit_count_hidden(order, order->n, IN_QOS(grp_submit_jobs));
    const bool wall_hidden =
        limit_count_hidden(order, order->n, IN_QOS(grp_wall)) || nearer_wall(self, index);
    const LimitRule minutes = assoc_rule(self, IN_QOS(grp_tres_mins), &assoc->grp_tres_mins);
    const LimitRule running =
        assoc_rule(self, IN_QOS(grp_tres_run_mins), &assoc->grp_tres_run_mins);
    LimitRule group = assoc_rule(self, IN_QOS(grp_tres), &assoc->grp_tres);

    group.factor = self->factor;
    return max_holds(self, &group, 0, WAIT_ASSOC_GRP_TRES) &&
           count_holds(self, assoc->grp_submit_jobs, submit_hidden,
                       self->limits->assocs[index].submitted, WAIT_ASSOC_GRP_SUBMIT) &&
           minutes_hold(self, &minutes, WAIT_ASSOC_GRP_TRES_MINS) &&
           minutes_hold(self, &running, WAIT_ASSOC_GRP_TRES_RUN_MINS) &&
           wall_holds(self, assoc->grp_wall, wall_hidden, WAIT_ASSOC_GRP_WALL) &&
           (index != self->job->assoc || own_assoc_admits(self, assoc));
}

static bool is_strict(const QosOrder *order)
{
    for (uint32_t i = 0; i < order->n; i++)
        if (order->nth[i]->flags & QOS_DENY_ON_LIMIT)
            return true;
    return order->n == 0;
}

static bool partition_admits(Limits *limits, SimJob *job, uint32_t partition, uint32_t tasks)
{
    Admission self = {.limits = limits, .job = job, .tasks = tasks};

    self.order = limit_qos_order(limits, job, partition);
    self.partition_max = limits->cluster->partitions[partition].max_time;
    self.strict = is_strict(&self.order);
    self.factor = limit_factor(&self.order);
    for (uint32_t i = 0; i < self.order.n; i++)
        if (!qos_admits(&self, i))
            return false;
    for (uint32_t i = job->assoc; i != INDEX_NONE; i = limits->cluster->assocs[i].parent)
        if (!assoc_admits(&self, i))
            return false;
    return true;
}

const char *limits_admit(Limits *self, SimJob *job, uint32_t tasks)
{
    if (!self->enforced || job->assoc == INDEX_NONE)
        return NULL;
    for (uint32_t i = 0; i < job->n_partitions; i++)
        if (!partition_admits(self, job, job->partitions[i], tasks))
            return REFUSAL;
    return NULL;
}
