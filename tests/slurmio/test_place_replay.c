/* Node choice against recordings of a real Slurm: every recorded start is placed anew in the state
 * that really was, and should get the very nodes. */
#include "tests/test.h"

#include "base/diag.h"
#include "sim/place.h"
#include "sim/state.h"
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
    run->job.qos = INDEX_NONE;
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

        if (run->job.alloc && run->end <= now) {
            world_release(world, &run->job);
            g_clear_pointer(&run->job.alloc, allocation_free);
        }
    }
}

static PlaceAnswer place(const World *world, Run *run, const NodeSet *candidates, bool counts,
                         Allocation **out)
{
    PlaceView view = {.world = world};
    PlaceQuery query = {.job = &run->job,
                        .partition = run->job.partition,
                        .candidates = candidates,
                        .may_share = true};

    place_node_counts(world->cluster, &run->job, run->job.partition, &query);
    if (counts)
        query.min_nodes = query.req_nodes = query.max_nodes = nodeset_count(candidates);
    return place_find(&view, &query, out);
}

/* Places it anew; then holds the nodes it really got. */
static void replay_start(World *world, Run *run, Score *score)
{
    const Cluster *cluster = world->cluster;
    g_autoptr(NodeSet) all = nodeset_copy(cluster->partitions[run->job.partition].nodes);
    g_autoptr(NodeSet) real = cluster_nodeset(cluster, run->nodes, NULL);
    g_autoptr(Allocation) found = NULL;
    bool same;

    assert_non_null(real);
    if (run->job.request->excluded)
        nodeset_remove(all, run->job.request->excluded);
    place(world, run, all, false, &found);
    same = found && nodeset_equal(found->nodes, real);
    score->starts++;
    score->agree += same;
    score->cpus_agree += found && found->total_cpus == run->cpus;
    if (getenv("SRX_REPLAY") && (!same || found->total_cpus != run->cpus)) {
        g_autofree char *ours = found ? cluster_hostlist(cluster, found->nodes) : NULL;

        print_message("  %s at %d: %s/%u, here %s/%u\n", run->name, (int)run->start, run->nodes,
                      run->cpus, ours ? ours : "none", found ? found->total_cpus : 0);
    }
    if (same)
        run->job.alloc = g_steal_pointer(&found);
    else
        place(world, run, real, true, &run->job.alloc);
    if (run->job.alloc)
        world_take(world, &run->job);
}

static bool replay(const char *directory, Score *score)
{
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
    if (!slurmconf_load(conf, cluster, diags) || !cluster_finish(cluster, diags))
        return false;
    specs = load_specs(jobs);
    runs = load_runs(cluster, specs, recording);
    world = world_new(cluster);
    for (guint i = 0; i < runs->len; i++) {
        Run *run = runs->pdata[i];

        end_before(world, runs, i, run->start);
        replay_start(world, run, score);
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
    if (score.starts == 0)
        skip();
}

static void place_agrees_with_the_recordings(void **state)
{
    Score score = {0};

    (void)state;
    replay_all("recordings", &score);
    if (score.starts == 0)
        skip();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(place_agrees_with_the_micro_cases),
        cmocka_unit_test(place_agrees_with_the_recordings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
