/* sbatch: what slurmctld checks, refuses and fills in when a job is submitted.
 * Source: Slurm job_mgr.c job_allocate, _job_create; reference 1.1, 1.8, 8.3. */
#include "sim/core.h"

static uint32_t user_index(Sim *self, const char *name)
{
    const uint32_t known = cluster_find_user(self->cluster, name);
    guint seen;

    if (known != INDEX_NONE)
        return known;
    seen = GPOINTER_TO_UINT(g_hash_table_lookup(self->user_names, name));
    if (seen == 0) {
        union {
            const char *borrowed;
            char *key;
        } entry = {.borrowed = name};

        seen = ++self->n_users;
        g_hash_table_insert(self->user_names, entry.key, GUINT_TO_POINTER(seen));
    }
    return seen - 1;
}

bool submit_partitions(Sim *self, SimJob *job, const char *text)
{
    g_auto(GStrv) names = text ? g_strsplit(text, ",", -1) : g_new0(char *, 1);
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(uint32_t));

    for (char **name = names; *name; name++) {
        const uint32_t index = cluster_find_partition(self->cluster, g_strstrip(*name));
        guint at = 0;

        if (index == INDEX_NONE)
            return false;
        while (at < found->len &&
               self->cluster->partitions[g_array_index(found, uint32_t, at)].priority_tier >=
                   self->cluster->partitions[index].priority_tier)
            at++;
        g_array_insert_val(found, at, index);
    }
    if (!text) {
        const uint32_t index = cluster_default_partition(self->cluster);

        if (index == INDEX_NONE)
            return false;
        g_array_append_val(found, index);
    }
    g_free(job->partitions);
    g_free(job->part_priority);
    job->n_partitions = found->len;
    job->partitions = g_memdup2(found->data, found->len * sizeof(uint32_t));
    job->part_priority = g_new0(uint32_t, found->len);
    job->partition = job->partitions[0];
    return true;
}

/* ---- who submits it, under what ---- */

static const char *resolve_assoc(Sim *self, SimJob *job)
{
    const Cluster *cluster = self->cluster;
    const char *user = job->source->user ? job->source->user : "root";

    if (job->spec->user)
        user = job->spec->user;
    job->user = user_index(self, user);
    job->assoc = cluster_find_assoc(cluster, user, job->spec->account,
                                    cluster->partitions[job->partition].name);
    if (job->assoc == INDEX_NONE && cluster->config.enforce & ENFORCE_ASSOCIATIONS)
        return "Invalid account or account/partition combination specified";
    return NULL;
}

static const char *resolve_qos(const Sim *self, SimJob *job)
{
    const Cluster *cluster = self->cluster;
    const Assoc *assoc = job->assoc == INDEX_NONE ? NULL : &cluster->assocs[job->assoc];

    job->qos = INDEX_NONE;
    if (job->spec->qos) {
        job->qos = cluster_find_qos(cluster, job->spec->qos);
        if (job->qos == INDEX_NONE && cluster->config.has_accounting)
            return "Invalid qos specification";
    } else if (assoc) {
        job->qos = assoc->default_qos_index;
    } else if (cluster->n_qos > 0) {
        job->qos = 0;
    }
    if (job->qos != INDEX_NONE && assoc && cluster->config.enforce & ENFORCE_QOS &&
        assoc->may_use_qos && !assoc->may_use_qos[job->qos])
        return "Invalid qos specification";
    return NULL;
}

static const char *resolve_reservation(const Sim *self, SimJob *job)
{
    uint32_t index;

    if (!job->spec->reservation)
        return NULL;
    job->reservation = g_strdup(job->spec->reservation);
    index = reservation_find(self, job->reservation);
    if (index == INDEX_NONE)
        return "Requested reservation is invalid";
    if (!reservation_may_use(self, index, job))
        return "Access denied to requested reservation";
    return NULL;
}

/* ---- partitions, limits, sizes ---- */

