/* Tests of cli/dispatch.h: plans made of workflow files. */
#include "tests/test.h"

#include "cli/dispatch.h"
#include "planner/workflow_yaml.h"
#include "slurmio/sbatchopts.h"
#include "tests/slurmio/hostile.h"
#include <glib/gstdio.h>

typedef struct {
    char *place;
    Workflow *workflow;
    Plan plan;
} Made;

static const DispatchChoice usual = {.directory = "/home/ann"};

/* A plan of the workflow @text: every job as the file says, from second 100 on, 60 s each. */
static void make(Made *out, const char *text, StrategyKind strategy)
{
    const WorkflowOptions options = {.readers = {sbatchopts_parse, sbatchopts_script_load}};
    g_autofree char *path = NULL;
    g_autoptr(Diags) diags = diags_new();
    Plan *plan = &out->plan;

    *out = (Made){.place = g_dir_make_tmp("srx-dispatch-XXXXXX", NULL)};
    path = g_build_filename(out->place, "w.yaml", NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
    out->workflow = workflow_yaml_load(path, &options, diags);
    if (!out->workflow)
        fail_msg("%s", diags_nth(diags, 0)->text);
    *plan = (Plan){.strategy = strategy,
                   .epoch = 1000000,
                   .name = out->workflow->name,
                   .user = (char *)(uintptr_t) "ann",
                   .workflow = out->workflow,
                   .n_jobs = out->workflow->n_jobs};
    plan->jobs = g_new0(PlanJob, plan->n_jobs);
    for (uint32_t i = 0; i < plan->n_jobs; i++) {
        plan->jobs[i].name = out->workflow->jobs[i].name;
        plan->jobs[i].spec = job_spec_copy(out->workflow->jobs[i].spec);
        plan->jobs[i].start_at = 100 + 60 * (Instant)i;
        plan->jobs[i].end_at = 160 + 60 * (Instant)i;
    }
    g_unlink(path);
}

static void made_clear(Made *self)
{
    for (uint32_t i = 0; i < self->plan.n_jobs; i++)
        job_spec_free(self->plan.jobs[i].spec);
    g_free(self->plan.jobs);
    workflow_free(self->workflow);
    if (self->place)
        g_rmdir(self->place);
    g_free(self->place);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Made, made_clear)

static Submission *built(const Made *made, const DispatchChoice *choice)
{
    g_autoptr(GError) error = NULL;
    Submission *out = dispatch_build(&made->plan, choice, &error);

    assert_ok(out, error);
    return out;
}

static void assert_options(const SubmissionJob *job, const char *expected)
{
    g_auto(GStrv) argv = sbatchopts_argv(job->spec);
    g_autofree char *words = g_strjoinv(" ", argv);

    assert_string_equal(words, expected);
}

static void assert_edges(const Submission *submission, uint32_t job, const char *expected)
{
    g_autoptr(GString) edges = g_string_new(NULL);

    for (uint32_t i = 0; i < submission->jobs[job].n_after; i++) {
        const SubmissionEdge *edge = &submission->jobs[job].after[i];

        g_string_append_printf(edges, "%s%s:%s", i ? " " : "", edge->type,
                               submission->jobs[edge->job].name);
    }
    assert_string_equal(edges->str, expected);
}

/* ---- jobs -------------------------------------------------------------------------------- */

#define DIAMOND                                                                                    \
    "name: diamond\njobs:\n"                                                                       \
    "  - {name: d, command: [d], depends_on: [b, c]}\n"                                            \
    "  - {name: b, command: [b], depends_on: [a]}\n"                                               \
    "  - {name: c, command: [c], depends_on: ['afterany:a']}\n"                                    \
    "  - {name: a, command: [a, '{{ x }}'], exports: {k: v}}\nargs: {x: 'two words'}\n"

static void jobs_come_behind_what_they_wait_for(void **state)
{
    g_auto(Made) made = {0};
    g_autoptr(Submission) out = NULL;

    (void)state;
    make(&made, DIAMOND, STRATEGY_TOGETHER);
    out = built(&made, &usual);
    assert_string_equal(out->name, "diamond");
    assert_string_equal(out->user, "ann");
    assert_int_equal(out->n_jobs, 4);
    assert_string_equal(out->jobs[0].name, "a");
    assert_string_equal(out->jobs[3].name, "d");
    assert_edges(out, 0, "");
    assert_edges(out, submission_find(out, "b"), "afterok:a");
    assert_edges(out, submission_find(out, "c"), "afterany:a");
    assert_edges(out, 3, "afterok:b afterok:c");
    assert_non_null(strstr(out->jobs[0].script, " a 'two words'\n"));
    assert_int_equal(out->jobs[0].predicted_start, 1000000 + 280);
    assert_int_equal(out->jobs[0].predicted_end, 1000000 + 340);
    assert_int_equal(submission_staged(out), 0);
}

static void staged_jobs_are_those_that_wait(void **state)
{
    g_auto(Made) made = {0};
    g_autoptr(Submission) out = NULL;

    (void)state;
    make(&made, DIAMOND, STRATEGY_STAGED);
    out = built(&made, &usual);
    assert_int_equal(submission_staged(out), 3);
    assert_false(out->jobs[0].staged);
    assert_edges(out, 3, "afterok:b afterok:c");
}

static void serial_jobs_wait_for_the_one_before_as_well(void **state)
{
    g_auto(Made) made = {0};
    g_autoptr(Submission) out = NULL;

    (void)state;
    make(&made,
         "jobs:\n  - {name: a, command: [a]}\n  - {name: b, command: [b]}\n"
         "  - {name: rescue, command: [r], depends_on: ['afternotok:a']}\n"
         "  - {name: c, command: [c], depends_on: [b]}\n",
         STRATEGY_SERIAL);
    out = built(&made, &usual);
    assert_edges(out, submission_find(out, "b"), "afterany:a");
    assert_edges(out, submission_find(out, "rescue"), "afternotok:a");
    assert_edges(out, submission_find(out, "c"), "afterok:b");
}

static void what_a_job_exports_reaches_who_waits_for_it(void **state)
{
    g_auto(Made) made = {0};
    g_autoptr(Submission) out = NULL;

    (void)state;
    make(&made,
         "jobs:\n  - {name: a, command: [a], exports: {model: '/m; $(x).pt'}}\n"
         "  - {name: b, command: [eval, '{{ deps.a.model }}'], depends_on: [a]}\n",
         STRATEGY_TOGETHER);
    out = built(&made, &usual);
    assert_non_null(strstr(out->jobs[1].script, " eval '/m; $(x).pt'\n"));
}

static void outputs_go_where_srunx_puts_them(void **state)
{
    g_auto(Made) made = {0};
    g_autoptr(Submission) out = NULL;

    (void)state;
    make(&made,
         "jobs:\n  - {name: a, command: [a]}\n"
         "  - {name: b, command: [b], log_dir: logs, work_dir: /scratch/x}\n"
         "  - {name: c, command: [c], array: 0-3}\n"
         "  - {name: 'a/b c', command: [d]}\n"
         "  - {name: e, command: [e], resources: {sbatch: ['--output=o-%j', '--error=/e-%j']}}\n",
         STRATEGY_TOGETHER);
    out = built(&made, &usual);
    assert_options(&out->jobs[0], "--job-name=a --output=%x_%j.log");
    assert_string_equal(out->jobs[0].log, "/home/ann/%x_%j.log");
    assert_null(out->jobs[0].error_log);
    assert_options(&out->jobs[1], "--job-name=b --chdir=/scratch/x --output=logs/%x_%j.log");
    assert_string_equal(out->jobs[1].log, "/scratch/x/logs/%x_%j.log");
    assert_string_equal(out->jobs[2].log, "/home/ann/%x_%A_%a.log");
    assert_string_equal(out->jobs[3].log, "/home/ann/a_b_c_%j.log");
    assert_string_equal(out->jobs[3].spec->name, "a/b c");
    assert_string_equal(out->jobs[4].log, "/home/ann/o-%j");
    assert_string_equal(out->jobs[4].error_log, "/e-%j");
}

static void a_job_with_a_cap_is_warned_and_requeued(void **state)
{
    g_auto(Made) made = {0};
    g_autoptr(Submission) out = NULL;

    (void)state;
    make(&made,
         "jobs:\n  - {name: a, command: [a], requeue_max: 3, resources: {time_limit: '60'}}\n"
         "  - {name: b, command: [b], requeue_max: 1, signal: 'SIGUSR1@300'}\n"
         "  - {name: c, command: [c], requeue_max: 1, resources: {time_limit: '2'}}\n",
         STRATEGY_TOGETHER);
    out = built(&made, &usual);
    assert_options(&out->jobs[0], "--job-name=a --requeue --signal=B:USR2@90 --time=60 "
                                  "--open-mode=append --output=%x_%j.log");
    assert_int_equal(out->jobs[0].requeue_max, 3);
    assert_non_null(strstr(out->jobs[0].script, "srx_requeue_max=3 srx_patience=45 "
                                                "srx_signal=USR2\n"));
    assert_string_equal(out->jobs[1].spec->signal, "B:USR1@300");
    assert_string_equal(out->jobs[2].spec->signal, "B:USR2@30");
}

static void handling_is_handed_on(void **state)
{
    g_auto(Made) made = {0};
    g_autoptr(Submission) out = NULL;
    const DispatchChoice guarded = {.directory = "/", .guard_seconds = 30};

    (void)state;
    make(&made,
         "jobs:\n  - name: a\n    command: echo hi\n    retry: 2\n    retry_delay: 5m\n"
         "    retry_on: {TIMEOUT: {time: x2}}\n    done_when: 'all done'\n    singleton: true\n"
         "    on_failure: stop\n",
         STRATEGY_TOGETHER);
    out = built(&made, &guarded);
    assert_int_equal(out->jobs[0].retry, 2);
    assert_int_equal(out->jobs[0].retry_delay, 300);
    assert_string_equal(out->jobs[0].retry_on, "TIMEOUT:time=x2,max=1");
    assert_string_equal(out->jobs[0].done_when, "all done");
    assert_string_equal(out->jobs[0].on_failure, "stop");
    assert_true(out->jobs[0].singleton);
    assert_non_null(strstr(out->jobs[0].script, "srx_guard_begin 30 'all done'\n"));
}

static void hostile_names_stay_what_they_are(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(hostile); i++) {
        g_auto(Made) made = {0};
        g_autoptr(Submission) out = NULL;

        if (!*hostile[i] || strpbrk(hostile[i], "\n\r\t\a\033\177\001"))
            continue; /* refused */
        make(&made, "jobs:\n  - {name: a, command: [a]}\n", STRATEGY_TOGETHER);
        g_free(made.workflow->jobs[0].name);
        made.workflow->jobs[0].name = g_strdup(hostile[i]);
        out = built(&made, &usual);
        assert_string_equal(out->jobs[0].name, hostile[i]);
        assert_string_equal(out->jobs[0].spec->name, hostile[i]);
        assert_null(strchr(out->jobs[0].log + strlen("/home/ann/"), '/'));
    }
}

