/* Tests of sim/place.h: which nodes and cores a job gets. Expected nodes are those a real Slurm
 * 22.05 and 24.11 gave (micro cases of the same name). */
#include "tests/test.h"

#include "base/rng.h"
#include "tests/reference/bestfit_slow.h"
#include "tests/sim/kit.h"

/* A cluster, the world on it, and the jobs started so far. */
typedef struct {
    Cluster *cluster;
    World *world;
    GPtrArray *jobs;
} Stage;

static Stage *stage_new(Cluster *cluster)
{
    Stage *self = g_new0(Stage, 1);

    kit_finish(cluster);
    self->cluster = cluster;
    self->world = world_new(cluster);
    self->jobs = g_ptr_array_new_with_free_func((GDestroyNotify)kit_job_free);
    return self;
}

static void stage_free(Stage *self)
{
    g_ptr_array_unref(self->jobs);
    world_free(self->world);
    cluster_free(self->cluster);
    g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stage, stage_free)

/* Starts a job; it must get @nodes ("" = none) and @cpus. Returns: it, for stage_end. */
static KitJob *starts_on(Stage *self, JobSpec *spec, const char *nodes, uint32_t cpus)
{
    KitJob *job = kit_job(self->cluster, spec);
    g_autofree char *got = NULL;

    job->job.index = self->jobs->len;
    got = kit_start(self->world, job);
    g_ptr_array_add(self->jobs, job);
    assert_string_equal(got, nodes);
    assert_int_equal(job->job.alloc ? job->job.alloc->total_cpus : 0, cpus);
    return job;
}

static JobSpec *on_nodes(uint32_t nodes, JobSpec *spec)
{
    spec->min_nodes = spec->max_nodes = nodes;
    return spec;
}

static JobSpec *constrained(const char *constraint, JobSpec *spec)
{
    spec->constraint = g_strdup(constraint);
    return spec;
}

static void small_jobs_go_where_they_fit_tightest(void **state)
{
    g_autoptr(Stage) stage = stage_new(kit_cluster(5, 1, 4, 1));

    (void)state;
    starts_on(stage, kit_tasks(3), "n1", 3);
    starts_on(stage, kit_tasks(2), "n2", 2);
    starts_on(stage, kit_tasks(1), "n1", 1);
    starts_on(stage, kit_tasks(2), "n2", 2);
    starts_on(stage, kit_tasks(5), "n[3-4]", 5);
    starts_on(stage, kit_tasks(1), "n4", 1);
    starts_on(stage, kit_tasks(6), "n[4-5]", 6);
    starts_on(stage, kit_tasks(1), "", 0);
}

static void tasks_over_several_nodes_leave_one_core_for_each(void **state)
{
    g_autoptr(Stage) stage = stage_new(kit_cluster(4, 1, 4, 1));

    (void)state;
    starts_on(stage, on_nodes(3, kit_tasks(6)), "n[1-3]", 6);
    starts_on(stage, on_nodes(2, kit_tasks(5)), "n[2-3]", 5);
    starts_on(stage, kit_tasks(3), "n4", 3);
}

static void light_nodes_come_first(void **state)
{
    Cluster *cluster = kit_cluster(3, 1, 4, 1);
    g_autoptr(Stage) stage = NULL;

    (void)state;
    cluster->nodes[0].weight = 30;
    cluster->nodes[1].weight = 20;
    cluster->nodes[2].weight = 10;
    stage = stage_new(cluster);
    starts_on(stage, kit_tasks(2), "n3", 2);
    starts_on(stage, kit_tasks(4), "n[2-3]", 4); /* though n2 alone would do */
    starts_on(stage, on_nodes(1, kit_tasks(4)), "n1", 4);
}

static void half_a_core_counts_as_a_whole_one(void **state)
{
    g_autoptr(Stage) stage = stage_new(kit_cluster(2, 1, 4, 2));
    JobSpec *spec = kit_tasks(1);

    (void)state;
    starts_on(stage, kit_tasks(1), "n1", 2);
    starts_on(stage, kit_tasks(3), "n1", 4);
    starts_on(stage, kit_tasks(2), "n1", 2);
    spec->cpus_per_task = 3;
    starts_on(stage, spec, "n2", 4);
    spec = kit_tasks(2);
    spec->threads_per_core = 1;
    starts_on(stage, spec, "n2", 4);
}

