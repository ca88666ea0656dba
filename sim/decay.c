/* One pass of the decay thread. */
#include "sim/decay.h"

void decay_init(Decay *self, Usage *usage, PriorityBook *book, Limits *limits)
{
    *self = (Decay){.usage = usage,
                    .book = book,
                    .limits = limits,
                    .reset_at = INSTANT_NEVER,
                    .periods = usage->cluster->config.priority.usage_reset};
}

static void set_next_reset(Decay *self, Instant after)
{
    if (self->periods != RESET_NONE)
        self->reset_at = usage_next_reset(self->periods, self->epoch + after) - self->epoch;
}

void decay_start(Decay *self, int64_t epoch, Instant now)
{
    self->epoch = epoch;
    self->last = now;
    set_next_reset(self, now);
}

static void reset_when_due(Decay *self, Instant now)
{
    if (now < self->reset_at)
        return;
    usage_reset(self->usage);
    if (self->periods == RESET_NOW) {
        self->periods = RESET_NONE;
        self->reset_at = INSTANT_NEVER;
    } else {
        set_next_reset(self, self->reset_at);
    }
}

static void charge_running(Decay *self, const GPtrArray *running, Instant now)
{
    for (guint i = 0; i < running->len; i++) {
        SimJob *job = g_ptr_array_index(running, i);

        usage_charge(self->usage, job, MAX(job->start_at, self->last), now);
        limits_elapse(self->limits, job, now);
    }
}

static void recompute(Decay *self, const GPtrArray *jobs, Instant now)
{
    for (guint i = 0; i < jobs->len; i++)
        priority_recompute(self->book, g_ptr_array_index(jobs, i), now);
}

/* Older versions do not even start the thread without slurmdbd: priorities stay as submitted. */
static bool has_thread(const Cluster *cluster)
{
    return cluster->config.has_accounting ||
           !version_rules(cluster->version)->priority_thread_needs_dbd;
}

void decay_pass(Decay *self, const GPtrArray *running, const GPtrArray *pending, Instant now)
{
    if (!has_thread(self->usage->cluster))
        return;
    reset_when_due(self, now);
    usage_rank_accounts(self->usage);
    if (self->passed)
        usage_decay(self->usage, now - self->last);
    charge_running(self, running, now);
    usage_rank_users(self->usage);
    if (self->usage->cluster->config.priority.flags & PRIORITY_CALCULATE_RUNNING)
        recompute(self, running, now);
    recompute(self, pending, now);
    self->last = now;
    self->passed = true;
}

void decay_end(Decay *self, const SimJob *job, Instant now)
{
    if (self->usage->cluster->config.enforce & ENFORCE_LIMITS)
        usage_charge(self->usage, job, MAX(job->start_at, self->last), now);
}
