/* Follow mode: a recording's runs are forced on the simulator at their real instants, and what its
 * schedulers would have done is noted beside. A decision that was not taken by itself is tried
 * again for a minute with the job lifted out of the real state. */
#include "sim/follow_inner.h"

/* What is known of one real run. */
typedef struct {
    const RecordedRun *run;
    FollowDecision *start;   /* its decision: owned by Follow.decisions */
    FollowDecision *preempt; /* NULL unless it was preempted */
    SimJob *job;             /* while it runs here */
    Instant watched_until;   /* late so far: tried again until then; INSTANT_NONE */
    Instant timeout_at;      /* when a limit would have ended it; INSTANT_NONE */
    WaitReason reason;       /* it waited for when it was late */
    bool early_told, preempt_told;
} Track;

struct Follow {
    const Recording *recording;
    GPtrArray *tracks;    /* Track *, owned, as the recording's runs */
    GHashTable *by_name;  /* "job/task/attempt" -> Track * */
    GPtrArray *decisions; /* FollowDecision *, owned */
    GPtrArray *told;      /* FollowDisagreement *, owned */
    GHashTable *never;    /* jobs that never really started and were told: name -> itself */
    Track *lifted;        /* being tried again in this pass */
    bool lifted_fits;
};

const char *follow_kind_name(FollowKind kind)
{
    static const char *const names[] = {"late", "early", "end", "preempt", "nodes"};

    return names[kind];
}

static void free_decision(void *data)
{
    FollowDecision *self = data;

    g_free(self->simulated_nodes);
    g_free(self);
}

static void free_disagreement(void *data)
{
    FollowDisagreement *self = data;

    g_free(self->why);
    g_free(self);
}

static char *name_of(uint32_t job, uint32_t task, uint32_t attempt)
{
    return g_strdup_printf("%u/%u/%u", job, task, attempt);
}

static FollowDecision *add_decision(Follow *self, const RecordedRun *run, bool preemption)
{
    FollowDecision *decision = g_new0(FollowDecision, 1);

    *decision = (FollowDecision){.run = run,
                                 .preemption = preemption,
                                 .real_at = preemption ? run->end_at : run->start_at,
                                 .simulated_at = INSTANT_NEVER};
    g_ptr_array_add(self->decisions, decision);
    return decision;
}

Follow *follow_new(const Recording *recording)
{
    Follow *self = g_new0(Follow, 1);

    self->recording = recording;
    self->tracks = g_ptr_array_new_with_free_func(g_free);
    self->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->never = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->decisions = g_ptr_array_new_with_free_func(free_decision);
    self->told = g_ptr_array_new_with_free_func(free_disagreement);
    for (guint i = 0; i < recording->runs->len; i++) {
        const RecordedRun *run = g_ptr_array_index(recording->runs, i);
        Track *track = g_new0(Track, 1);

        track->run = run;
        track->watched_until = track->timeout_at = INSTANT_NONE;
        track->start = add_decision(self, run, false);
        if (run->state == JOB_PREEMPTED)
            track->preempt = add_decision(self, run, true);
        g_ptr_array_add(self->tracks, track);
        g_hash_table_replace(self->by_name, name_of(run->job, run->task, run->attempt), track);
    }
    return self;
}

void follow_free(Follow *self)
{
    if (!self)
        return;
    g_hash_table_unref(self->by_name);
    g_hash_table_unref(self->never);
    g_ptr_array_unref(self->tracks);
    g_ptr_array_unref(self->decisions);
    g_ptr_array_unref(self->told);
    g_free(self);
}

static void tell(Follow *self, const Sim *sim, const Track *track, FollowKind kind, char *why)
{
    FollowDisagreement *said = g_new0(FollowDisagreement, 1);

    *said = (FollowDisagreement){.at = sim->now,
                                 .run = track->run,
                                 .job = track->run->job,
                                 .task = track->run->task,
                                 .kind = kind,
                                 .why = why};
    g_ptr_array_add(self->told, said);
}

/* ---- which run a record is ---- */

static uint32_t next_task(const SimJob *job)
{
    if (!job->array || job->task != COUNT_UNSET || job->array->next >= job->array->n_tasks)
        return job->task;
    return job->array->tasks[job->array->order[job->array->next]];
}

static Track *track_of(const Follow *self, const SimJob *job)
{
    g_autofree char *name = name_of(job->load, next_task(job), job->attempt);

    return g_hash_table_lookup(self->by_name, name);
}

static SimJob *record_of(Sim *sim, const RecordedRun *run)
{
    SimJob *first = g_ptr_array_index(sim->first, run->job);

    if (!first || run->task == COUNT_UNSET || !first->array)
        return first;
    return record_task(sim, first, run->task);
}

