/* Limits against what a real Slurm did: each start it made must be allowed, each reason it gave for
 * waiting must be ours, each refusal too. Skipped where the recordings are not at hand. */
#include "tests/test.h"

#include "tests/slurmio/recorded.h"

typedef enum {
    ENDS,
    SUBMITTED,
    REFUSED,
    SAMPLED,
    STARTS
} EventKind; /* in this order within a second */

typedef struct {
    Instant at;
    EventKind kind;
    RecordedRun *run; /* NULL for samples */
    json_t *sample;   /* or sbatch's message, of a refused job */
    uint32_t number;
} Event;

typedef struct {
    RecordedCase recorded;
    Usage *usage;
    Limits *limits;
    Instant passed;
    json_t *refused; /* made-up entries of refused jobs */
    uint32_t starts, waits, reasons;
} Replay;

static void replay_clear(Replay *self)
{
    limits_free(self->limits);
    usage_free(self->usage);
    recorded_clear(&self->recorded);
    json_decref(self->refused);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Replay, replay_clear)

static int by_time(gconstpointer left, gconstpointer right)
{
    const Event *a = left, *b = right;

    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

static void add(GArray *events, Instant at, EventKind kind, RecordedRun *run, json_t *sample)
{
    const Event event = {
        .at = at, .kind = kind, .run = run, .sample = sample, .number = events->len};

    if (at != INSTANT_NEVER)
        g_array_append_val(events, event);
}

/* A refused job has no run: an entry as if it had one that never started. */
static void add_refused(Replay *self, GArray *events)
{
    const Cluster *cluster = self->recorded.cluster;
    json_t *refused = json_object_get(json_object_get(self->recorded.recording, "meta"), "refused");
    const char *id;
    json_t *message;

    self->refused = json_array();
    json_object_foreach(refused, id, message)
    {
        json_t *source = g_hash_table_lookup(self->recorded.sources, id);
        const uint32_t index = cluster_find_assoc(cluster, text(source, "user"), NULL, NULL);
        const Assoc *assoc = &cluster->assocs[index];
        json_t *entry;

        if (!strstr(json_string_value(message), "accounting/QOS policy"))
            continue;
        entry =
            json_pack("{ss ss ss ss ss si}", "JobID", id, "User", text(source, "user"), "Account",
                      assoc->account, "QOS", cluster->qos[assoc->default_qos_index].name,
                      "Partition", cluster->partitions[cluster_default_partition(cluster)].name,
                      "Submit", (int)number(source, "submit", 0));
        json_array_append_new(self->refused, entry);
        add_run(&self->recorded, source, entry);
        add(events, number(source, "submit", 0), REFUSED,
            g_ptr_array_index(self->recorded.runs, self->recorded.runs->len - 1), message);
    }
}

static GArray *events_of(Replay *self)
{
    const RecordedCase *recorded = &self->recorded;
    GArray *events = g_array_new(FALSE, FALSE, sizeof(Event));
    json_t *sample;
    size_t i;

    for (guint r = 0; r < recorded->runs->len; r++) {
        RecordedRun *run = g_ptr_array_index(recorded->runs, r);

        add(events, run->submit_at, SUBMITTED, run, NULL);
        if (run->start_at == INSTANT_NEVER)
            continue;
        add(events, run->start_at, STARTS, run, NULL);
        add(events, run->end_at, ENDS, run, NULL);
    }
    json_array_foreach(json_object_get(recorded->recording, "samples"), i, sample)
        add(events, number(sample, "t", 0), SAMPLED, NULL, sample);
    add_refused(self, events);
    g_array_sort(events, by_time);
    return events;
}

static void pass_until(Replay *self, Instant now)
{
    const Span period = self->recorded.cluster->config.priority.calc_period;

    for (; self->passed + period <= now; self->passed += period) {
        const Instant at = self->passed + period;

        recorded_pass(&self->recorded, self->usage, self->passed, at);
        for (guint i = 0; i < self->recorded.runs->len; i++)
            limits_elapse(self->limits,
                          ((RecordedRun *)g_ptr_array_index(self->recorded.runs, i))->job, at);
    }
}

static void start(Replay *self, RecordedRun *run)
{
    SimJob *job = run->job;

    self->starts++;
    if (!limits_before(self->limits, job, run->start_at) ||
        !limits_after(self->limits, job, job->tres_alloc, run->start_at))
        fail_msg("%s started at %d in spite of %s", run->id, (int)run->start_at,
                 wait_reason_name(job->reason));
    job->state = JOB_RUNNING;
    limits_start(self->limits, job, run->start_at);
}

static const char *reason_of(const Replay *self, const SimJob *job)
{
    const Cluster *cluster = self->recorded.cluster;

    return wait_reason_tres_name(
        job->reason, job->reason_tres == INDEX_NONE ? NULL : cluster->tres[job->reason_tres]);
}

/* sbatch said the reason in one line, the refusal in the next. */
static void refuse(Replay *self, RecordedRun *run, const char *message)
{
    const char *ours = limits_admit(self->limits, run->job, 1);
    g_autofree char *said = NULL;

    assert_non_null(ours);
    said = g_strdup_printf("sbatch: error: %s\nsbatch: error: Batch job submission failed: %s",
                           reason_of(self, run->job), ours);
    assert_string_equal(said, message);
}

static void end(Replay *self, RecordedRun *run)
{
    limits_end(self->limits, run->job, run->end_at);
    limits_remove_submit(self->limits, run->job, 1);
    run->job->state = JOB_COMPLETED;
}

static RecordedRun *waiting(const Replay *self, const char *id, Instant at)
{
    for (guint i = 0; i < self->recorded.runs->len; i++) {
        RecordedRun *run = g_ptr_array_index(self->recorded.runs, i);

        if (strcmp(run->id, id) == 0 && run->submit_at <= at && run->start_at > at)
            return run;
    }
    return NULL;
}

static const char *our_reason(const Replay *self, SimJob *job, Instant at)
{
    uint64_t *const held = job->tres_alloc;
    bool may_start;

    job->tres_alloc = NULL;
    may_start = limits_before(self->limits, job, at) &&
                limits_after(self->limits, job, job->tres_request, at);
    job->tres_alloc = held;
    return may_start ? "None" : reason_of(self, job);
}

/* A line "5|N/A|AssocGrpCpuLimit|12": only reasons of policy are ours. Slurm's may be stale: it
 * stays until the job is next looked at, though what it waits for has ended since. */
static void compare_reason(Replay *self, const char *line, Instant at)
{
    g_auto(GStrv) words = g_strsplit(line, "|", -1);
    RecordedRun *run = waiting(self, words[0], at);
    const bool policy = g_str_has_prefix(words[2], "Assoc") || g_str_has_prefix(words[2], "QOS") ||
                        g_str_has_prefix(words[2], "Max");

    if (!run || !policy)
        return;

    const char *ours = our_reason(self, run->job, at);

    self->waits++;
    self->reasons += strcmp(ours, words[2]) == 0;
    if (strcmp(ours, words[2]) != 0 && strcmp(ours, "None") != 0)
        fail_msg("at %d %s waits for %s, not %s", (int)at, words[0], words[2], ours);
}

static void replay(Replay *self)
{
    g_autoptr(GArray) events = events_of(self);

    for (guint i = 0; i < events->len; i++) {
        const Event *event = &g_array_index(events, Event, i);
        json_t *line;
        size_t l;

        pass_until(self, event->at);
        if (event->kind == ENDS)
            end(self, event->run);
        else if (event->kind == STARTS)
            start(self, event->run);
        else if (event->kind == REFUSED)
            refuse(self, event->run, json_string_value(event->sample));
        else if (event->kind == SUBMITTED)
            limits_add_submit(self->limits, event->run->job, 1);
        else
            json_array_foreach(json_object_get(event->sample, "start"), l, line)
                compare_reason(self, json_string_value(line), event->at);
    }
}

static bool begin(Replay *self, const char *kind, SlurmVersion version, const char *name)
{
    if (!recorded_load(&self->recorded, kind, version, name))
        return false;
    self->usage = usage_new(self->recorded.cluster);
    self->limits = limits_new(self->recorded.cluster, self->usage);
    return true;
}

static void check(const char *kind, SlurmVersion version, const char *name)
{
    g_auto(Replay) self = {0};

    if (!begin(&self, kind, version, name))
        return;
    replay(&self);
    print_message("%s %s: %u starts allowed, %u of %u reasons the same\n",
                  version_rules(version)->name, name, self.starts, self.reasons, self.waits);
    assert_true(self.reasons >= self.waits * 0.7);
}

static void starts_and_reasons_are_those_recorded(void **state)
{
    static const char *const names[] = {
        "accrue_always", "bf_min_prio_reserve", "deny_on_limit", "exempt",      "grp_mins",
        "grp_tres_skip", "limit_stop",          "max_jobs_user", "max_submit",  "max_tres_user",
        "no_reserve",    "parent_limit",        "partition_qos", "per_account", "wall_limits",
    };
    static const char *const long_names[] = {"qos_limits-2", "campus-1", "user_actions-2",
                                             "qos_requeue-2"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        check("micro", SLURM_22_05, names[i]);
        check("micro", SLURM_24_11, names[i]);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(long_names); i++) {
        check("recordings", SLURM_22_05, long_names[i]);
        check("recordings", SLURM_24_11, long_names[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_and_reasons_are_those_recorded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
