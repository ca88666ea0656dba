/* plan.json: what is written is read back; what is broken is told where. */
#include "planner/plan_json.h"
#include "tests/planner/world.h"

/* Two options are enough to see that the spec goes both ways. */
static char **write_spec(const JobSpec *spec)
{
    char **argv = g_new0(char *, 3);

    argv[0] = g_strdup_printf("--partition=%s", spec->partition);
    argv[1] = g_strdup_printf("--ntasks=%u", spec->ntasks);
    return argv;
}

static bool read_spec(char *const *argv, JobSpec *spec, const char *file, int line, Diags *diags)
{
    for (char *const *word = argv; *word; word++) {
        if (g_str_has_prefix(*word, "--partition=")) {
            spec->partition = g_strdup(strchr(*word, '=') + 1);
        } else if (g_str_has_prefix(*word, "--ntasks=")) {
            spec->ntasks = (uint32_t)g_ascii_strtoull(strchr(*word, '=') + 1, NULL, 10);
        } else {
            diags_add(diags, DIAG_ERROR, file, line, 0, NULL, "unknown option '%s'", *word);
            return false;
        }
    }
    return true;
}

static void free_text(void *text)
{
    g_free(text);
}

static void free_considered(void *row)
{
    considered_free(row);
}

static void free_rejected(void *row)
{
    rejected_free(row);
}

static void fill_job(PlanJob *job, const WorkflowJob *own)
{
    job->name = g_strdup(own->name);
    job->spec = job_spec_copy(own->spec);
    job->spec->partition = g_strdup("gpu");
    job->spec->ntasks = 4;
    job->partition = g_strdup("gpu");
    job->qos = g_strdup("high");
    job->nodes = 1;
    job->cpus = 4;
    job->limit = MINUTES_UNLIMITED;
    job->limit_source = LIMIT_NOWHERE;
    job->runtime = own->runtime.p50;
    job->start_at = 100;
    job->end_at = 700;
    job->eligible_at = 40;
    job->wait = 60;
    job->cost = 1.25;
    job->state = JOB_COMPLETED;
    job->critical = true;
    job->why = g_strdup("gpu/high starts 2h10m earlier than \"gpu/normal\" \xc3\xbc");
}

static void add_rows(Plan *plan)
{
    Considered *considered = g_new0(Considered, 1);
    Rejected *rejected = g_new0(Rejected, 1);

    considered->label = g_strdup("all on gpu/high");
    considered->makespan = INSTANT_NEVER;
    considered->note = g_strdup("b never starts: Resources");
    rejected->job = g_strdup("a");
    rejected->n_jobs = 2;
    rejected->partition = g_strdup("debug");
    rejected->reason = g_strdup("MaxTime=30:00 is below the time limit 3:00:00");
    plan->considered = g_ptr_array_new_with_free_func(free_considered);
    plan->rejected = g_ptr_array_new_with_free_func(free_rejected);
    plan->notes = g_ptr_array_new_with_free_func(free_text);
    g_ptr_array_add(plan->considered, considered);
    g_ptr_array_add(plan->rejected, rejected);
    g_ptr_array_add(plan->notes, g_strdup("a note"));
}

static Plan *sample(const Workflow *workflow)
{
    Plan *plan = g_new0(Plan, 1);

    plan->workflow = workflow;
    plan->name = g_strdup(workflow->name);
    plan->strategy = STRATEGY_STAGED;
    plan->objective = OBJECTIVE_COST;
    plan->deadline_at = INSTANT_NEVER;
    plan->deadline_met = true;
    plan->epoch = 1700000000;
    plan->makespan = 700;
    plan->makespan_p90 = 900;
    plan->baseline_makespan = 1000;
    plan->assignments = 1e15;
    plan->untried = 1e15 - 3;
    plan->n_jobs = workflow->n_jobs;
    plan->jobs = g_new0(PlanJob, plan->n_jobs);
    for (uint32_t i = 0; i < plan->n_jobs; i++)
        fill_job(&plan->jobs[i], &workflow->jobs[i]);
    plan->n_path = 1;
    plan->path = g_new0(PathStep, 1);
    plan->path[0] = (PathStep){.job = 1, .ready_at = 40, .start_at = 100, .end_at = 700};
    add_rows(plan);
    return plan;
}

static Workflow *sample_workflow(void)
{
    const char *const lines[] = {"a 10", "b 10 a"};
    Workflow *workflow = world_workflow(lines, 2);

    workflow->jobs[0].env = g_strsplit("K=V,L=a b", ",", -1);
    workflow->jobs[0].container = g_new0(Container, 1);
    workflow->jobs[0].container->image = g_strdup("x.sif");
    workflow->jobs[0].container->nv = true;
    workflow->jobs[1].after[0].type = DEPEND_AFTER;
    workflow->jobs[1].after[0].delay = 3;
    workflow->jobs[1].singleton = true;
    return workflow;
}