static void one_task_a_core_takes_whole_cores(void **state)
{
    g_autoptr(Stage) stage = stage_new(kit_cluster(2, 1, 4, 2));
    JobSpec *spec = kit_tasks(4);

    (void)state;
    spec->ntasks_per_core = 1;
    starts_on(stage, spec, "n1", 8);
}

static void mincpus_are_charged_until_24_11(void **state)
{
    Cluster *cluster = kit_cluster(1, 1, 4, 2);
    g_autoptr(Stage) stage = stage_new(cluster);
    JobSpec *spec = kit_tasks(1);

    (void)state;
    spec->min_cpus = 4;
    starts_on(stage, job_spec_copy(spec), "n1", 4);
    cluster->version = SLURM_24_11;
    starts_on(stage, spec, "n1", 2);
}

static void an_exclusive_job_wants_its_nodes_idle(void **state)
{
    g_autoptr(Stage) stage = stage_new(kit_cluster(2, 1, 4, 1));
    JobSpec *spec = kit_tasks(1);

    (void)state;
    starts_on(stage, kit_tasks(1), "n1", 1);
    spec->exclusive = EXCLUSIVE_NODE;
    starts_on(stage, job_spec_copy(spec), "n2", 4);
    starts_on(stage, kit_tasks(4), "", 0);
    starts_on(stage, spec, "", 0);
}

static void memory_limits_who_fits(void **state)
{
    Cluster *cluster = kit_cluster(2, 1, 4, 1);
    g_autoptr(Stage) stage = NULL;
    JobSpec *spec = kit_tasks(1);
    KitJob *first;

    (void)state;
    cluster->config.consume_memory = true;
    cluster->config.default_memory = (MemoryRule){500, true};
    stage = stage_new(cluster);
    spec->mem = 3000;
    first = starts_on(stage, spec, "n1", 1);
    assert_int_equal(first->job.alloc->shares[0].memory, 3000);
    starts_on(stage, kit_tasks(2), "n1", 2);
    spec = kit_tasks(2);
    spec->mem_per_cpu = 1500;
    starts_on(stage, spec, "n2", 2);
    spec = kit_tasks(1);
    spec->mem = 0; /* all of a node's */
    starts_on(stage, spec, "", 0);
}

static void features_choose_among_nodes(void **state)
{
    Cluster *cluster = kit_cluster(4, 1, 4, 1);
    g_autoptr(Stage) stage = NULL;

    (void)state;
    cluster->nodes[0].features = g_strsplit("fast", ",", 0);
    cluster->nodes[1].features = g_strsplit("fast,big", ",", 0);
    cluster->nodes[2].features = g_strsplit("big", ",", 0);
    stage = stage_new(cluster);
    starts_on(stage, constrained("fast&big", kit_tasks(1)), "n2", 1);
    starts_on(stage, constrained("fast", kit_tasks(4)), "n1", 4);
    starts_on(stage, constrained("[fast|big]", on_nodes(2, kit_tasks(2))), "n[2-3]", 2);
    starts_on(stage, constrained("big*2", on_nodes(3, kit_tasks(3))), "n[2-4]", 3);
}

static void max_cpus_per_node_holds_for_a_partition_together(void **state)
{
    Cluster *cluster = kit_cluster(2, 1, 4, 1);
    g_autoptr(Stage) stage = NULL;

    (void)state;
    cluster->partitions[0].max_cpus_per_node = 2;
    stage = stage_new(cluster);
    starts_on(stage, kit_tasks(2), "n1", 2);
    starts_on(stage, kit_tasks(1), "n2", 1);
    starts_on(stage, kit_tasks(2), "", 0);
    starts_on(stage, kit_tasks(1), "n2", 1);
}

/* n1, n2: two small GPUs; n3: four big ones; n4: none. */
static Cluster *gpu_cluster(void)
{
    Cluster *cluster = kit_cluster(4, 1, 4, 1);
    uint16_t gpu = cluster_gres_name(cluster, "gpu");
    uint16_t small = cluster_gres_type(cluster, "small"), big = cluster_gres_type(cluster, "big");

    for (int n = 0; n < 3; n++) {
        cluster->nodes[n].gres = g_new0(NodeGres, 1);
        cluster->nodes[n].n_gres = 1;
        cluster->nodes[n].gres[0] = (NodeGres){
            .name = gpu, .type = n < 2 ? small : big, .count = n < 2 ? 2 : 4, .has_file = true};
    }
    return cluster;
}