/* ---- scripts ----------------------------------------------------------------------------- */

static char *put(const Made *made, const char *name, const char *text)
{
    char *path = g_build_filename(made->place, name, NULL);

    assert_true(g_file_set_contents(path, text, -1, NULL));
    return path;
}

static void a_script_is_sent_with_its_variables_put_in(void **state)
{
    g_auto(Made) made = {0};
    g_autoptr(Submission) out = NULL;
    g_autofree char *path = NULL;

    (void)state;
    make(&made, "jobs:\n  - {name: a, path: a.sh, script_vars: {epochs: 30}}\n", STRATEGY_TOGETHER);
    path = put(&made, "a.sh", "#!/bin/sh\n#SBATCH -n1\ntrain {{ epochs }}\n");
    out = built(&made, &usual);
    g_unlink(path);
    assert_string_equal(out->jobs[0].script, "#!/bin/sh\n#SBATCH -n1\ntrain 30\n");
    assert_options(&out->jobs[0], "--job-name=a");
    assert_string_equal(out->jobs[0].log, "/home/ann/slurm-%j.out");
}

/* ---- sweeps ------------------------------------------------------------------------------ */

#define SWEEP(rest)                                                                                \
    "sweep: {matrix: {lr: [0.1, 0.2, 0.3]}, max_parallel: 2}\njobs:\n"                             \
    "  - {name: fit, command: [fit, '{{ lr }}']" rest "}\n"

