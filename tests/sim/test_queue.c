/* Tests of how commands change who waits since when, and the age that comes of it (sim/queue.c,
 * scontrol.c, update.c): what Slurm 22.05 and 24.11 showed in recordings/campus-1 and
 * user_actions-2. */
#include "tests/test.h"

#include "sim/core.h"
#include "tests/sim/fixture.h"

#define UP_BEFORE  25 /* [s] slurmctld came up so long before second 0 */
#define AGE_WEIGHT 1000
#define MAX_AGE    1000 /* [s] a second of age is a point */
#define SUBMITTED  100

typedef struct {
    Cluster *cluster;
    Load *load;
    Sim *sim;
} Queue;

static LoadJob *add_job(Load *load, const char *id, Instant submit_at)
{
    LoadJob *job = load_job_new(id);

    job->user = g_strdup("u");
    job->submit_at = submit_at;
    job->truth.runtime = 100000;
    job->spec->ntasks = 4;
    job->spec->time_limit = 10000;
    g_ptr_array_add(load->jobs, job);
    return job;
}

/* One node of 4 CPUs that job "runs" holds; "waits" comes at 100 and gains a point a second. */
static void queue_init(Queue *self, uint32_t enforce)
{
    SimOptions options;

    self->cluster = fixture_cluster(SLURM_24_05, 1, 4);
    self->cluster->partitions[0].is_default = true;
    self->cluster->config.enforce = enforce;
    self->cluster->config.priority.weight_age = AGE_WEIGHT;
    self->cluster->config.priority.max_age = MAX_AGE;
    self->cluster->config.priority.calc_period = 10;
    cluster_add_qos(self->cluster, "high");
    fixture_assoc(self->cluster, "a", NULL, NULL, 1);
    fixture_assoc(self->cluster, "a", "u", NULL, 1);
    fixture_finish(self->cluster);
    self->load = load_new();
    add_job(self->load, "runs", 0);
    add_job(self->load, "waits", SUBMITTED);
    sim_options_init(&options);
    options.phase = UP_BEFORE;
    self->sim = sim_new(self->cluster, &options);
    sim_load(self->sim, self->load);
}

static void queue_clear(Queue *self)
{
    sim_free(self->sim);
    load_free(self->load);
    cluster_free(self->cluster);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Queue, queue_clear)

static SimJob *waiting(const Queue *self)
{
    SimJob *job = g_ptr_array_index(self->sim->first, 1);

    assert_int_equal(job->state, JOB_PENDING);
    return job;
}

static void command_at(Queue *self, Instant at, const char *line)
{
    g_auto(GStrv) argv = g_strsplit(line, " ", -1);
    g_autoptr(GError) error = NULL;

    sim_run(self->sim, at);
    if (!sim_command(self->sim, argv, &error))
        fail_msg("%s", error->message);
}

static double age_at(Queue *self, Instant at)
{
    sim_run(self->sim, at);
    return waiting(self)->terms.age;
}

static void a_release_makes_a_job_eligible_anew_and_as_young_as_that(void **state)
{
    g_auto(Queue) self = {0};

    (void)state;
    queue_init(&self, ENFORCE_ASSOCIATIONS | ENFORCE_LIMITS);
    assert_in_range(age_at(&self, 300), 190, 200);
    command_at(&self, 310, "scontrol hold {waits}");
    assert_int_equal(waiting(&self)->begin_at, INSTANT_NONE);
    assert_int_equal(waiting(&self)->accrue_at, INSTANT_NONE);
    command_at(&self, 400, "scontrol release {waits}");
    assert_close(waiting(&self)->terms.age, 0);
    assert_in_range(age_at(&self, 500), 80, 100);
    assert_in_range(waiting(&self)->begin_at, 400, 405);
}

static void without_enforced_limits_a_hold_costs_no_age(void **state)
{
    g_auto(Queue) self = {0};

    (void)state;
    queue_init(&self, 0);
    command_at(&self, 310, "scontrol hold {waits}");
    command_at(&self, 400, "scontrol release {waits}");
    assert_close(waiting(&self)->terms.age, 300);
    assert_in_range(age_at(&self, 500), 390, 400);
}

static void a_priority_of_0_is_a_hold(void **state)
{
    g_auto(Queue) self = {0};

    (void)state;
    queue_init(&self, ENFORCE_ASSOCIATIONS | ENFORCE_LIMITS);
    command_at(&self, 310, "scontrol update JobId={waits} Priority=0");
    assert_int_equal(waiting(&self)->priority, 0);
    assert_int_equal(waiting(&self)->accrue_at, INSTANT_NONE);
}