static void gpus_are_found_in_every_form(void **state)
{
    g_autoptr(Stage) stage = stage_new(gpu_cluster());
    JobSpec *spec = kit_tasks(1);

    (void)state;
    spec->gres = g_strdup("gpu:1");
    starts_on(stage, spec, "n1", 1);
    spec = kit_tasks(1);
    spec->gpus = g_strdup("2");
    starts_on(stage, spec, "n2", 1);
    spec = on_nodes(2, job_spec_new());
    spec->gpus_per_node = g_strdup("1");
    starts_on(stage, spec, "n[1,3]", 2);
    spec = kit_tasks(2);
    spec->gpus_per_task = g_strdup("1");
    starts_on(stage, spec, "n3", 2);
    spec = kit_tasks(1);
    spec->gres = g_strdup("gpu:big:1");
    starts_on(stage, spec, "n3", 1);
    assert_int_equal(stage->world->gres[2], 4);
    assert_int_equal(stage->world->devices[2], 0xf);
    spec = kit_tasks(1);
    spec->gpus = g_strdup("4");
    starts_on(stage, spec, "", 0);
}

static void cpus_and_memory_go_with_gpus(void **state)
{
    Cluster *cluster = gpu_cluster();
    g_autoptr(Stage) stage = NULL;
    JobSpec *spec = job_spec_new();
    KitJob *job;

    (void)state;
    cluster->config.consume_memory = true;
    cluster->config.default_memory = (MemoryRule){100, true};
    cluster->config.default_mem_per_gpu = 700;
    stage = stage_new(cluster);
    spec->gpus = g_strdup("2");
    spec->cpus_per_gpu = 2;
    job = starts_on(stage, spec, "n1", 4);
    assert_int_equal(job->job.alloc->shares[0].memory, 1400);
}

static void only_those_who_agree_share_cores(void **state)
{
    Cluster *cluster = kit_cluster(2, 1, 4, 1);
    g_autoptr(Stage) stage = NULL;
    JobSpec *sharing = kit_tasks(4);

    (void)state;
    cluster->partitions[0].over_subscribe = SHARE_YES;
    cluster->partitions[0].max_share = 2;
    sharing->oversubscribe = true;
    stage = stage_new(cluster);
    starts_on(stage, job_spec_copy(sharing), "n1", 4);
    starts_on(stage, kit_tasks(4), "n2", 4);
    starts_on(stage, job_spec_copy(sharing), "n1", 4);
    starts_on(stage, sharing, "", 0);
}

static void forced_sharing_fills_row_after_row(void **state)
{
    Cluster *cluster = kit_cluster(1, 1, 4, 1);
    g_autoptr(Stage) stage = NULL;

    (void)state;
    cluster->partitions[0].over_subscribe = SHARE_FORCE;
    cluster->partitions[0].max_share = 2;
    stage = stage_new(cluster);
    starts_on(stage, kit_tasks(3), "n1", 3);
    starts_on(stage, kit_tasks(4), "n1", 4);
    starts_on(stage, kit_tasks(1), "n1", 1);
    starts_on(stage, kit_tasks(1), "", 0);
}

static void the_least_loaded_node_comes_first_with_lln(void **state)
{
    Cluster *cluster = kit_cluster(3, 1, 4, 1);
    g_autoptr(Stage) stage = NULL;

    (void)state;
    cluster->config.lln = true;
    stage = stage_new(cluster);
    starts_on(stage, kit_tasks(2), "n1", 2);
    starts_on(stage, kit_tasks(1), "n2", 1);
    starts_on(stage, kit_tasks(1), "n3", 1);
    starts_on(stage, kit_tasks(1), "n2", 1);
}

static void serial_jobs_may_start_at_the_end(void **state)
{
    Cluster *cluster = kit_cluster(3, 1, 4, 1);
    g_autoptr(Stage) stage = NULL;

    (void)state;
    cluster->config.sched.pack_serial_at_end = true;
    stage = stage_new(cluster);
    starts_on(stage, kit_tasks(1), "n3", 1);
    starts_on(stage, kit_tasks(2), "n3", 2); /* not serial: the tightest fit */
}

static void add_switch(Cluster *cluster, const char *name, uint32_t level, const char *members)
{
    Switch *added = cluster_add_switch(cluster, name);

    added->level = level;
    added->members = g_strsplit(members, ",", 0);
}

static Cluster *tree_cluster(void)
{
    Cluster *cluster = kit_cluster(8, 1, 4, 1);

    cluster->config.topology = TOPOLOGY_TREE;
    add_switch(cluster, "s1", 0, "n1,n2,n3,n4");
    add_switch(cluster, "s2", 0, "n5,n6,n7,n8");
    add_switch(cluster, "top", 1, "s1,s2");
    return cluster;
}

