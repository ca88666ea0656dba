/* What passes would do while a recording is followed: noted, done until the end of the pass, taken
 * back. An early start that is known takes part as the simulator sees it; others are held to be
 * wrong only if they do not follow from it. */
#include "sim/follow_track.h"

#define LONGEST_CYCLE 2 /* [s] a cycle of backfill takes, on average */

/* ---- starts ---- */

static void note_nodes(const Sim *sim, Track *track, const Allocation *alloc)
{
    if (track->same_kind)
        return;
    track->same_kind = follow_same_kind(sim, track->run, alloc->nodes);
    g_free(track->start->simulated_nodes);
    track->start->simulated_nodes = cluster_hostlist(sim->cluster, alloc->nodes);
}

static void note_fresh(Follow *self, Track *track)
{
    if (!track->early_told && !g_ptr_array_find(self->fresh, track, NULL))
        g_ptr_array_add(self->fresh, track);
}

/* What really starts within the next minute agrees; anything later is too early. */
static void note_start(Follow *self, const Sim *sim, const SimJob *job, const Allocation *alloc)
{
    Track *track = track_of(self, job);

    if (self->pass == PASS_PROBE && self->probe && track == self->probe)
        self->probe_fits = true;
    if (self->pass == PASS_PROBE && track && track->turn == 0)
        track->turn = ++self->turns;
    if (track && track->run && track->run->start_at <= sim->now + FOLLOW_TOLERANCE) {
        if (track->start->simulated_at == INSTANT_NEVER)
            track->start->simulated_at = sim->now;
        note_nodes(sim, track, alloc);
    } else if (self->pass == PASS_REGULAR && job->submit_at < sim->now) { /* else the next tells */
        note_fresh(self, track ? track : track_never(self, job));
    } else if (self->pass == PASS_VERIFY && track) {
        track->early_at = sim->now;
    }
}

SelectAnswer follow_start(Sim *sim, SimJob *job, Allocation *alloc, SimJob **started)
{
    Follow *self = sim->follow;
    const Track *track = self->n_early > 0 ? track_of(self, job) : NULL;
    const bool known = track && track->early_told;

    if (known && (self->leave_out || self->pass == PASS_VERIFY)) {
        allocation_free(alloc);
        job->reason = WAIT_RESOURCES;
        return self->leave_out ? SELECT_HELD : SELECT_BUSY;
    }
    self->early_took_part |= known;
    if (!known && !follow_note_lost(self, job, alloc))
        note_start(self, sim, job, alloc);
    *started = tentative_start(self->tentative, sim, job, alloc);
    return SELECT_STARTED;
}

void follow_started(Sim *sim, SimJob *job)
{
    Track *track = track_of(sim->follow, job);

    if (!track || !track->run)
        return;
    track->record = track->last = job;
    follow_expect_victim(sim->follow, sim, track);
    if (job->spec->time_min != MINUTES_UNSET && track->run->limit != MINUTES_UNSET) {
        job->limit = track->run->limit; /* the real state has the real limit */
        job->end_at = life_expected_end(job);
    }
    job->done_at = INSTANT_NEVER;
    job->generation++; /* its end is the recording's: no end of its own */
}

/* ---- passes beside the clock ---- */

/* How many CPUs a test last found for a pending job: the size term of its priority goes by it. */
typedef struct {
    SimJob *job;
    uint32_t total_cpus;
} Estimate;

/* What the simulator's own passes go by: those beside the clock leave it as it was. */
typedef struct {
    uint64_t changes, backfill_seen;
    Instant backfill_end;
    Span backfill_lag;
    GArray *estimates; /* Estimate, of all that are pending */
} PassClock;

static PassClock read_clock(const Sim *sim)
{
    PassClock clock = {sim->changes, sim->backfill_seen, sim->backfill_end, sim->backfill_lag,
                       g_array_sized_new(FALSE, FALSE, sizeof(Estimate), sim->pending->len)};

    for (guint i = 0; i < sim->pending->len; i++) {
        SimJob *job = g_ptr_array_index(sim->pending, i);
        const Estimate estimate = {job, job->total_cpus};

        g_array_append_val(clock.estimates, estimate);
    }
    return clock;
}

