/* Tests of cli/report.h, cli/graph_text.h and cli/comparison.h. */
#include "tests/test.h"

#include "base/rng.h"
#include "base/text.h"
#include "cli/comparison.h"
#include "cli/graph_text.h"
#include "cli/report.h"

static const Terminal plain = {.columns = 80, .cut = 80};

static void fill_job(PlanJob *job, const char *name, const char *why)
{
    job->name = g_strdup(name);
    job->spec = job_spec_new();
    job->spec->partition = g_strdup("gpu");
    job->partition = g_strdup("gpu");
    job->qos = g_strdup("high");
    job->nodes = 1;
    job->limit = 120;
    job->why = g_strdup(why);
    job->submit_at = 100;
    job->eligible_at = 100;
}

static void free_considered(void *item)
{
    considered_free(item);
}

static void free_rejected(void *item)
{
    rejected_free(item);
}

/* prepare runs 0:10:00 to 0:30:00, "train it" after it until 2:30:00. */
static Plan *small_plan(Workflow *workflow)
{
    Plan *self = g_new0(Plan, 1);
    static const char *const name = "train it";

    self->now = 100;
    self->deadline_at = INSTANT_NEVER;
    self->deadline_met = true;
    self->name = g_strdup("pipeline");
    self->user = g_strdup("alice");
    self->n_jobs = 2;
    self->jobs = g_new0(PlanJob, 2);
    fill_job(&self->jobs[0], "prepare", "the only partition with GPUs");
    fill_job(&self->jobs[1], name, "the only partition with GPUs");
    self->jobs[0].start_at = 700;
    self->jobs[0].wait = 600;
    self->jobs[0].end_at = self->jobs[1].eligible_at = self->jobs[1].start_at = 1900;
    self->jobs[1].end_at = 9100;
    self->jobs[0].critical = self->jobs[1].critical = true;
    self->jobs[1].limit_source = LIMIT_DEFAULT_TIME;
    self->makespan = 9000;
    self->makespan_p90 = 9900;
    self->baseline_makespan = 12000;
    self->n_path = 2;
    self->path = g_new0(PathStep, 2);
    self->path[0] = (PathStep){0, 100, 700, 1900};
    self->path[1] = (PathStep){1, 1900, 1900, 9100};
    self->cost = 1.5;
    self->baseline_cost = 2;
    self->considered = g_ptr_array_new_with_free_func(free_considered);
    self->rejected = g_ptr_array_new_with_free_func(free_rejected);
    self->notes = g_ptr_array_new();
    self->simulations = 12;
    self->assignments = 4;
    self->workflow = workflow;
    return self;
}

static Workflow *small_workflow(void)
{
    Workflow *self = g_new0(Workflow, 1);

    self->n_cells = 1;
    self->n_jobs = 2;
    self->jobs = g_new0(WorkflowJob, 2);
    for (int i = 0; i < 2; i++) {
        WorkflowJob *job = &self->jobs[i];

        job->name = g_strdup(i ? "train it" : "prepare");
        job->spec = job_spec_new();
        job->runs = RUNS_SHELL;
        job->command = g_new0(char *, 2);
        job->command[0] = g_strdup(i ? "train --fast" : "make");
        job->file = g_strdup("w.yaml");
    }
    self->jobs[1].after = g_new0(WorkflowEdge, 1);
    self->jobs[1].n_after = 1;
    self->jobs[1].after[0].type = DEPEND_AFTEROK;
    return self;
}

static void the_report_tells_the_whole_plan(G_GNUC_UNUSED void **state)
{
    g_autoptr(Workflow) workflow = small_workflow();
    g_autoptr(Plan) plan = small_plan(workflow);
    const ReportChoice choice = {.place = "campus", .gantt = true};
    g_autofree char *text = report_text(plan, &choice, &plain);

    assert_string_equal(
        text, "pipeline on campus: 2 jobs of alice; times from now (0:01:40)\n"
              "\n"
              "JOB         PARTITION  QOS   NODES     LIMIT   SUBMIT    START      END  WAIT\n"
              "prepare *   gpu        high      1   2:00:00  0:00:00  0:10:00  0:30:00   10m\n"
              "train it *  gpu        high      1  2:00:00+  0:00:00  0:30:00  2:30:00    0s\n"
              "+ not the job's own limit but Slurm's default for it\n"
              "\n"
              "Makespan       2h30m; 2h45m with the longer run times (p90)\n"
              "Gain           50m earlier than as the file says (3h20m), 25 %\n"
              "Cost           1.50 billing hours; as the file says 2.00\n"
              "Submit         everything at once, with dependencies\n"
              "Search         12 simulations of 4 possible assignments; nothing left untried\n"
              "Critical path  prepare (wait 10m, run 20m) -> train it (wait 0s, run 2h)\n"
              "\n"
              "prepare  * ....##########\n"
              "train it *              ########################################################\n"
              "           +------------+-------------+-------------+-------------+-------------\n"
              "           0s           30m           1h            1h30m         2h\n"
              ". wait  # run  * critical path\n"
              "\n"
              "Why\n"
              "  prepare, train it: the only partition with GPUs\n");
}

