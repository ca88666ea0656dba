/* Why jobs wait: what the schedulers noted, and who stands in the way. */
#include "sim/explain.h"

#include "sim/core.h"

/* The pass over all that waits. */
typedef struct {
    Sim *sim;
    GArray *queue;  /* QueueEntry */
    uint32_t *seen; /* by record: stamp of the last job that counted it */
    uint32_t stamp;
    uint8_t *shares; /* [n_partitions * n_partitions] have they a node in common? */
} Survey;

const char *cause_kind_name(CauseKind kind)
{
    static const char *const names[CAUSES] = {
        [CAUSE_AHEAD] = "ahead",
        [CAUSE_RUNNING] = "running",
        [CAUSE_DEPENDENCY] = "dependency",
        [CAUSE_LICENSE] = "license",
        [CAUSE_LIMIT] = "limit",
        [CAUSE_THROTTLE] = "throttle",
        [CAUSE_TIME] = "time",
        [CAUSE_RESERVATION] = "reservation",
    };

    return names[kind];
}

static void cause_free(gpointer cause)
{
    Cause *self = cause;

    g_free(self->what);
    g_free(self);
}

static void explanation_free(gpointer explanation)
{
    Explanation *self = explanation;

    g_ptr_array_unref(self->causes);
    g_free(self);
}

static Cause *add_cause(Explanation *out, CauseKind kind, char *what)
{
    Cause *cause = g_new0(Cause, 1);

    cause->kind = kind;
    cause->what = what;
    cause->job = INDEX_NONE;
    cause->task = COUNT_UNSET;
    cause->at = INSTANT_NEVER;
    g_ptr_array_add(out->causes, cause);
    return cause;
}

static void name_job(Cause *cause, const SimJob *job)
{
    cause->job = job->load;
    cause->task = job->task;
    cause->state = job->state;
}

static uint32_t shown_partition(const SimJob *job)
{
    return job->partition == INDEX_NONE ? job->partitions[0] : job->partition;
}

/* ---- what its own record says ------------------------------------------------------------ */

static void add_dependencies(const Sim *sim, const SimJob *job, Explanation *out)
{
    for (uint32_t i = 0; i < job->n_depends; i++) {
        const Dependency *one = &job->depends[i];
        const SimJob *target =
            one->job == INDEX_NONE ? NULL : g_ptr_array_index(sim->first, one->job);
        Cause *cause;

        if (one->state == DEP_HOLDS)
            continue;
        cause = add_cause(out, CAUSE_DEPENDENCY, g_strdup(one->type));
        if (target)
            name_job(cause, target);
    }
}

static uint32_t licenses_held(const SimJob *job, uint32_t license)
{
    for (uint32_t i = 0; i < job->request->n_licenses; i++)
        if (job->request->licenses[i].license == license)
            return job->request->licenses[i].count;
    return 0;
}

static void add_license(const Sim *sim, const LicenseRequest *asked, Explanation *out)
{
    const License *license = &sim->cluster->licenses[asked->license];
    Cause *cause;

    if (sim->licenses_used[asked->license] + asked->count <= license->total)
        return;
    cause = add_cause(out, CAUSE_LICENSE, g_strdup(license->name));
    cause->limit = license->total;
    cause->used = sim->licenses_used[asked->license];
    cause->wanted = asked->count;
    for (guint i = 0; i < sim->running->len; i++) {
        const SimJob *job = g_ptr_array_index(sim->running, i);

        if (licenses_held(job, asked->license) == 0)
            continue;
        if (cause->count++ == 0)
            name_job(cause, job);
    }
}

static char *owner_of(const Cluster *cluster, const LimitShown *limit)
{
    const Assoc *assoc = limit->assoc == INDEX_NONE ? NULL : &cluster->assocs[limit->assoc];

    if (!assoc)
        return g_strdup_printf("%s of QoS %s", limit->name, cluster->qos[limit->qos].name);
    if (assoc->user)
        return g_strdup_printf("%s of user %s in account %s", limit->name, assoc->user,
                               assoc->account);
    return g_strdup_printf("%s of account %s", limit->name, assoc->account);
}

static void add_limit(const Sim *sim, const SimJob *job, Explanation *out)
{
    LimitShown shown;
    Cause *cause;

    if (!limits_show(sim->limits, job, &shown))
        return;
    cause = add_cause(out, CAUSE_LIMIT, owner_of(sim->cluster, &shown));
    cause->tres = shown.tres == INDEX_NONE ? NULL : sim->cluster->tres[shown.tres];
    cause->limit = shown.limit;
    cause->used = shown.used;
    cause->wanted = shown.wanted;
}

