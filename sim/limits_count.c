/* Limits: the counters that submissions, starts and ends move. Reference 8.8. */
#include "sim/limit_rule.h"

static void add_group(Limits *self, Tally *tally, const TresLimits *nodes, bool minutes)
{
    const LimitGroup group = {
        .tally = tally, .by_node = nodes->v[TRES_NODE] != TRES_NONE, .minutes = minutes};

    g_array_append_val(self->groups, group);
}

static void add_qos(Limits *self, const SimJob *job, uint32_t qos)
{
    const Qos *limits = &self->qos[qos];

    add_group(self, &self->by_qos[qos], &limits->grp_tres, true);
    add_group(self, limit_user_tally(self, qos, job), &limits->max_tres_pu, self->per_user_minutes);
    add_group(self, limit_account_tally(self, qos, job), &limits->max_tres_pa,
              self->per_user_minutes);
}

static void add_assocs(Limits *self, const SimJob *job)
{
    const Assoc *assocs = self->cluster->assocs;

    for (uint32_t i = job->assoc; i != INDEX_NONE; i = assocs[i].parent)
        add_group(self, &self->assocs[i], &assocs[i].grp_tres, true);
}

/* The groups that a running job counts in. */
static const GArray *running_groups(Limits *self, const SimJob *job)
{
    const QosOrder order = limit_qos_order(self, job, job->partition);

    g_array_set_size(self->groups, 0);
    for (uint32_t i = 0; i < order.n; i++)
        add_qos(self, job, order.index[i]);
    add_assocs(self, job);
    return self->groups;
}

static bool is_new_qos(const Limits *self, const SimJob *job, uint32_t nth)
{
    const Partition *partitions = self->cluster->partitions;
    const uint32_t qos = partitions[job->partitions[nth]].qos;

    if (qos == INDEX_NONE || qos == job->qos)
        return false;
    for (uint32_t i = 0; i < nth; i++)
        if (partitions[job->partitions[i]].qos == qos)
            return false;
    return true;
}

/* Those that a submitted one counts in: the QoS of every partition it asks for. */
static const GArray *submitted_groups(Limits *self, const SimJob *job)
{
    const bool started = job->state != JOB_PENDING && job->tres_alloc;

    if (started || job->n_partitions < 2)
        return running_groups(self, job);
    g_array_set_size(self->groups, 0);
    if (job->qos != INDEX_NONE)
        add_qos(self, job, job->qos);
    for (uint32_t i = 0; i < job->n_partitions; i++)
        if (is_new_qos(self, job, i))
            add_qos(self, job, self->cluster->partitions[job->partitions[i]].qos);
    add_assocs(self, job);
    return self->groups;
}

static bool counts(const Limits *self, const SimJob *job)
{
    return self->enforced && job->assoc != INDEX_NONE;
}

static void add_submit(const GArray *groups, uint32_t tasks)
{
    for (guint i = 0; i < groups->len; i++)
        g_array_index(groups, LimitGroup, i).tally->submitted += tasks;
}

void limits_add_submit(Limits *self, SimJob *job, uint32_t tasks)
{
    if (!counts(self, job))
        return;
    add_submit(submitted_groups(self, job), tasks);
    job->submitted = true;
}

static void remove_submit(const GArray *groups, uint32_t tasks)
{
    for (guint i = 0; i < groups->len; i++) {
        Tally *tally = g_array_index(groups, LimitGroup, i).tally;

        tally->submitted -= MIN(tally->submitted, tasks);
    }
}

void limits_remove_submit(Limits *self, SimJob *job, uint32_t tasks)
{
    if (!counts(self, job))
        return;
    remove_submit(submitted_groups(self, job), tasks);
    job->submitted = false;
}

/* A job that starts in one of several partitions no longer counts in the others' QoS. */
static const GArray *other_partitions(Limits *self, const SimJob *job)
{
    const uint32_t own = self->cluster->partitions[job->partition].qos;

    g_array_set_size(self->groups, 0);
    for (uint32_t i = 0; job->n_partitions > 1 && i < job->n_partitions; i++) {
        const uint32_t qos = self->cluster->partitions[job->partitions[i]].qos;

        if (qos != own && is_new_qos(self, job, i))
            add_qos(self, job, qos);
    }
    return self->groups;
}

static uint64_t limit_seconds(const Limits *self, const SimJob *job, uint32_t minutes)
{
    return (uint64_t)((double)minutes * 60 * limit_usage_factor(self, job));
}

static void adjust_run_secs(const GArray *groups, const SimJob *job, const Cluster *cluster,
                            int64_t secs)
{
    for (guint i = 0; i < groups->len; i++) {
        const LimitGroup *group = &g_array_index(groups, LimitGroup, i);

        if (group->minutes)
            tally_run_secs(group->tally, job, cluster, (uint64_t)ABS(secs), secs < 0);
    }
}

void limits_start(Limits *self, SimJob *job, Instant now G_GNUC_UNUSED)
{
    if (!counts(self, job) || job->counted)
        return;
    remove_submit(other_partitions(self, job), 1);

    const GArray *groups = running_groups(self, job);

    for (guint i = 0; i < groups->len; i++) {
        const LimitGroup *group = &g_array_index(groups, LimitGroup, i);

        tally_start(group->tally, job, self->cluster, group->by_node);
    }
    adjust_run_secs(groups, job, self->cluster, (int64_t)limit_seconds(self, job, job->limit));
    job->run_secs_at = job->start_at; /* what has passed since is taken off at the next pass */
    job->counted = true;
}

/* The part of the limit in (run_secs_at, until]: no more than the limit in all. */
static int64_t pass_until(const Limits *self, SimJob *job, Instant until)
{
    const Instant stop = MIN(until, job->start_at + (Instant)job->limit * 60);
    const Span passed = MAX(stop - job->run_secs_at, 0);

    job->run_secs_at = MAX(job->run_secs_at, stop);
    return (int64_t)((double)passed * limit_usage_factor(self, job));
}

void limits_elapse(Limits *self, SimJob *job, Instant now)
{
    if (!job->counted)
        return;

    const int64_t secs = pass_until(self, job, now);

    adjust_run_secs(running_groups(self, job), job, self->cluster, -secs);
}

void limits_end(Limits *self, SimJob *job, Instant now G_GNUC_UNUSED)
{
    if (!job->counted)
        return;

    const GArray *groups = running_groups(self, job);

    adjust_run_secs(groups, job, self->cluster, -pass_until(self, job, INSTANT_NEVER));
    for (guint i = 0; i < groups->len; i++) {
        const LimitGroup *group = &g_array_index(groups, LimitGroup, i);

        tally_end(group->tally, job, self->cluster, group->by_node);
    }
    job->counted = false;
}

void limits_unstart(Limits *self, SimJob *job)
{
    if (counts(self, job))
        add_submit(other_partitions(self, job), 1);
}

void limits_alter(Limits *self, SimJob *job, uint32_t old)
{
    const int64_t more =
        (int64_t)limit_seconds(self, job, job->limit) - (int64_t)limit_seconds(self, job, old);

    if (job->counted)
        adjust_run_secs(running_groups(self, job), job, self->cluster, more);
}
