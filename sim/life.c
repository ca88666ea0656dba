/* A job's life: start, suspension, end, COMPLETING, requeue, time limits.
 * Source: Slurm job_mgr.c, node_scheduler.c; reference 1.4 to 1.9. */
#include "sim/follow_inner.h"

Span life_limit_span(const SimJob *job)
{
    if (job->limit == MINUTES_UNLIMITED || job->limit == MINUTES_UNSET)
        return (Span)MINUTES_A_YEAR * 60;
    return (Span)job->limit * 60;
}

Instant life_expected_end(const SimJob *job)
{
    return job->start_at + job->suspended + life_limit_span(job);
}

Span life_work(const SimJob *job)
{
    const JobTruth *truth = &job->source->truth;

    if (truth->task_runtime && job->position < truth->n_tasks)
        return truth->task_runtime[job->position];
    return truth->runtime;
}

static int true_exit(const SimJob *job)
{
    const JobTruth *truth = &job->source->truth;

    if (truth->task_exit && job->position < truth->n_tasks)
        return truth->task_exit[job->position];
    return truth->exit_code;
}

/* A limit that is unset, or above what the partition allows, becomes the partition's at start. */
static void fill_limit(const Sim *self, SimJob *job)
{
    const Partition *partition = &self->cluster->partitions[job->partition];
    const uint32_t given = job->limit;
    const bool too_long = given != MINUTES_UNSET && given > partition->max_time &&
                          !limits_qos_flag(self->limits, job, QOS_PART_TIME_LIMIT);

    if (given != MINUTES_UNSET && !too_long)
        return;
    job->limit =
        partition->default_time != MINUTES_UNSET ? partition->default_time : partition->max_time;
    job->limit_by_system = true;
}

static void wait_for_end(Sim *self, SimJob *job)
{
    job->generation++;
    if (job->done_at == INSTANT_NEVER)
        return;
    timer_push(self, (Event){.at = job->done_at,
                             .kind = EVENT_END,
                             .subject = job->index,
                             .generation = job->generation});
}

void life_expect_end(Sim *self, SimJob *job, Instant at)
{
    job->done_at = at;
    wait_for_end(self, job);
}

void life_occupy(Sim *self, SimJob *job, Allocation *alloc, Instant since)
{
    record_leave_pending(self, job);
    g_ptr_array_add(self->running, job);
    fill_limit(self, job);
    job->state = JOB_RUNNING;
    job->reason = WAIT_NONE;
    job->reason_tres = INDEX_NONE;
    job->start_at = since;
    job->suspended = 0;
    job->suspended_at = job->preempt_at = INSTANT_NONE;
    job->signalled = false;
    job->end_at = life_expected_end(job);
    allocation_free(job->alloc);
    job->alloc = alloc;
    job->total_cpus = alloc->total_cpus;
    if (!job->tres_alloc)
        job->tres_alloc = g_new0(uint64_t, TRES_MAX);
    select_tres(self, job, alloc, job->tres_alloc);
    job->billable = priority_billable(self->cluster, job->partition, job->tres_alloc);
    world_take(self->world, job);
    license_take(self, job);
    limits_start(self->limits, job, since);
    if (job->array)
        job->array->running++;
}

void life_start(Sim *self, SimJob *job, Allocation *alloc, Instant since)
{
    limits_remove_accrue(self->limits, job);
    life_occupy(self, job, alloc, since);
    job->done_at = MAX(since + life_work(job), self->now);
    wait_for_end(self, job);
    if (self->follow)
        follow_started(self, job);
    gang_started(self, job);
    sched_changed(self);
    record_tell(self, job);
}

/* What accounting, limits and the selector forget at the end of a run, before COMPLETING. */
static void give_back(Sim *self, SimJob *job)
{
    decay_end(&self->decay, job, self->now);
    limits_end(self->limits, job, self->now);
    limits_remove_submit(self->limits, job, 1);
    if (job->array)
        job->array->running--;
    g_ptr_array_remove(self->running, job);
    world_release(self->world, job);
    world_completing(self->world, job->alloc, true);
}

static void begin_completing(Sim *self, SimJob *job, JobState state)
{
    if (job->suspended_at != INSTANT_NONE)
        job->suspended += self->now - job->suspended_at;
    job->suspended_at = INSTANT_NONE;
    job->end_at = self->ended_at = self->now;
    job->state = state;
    job->completing = true;
    job->generation++;
    timer_push(self, (Event){.at = self->now + self->options.epilog,
                             .kind = EVENT_EPILOG,
                             .subject = job->index,
                             .generation = job->generation});
    sched_changed(self);
    record_tell(self, job);
}

void life_end(Sim *self, SimJob *job, JobState state)
{
    give_back(self, job);
    begin_completing(self, job, state);
}

