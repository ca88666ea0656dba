/* The job queue: who may be tried, in which order.
 * Source: Slurm job_scheduler.c build_job_queue, sort_job_queue2, job_mgr.c job_independent;
 * reference 1.3, 2.3, 4. */
#include "sim/core.h"

static bool is_policy_off(const Sim *self)
{
    return !(self->cluster->config.enforce & ENFORCE_LIMITS);
}

static void stop_accruing(Sim *self, SimJob *job)
{
    if (is_policy_off(self) || job->accrue_at == INSTANT_NONE ||
        self->cluster->config.priority.flags & PRIORITY_ACCRUE_ALWAYS)
        return;
    limits_remove_accrue(self->limits, job);
    job->accrue_at = INSTANT_NONE;
}

/* Under an accrue limit as many tasks of an array as there are slots become records of their own.
 */
static void accrue_in_slots(Sim *self, SimJob *job, uint32_t slots)
{
    const uint32_t tasks = MIN(slots, record_pending_tasks(job));

    for (uint32_t i = 0; i < tasks; i++) {
        SimJob *task = record_split(self, job);

        task->accrue_at = self->now;
        limits_add_accrue(self->limits, task);
    }
}

void queue_accrue(Sim *self, SimJob *job)
{
    uint32_t slots;

    if (job->accrue_at != INSTANT_NONE)
        return;
    if (self->cluster->config.priority.flags & PRIORITY_ACCRUE_ALWAYS) {
        job->accrue_at = job->submit_at;
        return;
    }
    if (job->begin_at == INSTANT_NONE)
        return;
    if (is_policy_off(self)) {
        job->accrue_at = job->begin_at;
        return;
    }
    if (job->priority == 0 || job->begin_at > self->now)
        return;
    slots = limits_accrue_slots(self->limits, job);
    if (slots != UINT32_MAX) {
        accrue_in_slots(self, job, slots);
        return;
    }
    job->accrue_at = job->begin_at;
    limits_add_accrue(self->limits, job);
}

static bool wait_for(SimJob *job, WaitReason reason)
{
    job->reason = reason;
    job->reason_tres = INDEX_NONE;
    return false;
}

static void lose_eligibility(Sim *self, SimJob *job)
{
    if (job->user_begin_at == INSTANT_NONE || job->user_begin_at <= self->now)
        job->begin_at = INSTANT_NONE;
}

static bool depends_on_nothing(Sim *self, SimJob *job)
{
    const DependState state = job->n_depends ? depend_test(self, job) : DEP_HOLDS;

    if (state == DEP_HOLDS)
        return true;
    lose_eligibility(self, job);
    stop_accruing(self, job);
    return wait_for(job, state == DEP_FAILED ? WAIT_DEPENDENCY_NEVER : WAIT_DEPENDENCY);
}

/* Slurm keeps a begin time of this very second. */
static void forget_begin(Sim *self, SimJob *job)
{
    if (job->begin_at < self->now)
        job->begin_at = INSTANT_NONE;
}

void queue_hold(Sim *self, SimJob *job)
{
    job->priority = 0;
    job->direct_priority = false;
    memset(job->part_priority, 0, job->n_partitions * sizeof *job->part_priority);
    forget_begin(self, job);
    stop_accruing(self, job);
}

void queue_release(Sim *self, SimJob *job)
{
    job->direct_priority = false;
    job->held_by_user = false;
    job->reason = WAIT_NONE;
    forget_begin(self, job);
    priority_submit(self->priorities, job, self->now);
}

void queue_restart_age(Sim *self, SimJob *job)
{
    stop_accruing(self, job);
}

bool queue_independent(Sim *self, SimJob *job)
{
    const SimArray *array = job->array;

    if (job->requeue_pending)
        return false;
    if (job->priority == 0) {
        stop_accruing(self, job);
        return wait_for(job, job->reason == WAIT_BAD_CONSTRAINTS ? WAIT_BAD_CONSTRAINTS
                             : job->held_by_user                 ? WAIT_HELD_USER
                                                                 : WAIT_HELD_ADMIN);
    }
    if (job->reason == WAIT_DEPENDENCY_NEVER && job->n_depends)
        return false;
    if (!depends_on_nothing(self, job))
        return false;
    if (array && array->throttle && array->running >= array->throttle) {
        if (job->begin_at <= self->now)
            job->begin_at = INSTANT_NONE;
        return wait_for(job, WAIT_ARRAY_LIMIT);
    }
    if (job->user_begin_at != INSTANT_NONE && job->user_begin_at > self->now) {
        job->begin_at = job->user_begin_at;
        return wait_for(job, WAIT_BEGIN_TIME);
    }
    if (job->reservation && !reservation_open(self, job))
        return false;
    if (job->begin_at == INSTANT_NONE)
        job->begin_at = self->now > self->options.begin_at ? self->now : job->submit_at;
    if (job->reason == WAIT_DEPENDENCY || job->reason == WAIT_BEGIN_TIME ||
        job->reason == WAIT_ARRAY_LIMIT || job->reason == WAIT_RESERVATION ||
        job->reason == WAIT_HELD_USER || job->reason == WAIT_HELD_ADMIN)
        job->reason = WAIT_NONE;
    return true;
}

bool queue_fits_partition(Sim *self, SimJob *job, uint32_t index, bool backfill)
{
    const Partition *partition = &self->cluster->partitions[index];
    const AccessVerdict verdict = access_check(self, job, index, backfill);

    if (verdict.reason != WAIT_NONE)
        return wait_for(job, verdict.reason);
    if (partition->state == PARTITION_DOWN)
        return wait_for(job, WAIT_PART_DOWN);
    if (partition->state == PARTITION_INACTIVE)
        return wait_for(job, WAIT_PART_INACTIVE);
    if (limits_qos_flag(self->limits, job, QOS_ENFORCE_USAGE_THRESHOLD) &&
        self->cluster->qos[job->qos].usage_threshold >= 0 &&
        priority_threshold_share(self->priorities, job) <
            self->cluster->qos[job->qos].usage_threshold)
        return wait_for(job, WAIT_QOS_THRESHOLD);
    return true;
}