static void fill_limit(const Sim *self, SimJob *job)
{
    const Partition *partition = &self->cluster->partitions[job->partition];

    job->limit = job->spec->time_limit;
    if (job->limit == MINUTES_UNSET) /* stays unset without; not taken back by a requeue */
        job->limit = partition->default_time;
}

static const char *check_partitions(const Sim *self, SimJob *job)
{
    const EnforcePartLimits enforce = self->cluster->config.enforce_part_limits;
    const char *first_refusal = NULL;
    uint32_t passed = 0;

    for (uint32_t i = 0; i < job->n_partitions; i++) {
        const Partition *partition = &self->cluster->partitions[job->partitions[i]];
        AccessVerdict verdict = access_check(self, job, job->partitions[i], false);

        if (partition->state == PARTITION_DRAIN || partition->state == PARTITION_INACTIVE)
            return "Required partition not available (inactive or drain)";
        if (verdict.reason == WAIT_NONE)
            passed++;
        else if (!first_refusal &&
                 (enforce != PART_LIMITS_NO || (verdict.always && job->n_partitions == 1)))
            first_refusal = verdict.message;
    }
    if (enforce == PART_LIMITS_ANY && passed > 0)
        return NULL;
    return first_refusal;
}

/* The selector's test at submit: could it ever run on what is configured? */
static const char *check_ever(Sim *self, SimJob *job)
{
    const char *refusal = NULL;

    for (uint32_t i = 0; i < job->n_partitions; i++) {
        PlaceQuery query;

        job->partition = job->partitions[i];
        if (access_check(self, job, job->partition, false).reason != WAIT_NONE ||
            access_lists(self, job, job->partition).reason != WAIT_NONE)
            return NULL; /* it will wait for the partition to change */
        if (!select_query(self, job, &query))
            continue;
        query.candidates = self->cluster->partitions[job->partition].nodes;
        if (place_diagnose(self->world, &query) != PLACE_NEVER) {
            job->partition = job->partitions[0];
            return NULL;
        }
        refusal = "Requested node configuration is not available";
    }
    job->partition = job->partitions[0];
    return refusal;
}

static const char *check_licenses(const Sim *self, const SimJob *job)
{
    for (uint32_t i = 0; i < job->request->n_licenses; i++) {
        const LicenseRequest *asked = &job->request->licenses[i];

        if (asked->count > self->cluster->licenses[asked->license].total)
            return "Invalid license specification";
    }
    return NULL;
}

static bool make_array(SimJob *job, char **message)
{
    g_autoptr(GArray) tasks = NULL;
    g_autoptr(GError) error = NULL;
    uint32_t throttle;
    SimArray *array;

    if (!job->spec->array)
        return true;
    if (!job_array_parse(job->spec->array, &tasks, &throttle, &error)) {
        *message = g_strdup("Invalid job array specification");
        return false;
    }
    array = g_new0(SimArray, 1);
    array->n_tasks = tasks->len;
    array->tasks = g_memdup2(tasks->data, tasks->len * sizeof(uint32_t));
    array->order = g_new(uint32_t, tasks->len + 1);
    for (uint32_t i = 0; i < tasks->len; i++)
        array->order[i] = i;
    array->throttle = throttle;
    array->records = g_ptr_array_new();
    g_ptr_array_add(array->records, job);
    job->array = array;
    return true;
}

static bool check_array_size(const Sim *self, const SimJob *job)
{
    return !job->array || job->array->n_tasks == 0 ||
           job->array->tasks[job->array->n_tasks - 1] < self->cluster->config.max_array_size;
}

/* sbatch names the limit in a line of its own before the refusal. */
static char *with_reason(const Sim *self, const SimJob *job, const char *refusal)
{
    const char *tres =
        job->reason_tres == INDEX_NONE ? NULL : self->cluster->tres[job->reason_tres];

    return g_strdup_printf("%s: %s", refusal, wait_reason_tres_name(job->reason, tres));
}

