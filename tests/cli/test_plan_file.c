/* plan.json with sbatch's real options: what is written is read back, down to the last one. */
#include "planner/plan_json.h"
#include "slurmio/sbatchopts.h"
#include "tests/planner/world.h"

static const char *const diamond[] = {"a 10", "b1 20 a", "c 5 a", "b2 15 b1", "d 30 b2 c"};

static void ask_for(WorkflowJob *job, const char *options)
{
    g_auto(GStrv) argv = g_strsplit(options, " ", -1);
    g_autoptr(Diags) diags = diags_new();

    assert_true(sbatchopts_parse(argv, job->spec, "", 0, diags));
}

static void a_plan_survives_with_all_its_options(void **state)
{
    const WorldOptions options = {.accounting = true, .weight_qos = 1000};
    g_autoptr(Cluster) cluster = world_cluster(&options);
    g_autoptr(Workflow) workflow = world_workflow(diamond, 5);
    g_autoptr(Plan) plan = NULL, back = NULL;
    g_autofree char *first = NULL, *second = NULL;
    g_autoptr(GError) error = NULL;
    Problem problem;

    (void)state;
    ask_for(&workflow->jobs[0], "--time=30 -n4 --mem-per-cpu=2G --array=0-3%2");
    ask_for(&workflow->jobs[1],
            "-N2 --gpus-per-node=2 --exclusive --mail-user=x@y --mail-type=END");
    ask_for(&workflow->jobs[2], "--constraint=ib --nice=50 --signal=B:USR1@60 --output=a\\%j.log");
    problem_init(&problem, workflow, cluster);
    problem.user = "ann";
    problem.budget = 20;
    assert_ok(plan = plan_make(&problem, &error), error);
    first = plan_json_write(plan, sbatchopts_argv);
    assert_ok(back = plan_json_read(first, "plan.json", sbatchopts_parse, &error), error);
    second = plan_json_write(back, sbatchopts_argv);
    assert_string_equal(first, second);
    for (uint32_t i = 0; i < plan->n_jobs; i++)
        assert_true(job_spec_equal(plan->jobs[i].spec, back->jobs[i].spec));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_survives_with_all_its_options),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
