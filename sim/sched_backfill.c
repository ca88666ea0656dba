/* sched/backfill: one cycle. Jobs are planned in queue order into a map of the future; whole nodes
 * are reserved for what must wait; a job may start now if it ends before every reservation on its
 * nodes begins. Departs from Slurm in one thing: a cycle takes no time, so it never yields, and
 * limits of wall-clock time (bf_max_time, bf_yield_*) do not cut it short.
 * Source: Slurm backfill.c _attempt_backfill; reference 6. */
#include "sim/follow_inner.h"
#include "sim/quota.h"
#include "sim/vain.h"
#include "sim/willrun.h"

#define LIMIT_GUESS  500  /* [s] until a limit that holds a job is assumed to let it go */
#define MOST_RETRIES 1000 /* of one record: a bound Slurm has in wall-clock time */

typedef struct {
    Sim *sim;
    GArray *queue; /* QueueEntry */
    TimeMap *map;
    Instant window_end;
    Span resolution;
    uint32_t tests, started;
    bool full; /* the table of slots is: the cycle ends */
    const SimArray *rejected;
    uint32_t rejected_partition;
    Quota *quota; /* bf_max_job_* */
    uint32_t *reserved_in_partition;
    Instant *blocked_until; /* by QoS: assoc_limit_stop plans its jobs from then on; else `now` */
} Cycle;

/* One record, or one task of its array, being planned. */
typedef struct {
    SimJob *job;
    const QueueEntry *entry;
    uint32_t limit;      /* [min] it is planned with */
    uint32_t full_limit; /* [min] it may get when it starts (--time-min) */
    bool counted;        /* among the cycle's tests, however often it is looked at */
    bool now_only;       /* no reservation for it */
    Instant from;        /* look no earlier */
    Instant later;       /* where something may get better; INSTANT_NONE */
    NodeSet *nodes;
    Instant at;        /* planned start */
    bool met;          /* no plan of others is in the way there: found out already */
    Allocation *alloc; /* planned */
    GArray *unread;    /* Unread: looks whose answer came too late to be read; NULL */
    uint32_t least;    /* nodes it needs, once they have been looked for in vain; else 0 */
} Trial;

typedef struct {
    Instant from;
    NodeSet *nodes; /* NULL: nobody looked which, as they are too few */
} Unread;

typedef enum { TRIAL_STARTED, TRIAL_PLANNED, TRIAL_SKIPPED } TrialEnd;

static void trial_clear(Trial *self)
{
    g_clear_pointer(&self->nodes, nodeset_free);
    g_clear_pointer(&self->alloc, allocation_free);
    g_clear_pointer(&self->unread, g_array_unref);
}

static void clear_unread(void *unread)
{
    nodeset_free(((Unread *)unread)->nodes);
}

static Instant round_down(const Cycle *self, Instant at)
{
    const Instant calendar = at + self->sim->rounding_epoch;
    const Instant rest = ((calendar % self->resolution) + self->resolution) % self->resolution;

    return at - rest;
}

static Instant round_up(const Cycle *self, Instant at)
{
    return round_down(self, at + self->resolution - 1);
}

/* ---- the map ---- */

/* A plan takes a slot at least. */
static void enter(Cycle *self, Instant begin, Instant end, const NodeSet *nodes)
{
    begin = MAX(begin, timemap_nth(self->map, 0)->begin);
    timemap_reserve(self->map, begin, MAX(end, begin + self->resolution), nodes);
}

/* What runs is in the map only with bf_running_job_reserve or when this cycle started it, and only
 * if it holds whole nodes that nobody can preempt. Licences leave a record of no nodes.
 * Source: backfill.c _bf_reserve_running. */