/* Everything that may refuse the job. NULL when accepted. (transfer full) */
static char *find_refusal(Sim *self, SimJob *job)
{
    char *message = NULL;
    const char *refusal;

    if (!submit_partitions(self, job, job->spec->partition))
        return g_strdup("Invalid partition name specified");
    if ((refusal = resolve_assoc(self, job)) || (refusal = resolve_qos(self, job)) ||
        (refusal = resolve_reservation(self, job)))
        return g_strdup(refusal);
    job->request =
        request_build(self->cluster, job->spec, self->now, self->options.epoch, &message);
    if (!job->request)
        return message ? message : g_strdup("Invalid job specification");
    if (!make_array(job, &message))
        return message;
    if (!check_array_size(self, job))
        return g_strdup("Invalid job array specification");
    request_tres(job->request, self->cluster, &self->cluster->partitions[job->partition],
                 job->tres_request);
    memcpy(job->tres, job->tres_request, sizeof job->tres);
    fill_limit(self, job);
    if ((refusal = check_partitions(self, job)))
        return g_strdup(refusal);
    if ((refusal = limits_admit(self->limits, job, record_pending_tasks(job))))
        return with_reason(self, job, refusal);
    if ((refusal = check_licenses(self, job)) || (refusal = check_ever(self, job)))
        return g_strdup(refusal);
    depend_parse(self, job, &message);
    return message;
}

static void fill_flags(const Sim *self, SimJob *job)
{
    const Config *config = &self->cluster->config;

    job->may_requeue =
        job->spec->requeue == CHOICE_UNSET ? config->job_requeue : job->spec->requeue == CHOICE_YES;
    job->kill_invalid_depend = job->spec->kill_on_invalid_dep == CHOICE_UNSET
                                   ? config->kill_invalid_depend
                                   : job->spec->kill_on_invalid_dep == CHOICE_YES;
    if (job->request->begin_at != INSTANT_NEVER)
        job->user_begin_at = job->request->begin_at;
}

static void fill_priority(Sim *self, SimJob *job)
{
    if (job->spec->hold) {
        job->held_by_user = true;
        job->reason = WAIT_HELD_USER;
    } else if (job->spec->priority != COUNT_UNSET) {
        job->direct_priority = true;
        job->priority = job->spec->priority;
        for (uint32_t i = 0; i < job->n_partitions; i++)
            job->part_priority[i] = job->priority;
    } else {
        priority_submit(self->priorities, job, self->now);
    }
}

/* "The queue as it is": it ran already when the scenario begins. */
static void start_as_given(Sim *self, SimJob *job)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(NodeSet) nodes = cluster_nodeset(self->cluster, job->source->nodes, &error);
    const PlaceView view = {.world = self->world};
    Allocation *alloc = NULL;
    SimJob *task;
    PlaceQuery query;

    if (nodes && select_query(self, job, &query)) {
        query.candidates = nodes;
        query.min_nodes = MAX(query.min_nodes, nodeset_count(nodes));
        query.max_nodes = query.req_nodes = query.min_nodes;
        place_find(&view, &query, &alloc);
    }
    if (!alloc) {
        g_debug("%s does not fit on %s: it waits instead", job->source->id, job->source->nodes);
        return;
    }
    task = record_split(self, job);
    life_start(self, task, alloc, MIN(job->source->started_at, self->now));
}

static void refuse(Sim *self, SimJob *job, char *message)
{
    const uint32_t load = job->load;

    g_ptr_array_index(self->refused, load) = message;
    g_hash_table_remove(self->by_id, GUINT_TO_POINTER(job->id));
    g_ptr_array_remove_index(self->records, self->records->len - 1);
    self->next_id--;
}

void sim_accept(Sim *self, uint32_t load)
{
    SimJob *job = record_new(self, load);
    char *message = find_refusal(self, job);

    if (message) {
        refuse(self, job, message);
        return;
    }
    g_ptr_array_index(self->first, load) = job;
    fill_flags(self, job);
    record_make_pending(self, job);
    limits_add_submit(self->limits, job, record_pending_tasks(job));
    fill_priority(self, job);
    queue_independent(self, job);
    if (job->source->started_at != INSTANT_NEVER && job->source->nodes)
        start_as_given(self, job);
    sched_request(self);
}