static void set_back_clock(Sim *sim, PassClock *clock)
{
    sim->changes = clock->changes;
    sim->backfill_seen = clock->backfill_seen;
    sim->backfill_end = clock->backfill_end;
    sim->backfill_lag = clock->backfill_lag;
    for (guint i = 0; i < clock->estimates->len; i++) {
        const Estimate *estimate = &g_array_index(clock->estimates, Estimate, i);

        estimate->job->total_cpus = estimate->total_cpus;
    }
    g_array_unref(clock->estimates);
}

static void run_passes(Follow *self, Sim *sim, PassKind kind)
{
    PassClock clock = read_clock(sim);

    self->pass = kind;
    sched_main(sim, true);
    if (sim->cluster->config.scheduler == SCHED_BACKFILL &&
        !(kind == PASS_PROBE && self->probe_fits))
        sched_backfill(sim);
    self->pass = PASS_REGULAR;
    set_back_clock(sim, &clock);
}

bool follow_probe(Follow *self, Sim *sim, Track *track)
{
    self->probe = track;
    self->probe_fits = false;
    self->early_took_part = false;
    self->turns = 0;
    run_passes(self, sim, PASS_PROBE);
    if (!self->probe_fits && self->early_took_part) {
        self->leave_out = true;
        run_passes(self, sim, PASS_PROBE);
        self->leave_out = false;
    }
    self->probe = NULL;
    return self->probe_fits;
}

/* ---- when backfill really ran ---- */

static guint count_turns(const GPtrArray *batch)
{
    guint count = 0;

    for (guint i = 0; i < batch->len; i++)
        count += ((const Track *)g_ptr_array_index(batch, i))->turn > 0;
    return count;
}

/* How many of @batch would start in one pass more, of the main scheduler or of backfill. */
static guint probe_once(Follow *self, Sim *sim, const GPtrArray *batch, void (*pass)(Sim *))
{
    PassClock clock = read_clock(sim);

    self->pass = PASS_PROBE;
    pass(sim);
    self->pass = PASS_REGULAR;
    set_back_clock(sim, &clock);
    return count_turns(batch);
}

static void main_in_full(Sim *sim)
{
    sched_main(sim, true);
}

/* A cycle begins bf_interval after the end of the last one: how long cycles took is known as soon
 * as two were seen. Where they seem to take long some were left out, and after too many laps one
 * more or less cannot be told. */
static void measure_laps(Follow *self, const Sim *sim)
{
    const Span interval = sim->cluster->config.sched.bf_interval;
    const Span lap = self->cycle_at == INSTANT_NONE ? 0 : sim->now - self->cycle_at;
    const Span laps = lap / interval;

    if (laps == 0 || lap - laps * interval > laps * LONGEST_CYCLE ||
        laps * LONGEST_CYCLE > interval)
        return;
    self->lap = lap;
    self->laps = (uint32_t)laps;
}

/* After a cycle of the simulator's own: the next one in step with the real ones. */
static void keep_step(const Follow *self, Sim *sim)
{
    const Span interval = sim->cluster->config.sched.bf_interval;
    Span next;

    if (self->laps == 0 || sim->backfill_end < sim->now)
        return;
    next = (sim->now - self->cycle_at + interval / 2) / interval + 1;
    sim->backfill_end = MAX(sim->now, self->cycle_at + next * self->lap / self->laps - interval);
}

/* Turns for @batch, those that need backfill last. Returns: whether there are any of these. */
static bool needs_backfill(Follow *self, Sim *sim, const GPtrArray *batch)
{
    guint by_main;

    for (guint i = 0; i < batch->len; i++)
        ((Track *)g_ptr_array_index(batch, i))->turn = 0;
    self->probe = NULL;
    self->turns = 0;
    by_main = probe_once(self, sim, batch, main_in_full);
    return by_main < batch->len && probe_once(self, sim, batch, sched_backfill) > by_main;
}