static void nodes_of_one_leaf_switch_are_preferred(void **state)
{
    g_autoptr(Stage) stage = stage_new(tree_cluster());
    KitJob *job;

    (void)state;
    starts_on(stage, on_nodes(2, kit_tasks(8)), "n[1-2]", 8);
    job = starts_on(stage, on_nodes(3, kit_tasks(12)), "n[5-7]", 12);
    assert_int_equal(job->job.alloc->n_leaves, 1);
    job = starts_on(stage, on_nodes(3, kit_tasks(12)), "n[3-4,8]", 12);
    assert_int_equal(job->job.alloc->n_leaves, 2);
}

static void a_bound_on_leaves_makes_a_job_wait(void **state)
{
    g_autoptr(Stage) stage = stage_new(tree_cluster());
    g_autoptr(KitJob) job = NULL;
    PlaceView view = {.world = stage->world};
    PlaceQuery query = {
        .candidates = stage->cluster->partitions[0].nodes, .may_share = true, .max_leaves = 1};

    (void)state;
    job = kit_job(stage->cluster, on_nodes(5, kit_tasks(20)));
    query.job = &job->job;
    assert_true(place_node_counts(stage->cluster, &job->job, 0, &query));
    assert_int_equal(place_find(&view, &query, NULL), PLACE_BUSY);
    query.max_leaves = 0;
    assert_int_equal(place_find(&view, &query, NULL), PLACE_OK);
}

static void select_linear_gives_whole_nodes(void **state)
{
    Cluster *cluster = kit_cluster(3, 1, 4, 1);
    g_autoptr(Stage) stage = NULL;

    (void)state;
    cluster->config.select = SELECT_LINEAR;
    stage = stage_new(cluster);
    starts_on(stage, kit_tasks(1), "n1", 4);
    starts_on(stage, kit_tasks(5), "n[2-3]", 8);
    starts_on(stage, kit_tasks(1), "", 0);
}

static void a_gone_job_holds_nothing_in_its_view(void **state)
{
    g_autoptr(Stage) stage = stage_new(kit_cluster(1, 1, 4, 1));
    KitJob *first = starts_on(stage, kit_tasks(4), "n1", 4);
    KitJob *second = starts_on(stage, kit_tasks(4), "", 0);
    PlaceView view = {.world = stage->world, .mark = 7};
    PlaceQuery query = {.job = &second->job,
                        .candidates = stage->cluster->partitions[0].nodes,
                        .min_nodes = 1,
                        .max_nodes = 1,
                        .req_nodes = 1,
                        .may_share = true};

    (void)state;
    assert_int_equal(place_find(&view, &query, NULL), PLACE_BUSY);
    first->job.gone = 7;
    assert_int_equal(place_find(&view, &query, NULL), PLACE_OK);
    assert_int_equal(place_diagnose(stage->world, &query), PLACE_BUSY);
}

static void what_never_fits_is_told_from_what_does_not_now(void **state)
{
    g_autoptr(Stage) stage = stage_new(kit_cluster(2, 1, 4, 1));
    g_autoptr(KitJob) large = kit_job(stage->cluster, on_nodes(1, kit_tasks(5)));
    g_autoptr(KitJob) wide = kit_job(stage->cluster, on_nodes(2, kit_tasks(8)));
    JobSpec *spec = kit_tasks(1);
    g_autoptr(KitJob) fat = NULL;
    PlaceQuery query = {.candidates = stage->cluster->partitions[0].nodes, .may_share = true};

    (void)state;
    query.job = &large->job;
    assert_true(place_node_counts(stage->cluster, &large->job, 0, &query));
    assert_int_equal(place_diagnose(stage->world, &query), PLACE_NEVER);
    nodeset_drop(stage->world->up, 1);
    query.job = &wide->job;
    assert_true(place_node_counts(stage->cluster, &wide->job, 0, &query));
    assert_int_equal(place_diagnose(stage->world, &query), PLACE_NODES_DOWN);
    spec->mem = 90000;
    fat = kit_job(stage->cluster, spec);
    query.job = &fat->job;
    assert_string_equal(place_shortfall(stage->world, &query),
                        "Memory specification can not be satisfied");
}

