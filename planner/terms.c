/* On what terms a partition and QoS would take a job. Source: reference 1.4, 8.3, 9.1. */
#include "planner/terms.h"

static void set_limit(const Asker *asker, Candidate *candidate)
{
    const Partition *partition = &asker->cluster->partitions[candidate->partition];
    const uint32_t wall = asker_max_wall(asker, candidate->partition, candidate->qos);

    candidate->limit = asker->spec->time_limit;
    candidate->limit_source = LIMIT_OWN;
    if (candidate->limit != MINUTES_UNSET && candidate->limit != 0)
        return;
    candidate->limit = MIN(wall, partition->max_time);
    candidate->limit_source = wall < partition->max_time ? LIMIT_QOS : LIMIT_MAX_TIME;
    if (partition->default_time != MINUTES_UNSET) {
        candidate->limit = partition->default_time;
        candidate->limit_source = LIMIT_DEFAULT_TIME;
    }
    if (candidate->limit == MINUTES_UNLIMITED)
        candidate->limit_source = LIMIT_NOWHERE;
}

static Span limit_span(uint32_t limit)
{
    return 60 * (Span)MIN(limit, MINUTES_A_YEAR);
}

static void set_runtime(const RuntimeGuess *guess, Candidate *candidate)
{
    const Span limit = limit_span(candidate->limit);

    candidate->runtime_source = guess->given ? RUNTIME_WORKFLOW : RUNTIME_LIMIT;
    candidate->runtime = guess->given ? guess->p50 : limit;
    candidate->runtime_p90 = guess->given ? MIN(guess->p90, limit) : limit;
}

char *terms_too_short(const Candidate *candidate)
{
    if (candidate->runtime <= limit_span(candidate->limit))
        return NULL;
    {
        g_autofree char *runs = span_words(candidate->runtime);
        g_autofree char *limit = minutes_format(candidate->limit);

        return g_strdup_printf("Slurm would end it at its time limit %s (%s), it runs %s", limit,
                               limit_source_name(candidate->limit_source), runs);
    }
}

static bool partition_yields(const Cluster *cluster, const Partition *partition)
{
    const uint16_t mode = partition->preempt_mode == PREEMPT_UNSET ? cluster->config.preempt_mode
                                                                   : partition->preempt_mode;

    if (!(mode & (PREEMPT_CANCEL | PREEMPT_REQUEUE | PREEMPT_SUSPEND)))
        return false;
    for (uint32_t i = 0; i < cluster->n_partitions; i++) {
        const Partition *other = &cluster->partitions[i];

        if (other->priority_tier > partition->priority_tier &&
            nodeset_overlaps(other->nodes, partition->nodes))
            return true;
    }
    return false;
}

static bool qos_yields(const Cluster *cluster, uint32_t qos)
{
    for (uint32_t i = 0; qos != INDEX_NONE && i < cluster->n_qos; i++) {
        if (cluster->qos[i].preempts && cluster->qos[i].preempts[qos])
            return true;
    }
    return false;
}

static bool is_preemptible(const Cluster *cluster, const Candidate *candidate)
{
    switch (cluster->config.preempt) {
    case PREEMPT_NONE:
        return false;
    case PREEMPT_QOS:
        return qos_yields(cluster, candidate->qos);
    case PREEMPT_PARTITION_PRIO:
        return partition_yields(cluster, &cluster->partitions[candidate->partition]);
    }
    return false;
}

void terms_fill(const Asker *asker, const RuntimeGuess *guess, Candidate *candidate)
{
    set_limit(asker, candidate);
    set_runtime(guess, candidate);
    candidate->preemptible = is_preemptible(asker->cluster, candidate);
}

static bool same_partition(const Partition *a, const Partition *b)
{
    return nodeset_equal(a->nodes, b->nodes) && a->priority_tier == b->priority_tier &&
           a->priority_job_factor == b->priority_job_factor &&
           a->over_subscribe == b->over_subscribe && a->max_share == b->max_share &&
           a->preempt_mode == b->preempt_mode && a->grace_time == b->grace_time &&
           a->max_cpus_per_node == b->max_cpus_per_node && a->qos == b->qos &&
           a->exclusive_user == b->exclusive_user && a->lln == b->lln &&
           a->default_memory.amount == b->default_memory.amount &&
           a->max_memory.amount == b->max_memory.amount &&
           g_strcmp0(a->billing_text, b->billing_text) == 0;
}

static bool has_no_limits(const Qos *qos)
{
    TresLimits none;
    const TresLimits *const limits[] = {
        &qos->grp_tres,    &qos->grp_tres_mins, &qos->max_tres_pj,      &qos->max_tres_pu,
        &qos->max_tres_pa, &qos->max_tres_pn,   &qos->grp_tres_run_mins};

    tres_limits_init(&none);
    for (guint i = 0; i < G_N_ELEMENTS(limits); i++) {
        if (memcmp(limits[i], &none, sizeof none) != 0)
            return false;
    }
    return qos->grp_jobs == LIMIT_NONE && qos->max_jobs_pu == LIMIT_NONE &&
           qos->max_jobs_pa == LIMIT_NONE && qos->grp_submit_jobs == LIMIT_NONE &&
           qos->max_submit_jobs_pu == LIMIT_NONE && qos->max_submit_jobs_pa == LIMIT_NONE &&
           qos->grp_wall == LIMIT_NONE;
}

static bool same_qos(const Cluster *cluster, uint32_t a, uint32_t b)
{
    if (a == b)
        return true;
    if (a == INDEX_NONE || b == INDEX_NONE)
        return false;
    {
        const Qos *left = &cluster->qos[a], *right = &cluster->qos[b];

        return left->priority == right->priority && left->flags == right->flags && !left->preempt &&
               !right->preempt && !qos_yields(cluster, a) && !qos_yields(cluster, b) &&
               left->usage_factor <= right->usage_factor &&
               left->usage_factor >= right->usage_factor && has_no_limits(left) &&
               has_no_limits(right);
    }
}

bool terms_equal(const Cluster *cluster, const Candidate *a, const Candidate *b)
{
    return a->limit == b->limit && same_qos(cluster, a->qos, b->qos) &&
           same_partition(&cluster->partitions[a->partition], &cluster->partitions[b->partition]);
}
