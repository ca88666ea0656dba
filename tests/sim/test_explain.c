/* Tests of sim/explain.h: what waits, why, and what for. */
#include "tests/test.h"

#include "sim/explain.h"
#include "tests/sim/fixture.h"

/* Two nodes of 4 CPUs; jobs ask for CPUs, and the wider have the higher priority. */
typedef struct {
    Cluster *cluster;
    Load *load;
    Sim *sim;
    GPtrArray *told;
} Case;

static LoadJob *add_job(Case *self, const char *id, Instant submit_at, uint32_t cpus)
{
    LoadJob *job = load_job_new(id);

    job->user = g_strdup("u");
    job->submit_at = submit_at;
    job->truth.runtime = 600;
    job->spec->ntasks = cpus;
    job->spec->time_limit = 20;
    g_ptr_array_add(self->load->jobs, job);
    return job;
}

static void add_after(LoadJob *job, const char *type, const char *id)
{
    job->after = g_new0(LoadAfter, 1);
    job->after[0] = (LoadAfter){.type = g_strdup(type), .id = g_strdup(id)};
    job->n_after = 1;
}

static Case case_new(void)
{
    Case self = {.cluster = fixture_cluster(SLURM_24_05, 2, 4), .load = load_new()};
    Config *config = &self.cluster->config;

    for (uint32_t i = 0; i < 2; i++) {
        self.cluster->nodes[i].sockets = self.cluster->nodes[i].threads_per_core = 1;
        self.cluster->nodes[i].cores_per_socket = 4;
    }
    config->select = SELECT_CONS_TRES;
    config->select_set = true;
    config->consume = CONSUME_CORE;
    config->consume_memory = false;
    config->priority.weight_job_size = 1000;
    self.cluster->partitions[0].is_default = true;
    fixture_assoc(self.cluster, "a", NULL, NULL, 1);
    fixture_assoc(self.cluster, "a", "u", NULL, 1);
    return self;
}

static void case_run(Case *self, Instant at)
{
    SimOptions options;

    fixture_finish(self->cluster);
    sim_options_init(&options);
    self->sim = sim_new(self->cluster, &options);
    sim_load(self->sim, self->load);
    sim_run(self->sim, at);
    self->told = sim_explain(self->sim);
}

static void case_clear(Case *self)
{
    if (self->told)
        g_ptr_array_unref(self->told);
    sim_free(self->sim);
    load_free(self->load);
    cluster_free(self->cluster);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Case, case_clear)

static const Explanation *of(const Case *self, const char *id)
{
    for (guint i = 0; i < self->told->len; i++) {
        const Explanation *one = g_ptr_array_index(self->told, i);

        if (g_str_equal(sim_job(self->sim, one->job)->id, id))
            return one;
    }
    fail_msg("%s does not wait", id);
    return NULL;
}

static const Cause *cause_of(const Explanation *one, CauseKind kind)
{
    for (guint i = 0; i < one->causes->len; i++) {
        const Cause *cause = g_ptr_array_index(one->causes, i);

        if (cause->kind == kind)
            return cause;
    }
    fail_msg("no cause of kind %s", cause_kind_name(kind));
    return NULL;
}

/* In the second in which all are submitted no pass has run: only who finds another job before it
 * is told so; the first of all and the widest, which would go first, are not. */
static void before_the_first_pass_only_those_behind_others_wait_for_priority(void **state)
{
    g_auto(Case) self = case_new();

    (void)state;
    add_job(&self, "first", 0, 2);
    add_job(&self, "wide", 0, 8);
    add_job(&self, "small", 0, 1);
    add_job(&self, "array", 0, 1)->spec->array = g_strdup("0-3");
    case_run(&self, 0);
    assert_string_equal(of(&self, "first")->reason, "None");
    assert_string_equal(of(&self, "wide")->reason, "None");
    assert_string_equal(of(&self, "small")->reason, "Priority");
    assert_string_equal(of(&self, "array")->reason, "None");
}

static void with_defer_sbatch_does_not_look(void **state)
{
    g_auto(Case) self = case_new();

    (void)state;
    self.cluster->config.sched.defer = true;
    add_job(&self, "first", 0, 2);
    add_job(&self, "second", 0, 1);
    case_run(&self, 0);
    assert_string_equal(of(&self, "second")->reason, "None");
}

/* "run" holds all; "next" is first in line, "last" has one job before it. */
static void what_stands_in_the_way_is_counted(void **state)
{
    g_auto(Case) self = case_new();
    const Cause *cause;

    (void)state;
    add_job(&self, "run", 0, 8);
    add_job(&self, "next", 10, 4);
    add_job(&self, "last", 11, 2);
    case_run(&self, 60);
    assert_int_equal(self.told->len, 2);
    assert_string_equal(of(&self, "next")->reason, "Resources");
    cause = cause_of(of(&self, "next"), CAUSE_RUNNING);
    assert_int_equal(cause->count, 1);
    assert_string_equal(sim_job(self.sim, cause->job)->id, "run");
    assert_in_range(cause->at, 1200, 1203); /* its time limit, not its end */
    assert_string_equal(of(&self, "last")->reason, "Priority");
    cause = cause_of(of(&self, "last"), CAUSE_AHEAD);
    assert_int_equal(cause->count, 1);
    assert_string_equal(sim_job(self.sim, cause->job)->id, "next");
}