static void node_counts_follow_job_and_partition(void **state)
{
    g_autoptr(Stage) stage = stage_new(kit_cluster(8, 1, 4, 1));
    Partition *partition = &stage->cluster->partitions[0];
    JobSpec *spec = kit_tasks(8);
    g_autoptr(KitJob) range = NULL;
    PlaceQuery query = {0};

    (void)state;
    spec->min_nodes = 2;
    spec->max_nodes = 6;
    range = kit_job(stage->cluster, spec);
    assert_true(place_node_counts(stage->cluster, &range->job, 0, &query));
    assert_int_equal(query.min_nodes, 2);
    assert_int_equal(query.max_nodes, 6);
    assert_int_equal(query.req_nodes, 6);
    partition->max_nodes = 4;
    partition->min_nodes = 3;
    assert_true(place_node_counts(stage->cluster, &range->job, 0, &query));
    assert_int_equal(query.min_nodes, 3);
    assert_int_equal(query.max_nodes, 4);
    partition->max_nodes = 2;
    assert_false(place_node_counts(stage->cluster, &range->job, 0, &query));
}

/* Random loads and jobs: the nodes are those the slow version takes. */
static void random_choices_agree_with_the_slow_version(void **state)
{
    g_autoptr(Rng) rng = rng_new(17, 0, "place");
    Cluster *cluster = kit_cluster(24, 1, 8, 1);
    g_autoptr(Stage) stage = NULL;
    uint32_t cpus[24], weight[24];
    bool taken[24];

    (void)state;
    for (uint32_t n = 0; n < 24; n++)
        cluster->nodes[n].weight = weight[n] = 1 + n / 9;
    stage = stage_new(cluster);
    for (int round = 0; round < 4000; round++) {
        KitJob *job = kit_job(cluster, kit_tasks(1 + rng_below(rng, 30)));
        g_autofree char *got = NULL;
        BestFit slow = {24, cpus, weight, job->job.request->min_cpus, 1, 1, job->spec->ntasks};
        bool fits;

        for (uint32_t n = 0; n < 24; n++)
            cpus[n] = 8 - stage->world->nodes[n].busy_cores;
        job->job.index = (uint32_t)round;
        got = kit_start(stage->world, job);
        fits = bestfit_slow(&slow, taken);
        g_ptr_array_add(stage->jobs, job);
        if (fits) {
            assert_non_null(job->job.alloc);
            for (uint32_t n = 0; n < 24; n++)
                assert_int_equal(nodeset_has(job->job.alloc->nodes, n), taken[n]);
        }
        if (!job->job.alloc || rng_below(rng, 2)) {
            guint gone = rng_below(rng, stage->jobs->len);
            KitJob *leaving = stage->jobs->pdata[gone];

            if (leaving->job.alloc)
                world_release(stage->world, &leaving->job);
            g_ptr_array_remove_index_fast(stage->jobs, gone);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_jobs_go_where_they_fit_tightest),
        cmocka_unit_test(tasks_over_several_nodes_leave_one_core_for_each),
        cmocka_unit_test(light_nodes_come_first),
        cmocka_unit_test(half_a_core_counts_as_a_whole_one),
        cmocka_unit_test(one_task_a_core_takes_whole_cores),
        cmocka_unit_test(mincpus_are_charged_until_24_11),
        cmocka_unit_test(an_exclusive_job_wants_its_nodes_idle),
        cmocka_unit_test(memory_limits_who_fits),
        cmocka_unit_test(features_choose_among_nodes),
        cmocka_unit_test(max_cpus_per_node_holds_for_a_partition_together),
        cmocka_unit_test(gpus_are_found_in_every_form),
        cmocka_unit_test(cpus_and_memory_go_with_gpus),
        cmocka_unit_test(only_those_who_agree_share_cores),
        cmocka_unit_test(forced_sharing_fills_row_after_row),
        cmocka_unit_test(the_least_loaded_node_comes_first_with_lln),
        cmocka_unit_test(serial_jobs_may_start_at_the_end),
        cmocka_unit_test(nodes_of_one_leaf_switch_are_preferred),
        cmocka_unit_test(a_bound_on_leaves_makes_a_job_wait),
        cmocka_unit_test(select_linear_gives_whole_nodes),
        cmocka_unit_test(a_gone_job_holds_nothing_in_its_view),
        cmocka_unit_test(what_never_fits_is_told_from_what_does_not_now),
        cmocka_unit_test(node_counts_follow_job_and_partition),
        cmocka_unit_test(random_choices_agree_with_the_slow_version),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
