/* scontrol update of jobs, nodes and partitions.
 * Source: Slurm job_mgr.c _update_job, node_mgr.c, partition_mgr.c; scontrol(1). */
#include "sim/calendar.h"
#include "sim/core.h"

static bool fail(GError **error, const char *message)
{
    return srx_fail(error, SRX_ERROR_INPUT, "%s", message);
}

static bool is_key(const char *key, const char *name)
{
    return g_ascii_strcasecmp(key, name) == 0;
}

/* ---- jobs ---- */

static void set_priority(Sim *self, SimJob *job, uint32_t priority)
{
    if (priority == 0) {
        queue_hold(self, job);
        job->reason = WAIT_HELD_ADMIN;
        return;
    }
    job->priority = priority;
    job->direct_priority = true;
    for (uint32_t i = 0; i < job->n_partitions; i++)
        job->part_priority[i] = priority;
}

static bool set_limit(Sim *self, SimJob *job, const char *value, GError **error)
{
    const bool more = *value == '+';
    const bool less = *value == '-' && g_ascii_isdigit(value[1]) && !g_str_equal(value, "-1");
    uint32_t minutes;

    if (!minutes_parse(value + (more || less), &minutes, error))
        return false;
    if (more)
        minutes = job->limit + minutes;
    else if (less)
        minutes = job->limit > minutes ? job->limit - minutes : 1;
    if (job->counted)
        limits_end(self->limits, job, self->now);
    job->limit = minutes;
    job->limit_by_system = false;
    if (job->state == JOB_RUNNING || job->state == JOB_SUSPENDED) {
        job->end_at = life_expected_end(job);
        limits_start(self->limits, job, self->now);
    }
    return true;
}

/* Every update ends in a new priority, whatever it changed and even if it failed. */
static void recompute(Sim *self, SimJob *job)
{
    if (job->priority != 0 && !job->direct_priority &&
        self->cluster->config.priority.type != PRIORITY_BASIC)
        priority_submit(self->priorities, job, self->now);
}

static bool set_qos(Sim *self, SimJob *job, const char *value, GError **error)
{
    const uint32_t qos = cluster_find_qos(self->cluster, value);

    if (qos == INDEX_NONE)
        return fail(error, "Invalid qos specification");
    if (qos == job->qos)
        return true;
    limits_remove_submit(self->limits, job, record_pending_tasks(job));
    queue_restart_age(self, job);
    job->qos = qos;
    limits_add_submit(self->limits, job, record_pending_tasks(job));
    return true;
}

static bool set_partition(Sim *self, SimJob *job, const char *value, GError **error)
{
    const uint32_t priority = job->priority;

    if (!submit_partitions(self, job, value))
        return fail(error, "Invalid partition name specified");
    if (job->direct_priority || priority == 0) {
        for (uint32_t i = 0; i < job->n_partitions; i++)
            job->part_priority[i] = priority;
    }
    return true;
}

static bool set_begin(Sim *self, SimJob *job, const char *value, GError **error)
{
    if (!calendar_parse(value, self->now, self->options.epoch, &job->user_begin_at, error))
        return false;
    job->begin_at = INSTANT_NONE;
    queue_restart_age(self, job);
    return true;
}

static bool set_pending_field(Sim *self, SimJob *job, const char *key, const char *value,
                              GError **error)
{
    if (job->state != JOB_PENDING)
        return fail(error, "Job is no longer pending execution");
    if (is_key(key, "Partition"))
        return set_partition(self, job, value, error);
    if (is_key(key, "QOS"))
        return set_qos(self, job, value, error);
    if (is_key(key, "StartTime") || is_key(key, "EligibleTime"))
        return set_begin(self, job, value, error);
    if (is_key(key, "ReservationName") || is_key(key, "Reservation")) {
        g_free(job->reservation);
        job->reservation = *value ? g_strdup(value) : NULL;
        return true;
    }
    if (is_key(key, "Dependency")) {
        job->n_depends = 0;
        job->reason = WAIT_NONE;
        return *value == '\0' || fail(error, "only Dependency= (none) can be simulated");
    }
    return srx_fail(error, SRX_ERROR_INPUT, "updating a job's %s is not simulated", key);
}