static void the_highest_priority_comes_first(void **state)
{
    g_auto(Case) self = case_new();

    (void)state;
    add_job(&self, "run", 0, 8);
    for (uint32_t cpus = 1; cpus < 8; cpus++) {
        g_autofree char *id = g_strdup_printf("j%u", cpus * 3 % 7);

        add_job(&self, id, 10, 1 + cpus * 3 % 7);
    }
    case_run(&self, 60);
    assert_int_equal(self.told->len, 7);
    for (guint i = 1; i < self.told->len; i++) {
        const Explanation *higher = g_ptr_array_index(self.told, i - 1);
        const Explanation *lower = g_ptr_array_index(self.told, i);

        assert_true(higher->priority > lower->priority);
        assert_int_equal(cause_of(lower, CAUSE_AHEAD)->count, i);
    }
}

static void a_dependency_names_its_job(void **state)
{
    g_auto(Case) self = case_new();
    const Cause *cause;

    (void)state;
    add_job(&self, "run", 0, 1);
    add_after(add_job(&self, "then", 1, 1), "afterok", "run");
    case_run(&self, 60);
    cause = cause_of(of(&self, "then"), CAUSE_DEPENDENCY);
    assert_string_equal(of(&self, "then")->reason, "Dependency");
    assert_string_equal(cause->what, "afterok");
    assert_string_equal(sim_job(self.sim, cause->job)->id, "run");
    assert_int_equal(cause->state, JOB_RUNNING);
    assert_int_equal(of(&self, "then")->causes->len, 1); /* nobody is in its way */
}

static void a_limit_is_told_in_numbers(void **state)
{
    g_auto(Case) self = case_new();
    const Cause *cause;

    (void)state;
    self.cluster->assocs[self.cluster->n_assocs - 1].max_jobs = 1;
    add_job(&self, "run", 0, 1);
    add_job(&self, "more", 1, 1);
    case_run(&self, 60);
    cause = cause_of(of(&self, "more"), CAUSE_LIMIT);
    assert_string_equal(of(&self, "more")->reason, "AssocMaxJobsLimit");
    assert_string_equal(cause->what, "MaxJobs of user u in account a");
    assert_null(cause->tres);
    assert_int_equal(cause->limit, 1);
    assert_int_equal(cause->used, 1);
    assert_int_equal(cause->wanted, 1);
}

static void a_throttle_and_a_begin_time_are_told(void **state)
{
    g_auto(Case) self = case_new();
    const Explanation *array;
    const Cause *cause;
    LoadJob *later;

    (void)state;
    add_job(&self, "array", 0, 1)->spec->array = g_strdup("0-4%2");
    later = add_job(&self, "later", 0, 1);
    later->spec->begin = g_strdup("now+1hour");
    case_run(&self, 120);
    array = of(&self, "array");
    cause = cause_of(array, CAUSE_THROTTLE);
    assert_string_equal(array->reason, "JobArrayTaskLimit");
    assert_int_equal(array->tasks, 3);
    assert_int_equal(cause->limit, 2);
    assert_int_equal(cause->used, 2);
    assert_int_equal(cause_of(of(&self, "later"), CAUSE_TIME)->at, 3600);
}

static void a_held_job_has_no_priority(void **state)
{
    g_auto(Case) self = case_new();

    (void)state;
    add_job(&self, "held", 0, 1)->spec->hold = true;
    case_run(&self, 60);
    assert_string_equal(of(&self, "held")->reason, "JobHeldUser");
    assert_int_equal(of(&self, "held")->priority, 0);
    assert_int_equal(of(&self, "held")->causes->len, 0);
}

static void every_kind_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int i = 0; i < CAUSES; i++)
        for (int k = 0; k < i; k++)
            assert_string_not_equal(cause_kind_name((CauseKind)i), cause_kind_name((CauseKind)k));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(before_the_first_pass_only_those_behind_others_wait_for_priority),
        cmocka_unit_test(with_defer_sbatch_does_not_look),
        cmocka_unit_test(what_stands_in_the_way_is_counted),
        cmocka_unit_test(the_highest_priority_comes_first),
        cmocka_unit_test(a_dependency_names_its_job),
        cmocka_unit_test(a_limit_is_told_in_numbers),
        cmocka_unit_test(a_throttle_and_a_begin_time_are_told),
        cmocka_unit_test(a_held_job_has_no_priority),
        cmocka_unit_test(every_kind_has_a_name_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
