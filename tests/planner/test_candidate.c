/* What partitions and QoS a job may use, and every reason why not. */
#include "planner/candidate.h"
#include "tests/planner/world.h"

typedef struct {
    Cluster *cluster;
    Workflow *workflow;
    Problem problem;
    JobSpec *spec; /* of the only job */
} Fixture;

static void fixture_init(Fixture *self, bool accounting)
{
    const char *const lines[] = {"job 10"};
    const WorldOptions options = {.accounting = accounting, .weight_qos = 1000};

    self->cluster = world_cluster(&options);
    self->workflow = world_workflow(lines, 1);
    self->spec = self->workflow->jobs[0].spec;
    self->spec->time_limit = 20;
    problem_init(&self->problem, self->workflow, self->cluster);
    self->problem.user = "ann";
}

static void fixture_clear(Fixture *self)
{
    workflow_free(self->workflow);
    cluster_free(self->cluster);
}

static Partition *partition_of(Fixture *self, const char *name)
{
    return &self->cluster->partitions[cluster_find_partition(self->cluster, name)];
}

static Qos *qos_of(Fixture *self, const char *name)
{
    return &self->cluster->qos[cluster_find_qos(self->cluster, name)];
}

static Candidates *build(Fixture *self)
{
    g_autoptr(GError) error = NULL;
    Candidates *candidates = candidates_build(&self->problem, &error);

    if (!candidates)
        fail_msg("%s", error->message);
    return candidates;
}

/* "cpu/normal gpu/normal ...": what the first class may use. */
static char *labels(const Fixture *self, const Candidates *candidates)
{
    GString *text = g_string_new(NULL);
    const JobClass *class = &candidates->classes[0];

    for (uint32_t i = 0; i < class->n_allowed; i++) {
        g_autofree char *label = candidate_label(&class->candidates[i], self->cluster);

        g_string_append_printf(text, "%s%s", i ? " " : "", label);
    }
    return g_string_free(text, FALSE);
}

static void assert_may_use(Fixture *self, const char *expected)
{
    g_autoptr(Candidates) candidates = build(self);
    g_autofree char *found = labels(self, candidates);

    assert_string_equal(found, expected);
}

static const char *reason_for(const Candidates *candidates, const char *partition, const char *qos)
{
    for (guint i = 0; i < candidates->rejected->len; i++) {
        const Rejected *row = g_ptr_array_index(candidates->rejected, i);

        if (g_strcmp0(row->partition, partition) == 0 && g_strcmp0(row->qos, qos) == 0)
            return row->reason;
    }
    return "not rejected";
}

static void assert_rejected(Fixture *self, const char *partition, const char *qos,
                            const char *expected)
{
    g_autoptr(Candidates) candidates = build(self);

    assert_string_equal(reason_for(candidates, partition, qos), expected);
}

static void assert_infeasible(Fixture *self, const char *part_of_message)
{
    g_autoptr(GError) error = NULL;
    Candidates *candidates = candidates_build(&self->problem, &error);

    assert_null(candidates);
    assert_int_equal(error->code, SRX_ERROR_INFEASIBLE);
    if (!strstr(error->message, part_of_message))
        fail_msg("expected '%s' in: %s", part_of_message, error->message);
}

static void without_accounting_only_partitions_are_chosen(void **state)
{
    Fixture self;

    (void)state;
    fixture_init(&self, false);
    assert_may_use(&self, "cpu gpu debug");
    fixture_clear(&self);
}

static void defaults_come_first_then_qos_by_priority(void **state)
{
    Fixture self;

    (void)state;
    fixture_init(&self, true);
    assert_may_use(&self, "cpu/normal cpu/high cpu/low gpu/normal gpu/high gpu/low "
                          "debug/normal debug/high debug/low");
    fixture_clear(&self);
}