static void enter_running(Cycle *self, const SimJob *job)
{
    const Sim *sim = self->sim;
    const bool whole = job->alloc->whole && preempt_mode(sim, job) == PREEMPT_OFF;
    g_autoptr(NodeSet) none = nodeset_new(sim->cluster->n_nodes);

    if (job->state != JOB_RUNNING || (!whole && job->request->n_licenses == 0) ||
        timemap_records(self->map) >= sim->cluster->config.sched.bf_node_space_size)
        return;
    enter(self, timemap_nth(self->map, 0)->begin,
          sim->rules->backfill_end_rounds_up ? round_up(self, job->end_at)
                                             : round_down(self, job->end_at),
          whole ? job->alloc->nodes : none);
}

/* ---- what a record is planned with ---- */

static void choose_limit(const Cycle *self, Trial *trial)
{
    const SimJob *job = trial->job;
    const Partition *partition = &self->sim->cluster->partitions[job->partition];
    const uint32_t most =
        partition->max_time == MINUTES_UNLIMITED ? MINUTES_A_YEAR : partition->max_time;
    const bool unset = job->limit == MINUTES_UNSET || job->limit == MINUTES_UNLIMITED;
    uint32_t limit = unset                                      ? most
                     : partition->max_time == MINUTES_UNLIMITED ? job->limit
                                                                : MIN(job->limit, most);
    const uint32_t least = job->spec->time_min;
    const Instant deadline = job->request->deadline_at;

    trial->full_limit = limit;
    if (deadline != INSTANT_NEVER) {
        const Instant left = (deadline - self->sim->now) / 60;

        trial->full_limit = (uint32_t)CLAMP(left, 0, (Instant)limit);
    } else if (least != MINUTES_UNSET && least < limit) {
        trial->full_limit = self->sim->rules->time_min_full_limit ? limit : least;
        limit = least;
    }
    if (limits_qos_flag(self->sim->limits, job, QOS_NO_RESERVE) &&
        self->sim->cluster->config.preempt_mode != PREEMPT_OFF)
        limit = 1;
    trial->limit = limit;
}

/* Jobs that may start but get no reservation (6.4, step 6). */
static bool is_now_only(const Cycle *self, const Trial *trial)
{
    const SchedulerParameters *sched = &self->sim->cluster->config.sched;
    const SimJob *job = trial->job;
    const uint32_t own = limits_prio_threshold(self->sim->limits, job);
    const uint32_t threshold = own ? own : sched->bf_min_prio_reserve;

    if (threshold > job->priority)
        return true;
    if (sched->bf_min_age_reserve &&
        (job->begin_at == INSTANT_NONE ||
         self->sim->now - job->begin_at < (Span)sched->bf_min_age_reserve))
        return true;
    if (sched->bf_one_resv_per_job && job->planned_in == self->sim->statistics.backfill_cycles)
        return true;
    return sched->bf_job_part_count_reserve &&
           self->reserved_in_partition[job->partition] >= sched->bf_job_part_count_reserve;
}

/* ---- the search for a start ---- */

/* Nodes free over the whole planned run, by the map; where it may get better goes to later. Since
 * 24.11 that may also be the end of the slot after the first that begins too late to matter. */
static void apply_slots(const Cycle *self, Trial *trial, Instant end)
{
    const uint32_t n = timemap_length(self->map);
    const uint32_t beyond =
        timemap_keep_free(self->map, trial->from, end, trial->nodes, &trial->later);

    if (trial->later != INSTANT_NEVER)
        return;
    trial->later = INSTANT_NONE;
    if (self->sim->rules->will_run_span && beyond + 2 < n)
        trial->later = timemap_nth(self->map, beyond + 1)->end;
}

static bool has_enough_nodes(const Trial *trial)
{
    const NodeSet *required = trial->job->request->required;

    if (nodeset_count(trial->nodes) < trial->job->request->min_nodes)
        return false;
    return !required || trial->job->request->required_is_pool ||
           nodeset_contains(trial->nodes, required);
}

/* _try_sched: dedicated first, then with the sharing it would really get, which changes nothing
 * for most jobs. */
