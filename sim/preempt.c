/* Preemption: who may preempt whom, which victims, and what becomes of them.
 * Source: Slurm preempt.c, preempt_qos.c, preempt_partition_prio.c, job_test.c _run_now;
 * reference 9.1 to 9.7. */
#include "sim/follow_inner.h"

static bool qos_within(const Sim *self, uint32_t qos)
{
    const uint16_t mode = self->cluster->qos[qos].preempt_mode | self->cluster->config.preempt_mode;

    return mode & PREEMPT_WITHIN;
}

static bool qos_preempts(const Sim *self, const SimJob *preemptor, const SimJob *victim)
{
    const Qos *qos;

    if (preemptor->qos == INDEX_NONE || victim->qos == INDEX_NONE)
        return false;
    qos = &self->cluster->qos[preemptor->qos];
    if (preemptor->qos == victim->qos)
        return qos_within(self, preemptor->qos) && preemptor->priority > victim->priority;
    return qos->preempts && qos->preempts[victim->qos];
}

bool preempt_check(const Sim *self, const SimJob *preemptor, uint32_t partition,
                   const SimJob *victim, uint32_t victim_partition)
{
    const Partition *mine = &self->cluster->partitions[partition];
    const Partition *its = &self->cluster->partitions[victim_partition];

    if (self->cluster->config.preempt == PREEMPT_QOS)
        return qos_preempts(self, preemptor, victim);
    return mine->priority_tier > its->priority_tier && nodeset_overlaps(mine->nodes, its->nodes);
}

uint16_t preempt_mode(const Sim *self, const SimJob *victim)
{
    const uint16_t cluster = self->cluster->config.preempt_mode;
    uint16_t mode = cluster;

    if (self->cluster->config.preempt == PREEMPT_QOS) {
        const uint16_t own =
            victim->qos == INDEX_NONE ? 0 : self->cluster->qos[victim->qos].preempt_mode;

        if (own & ~(PREEMPT_GANG | PREEMPT_WITHIN))
            mode = own;
    } else {
        const uint16_t own = self->cluster->partitions[victim->partition].preempt_mode;

        if (own != PREEMPT_UNSET)
            mode = own;
    }
    return mode & (uint16_t) ~(PREEMPT_GANG | PREEMPT_WITHIN | PREEMPT_PRIORITY);
}

static bool is_exempt(const Sim *self, const SimJob *victim)
{
    const Span exempt = limits_exempt_time(self->limits, victim);
    const uint32_t most = self->cluster->config.sched.min_exempt_priority;

    if (exempt > 0 && self->now < victim->start_at + exempt)
        return true;
    return most != LIMIT_NONE && victim->priority > most;
}

static uint64_t rank(const Sim *self, const SimJob *victim)
{
    uint64_t class = self->cluster->partitions[victim->partition].priority_tier;

    if (self->cluster->config.preempt == PREEMPT_QOS)
        class =
            victim->qos == INDEX_NONE ? 0 : MIN(self->cluster->qos[victim->qos].priority, 65535);
    return (class << 16) + (victim->alloc ? victim->alloc->n_shares : 0);
}

typedef struct {
    SimJob *job;
    uint64_t rank;
    bool youngest_first;
} Candidate;

static int by_rank(const void *a, const void *b)
{
    const Candidate *x = a;
    const Candidate *y = b;

    if (x->youngest_first && x->job->start_at != y->job->start_at)
        return x->job->start_at > y->job->start_at ? -1 : 1;
    if (!x->youngest_first && x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    return (x->job->index > y->job->index) - (x->job->index < y->job->index);
}

/* The dear question comes last. */
static bool is_candidate(const Sim *self, const SimJob *job, const SimJob *victim)
{
    const Partition *mine = &self->cluster->partitions[job->partition];
    const bool by_qos = self->cluster->config.preempt == PREEMPT_QOS;

    if (by_qos
            ? !qos_preempts(self, job, victim)
            : self->cluster->partitions[victim->partition].priority_tier >= mine->priority_tier ||
                  preempt_mode(self, victim) == PREEMPT_OFF)
        return false;
    return nodeset_overlaps(victim->alloc->nodes, mine->nodes) && !is_exempt(self, victim);
}

GPtrArray *preempt_candidates(const Sim *self, const SimJob *job)
{
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(Candidate));
    GPtrArray *out = g_ptr_array_new();

    for (guint i = 0; i < self->running->len; i++) {
        Candidate candidate = {.job = g_ptr_array_index(self->running, i)};

        if (!is_candidate(self, job, candidate.job))
            continue;
        candidate.rank = rank(self, candidate.job);
        candidate.youngest_first = self->cluster->config.sched.preempt_youngest_first;
        g_array_append_val(found, candidate);
    }
    g_array_sort(found, by_rank);
    for (guint i = 0; i < found->len; i++)
        g_ptr_array_add(out, g_array_index(found, Candidate, i).job);
    return out;
}

static bool is_removable(const Sim *self, const SimJob *victim)
{
    return preempt_mode(self, victim) & (PREEMPT_CANCEL | PREEMPT_REQUEUE);
}

/* Takes candidates away one by one until the job fits. Returns: how many were passed, counting the
 * one that made room; 0 when all of them are not enough. */
static guint remove_until_fits(Sim *self, PlaceQuery *query, GPtrArray *candidates,
                               Allocation **alloc)
{
    g_autoptr(NodeSet) freed = nodeset_new(self->cluster->n_nodes);
    const PlaceView view = {.world = self->world, .mark = ++self->last_mark, .freed = freed};

    for (guint i = 0; i < candidates->len; i++) {
        SimJob *victim = g_ptr_array_index(candidates, i);

        if (!is_removable(self, victim))
            continue;
        victim->gone = view.mark;
        nodeset_or(freed, victim->alloc->nodes);
        self->statistics.placements++;
        if (place_find(&view, query, alloc) == PLACE_OK)
            return i + 1;
    }
    return 0;
}