static void add_reservation(const Sim *sim, const SimJob *job, Explanation *out)
{
    const uint32_t found = reservation_find(sim, job->reservation);
    Cause *cause = add_cause(out, CAUSE_RESERVATION, g_strdup(job->reservation));

    if (found != INDEX_NONE)
        cause->at = reservation_start(sim, found);
}

static void add_own_causes(const Sim *sim, const SimJob *job, Explanation *out)
{
    const WaitReason reason = job->reason;

    if (reason == WAIT_DEPENDENCY || reason == WAIT_DEPENDENCY_NEVER)
        add_dependencies(sim, job, out);
    else if (reason == WAIT_LICENSES)
        for (uint32_t i = 0; i < job->request->n_licenses; i++)
            add_license(sim, &job->request->licenses[i], out);
    else if (wait_reason_is_policy(reason))
        add_limit(sim, job, out);
    else if (reason == WAIT_RESERVATION && job->reservation)
        add_reservation(sim, job, out);
    else if (reason == WAIT_BEGIN_TIME && job->user_begin_at != INSTANT_NONE)
        add_cause(out, CAUSE_TIME, NULL)->at = job->user_begin_at;
    else if (reason == WAIT_ARRAY_LIMIT && job->array) {
        Cause *cause = add_cause(out, CAUSE_THROTTLE, NULL);

        cause->limit = job->array->throttle;
        cause->used = job->array->running;
    }
}

/* Planned by the last cycle, and not passed by since. */
static Instant planned(const Sim *sim, const SimJob *job)
{
    const uint64_t cycle = sim->statistics.backfill_cycles;

    return cycle > 0 && job->planned_in == cycle && job->planned_at >= sim->now ? job->planned_at
                                                                                : INSTANT_NEVER;
}

static Explanation *describe(const Sim *sim, const SimJob *job)
{
    const Cluster *cluster = sim->cluster;
    const char *tres = job->reason_tres < cluster->n_tres ? cluster->tres[job->reason_tres] : NULL;
    Explanation *out = g_new0(Explanation, 1);

    out->job = job->load;
    out->task = job->task;
    out->tasks = record_pending_tasks(job);
    out->slurm_id = job->base_id;
    out->partition = shown_partition(job);
    out->qos = job->qos;
    out->submit_at = job->submit_at;
    out->reason = wait_reason_tres_name(job->reason, tres);
    out->priority = job->priority;
    out->weighted = cluster->config.priority.type == PRIORITY_MULTIFACTOR;
    out->fixed = job->direct_priority;
    out->terms = job->terms;
    out->nice = job->nice;
    out->planned_at = planned(sim, job);
    out->causes = g_ptr_array_new_with_free_func(cause_free);
    add_own_causes(sim, job, out);
    return out;
}

/* ---- who stands in the way --------------------------------------------------------------- */

static void survey_init(Survey *self, Sim *sim)
{
    const Partition *partitions = sim->cluster->partitions;
    const uint32_t n = sim->cluster->n_partitions;

    *self = (Survey){.sim = sim, .queue = queue_build(sim, false)};
    self->seen = g_new0(uint32_t, sim->records->len); /* queue_build may have added some */
    self->shares = g_new0(uint8_t, (size_t)n * n);
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < n; k++)
            self->shares[i * n + k] = nodeset_overlaps(partitions[i].nodes, partitions[k].nodes);
}

static void survey_clear(Survey *self)
{
    g_array_unref(self->queue);
    g_free(self->seen);
    g_free(self->shares);
}

/* Returns: whether one of them was submitted before it. */
static bool add_ahead(Survey *self, const SimJob *job, Explanation *out)
{
    const uint8_t *shares =
        self->shares + (size_t)out->partition * self->sim->cluster->n_partitions;
    const SimJob *first = NULL;
    bool older = false;
    uint32_t count = 0;

    self->stamp++;
    for (guint i = 0; i < self->queue->len; i++) {
        const QueueEntry *entry = &g_array_index(self->queue, QueueEntry, i);

        if (entry->job == job && entry->partition == out->partition)
            break;
        if (entry->job == job || !shares[entry->partition] ||
            self->seen[entry->job->index] == self->stamp)
            continue;
        self->seen[entry->job->index] = self->stamp;
        count += record_pending_tasks(entry->job);
        older |= entry->job->index < job->index;
        if (!first)
            first = entry->job;
    }
    if (count > 0) {
        Cause *cause = add_cause(out, CAUSE_AHEAD, NULL);

        cause->count = count;
        name_job(cause, first);
    }
    return older;
}