static void what_the_file_names_is_kept_and_a_list_limits(void **state)
{
    Fixture self;

    (void)state;
    fixture_init(&self, true);
    self.spec->partition = g_strdup("gpu");
    assert_may_use(&self, "gpu/normal gpu/high gpu/low");
    self.spec->qos = g_strdup("high");
    assert_may_use(&self, "gpu/high");
    g_free(self.spec->partition);
    self.spec->partition = g_strdup("gpu,debug");
    assert_may_use(&self, "gpu/high debug/high gpu,debug/high");
    g_clear_pointer(&self.spec->partition, g_free);
    self.workflow->jobs[0].partitions = g_strsplit("cpu,gpu", ",", -1);
    assert_may_use(&self, "cpu/high gpu/high");
    fixture_clear(&self);
}

static void pins_go_over_the_file(void **state)
{
    Fixture self;

    (void)state;
    fixture_init(&self, true);
    self.spec->partition = g_strdup("gpu");
    self.spec->qos = g_strdup("low");
    self.problem.pin_partition = "debug";
    self.problem.pin_qos = "high";
    assert_may_use(&self, "debug/high");
    fixture_clear(&self);
}

static void a_pin_nobody_knows_is_a_usage_error(void **state)
{
    Fixture self;
    g_autoptr(GError) error = NULL;

    (void)state;
    fixture_init(&self, true);
    self.problem.pin_qos = "nope";
    assert_null(candidates_build(&self.problem, &error));
    assert_int_equal(error->code, SRX_ERROR_USAGE);
    assert_string_equal(error->message, "--qos: the cluster has no QoS 'nope'");
    g_clear_error(&error);
    self.problem.pin_qos = NULL;
    self.problem.pin_partition = "gpu,nope";
    assert_null(candidates_build(&self.problem, &error));
    assert_string_equal(error->message, "--partition: the cluster has no partition 'nope'");
    fixture_clear(&self);
}

static void the_baseline_is_what_sbatch_would_do(void **state)
{
    Fixture self;
    g_autoptr(Candidates) candidates = NULL;

    (void)state;
    fixture_init(&self, true);
    self.problem.pin_partition = "gpu";
    self.problem.pin_qos = "high";
    candidates = build(&self);
    assert_int_equal(candidates->classes[0].n_allowed, 1);
    assert_int_equal(candidates->classes[0].baseline, 1);
    assert_string_equal(candidates->classes[0].candidates[1].partitions, "cpu");
    assert_false(candidates->classes[0].candidates[1].allowed);
    fixture_clear(&self);
}

static void a_baseline_that_would_never_run_says_why(void **state)
{
    Fixture self;
    g_autoptr(Candidates) candidates = NULL;

    (void)state;
    fixture_init(&self, true);
    partition_of(&self, "cpu")->state = PARTITION_DOWN;
    candidates = build(&self);
    assert_int_equal(candidates->classes[0].baseline, INDEX_NONE);
    assert_string_equal(candidates->classes[0].baseline_note, "State=DOWN: nothing starts there");
    fixture_clear(&self);
}

static void states_and_access_rules_are_named(void **state)
{
    static char *accounts[] = {"physics", "chemistry", NULL}, *lab[] = {"lab", NULL};
    static char *high[] = {"high", NULL}, *groups[] = {"staff", NULL};
    Fixture self;
    Partition *gpu;
    User *ann;

    (void)state;
    fixture_init(&self, true);
    gpu = partition_of(&self, "gpu");
    gpu->state = PARTITION_DRAIN;
    assert_rejected(&self, "gpu", NULL, "State=DRAIN: it takes no new jobs");
    gpu->state = PARTITION_INACTIVE;
    assert_rejected(&self, "gpu", NULL, "State=INACTIVE: it takes no jobs and starts none");
    gpu->state = PARTITION_UP;
    gpu->root_only = true;
    assert_rejected(&self, "gpu", NULL, "RootOnly=YES: only root may submit to it");
    gpu->root_only = false;
    gpu->req_resv = true;
    assert_rejected(&self, "gpu", NULL,
                    "ReqResv=YES: it needs a reservation, and the job names none");
    gpu->req_resv = false;
    gpu->hidden = true;
    assert_rejected(&self, "gpu", NULL, "Hidden=YES: used only where it is named");
    gpu->hidden = false;
    gpu->allow_accounts = accounts;
    assert_rejected(&self, "gpu", NULL,
                    "AllowAccounts=physics,chemistry: the job's account is lab");
    gpu->allow_accounts = NULL;
    gpu->deny_accounts = lab;
    assert_rejected(&self, "gpu", NULL, "DenyAccounts names the job's account lab");
    gpu->deny_accounts = NULL;
    gpu->allow_qos = high;
    assert_rejected(&self, "gpu", "normal", "AllowQos=high does not name normal");
    gpu->allow_qos = NULL;
    gpu->deny_qos = high;
    assert_rejected(&self, "gpu", "high", "DenyQos names high");
    gpu->deny_qos = NULL;
    gpu->allow_groups = groups;
    assert_rejected(&self, "gpu", NULL, "not rejected");
    ann = &self.cluster->users[cluster_find_user(self.cluster, "ann")];
    ann->groups = accounts;
    assert_rejected(&self, "gpu", NULL, "AllowGroups=staff: user ann is in none of them");
    ann->groups = NULL;
    gpu->allow_groups = NULL;
    fixture_clear(&self);
}

