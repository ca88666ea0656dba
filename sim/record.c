/* Job records: making them, splitting array tasks off, the lists they stand in, their runs. */
#include "sim/core.h"

static int by_index(const SimJob *a, const SimJob *b)
{
    return (a->index > b->index) - (a->index < b->index);
}

/* Where a record stands, or would stand, in a list ordered by index. */
static guint place_of(const GPtrArray *list, const SimJob *job)
{
    guint low = 0;
    guint high = list->len;

    while (low < high) {
        const guint middle = low + (high - low) / 2;

        if (by_index(g_ptr_array_index(list, middle), job) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void record_make_pending(Sim *self, SimJob *job)
{
    g_ptr_array_insert(self->pending, (gint)place_of(self->pending, job), job);
}

void record_leave_pending(Sim *self, SimJob *job)
{
    const guint at = place_of(self->pending, job);

    g_assert(at < self->pending->len && g_ptr_array_index(self->pending, at) == job);
    g_ptr_array_remove_index(self->pending, at);
}

static void add_record(Sim *self, SimJob *job)
{
    job->index = self->records->len;
    g_ptr_array_add(self->records, job);
    g_hash_table_insert(self->by_id, GUINT_TO_POINTER(job->id), job);
}

/* What was in the queue before the first second has been there since it was submitted. */
static Instant queued_since(const Sim *self, const LoadJob *source)
{
    if (source->started_at != INSTANT_NEVER || source->submit_at < self->options.begin_at)
        return MIN(source->submit_at, self->now);
    return self->now;
}

SimJob *record_new(Sim *self, uint32_t load)
{
    const LoadJob *source = g_ptr_array_index(self->loads, load);
    SimJob *job = g_new0(SimJob, 1);

    job->load = load;
    job->source = source;
    job->spec = source->spec;
    job->id = job->base_id = self->next_id++;
    job->task = COUNT_UNSET;
    job->state = JOB_PENDING;
    job->reason_tres = INDEX_NONE;
    job->submit_at = queued_since(self, source);
    job->begin_at = job->user_begin_at = job->accrue_at = INSTANT_NONE;
    job->start_at = job->end_at = job->suspended_at = INSTANT_NONE;
    job->preempt_at = job->preempted_other_at = job->switches_since = INSTANT_NONE;
    job->done_at = INSTANT_NEVER;
    job->limit = MINUTES_UNSET;
    job->run = INDEX_NONE;
    job->nice = source->spec->nice;
    job->tres_request = g_new0(uint64_t, TRES_MAX);
    add_record(self, job);
    return job;
}

uint32_t record_pending_tasks(const SimJob *job)
{
    if (!job->array || job->task != COUNT_UNSET)
        return 1;
    return job->array->n_tasks - job->array->next;
}

SimJob *record_split(Sim *self, SimJob *meta)
{
    SimArray *array = meta->array;
    SimJob *task = meta;

    if (!array || meta->task != COUNT_UNSET)
        return meta;
    g_assert(array->next < array->n_tasks);
    if (record_pending_tasks(meta) > 1) {
        task = g_memdup2(meta, sizeof *meta);
        task->id = self->next_id++;
        task->partitions = g_memdup2(meta->partitions, meta->n_partitions * sizeof(uint32_t));
        task->part_priority = g_memdup2(meta->part_priority, meta->n_partitions * sizeof(uint32_t));
        task->tres_request = g_memdup2(meta->tres_request, TRES_MAX * sizeof(uint64_t));
        task->depends = g_memdup2(meta->depends, meta->n_depends * sizeof(Dependency));
        for (uint32_t i = 0; i < task->n_depends; i++)
            task->depends[i].type = g_strdup(meta->depends[i].type);
        task->reservation = g_strdup(meta->reservation);
        meta->preempted_other_at = INSTANT_NONE; /* the next task need not wait for others' ends */
        add_record(self, task);
        record_make_pending(self, task);
        g_ptr_array_add(array->records, task);
    }
    task->position = array->order[array->next++];
    task->task = array->tasks[task->position];
    return task;
}

SimJob *record_task(Sim *self, SimJob *meta, uint32_t number)
{
    SimArray *array = meta->array;

    for (guint i = 0; i < array->records->len; i++) {
        SimJob *record = g_ptr_array_index(array->records, i);

        if (record->task == number)
            return record;
    }
    for (uint32_t i = array->next; i < array->n_tasks; i++) {
        const uint32_t position = array->order[i];

        if (array->tasks[position] != number)
            continue;
        memmove(&array->order[array->next + 1], &array->order[array->next],
                (i - array->next) * sizeof *array->order);
        array->order[array->next] = position;
        return record_split(self, meta);
    }
    return NULL;
}

static void array_free(SimArray *array)
{
    g_free(array->tasks);
    g_free(array->order);
    g_ptr_array_unref(array->records);
    g_free(array);
}

void record_free(SimJob *job)
{
    if (job->id == job->base_id) { /* the meta record owns what the array's records share */
        request_free(job->request);
        if (job->array)
            array_free(job->array);
    }
    for (uint32_t i = 0; i < job->n_depends; i++)
        g_free(job->depends[i].type);
    g_free(job->depends);
    g_free(job->partitions);
    g_free(job->part_priority);
    g_free(job->tres_request);
    g_free(job->tres_alloc);
    allocation_free(job->alloc);
    g_free(job->reservation);
    g_free(job);
}

static void fill_run(const Sim *self, const SimJob *job, SimRun *run)
{
    const bool over =
        job->state != JOB_RUNNING && job->state != JOB_SUSPENDED && job->state != JOB_PENDING;
    const char *tres =
        job->reason_tres == INDEX_NONE ? NULL : self->cluster->tres[job->reason_tres];

    g_free(run->nodes);
    *run = (SimRun){.job = job->load,
                    .task = job->task,
                    .attempt = job->attempt,
                    .slurm_id = job->id,
                    .submit_at = job->submit_at,
                    .eligible_at = job->begin_at == INSTANT_NONE ? INSTANT_NEVER : job->begin_at,
                    .start_at = job->start_at == INSTANT_NONE ? INSTANT_NEVER : job->start_at,
                    .end_at = over ? job->end_at : INSTANT_NEVER,
                    .state = job->state,
                    .partition = job->partition,
                    .qos = job->qos,
                    .limit = job->limit,
                    .cpus = job->alloc ? job->alloc->total_cpus : 0,
                    .suspended = job->suspended,
                    .priority = job->priority,
                    .billing = job->billable,
                    .reason = wait_reason_tres_name(job->reason, tres)};
    if (job->alloc)
        run->nodes = cluster_hostlist(self->cluster, job->alloc->nodes);
}

SimRun *record_run(Sim *self, SimJob *job)
{
    SimRun *run;

    if (job->run == INDEX_NONE) {
        job->run = self->runs->len;
        g_ptr_array_add(self->runs, g_new0(SimRun, 1));
    }
    run = g_ptr_array_index(self->runs, job->run);
    fill_run(self, job, run);
    return run;
}

void record_tell(Sim *self, SimJob *job)
{
    const SimRun *run = record_run(self, job);

    for (guint i = 0; i < self->agents->len; i++) {
        const SimAgent agent = g_array_index(self->agents, SimAgent, i);

        if (agent.changed)
            agent.changed(agent.self, self, run, self->now);
    }
}

static int by_start(const void *a, const void *b)
{
    const SimRun *x = *(const SimRun *const *)a;
    const SimRun *y = *(const SimRun *const *)b;

    if (x->start_at != y->start_at)
        return x->start_at < y->start_at ? -1 : 1;
    if (x->submit_at != y->submit_at)
        return x->submit_at < y->submit_at ? -1 : 1;
    if (x->slurm_id != y->slurm_id)
        return x->slurm_id < y->slurm_id ? -1 : 1;
    return (x->attempt > y->attempt) - (x->attempt < y->attempt);
}

/* Waiting jobs have no run of their own yet; each pending task of an array gets a row. */
static void add_waiting(Sim *self, const SimJob *job, GPtrArray *out)
{
    const SimArray *array = job->task == COUNT_UNSET ? job->array : NULL;
    const uint32_t n = array ? array->n_tasks - array->next : 1;

    for (uint32_t i = 0; i < n; i++) {
        SimRun *run = g_new0(SimRun, 1);

        fill_run(self, job, run);
        if (array)
            run->task = array->tasks[array->order[array->next + i]];
        g_ptr_array_add(self->waiting, run);
        g_ptr_array_add(out, run);
    }
}

GPtrArray *sim_runs(Sim *self)
{
    GPtrArray *out = g_ptr_array_sized_new(self->runs->len);

    for (guint i = 0; i < self->running->len; i++)
        record_run(self, g_ptr_array_index(self->running, i));
    for (guint i = 0; i < self->runs->len; i++)
        g_ptr_array_add(out, g_ptr_array_index(self->runs, i));
    g_ptr_array_set_size(self->waiting, 0);
    for (guint i = 0; i < self->pending->len; i++)
        add_waiting(self, g_ptr_array_index(self->pending, i), out);
    g_ptr_array_sort(out, by_start);
    return out;
}