/* ---- nodes ---- */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* What kinds of nodes a set holds, as a text that equal sets of kinds share. */
static char *kinds_of(const Sim *sim, const NodeSet *nodes)
{
    g_autoptr(GPtrArray) kinds = g_ptr_array_new_with_free_func(g_free);
    GString *out = g_string_new(NULL);

    for (uint32_t n = nodeset_next(nodes, 0); n != NODE_NONE; n = nodeset_next(nodes, n + 1)) {
        const Node *node = &sim->cluster->nodes[n];
        g_autofree char *features = node->features ? g_strjoinv(",", node->features) : NULL;
        GString *kind = g_string_new(NULL);

        g_string_printf(kind, "%u/%u/%" G_GUINT64_FORMAT "/%u/%s", node->cpus, node->cores,
                        node->memory, node->weight, features ? features : "");
        for (uint32_t k = 0; k < node->n_gres; k++)
            g_string_append_printf(kind, "/%u:%u:%u", node->gres[k].name, node->gres[k].type,
                                   node->gres[k].count);
        g_ptr_array_add(kinds, g_string_free(kind, FALSE));
    }
    g_ptr_array_sort(kinds, by_text);
    for (guint i = 0; i < kinds->len; i++)
        g_string_append_printf(out, "%s ", (char *)g_ptr_array_index(kinds, i));
    return g_string_free(out, FALSE);
}

static NodeSet *real_nodes(const Sim *sim, const RecordedRun *run)
{
    return run->nodes ? cluster_nodeset(sim->cluster, run->nodes, NULL) : NULL;
}

static void compare_nodes(Follow *self, const Sim *sim, Track *track, const NodeSet *chosen)
{
    g_autoptr(NodeSet) real = real_nodes(sim, track->run);
    g_autofree char *here = kinds_of(sim, chosen);
    g_autofree char *there = real ? kinds_of(sim, real) : NULL;

    g_free(track->start->simulated_nodes);
    track->start->simulated_nodes = cluster_hostlist(sim->cluster, chosen);
    if (there && !g_str_equal(here, there))
        tell(self, sim, track, FOLLOW_NODES,
             g_strdup_printf("node choice: %s here, really %s", track->start->simulated_nodes,
                             track->run->nodes));
}

/* The real nodes as an allocation; when they are not free here, cores are shared for once. */
static Allocation *place_really(Sim *sim, SimJob *job, const RecordedRun *run, bool force)
{
    g_autoptr(NodeSet) nodes = real_nodes(sim, run);
    PlaceView view = {.world = sim->world};
    Allocation *alloc = NULL;
    PlaceQuery query;

    if (!nodes || !select_query(sim, job, &query))
        return NULL;
    query.candidates = nodes;
    query.min_nodes = query.max_nodes = query.req_nodes = nodeset_count(nodes);
    query.mode = PLACE_PLAN;
    if (place_find(&view, &query, &alloc) == PLACE_OK || !force)
        return alloc;
    view.mark = ++sim->last_mark;
    for (guint i = 0; i < sim->running->len; i++)
        ((SimJob *)g_ptr_array_index(sim->running, i))->gone = view.mark;
    place_find(&view, &query, &alloc);
    return alloc;
}

/* ---- what the schedulers ask ---- */

static void tell_never(Follow *self, const Sim *sim, const SimJob *job)
{
    FollowDisagreement *said;
    char *name = name_of(job->load, next_task(job), job->attempt);

    if (g_hash_table_contains(self->never, name)) {
        g_free(name);
        return;
    }
    g_hash_table_add(self->never, name);
    said = g_new0(FollowDisagreement, 1);
    *said = (FollowDisagreement){.at = sim->now,
                                 .job = job->load,
                                 .task = next_task(job),
                                 .kind = FOLLOW_EARLY,
                                 .why = g_strdup("it never really started")};
    g_ptr_array_add(self->told, said);
}

FollowAnswer follow_start(Sim *sim, SimJob *job, Allocation **alloc)
{
    Follow *self = sim->follow;
    Track *track = track_of(self, job);
    Allocation *real;

    if (self->lifted && track == self->lifted) {
        self->lifted_fits = true;
        compare_nodes(self, sim, track, (*alloc)->nodes);
        return FOLLOW_HOLD;
    }
    if (!track) {
        tell_never(self, sim, job);
        return FOLLOW_HOLD;
    }
    if (track->run->start_at > sim->now + FOLLOW_TOLERANCE) {
        if (!track->early_told)
            tell(self, sim, track, FOLLOW_EARLY,
                 g_strdup_printf("really %" G_GINT64_FORMAT " s later, priority %u",
                                 track->run->start_at - sim->now, job->priority));
        if (!track->early_told)
            track->start->simulated_at = sim->now;
        track->early_told = true;
        return FOLLOW_HOLD;
    }
    if (track->start->simulated_at == INSTANT_NEVER) {
        track->start->simulated_at = sim->now;
        compare_nodes(self, sim, track, (*alloc)->nodes);
    }
    real = place_really(sim, job, track->run, false);
    if (!real)
        return FOLLOW_HOLD; /* what holds its nodes leaves in a moment */
    allocation_free(*alloc);
    *alloc = real;
    return FOLLOW_GO;
}

