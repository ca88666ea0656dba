/* Leads the simulator along a recording: its runs are forced at their real instants onto their real
 * nodes. A start that no pass made by itself is tried again for a minute with the job taken out of
 * the real state. */
#include "sim/follow_track.h"

#define CLEANING_MOST 60 /* [s] a node is COMPLETING that long at most */
#define NODES_GRACE   2  /* [s] nodes of another kind: what cleans up may stand in the way */

/* ---- words ---- */

static const char *class_of(WaitReason reason)
{
    switch ((int)reason) {
    case WAIT_PRIORITY:
        return "priority order";
    case WAIT_RESOURCES:
        return "no room, or reserved for jobs before it";
    case WAIT_RESERVATION:
    case WAIT_RESERVATION_DELETED:
    case WAIT_NODE_NOT_AVAIL:
        return "reservation or nodes";
    case WAIT_DEPENDENCY:
    case WAIT_DEPENDENCY_NEVER:
        return "dependency";
    case WAIT_BEGIN_TIME:
    case WAIT_HELD_USER:
    case WAIT_HELD_ADMIN:
        return "not eligible";
    case WAIT_NONE:
        return "not looked at";
    default:
        return "limit";
    }
}

char *follow_why_late(const Track *track)
{
    return g_strdup_printf(
        "%s: still waits for %s, priority %u", class_of(track->reason),
        track->reason == WAIT_NONE ? "its turn" : wait_reason_name(track->reason), track->priority);
}

char *follow_why_early(const Follow *self, const Track *track, const SimJob *job)
{
    const Instant until = track->run ? track->run->start_at : INSTANT_NEVER;
    const RecordedWait *wait = recording_wait(self->recording, track->job, track->early_at,
                                              MIN(until, track->early_at + 4 * FOLLOW_TOLERANCE));
    GString *out = g_string_new("would start");

    if (!track->run)
        g_string_append(out, ", really never did");
    else
        g_string_append_printf(out, " %" G_GINT64_FORMAT " s before it did",
                               until - track->early_at);
    if (job)
        g_string_append_printf(out, "; priority %u", job->priority);
    if (wait)
        g_string_append_printf(out, "; really waited for %s, priority %u", wait->reason,
                               wait->priority);
    return g_string_free(out, FALSE);
}

/* ---- ends ---- */

static bool has_next_attempt(const Follow *self, const Track *track)
{
    g_autofree char *next =
        g_strdup_printf("%u/%u/%u", track->job, track->task, track->attempt + 1);
    const Track *found = g_hash_table_lookup(self->by_name, next);

    return found && found->run;
}

static void tell_end(Follow *self, const Sim *sim, const Track *track)
{
    const SimJob *job = track->record;

    if (track->run->state == JOB_TIMEOUT && track->timeout_at == INSTANT_NONE &&
        job->end_at > sim->now + FOLLOW_TOLERANCE)
        track_tell(self, track, sim->now, FOLLOW_END,
                   g_strdup_printf("limit: really ended by it, here it has %" G_GINT64_FORMAT
                                   " s left",
                                   job->end_at - sim->now));
}

static void end_really(Follow *self, Sim *sim, Track *track)
{
    const JobState state = track->run->state;
    SimJob *job = track->record;

    if (!job)
        return;
    if (job->state == JOB_RUNNING || job->state == JOB_SUSPENDED) { /* else a command ended it */
        tell_end(self, sim, track);
        if (track->preempt)
            follow_victim_gone(self, sim, track);
        job->may_requeue |= has_next_attempt(self, track);
        if (!has_next_attempt(self, track) &&
            !(state == JOB_PREEMPTED && preempt_mode(sim, job) & PREEMPT_REQUEUE))
            life_end(sim, job, state);
        else if (!life_requeue(sim, job, state))
            life_end(sim, job, state);
    }
    track->record = NULL;
}

void follow_timeout(Sim *sim, SimJob *job)
{
    Track *track = track_of(sim->follow, job);

    if (!track || !track->run || track->timeout_at != INSTANT_NONE)
        return;
    track->timeout_at = sim->now;
    if (track->run->end_at > sim->now + FOLLOW_TOLERANCE)
        track_tell(sim->follow, track, sim->now, FOLLOW_END,
                   track->run->end_at == INSTANT_NEVER
                       ? g_strdup("limit: it would end it, really it runs on")
                       : g_strdup_printf("limit: it would end it, really it ran %" G_GINT64_FORMAT
                                         " s longer",
                                         track->run->end_at - sim->now));
}

/* ---- a minute's grace for what was late ---- */

