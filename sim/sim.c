/* The machine: simulates slurmctld over a Cluster. The event loop and the door for agents. */
#include "sim/core.h"

void sim_options_init(SimOptions *self)
{
    *self = (SimOptions){.epilog = 1, .phase = -1};
}

/* Partitions and nodes may be changed by commands: each simulation has its own. */
static Cluster *cluster_view(const Cluster *from)
{
    Cluster *view = g_memdup2(from, sizeof *from);

    view->partitions = g_memdup2(from->partitions, from->n_partitions * sizeof *from->partitions);
    view->nodes = g_memdup2(from->nodes, from->n_nodes * sizeof *from->nodes);
    return view;
}

static void free_refusal(void *text)
{
    g_free(text);
}

static void free_run(void *data)
{
    SimRun *run = data;

    g_free(run->nodes);
    g_free(run);
}

static void free_command(void *data)
{
    SimCommand *command = data;

    g_free(command->message);
    g_free(command);
}

static void free_record(void *data)
{
    record_free(data);
}

static void make_tables(Sim *self)
{
    self->events = event_heap_new();
    self->loads = g_ptr_array_new();
    self->refused = g_ptr_array_new_with_free_func(free_refusal);
    self->first = g_ptr_array_new();
    self->by_name = g_hash_table_new(g_str_hash, g_str_equal);
    self->by_id = g_hash_table_new(NULL, NULL);
    self->user_names = g_hash_table_new(g_str_hash, g_str_equal);
    self->records = g_ptr_array_new_with_free_func(free_record);
    self->pending = g_ptr_array_new();
    self->running = g_ptr_array_new();
    self->by_end = g_ptr_array_new();
    self->in_the_way = g_ptr_array_new();
    self->by_end_seen = UINT64_MAX;
    self->runs = g_ptr_array_new_with_free_func(free_run);
    self->waiting = g_ptr_array_new_with_free_func(free_run);
    self->commanded = g_ptr_array_new_with_free_func(free_command);
    self->agents = g_array_new(FALSE, FALSE, sizeof(SimAgent));
}

static void start_clocks(Sim *self)
{
    const Span phase = self->options.phase >= 0 ? self->options.phase : self->rules->up_before;
    const Instant started = self->options.begin_at - phase;
    const Span interval = self->cluster->config.sched.bf_interval;
    const Instant first_cycle = started + interval - self->rules->backfill_head_start;

    self->rounding_epoch = self->options.epoch;
    if (self->options.epoch_guessed)
        self->rounding_epoch += self->rules->clock_ahead;
    self->now = self->progress_at = self->options.begin_at;
    self->started_at = self->main_at = self->full_at = started;
    self->backfill_end = first_cycle <= self->now ? first_cycle : first_cycle - interval;
    self->changes = first_cycle > self->now; /* nodes have registered: backfill finds work */
    self->main_due = self->backfill_due = INSTANT_NEVER;
    self->limit_due = self->priority_due = self->slice_due = INSTANT_NEVER;
}

Sim *sim_new(const Cluster *cluster, const SimOptions *options)
{
    Sim *self = g_new0(Sim, 1);

    self->configured = cluster;
    self->cluster = cluster_view(cluster);
    self->rules = version_rules(cluster->version);
    self->options = *options;
    make_tables(self);
    self->world = world_new(self->cluster);
    self->vacant = vacant_new(self->cluster->n_nodes);
    self->world->no_shortcuts = options->no_shortcuts;
    self->usage = usage_new(self->cluster);
    self->priorities = priority_book_new(self->cluster, self->usage);
    self->limits = limits_new(self->cluster, self->usage);
    self->reservations = reservation_book_new();
    self->n_users = cluster->n_users;
    self->licenses_used = g_new0(uint32_t, cluster->n_licenses + 1);
    self->next_id = MAX(1, cluster->config.first_job_id);
    self->commands = 1;
    self->any_preemption = cluster->config.preempt != PREEMPT_NONE &&
                           (cluster->config.preempt_mode & ~PREEMPT_GANG) != PREEMPT_OFF;
    for (uint32_t i = 0; i < cluster->n_partitions; i++)
        self->any_exclusive_user |= cluster->partitions[i].exclusive_user;
    self->entry_reservation = INDEX_NONE;
    start_clocks(self);
    decay_init(&self->decay, self->usage, self->priorities, self->limits);
    decay_start(&self->decay, self->options.epoch, self->now);
    self->gang = gang_new(self);
    timer_arm(self);
    return self;
}

void sim_free(Sim *self)
{
    if (!self)
        return;
    gang_free(self->gang);
    reservation_book_free(self->reservations);
    limits_free(self->limits);
    priority_book_free(self->priorities);
    usage_free(self->usage);
    g_ptr_array_unref(self->in_the_way);
    g_ptr_array_unref(self->by_end);
    vacant_free(self->vacant);
    g_ptr_array_unref(self->running);
    g_ptr_array_unref(self->pending);
    g_ptr_array_unref(self->records);
    world_free(self->world);
    g_ptr_array_unref(self->runs);
    g_ptr_array_unref(self->waiting);
    g_ptr_array_unref(self->commanded);
    g_ptr_array_unref(self->first);
    g_ptr_array_unref(self->refused);
    g_ptr_array_unref(self->loads);
    g_hash_table_unref(self->by_name);
    g_hash_table_unref(self->by_id);
    g_hash_table_unref(self->user_names);
    g_array_unref(self->agents);
    event_heap_free(self->events);
    g_free(self->licenses_used);
    g_free(self->cluster->partitions);
    g_free(self->cluster->nodes);
    g_free(self->cluster);
    g_free(self);
}

