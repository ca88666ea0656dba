/* Periodic work: when the background loop, backfill, the time-limit check, the decay thread and
 * the time slicer wake, and when nothing they do can matter any more.
 * Source: Slurm controller.c, backfill.c, priority_multifactor.c; reference 0.4, 5.1, 6.2. */
#include "sim/core.h"

#define LIMIT_PERIOD 30 /* [s] PERIODIC_TIMEOUT */
#define DECAY_LEAD   1  /* [s] the decay thread is started that long before the background loop */

static bool is_cycle(EventKind kind)
{
    return kind == EVENT_BACKFILL || kind == EVENT_LATE_CYCLE;
}

bool timer_is_solid(EventKind kind)
{
    return kind != EVENT_TIME_LIMIT && kind != EVENT_PRIORITY && kind != EVENT_SLICE &&
           kind != EVENT_MAIN && !is_cycle(kind);
}

void timer_push(Sim *self, Event event)
{
    if (timer_is_solid(event.kind))
        self->solid_events++;
    event_push(self->events, event);
}

/* The next instant after now that is a whole number of periods from @first, which is past. */
static Instant next_after(Instant now, Instant first, Span period)
{
    return first + ((now - first) / period + 1) * period;
}

/* The same from slurmctld's start. */
static Instant next_beat(const Sim *self, Span period)
{
    return next_after(self->now, self->started_at, period);
}

static void arm(Sim *self, EventKind kind, Instant *due, Instant at)
{
    if (at >= *due)
        return;
    *due = at;
    timer_push(self, (Event){.at = at, .kind = kind});
}

static void arm_main(Sim *self)
{
    const SchedulerParameters *sched = &self->cluster->config.sched;

    if (sched->sched_interval < 0)
        return;
    if (self->requests > 0)
        arm(self, EVENT_MAIN, &self->main_due,
            MAX(self->now + self->main_put_off, self->main_at + sched->batch_sched_delay));
    if (self->pending->len > 0)
        arm(self, EVENT_MAIN, &self->main_due, next_beat(self, MAX(1, sched->sched_interval)));
}

static void arm_backfill(Sim *self)
{
    const Config *config = &self->cluster->config;

    if (config->scheduler != SCHED_BACKFILL || config->sched.bf_interval <= 0 ||
        self->changes == self->backfill_seen)
        return;
    arm(self, self->follow ? EVENT_LATE_CYCLE : EVENT_BACKFILL, &self->backfill_due,
        MAX(self->now + 1, self->backfill_end + config->sched.bf_interval));
}

void timer_arm(Sim *self)
{
    const Config *config = &self->cluster->config;

    arm_main(self);
    arm_backfill(self);
    if (self->running->len > 0)
        arm(self, EVENT_TIME_LIMIT, &self->limit_due, next_beat(self, LIMIT_PERIOD));
    if (config->priority.type == PRIORITY_MULTIFACTOR &&
        self->pending->len + self->running->len > 0)
        arm(self, EVENT_PRIORITY, &self->priority_due,
            next_after(self->now, self->started_at - DECAY_LEAD,
                       MAX(1, config->priority.calc_period)));
    if (config->preempt_mode & PREEMPT_GANG && self->running->len > 0)
        arm(self, EVENT_SLICE, &self->slice_due,
            next_beat(self, MAX(1, (Span)config->scheduler_time_slice)));
}

static void main_pass(Sim *self)
{
    const Span interval = MAX(1, self->cluster->config.sched.sched_interval);
    const Instant last_beat =
        self->started_at + (self->now - self->started_at) / interval * interval;
    const bool full = last_beat > self->full_at;

    if (!full && self->requests == 0)
        return;
    self->main_put_off = self->ended_at == self->now && !self->main_put_off;
    if (self->main_put_off) {
        arm(self, EVENT_MAIN, &self->main_due, self->now + 1);
        return;
    }
    if (full)
        self->full_at = last_beat;
    self->main_at = self->now;
    self->requests = 0;
    sched_main(self, full);
}

/* One pass of the decay thread: time passes for usage, then every waiting job's priority. */
static void priority_pass(Sim *self)
{
    decay_pass(&self->decay, self->running, self->pending, self->now);
    sched_changed(self);
}

/* A cycle that falls into the second of a job's end sees its nodes clean: they rarely take longer.
 * Where a recording is followed, cycles stay where it has them. */
static void backfill_cycle(Sim *self)
{
    self->backfill_put_off =
        !self->follow && self->ended_at == self->now && !self->backfill_put_off;
    if (self->backfill_put_off)
        arm(self, EVENT_BACKFILL, &self->backfill_due, self->now + 1);
    else
        sched_backfill(self);
}

void timer_strike(Sim *self, EventKind kind)
{
    Instant armed = self->now;
    Instant *const due = kind == EVENT_TIME_LIMIT ? &self->limit_due
                         : kind == EVENT_PRIORITY ? &self->priority_due
                         : kind == EVENT_SLICE    ? &self->slice_due
                         : kind == EVENT_MAIN     ? &self->main_due
                         : is_cycle(kind)         ? &self->backfill_due
                                                  : &armed;

    if (*due != self->now)
        return; /* armed for an earlier instant since */
    *due = INSTANT_NEVER;
    if (kind == EVENT_TIME_LIMIT)
        life_time_limits(self);
    else if (kind == EVENT_PRIORITY)
        priority_pass(self);
    else if (kind == EVENT_SLICE)
        gang_slice(self);
    else if (kind == EVENT_MAIN)
        main_pass(self);
    else if (is_cycle(kind))
        backfill_cycle(self);
    else if (kind == EVENT_RESERVATION)
        reservation_strike(self);
}

static bool waits_for_the_clock(const Sim *self, const SimJob *job)
{
    if (job->user_begin_at != INSTANT_NONE && job->user_begin_at > self->now)
        return true;
    if (job->requeue_pending)
        return true;
    for (uint32_t i = 0; i < job->n_depends; i++) {
        if (job->depends[i].delay > 0 && job->depends[i].state == DEP_WAITS)
            return true;
    }
    return false;
}

static bool waits_for_decay(const Sim *self, const SimJob *job)
{
    const Span half_life = self->cluster->config.priority.half_life;
    const bool by_usage = job->reason == WAIT_QOS_GRP_TRES_MINS ||
                          job->reason == WAIT_ASSOC_GRP_TRES_MINS ||
                          job->reason == WAIT_QOS_GRP_WALL || job->reason == WAIT_ASSOC_GRP_WALL;

    return by_usage && half_life > 0 && self->now - self->progress_at < 10 * half_life;
}

bool timer_may_help(const Sim *self)
{
    const SchedulerParameters *sched = &self->cluster->config.sched;
    const Span quiet = 2 * (Span)MAX(sched->sched_interval, sched->bf_interval) +
                       (Span)self->cluster->config.kill_wait + (Span)sched->max_switch_wait + 120;

    if (self->pending->len == 0)
        return false;
    if (self->now - self->progress_at <= quiet)
        return true;
    for (guint i = 0; i < self->pending->len; i++) {
        const SimJob *job = g_ptr_array_index(self->pending, i);

        if (waits_for_the_clock(self, job) || waits_for_decay(self, job))
            return true;
    }
    return false;
}

void sched_request(Sim *self)
{
    self->requests++;
    sched_changed(self);
}
