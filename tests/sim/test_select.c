/* Tests of sim/select.c: what a job that cannot start does to those behind it. */
#include "tests/test.h"

#include "sim/core.h"
#include "tests/sim/fixture.h"

/* batch has n1 and n2, side n2 and n3, each of 4 CPUs. "long" holds n1; "wide", which wants all of
 * batch, keeps its nodes from all that come later. */
typedef struct {
    Cluster *cluster;
    Load *load;
    Sim *sim;
} Case;

static LoadJob *add_job(Case *self, const char *id, const char *partition, uint32_t cpus)
{
    LoadJob *job = load_job_new(id);

    job->user = g_strdup("u");
    job->submit_at = self->load->jobs->len;
    job->truth.runtime = 1000;
    job->spec->ntasks = cpus;
    job->spec->time_limit = 60;
    job->spec->partition = g_strdup(partition);
    g_ptr_array_add(self->load->jobs, job);
    return job;
}

static void case_init(Case *self)
{
    Partition *side;

    *self = (Case){.cluster = fixture_cluster(SLURM_24_05, 3, 4), .load = load_new()};
    for (uint32_t i = 0; i < 3; i++) {
        self->cluster->nodes[i].sockets = self->cluster->nodes[i].threads_per_core = 1;
        self->cluster->nodes[i].cores_per_socket = 4;
    }
    self->cluster->config.select = SELECT_CONS_TRES;
    self->cluster->config.select_set = true;
    self->cluster->config.consume = CONSUME_CORE;
    self->cluster->config.consume_memory = false;
    side = cluster_add_partition(self->cluster, "side");
    side->node_text = g_strdup("n[2-3]");
    g_free(self->cluster->partitions[0].node_text);
    self->cluster->partitions[0].node_text = g_strdup("n[1-2]");
    self->cluster->partitions[0].is_default = true;
    fixture_assoc(self->cluster, "a", NULL, NULL, 1);
    fixture_assoc(self->cluster, "a", "u", NULL, 1);
    fixture_finish(self->cluster);
    add_job(self, "long", NULL, 4);
    add_job(self, "wide", NULL, 8);
}

/* The nodes the last job has by second 15, before the first cycle of backfill. */
static char *nodes_of_last(Case *self)
{
    g_autoptr(GPtrArray) runs = NULL;
    SimOptions options;
    char *nodes = NULL;

    sim_options_init(&options);
    options.phase = 1;
    self->sim = sim_new(self->cluster, &options);
    sim_load(self->sim, self->load);
    sim_run(self->sim, 15);
    runs = sim_runs(self->sim);
    for (guint i = 0; i < runs->len; i++) {
        const SimRun *run = g_ptr_array_index(runs, i);

        if (run->job == self->load->jobs->len - 1)
            nodes = g_strdup(run->nodes);
    }
    return nodes;
}

static void case_clear(Case *self)
{
    sim_free(self->sim);
    load_free(self->load);
    cluster_free(self->cluster);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Case, case_clear)

/* "both" wants n2 and n3, of which n2 is wide's: it waits for no node of its own */
static void a_job_that_unblocked_nodes_cannot_hold_blocks_nobody(void **state)
{
    g_auto(Case) self = {0};
    g_autofree char *nodes = NULL;

    (void)state;
    case_init(&self);
    add_job(&self, "both", "side", 8);
    add_job(&self, "small", "side", 1);
    nodes = nodes_of_last(&self);
    assert_non_null(nodes);
    assert_string_equal(nodes, "n3");
}

/* "first" holds n3, "whole" could have it once that has gone: it keeps it from "small" */
static void one_that_they_could_hold_blocks_its_partition(void **state)
{
    g_auto(Case) self = {0};
    g_autofree char *nodes = NULL;

    (void)state;
    case_init(&self);
    add_job(&self, "first", "side", 3);
    add_job(&self, "whole", "side", 4);
    add_job(&self, "small", "side", 1);
    nodes = nodes_of_last(&self);
    assert_null(nodes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_that_unblocked_nodes_cannot_hold_blocks_nobody),
        cmocka_unit_test(one_that_they_could_hold_blocks_its_partition),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