static WillRun try_sched(Cycle *self, Trial *trial, Instant latest)
{
    WillRunSpan span = {.from = trial->from, .until = latest, .now_only = trial->now_only};
    const bool shares =
        self->sim->cluster->partitions[trial->job->partition].over_subscribe != SHARE_NO;
    const bool differs = shares || trial->job->request->ntasks_per_node;
    PlaceQuery query;
    WillRun answer;

    if (!select_query(self->sim, trial->job, &query) || query.max_nodes < query.min_nodes)
        return WILLRUN_NEVER;
    query.candidates = trial->nodes;
    query.may_share = false;
    g_clear_pointer(&trial->alloc, allocation_free);
    if (shares)
        span.until = MIN(latest, self->sim->now);
    else if (differs && !self->sim->rules->will_run_span)
        span.until = INSTANT_NEVER;
    if (span.until != INSTANT_NEVER && willrun_counts_nodes(self->sim, &query))
        trial->least = query.min_nodes;
    answer = willrun_find(self->sim, &query, &span, &trial->at, &trial->alloc);
    if (!differs || (answer == WILLRUN_FOUND && (!shares || trial->at <= self->sim->now)))
        return answer;
    g_clear_pointer(&trial->alloc, allocation_free);
    query.may_share = true;
    span.until = latest;
    return willrun_find(self->sim, &query, &span, &trial->at, &trial->alloc);
}

typedef enum { LOOK_FOUND, LOOK_AGAIN, LOOK_NEVER } Look;

static Look again_or_never(const Trial *trial)
{
    return trial->later != INSTANT_NONE && !trial->now_only ? LOOK_AGAIN : LOOK_NEVER;
}

/* A start after this would not be made use of. */
static Instant latest_of_use(const Trial *trial)
{
    return trial->later == INSTANT_NONE ? INSTANT_NEVER : trial->later;
}

/* A later look will answer, or estimate_unread. */
static void leave_unread(Trial *trial, Instant from, NodeSet *nodes)
{
    const Unread unread = {.from = from, .nodes = nodes};

    if (!trial->unread) {
        trial->unread = g_array_new(FALSE, FALSE, sizeof(Unread));
        g_array_set_clear_func(trial->unread, clear_unread);
    }
    g_array_append_val(trial->unread, unread);
}

/* The end of a reservation that was met may be worth another look. */
static void look_after_reservation(const Cycle *self, Trial *trial)
{
    const Instant over = reservation_end_after(self->sim, trial->from);
    const Instant retry = over == INSTANT_NEVER ? over : round_up(self, over) + 1;

    if (retry < self->window_end && (trial->later == INSTANT_NONE || retry < trial->later))
        trial->later = retry;
}

/* The nodes for which a start is looked for; false: there are none, and never will be. */
static bool find_nodes(Cycle *self, Trial *trial)
{
    Sim *sim = self->sim;
    ReservationTest test = {
        .reservation = trial->entry->reservation, .may_move = true, .when = trial->from};

    trial->later = INSTANT_NONE;
    trial->met = false;
    g_clear_pointer(&trial->nodes, nodeset_free);
    trial->nodes = select_base_nodes(sim, trial->job, false);
    if (!reservation_test(sim, trial->job, &test, trial->nodes))
        return false;
    if (sim->rules->backfill_window_exit && self->window_end < test.when)
        return false;
    trial->from = test.when;
    apply_slots(self, trial, MAX(trial->from, sim->now) + (Span)trial->limit * 60);
    if (test.overlaps)
        look_after_reservation(self, trial);
    return true;
}

/* The nodes of a look that was left out. */
static NodeSet *look_again(Cycle *self, Trial *trial, Instant from)
{
    trial->from = from;
    if (!find_nodes(self, trial) || !has_enough_nodes(trial))
        return NULL;
    select_drop_unfit(self->sim, trial->job, trial->nodes);
    return g_steal_pointer(&trial->nodes);
}

/* Nothing came of a job: the last look that found anything tells how many CPUs it would get, which
 * its priority's size term wants to know. */