static bool set_job_field(Sim *self, SimJob *job, const char *key, const char *value,
                          GError **error)
{
    if (is_key(key, "Priority")) {
        set_priority(self, job, (uint32_t)g_ascii_strtoull(value, NULL, 10));
        return true;
    }
    if (is_key(key, "TimeLimit"))
        return set_limit(self, job, value, error);
    if (is_key(key, "Nice")) {
        job->nice = g_ascii_strtoll(value, NULL, 10);
        return true;
    }
    if (is_key(key, "ArrayTaskThrottle")) {
        if (job->array)
            job->array->throttle = (uint32_t)g_ascii_strtoull(value, NULL, 10);
        return true;
    }
    if (is_key(key, "JobName") || is_key(key, "Comment"))
        return true;
    return set_pending_field(self, job, key, value, error);
}

/* The throttle is the whole array's, whatever became of one task. */
static bool may_update(const SimJob *job, const char *key)
{
    return job->state == JOB_PENDING || job->state == JOB_RUNNING || job->state == JOB_SUSPENDED ||
           is_key(key, "ArrayTaskThrottle");
}

static bool update_job(Sim *self, SimJob *job, char *const *fields, GError **error)
{
    bool done = true;

    for (; done && *fields; fields++) {
        g_auto(GStrv) pair = g_strsplit(*fields, "=", 2);

        if (pair[0] && !may_update(job, pair[0]))
            return fail(error, "Job has already finished");
        if (pair[0] && pair[1])
            done = set_job_field(self, job, pair[0], pair[1], error);
    }
    recompute(self, job);
    return done;
}

/* The tasks of an array are one job: it is enough when some could be updated. */
static bool update_id(Sim *self, const char *id, char *const *fields, GError **error)
{
    g_autoptr(GPtrArray) jobs = scontrol_find_jobs(self, id);
    g_autoptr(GError) first = NULL;
    guint done = 0;

    if (jobs->len == 0)
        return fail(error, "Invalid job id specified");
    for (guint i = 0; i < jobs->len; i++)
        done += update_job(self, g_ptr_array_index(jobs, i), fields, first ? NULL : &first);
    if (done == 0)
        g_propagate_error(error, g_steal_pointer(&first));
    return done > 0;
}

static bool update_jobs(Sim *self, const char *ids, char *const *fields, GError **error)
{
    g_auto(GStrv) list = g_strsplit(ids, ",", -1);

    for (char **id = list; *id; id++) {
        if (!update_id(self, *id, fields, error))
            return false;
    }
    return true;
}

/* ---- nodes ---- */

static void end_jobs_on(Sim *self, uint32_t node)
{
    g_autoptr(GPtrArray) running = g_ptr_array_copy(self->running, NULL, NULL);

    for (guint i = 0; i < running->len; i++) {
        SimJob *job = g_ptr_array_index(running, i);

        if (!nodeset_has(job->alloc->nodes, node))
            continue;
        if (!life_requeue(self, job, JOB_NODE_FAIL))
            life_end(self, job, JOB_NODE_FAIL);
    }
}

static bool set_node_state(Sim *self, uint32_t node, const char *state, GError **error)
{
    NodeState *now = &self->cluster->nodes[node].state;

    if (is_key(state, "RESUME") && *now == NODE_UP)
        return fail(error, "Invalid node state specified"); /* node_mgr.c, as recorded */
    if (g_ascii_strncasecmp(state, "DRAIN", 5) == 0)
        *now = NODE_DRAIN;
    else if (is_key(state, "DOWN") || is_key(state, "FAIL"))
        *now = NODE_DOWN;
    else if (is_key(state, "RESUME") || is_key(state, "IDLE") || is_key(state, "UNDRAIN"))
        *now = NODE_UP;
    else
        return srx_fail(error, SRX_ERROR_INPUT, "node state %s is not simulated", state);
    if (*now == NODE_UP)
        nodeset_add(self->world->up, node);
    else
        nodeset_drop(self->world->up, node);
    if (*now != NODE_DOWN)
        return true;
    end_jobs_on(self, node);
    if (self->cluster->config.return_to_service == 2)
        timer_push(self, (Event){.at = self->now + self->options.epilog + 1,
                                 .kind = EVENT_NODE,
                                 .subject = node});
    return true;
}