void life_work_done(Sim *self, SimJob *job)
{
    const Span over = (Span)self->cluster->config.over_time_limit * 60;

    if (job->preempt_at != INSTANT_NONE)
        life_end(self, job, JOB_PREEMPTED);
    else if (true_exit(job) != 0)
        life_end(self, job, JOB_FAILED);
    else if (self->now > life_expected_end(job) + over)
        life_end(self, job, JOB_TIMEOUT);
    else
        life_end(self, job, JOB_COMPLETED);
}

bool life_requeue(Sim *self, SimJob *job, JobState state)
{
    if (!job->may_requeue)
        return false;
    life_end(self, job, state);
    job->state = JOB_PENDING;
    job->requeue_pending = true;
    return true;
}

/* batch_requeue_fini: a fresh attempt, not before the credential of the old one has expired. */
static void become_pending(Sim *self, SimJob *job)
{
    job->requeue_pending = false;
    job->state = JOB_PENDING;
    job->attempt++;
    job->run = INDEX_NONE;
    job->submit_at = self->now;
    job->start_at = job->end_at = job->accrue_at = INSTANT_NONE;
    job->preempt_at = job->preempted_other_at = INSTANT_NONE;
    job->suspended = 0;
    job->done_at = INSTANT_NEVER;
    job->total_cpus = 0;
    if (job->limit_by_system)
        job->limit = job->spec->time_limit;
    allocation_free(job->alloc);
    job->alloc = NULL;
    job->begin_at = job->user_begin_at = self->now + self->cluster->config.cred_expire + 1;
    record_make_pending(self, job);
    limits_add_submit(self->limits, job, 1);
    if (job->requeue_hold) {
        job->priority = 0;
        job->held_by_user = true;
    } else if (!job->direct_priority) {
        priority_submit(self->priorities, job, self->now);
    }
    job->requeue_hold = false;
}

/* A finished record keeps what dependents and accounting may ask for, nothing else. */
static void forget(SimJob *job)
{
    g_clear_pointer(&job->tres_alloc, g_free);
    allocation_free(job->alloc);
    job->alloc = NULL;
}

void life_epilog(Sim *self, SimJob *job)
{
    world_completing(self->world, job->alloc, false);
    gang_ended(self, job);
    license_return(self, job);
    job->completing = false;
    job->generation++;
    if (job->requeue_pending)
        become_pending(self, job);
    else
        forget(job);
    sched_changed(self);
    if (self->cluster->config.has_epilog && !self->cluster->config.sched.defer)
        sched_main(self, false);
    else
        sched_request(self);
}

void life_cancel_pending(Sim *self, SimJob *job, JobState state)
{
    limits_remove_submit(self->limits, job, record_pending_tasks(job));
    limits_remove_accrue(self->limits, job);
    record_leave_pending(self, job);
    if (job->array && job->task == COUNT_UNSET)
        job->array->next = job->array->n_tasks;
    job->state = state;
    job->end_at = self->now;
    job->generation++;
    sched_changed(self);
    record_tell(self, job);
}

void life_suspend(Sim *self, SimJob *job, bool gang)
{
    if (job->state != JOB_RUNNING)
        return;
    job->state = JOB_SUSPENDED;
    job->suspended_at = self->now;
    job->generation++;
    if (!gang)
        world_suspend(self->world, job, true);
    sched_changed(self);
}

void life_resume(Sim *self, SimJob *job, bool gang)
{
    Span stood;

    if (job->state != JOB_SUSPENDED)
        return;
    stood = self->now - job->suspended_at;
    job->state = JOB_RUNNING;
    job->suspended += stood;
    if (job->done_at != INSTANT_NEVER)
        job->done_at += stood;
    job->suspended_at = INSTANT_NONE;
    job->end_at = life_expected_end(job);
    if (!gang)
        world_suspend(self->world, job, false);
    wait_for_end(self, job);
    sched_changed(self);
}

static Span over_time(const Sim *self, const SimJob *job)
{
    const uint32_t own = self->cluster->partitions[job->partition].over_time_limit;
    const uint32_t minutes = own != MINUTES_UNSET ? own : self->cluster->config.over_time_limit;

    return minutes >= UINT16_MAX ? (Span)MINUTES_A_YEAR * 60 : (Span)minutes * 60;
}

static void check_running(Sim *self, SimJob *job)
{
    if (job->state != JOB_RUNNING)
        return;
    if (job->preempt_at != INSTANT_NONE) {
        if (self->now >= job->end_at && !self->follow)
            preempt_finish(self, job);
        return;
    }
    if (job->end_at + over_time(self, job) <= self->now ||
        limits_expired(self->limits, job, self->now) || reservation_expired(self, job)) {
        if (self->follow)
            follow_timeout(self, job);
        else
            life_end(self, job, JOB_TIMEOUT);
    }
}

void life_time_limits(Sim *self)
{
    g_autoptr(GPtrArray) now_running = g_ptr_array_copy(self->running, NULL, NULL);

    for (guint i = 0; i < now_running->len; i++)
        check_running(self, g_ptr_array_index(now_running, i));
}