static void estimate_unread(Cycle *self, Trial *trial)
{
    for (guint i = trial->unread ? trial->unread->len : 0; i > 0; i--) {
        Unread *unread = &g_array_index(trial->unread, Unread, i - 1);
        NodeSet *nodes =
            unread->nodes ? g_steal_pointer(&unread->nodes) : look_again(self, trial, unread->from);

        nodeset_free(trial->nodes);
        trial->nodes = nodes;
        if (!nodes || try_sched(self, trial, INSTANT_NEVER) != WILLRUN_FOUND)
            continue;
        trial->job->total_cpus = trial->alloc->total_cpus;
        return;
    }
}

/* ---- looks that are left out ---- */

/* Nothing but the map and what runs decides where the next look is, and whether it is in vain. */
static bool may_leave_out(const Cycle *self, const Trial *trial)
{
    const Sim *sim = self->sim;

    return trial->least > 0 && trial->counted && !trial->now_only && !sim->options.no_shortcuts &&
           !reservation_any(sim);
}

/* Moves on to the first look that may find something. */
static void leave_out_looks(Cycle *self, Trial *trial, uint32_t *turn)
{
    Sim *sim = self->sim;
    g_autoptr(NodeSet) all = NULL;
    VainLook vain = {.map = self->map, .length = (Span)trial->limit * 60, .least = trial->least};
    Instant later;

    if (!may_leave_out(self, trial))
        return;
    all = select_base_nodes(sim, trial->job, false);
    vain.nodes = all;
    for (; *turn + 1 < MOST_RETRIES && vain_look(sim, &vain, trial->from, &later); (*turn)++) {
        if (sim->rules->backfill_window_exit && self->window_end < trial->from)
            return;
        if (!sim->rules->will_run_span)
            leave_unread(trial, trial->from, NULL);
        trial->from = later;
    }
}

/* What a found start would take of the map: whole slots. */
static Slot planned_slot(const Cycle *self, const Trial *trial)
{
    const Instant exact_end = trial->at + (Span)trial->limit * 60;
    Slot slot = {.begin = round_down(self, trial->at), .nodes = trial->alloc->nodes};

    slot.end = self->sim->rules->backfill_end_rounds_up ? round_up(self, exact_end)
                                                        : round_down(self, exact_end);
    return slot;
}

/* Does somebody planned before hold some of the nodes? Then another look from there on. */
static bool meets_plans(const Cycle *self, Trial *trial)
{
    const Slot slot = planned_slot(self, trial);

    if (trial->met || trial->at <= self->sim->now)
        return false;
    trial->met = true;
    if (!timemap_conflicts(self->map, slot.begin, slot.end, slot.nodes))
        return false;
    trial->later = trial->at;
    return true;
}

/* One turn of TRY_LATER: sets trial->at and alloc when a start was found. */
static Look look(Cycle *self, Trial *trial)
{
    Sim *sim = self->sim;
    const Instant from = trial->from;
    WillRun answer;

    if (!find_nodes(self, trial))
        return LOOK_NEVER;
    if (!has_enough_nodes(trial))
        return again_or_never(trial);
    select_drop_unfit(sim, trial->job, trial->nodes);
    self->tests += !trial->counted;
    trial->counted = true;
    answer = try_sched(self, trial, latest_of_use(trial));
    if (answer == WILLRUN_LATE)
        leave_unread(trial, from, g_steal_pointer(&trial->nodes));
    if (answer != WILLRUN_FOUND)
        return again_or_never(trial);
    g_clear_pointer(&trial->unread, g_array_unref);
    trial->job->total_cpus = trial->alloc->total_cpus; /* for its priority's size term */
    trial->at = MAX(trial->at, trial->from);
    if (sim->rules->backfill_overlap_first && meets_plans(self, trial))
        return LOOK_AGAIN;
    if (trial->at <= sim->now && nodeset_overlaps(trial->alloc->nodes, sim->world->completing)) {
        trial->at = sim->now + 1;
        trial->later = INSTANT_NONE;
    }
    return LOOK_FOUND;
}

/* ---- what becomes of a found start ---- */

