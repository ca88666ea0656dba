/* Other people's work as somebody who plans may see it. */
#include "planner/background.h"

#define OVERDUE 60 /* [s] what is left to a job that has outrun its limit already */

static const Partition *partition_of(const Cluster *cluster, const JobSpec *spec)
{
    g_auto(GStrv) names = NULL;
    uint32_t index = INDEX_NONE;

    if (spec->partition) {
        names = g_strsplit(spec->partition, ",", 2);
        index = cluster_find_partition(cluster, names[0]);
    } else {
        index = cluster_default_partition(cluster);
    }
    return index == INDEX_NONE ? NULL : &cluster->partitions[index];
}

Span background_limit(const Cluster *cluster, const JobSpec *spec)
{
    const Partition *partition = partition_of(cluster, spec);
    uint32_t minutes = spec->time_limit;

    if (minutes == MINUTES_UNSET && partition)
        minutes = partition->default_time != MINUTES_UNSET ? partition->default_time
                                                           : partition->max_time;
    if (minutes == MINUTES_UNSET || minutes == MINUTES_UNLIMITED)
        minutes = MINUTES_A_YEAR;
    return (Span)minutes * 60;
}

/* Which runs had ended by now, with the real run times: job * 2^32 + position of the task. */
static GHashTable *ended_by_now(const Problem *problem, const Load *known)
{
    GHashTable *ended = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    g_autoptr(Sim) sim = NULL;
    g_autoptr(GPtrArray) runs = NULL;

    if (problem->now <= problem->sim.begin_at)
        return ended;
    sim = sim_new(problem->cluster, &problem->sim);
    sim_load(sim, known);
    sim_run(sim, problem->now);
    runs = sim_runs(sim);
    for (guint i = 0; i < runs->len; i++) {
        const SimRun *run = g_ptr_array_index(runs, i);
        const uint32_t task = run->task == COUNT_UNSET ? 0 : run->task;

        if (run->end_at <= problem->now) {
            gint64 *key = g_new(gint64, 1);

            *key = (gint64)run->job << 32 | task;
            g_hash_table_add(ended, key);
        }
    }
    return ended;
}

static bool has_ended(GHashTable *ended, uint32_t job, uint32_t task)
{
    const gint64 key = (gint64)job << 32 | task;

    return g_hash_table_contains(ended, &key);
}

/* A job that runs since before has what is left of its limit. */
static Span runtime_to_limit(const Problem *problem, const LoadJob *job)
{
    const Span limit = background_limit(problem->cluster, job->spec);

    if (job->started_at == INSTANT_NEVER || job->started_at + limit > problem->now)
        return limit;
    return problem->now - job->started_at + OVERDUE;
}

static void blind_array(const Problem *problem, LoadJob *job, uint32_t index, GHashTable *ended)
{
    g_autoptr(GArray) tasks = NULL;
    const Span limit = runtime_to_limit(problem, job);
    const Span known = job->truth.runtime;
    uint32_t throttle;

    job->truth.runtime = limit;
    if (!job_array_parse(job->spec->array, &tasks, &throttle, NULL))
        return;
    if (!job->truth.task_runtime) {
        job->truth.task_runtime = g_new(Span, MAX(1, tasks->len));
        job->truth.n_tasks = tasks->len;
        for (guint i = 0; i < tasks->len; i++)
            job->truth.task_runtime[i] = known;
    }
    for (guint i = 0; i < MIN(tasks->len, job->truth.n_tasks); i++) {
        if (has_ended(ended, index, g_array_index(tasks, uint32_t, i)))
            continue;
        job->truth.task_runtime[i] = limit;
        if (job->truth.task_exit)
            job->truth.task_exit[i] = 0;
    }
}

/* What has not ended is expected to end well, at its limit. */
static void blind(const Problem *problem, LoadJob *job, uint32_t index, GHashTable *ended)
{
    if (job->spec->array) {
        blind_array(problem, job, index, ended);
    } else if (!has_ended(ended, index, 0)) {
        job->truth.runtime = runtime_to_limit(problem, job);
        job->truth.exit_code = 0;
    }
}

static LoadCommand *copy_command(const LoadCommand *from)
{
    LoadCommand *copy = g_new0(LoadCommand, 1);

    copy->at = from->at;
    copy->argv = g_strdupv(from->argv);
    copy->entry = from->entry;
    return copy;
}

Load *background_load(const Problem *problem)
{
    Load *known = load_new();
    g_autoptr(GHashTable) ended = NULL;

    for (guint i = 0; problem->load && i < problem->load->jobs->len; i++) {
        const LoadJob *job = g_ptr_array_index(problem->load->jobs, i);

        if (job->submit_at <= problem->now)
            g_ptr_array_add(known->jobs, load_job_copy(job));
    }
    for (guint i = 0; problem->load && i < problem->load->commands->len; i++) {
        const LoadCommand *command = g_ptr_array_index(problem->load->commands, i);

        if (command->at <= problem->now)
            g_ptr_array_add(known->commands, copy_command(command));
    }
    if (problem->known_runtimes)
        return known;
    ended = ended_by_now(problem, known);
    for (guint i = 0; i < known->jobs->len; i++)
        blind(problem, g_ptr_array_index(known->jobs, i), i, ended);
    return known;
}