static void associations_and_their_qos_are_held_to(void **state)
{
    Fixture self;
    Assoc *assoc;
    uint32_t high;

    (void)state;
    fixture_init(&self, true);
    assoc = &self.cluster->assocs[cluster_find_assoc(self.cluster, "ann", NULL, NULL)];
    high = cluster_find_qos(self.cluster, "high");
    assoc->may_use_qos[high] = 0;
    assert_rejected(&self, NULL, "high", "the user's association does not have it");
    self.problem.pin_qos = "high";
    assert_infeasible(&self, "the association of ann with account lab has no QoS high");
    self.problem.pin_qos = NULL;
    self.problem.pin_account = "physics";
    assert_infeasible(&self, "user ann has no association with account physics");
    self.problem.pin_account = NULL;
    self.problem.user = "zoe";
    assert_infeasible(&self, "user zoe has no association");
    self.problem.user = NULL;
    assert_infeasible(&self, "the cluster enforces associations, and no user is given");
    fixture_clear(&self);
}

static void time_limits_are_compared_with_partition_and_qos(void **state)
{
    Fixture self;

    (void)state;
    fixture_init(&self, true);
    self.spec->time_limit = 180;
    assert_rejected(&self, "debug", NULL, "MaxTime=30:00 is below the time limit 3:00:00");
    assert_rejected(&self, "cpu", "low",
                    "QoS low: MaxWall=2:00:00 is below the time limit 3:00:00");
    qos_of(&self, "high")->flags = QOS_PART_TIME_LIMIT;
    assert_rejected(&self, "debug", "high", "not rejected");
    fixture_clear(&self);
}

static void sizes_are_compared_with_partition_and_limits(void **state)
{
    Fixture self;
    Partition *gpu;

    (void)state;
    fixture_init(&self, true);
    gpu = partition_of(&self, "gpu");
    self.spec->min_nodes = self.spec->max_nodes = 5;
    assert_rejected(&self, "gpu", NULL, "the job needs 5 nodes, the partition has 4");
    self.spec->min_nodes = self.spec->max_nodes = 2;
    gpu->max_nodes = 1;
    assert_rejected(&self, "gpu", NULL, "MaxNodes=1, the job asks for 2");
    gpu->max_nodes = UINT32_MAX;
    gpu->min_nodes = 3;
    assert_rejected(&self, "gpu", NULL, "MinNodes=3, the job asks for 2");
    gpu->min_nodes = 0;
    qos_of(&self, "high")->max_tres_pj.v[TRES_NODE] = 1;
    assert_rejected(&self, "cpu", "high", "QoS high: MaxTRESPerJob=node=1, the job needs 2");
    qos_of(&self, "low")->min_tres_pj.v[TRES_CPU] = 4;
    assert_rejected(&self, "cpu", "low", "QoS low: MinTRES=cpu=4, the job asks for 2");
    self.cluster->config.enforce = ENFORCE_ASSOCIATIONS;
    assert_rejected(&self, "cpu", "high", "not rejected");
    fixture_clear(&self);
}