/* A --time-min job that starts gets as much of its limit as the map leaves. */
static void fit_time_limit(Cycle *self, SimJob *job, const Trial *trial, uint32_t wanted)
{
    const uint32_t least = trial->job->spec->time_min;
    const SchedulerParameters *sched = &self->sim->cluster->config.sched;

    if (least == MINUTES_UNSET || least >= wanted)
        return;
    if (sched->time_min_as_soft_limit) {
        job->limit = wanted;
    } else {
        const Instant now = self->sim->now;
        const Instant taken = timemap_taken_after(self->map, now, job->alloc->nodes);
        uint32_t limit = trial->full_limit;

        if (taken < now + (Span)limit * 60)
            limit = (uint32_t)((taken - now) / 60);
        job->limit = reservation_shorten(self->sim, job, MAX(limit, least));
    }
    job->end_at = life_expected_end(job);
}

static SelectAnswer start_now(Cycle *self, Trial *trial, SimJob **started)
{
    SimJob *job = trial->job;
    const uint32_t asked = job->limit;
    const bool had_limit = asked != MINUTES_UNSET;
    SelectAnswer answer;

    self->sim->entry_reservation = trial->entry->reservation;
    if (!had_limit)
        job->limit = trial->full_limit;
    answer = select_nodes(self->sim, job, trial->nodes, started);
    if (answer == SELECT_STARTED) {
        fit_time_limit(self, *started, trial, asked);
        enter_running(self, *started);
    }
    if (!had_limit && *started != job)
        job->limit = asked;
    return answer;
}

static bool limits_allow_plan(Cycle *self, Trial *trial)
{
    uint64_t tres[TRES_MAX];
    const WaitReason reason = trial->job->reason;
    bool allowed;

    if (self->sim->cluster->config.sched.assoc_limit_stop)
        return true;
    select_tres(self->sim, trial->job, trial->alloc, tres);
    allowed = limits_after(self->sim->limits, trial->job, tres, self->sim->now);
    if (allowed)
        trial->job->reason = reason;
    return allowed;
}

/* Enters the plan into the map. LOOK_AGAIN: somebody planned before holds some of the nodes. */
static Look reserve(Cycle *self, Trial *trial)
{
    const SchedulerParameters *sched = &self->sim->cluster->config.sched;
    const Slot slot = planned_slot(self, trial);

    if (trial->at > self->sim->now + (Span)sched->bf_window * 60)
        return LOOK_NEVER;
    if (meets_plans(self, trial))
        return LOOK_AGAIN;
    if (!limits_allow_plan(self, trial) ||
        limits_qos_flag(self->sim->limits, trial->job, QOS_NO_RESERVE))
        return LOOK_NEVER;
    if (!trial->entry->magnetic && timemap_records(self->map) >= sched->bf_node_space_size) {
        self->full = true;
        return LOOK_NEVER;
    }
    self->reserved_in_partition[trial->job->partition]++;
    trial->job->planned_in = self->sim->statistics.backfill_cycles;
    trial->job->planned_at = trial->at;
    if (!trial->entry->magnetic)
        enter(self, slot.begin, slot.end, slot.nodes);
    return LOOK_FOUND;
}

/* assoc_limit_stop: a job that a limit keeps from starting is planned for when something else ends,
 * and with it what waits for the same group limit of a QoS. */
static void wait_for_policy(Cycle *self, Trial *trial)
{
    const uint32_t qos = limits_blocking_group(self->sim->limits, trial->job);

    trial->at = trial->later != INSTANT_NONE ? trial->later : self->sim->now + LIMIT_GUESS;
    if (qos != INDEX_NONE)
        self->blocked_until[qos] = MAX(self->blocked_until[qos], trial->at);
}

static Instant first_look(const Cycle *self, const SimJob *job)
{
    const uint32_t own = job->qos, part = self->sim->cluster->partitions[job->partition].qos;
    Instant from = self->sim->now;

    if (own != INDEX_NONE)
        from = MAX(from, self->blocked_until[own]);
    if (part != INDEX_NONE)
        from = MAX(from, self->blocked_until[part]);
    return from;
}