static void watch(Follow *self, Sim *sim, Track *track, Instant at)
{
    track->try_at = at;
    if (!g_ptr_array_find(self->watched, track, NULL))
        g_ptr_array_add(self->watched, track);
    sim_wake_at(sim, at, self);
}

static void tell_start(Follow *self, const Track *track)
{
    const FollowDecision *decision = track->start;

    if (decision->simulated_at == INSTANT_NEVER)
        track_tell(self, track, track->run->start_at, FOLLOW_LATE, follow_why_late(track));
    else if (!track->same_kind)
        track_tell(self, track, track->run->start_at, FOLLOW_NODES,
                   g_strdup_printf("node choice: %s here, really %s", decision->simulated_nodes,
                                   track->run->nodes));
}

/* Until when it is worth looking further. */
static Instant watched_until(const Track *track)
{
    if (track->start->simulated_at == INSTANT_NEVER)
        return track->run->start_at + FOLLOW_TOLERANCE;
    return track->run->start_at + (track->same_kind ? 0 : NODES_GRACE);
}

static void try_lifted(Follow *self, Sim *sim, Track *track)
{
    SimJob *job = track->record;

    tentative_open(self->tentative, sim);
    tentative_lift(self->tentative, sim, job);
    self->base = tentative_length(self->tentative);
    follow_probe(self, sim, track);
    track->reason = job->reason;
    track->priority = job->priority;
    self->base = 0;
    tentative_undo(self->tentative, sim, 0);
}

/* True when there is nothing more to look for. */
static bool try_again(Follow *self, Sim *sim, Track *track)
{
    const Span waited = sim->now - track->run->start_at;
    SimJob *job = track->record;

    if (job && (job->state == JOB_RUNNING || job->state == JOB_SUSPENDED))
        try_lifted(self, sim, track);
    if (!job || sim->now >= watched_until(track)) {
        tell_start(self, track);
        track->try_at = INSTANT_NONE;
        return true;
    }
    watch(self, sim, track, MIN(watched_until(track), sim->now + MAX(1, waited / 2)));
    return false;
}

static void try_watched(Follow *self, Sim *sim)
{
    g_autoptr(GPtrArray) watched = g_ptr_array_copy(self->watched, NULL, NULL);

    for (guint i = 0; i < watched->len; i++) {
        Track *track = g_ptr_array_index(watched, i);

        if (track->try_at <= sim->now && try_again(self, sim, track))
            g_ptr_array_remove(self->watched, track);
    }
}

/* ---- starts ---- */

static SimJob *record_of(Sim *sim, const Track *track)
{
    SimJob *first = g_ptr_array_index(sim->first, track->job);

    if (!first || track->task == COUNT_UNSET || !first->array)
        return first;
    return record_task(sim, first, track->task);
}

static void use_real_partition(const Sim *sim, SimJob *job, const RecordedRun *run)
{
    const uint32_t index =
        run->partition ? cluster_find_partition(sim->cluster, run->partition) : INDEX_NONE;

    if (index != INDEX_NONE)
        job->partition = index;
}

/* Where a job really starts, what ran there before has cleaned up. */
static void clean_nodes(Follow *self, Sim *sim, const RecordedRun *run)
{
    g_autoptr(NodeSet) nodes = cluster_nodeset(sim->cluster, run->nodes, NULL);
    guint first = self->next_end;

    while (first > 0 &&
           ((const Track *)g_ptr_array_index(self->ends, first - 1))->run->end_at + CLEANING_MOST >=
               sim->now)
        first--;
    for (guint i = first; nodes && i < self->ends->len; i++) {
        const Track *track = g_ptr_array_index(self->ends, i);

        if (track->run->end_at > sim->now + CLEANING_MOST)
            break;
        if (track->last && track->last->completing &&
            nodeset_overlaps(track->last->alloc->nodes, nodes))
            life_epilog(sim, track->last);
    }
}

static void force_start(Sim *sim, SimJob *job, Allocation *alloc)
{
    if (job->begin_at == INSTANT_NONE || job->begin_at > sim->now)
        job->begin_at = sim->now;
    life_start(sim, job, alloc, sim->now);
}

/* It cannot even be put into the real state. */
static void tell_impossible(Follow *self, const Sim *sim, const Track *track, const SimJob *job)
{
    const char *refused = g_ptr_array_index(sim->refused, track->job);

    track_tell(self, track, sim->now, FOLLOW_LATE,
               refused ? g_strdup_printf("refused here: %s", refused)
               : !job  ? g_strdup("not submitted here")
               : job->state == JOB_PENDING
                   ? g_strdup("node choice: its request does not fit its real nodes here")
                   : g_strdup_printf("it is %s here", job_state_name(job->state)));
}

