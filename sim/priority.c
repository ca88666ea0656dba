/* priority/multifactor: a job's priority and its terms. */
#include "sim/priority.h"

#define HIGHEST 4294967295.0

PriorityBook *priority_book_new(const Cluster *cluster, const Usage *usage)
{
    PriorityBook *self = g_new0(PriorityBook, 1);

    self->cluster = cluster;
    self->usage = usage;
    self->job_factor = g_new0(uint16_t, cluster->n_partitions);
    self->max_job_factor = 1;
    for (uint32_t i = 0; i < cluster->n_partitions; i++) {
        self->job_factor[i] = cluster->partitions[i].priority_job_factor;
        self->max_job_factor = MAX(self->max_job_factor, self->job_factor[i]);
    }
    self->basic_lowest = PRIORITY_BASIC_START;
    self->age_counts = self->fairshare_counts = cluster->config.has_accounting;
    return self;
}

void priority_book_free(PriorityBook *self)
{
    if (!self)
        return;
    g_free(self->job_factor);
    g_free(self);
}

void priority_book_factor(PriorityBook *self, uint32_t partition, uint16_t factor)
{
    self->job_factor[partition] = factor;
    self->max_job_factor = 1;
    for (uint32_t i = 0; i < self->cluster->n_partitions; i++)
        self->max_job_factor = MAX(self->max_job_factor, self->job_factor[i]);
}

static double age(const PriorityParameters *priority, const SimJob *job, Instant now)
{
    if (job->accrue_at == INSTANT_NONE)
        return 0;

    const Span waited = MAX(now - job->accrue_at, 0);

    return waited < priority->max_age ? (double)waited / (double)priority->max_age : 1;
}

/* CPUs as far as known: those it holds or the last test estimated, else those it asks for. */
static double cpus_of(const SimJob *job)
{
    return job->total_cpus > 0 ? job->total_cpus : job->request->min_cpus;
}

static double size_over_time(const Cluster *cluster, const SimJob *job, uint32_t partition)
{
    const double nodes = cluster->active_nodes, cpus = cluster->total_cpus;
    const double average = job->request->min_nodes * cpus / nodes;
    const uint32_t minutes =
        job->limit == MINUTES_UNSET ? cluster->partitions[partition].max_time : job->limit;
    const double size = MAX(average, cpus_of(job)) / MAX(minutes, 1) / cpus;

    return cluster->config.priority.favor_small ? 1 - size : size;
}

static double job_size(const Cluster *cluster, const SimJob *job, uint32_t partition)
{
    const PriorityParameters *priority = &cluster->config.priority;
    const double total_nodes = cluster->active_nodes, total_cpus = cluster->total_cpus;
    const double nodes = job->request->min_nodes, cpus = cpus_of(job);
    double factor;

    if (total_nodes < 1 || total_cpus < 1)
        return 0;
    if (priority->flags & PRIORITY_SMALL_RELATIVE_TO_TIME)
        factor = size_over_time(cluster, job, partition);
    else if (priority->favor_small)
        factor = (MAX(total_nodes - nodes, 0) / total_nodes + (total_cpus - cpus) / total_cpus) / 2;
    else
        factor = (nodes / total_nodes + cpus / total_cpus) / 2;
    return CLAMP(factor, 0, 1);
}

static double normal(bool raw, uint32_t value, uint32_t highest)
{
    if (raw)
        return value;
    return highest > 0 ? (double)value / highest : 0;
}

static double tres_points(const Cluster *cluster, const SimJob *job, uint32_t partition)
{
    const PriorityParameters *priority = &cluster->config.priority;
    const uint64_t *held = job->tres_alloc ? job->tres_alloc : job->tres_request;
    const uint64_t *total = cluster->partitions[partition].tres;
    double points = 0;

    for (uint32_t i = 0; held && i < cluster->n_tres; i++) {
        double factor = 0;

        if (priority->flags & PRIORITY_NO_NORMAL_TRES)
            factor = (double)held[i];
        else if (total[i] > 0)
            factor = (double)held[i] / (double)total[i];
        points += factor * priority->weight_tres[i];
    }
    return points;
}