void follow_preempt(Sim *sim, SimJob *victim)
{
    Track *track = track_of(sim->follow, victim);
    FollowDecision *decision = track ? track->preempt : NULL;

    if (!track || (decision && decision->simulated_at != INSTANT_NEVER))
        return;
    if (decision) {
        decision->simulated_at = sim->now;
        if (decision->real_at <= sim->now + FOLLOW_TOLERANCE + preempt_grace(sim, victim))
            return;
    }
    if (track->preempt_told)
        return;
    track->preempt_told = true;
    tell(sim->follow, sim, track, FOLLOW_PREEMPT,
         decision
             ? g_strdup_printf("really %" G_GINT64_FORMAT " s later", decision->real_at - sim->now)
             : g_strdup("chosen as a victim here, but never preempted"));
}

void follow_timeout(Sim *sim, SimJob *job)
{
    Track *track = track_of(sim->follow, job);

    if (!track || track->timeout_at != INSTANT_NONE)
        return;
    track->timeout_at = sim->now;
    if (track->run->end_at > sim->now + FOLLOW_TOLERANCE)
        tell(sim->follow, sim, track, FOLLOW_END,
             g_strdup_printf("its limit would end it, really it ran %" G_GINT64_FORMAT " s longer",
                             track->run->end_at - sim->now));
}

void follow_started(Sim *sim, SimJob *job)
{
    Track *track = track_of(sim->follow, job);

    if (!track)
        return;
    track->job = job;
    job->done_at = INSTANT_NEVER;
    job->generation++; /* its end is the recording's: no end of its own */
}

/* ---- the real state ---- */

static void run_passes(Sim *sim)
{
    sched_main(sim, true);
    if (sim->cluster->config.scheduler == SCHED_BACKFILL)
        sched_backfill(sim);
}

static void end_really(Follow *self, Sim *sim, Track *track)
{
    const RecordedRun *run = track->run;
    SimJob *job = track->job;
    g_autofree char *next = name_of(run->job, run->task, run->attempt + 1);
    const bool again = g_hash_table_contains(self->by_name, next);

    if (!job)
        return;
    track->job = NULL;
    if (job->state != JOB_RUNNING && job->state != JOB_SUSPENDED)
        return; /* a command ended it */
    if (run->state == JOB_TIMEOUT && track->timeout_at == INSTANT_NONE &&
        job->end_at > sim->now + FOLLOW_TOLERANCE)
        tell(self, sim, track, FOLLOW_END,
             g_strdup_printf("really ended by a limit, here it has %" G_GINT64_FORMAT " s left",
                             job->end_at - sim->now));
    if (track->preempt && track->preempt->simulated_at == INSTANT_NEVER) {
        run_passes(sim);
        if (track->preempt->simulated_at == INSTANT_NEVER)
            tell(self, sim, track, FOLLOW_PREEMPT, g_strdup("really preempted, not here"));
    }
    if (again || (run->state == JOB_PREEMPTED && preempt_mode(sim, job) & PREEMPT_REQUEUE)) {
        job->may_requeue = true;
        life_requeue(sim, job, run->state);
    } else {
        life_end(sim, job, run->state);
    }
}

static void force_start(Sim *sim, SimJob *job, Allocation *alloc)
{
    SimJob *task = record_split(sim, job);

    if (task->begin_at == INSTANT_NONE || task->begin_at > sim->now)
        task->begin_at = sim->now;
    life_start(sim, task, alloc, sim->now);
}

static void use_real_partition(const Sim *sim, SimJob *job, const RecordedRun *run)
{
    const uint32_t index =
        run->partition ? cluster_find_partition(sim->cluster, run->partition) : INDEX_NONE;

    if (index != INDEX_NONE)
        job->partition = index;
}

