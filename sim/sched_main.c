/* The main scheduler: one pass over the queue in strict order. A job that does not fit blocks its
 * partition's nodes for everything behind it; limits, licences and dependencies block nobody.
 * Source: Slurm job_scheduler.c _schedule; reference 5. */
#include "sim/follow_inner.h"

#define RESERVATIONS_REMEMBERED 10

typedef struct {
    Sim *sim;
    GArray *queue;               /* QueueEntry */
    NodeSet *available;          /* nodes not yet blocked in this pass */
    bool *failed;                /* by partition */
    uint32_t *depths;            /* by partition: records tested */
    GArray *failed_reservations; /* uint32_t */
    const SimArray *rejected;    /* the array whose last task was rejected ... */
    uint32_t rejected_partition; /* ... and where */
    uint32_t depth, started;
} Pass;

static bool has_failed(const Pass *self, uint32_t reservation)
{
    for (guint i = 0; i < self->failed_reservations->len; i++) {
        if (g_array_index(self->failed_reservations, uint32_t, i) == reservation)
            return true;
    }
    return false;
}

static void fail_partition(Pass *self, uint32_t partition)
{
    self->failed[partition] = true;
    nodeset_remove(self->available, self->sim->cluster->partitions[partition].nodes);
}

/* The modifiers of 5.4, in Slurm's order, before a job blocks its partition. @partition: it would,
 * else only the nodes it insists on are left to it. */
static void block(Pass *self, const QueueEntry *entry, bool partition)
{
    const SimJob *job = entry->job;
    const SchedulerParameters *sched = &self->sim->cluster->config.sched;
    const NodeSet *required = job->request->required;
    const uint32_t own = limits_prio_threshold(self->sim->limits, job);
    const uint32_t threshold = own ? own : sched->bf_min_prio_reserve;

    if (required && nodeset_count(required) >= job->request->min_nodes) {
        nodeset_remove(self->available, required);
    } else if (!partition) {
        return;
    } else if (entry->reservation != INDEX_NONE) {
        if (self->failed_reservations->len < RESERVATIONS_REMEMBERED)
            g_array_append_val(self->failed_reservations, entry->reservation);
    } else if (sched->bf_min_age_reserve &&
               (job->begin_at == INSTANT_NONE ||
                self->sim->now - job->begin_at < (Span)sched->bf_min_age_reserve)) {
        return;
    } else if (threshold > job->priority) {
        return;
    } else {
        fail_partition(self, entry->partition);
    }
}

/* A partition that already failed, or a reservation: the record is not even tried. */
static bool is_blocked(Pass *self, const QueueEntry *entry)
{
    SimJob *job = entry->job;

    if (entry->reservation != INDEX_NONE) {
        if (!has_failed(self, entry->reservation))
            return false;
        job->reason = WAIT_PRIORITY;
        return true;
    }
    if (!self->failed[entry->partition])
        return false;
    if (job->reason == WAIT_NONE || job->reason == WAIT_RESOURCES)
        job->reason = WAIT_PRIORITY;
    return true;
}

static bool lacks_nodes(Pass *self, const QueueEntry *entry)
{
    const Partition *partition = &self->sim->cluster->partitions[entry->partition];
    SimJob *job = entry->job;

    if (nodeset_count_and(self->available, partition->nodes) >= job->request->min_nodes)
        return false;
    job->reason = WAIT_RESOURCES;
    if (entry->reservation == INDEX_NONE)
        fail_partition(self, entry->partition);
    return true;
}

/* Counted whether it is tried in the end or not: Slurm compares before it counts, so that one
 * record more than default_queue_depth is tested. False ends the pass. */
static bool is_deep_enough(Pass *self, bool full)
{
    const SchedulerParameters *sched = &self->sim->cluster->config.sched;

    if (sched->sched_max_job_start && self->started >= sched->sched_max_job_start)
        return true;
    return self->depth++ > sched->default_queue_depth && !full;
}

static bool is_skipped(Pass *self, const QueueEntry *entry)
{
    const SchedulerParameters *sched = &self->sim->cluster->config.sched;
    SimJob *job = entry->job;

    if (job->array && self->rejected == job->array && self->rejected_partition == entry->partition)
        return true;
    if (!queue_independent(self->sim, job))
        return true;
    if (sched->partition_job_depth &&
        self->depths[entry->partition]++ >= sched->partition_job_depth) {
        job->reason = WAIT_PRIORITY;
        return true;
    }
    return false;
}

static void reject(Pass *self, const QueueEntry *entry)
{
    self->rejected = entry->job->array;
    self->rejected_partition = entry->partition;
}

static void handle_answer(Pass *self, const QueueEntry *entry, SelectAnswer answer)
{
    SimJob *job = entry->job;

    reject(self, entry);
    switch (answer) {
    case SELECT_BUSY:
        block(self, entry, true);
        break;
    case SELECT_POLICY:
        if (self->sim->cluster->config.sched.assoc_limit_stop)
            fail_partition(self, entry->partition);
        break;
    case SELECT_RESERVATION:
        if (entry->reservation != INDEX_NONE)
            reservation_remove_nodes(self->sim, entry->reservation, self->available);
        block(self, entry, false);
        break;
    case SELECT_NEVER:
        if (job->n_partitions == 1) {
            job->priority = 0;
            job->reason = WAIT_BAD_CONSTRAINTS;
        }
        block(self, entry, false);
        break;
    case SELECT_PART_CONFIG:
    case SELECT_NODE_NOT_AVAIL:
        block(self, entry, false);
        break;
    case SELECT_STARTED:
    case SELECT_HELD:
    case SELECT_LICENSES:
        break;
    }
}

/* Tries one entry, and an array's tasks one after the other. False ends the pass. */
static bool try_entry(Pass *self, const QueueEntry *entry, bool full)
{
    SimJob *job = entry->job;
    SimJob *started = NULL;

    while (job->state == JOB_PENDING && !job->preempting && !is_skipped(self, entry)) {
        SelectAnswer answer;

        if (is_deep_enough(self, full))
            return false;
        if (is_blocked(self, entry) || lacks_nodes(self, entry))
            break;
        job->partition = entry->partition;
        job->priority = entry->priority;
        self->sim->entry_reservation = entry->reservation;
        answer = select_nodes(self->sim, job, self->available, &started);
        handle_answer(self, entry, answer);
        if (answer != SELECT_STARTED)
            break;
        self->rejected = NULL;
        self->started++;
        if (started == job)
            break;
    }
    return true;
}

void sched_main(Sim *sim, bool full)
{
    Pass pass = {.sim = sim, .queue = queue_build(sim, false)};

    if (sim->follow)
        follow_pass_begin(sim);
    sim->statistics.main_passes++;
    if (pass.queue->len > 0)
        sched_changed(sim);
    pass.available = nodeset_copy(sim->world->up);
    pass.failed = g_new0(bool, sim->cluster->n_partitions + 1);
    pass.depths = g_new0(uint32_t, sim->cluster->n_partitions + 1);
    pass.failed_reservations = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    for (guint i = 0; i < pass.queue->len; i++) {
        if (!try_entry(&pass, &g_array_index(pass.queue, QueueEntry, i), full))
            break;
    }
    g_array_unref(pass.failed_reservations);
    g_free(pass.depths);
    g_free(pass.failed);
    nodeset_free(pass.available);
    g_array_unref(pass.queue);
    if (sim->follow)
        follow_pass_over(sim);
}