static bool is_ready(const SimJob *job)
{
    return job && job->state == JOB_PENDING && !job->requeue_pending;
}

static void start_really(Follow *self, Sim *sim, Track *track)
{
    SimJob *job = record_of(sim, track);
    const bool ready = is_ready(job);
    Allocation *alloc = NULL;

    if (ready && (track->start->simulated_at == INSTANT_NEVER || !track->same_kind))
        follow_probe(self, sim, track);
    if (ready) {
        track->reason = job->reason;
        track->priority = job->priority;
        use_real_partition(sim, job, track->run);
        alloc = follow_place(self, sim, job, track);
    }
    if (!alloc) {
        if (!track->early_told)
            tell_impossible(self, sim, track, job);
        return;
    }
    if (track->early_told)
        self->n_early--;
    else if (track->start->simulated_at == INSTANT_NEVER || !track->same_kind)
        watch(self, sim, track, sim->now + 1);
    track->early_told = false;
    force_start(sim, job, alloc);
}

static int by_turn(const void *a, const void *b)
{
    const Track *x = *(const Track *const *)a;
    const Track *y = *(const Track *const *)b;

    if (x->turn != y->turn)
        return x->turn - 1 < y->turn - 1 ? -1 : 1; /* 0, none, is last */
    if (x->job != y->job)
        return x->job < y->job ? -1 : 1;
    return (x->task > y->task) - (x->task < y->task);
}

/* What really started in the same second starts in the order in which a pass starts it: who comes
 * later gets the cores that are left. */
static void start_together(Follow *self, Sim *sim, GPtrArray *batch)
{
    for (guint i = 0; i < batch->len; i++) {
        const Track *track = g_ptr_array_index(batch, i);

        if (is_ready(record_of(sim, track)))
            clean_nodes(self, sim, track->run);
    }
    follow_find_cycle(self, sim, batch);
    for (guint i = 0; i < batch->len; i++)
        ((Track *)g_ptr_array_index(batch, i))->turn = 0;
    if (batch->len > 1) {
        follow_probe(self, sim, NULL);
        g_ptr_array_sort(batch, by_turn);
    }
    for (guint i = 0; i < batch->len; i++)
        start_really(self, sim, g_ptr_array_index(batch, i));
}

/* ---- the agent ---- */

static void wake(void *data, Sim *sim, Instant now)
{
    Follow *self = data;
    g_autoptr(GPtrArray) batch = g_ptr_array_new();
    Track *track;

    while (self->next_end < self->ends->len &&
           (track = g_ptr_array_index(self->ends, self->next_end))->run->end_at <= now) {
        self->next_end++;
        end_really(self, sim, track);
    }
    follow_await_victims(self, sim);
    while (self->next_start < self->n_runs &&
           (track = g_ptr_array_index(self->tracks, self->next_start))->run->start_at <= now) {
        self->next_start++;
        g_ptr_array_add(batch, track);
    }
    start_together(self, sim, batch);
    try_watched(self, sim);
    follow_settle_victims(self, sim);
    follow_settle_never(self, sim);
}

void follow_attach(Follow *self, Sim *sim)
{
    const SimAgent agent = {.self = self, .wake = wake};

    sim->follow = self;
    follow_shares_free(self->shares);
    self->shares = follow_shares_new(self->recording, sim->configured);
    sim_agent(sim, &agent);
    for (guint i = 0; i < self->n_runs; i++) {
        const Track *track = g_ptr_array_index(self->tracks, i);

        sim_wake_at(sim, track->run->start_at, self);
        if (track->run->end_at != INSTANT_NEVER)
            sim_wake_at(sim, track->run->end_at, self);
    }
}

static void run_free(Sim *sim, SimJob *job)
{
    const Span stood = job->suspended_at == INSTANT_NONE ? 0 : sim->now - job->suspended_at;
    const Instant end = job->start_at + life_work(job) + job->suspended + stood;

    if (job->state == JOB_RUNNING)
        life_expect_end(sim, job, MAX(sim->now, end));
    else
        job->done_at = end - stood; /* what it stood is added when it resumes */
}

void follow_release(Follow *self, Sim *sim)
{
    sim->follow = NULL;
    for (guint i = 0; i < self->n_runs; i++) {
        Track *track = g_ptr_array_index(self->tracks, i);
        SimJob *job = track->record;

        if (job && (job->state == JOB_RUNNING || job->state == JOB_SUSPENDED))
            run_free(sim, job);
        track->record = NULL;
        track->try_at = INSTANT_NONE;
    }
    for (guint i = 0; i < sim->agents->len; i++) {
        if (g_array_index(sim->agents, SimAgent, i).self == self)
            g_array_remove_index(sim->agents, i--);
    }
}
