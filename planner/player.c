/* Plays a workflow inside a simulation. */
#include "planner/player.h"

#include "planner/strategy.h"

static uint32_t task_count(const JobSpec *spec)
{
    g_autoptr(GArray) tasks = NULL;
    uint32_t throttle;

    if (!spec->array || !job_array_parse(spec->array, &tasks, &throttle, NULL))
        return 1;
    return MAX(1, tasks->len);
}

Player *player_new(const Problem *problem, StrategyKind strategy, LoadJob **jobs,
                   const bool *conditional)
{
    Player *self = g_new0(Player, 1);

    self->problem = problem;
    self->strategy = strategy;
    self->conditional = conditional;
    self->jobs = jobs;
    self->n = problem->workflow->n_jobs;
    self->order = workflow_order(problem->workflow);
    self->waits_for = g_new(uint32_t, self->n);
    self->progress = g_new0(Progress, self->n);
    self->first_index = INDEX_NONE;
    self->submitted = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    self->next_look_at = INSTANT_NEVER;
    for (uint32_t i = 0; i < self->n; i++) {
        self->waits_for[i] = INDEX_NONE;
        self->progress[i].tasks = task_count(jobs[i]->spec);
        self->progress[i].submit_at = self->progress[i].start_at = INSTANT_NEVER;
        self->open += !conditional[i];
    }
    if (strategy_get(strategy)->prepare)
        strategy_get(strategy)->prepare(self);
    return self;
}

void player_free(Player *self)
{
    if (!self)
        return;
    g_free(self->order);
    g_free(self->waits_for);
    g_free(self->progress);
    g_array_unref(self->submitted);
    g_free(self);
}

void player_add_after(Player *self, uint32_t job, uint32_t on, DependType type, uint32_t delay)
{
    LoadJob *waiting = self->jobs[job];

    waiting->after = g_renew(LoadAfter, waiting->after, waiting->n_after + 1);
    waiting->after[waiting->n_after++] = (LoadAfter){
        .type = g_strdup(depend_type_name(type)),
        .id = g_strdup(self->jobs[on]->id),
        .delay = delay,
    };
}

uint32_t player_job_of(const Player *self, uint32_t index)
{
    if (self->first_index == INDEX_NONE || index < self->first_index ||
        index - self->first_index >= self->submitted->len)
        return INDEX_NONE;
    return g_array_index(self->submitted, uint32_t, index - self->first_index);
}

bool player_is_done(const Player *self)
{
    return self->open == 0;
}

/* The index must be known before sim_submit returns: it may call `changed` already. */
void player_submit(Player *self, Sim *sim, uint32_t job)
{
    Progress *progress = &self->progress[job];
    uint32_t index;

    if (self->first_index == INDEX_NONE)
        self->first_index = sim_job_count(sim);
    progress->submitted = true;
    progress->submit_at = sim_now(sim);
    self->jobs[job]->submit_at = sim_now(sim);
    g_array_append_val(self->submitted, job);
    index = sim_submit(sim, self->jobs[job]);
    g_assert(index == self->first_index + self->submitted->len - 1);
}

/* A run that slurmctld may have put back into the queue is not an end. */
static bool is_end(JobState state)
{
    switch (state) {
    case JOB_COMPLETED:
    case JOB_CANCELLED:
    case JOB_FAILED:
    case JOB_TIMEOUT:
    case JOB_OUT_OF_MEMORY:
    case JOB_DEADLINE:
        return true;
    case JOB_PENDING:
    case JOB_RUNNING:
    case JOB_SUSPENDED:
    case JOB_NODE_FAIL:
    case JOB_PREEMPTED:
    case JOB_REQUEUED:
    case JOB_STATES:
        return false;
    }
    return false;
}

static void on_wake(void *data, Sim *sim, Instant now)
{
    Player *self = data;

    if (now >= self->next_look_at)
        self->next_look_at = INSTANT_NEVER;
    strategy_get(self->strategy)->look(self, sim, now);
}

static void on_change(void *data, Sim *sim, const SimRun *run, Instant now)
{
    Player *self = data;
    const Strategy *strategy = strategy_get(self->strategy);
    const uint32_t job = player_job_of(self, run->job);
    Progress *progress;

    if (job == INDEX_NONE)
        return;
    progress = &self->progress[job];
    if (run->start_at != INSTANT_NEVER)
        progress->start_at = MIN(progress->start_at, run->start_at);
    if (is_end(run->state) && progress->ended < progress->tasks) {
        progress->ended++;
        progress->ended_well += run->state == JOB_COMPLETED;
        progress->end_at = now;
        if (progress->ended == progress->tasks && !self->conditional[job])
            self->open--;
    }
    if (strategy->changed)
        strategy->changed(self, sim, now);
}

void player_join(Player *self, Sim *sim)
{
    const SimAgent agent = {.self = self, .wake = on_wake, .changed = on_change};

    sim_agent(sim, &agent);
    sim_wake_at(sim, self->problem->now, self);
}