static PriorityTerms weigh(const PriorityBook *self, const SimJob *job, uint32_t partition,
                           Instant now)
{
    const Cluster *cluster = self->cluster;
    const PriorityParameters *priority = &cluster->config.priority;
    const uint32_t flags = priority->flags;
    PriorityTerms terms = {0};

    if (priority->weight_age > 0 && self->age_counts)
        terms.age = age(priority, job, now) * priority->weight_age;
    if (priority->weight_fairshare > 0 && self->fairshare_counts && job->assoc != INDEX_NONE)
        terms.fairshare = self->usage->fs_factor[job->assoc] * priority->weight_fairshare;
    if (priority->weight_job_size > 0)
        terms.job_size = job_size(cluster, job, partition) * priority->weight_job_size;
    terms.partition =
        normal(flags & PRIORITY_NO_NORMAL_PART, self->job_factor[partition], self->max_job_factor) *
        priority->weight_partition;
    if (job->assoc != INDEX_NONE)
        terms.assoc = normal(flags & PRIORITY_NO_NORMAL_ASSOC, cluster->assocs[job->assoc].priority,
                             cluster->max_assoc_priority) *
                      priority->weight_assoc;
    if (job->qos != INDEX_NONE)
        terms.qos = normal(flags & PRIORITY_NO_NORMAL_QOS, cluster->qos[job->qos].priority,
                           cluster->max_qos_priority) *
                    priority->weight_qos;
    terms.tres = tres_points(cluster, job, partition);
    return terms;
}

/* Slurm adds in another order for each partition of several: the last bit may differ. */
static double sum(const PriorityTerms *terms, const SimJob *job)
{
    if (job->n_partitions > 1)
        return terms->partition + (terms->age + terms->assoc + terms->fairshare + terms->job_size +
                                   terms->qos + terms->tres - (double)job->nice);
    return terms->age + terms->assoc + terms->fairshare + terms->job_size + terms->partition +
           terms->qos + terms->tres - (double)job->nice;
}

uint32_t priority_factors(const PriorityBook *self, const SimJob *job, uint32_t partition,
                          Instant now, PriorityTerms *terms)
{
    *terms = weigh(self, job, partition, now);
    return (uint32_t)CLAMP(sum(terms, job), 1, HIGHEST);
}

/* Every partition's value. @only_up: a lower one than before is not taken. */
static bool store(const PriorityBook *self, SimJob *job, Instant now, bool only_up)
{
    const uint32_t before = job->priority;
    PriorityTerms terms;
    bool changed = false;

    for (uint32_t i = 0; i < job->n_partitions; i++) {
        const uint32_t value = priority_factors(self, job, job->partitions[i], now, &terms);

        if (only_up && value < job->part_priority[i])
            continue;
        changed |= value != job->part_priority[i];
        job->part_priority[i] = value;
    }

    const uint32_t shown = job->partition == INDEX_NONE ? job->partitions[0] : job->partition;
    const uint32_t value = priority_factors(self, job, shown, now, &job->terms);

    if (!only_up || value > before)
        job->priority = value;
    job->fairshare_factor = job->terms.fairshare;
    return changed || job->priority != before;
}

static void store_basic(PriorityBook *self, SimJob *job)
{
    const uint32_t value = priority_basic_next(&self->basic_lowest, job->nice);

    job->priority = value;
    for (uint32_t i = 0; i < job->n_partitions; i++)
        job->part_priority[i] = value;
}

void priority_submit(PriorityBook *self, SimJob *job, Instant now)
{
    if (job->direct_priority)
        return;
    if (self->cluster->config.priority.type == PRIORITY_BASIC)
        store_basic(self, job);
    else
        store(self, job, now, false);
}

bool priority_recompute(PriorityBook *self, SimJob *job, Instant now)
{
    const PriorityParameters *priority = &self->cluster->config.priority;
    const bool waits = job->state == JOB_PENDING;

    if (priority->type == PRIORITY_BASIC || job->direct_priority || job->priority == 0)
        return false;
    if (!waits && !(priority->flags & PRIORITY_CALCULATE_RUNNING))
        return false;
    return store(self, job, now, (priority->flags & PRIORITY_INCR_ONLY) != 0);
}

double priority_threshold_share(const PriorityBook *self, const SimJob *job)
{
    if (job->fairshare_factor > 0 || job->assoc == INDEX_NONE)
        return job->fairshare_factor;
    return usage_classic_factor(self->usage, job->assoc);
}
