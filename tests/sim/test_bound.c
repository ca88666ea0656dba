/* Tests of sim/bound.h: counting must never forbid what the selector would do. */
#include "tests/test.h"

#include "base/rng.h"
#include "sim/bound.h"
#include "tests/sim/kit.h"

#define NODES 12

typedef struct {
    Cluster *cluster;
    World *world;
    GPtrArray *jobs; /* KitJob *, all of which run */
    uint32_t mark;
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

static KitJob *start(Stage *self, JobSpec *spec)
{
    KitJob *job = kit_job(self->cluster, spec);

    job->job.index = self->jobs->len;
    g_free(kit_start(self->world, job));
    if (!job->job.alloc) {
        kit_job_free(job);
        return NULL;
    }
    g_ptr_array_add(self->jobs, job);
    return job;
}

static PlaceQuery query_of(const Stage *self, const KitJob *job)
{
    PlaceQuery query = {.job = &job->job,
                        .candidates = self->cluster->partitions[0].nodes,
                        .mode = PLACE_PLAN,
                        .may_share = true};

    assert_true(place_node_counts(self->cluster, &job->job, 0, &query));
    return query;
}

static JobSpec *on_nodes(uint32_t nodes, JobSpec *spec)
{
    spec->min_nodes = spec->max_nodes = nodes;
    return spec;
}

/* Two nodes of 4 cores with 3 jobs:  n1 [aaa.]  n2 [bb..]  -> a job of 3 cores has to wait for a
 * or b, one of 4 on one node for all of a node. */
static void cores_come_free_job_by_job(void **state)
{
    g_autoptr(Stage) stage = stage_new(kit_cluster(2, 1, 4, 1));
    KitJob *a = start(stage, on_nodes(1, kit_tasks(3)));
    KitJob *b = start(stage, on_nodes(1, kit_tasks(2)));
    g_autoptr(KitJob) three = kit_job(stage->cluster, on_nodes(1, kit_tasks(3)));
    g_autoptr(KitJob) four = kit_job(stage->cluster, on_nodes(1, kit_tasks(4)));
    const PlaceView now = {.world = stage->world};
    PlaceQuery query = query_of(stage, three);
    Bound bound;

    (void)state;
    bound_open(&bound, &now, &query);
    assert_false(bound_may_fit(&bound));
    bound_without(&bound, &b->job);
    assert_true(bound_may_fit(&bound));
    assert_int_equal(nodeset_count(bound_candidates(&bound)), 1);
    assert_true(nodeset_has(bound_candidates(&bound), 1));
    bound_with(&bound, &b->job);
    assert_false(bound_may_fit(&bound));
    query = query_of(stage, four);
    bound_open(&bound, &now, &query);
    assert_false(bound_may_fit(&bound));
    bound_without(&bound, &a->job);
    assert_true(bound_may_fit(&bound));
    assert_true(nodeset_has(bound_freed(&bound), 0));
    assert_false(nodeset_has(bound_freed(&bound), 1));
}

static void the_cpus_of_all_nodes_count_too(void **state)
{
    g_autoptr(Stage) stage = stage_new(kit_cluster(3, 1, 4, 1));
    g_autoptr(KitJob) wide = kit_job(stage->cluster, kit_tasks(12));
    const PlaceView now = {.world = stage->world};
    PlaceQuery query = query_of(stage, wide);
    Bound bound;

    (void)state;
    bound_open(&bound, &now, &query);
    assert_true(bound_may_fit(&bound));
    start(stage, kit_tasks(1));
    bound_open(&bound, &now, &query);
    assert_false(bound_may_fit(&bound));
}

static void where_cores_are_shared_nothing_is_forbidden(void **state)
{
    Cluster *cluster = kit_cluster(1, 1, 4, 1);
    g_autoptr(Stage) stage = NULL;
    g_autoptr(KitJob) other = NULL;
    PlaceView now = {0};
    PlaceQuery query;
    Bound bound;

    (void)state;
    cluster->partitions[0].over_subscribe = SHARE_FORCE;
    cluster->partitions[0].max_share = 4;
    stage = stage_new(cluster);
    start(stage, kit_tasks(4));
    other = kit_job(stage->cluster, kit_tasks(4));
    now.world = stage->world;
    query = query_of(stage, other);
    bound_open(&bound, &now, &query);
    assert_true(bound_may_fit(&bound));
    assert_ptr_equal(bound_candidates(&bound), query.candidates);
}

static JobSpec *random_spec(Rng *rng)
{
    JobSpec *spec = kit_tasks(1 + rng_below(rng, 12));

    if (rng_below(rng, 3) == 0)
        spec->cpus_per_task = 1 + rng_below(rng, 3);
    if (rng_below(rng, 3) == 0) {
        spec->min_nodes = 1 + rng_below(rng, 4);
        spec->max_nodes = spec->min_nodes + rng_below(rng, 2);
    }
    if (rng_below(rng, 4) == 0)
        spec->mem_per_cpu = 200 + rng_below(rng, 2000);
    else if (rng_below(rng, 4) == 0)
        spec->mem = 100 + rng_below(rng, 9000);
    if (rng_below(rng, 6) == 0)
        spec->ntasks_per_node = 1 + rng_below(rng, 4);
    if (rng_below(rng, 5) == 0)
        spec->exclusive = EXCLUSIVE_NODE;
    if (rng_below(rng, 4) == 0)
        spec->gres = g_strdup_printf("gpu:%u", 1 + rng_below(rng, 4));
    else if (rng_below(rng, 4) == 0)
        spec->gpus = g_strdup_printf("%u", 1 + rng_below(rng, 9));
    return spec;
}

/* One that sbatch would take. */
static JobSpec *askable_spec(const Stage *self, Rng *rng)
{
    for (;;) {
        JobSpec *spec = random_spec(rng);
        g_autofree char *message = NULL;
        g_autoptr(JobRequest) request = request_build(self->cluster, spec, 0, 0, &message);

        if (request)
            return spec;
        job_spec_free(spec);
    }
}

/* Takes jobs away one by one; with the bound's candidates the selector finds the very nodes it
 * finds with all of them. */
static uint32_t check_views(Stage *self, const KitJob *job)
{
    const PlaceView now = {.world = self->world};
    PlaceView view = now;
    PlaceQuery query = query_of(self, job), bounded = query;
    uint32_t placed = 0;
    Bound bound;

    bound_open(&bound, &now, &query);
    for (guint i = 0; i <= self->jobs->len; i++) {
        g_autoptr(Allocation) all = NULL;
        g_autoptr(Allocation) some = NULL;
        const bool fits = place_find(&view, &query, &all) == PLACE_OK;

        bounded.candidates = bound_candidates(&bound);
        if (fits)
            assert_true(bound_may_fit(&bound));
        assert_int_equal(place_find(&view, &bounded, &some) == PLACE_OK, fits);
        assert_true(!fits || nodeset_equal(all->nodes, some->nodes));
        placed += fits;
        if (i == self->jobs->len)
            break;
        if (i == 0)
            view.mark = ++self->mark;
        ((KitJob *)self->jobs->pdata[i])->job.gone = view.mark;
        bound_without(&bound, &((KitJob *)self->jobs->pdata[i])->job);
        view.freed = bound_freed(&bound);
    }
    return placed;
}

/* Every third node has four GPUs. */
static Cluster *random_cluster(void)
{
    Cluster *cluster = kit_cluster(NODES, 2, 3, 2);
    const uint16_t gpu = cluster_gres_name(cluster, "gpu");

    for (uint32_t n = 0; n < NODES; n++) {
        cluster->nodes[n].weight = 1 + n / 5;
        if (n % 3)
            continue;
        cluster->nodes[n].gres = g_new0(NodeGres, 1);
        cluster->nodes[n].n_gres = 1;
        cluster->nodes[n].gres[0] = (NodeGres){.name = gpu, .type = GRES_ANY_TYPE, .count = 4};
    }
    cluster->config.consume_memory = true;
    return cluster;
}

static void nothing_that_fits_is_forbidden(void **state)
{
    g_autoptr(Rng) rng = rng_new(23, 0, "bound");
    g_autoptr(Stage) stage = stage_new(random_cluster());
    uint32_t placed = 0;

    (void)state;
    for (int round = 0; round < 1500; round++) {
        g_autoptr(KitJob) job = kit_job(stage->cluster, askable_spec(stage, rng));

        placed += check_views(stage, job);
        start(stage, askable_spec(stage, rng));
        while (stage->jobs->len > 8 || (stage->jobs->len && rng_below(rng, 4) == 0)) {
            const guint gone = rng_below(rng, stage->jobs->len);

            world_release(stage->world, &((KitJob *)stage->jobs->pdata[gone])->job);
            g_ptr_array_remove_index(stage->jobs, gone);
        }
    }
    assert_true(placed > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cores_come_free_job_by_job),
        cmocka_unit_test(the_cpus_of_all_nodes_count_too),
        cmocka_unit_test(where_cores_are_shared_nothing_is_forbidden),
        cmocka_unit_test(nothing_that_fits_is_forbidden),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