static void a_sweep_is_one_array_with_its_throttle(void **state)
{
    g_auto(Made) made = {0};
    g_autoptr(Submission) out = NULL;

    (void)state;
    make(&made, SWEEP(", requeue_max: 1"), STRATEGY_TOGETHER);
    out = built(&made, &usual);
    assert_int_equal(out->n_jobs, 1);
    assert_string_equal(out->jobs[0].name, "fit");
    assert_options(&out->jobs[0], "--array=0-2%2 --job-name=fit --requeue --signal=B:USR2@90 "
                                  "--open-mode=append --output=%x_%A_%a.log");
    assert_non_null(strstr(out->jobs[0].script, "\n2)\n"));
    assert_non_null(strstr(out->jobs[0].script, " fit 0.3"));
    assert_int_equal(out->jobs[0].predicted_start, 1000100);
    assert_int_equal(out->jobs[0].predicted_end, 1000280);
}

static void cells_that_differ_are_jobs_of_their_own(void **state)
{
    static const DispatchChoice single = {.directory = "/", .no_arrays = true};
    static const DispatchChoice small = {.directory = "/", .array_most = 2};
    g_auto(Made) made = {0}, differing = {0};
    g_autoptr(Submission) apart = NULL, few = NULL, different = NULL;

    (void)state;
    make(&made, SWEEP(""), STRATEGY_TOGETHER);
    apart = built(&made, &single);
    assert_int_equal(apart->n_jobs, 3);
    assert_edges(apart, 2, "afterany:fit-0.1");
    few = built(&made, &small);
    assert_int_equal(few->n_jobs, 3);
    make(&differing, SWEEP(", resources: {sbatch: ['--comment={{ lr }}']}"), STRATEGY_TOGETHER);
    different = built(&differing, &usual);
    assert_int_equal(different->n_jobs, 3);
}