static void a_limit_of_the_account_counts_unless_the_qos_sets_its_own(void **state)
{
    Fixture self;
    Assoc *lab;

    (void)state;
    fixture_init(&self, true);
    self.spec->ntasks = 8;
    lab = &self.cluster->assocs
               [self.cluster->assocs[cluster_find_assoc(self.cluster, "ann", NULL, NULL)].parent];
    lab->grp_tres.v[TRES_CPU] = 4;
    assert_infeasible(&self, "account lab: GrpTRES=cpu=4, the job needs 8");
    qos_of(&self, "high")->grp_tres.v[TRES_CPU] = 100;
    assert_may_use(&self, "cpu/high gpu/high debug/high");
    fixture_clear(&self);
}

static void nodes_that_could_never_hold_the_job_are_told(void **state)
{
    Fixture self;

    (void)state;
    fixture_init(&self, false);
    self.spec->gpus_per_node = g_strdup("4");
    assert_rejected(&self, "debug", NULL,
                    "the job needs gpu:4 on a node, its nodes have at most 0");
    g_clear_pointer(&self.spec->gpus_per_node, g_free);
    self.spec->gpus_per_node = g_strdup("8");
    assert_infeasible(&self, "the job needs gpu:8 on a node, its nodes have at most 4");
    g_clear_pointer(&self.spec->gpus_per_node, g_free);
    self.spec->mem = 131072;
    assert_infeasible(&self, "the job needs 128G of memory on a node, its nodes have at most 64G");
    self.spec->mem = UINT64_MAX;
    self.spec->cpus_per_task = 17;
    assert_infeasible(&self, "the job needs 17 CPUs on a node, its nodes have at most 16");
    self.spec->cpus_per_task = COUNT_UNSET;
    self.spec->ntasks = 40;
    assert_rejected(&self, "debug", NULL,
                    "the job needs 40 CPUs, the nodes it may use have 32 together");
    self.spec->ntasks = COUNT_UNSET;
    self.spec->constraint = g_strdup("ib");
    assert_rejected(&self, "gpu", NULL, "0 of its nodes have the features 'ib', the job needs 1");
    g_free(self.spec->constraint);
    self.spec->constraint = g_strdup("nope");
    assert_infeasible(&self, "sbatch would refuse job job: Invalid feature specification");
    fixture_clear(&self);
}

static void nodes_that_are_down_do_not_count(void **state)
{
    Fixture self;

    (void)state;
    fixture_init(&self, false);
    self.spec->min_nodes = self.spec->max_nodes = 2;
    self.cluster->nodes[0].state = NODE_DRAIN;
    assert_rejected(&self, "debug", NULL,
                    "1 of its nodes are up and not excluded, the job needs 2"
                    " (1 of its nodes are down or drained)");
    fixture_clear(&self);
}

static void a_run_time_beyond_the_limit_is_told(void **state)
{
    Fixture self;

    (void)state;
    fixture_init(&self, false);
    self.spec->time_limit = MINUTES_UNSET;
    self.workflow->jobs[0].runtime.p50 = self.workflow->jobs[0].runtime.p90 = 2400;
    assert_rejected(&self, "debug", NULL,
                    "Slurm would end it at its time limit 30:00 (MaxTime), it runs 40m");
    fixture_clear(&self);
}

static const Candidate *only(const Candidates *candidates)
{
    return &candidates->classes[0].candidates[0];
}

static void limits_and_run_times_say_where_they_come_from(void **state)
{
    Fixture self;
    g_autoptr(Candidates) own = NULL, filled = NULL, wall = NULL, most = NULL;

    (void)state;
    fixture_init(&self, true);
    self.problem.pin_partition = "cpu";
    self.problem.pin_qos = "low";
    own = build(&self);
    assert_int_equal(only(own)->limit, 20);
    assert_int_equal(only(own)->limit_source, LIMIT_OWN);
    assert_int_equal(only(own)->runtime, 600);
    assert_int_equal(only(own)->runtime_source, RUNTIME_WORKFLOW);
    self.spec->time_limit = MINUTES_UNSET;
    self.workflow->jobs[0].runtime.given = false;
    wall = build(&self);
    assert_int_equal(only(wall)->limit, 120);
    assert_int_equal(only(wall)->limit_source, LIMIT_QOS);
    partition_of(&self, "cpu")->default_time = 60;
    filled = build(&self);
    assert_int_equal(only(filled)->limit_source, LIMIT_DEFAULT_TIME);
    assert_int_equal(only(filled)->runtime, 3600);
    assert_int_equal(only(filled)->runtime_source, RUNTIME_LIMIT);
    partition_of(&self, "cpu")->default_time = MINUTES_UNSET;
    self.problem.pin_qos = "normal";
    most = build(&self);
    assert_int_equal(only(most)->limit_source, LIMIT_MAX_TIME);
    assert_int_equal(only(most)->limit, 1440);
    fixture_clear(&self);
}