static void add_alternatives(Plan *plan, guint n)
{
    for (guint i = 0; i < n; i++) {
        Considered *considered = g_new0(Considered, 1);
        Rejected *rejected = g_new0(Rejected, 1);

        considered->label = g_strdup_printf("cpu/q%u", i);
        considered->makespan = i ? INSTANT_NEVER : 60;
        considered->note = g_strdup(i ? "never starts" : NULL);
        g_ptr_array_add(plan->considered, considered);
        rejected->job = g_strdup("prepare");
        rejected->n_jobs = 1 + i;
        rejected->partition = g_strdup(i % 2 ? NULL : "cpu");
        rejected->reason = g_strdup("no GPUs there");
        g_ptr_array_add(plan->rejected, rejected);
    }
}

static void alternatives_are_shortened_unless_asked_for(G_GNUC_UNUSED void **state)
{
    g_autoptr(Workflow) workflow = small_workflow();
    g_autoptr(Plan) plan = small_plan(workflow);
    ReportChoice choice = {.place = "campus"};
    g_autofree char *few = NULL, *all = NULL;

    add_alternatives(plan, 20);
    few = report_text(plan, &choice, &plain);
    choice.considered = true;
    all = report_text(plan, &choice, &plain);
    assert_non_null(strstr(few, "  ... and 12 more (--considered)\n"));
    assert_non_null(strstr(few, "  prepare on cpu: no GPUs there\n"));
    assert_non_null(strstr(few, "  prepare and 1 more anywhere: no GPUs there\n"));
    assert_null(strstr(few, "cpu/q19"));
    assert_non_null(strstr(all, "cpu/q19"));
    assert_null(strstr(all, "--considered"));
}

static void what_never_ends_is_said(G_GNUC_UNUSED void **state)
{
    g_autoptr(Workflow) workflow = small_workflow();
    g_autoptr(Plan) plan = small_plan(workflow);
    const ReportChoice choice = {.place = "campus", .gantt = true};
    g_autofree char *text = NULL;

    plan->jobs[1].start_at = plan->jobs[1].end_at = INSTANT_NEVER;
    plan->baseline_makespan = INSTANT_NEVER;
    plan->baseline_note = g_strdup("train it asks for 9 GPUs");
    text = report_text(plan, &choice, &plain);
    assert_non_null(strstr(text, "never"));
    assert_non_null(strstr(text, "as the file says, it would never end: train it asks for 9 GPUs"));
}

static void lines_for_scripts_have_a_header_and_bars(G_GNUC_UNUSED void **state)
{
    g_autoptr(Workflow) workflow = small_workflow();
    g_autoptr(Plan) plan = small_plan(workflow);
    g_autofree char *text = report_parsable(plan);

    assert_true(g_str_has_prefix(
        text, "Job|Partition|QOS|Account|Nodes|CPUS|Limit|LimitFrom|Runtime|RuntimeFrom|Submit|"
              "Start|End|Wait|Critical|Why\n"
              "prepare|gpu|high||1|0|2:00:00|own|0|runtime|100|700|1900|600|yes|"));
}

static void effective_options_are_sbatch_lines(G_GNUC_UNUSED void **state)
{
    g_autoptr(Workflow) workflow = small_workflow();
    g_autoptr(Plan) plan = small_plan(workflow);
    g_autofree char *text = report_effective(plan);

    assert_string_equal(text, "sbatch --partition=gpu --wrap make\n"
                              "sbatch --partition=gpu --dependency=afterok:<prepare> --wrap "
                              "'train --fast'\n");
}

