/* Tests of sim/willrun.h: when a job could start by the time limits of what runs. */
#include "tests/test.h"

#include "sim/willrun.h"
#include "tests/sim/fixture.h"

enum { NODES = 4 };

/* Nodes n1 to n4 of 4 CPUs, on which "r<k>" runs on n<k> from second 1 on, each to its limit, and
 * one job that waits. */
typedef struct {
    Cluster *cluster;
    Load *load;
    Sim *sim;
    SimJob *waiting;
    NodeSet *candidates;
    Allocation *alloc;
    Instant at;
} Case;

static void add_job(Case *self, uint32_t limit, uint32_t cpus, Instant submit_at)
{
    g_autofree char *id = g_strdup_printf("r%u", self->load->jobs->len + 1);
    LoadJob *job = load_job_new(id);

    job->user = g_strdup("u");
    job->submit_at = submit_at;
    job->truth.runtime = 100000;
    job->spec->ntasks = cpus;
    job->spec->min_nodes = job->spec->max_nodes = cpus / 4;
    job->spec->time_limit = limit;
    g_ptr_array_add(self->load->jobs, job);
}

/* @limits: [min] of what runs on n1, n2, ...; 0 ends them. The waiting job wants @wanted nodes. */
static void case_init(Case *self, SlurmVersion version, const uint32_t *limits, uint32_t wanted)
{
    SimOptions options;

    *self = (Case){.cluster = fixture_cluster(version, NODES, 4), .load = load_new()};
    for (uint32_t i = 0; i < NODES; i++) {
        self->cluster->nodes[i].sockets = self->cluster->nodes[i].threads_per_core = 1;
        self->cluster->nodes[i].cores_per_socket = 4;
    }
    self->cluster->config.select = SELECT_CONS_TRES;
    self->cluster->config.select_set = true;
    self->cluster->config.consume = CONSUME_CORE;
    self->cluster->config.consume_memory = false;
    self->cluster->partitions[0].is_default = true;
    fixture_assoc(self->cluster, "a", NULL, NULL, 1);
    fixture_assoc(self->cluster, "a", "u", NULL, 1);
    fixture_finish(self->cluster);
    for (; *limits; limits++)
        add_job(self, *limits, 4, 0);
    add_job(self, 10, 4 * wanted, 20);
    sim_options_init(&options);
    self->sim = sim_new(self->cluster, &options);
    sim_load(self->sim, self->load);
    sim_run(self->sim, 30);
    self->waiting = g_ptr_array_index(self->sim->first, self->load->jobs->len - 1);
    assert_int_equal(self->waiting->state, JOB_PENDING);
    self->candidates = nodeset_copy(self->sim->world->up);
}

static void case_clear(Case *self)
{
    allocation_free(self->alloc);
    nodeset_free(self->candidates);
    sim_free(self->sim);
    load_free(self->load);
    cluster_free(self->cluster);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Case, case_clear)

static SimJob *running(const Case *self, uint32_t index)
{
    return g_ptr_array_index(self->sim->first, index);
}

static WillRun find(Case *self, Instant from, Instant until)
{
    const WillRunSpan span = {.from = from, .until = until};
    PlaceQuery query;

    assert_true(select_query(self->sim, self->waiting, &query));
    query.candidates = self->candidates;
    query.may_share = false;
    g_clear_pointer(&self->alloc, allocation_free);
    return willrun_find(self->sim, &query, &span, &self->at, &self->alloc);
}

/* r1 ends at 2 min, r2 at 3, r3 at 20: the first window begins at r1's end, and the next end is
 * within 30 s of its border only in the second case. */
static void the_answer_is_the_end_of_the_last_job_of_a_window(void **state)
{
    g_auto(Case) self = {0};

    (void)state;
    case_init(&self, SLURM_22_05, (const uint32_t[]){2, 3, 20, 20, 0}, 1);
    assert_int_equal(find(&self, 30, INSTANT_NEVER), WILLRUN_FOUND);
    assert_int_equal(self.at, running(&self, 0)->end_at);
    running(&self, 1)->end_at = running(&self, 0)->end_at + 30;
    sched_changed(self.sim);
    assert_int_equal(find(&self, 30, INSTANT_NEVER), WILLRUN_FOUND);
    assert_int_equal(self.at, running(&self, 1)->end_at);
}