/* A found start: start it, reserve for it, or look further. */
static Look settle(Cycle *self, Trial *trial, SimJob **started)
{
    if (trial->at <= self->sim->now) {
        const SelectAnswer answer = start_now(self, trial, started);

        if (answer == SELECT_STARTED)
            return LOOK_FOUND;
        if (answer == SELECT_HELD)
            return LOOK_NEVER;
        if (answer == SELECT_POLICY) {
            if (!self->sim->cluster->config.sched.assoc_limit_stop)
                return LOOK_NEVER;
            wait_for_policy(self, trial);
        }
    } else if (trial->now_only) {
        return LOOK_NEVER;
    } else if (trial->later != INSTANT_NONE && trial->at > trial->later) {
        return LOOK_AGAIN; /* some nodes become free earlier: look from there */
    }
    if (trial->now_only)
        return LOOK_NEVER;
    return reserve(self, trial);
}

static TrialEnd try_task(Cycle *self, Trial *trial, SimJob **started)
{
    trial->from = first_look(self, trial->job);
    for (uint32_t turn = 0; turn < MOST_RETRIES; turn++) {
        Look found = look(self, trial);

        if (found == LOOK_FOUND)
            found = settle(self, trial, started);
        if (found == LOOK_FOUND)
            return *started ? TRIAL_STARTED : TRIAL_PLANNED;
        if (found == LOOK_NEVER || trial->later <= trial->from)
            break;
        trial->from = trial->later;
        leave_out_looks(self, trial, &turn);
    }
    estimate_unread(self, trial);
    return TRIAL_SKIPPED;
}

/* ---- records, one after the other ---- */

static bool may_be_planned(Cycle *self, Trial *trial)
{
    Sim *sim = self->sim;
    SimJob *job = trial->job;
    const Partition *partition = &sim->cluster->partitions[job->partition];
    const SchedulerParameters *sched = &sim->cluster->config.sched;
    const WaitReason reason = job->reason;

    if (job->array && self->rejected == job->array && self->rejected_partition == job->partition)
        return false;
    if (access_lists(sim, job, job->partition).reason == WAIT_QOS) {
        job->reason = WAIT_QOS;
        return false;
    }
    if (!sched->assoc_limit_stop && !limits_before(sim->limits, job, sim->now))
        return false;
    job->reason = reason;
    if (!queue_fits_partition(sim, job, job->partition, true) ||
        (!trial->entry->magnetic && !quota_take(self->quota, job)))
        return false;
    if (partition->state != PARTITION_UP && partition->state != PARTITION_DRAIN)
        return false;
    if (!sched->bf_licenses && !license_free(sim, job)) {
        job->reason = WAIT_LICENSES;
        return false;
    }
    return queue_independent(sim, job);
}

static uint32_t array_allowance(const Cycle *self, const SimJob *job)
{
    const uint32_t most = self->sim->cluster->config.sched.bf_max_job_array_resv;
    uint32_t allowance = record_pending_tasks(job);

    if (job->array && job->array->throttle && self->sim->rules->throttle_bounds_plans)
        allowance = MIN(allowance, job->array->throttle > job->array->running
                                       ? job->array->throttle - job->array->running
                                       : 0);
    return MIN(allowance, MAX(1, most));
}

/* Plans one record, or the next task of its array. Returns: is there one more to plan? */
static bool try_next(Cycle *self, const QueueEntry *entry, uint32_t *planned)
{
    SimJob *job = entry->job;
    const SchedulerParameters *sched = &self->sim->cluster->config.sched;
    Trial trial = {.job = job, .entry = entry};
    SimJob *started = NULL;
    TrialEnd end;

    job->partition = entry->partition;
    job->priority = entry->priority;
    if (!may_be_planned(self, &trial))
        return false;
    choose_limit(self, &trial);
    trial.now_only = is_now_only(self, &trial);
    end = try_task(self, &trial, &started);
    trial_clear(&trial);
    if (end == TRIAL_SKIPPED) {
        self->rejected = job->array;
        self->rejected_partition = entry->partition;
        return false;
    }
    if (end == TRIAL_STARTED && ++self->started == sched->bf_max_job_start)
        self->full = true;
    if (end == TRIAL_PLANNED)
        (*planned)++;
    return job->array && job->task == COUNT_UNSET && started != job &&
           *planned < array_allowance(self, job) && self->tests < sched->bf_max_job_test;
}

