/* Node choice against recordings of a real Slurm: every recorded start is placed anew in the state
 * that really was, and should get the very nodes. */
#include "tests/test.h"

#include "base/diag.h"
#include "sim/place.h"
#include "sim/state.h"
#include "slurmio/sacctmgr.h"
#include "slurmio/sbatchopts.h"
#include "slurmio/slurmconf.h"
#include <jansson.h>
#include <stdlib.h>

/* One recorded run. */
typedef struct {
    SimJob job;
    LoadJob source;
    char *name, *partition, *nodes;
    Instant start, end;
    int64_t priority;
    uint32_t id, cpus;
} Run;

typedef struct {
    uint32_t starts, agree, cpus_agree;
} Score;

static void run_free(gpointer data)
{
    Run *run = data;

    allocation_free(run->job.alloc);
    request_free(run->job.request);
    g_free(run->name);
    g_free(run->partition);
    g_free(run->nodes);
    g_free(run);
}

static const char *field(json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text ? text : "";
}

static json_t *load_json(const char *directory, const char *name)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);

    return json_load_file(path, 0, NULL);
}

/* sbatch options by job id. */
static GHashTable *load_specs(json_t *jobs)
{
    GHashTable *specs =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)job_spec_free);
    json_t *job;
    size_t i;

    json_array_foreach(jobs, i, job)
    {
        json_t *args = json_object_get(job, "args"), *arg;
        g_autoptr(GPtrArray) argv = g_ptr_array_new();
        g_autoptr(Diags) diags = diags_new();
        JobSpec *spec = job_spec_new();
        size_t k;

        json_array_foreach(args, k, arg) g_ptr_array_add(argv, g_strdup(json_string_value(arg)));
        g_ptr_array_add(argv, NULL);
        sbatchopts_parse((char *const *)argv->pdata, spec, "", 0, diags);
        g_hash_table_insert(specs, g_strdup(field(job, "id")), spec);
        for (guint a = 0; a < argv->len; a++)
            g_free(argv->pdata[a]);
    }
    return specs;
}

static Run *read_run(const Cluster *cluster, const char *name, const JobSpec *spec, json_t *json)
{
    Run *run = g_new0(Run, 1);
    g_autofree char *message = NULL;

    run->name = g_strdup(name);
    run->partition = g_strdup(field(json, "Partition"));
    run->nodes = g_strdup(field(json, "NodeList"));
    run->start = json_integer_value(json_object_get(json, "Start"));
    run->end = json_integer_value(json_object_get(json, "End"));
    run->priority = atoll(field(json, "Priority"));
    run->id = (uint32_t)atoi(field(json, "JobIDRaw"));
    run->cpus = (uint32_t)atoi(field(json, "NCPUS"));
    run->job.spec = spec;
    run->job.qos = cluster_find_qos(cluster, field(json, "QOS"));
    run->job.partition = cluster_find_partition(cluster, run->partition);
    run->job.request = request_build(cluster, spec, 0, 0, &message);
    return run;
}

