/* Tests of sim/tentative.h: what is done in place and taken back leaves no trace. */
#include "tests/test.h"

#include "base/rng.h"
#include "sim/tentative.h"
#include "tests/sim/fixture.h"

enum { NODES = 3, CPUS = 4, LICENSES = 5 };

typedef struct {
    Cluster *cluster;
    Load *load;
    Sim *sim;
    Tentative *tentative;
} Case;

static void add_job(Case *self, const char *id, Instant submit_at, uint32_t cpus)
{
    LoadJob *job = load_job_new(id);

    job->user = g_strdup("u");
    job->submit_at = submit_at;
    job->truth.runtime = 6000;
    job->spec->ntasks = cpus;
    job->spec->time_limit = 200;
    job->spec->licenses = g_strdup("sw:1");
    if (g_str_has_prefix(id, "array"))
        job->spec->array = g_strdup("0-2");
    g_ptr_array_add(self->load->jobs, job);
}

/* Three nodes of 4 CPUs and 5 licences, of which every run takes one. "wide" and "run" leave
 * 1 CPU, "array" of three tasks waits for 2. */
static Case case_new(void)
{
    Case self = {.cluster = fixture_cluster(SLURM_24_05, NODES, CPUS),
                 .load = load_new(),
                 .tentative = tentative_new()};
    SimOptions options;

    for (uint32_t i = 0; i < NODES; i++) {
        self.cluster->nodes[i].sockets = self.cluster->nodes[i].threads_per_core = 1;
        self.cluster->nodes[i].cores_per_socket = CPUS;
    }
    self.cluster->config.select = SELECT_CONS_TRES;
    self.cluster->config.select_set = true;
    self.cluster->config.consume = CONSUME_CORE;
    self.cluster->partitions[0].is_default = true;
    cluster_add_license(self.cluster, "sw", LICENSES);
    fixture_assoc(self.cluster, "a", NULL, NULL, 1);
    fixture_assoc(self.cluster, "a", "u", NULL, 1);
    fixture_finish(self.cluster);
    add_job(&self, "wide", 0, 8);
    add_job(&self, "run", 0, 3);
    add_job(&self, "array", 10, 2);
    add_job(&self, "plain", 10, 2);
    sim_options_init(&options);
    self.sim = sim_new(self.cluster, &options);
    sim_load(self.sim, self.load);
    sim_run(self.sim, 60);
    assert_int_equal(self.sim->running->len, 2);
    assert_int_equal(self.sim->pending->len, 2);
    return self;
}

static void case_clear(Case *self)
{
    tentative_free(self->tentative);
    sim_free(self->sim);
    load_free(self->load);
    cluster_free(self->cluster);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Case, case_clear)

static void picture_of_job(const SimJob *job, GString *out)
{
    g_string_append_printf(out, " %u:%u:%d:%d", job->id, job->task, (int)job->state,
                           job->partition == INDEX_NONE ? -1 : (int)job->partition);
    g_string_append_printf(out, ":%" G_GINT64_FORMAT ":%d:%u", job->end_at, job->alloc != NULL,
                           job->array ? job->array->running * 10 + job->array->next : 0);
}

/* All that a pass would see. (transfer full) */
static char *picture(const Sim *sim)
{
    GString *out = g_string_new(NULL);

    g_string_append_printf(out, "%u %u %u;", sim->records->len, sim->next_id,
                           sim->licenses_used[0]);
    for (guint i = 0; i < sim->pending->len; i++)
        picture_of_job(g_ptr_array_index(sim->pending, i), out);
    g_string_append(out, ";");
    for (guint i = 0; i < sim->running->len; i++)
        picture_of_job(g_ptr_array_index(sim->running, i), out);
    g_string_append(out, ";");
    for (uint32_t n = 0; n < NODES; n++) {
        const NodeUse *use = &sim->world->nodes[n];

        g_string_append_printf(out, " %u/%u/%u/%" G_GUINT64_FORMAT, use->n_jobs, use->busy_cores,
                               use->n_completing, use->memory);
    }
    return g_string_free(out, FALSE);
}

static SimJob *job_of(const Case *self, uint32_t load)
{
    return g_ptr_array_index(self->sim->first, load);
}

enum { WIDE, RUN, ARRAY, PLAIN };

/* Where it would start now; NULL. */
static Allocation *place(Case *self, SimJob *job)
{
    const PlaceView view = {.world = self->sim->world};
    g_autoptr(NodeSet) nodes = NULL;
    Allocation *alloc = NULL;
    PlaceQuery query;

    job->partition = 0;
    nodes = select_base_nodes(self->sim, job, true);
    assert_true(select_query(self->sim, job, &query));
    query.candidates = nodes;
    place_find(&view, &query, &alloc);
    return alloc;
}