static void a_plan_read_back_and_written_again_is_the_same(void **state)
{
    g_autoptr(Workflow) workflow = sample_workflow();
    g_autoptr(Plan) plan = sample(workflow);
    g_autoptr(GError) error = NULL;
    g_autofree char *first = plan_json_write(plan, write_spec);
    g_autoptr(Plan) back = NULL;
    g_autofree char *second = NULL;

    (void)state;
    assert_ok(back = plan_json_read(first, "plan.json", read_spec, &error), error);
    second = plan_json_write(back, write_spec);
    assert_string_equal(first, second);
    assert_int_equal(back->strategy, STRATEGY_STAGED);
    assert_int_equal(back->jobs[0].limit, MINUTES_UNLIMITED);
    assert_int_equal(back->jobs[1].spec->ntasks, 4);
    assert_int_equal(back->workflow->jobs[1].after[0].type, DEPEND_AFTER);
    assert_int_equal(back->workflow->jobs[1].after[0].delay, 3);
    assert_string_equal(back->workflow->jobs[0].env[1], "L=a b");
    assert_true(back->workflow->jobs[0].container->nv);
    assert_int_equal(back->path[0].job, 1);
}

static void the_answer_has_what_other_programs_look_for(void **state)
{
    g_autoptr(Workflow) workflow = sample_workflow();
    g_autoptr(Plan) plan = sample(workflow);
    g_autofree char *text = plan_json_write(plan, NULL);

    (void)state;
    assert_non_null(strstr(text, "\"schema\": \"srx/plan/1\""));
    assert_non_null(strstr(text, "\"makespan\": 700"));
    assert_non_null(strstr(text, "\"critical_path\": [\n    \"b\"\n  ]"));
    assert_non_null(strstr(text, "\"start\": 100"));
    assert_non_null(strstr(text, "\"gain\": 300"));
    assert_null(strstr(text, "sbatch"));
}

/* @old in a good plan.json replaced by @new must give @message. */
static void assert_refused(const char *old, const char *new, const char *message)
{
    g_autoptr(Workflow) workflow = sample_workflow();
    g_autoptr(Plan) plan = sample(workflow);
    g_autofree char *text = plan_json_write(plan, write_spec);
    char *at = strstr(text, old);
    g_autofree char *broken = NULL;
    g_autoptr(GError) error = NULL;

    assert_non_null(at);
    *at = '\0';
    broken = g_strconcat(text, new, at + strlen(old), NULL);
    assert_null(plan_json_read(broken, "plan.json", read_spec, &error));
    assert_int_equal(error->code, SRX_ERROR_INPUT);
    assert_string_equal(error->message, message);
}

static void broken_plans_are_told_where(void **state)
{
    (void)state;
    assert_refused("srx/plan/1", "srx/plan/9",
                   "plan.json: expected the schema 'srx/plan/1', found 'srx/plan/9'");
    assert_refused("\"makespan\": 700", "\"makespan\": \"x\"",
                   "plan.json.makespan: expected a whole number of seconds or null, found a text");
    assert_refused("\"nodes\": 1", "\"nodes\": -1",
                   "plan.json: jobs[0].nodes: expected 0 to 4294967295, found -1");
    assert_refused("\"nodes\": 1", "\"nodes\": null",
                   "plan.json: jobs[0].nodes: expected a whole number, found null");
    assert_refused("\"strategy\": \"staged\"", "\"strategy\": \"fast\"",
                   "plan.json.strategy: expected a word such as 'together', found 'fast'");
    assert_refused("\"cost\": 0.0", "\"cost\": []",
                   "plan.json.cost: expected a number, found a list");
    assert_refused("\"critical\": true", "\"critical\": 1",
                   "plan.json: jobs[0].critical: expected true or false, found a number");
    assert_refused("\"name\": \"a\"", "\"nome\": \"a\"",
                   "plan.json: jobs[0].name: expected a text, found nothing");
    assert_refused("\"name\": \"b\"", "\"name\": \"a\"",
                   "plan.json: jobs[1].name: there are two jobs 'a'");
    assert_refused("\"job\": \"a\"", "\"job\": \"z\"",
                   "plan.json: jobs[1].after: expected the name of a job");
    assert_refused("\"--ntasks=4\"", "\"--nope\"",
                   "plan.json: jobs[0].sbatch: unknown option '--nope'");
    assert_refused("\"--ntasks=4\"", "4",
                   "plan.json: jobs[0].sbatch: expected a list of texts, found a number");
    assert_refused("\"sbatch\"", "\"batch\"",
                   "plan.json: jobs[0].sbatch: expected a list of texts, found nothing");
    assert_refused("\"rejected\": [", "\"rejects\": [",
                   "plan.json.rejected: expected a list, found nothing");
    assert_refused("\"a note\"", "{}", "plan.json: notes: expected texts");
}

static void what_is_not_json_is_told_with_its_place(void **state)
{
    g_autoptr(GError) error = NULL;

    (void)state;
    assert_null(plan_json_read("{\"schema\": nope}", "plan.json", read_spec, &error));
    assert_non_null(strstr(error->message, "plan.json:1:"));
    assert_non_null(strstr(error->message, "expected a plan in JSON"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_read_back_and_written_again_is_the_same),
        cmocka_unit_test(the_answer_has_what_other_programs_look_for),
        cmocka_unit_test(broken_plans_are_told_where),
        cmocka_unit_test(what_is_not_json_is_told_with_its_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