/* No pass has looked at it yet: sbatch itself notes whether a job that was there comes first,
 * unless it is told to leave that to the passes, and not for arrays. Source: Slurm job_mgr.c
 * job_allocate, _top_priority. */
static bool is_ranked_at_submit(const Sim *sim, const SimJob *job, WaitReason noted)
{
    return noted == WAIT_NONE && job->attempt == 0 && !job->array &&
           !sim->cluster->config.sched.defer;
}

static void add_running(const Sim *sim, Explanation *out)
{
    const NodeSet *nodes = sim->cluster->partitions[out->partition].nodes;
    const SimJob *first = NULL;
    uint32_t count = 0;

    for (guint i = 0; i < sim->running->len; i++) {
        const SimJob *job = g_ptr_array_index(sim->running, i);

        if (!job->alloc || !nodeset_overlaps(job->alloc->nodes, nodes))
            continue;
        count++;
        if (!first || life_expected_end(job) < life_expected_end(first))
            first = job;
    }
    if (count > 0) {
        Cause *cause = add_cause(out, CAUSE_RUNNING, NULL);

        cause->count = count;
        cause->at = first->limit == MINUTES_UNLIMITED ? INSTANT_NEVER : life_expected_end(first);
        name_job(cause, first);
    }
}

/* Jobs in the way are named only for the reasons that say so. */
static bool waits_for_nodes(WaitReason reason)
{
    return reason == WAIT_NONE || reason == WAIT_PRIORITY || reason == WAIT_RESOURCES;
}

static int by_priority(gconstpointer left, gconstpointer right)
{
    const Explanation *a = *(Explanation *const *)left;
    const Explanation *b = *(Explanation *const *)right;

    if (a->priority != b->priority)
        return a->priority > b->priority ? -1 : 1;
    if (a->submit_at != b->submit_at)
        return a->submit_at < b->submit_at ? -1 : 1;
    if (a->slurm_id != b->slurm_id)
        return a->slurm_id < b->slurm_id ? -1 : 1;
    return (a->task > b->task) - (a->task < b->task);
}

GPtrArray *sim_explain(Sim *self)
{
    GPtrArray *out = g_ptr_array_new_with_free_func(explanation_free);
    g_autoptr(GPtrArray) jobs = g_ptr_array_new();
    g_autofree WaitReason *noted = g_new0(WaitReason, self->pending->len + 1);
    Survey survey;

    for (guint i = 0; i < self->pending->len; i++) {
        SimJob *job = g_ptr_array_index(self->pending, i);

        noted[i] = job->reason;
        g_ptr_array_add(jobs, job);
        g_ptr_array_add(out, describe(self, job));
    }
    survey_init(&survey, self);
    for (guint i = 0; i < jobs->len; i++) {
        Explanation *explanation = g_ptr_array_index(out, i);
        const SimJob *job = g_ptr_array_index(jobs, i);

        if (!waits_for_nodes(noted[i]))
            continue;
        if (add_ahead(&survey, job, explanation) && is_ranked_at_submit(self, job, noted[i]))
            explanation->reason = wait_reason_name(WAIT_PRIORITY);
        add_running(self, explanation);
    }
    survey_clear(&survey);
    g_ptr_array_sort(out, by_priority);
    return out;
}

static const SimJob *find_waiting(const Sim *sim, uint32_t job, uint32_t task)
{
    const SimJob *all = NULL;

    for (guint i = 0; i < sim->records->len; i++) {
        const SimJob *record = g_ptr_array_index(sim->records, i);

        if (record->load != job || record->state != JOB_PENDING)
            continue;
        if (record->task == task)
            return record;
        if (record->task == COUNT_UNSET)
            all = record;
    }
    return all;
}

bool sim_priority(const Sim *self, uint32_t job, uint32_t task, PriorityShown *out)
{
    const SimJob *record = find_waiting(self, job, task);

    if (!record)
        return false;
    *out = (PriorityShown){record->priority, record->terms, record->nice};
    return true;
}