static void a_lifted_job_waits_and_leaves_its_place_to_others(void **state)
{
    g_auto(Case) self = case_new();
    g_autofree char *before = NULL;
    g_autofree char *after = NULL;
    Allocation *alloc;

    (void)state;
    alloc = place(&self, job_of(&self, PLAIN));
    assert_null(alloc);
    before = picture(self.sim);
    tentative_open(self.tentative, self.sim);
    tentative_lift(self.tentative, self.sim, job_of(&self, RUN));
    assert_int_equal(job_of(&self, RUN)->state, JOB_PENDING);
    assert_int_equal(self.sim->pending->len, 3);
    assert_int_equal(self.sim->licenses_used[0], 1);
    alloc = place(&self, job_of(&self, PLAIN));
    assert_non_null(alloc);
    allocation_free(alloc);
    tentative_undo(self.tentative, self.sim, 0);
    after = picture(self.sim);
    assert_string_equal(before, after);
    assert_int_equal(self.sim->licenses_used[0], 2);
}

/* Its nodes clean up, so nobody can have them yet. */
static void an_ended_job_leaves_nodes_that_clean_up(void **state)
{
    g_auto(Case) self = case_new();
    g_autofree char *before = picture(self.sim);
    g_autofree char *after = NULL;

    (void)state;
    tentative_open(self.tentative, self.sim);
    tentative_end(self.tentative, self.sim, job_of(&self, RUN));
    assert_int_equal(self.sim->running->len, 1);
    assert_int_equal(nodeset_count(self.sim->world->completing), 1);
    tentative_undo(self.tentative, self.sim, 0);
    after = picture(self.sim);
    assert_string_equal(before, after);
    assert_int_equal(nodeset_count(self.sim->world->completing), 0);
}

static void a_started_task_is_split_off_and_put_back(void **state)
{
    g_auto(Case) self = case_new();
    g_autofree char *before = NULL;
    g_autofree char *after = NULL;
    SimJob *task;
    Allocation *alloc;

    (void)state;
    job_of(&self, ARRAY)->partition = 0;
    before = picture(self.sim);
    tentative_open(self.tentative, self.sim);
    tentative_end(self.tentative, self.sim, job_of(&self, WIDE));
    tentative_lift(self.tentative, self.sim, job_of(&self, RUN));
    alloc = place(&self, job_of(&self, ARRAY));
    assert_non_null(alloc);
    task = tentative_start(self.tentative, self.sim, job_of(&self, ARRAY), alloc);
    assert_ptr_not_equal(task, job_of(&self, ARRAY));
    assert_int_equal(task->task, 0);
    assert_int_equal(task->state, JOB_RUNNING);
    assert_int_equal(record_pending_tasks(job_of(&self, ARRAY)), 2);
    tentative_undo(self.tentative, self.sim, 0);
    after = picture(self.sim);
    assert_string_equal(before, after);
    assert_int_equal(record_pending_tasks(job_of(&self, ARRAY)), 3);
}

static void undoing_stops_at_a_length(void **state)
{
    g_auto(Case) self = case_new();

    (void)state;
    tentative_open(self.tentative, self.sim);
    tentative_lift(self.tentative, self.sim, job_of(&self, RUN));
    tentative_lift(self.tentative, self.sim, job_of(&self, WIDE));
    assert_int_equal(tentative_length(self.tentative), 2);
    tentative_undo(self.tentative, self.sim, 1);
    assert_int_equal(job_of(&self, WIDE)->state, JOB_RUNNING);
    assert_int_equal(job_of(&self, RUN)->state, JOB_PENDING);
    tentative_undo(self.tentative, self.sim, 0);
    assert_int_equal(tentative_length(self.tentative), 0);
}

/* One change more, of a kind that is possible now. */
static void change_something(Case *self, Rng *rng)
{
    const uint32_t load = (uint32_t)rng_below(rng, 4);
    SimJob *job = job_of(self, load);
    Allocation *alloc;

    if (job->state == JOB_RUNNING && rng_below(rng, 2)) {
        tentative_lift(self->tentative, self->sim, job);
    } else if (job->state == JOB_RUNNING) {
        tentative_end(self->tentative, self->sim, job);
    } else if (job->state == JOB_PENDING && (alloc = place(self, job))) {
        tentative_start(self->tentative, self->sim, job, alloc);
    }
}

static void whatever_was_done_is_taken_back(void **state)
{
    g_auto(Case) self = case_new();
    g_autoptr(Rng) rng = rng_new(11, 0, "tentative");
    g_autofree char *before = NULL;
    guint most = 0;

    (void)state;
    for (uint32_t load = 0; load < 4; load++)
        job_of(&self, load)->partition = 0;
    before = picture(self.sim);
    for (int round = 0; round < 200; round++) {
        g_autofree char *after = NULL;

        tentative_open(self.tentative, self.sim);
        for (uint64_t n = 1 + rng_below(rng, 12); n > 0; n--)
            change_something(&self, rng);
        most = MAX(most, tentative_length(self.tentative));
        tentative_undo(self.tentative, self.sim, 0);
        after = picture(self.sim);
        assert_string_equal(before, after);
    }
    assert_true(most >= 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lifted_job_waits_and_leaves_its_place_to_others),
        cmocka_unit_test(an_ended_job_leaves_nodes_that_clean_up),
        cmocka_unit_test(a_started_task_is_split_off_and_put_back),
        cmocka_unit_test(undoing_stops_at_a_length),
        cmocka_unit_test(whatever_was_done_is_taken_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