static void graphs_name_jobs_edges_and_the_critical_path(G_GNUC_UNUSED void **state)
{
    g_autoptr(Workflow) workflow = small_workflow();
    g_autoptr(Plan) plan = small_plan(workflow);
    g_autofree char *mermaid = plan_mermaid(plan);
    g_autofree char *dot = NULL;

    assert_string_equal(mermaid, "flowchart TD\n"
                                 "    j0[\"prepare<br/>gpu/high, wait 10m, run 20m\"]:::critical\n"
                                 "    j1[\"train it<br/>gpu/high, wait 0s, run 2h\"]:::critical\n"
                                 "    j0 --> j1\n"
                                 "    classDef critical stroke:#c00,stroke-width:3px\n");
    workflow->jobs[1].after[0].type = DEPEND_AFTERANY;
    g_free(plan->jobs[0].name);
    plan->jobs[0].name = g_strdup("a \"b\"");
    dot = plan_dot(plan);
    assert_non_null(strstr(dot, "    j0 [label=\"a \\\"b\\\"\\ngpu/high, wait 10m, run 20m\", "));
    assert_non_null(strstr(dot, "    j0 -> j1 [label=\"afterany\"];\n"));
}

static void free_variant(void *variant)
{
    variant_free(variant);
}

static void variants_are_held_against_the_first(G_GNUC_UNUSED void **state)
{
    g_autoptr(Workflow) workflow = small_workflow();
    g_autoptr(GPtrArray) variants = g_ptr_array_new_with_free_func(free_variant);
    g_autofree char *text = NULL, *lines = NULL;
    static const char *const names[] = {"serial", "parallel", "parallel -q none"};

    for (int i = 0; i < 3; i++) {
        Variant *variant = variant_new(names[i]);

        variant->plan = i < 2 ? small_plan(workflow) : NULL;
        variant->problem = g_strdup(i < 2 ? NULL : "no QoS 'none'");
        g_ptr_array_add(variants, variant);
    }
    ((Variant *)g_ptr_array_index(variants, 1))->plan->makespan = 4500;
    text = comparison_text(variants, &plain);
    lines = comparison_parsable(variants);
    assert_string_equal(
        text, "VARIANT             MAKESPAN  WAIT MEAN  MEDIAN    P95  COST      DIFFERENCE\n"
              "serial                 2h30m         5m      5m  9m30s  1.50\n"
              "parallel               1h15m         5m      5m  9m30s  1.50  -1h15m (-50 %)\n"
              "parallel -q none  impossible\n"
              "  parallel -q none: no QoS 'none'\n");
    assert_non_null(strstr(lines, "\nparallel|4500|300|300|570|1.5000|\n"));
    assert_non_null(strstr(lines, "\nparallel -q none||||||no QoS 'none'\n"));
}

/* Whatever the names, on a terminal no line of the table is wider than it. */
static void no_row_is_wider_than_the_terminal(G_GNUC_UNUSED void **state)
{
    g_autoptr(Rng) rng = rng_new(2, 0, "names");

    for (int round = 0; round < 100; round++) {
        g_autoptr(Workflow) workflow = small_workflow();
        g_autoptr(Plan) plan = small_plan(workflow);
        const ReportChoice choice = {.place = "campus", .gantt = true};
        g_autofree char *text = NULL;
        g_auto(GStrv) lines = NULL;

        g_free(plan->jobs[0].name);
        plan->jobs[0].name = g_strnfill(1 + rng_below(rng, 60), 'x');
        text = report_text(plan, &choice, &plain);
        lines = g_strsplit(text, "\n", -1);
        for (char **line = lines; *line; line++)
            assert_true(text_width(*line) <= plain.columns);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_report_tells_the_whole_plan),
        cmocka_unit_test(alternatives_are_shortened_unless_asked_for),
        cmocka_unit_test(what_never_ends_is_said),
        cmocka_unit_test(lines_for_scripts_have_a_header_and_bars),
        cmocka_unit_test(effective_options_are_sbatch_lines),
        cmocka_unit_test(graphs_name_jobs_edges_and_the_critical_path),
        cmocka_unit_test(variants_are_held_against_the_first),
        cmocka_unit_test(no_row_is_wider_than_the_terminal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