static void start_really(Follow *self, Sim *sim, Track *track)
{
    SimJob *job = record_of(sim, track->run);
    Allocation *alloc;

    if (!job || job->state != JOB_PENDING || job->requeue_pending)
        return;
    if (track->start->simulated_at == INSTANT_NEVER)
        run_passes(sim);
    if (job->state != JOB_PENDING)
        return;
    use_real_partition(sim, job, track->run);
    alloc = place_really(sim, job, track->run, true);
    if (!alloc)
        return;
    if (track->start->simulated_at == INSTANT_NEVER) {
        track->watched_until = sim->now + FOLLOW_TOLERANCE;
        track->reason = job->reason;
        sim_wake_at(sim, sim->now + 1, self);
    }
    force_start(sim, job, alloc);
}

/* ---- a minute's grace for what was late ---- */

/* Takes a running job out of the state as if it still waited. */
static void lift(Sim *sim, SimJob *job)
{
    world_release(sim->world, job);
    license_return(sim, job);
    limits_end(sim->limits, job, sim->now);
    if (job->array)
        job->array->running--;
    g_ptr_array_remove(sim->running, job);
    job->state = JOB_PENDING;
    record_make_pending(sim, job);
}

static void put_back(Sim *sim, SimJob *job)
{
    record_leave_pending(sim, job);
    g_ptr_array_add(sim->running, job);
    job->state = JOB_RUNNING;
    job->reason = WAIT_NONE;
    world_take(sim->world, job);
    license_take(sim, job);
    limits_start(sim->limits, job, sim->now);
    if (job->array)
        job->array->running++;
}

static void tell_late(Follow *self, const Sim *sim, const Track *track)
{
    const SimJob *job = track->job;

    tell(self, sim, track, FOLLOW_LATE,
         g_strdup_printf("still waits for %s, priority %u", wait_reason_name(track->reason),
                         job ? job->priority : 0));
}

static void try_again(Follow *self, Sim *sim, Track *track)
{
    SimJob *job = track->job;

    if (!job || job->state != JOB_RUNNING) {
        track->watched_until = INSTANT_NONE;
        tell_late(self, sim, track); /* it ended before it could have started */
        return;
    }
    lift(sim, job);
    self->lifted = track;
    self->lifted_fits = false;
    run_passes(sim);
    self->lifted = NULL;
    track->reason = job->reason;
    put_back(sim, job);
    if (self->lifted_fits) {
        track->start->simulated_at = sim->now;
        track->watched_until = INSTANT_NONE;
    } else if (sim->now >= track->watched_until) {
        track->watched_until = INSTANT_NONE;
        tell_late(self, sim, track);
    } else {
        const Span waited = sim->now - (track->watched_until - FOLLOW_TOLERANCE);

        sim_wake_at(sim, MIN(track->watched_until, sim->now + MAX(1, waited / 2)), self);
    }
}

static void wake(void *data, Sim *sim, Instant now)
{
    Follow *self = data;

    for (guint i = 0; i < self->tracks->len; i++) {
        Track *track = g_ptr_array_index(self->tracks, i);

        if (track->run->end_at == now)
            end_really(self, sim, track);
    }
    for (guint i = 0; i < self->tracks->len; i++) {
        Track *track = g_ptr_array_index(self->tracks, i);

        if (track->run->start_at == now)
            start_really(self, sim, track);
        else if (track->watched_until != INSTANT_NONE)
            try_again(self, sim, track);
    }
}

void follow_attach(Follow *self, Sim *sim)
{
    const SimAgent agent = {.self = self, .wake = wake};

    sim->follow = self;
    sim_agent(sim, &agent);
    for (guint i = 0; i < self->tracks->len; i++) {
        const Track *track = g_ptr_array_index(self->tracks, i);

        sim_wake_at(sim, track->run->start_at, self);
        if (track->run->end_at != INSTANT_NEVER)
            sim_wake_at(sim, track->run->end_at, self);
    }
}

void follow_release(Follow *self, Sim *sim)
{
    for (guint i = 0; i < self->tracks->len; i++) {
        Track *track = g_ptr_array_index(self->tracks, i);

        if (track->job && track->job->state == JOB_RUNNING)
            life_expect_end(sim, track->job, MAX(sim->now, track->run->end_at));
        track->job = NULL;
        track->watched_until = INSTANT_NONE;
    }
    sim->follow = NULL;
    for (guint i = 0; i < sim->agents->len; i++) {
        if (g_array_index(sim->agents, SimAgent, i).self == self)
            g_array_remove_index(sim->agents, i--);
    }
}

const GPtrArray *follow_decisions(const Follow *self)
{
    return self->decisions;
}

const GPtrArray *follow_disagreements(const Follow *self)
{
    return self->told;
}

double follow_share(const Follow *self)
{
    if (self->decisions->len == 0)
        return 1;
    return 1 - (double)self->told->len / self->decisions->len;
}