static uint32_t add_load(Sim *self, const LoadJob *job)
{
    const uint32_t index = self->loads->len;
    const union {
        const LoadJob *borrowed;
        void *stored;
    } entry = {.borrowed = job};

    g_ptr_array_add(self->loads, entry.stored);
    g_ptr_array_add(self->refused, NULL);
    g_ptr_array_add(self->first, NULL);
    g_hash_table_replace(self->by_name, job->id, GUINT_TO_POINTER(index + 1));
    return index;
}

static void handle_command(Sim *self, const LoadCommand *command)
{
    g_autoptr(GError) error = NULL;
    const bool done = scontrol_run(self, command->argv, &error);
    SimCommand *outcome = g_new0(SimCommand, 1);

    *outcome = (SimCommand){.command = command,
                            .at = self->now,
                            .status = done || scontrol_is_scancel(command->argv) ? 0 : 1,
                            .message = error ? g_strdup(error->message) : NULL};
    g_ptr_array_add(self->commanded, outcome);
}

uint32_t sim_load(Sim *self, const Load *load)
{
    const uint32_t first = self->loads->len;

    for (uint32_t i = 0; i < load->jobs->len; i++) {
        const LoadJob *job = g_ptr_array_index(load->jobs, i);
        const uint32_t index = add_load(self, job);
        const Instant at = job->started_at == INSTANT_NEVER ? job->submit_at : job->started_at;

        timer_push(self, (Event){.at = MAX(at, self->now), .kind = EVENT_SUBMIT, .subject = index});
    }
    for (uint32_t i = 0; i < load->commands->len; i++) {
        LoadCommand *command = g_ptr_array_index(load->commands, i);

        if (command->at < 0 && command->at < self->now)
            handle_command(self, command); /* it was done before the queue became what it is */
        else
            timer_push(self, (Event){.at = MAX(command->at, self->now),
                                     .kind = EVENT_COMMAND,
                                     .object = command});
    }
    return first;
}

uint32_t sim_submit(Sim *self, const LoadJob *job)
{
    const uint32_t index = add_load(self, job);

    sim_accept(self, index);
    return index;
}

bool sim_command(Sim *self, char *const *argv, GError **error)
{
    return scontrol_run(self, argv, error);
}

void sim_agent(Sim *self, const SimAgent *agent)
{
    g_array_append_val(self->agents, *agent);
}

void sim_wake_at(Sim *self, Instant at, void *agent_self)
{
    timer_push(self, (Event){.at = MAX(at, self->now), .kind = EVENT_WAKE, .object = agent_self});
}

static void wake_agent(Sim *self, const void *agent_self)
{
    for (guint i = 0; i < self->agents->len; i++) {
        const SimAgent agent = g_array_index(self->agents, SimAgent, i);

        if (agent.self == agent_self && agent.wake)
            agent.wake(agent.self, self, self->now);
    }
}

static void handle_job_event(Sim *self, const Event *event)
{
    SimJob *job = g_ptr_array_index(self->records, event->subject);

    if (job->generation != event->generation)
        return; /* it was ended, suspended or requeued meanwhile */
    if (event->kind == EVENT_END)
        life_work_done(self, job);
    else
        life_epilog(self, job);
}

static void handle(Sim *self, const Event *event)
{
    switch (event->kind) {
    case EVENT_END:
    case EVENT_EPILOG:
        handle_job_event(self, event);
        break;
    case EVENT_SUBMIT:
        sim_accept(self, event->subject);
        break;
    case EVENT_COMMAND:
        handle_command(self, event->object);
        break;
    case EVENT_WAKE:
        wake_agent(self, event->object);
        break;
    case EVENT_NODE:
        update_node_returns(self, event->subject);
        break;
    case EVENT_TIME_LIMIT:
    case EVENT_PRIORITY:
    case EVENT_RESERVATION:
    case EVENT_SLICE:
    case EVENT_MAIN:
    case EVENT_BACKFILL:
    case EVENT_LATE_CYCLE:
        timer_strike(self, event->kind);
        break;
    case EVENT_KINDS:
        break;
    }
}

/* Only periodic passes are left: nothing but time passes, and no waiting job will ever start. */
static bool is_stuck(const Sim *self)
{
    return self->running->len == 0 && self->solid_events == 0 && !timer_may_help(self);
}

void sim_run(Sim *self, Instant until)
{
    const Event *next;

    while ((next = event_peek(self->events)) && next->at <= until) {
        const Event event = event_pop(self->events);

        self->now = event.at;
        self->statistics.events++;
        if (timer_is_solid(event.kind)) {
            self->solid_events--;
            self->progress_at = self->now;
        }
        handle(self, &event);
        timer_arm(self);
        if (is_stuck(self))
            break;
    }
    if (until != INSTANT_NEVER && until > self->now && !is_stuck(self))
        self->now = until;
}

Instant sim_now(const Sim *self)
{
    return self->now;
}

const Cluster *sim_cluster(const Sim *self)
{
    return self->cluster;
}

const GPtrArray *sim_commands(const Sim *self)
{
    return self->commanded;
}

const char *sim_refused(const Sim *self, uint32_t job)
{
    return g_ptr_array_index(self->refused, job);
}

uint32_t sim_job_count(const Sim *self)
{
    return self->loads->len;
}

const LoadJob *sim_job(const Sim *self, uint32_t job)
{
    return g_ptr_array_index(self->loads, job);
}

SimStatistics sim_statistics(const Sim *self)
{
    return self->statistics;
}