static void partitions_without_a_difference_are_merged(void **state)
{
    Fixture self;
    Partition *gpu;

    (void)state;
    fixture_init(&self, false);
    gpu = partition_of(&self, "gpu");
    nodeset_assign(gpu->nodes, partition_of(&self, "cpu")->nodes);
    gpu->priority_job_factor = 1;
    assert_rejected(&self, "gpu", NULL, "no different from cpu in any respect");
    assert_may_use(&self, "cpu debug");
    fixture_clear(&self);
}

static void jobs_alike_form_a_class_whatever_their_names(void **state)
{
    const char *const lines[] = {"a 10", "b 10 a", "c 20", "d 10"};
    const WorldOptions options = {0};
    g_autoptr(Cluster) cluster = world_cluster(&options);
    g_autoptr(Workflow) workflow = world_workflow(lines, 4);
    g_autoptr(Candidates) candidates = NULL;
    Problem problem;

    (void)state;
    for (uint32_t i = 0; i < 4; i++)
        workflow->jobs[i].spec->time_limit = 30;
    workflow->jobs[3].spec->ntasks = 2;
    problem_init(&problem, workflow, cluster);
    candidates = candidates_build(&problem, NULL);
    assert_int_equal(candidates->n_classes, 3);
    assert_int_equal(candidates->classes[0].n_jobs, 2);
    assert_int_equal(candidates->class_of[1], 0);
    assert_int_equal(candidates->class_of[3], 2);
}

static void a_job_without_any_candidate_is_named_with_all_reasons(void **state)
{
    Fixture self;

    (void)state;
    fixture_init(&self, false);
    self.spec->time_limit = 3000;
    assert_infeasible(&self, "job job fits no partition and QoS\n"
                             "  cpu: MaxTime=1-00:00:00 is below the time limit 2-02:00:00");
    self.spec->partition = g_strdup("nope");
    assert_infeasible(&self, "nope: the cluster has no such partition");
    fixture_clear(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_accounting_only_partitions_are_chosen),
        cmocka_unit_test(defaults_come_first_then_qos_by_priority),
        cmocka_unit_test(what_the_file_names_is_kept_and_a_list_limits),
        cmocka_unit_test(pins_go_over_the_file),
        cmocka_unit_test(a_pin_nobody_knows_is_a_usage_error),
        cmocka_unit_test(the_baseline_is_what_sbatch_would_do),
        cmocka_unit_test(a_baseline_that_would_never_run_says_why),
        cmocka_unit_test(states_and_access_rules_are_named),
        cmocka_unit_test(associations_and_their_qos_are_held_to),
        cmocka_unit_test(time_limits_are_compared_with_partition_and_qos),
        cmocka_unit_test(sizes_are_compared_with_partition_and_limits),
        cmocka_unit_test(a_limit_of_the_account_counts_unless_the_qos_sets_its_own),
        cmocka_unit_test(nodes_that_could_never_hold_the_job_are_told),
        cmocka_unit_test(nodes_that_are_down_do_not_count),
        cmocka_unit_test(a_run_time_beyond_the_limit_is_told),
        cmocka_unit_test(limits_and_run_times_say_where_they_come_from),
        cmocka_unit_test(partitions_without_a_difference_are_merged),
        cmocka_unit_test(jobs_alike_form_a_class_whatever_their_names),
        cmocka_unit_test(a_job_without_any_candidate_is_named_with_all_reasons),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