static void append(Sim *self, SimJob *job, uint32_t which, GArray *queue)
{
    QueueEntry entry = {.job = job,
                        .partition = job->partitions[which],
                        .priority = job->part_priority[which],
                        .reservation = INDEX_NONE};

    if (job->reservation)
        entry.reservation = reservation_find(self, job->reservation);
    g_array_append_val(queue, entry);
    if (!job->reservation) {
        g_autoptr(GArray) magnets = reservation_magnets(self, job);

        for (guint i = 0; i < magnets->len; i++) {
            entry.reservation = g_array_index(magnets, uint32_t, i);
            entry.magnetic = true;
            g_array_append_val(queue, entry);
        }
    }
}

/* aftercorr: each task waits for its own counterpart, so it needs a record of its own. */
static void split_corresponding(Sim *self)
{
    const uint32_t most = self->cluster->config.sched.correspond_after_task_cnt;

    for (guint i = 0; i < self->pending->len; i++) {
        SimJob *meta = g_ptr_array_index(self->pending, i);
        uint32_t apart = 0;

        if (!meta->array || meta->task != COUNT_UNSET || record_pending_tasks(meta) < 2)
            continue;
        for (uint32_t d = 0; d < meta->n_depends; d++) {
            if (meta->depends[d].rule != RULE_AFTERCORR)
                continue;
            for (guint k = 0; k < meta->array->records->len; k++) {
                const SimJob *other = g_ptr_array_index(meta->array->records, k);

                apart += other != meta && other->state == JOB_PENDING;
            }
            if (apart < most)
                record_split(self, meta);
            break;
        }
    }
}

/* kill_invalid_depend and --kill-on-invalid-dep=yes. */
static void cancel_invalid(Sim *self)
{
    for (guint i = self->pending->len; i > 0; i--) {
        SimJob *job = g_ptr_array_index(self->pending, i - 1);

        if (job->reason == WAIT_DEPENDENCY_NEVER && job->kill_invalid_depend)
            life_cancel_pending(self, job, JOB_CANCELLED);
    }
}

typedef struct {
    const Sim *sim;
    QueueEntry *spare;
} Sorter;

static int by_number(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_late_keys(const Sim *sim, const QueueEntry *a, const QueueEntry *b)
{
    int order = by_number(a->job->base_id, b->job->base_id);

    if (order == 0)
        order = by_number(a->job->task, b->job->task);
    if (order == 0 && a->reservation != INDEX_NONE && b->reservation != INDEX_NONE)
        order =
            reservation_start(sim, a->reservation) < reservation_start(sim, b->reservation)
                ? -1
                : reservation_start(sim, a->reservation) > reservation_start(sim, b->reservation);
    return order;
}

/* Not transitive with preempt/qos, as in Slurm: the merge order below decides. */
static int compare(const Sim *sim, const QueueEntry *a, const QueueEntry *b)
{
    const Partition *parts = sim->cluster->partitions;
    int order = 0;

    if (sim->any_preemption) {
        if (preempt_check(sim, a->job, a->partition, b->job, b->partition))
            return -1;
        if (preempt_check(sim, b->job, b->partition, a->job, a->partition))
            return 1;
    }
    order = (a->reservation == INDEX_NONE) - (b->reservation == INDEX_NONE);
    if (order == 0)
        order = by_number(parts[b->partition].priority_tier, parts[a->partition].priority_tier);
    if (order == 0)
        order = by_number(b->priority, a->priority);
    if (order == 0 && a->job->submit_at != b->job->submit_at)
        order = a->job->submit_at < b->job->submit_at ? -1 : 1;
    return order ? order : compare_late_keys(sim, a, b);
}

/* Top-down merge sort, left half first on ties: what qsort of the C library slurmctld ran with
 * does, and the order of a comparison that is not transitive depends on it. */
static void merge_sort(const Sorter *self, QueueEntry *entries, size_t n)
{
    const size_t half = n / 2;
    size_t left = 0;
    size_t right = half;
    size_t out = 0;

    if (n < 2)
        return;
    merge_sort(self, entries, half);
    merge_sort(self, entries + half, n - half);
    while (left < half && right < n)
        self->spare[out++] = compare(self->sim, &entries[left], &entries[right]) <= 0
                                 ? entries[left++]
                                 : entries[right++];
    while (left < half)
        self->spare[out++] = entries[left++];
    memcpy(entries, self->spare, out * sizeof *entries);
}

GArray *queue_build(Sim *self, bool backfill)
{
    GArray *queue = g_array_new(FALSE, FALSE, sizeof(QueueEntry));
    Sorter sorter = {.sim = self};

    split_corresponding(self);
    for (guint i = 0; i < self->pending->len; i++) {
        SimJob *job = g_ptr_array_index(self->pending, i);

        job->preempting = false;
        queue_accrue(self, job);
        if (!queue_independent(self, job))
            continue;
        for (uint32_t p = 0; p < job->n_partitions; p++) {
            if (queue_fits_partition(self, job, job->partitions[p], backfill))
                append(self, job, p, queue);
        }
    }
    cancel_invalid(self);
    sorter.spare = g_new(QueueEntry, queue->len + 1);
    merge_sort(&sorter, &g_array_index(queue, QueueEntry, 0), queue->len);
    g_free(sorter.spare);
    return queue;
}