static int compare_runs(gconstpointer a, gconstpointer b)
{
    const Run *x = *(Run *const *)a, *y = *(Run *const *)b;

    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    if (x->priority != y->priority)
        return x->priority > y->priority ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static GPtrArray *load_runs(const Cluster *cluster, GHashTable *specs, json_t *recording)
{
    GPtrArray *runs = g_ptr_array_new_with_free_func(run_free);
    json_t *job, *json;
    size_t i, k;

    json_array_foreach(json_object_get(recording, "jobs"), i, job)
    {
        const JobSpec *spec = g_hash_table_lookup(specs, field(job, "id"));

        json_array_foreach(json_object_get(job, "runs"), k, json)
        {
            Run *run = read_run(cluster, field(job, "id"), spec, json);

            run->job.index = runs->len;
            if (json_is_integer(json_object_get(json, "Start")) && run->job.request &&
                run->job.partition != INDEX_NONE && !strstr(run->nodes, "None"))
                g_ptr_array_add(runs, run);
            else
                run_free(run);
        }
    }
    g_ptr_array_sort(runs, compare_runs);
    return runs;
}

static void end_before(World *world, GPtrArray *runs, guint n, Instant now)
{
    for (guint i = 0; i < n; i++) {
        Run *run = runs->pdata[i];

        if (!run->job.alloc || run->end > now)
            continue;
        world_release(world, &run->job);
        g_clear_pointer(&run->job.alloc, allocation_free);
    }
}

/* Nodes of jobs that ended in the last second: they may still be completing. */
static NodeSet *fresh_nodes(const Cluster *cluster, GPtrArray *runs, Instant now)
{
    NodeSet *nodes = nodeset_new(cluster->n_nodes);

    for (guint i = 0; i < runs->len; i++) {
        const Run *run = runs->pdata[i];
        g_autoptr(NodeSet) its = NULL;

        if (run->end != now && run->end != now - 1)
            continue;
        its = cluster_nodeset(cluster, run->nodes, NULL);
        nodeset_or(nodes, its);
    }
    return nodes;
}

/* Running jobs that this one may suspend (preempt/qos). */
static GPtrArray *preemptees(const World *world, const Run *run)
{
    const Cluster *cluster = world->cluster;
    GPtrArray *victims = g_ptr_array_new();

    if (cluster->config.preempt != PREEMPT_QOS || run->job.qos == INDEX_NONE ||
        !(cluster->config.preempt_mode & PREEMPT_SUSPEND))
        return victims;
    for (uint32_t n = 0; n < cluster->n_nodes; n++) {
        for (uint16_t i = 0; i < world->nodes[n].n_jobs; i++) {
            SimJob *other = world->nodes[n].jobs[i].job;

            if (other->qos != INDEX_NONE && cluster->qos[run->job.qos].preempts &&
                cluster->qos[run->job.qos].preempts[other->qos] &&
                !g_ptr_array_find(victims, other, NULL))
                g_ptr_array_add(victims, other);
        }
    }
    return victims;
}

static PlaceAnswer place(const World *world, Run *run, const NodeSet *candidates, bool counts,
                         Allocation **out)
{
    PlaceView view = {.world = world};
    PlaceQuery query = {.job = &run->job,
                        .partition = run->job.partition,
                        .candidates = candidates,
                        .may_share = true};
    g_autoptr(GPtrArray) victims = preemptees(world, run);

    query.extra_row = victims->len > 0;
    query.preemptees = victims->len ? victims : NULL;

    place_node_counts(world->cluster, &run->job, run->job.partition, &query);
    if (counts)
        query.min_nodes = query.req_nodes = query.max_nodes = nodeset_count(candidates);
    return place_find(&view, &query, out);
}

/* Would it get the nodes it really got? Then it takes them. */
static bool start_alike(World *world, Run *run, const NodeSet *fresh, Score *score)
{
    const Cluster *cluster = world->cluster;
    g_autoptr(NodeSet) all = nodeset_copy(cluster->partitions[run->job.partition].nodes);
    g_autoptr(NodeSet) real = cluster_nodeset(cluster, run->nodes, NULL);
    g_autoptr(Allocation) found = NULL;

    assert_non_null(real);
    place(world, run, all, false, &found);
    if (!found || !nodeset_equal(found->nodes, real)) {
        g_clear_pointer(&found, allocation_free);
        nodeset_remove(all, fresh);
        place(world, run, all, false, &found);
    }
    if (!found || !nodeset_equal(found->nodes, real))
        return false;
    score->agree++;
    score->cpus_agree += found->total_cpus == run->cpus;
    run->job.alloc = g_steal_pointer(&found);
    world_take(world, &run->job);
    return true;
}

/* For whoever looks into a disagreement: SRX_REPLAY=1 in the environment. */
static void tell_difference(const World *world, Run *run)
{
    const Cluster *cluster = world->cluster;
    g_autoptr(Allocation) found = NULL;
    g_autofree char *ours = NULL;

    if (!getenv("SRX_REPLAY"))
        return;
    place(world, run, cluster->partitions[run->job.partition].nodes, false, &found);
    ours = found ? cluster_hostlist(cluster, found->nodes) : g_strdup("none");
    print_message("  %s at %d: %s/%u, here %s\n", run->name, (int)run->start, run->nodes, run->cpus,
                  ours);
}

/* On the nodes it really got; all of them, even if fewer would do. */
static void place_on(const World *world, Run *run, const NodeSet *real)
{
    place(world, run, real, false, &run->job.alloc);
    if (run->job.alloc && nodeset_equal(run->job.alloc->nodes, real))
        return;
    g_clear_pointer(&run->job.alloc, allocation_free);
    place(world, run, real, true, &run->job.alloc);
}

/* It takes the nodes it really got, whatever would have been chosen. */
static void start_forced(World *world, GPtrArray *runs, Run *run, Score *score)
{
    g_autoptr(NodeSet) real = cluster_nodeset(world->cluster, run->nodes, NULL);

    tell_difference(world, run);
    place_on(world, run, real);
    if (!run->job.alloc) { /* its victims may be recorded to end a little later */
        end_before(world, runs, runs->len, run->start + 3);
        place_on(world, run, real);
    }
    if (!run->job.alloc)
        return;
    score->cpus_agree += run->job.alloc->total_cpus == run->cpus;
    world_take(world, &run->job);
}

/* Runs of one second: in which order Slurm placed them is not recorded, so any order may do. */
static void replay_second(World *world, GPtrArray *runs, guint from, guint to, Score *score)
{
    g_autoptr(NodeSet) fresh =
        fresh_nodes(world->cluster, runs, ((const Run *)runs->pdata[from])->start);
    guint left = to - from;

    score->starts += left;
    while (left > 0) {
        Run *first = NULL;
        bool alike = false;

        for (guint i = from; i < to && !alike; i++) {
            Run *run = runs->pdata[i];

            if (run->job.gone)
                continue;
            first = first ? first : run;
            alike = start_alike(world, run, fresh, score);
            run->job.gone = alike;
        }
        if (!alike) {
            start_forced(world, runs, first, score);
            first->job.gone = 1;
        }
        left--;
    }
}

static bool replay(const char *directory, Score *score)
{
    g_autofree char *accounting = g_build_filename(directory, "accounting.txt", NULL);
    g_autofree char *conf = g_build_filename(directory, "slurm.conf", NULL);
    g_autoptr(Diags) diags = diags_new();
    json_t *recording = load_json(directory, "recording.json");
    json_t *jobs = load_json(directory, "jobs.json");
    SlurmVersion version = SLURM_VERSION_DEFAULT;
    g_autoptr(Cluster) cluster = NULL;
    g_autoptr(GHashTable) specs = NULL;
    g_autoptr(GPtrArray) runs = NULL;
    g_autoptr(World) world = NULL;

    if (!recording || !jobs)
        return false;
    version_parse(field(json_object_get(recording, "meta"), "slurm"), &version);
    cluster = cluster_new(version);
    if (!slurmconf_load(conf, cluster, diags))
        return false;
    if (g_file_test(accounting, G_FILE_TEST_EXISTS))
        sacctmgr_load(accounting, cluster, diags);
    if (!cluster_finish(cluster, diags))
        return false;
    specs = load_specs(jobs);
    runs = load_runs(cluster, specs, recording);
    world = world_new(cluster);
    for (guint i = 0, to = 0; i < runs->len; i = to) {
        Instant now = ((const Run *)runs->pdata[i])->start;

        while (to < runs->len && ((const Run *)runs->pdata[to])->start == now)
            to++;
        end_before(world, runs, i, now);
        replay_second(world, runs, i, to, score);
    }
    json_decref(recording);
    json_decref(jobs);
    return true;
}

static int compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void replay_all(const char *kind, Score *total)
{
    static const char *const versions[] = {"22.05", "24.11"};

    for (size_t v = 0; v < G_N_ELEMENTS(versions); v++) {
        g_autofree char *folder = g_build_filename(SRX_SHARED_DIR, kind, versions[v], NULL);
        GDir *dir = g_dir_open(folder, 0, NULL);
        g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
        const char *name;

        while (dir && (name = g_dir_read_name(dir)))
            g_ptr_array_add(names, g_strdup(name));
        g_ptr_array_sort(names, compare_names);
        for (guint i = 0; i < names->len; i++) {
            g_autofree char *directory = g_build_filename(folder, names->pdata[i], NULL);
            Score score = {0};

            if (!replay(directory, &score))
                continue;
            if (score.agree < score.starts || score.cpus_agree < score.starts)
                print_message("%s/%s: nodes %u, cpus %u of %u\n", versions[v],
                              (char *)names->pdata[i], score.agree, score.cpus_agree, score.starts);
            total->starts += score.starts;
            total->agree += score.agree;
            total->cpus_agree += score.cpus_agree;
        }
        if (dir)
            g_dir_close(dir);
    }
    print_message("%s: %u of %u starts on the very nodes, %u with the very CPUs\n", kind,
                  total->agree, total->starts, total->cpus_agree);
}

static void place_agrees_with_the_micro_cases(void **state)
{
    Score score = {0};

    (void)state;
    replay_all("micro", &score);
    if (score.starts == 0) {
        print_message("no recordings in " SRX_SHARED_DIR "\n");
        skip();
    }
    /* Left over: nodes a backfill plan kept free (partition_access), ExclusiveUser, which is not
     * place_find's business, and ties (cancel_partition, requeue_partition). */
    assert_true(score.agree + 12 >= score.starts);
    assert_int_equal(score.cpus_agree, score.starts);
}

static void place_agrees_with_the_recordings(void **state)
{
    Score score = {0};

    (void)state;
    replay_all("recordings", &score);
    if (score.starts == 0) {
        print_message("no recordings in " SRX_SHARED_DIR "\n");
        skip();
    }
    /* Backfilled jobs see fewer nodes than are free here: what a plan keeps is not recorded. */
    assert_true(score.agree * 100 >= score.starts * 87);
    assert_true(score.cpus_agree * 100 >= score.starts * 98);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(place_agrees_with_the_micro_cases),
        cmocka_unit_test(place_agrees_with_the_recordings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