typedef struct {
    SimJob *job;
    uint32_t weight;
    guint position;
} Weighed;

static int by_weight(const void *a, const void *b)
{
    const Weighed *x = a;
    const Weighed *y = b;

    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return (x->position > y->position) - (x->position < y->position);
}

/* The one that made room first, then those with the most of the chosen nodes. */
static void reorder(const Sim *self, GPtrArray *candidates, guint used, const NodeSet *chosen)
{
    g_autofree Weighed *weighed = g_new(Weighed, candidates->len);

    if (self->cluster->config.sched.preempt_strict_order) {
        SimJob *last = g_ptr_array_steal_index(candidates, used - 1);

        g_ptr_array_insert(candidates, 0, last);
        return;
    }
    for (guint i = 0; i < candidates->len; i++) {
        SimJob *job = g_ptr_array_index(candidates, i);

        weighed[i] = (Weighed){.job = job, .position = i};
        if (i + 1 == used)
            weighed[i].weight = 99999;
        else if (i + 1 < used)
            weighed[i].weight = nodeset_count_and(job->alloc->nodes, chosen);
    }
    qsort(weighed, candidates->len, sizeof *weighed, by_weight);
    for (guint i = 0; i < candidates->len; i++)
        candidates->pdata[i] = weighed[i].job;
}

static GPtrArray *overlapping(const Sim *self, const GPtrArray *candidates, guint used,
                              const NodeSet *chosen)
{
    GPtrArray *out = g_ptr_array_new();

    for (guint i = 0; i < used; i++) {
        SimJob *job = g_ptr_array_index(candidates, i);

        if (is_removable(self, job) && nodeset_overlaps(job->alloc->nodes, chosen))
            g_ptr_array_add(out, job);
    }
    return out;
}

/* QoS with SUSPEND: the job lies over the jobs it suspends, in an extra row. Since 24.11 these are
 * the first candidates whose cores suffice. */
static bool find_extra_row(Sim *self, PlaceQuery *query, const GPtrArray *candidates,
                           Allocation **alloc)
{
    const PlaceView now = {.world = self->world};
    const PlaceView without = {.world = self->world, .mark = ++self->last_mark};
    g_autoptr(GPtrArray) suspended = g_ptr_array_new();
    PlaceQuery probe = *query;
    bool fits = !self->rules->suspends_chosen_victims;

    probe.mode = PLACE_PLAN;
    for (guint i = 0; i < candidates->len && !fits; i++) {
        SimJob *victim = g_ptr_array_index(candidates, i);

        if (!(preempt_mode(self, victim) & PREEMPT_SUSPEND))
            continue;
        victim->asleep = without.mark;
        g_ptr_array_add(suspended, victim);
        self->statistics.placements++;
        fits = place_find(&without, &probe, NULL) == PLACE_OK;
    }
    if (!fits)
        return false;
    query->extra_row = true;
    query->preemptees = suspended->len ? suspended : NULL;
    fits = place_find(&now, query, alloc) == PLACE_OK;
    query->preemptees = NULL;
    return fits;
}

bool preempt_find(Sim *self, PlaceQuery *query, GPtrArray *candidates, GPtrArray **victims,
                  Allocation **alloc)
{
    const PlaceView now = {.world = self->world};
    const uint32_t reorders = self->cluster->config.sched.preempt_reorder_count;
    uint32_t pass = 0;
    guint used;

    if (place_find(&now, query, alloc) == PLACE_OK)
        return true;
    if (self->cluster->config.preempt == PREEMPT_QOS &&
        preempt_mode(self, g_ptr_array_index(candidates, 0)) == PREEMPT_SUSPEND)
        return find_extra_row(self, query, candidates, alloc);
    for (;;) {
        used = remove_until_fits(self, query, candidates, alloc);
        if (used == 0)
            return false;
        if (pass++ > reorders || candidates->len <= pass)
            break;
        reorder(self, candidates, used, (*alloc)->nodes);
        g_clear_pointer(alloc, allocation_free);
    }
    *victims = overlapping(self, candidates, used, (*alloc)->nodes);
    return true;
}

Span preempt_grace(const Sim *self, const SimJob *victim)
{
    if (self->cluster->config.preempt == PREEMPT_QOS)
        return victim->qos == INDEX_NONE ? 0 : self->cluster->qos[victim->qos].grace_time;
    return self->cluster->partitions[victim->partition].grace_time;
}

void preempt_finish(Sim *self, SimJob *victim)
{
    if (preempt_mode(self, victim) & PREEMPT_REQUEUE && life_requeue(self, victim, JOB_PREEMPTED))
        return;
    life_end(self, victim, JOB_PREEMPTED);
}

void preempt_act(Sim *self, SimJob *job, GPtrArray *victims)
{
    const Config *config = &self->cluster->config;
    const Span pause = (Span)config->kill_wait + config->message_timeout;

    if (job->preempted_other_at != INSTANT_NONE && self->now < job->preempted_other_at + pause)
        return;
    job->preempting = true;
    if (self->follow) {
        follow_preempt(self, job, victims);
        return;
    }
    job->preempted_other_at = self->now;
    for (guint i = 0; i < victims->len; i++) {
        SimJob *victim = g_ptr_array_index(victims, i);
        const Span grace = preempt_grace(self, victim);

        if (victim->preempt_at != INSTANT_NONE)
            continue;
        victim->preempt_at = self->now;
        victim->end_at = MIN(victim->end_at, self->now + grace);
        victim->signalled = grace > 0;
        if (grace == 0)
            preempt_finish(self, victim);
    }
    sched_changed(self);
}
