/* Tests of sim/world.h: who holds what. */
#include "tests/test.h"

#include "base/rng.h"
#include "tests/sim/kit.h"

static void what_is_taken_adds_up_and_comes_back(void **state)
{
    g_autoptr(Cluster) cluster = kit_cluster(2, 1, 4, 1);
    g_autoptr(World) world = NULL;
    g_autoptr(KitJob) a = NULL;
    g_autoptr(KitJob) b = NULL;
    g_autofree char *nodes_a = NULL;
    g_autofree char *nodes_b = NULL;

    (void)state;
    kit_finish(cluster);
    world = world_new(cluster);
    a = kit_job(cluster, kit_tasks(3));
    b = kit_job(cluster, kit_tasks(1));
    nodes_a = kit_start(world, a);
    nodes_b = kit_start(world, b);
    assert_string_equal(nodes_a, "n1");
    assert_string_equal(nodes_b, "n1");
    assert_int_equal(world->nodes[0].busy_cores, 4);
    assert_true(nodeset_has(world->full, 0));
    assert_false(nodeset_has(world->idle, 0));
    world_release(world, &a->job);
    assert_int_equal(world->nodes[0].busy_cores, 1);
    assert_int_equal(world->nodes[0].n_jobs, 1);
    assert_false(nodeset_has(world->full, 0));
    world_release(world, &b->job);
    assert_true(nodeset_has(world->idle, 0));
}

static void a_node_is_not_idle_while_a_job_cleans_up(void **state)
{
    g_autoptr(Cluster) cluster = kit_cluster(1, 1, 4, 1);
    g_autoptr(World) world = NULL;
    g_autoptr(KitJob) job = NULL;

    (void)state;
    kit_finish(cluster);
    world = world_new(cluster);
    job = kit_job(cluster, kit_tasks(1));
    g_free(kit_start(world, job));
    world_release(world, &job->job);
    world_completing(world, job->job.alloc, true);
    assert_true(nodeset_has(world->completing, 0));
    assert_false(nodeset_has(world->idle, 0));
    world_completing(world, job->job.alloc, false);
    assert_true(nodeset_has(world->idle, 0));
    assert_false(nodeset_has(world->completing, 0));
}

static void a_suspended_job_gives_up_its_cores_only(void **state)
{
    g_autoptr(Cluster) cluster = kit_cluster(1, 1, 4, 1);
    g_autoptr(World) world = NULL;
    g_autoptr(KitJob) job = NULL;

    (void)state;
    cluster->config.consume_memory = true;
    kit_finish(cluster);
    world = world_new(cluster);
    job = kit_job(cluster, kit_tasks(4));
    job->job.request->memory = (MemoryRule){500, false};
    job->job.request->memory_given = true;
    g_free(kit_start(world, job));
    world_suspend(world, &job->job, true);
    assert_int_equal(world->nodes[0].busy_cores, 0);
    assert_int_equal(world->nodes[0].memory, 500);
    world_suspend(world, &job->job, false);
    assert_int_equal(world->nodes[0].busy_cores, 4);
}

/* Whatever is taken and released in whatever order, in the end nothing is held. */
static void nothing_is_left_when_all_have_gone(void **state)
{
    g_autoptr(Cluster) cluster = kit_cluster(6, 2, 4, 2);
    g_autoptr(World) world = NULL;
    g_autoptr(Rng) rng = rng_new(11, 0, "world");
    KitJob *jobs[40] = {NULL};

    (void)state;
    kit_finish(cluster);
    world = world_new(cluster);
    for (int step = 0; step < 2000; step++) {
        KitJob **slot = &jobs[rng_below(rng, 40)];

        if (*slot) {
            if ((*slot)->job.alloc)
                world_release(world, &(*slot)->job);
            g_clear_pointer(slot, kit_job_free);
            continue;
        }
        *slot = kit_job(cluster, kit_tasks(1 + rng_below(rng, 20)));
        (*slot)->job.index = (uint32_t)step;
        g_free(kit_start(world, *slot));
    }
    for (int i = 0; i < 40; i++) {
        if (jobs[i] && jobs[i]->job.alloc)
            world_release(world, &jobs[i]->job);
        g_clear_pointer(&jobs[i], kit_job_free);
    }
    for (uint32_t n = 0; n < cluster->n_nodes; n++) {
        assert_int_equal(world->nodes[n].busy_cores, 0);
        assert_int_equal(world->nodes[n].n_jobs, 0);
        assert_true(nodeset_has(world->idle, n));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_taken_adds_up_and_comes_back),
        cmocka_unit_test(a_node_is_not_idle_while_a_job_cleans_up),
        cmocka_unit_test(a_suspended_job_gives_up_its_cores_only),
        cmocka_unit_test(nothing_is_left_when_all_have_gone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