/* n2 is no candidate. r2 ends soon after r1, so the window goes on; r2 is passed over, and r3 is
 * taken away although it ends much later: n1 would have done. */
static void a_job_of_other_nodes_lets_a_window_go_on(void **state)
{
    g_auto(Case) self = {0};

    (void)state;
    case_init(&self, SLURM_22_05, (const uint32_t[]){2, 20, 20, 60, 0}, 1);
    nodeset_drop(self.candidates, 1);
    assert_int_equal(find(&self, 30, INSTANT_NEVER), WILLRUN_FOUND);
    assert_int_equal(self.at, running(&self, 0)->end_at);
    running(&self, 1)->end_at = running(&self, 0)->end_at + 10;
    sched_changed(self.sim);
    assert_int_equal(find(&self, 30, INSTANT_NEVER), WILLRUN_FOUND);
    assert_int_equal(self.at, running(&self, 2)->end_at);
}

static void before_24_11_an_answer_after_the_span_is_late(void **state)
{
    g_auto(Case) self = {0};

    (void)state;
    case_init(&self, SLURM_24_05, (const uint32_t[]){20, 20, 20, 20, 0}, 1);
    assert_int_equal(find(&self, 30, 600), WILLRUN_LATE);
}

/* What ends after the span is never taken away; what ends before it is gone at once, and the answer
 * is then now, for the caller to move to where the span begins. */
static void since_24_11_the_span_decides_who_is_taken_away(void **state)
{
    g_auto(Case) self = {0};

    (void)state;
    case_init(&self, SLURM_24_11, (const uint32_t[]){2, 20, 20, 20, 0}, 2);
    assert_int_equal(find(&self, 30, 600), WILLRUN_NEVER);
    assert_int_equal(find(&self, 700, 1000), WILLRUN_NEVER);
    assert_int_equal(find(&self, 700, 1500), WILLRUN_FOUND);
    assert_int_equal(self.at, running(&self, 1)->end_at);
    assert_int_equal(find(&self, 1300, INSTANT_NEVER), WILLRUN_FOUND);
    assert_int_equal(self.at, self.sim->now);
}

static void now_only_waits_for_nobody(void **state)
{
    g_auto(Case) self = {0};
    const WillRunSpan span = {.from = 30, .until = INSTANT_NEVER, .now_only = true};
    PlaceQuery query;

    (void)state;
    case_init(&self, SLURM_22_05, (const uint32_t[]){2, 2, 2, 2, 0}, 1);
    assert_true(select_query(self.sim, self.waiting, &query));
    query.candidates = self.candidates;
    assert_int_equal(willrun_find(self.sim, &query, &span, &self.at, &self.alloc), WILLRUN_NEVER);
}

/* The answer is the end of some job, and no earlier than the first instant at which enough nodes
 * have come free. */
static void no_answer_is_before_enough_nodes_come_free(void **state)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(11);

    (void)state;
    for (int round = 0; round < 60; round++) {
        g_auto(Case) self = {0};
        const uint32_t wanted = (uint32_t)g_rand_int_range(random, 1, NODES + 1);
        uint32_t limits[NODES + 1] = {0};
        uint32_t ended = 0;
        bool is_an_end = false;

        for (uint32_t i = 0; i < NODES; i++)
            limits[i] = (uint32_t)g_rand_int_range(random, 1, 90);
        case_init(&self, SLURM_24_05, limits, wanted);
        assert_int_equal(find(&self, 30, INSTANT_NEVER), WILLRUN_FOUND);
        for (uint32_t i = 0; i < NODES; i++) {
            ended += running(&self, i)->end_at <= self.at;
            is_an_end = is_an_end || running(&self, i)->end_at == self.at;
        }
        assert_true(is_an_end);
        assert_in_range(ended, wanted, NODES);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_answer_is_the_end_of_the_last_job_of_a_window),
        cmocka_unit_test(a_job_of_other_nodes_lets_a_window_go_on),
        cmocka_unit_test(before_24_11_an_answer_after_the_span_is_late),
        cmocka_unit_test(since_24_11_the_span_decides_who_is_taken_away),
        cmocka_unit_test(now_only_waits_for_nobody),
        cmocka_unit_test(no_answer_is_before_enough_nodes_come_free),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