static void any_update_ends_in_a_new_priority(void **state)
{
    g_auto(Queue) self = {0};

    (void)state;
    queue_init(&self, ENFORCE_ASSOCIATIONS | ENFORCE_LIMITS);
    command_at(&self, 316, "scontrol update JobId={waits} TimeLimit=5");
    assert_close(waiting(&self)->terms.age, 216);
    assert_int_equal(waiting(&self)->priority, 216);
}

static void even_one_that_fails(void **state)
{
    g_auto(Queue) self = {0};
    char *argv[] = {(char[]){"scontrol"}, (char[]){"update"}, (char[]){"JobId={waits}"},
                    (char[]){"QOS=none"}, NULL};
    g_autoptr(GError) error = NULL;

    (void)state;
    queue_init(&self, ENFORCE_ASSOCIATIONS | ENFORCE_LIMITS);
    sim_run(self.sim, 316);
    assert_false(sim_command(self.sim, argv, &error));
    assert_string_equal(error->message, "Invalid qos specification");
    assert_close(waiting(&self)->terms.age, 216);
}

static void what_an_administrator_set_stays(void **state)
{
    g_auto(Queue) self = {0};

    (void)state;
    queue_init(&self, ENFORCE_ASSOCIATIONS | ENFORCE_LIMITS);
    command_at(&self, 310, "scontrol update JobId={waits} Priority=77");
    command_at(&self, 316, "scontrol update JobId={waits} TimeLimit=5");
    assert_int_equal(waiting(&self)->priority, 77);
}

static void another_qos_makes_it_young_again_the_same_one_does_not(void **state)
{
    g_auto(Queue) self = {0};

    (void)state;
    queue_init(&self, ENFORCE_ASSOCIATIONS | ENFORCE_LIMITS | ENFORCE_QOS);
    command_at(&self, 310, "scontrol update JobId={waits} QOS=high");
    assert_close(waiting(&self)->terms.age, 0);
    assert_in_range(age_at(&self, 400), 200, 300); /* eligible all the while */
    command_at(&self, 410, "scontrol update JobId={waits} QOS=high");
    assert_in_range(waiting(&self)->terms.age, 300, 310);
}

/* Its passes fall a second before whole periods from slurmctld's start. */
static void the_decay_thread_runs_a_second_ahead(void **state)
{
    g_auto(Queue) self = {0};
    const Instant started = -UP_BEFORE;

    (void)state;
    queue_init(&self, ENFORCE_ASSOCIATIONS | ENFORCE_LIMITS);
    assert_close(age_at(&self, started + 23 * 10 - 2), started + 22 * 10 - 1 - SUBMITTED);
    assert_close(age_at(&self, started + 23 * 10 - 1), started + 23 * 10 - 1 - SUBMITTED);
}

/* Held and released at any times, a job is never older than since its last release. */
static void age_never_exceeds_the_time_since_the_last_release(void **state)
{
    g_auto(Queue) self = {0};
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);
    Instant now = SUBMITTED + 10, released = SUBMITTED;

    (void)state;
    queue_init(&self, ENFORCE_ASSOCIATIONS | ENFORCE_LIMITS);
    for (int i = 0; i < 50; i++) {
        now += g_rand_int_range(rand, 1, 60);
        command_at(&self, now, "scontrol hold {waits}");
        now += g_rand_int_range(rand, 1, 60);
        command_at(&self, now, "scontrol release {waits}");
        released = now;
        now += g_rand_int_range(rand, 1, 60);
        assert_true(age_at(&self, now) <= (double)(now - released));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_release_makes_a_job_eligible_anew_and_as_young_as_that),
        cmocka_unit_test(without_enforced_limits_a_hold_costs_no_age),
        cmocka_unit_test(a_priority_of_0_is_a_hold),
        cmocka_unit_test(any_update_ends_in_a_new_priority),
        cmocka_unit_test(even_one_that_fails),
        cmocka_unit_test(what_an_administrator_set_stays),
        cmocka_unit_test(another_qos_makes_it_young_again_the_same_one_does_not),
        cmocka_unit_test(the_decay_thread_runs_a_second_ahead),
        cmocka_unit_test(age_never_exceeds_the_time_since_the_last_release),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