void follow_find_cycle(Follow *self, Sim *sim, const GPtrArray *batch)
{
    const Config *config = &sim->cluster->config;
    bool found;

    if (config->scheduler != SCHED_BACKFILL || config->sched.bf_interval <= 0 || batch->len == 0)
        return;
    found = needs_backfill(self, sim, batch);
    if (sim->priority_due == sim->now && count_turns(batch) < batch->len) {
        timer_strike(sim, EVENT_PRIORITY);
        found = needs_backfill(self, sim, batch);
    }
    if (!found ||
        (self->cycle_at != INSTANT_NONE && sim->now < self->cycle_at + config->sched.bf_interval))
        return;
    self->early_took_part = false;
    measure_laps(self, sim);
    self->cycle_at = sim->now;
    sim->backfill_due = INSTANT_NEVER; /* it is armed anew, an interval from now */
    sched_backfill(sim);
}

/* ---- early starts ---- */

static SimJob *pending_record(Sim *sim, const Track *track)
{
    SimJob *first = g_ptr_array_index(sim->first, track->job);

    for (guint i = 0; first && first->array && i < first->array->records->len; i++) {
        SimJob *record = g_ptr_array_index(first->array->records, i);

        if (record->task == track->task)
            return record;
    }
    return first;
}

static void tell_early(Follow *self, Sim *sim, Track *track)
{
    track->early_at = sim->now;
    if (!track->run) { /* whether it was cancelled soon is not known yet */
        if (track->never_at == INSTANT_NONE)
            sim_wake_at(sim, track->never_at = sim->now + FOLLOW_TOLERANCE, self);
        return;
    }
    track->early_told = true;
    track->start->simulated_at = sim->now;
    self->n_early++;
    track_tell(self, track, sim->now, FOLLOW_EARLY,
               follow_why_early(self, track, pending_record(sim, track)));
}

void follow_settle_never(Follow *self, Sim *sim)
{
    for (guint i = self->n_runs; i < self->tracks->len; i++) {
        Track *track = g_ptr_array_index(self->tracks, i);
        const SimJob *record = pending_record(sim, track);

        if (track->early_told || track->never_at == INSTANT_NONE || track->never_at > sim->now ||
            !record || record->state != JOB_PENDING || record->attempt != track->attempt)
            continue;
        track->early_told = true;
        track->early_at = track->never_at - FOLLOW_TOLERANCE;
        self->n_early++;
        track_tell(self, track, track->early_at, FOLLOW_EARLY,
                   follow_why_early(self, track, record));
    }
}

/* Where a known early start took part, others may only follow from it: they must also begin when it
 * blocks instead. */
static void settle_early(Follow *self, Sim *sim)
{
    g_autoptr(GPtrArray) fresh = g_ptr_array_copy(self->fresh, NULL, NULL);
    const bool verify = self->early_took_part;

    g_ptr_array_set_size(self->fresh, 0);
    for (guint i = 0; verify && i < fresh->len; i++)
        ((Track *)g_ptr_array_index(fresh, i))->early_at = INSTANT_NONE;
    if (verify && fresh->len > 0)
        run_passes(self, sim, PASS_VERIFY);
    for (guint i = 0; i < fresh->len; i++) {
        Track *track = g_ptr_array_index(fresh, i);

        if (!verify || track->early_at == sim->now)
            tell_early(self, sim, track);
    }
}

void follow_pass_begin(Sim *sim)
{
    tentative_open(sim->follow->tentative, sim);
}

void follow_pass_over(Sim *sim)
{
    Follow *self = sim->follow;

    if (self->pass == PASS_REGULAR && tentative_length(self->tentative) == 0)
        tentative_keep_rows(self->tentative, sim);
    tentative_undo(self->tentative, sim, self->base);
    if (self->pass != PASS_REGULAR)
        return;
    keep_step(self, sim);
    if (sim->ended_at == sim->now) /* it may really have run before that end: the next will tell */
        g_ptr_array_set_size(self->fresh, 0);
    follow_start_lost(self, sim);
    settle_early(self, sim);
    self->early_took_part = false;
}
