/* Follow mode: what is known of each run, what the simulator decided, what does not agree. */
#include "sim/follow_track.h"

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

static Track *add_track(Follow *self, uint32_t job, uint32_t task, uint32_t attempt)
{
    Track *track = g_new0(Track, 1);

    *track = (Track){.job = job,
                     .task = task,
                     .attempt = attempt,
                     .early_at = INSTANT_NONE,
                     .never_at = INSTANT_NONE,
                     .try_at = INSTANT_NONE,
                     .timeout_at = INSTANT_NONE,
                     .chosen_at = INSTANT_NONE};
    g_ptr_array_add(self->tracks, track);
    g_hash_table_replace(self->by_name, name_of(job, task, attempt), track);
    return track;
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

static int by_end(const void *a, const void *b)
{
    const Track *x = *(const Track *const *)a;
    const Track *y = *(const Track *const *)b;

    if (x->run->end_at != y->run->end_at)
        return x->run->end_at < y->run->end_at ? -1 : 1;
    if (x->job != y->job)
        return x->job < y->job ? -1 : 1;
    if (x->task != y->task)
        return x->task < y->task ? -1 : 1;
    return (x->attempt > y->attempt) - (x->attempt < y->attempt);
}

static int by_real_time(const void *a, const void *b)
{
    const FollowDecision *x = *(const FollowDecision *const *)a;
    const FollowDecision *y = *(const FollowDecision *const *)b;

    if (x->real_at != y->real_at)
        return x->real_at < y->real_at ? -1 : 1;
    if (x->run->job != y->run->job)
        return x->run->job < y->run->job ? -1 : 1;
    if (x->run->task != y->run->task)
        return x->run->task < y->run->task ? -1 : 1;
    if (x->run->attempt != y->run->attempt)
        return x->run->attempt < y->run->attempt ? -1 : 1;
    return x->preemption - y->preemption;
}

static void add_run(Follow *self, guint index)
{
    const RecordedRun *run = g_ptr_array_index(self->recording->runs, index);
    Track *track = add_track(self, run->job, run->task, run->attempt);

    track->run = run;
    track->index = index;
    track->start = add_decision(self, run, false);
    if (run->state == JOB_PREEMPTED)
        track->preempt = add_decision(self, run, true);
    if (run->end_at != INSTANT_NEVER)
        g_ptr_array_add(self->ends, track);
}

Follow *follow_new(const Recording *recording)
{
    Follow *self = g_new0(Follow, 1);

    self->recording = recording;
    self->cycle_at = INSTANT_NONE;
    self->tracks = g_ptr_array_new_with_free_func(g_free);
    self->ends = g_ptr_array_new();
    self->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->decisions = g_ptr_array_new_with_free_func(free_decision);
    self->told = g_ptr_array_new_with_free_func(free_disagreement);
    self->watched = g_ptr_array_new();
    self->chosen = g_ptr_array_new();
    self->fresh = g_ptr_array_new();
    self->lost = g_ptr_array_new_with_free_func(follow_lost_free);
    self->tentative = tentative_new();
    for (guint i = 0; i < recording->runs->len; i++)
        add_run(self, i);
    self->n_runs = self->tracks->len;
    g_ptr_array_sort(self->ends, by_end);
    g_ptr_array_sort(self->decisions, by_real_time);
    return self;
}

void follow_free(Follow *self)
{
    if (!self)
        return;
    tentative_free(self->tentative);
    follow_shares_free(self->shares);
    g_hash_table_unref(self->by_name);
    g_ptr_array_unref(self->fresh);
    g_ptr_array_unref(self->lost);
    g_ptr_array_unref(self->chosen);
    g_ptr_array_unref(self->watched);
    g_ptr_array_unref(self->ends);
    g_ptr_array_unref(self->tracks);
    g_ptr_array_unref(self->decisions);
    g_ptr_array_unref(self->told);
    g_free(self);
}

/* ---- tracks ---- */

static uint32_t next_task(const SimJob *job)
{
    if (!job->array || job->task != COUNT_UNSET || job->array->next >= job->array->n_tasks)
        return job->task;
    return job->array->tasks[job->array->order[job->array->next]];
}

Track *track_of(const Follow *self, const SimJob *job)
{
    g_autofree char *name = name_of(job->load, next_task(job), job->attempt);

    return g_hash_table_lookup(self->by_name, name);
}

Track *track_never(Follow *self, const SimJob *job)
{
    Track *track = track_of(self, job);

    return track ? track : add_track(self, job->load, next_task(job), job->attempt);
}

void track_tell(Follow *self, const Track *track, Instant at, FollowKind kind, char *why)
{
    FollowDisagreement *said = g_new0(FollowDisagreement, 1);
    guint place = self->told->len;

    *said = (FollowDisagreement){.at = at,
                                 .job = track->job,
                                 .task = track->task,
                                 .attempt = track->attempt,
                                 .kind = kind,
                                 .why = why};
    while (place > 0 &&
           ((const FollowDisagreement *)g_ptr_array_index(self->told, place - 1))->at > at)
        place--;
    g_ptr_array_insert(self->told, (gint)place, said);
}

/* ---- answers ---- */

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
    return MAX(0, 1 - (double)self->told->len / self->decisions->len);
}