static void a_thousand_cells_are_one_array(void **state)
{
    g_autoptr(GString) text = g_string_new("sweep: {max_parallel: 256, matrix: {n: [0");
    g_auto(Made) made = {0};
    g_autoptr(Submission) out = NULL;

    (void)state;
    for (int i = 1; i < 1000; i++)
        g_string_append_printf(text, ", %d", i);
    g_string_append(text, "]}}\njobs: [{name: t, command: [t, '{{ n }}']}]\n");
    make(&made, text->str, STRATEGY_TOGETHER);
    out = built(&made, &usual);
    assert_int_equal(out->n_jobs, 1);
    assert_string_equal(out->jobs[0].spec->array, "0-999%256");
    assert_true(strlen(out->jobs[0].script) < 1000000);
}

/* ---- at a terminal, and messages --------------------------------------------------------- */

static void an_interactive_line_asks_for_what_the_job_does(void **state)
{
    g_auto(Made) made = {0};
    g_autoptr(GError) error = NULL;
    g_autofree char *line = NULL;

    (void)state;
    make(&made,
         "jobs:\n  - name: a\n    command: [a]\n    array: 0-3\n    requeue_max: 2\n"
         "    work_dir: /w d\n    resources: {gres: 'gpu:4', time_limit: '30'}\n"
         "    environment: {container: {image: 'ubuntu:22.04', mounts: ['.:/w']}}\n",
         STRATEGY_TOGETHER);
    line = dispatch_interactive(&made.plan, 0, &error);
    assert_ok(line, error);
    assert_string_equal(line, "srun --gres=gpu:4 --job-name=a --time=30 '--chdir=/w d' "
                              "--container-image=ubuntu:22.04 --container-mounts=.:/w --pty "
                              "bash -i");
}

static void assert_refused(const char *text, const char *message)
{
    g_auto(Made) made = {0};
    g_autoptr(GError) error = NULL;

    make(&made, text, STRATEGY_TOGETHER);
    assert_null(dispatch_build(&made.plan, &usual, &error));
    assert_int_equal(error->code, SRX_ERROR_INPUT);
    if (!g_str_has_prefix(error->message, message))
        assert_string_equal(error->message, message);
}

static void what_cannot_be_submitted_is_named(void **state)
{
    (void)state;
    assert_refused("jobs: [{name: a, command: [a], template: t.jinja}]\n",
                   "job 'a': template: srx writes the script itself and has no use for 't.jinja'; "
                   "give a script of your own as script_path, or say what it adds as setup lines");
    assert_refused("jobs: [{name: a, path: gone.sh}]\n",
                   "job 'a': expected a job script at 'gone.sh': ");
    assert_refused("jobs: [{name: a, command: [a], launch_prefix: 'x; y'}]\n",
                   "job 'a': launch_prefix: expected words, found '; y'");
    assert_refused("jobs: [{name: a, command: [a], requeue_max: 1, resources: {sbatch: "
                   "['--no-requeue']}}]\n",
                   "job 'a': requeue_max: expected a job that may be requeued, found "
                   "--no-requeue");
    assert_refused(SWEEP(", launch_prefix: '`x`'"), "job 'fit': launch_prefix: expected words");
    assert_refused(SWEEP(", template: x"), "job 'fit-0.1': template: ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jobs_come_behind_what_they_wait_for),
        cmocka_unit_test(staged_jobs_are_those_that_wait),
        cmocka_unit_test(serial_jobs_wait_for_the_one_before_as_well),
        cmocka_unit_test(what_a_job_exports_reaches_who_waits_for_it),
        cmocka_unit_test(outputs_go_where_srunx_puts_them),
        cmocka_unit_test(a_job_with_a_cap_is_warned_and_requeued),
        cmocka_unit_test(handling_is_handed_on),
        cmocka_unit_test(hostile_names_stay_what_they_are),
        cmocka_unit_test(a_script_is_sent_with_its_variables_put_in),
        cmocka_unit_test(a_sweep_is_one_array_with_its_throttle),
        cmocka_unit_test(cells_that_differ_are_jobs_of_their_own),
        cmocka_unit_test(a_thousand_cells_are_one_array),
        cmocka_unit_test(an_interactive_line_asks_for_what_the_job_does),
        cmocka_unit_test(what_cannot_be_submitted_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