void update_node_returns(Sim *self, uint32_t node)
{
    if (self->cluster->nodes[node].state != NODE_DOWN)
        return;
    self->cluster->nodes[node].state = NODE_UP;
    nodeset_add(self->world->up, node);
    self->commands++;
    sched_request(self);
}

static bool update_nodes(Sim *self, const char *names, char *const *fields, GError **error)
{
    g_autoptr(NodeSet) nodes = cluster_nodeset(self->cluster, names, NULL);

    if (!nodes)
        return fail(error, "Invalid node name specified");
    for (; *fields; fields++) {
        g_auto(GStrv) pair = g_strsplit(*fields, "=", 2);

        for (uint32_t n = nodeset_next(nodes, 0); n != NODE_NONE; n = nodeset_next(nodes, n + 1)) {
            if (pair[0] && pair[1] && is_key(pair[0], "State") &&
                !set_node_state(self, n, pair[1], error))
                return false;
            if (pair[0] && pair[1] && is_key(pair[0], "Weight"))
                self->cluster->nodes[n].weight = (uint32_t)g_ascii_strtoull(pair[1], NULL, 10);
        }
    }
    world_reweigh(self->world);
    return true;
}

/* ---- partitions ---- */

static bool set_partition_state(Partition *partition, const char *value, GError **error)
{
    static const char *const names[] = {"UP", "DOWN", "DRAIN", "INACTIVE"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (is_key(value, names[i])) {
            partition->state = (PartitionState)i;
            return true;
        }
    }
    return srx_fail(error, SRX_ERROR_INPUT,
                    "expected State=UP, DOWN, DRAIN or INACTIVE, found '%s'", value);
}

static bool set_partition_field(Sim *self, uint32_t index, const char *key, const char *value,
                                GError **error)
{
    Partition *partition = &self->cluster->partitions[index];

    if (is_key(key, "State"))
        return set_partition_state(partition, value, error);
    if (is_key(key, "MaxTime"))
        return minutes_parse(value, &partition->max_time, error);
    if (is_key(key, "DefaultTime"))
        return minutes_parse(value, &partition->default_time, error);
    if (is_key(key, "PriorityTier")) {
        partition->priority_tier = (uint16_t)g_ascii_strtoull(value, NULL, 10);
    } else if (is_key(key, "PriorityJobFactor")) {
        partition->priority_job_factor = (uint16_t)g_ascii_strtoull(value, NULL, 10);
        priority_book_factor(self->priorities, index, partition->priority_job_factor);
    } else if (is_key(key, "MaxNodes")) {
        uint64_t most;

        if (!count_parse(value, &most, error))
            return false;
        partition->max_nodes = most > UINT32_MAX ? UINT32_MAX : (uint32_t)most;
    } else {
        return srx_fail(error, SRX_ERROR_INPUT, "updating a partition's %s is not simulated", key);
    }
    return true;
}

static bool update_partition(Sim *self, const char *name, char *const *fields, GError **error)
{
    const uint32_t index = cluster_find_partition(self->cluster, name);

    if (index == INDEX_NONE)
        return fail(error, "Invalid partition name specified");
    for (; *fields; fields++) {
        g_auto(GStrv) pair = g_strsplit(*fields, "=", 2);

        if (pair[0] && pair[1] && !is_key(pair[0], "PartitionName") &&
            !set_partition_field(self, index, pair[0], pair[1], error))
            return false;
    }
    return true;
}

bool update_run(Sim *self, char *const *fields, GError **error)
{
    g_auto(GStrv) pair = g_strsplit(fields[0] ? fields[0] : "", "=", 2);
    const char *key = pair[0] ? pair[0] : "";
    const char *value = pair[0] && pair[1] ? pair[1] : "";
    bool done;

    if (is_key(key, "JobId") || is_key(key, "Job"))
        done = update_jobs(self, value, fields + 1, error);
    else if (is_key(key, "NodeName") || is_key(key, "Node"))
        done = update_nodes(self, value, fields + 1, error);
    else if (is_key(key, "PartitionName") || is_key(key, "Partition"))
        done = update_partition(self, value, fields + 1, error);
    else if (g_ascii_strncasecmp(key, "Reservation", 11) == 0)
        return reservation_command(self, "update", fields, error);
    else
        return fail(error, "expected JobId=, NodeName=, PartitionName= or ReservationName= first");
    sched_request(self);
    return done;
}