/* Plans one record; an array's tasks in turn, each of which may preempt for itself. */
static void try_entry(Cycle *self, const QueueEntry *entry)
{
    SimJob *job = entry->job;
    Instant preempted_at = INSTANT_NONE;
    bool preempted = false, more = !job->preempting;
    uint32_t planned = 0;

    while (more && job->state == JOB_PENDING && job->priority > 0 && !self->full) {
        if (job->preempting) {
            preempted_at = job->preempted_other_at;
            job->preempted_other_at = INSTANT_NONE;
            job->preempting = false;
            preempted = true;
        }
        more = try_next(self, entry, &planned);
    }
    if (!preempted || job->preempted_other_at != INSTANT_NONE)
        return;
    job->preempted_other_at = preempted_at;
    job->preempting = job->state == JOB_PENDING;
}

/* bf_running_job_reserve */
static void reserve_running(Cycle *self)
{
    const Sim *sim = self->sim;

    for (guint i = 0; i < sim->running->len; i++)
        enter_running(self, g_ptr_array_index(sim->running, i));
}

static void open_map(Cycle *self)
{
    Sim *sim = self->sim;
    const Span window = (Span)sim->cluster->config.sched.bf_window * 60;

    self->resolution = MAX(1, (Span)sim->cluster->config.sched.bf_resolution);
    self->window_end = round_down(self, sim->now + window);
    self->map = timemap_new(round_down(self, sim->now), self->window_end, sim->world->up);
    self->quota = quota_new(&sim->cluster->config.sched);
    self->reserved_in_partition = g_new0(uint32_t, sim->cluster->n_partitions + 1);
    self->blocked_until = g_new(Instant, sim->cluster->n_qos + 1);
    for (uint32_t i = 0; i < sim->cluster->n_qos; i++)
        self->blocked_until[i] = sim->now;
    if (sim->cluster->config.sched.bf_running_job_reserve)
        reserve_running(self);
}

/* backfill_agent() sleeps from the end of one cycle to the next, so that each one's own length
 * moves all that follow. */
static void end_cycle(const Cycle *self)
{
    Sim *sim = self->sim;

    sim->backfill_lag +=
        sim->rules->backfill_wake + (Span)self->tests * sim->rules->backfill_test_cost;
    sim->backfill_end = sim->now + sim->backfill_lag / G_USEC_PER_SEC;
    sim->backfill_lag %= G_USEC_PER_SEC;
}

void sched_backfill(Sim *sim)
{
    const SchedulerParameters *sched = &sim->cluster->config.sched;
    Cycle cycle = {.sim = sim, .queue = queue_build(sim, true)};

    if (sim->follow)
        follow_pass_begin(sim);
    sim->backfill_seen = sim->changes;
    sim->statistics.backfill_cycles++;
    if (cycle.queue->len > 0) {
        open_map(&cycle);
        for (guint i = 0; i < cycle.queue->len && !cycle.full; i++) {
            if (cycle.tests >= sched->bf_max_job_test)
                break;
            try_entry(&cycle, &g_array_index(cycle.queue, QueueEntry, i));
        }
        timemap_free(cycle.map);
        quota_free(cycle.quota);
        g_free(cycle.reserved_in_partition);
        g_free(cycle.blocked_until);
        sched_changed(sim); /* planning touches job records: the next cycle finds "more work" */
    }
    end_cycle(&cycle);
    g_array_unref(cycle.queue);
    if (sim->follow)
        follow_pass_over(sim);
}
