/* planner/workflow_yaml.h: srunx files and srx's additions, key by key. */
#include "tests/test.h"

#include "planner/workflow_yaml.h"
#include <glib/gstdio.h>

#define MINIMAL "jobs:\n  - name: a\n    command: [echo, hi]\n"

/* Loads @text from a file of its own. */
static Workflow *load_with(const char *text, const WorkflowOptions *options, Diags *diags)
{
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "srx-test-wf-XXXXXX", NULL);
    Workflow *workflow;

    g_close(g_mkstemp(path), NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
    workflow = workflow_yaml_load(path, options, diags);
    g_unlink(path);
    return workflow;
}

static char *all_texts(const Diags *diags)
{
    g_autoptr(GString) out = g_string_new(NULL);

    for (size_t i = 0; i < diags_length(diags); i++) {
        const Diag *diag = diags_nth(diags, i);

        g_string_append_printf(out, "%d:%d %s\n", diag->line, diag->column, diag->text);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static Workflow *load_quietly(const char *text, const WorkflowOptions *options)
{
    g_autoptr(Diags) diags = diags_new();
    Workflow *workflow = load_with(text, options, diags);
    g_autofree char *said = all_texts(diags);

    assert_string_equal(said, "");
    assert_non_null(workflow);
    return workflow;
}

/* Loads one job whose keys, after its name, are @keys. */
static Workflow *load_job(const char *keys)
{
    g_autofree char *text = g_strdup_printf("jobs:\n- name: a\n%s", keys);

    return load_quietly(text, NULL);
}

/* What is said of a whole file, as "line:column text". */
static void says(const char *text, bool taken, const char *expected)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(Workflow) workflow = load_with(text, NULL, diags);
    g_autofree char *said = all_texts(diags);

    assert_string_equal(said, expected);
    assert_true((workflow != NULL) == taken);
}

static void a_small_file_gives_a_job(void **state)
{
    g_autoptr(Workflow) workflow = load_quietly(MINIMAL, NULL);
    const WorkflowJob *job = &workflow->jobs[0];

    (void)state;
    assert_string_equal(workflow->name, "unnamed");
    assert_int_equal(workflow->n_jobs, 1);
    assert_int_equal(workflow->n_cells, 1);
    assert_string_equal(job->name, "a");
    assert_string_equal(job->base, "a");
    assert_string_equal(job->spec->name, "a");
    assert_int_equal(job->runs, RUNS_COMMAND);
    assert_string_equal(job->command[1], "hi");
    assert_int_equal(job->spec->time_limit, MINUTES_UNSET);
    assert_int_equal(job->cell, COUNT_UNSET);
    assert_int_equal(job->line, 2);
    assert_int_equal(job->retry_delay, 60);
}

static void resources_become_what_sbatch_is_asked_for(void **state)
{
    g_autoptr(Workflow) workflow = load_job(
        "  command: make all\n"
        "  resources: {nodes: 2-4, gpus_per_node: 'a100:2', ntasks_per_node: 3, cpus_per_task: 5,\n"
        "    memory_per_node: 32GB, time_limit: 1:30:00, nodelist: 'n[1-4]', partition: gpu,\n"
        "    qos: high, account: lab, constraint: [a, b], gres: 'shard:1', gpus: 8,\n"
        "    licenses: [m:1, c], reservation: r, exclusive: user, nice: 10, begin: now+1hour,\n"
        "    deadline: '2026-01-20T10:00', time_min: 10m, ntasks: 6, exclude: n9}\n");
    const JobSpec *spec = workflow->jobs[0].spec;

    (void)state;
    assert_int_equal(workflow->jobs[0].runs, RUNS_SHELL);
    assert_int_equal(spec->min_nodes, 2);
    assert_int_equal(spec->max_nodes, 4);
    assert_string_equal(spec->gpus_per_node, "a100:2");
    assert_string_equal(spec->gpus, "8");
    assert_int_equal(spec->ntasks, 6);
    assert_int_equal(spec->ntasks_per_node, 3);
    assert_int_equal(spec->cpus_per_task, 5);
    assert_int_equal(spec->mem, 32768);
    assert_int_equal(spec->time_limit, 90);
    assert_int_equal(spec->time_min, 10);
    assert_string_equal(spec->nodelist, "n[1-4]");
    assert_string_equal(spec->partition, "gpu");
    assert_string_equal(spec->qos, "high");
    assert_string_equal(spec->account, "lab");
    assert_string_equal(spec->constraint, "a&b");
    assert_string_equal(spec->licenses, "m:1,c");
    assert_int_equal(spec->exclusive, EXCLUSIVE_USER);
    assert_int_equal(spec->nice, 10);
    assert_string_equal(spec->begin, "now+1hour");
}

static void times_are_written_as_slurm_or_people_do(void **state)
{
    static const struct {
        const char *text;
        uint32_t minutes;
    } cases[] = {{"30", 30},  {"4:00:00", 240}, {"'1-12'", 2160},
                 {"2h", 120}, {"1h30m", 90},    {"UNLIMITED", MINUTES_UNLIMITED},
                 {"90s", 2}};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *keys =
            g_strdup_printf("  command: x\n  resources: {time_limit: %s}\n", cases[i].text);
        g_autoptr(Workflow) workflow = load_job(keys);

        assert_int_equal(workflow->jobs[0].spec->time_limit, cases[i].minutes);
    }
}

static void zero_gpus_are_none(void **state)
{
    g_autoptr(Workflow) workflow = load_job("  command: x\n  resources: {gpus_per_node: 0}\n");

    (void)state;
    assert_null(workflow->jobs[0].spec->gpus_per_node);
}

static void partitions_are_candidates(void **state)
{
    g_autoptr(Workflow) workflow = load_job("  command: x\n  resources: {partitions: [a, b]}\n");
    const WorkflowJob *job = &workflow->jobs[0];

    (void)state;
    assert_string_equal(job->partitions[1], "b");
    assert_string_equal(job->spec->partition, "a,b");
}

static void environment_is_read(void **state)
{
    g_autoptr(Workflow) workflow =
        load_job("  command: x\n  environment:\n    conda: ml\n    env_vars: {OMP_NUM_THREADS: 4}\n"
                 "    container: {runtime: apptainer, image: a.sif, nv: true, mounts: ['/d:/d'],\n"
                 "      env: {A: b}, workdir: /w}\n");
    const WorkflowJob *job = &workflow->jobs[0];

    (void)state;
    assert_string_equal(job->conda, "ml");
    assert_string_equal(job->env[0], "OMP_NUM_THREADS=4");
    assert_string_equal(job->container->runtime, "apptainer");
    assert_string_equal(job->container->mounts[0], "/d:/d");
    assert_string_equal(job->container->env[0], "A=b");
    assert_true(job->container->nv);
}

static void the_rest_of_a_job_is_kept(void **state)
{
    g_autoptr(Workflow) workflow =
        load_job("  command: x\n  array: 0-9%2\n  singleton: true\n  signal: B:USR1@60\n"
                 "  open_mode: append\n  setup: [module load a, ulimit]\n  teardown: rm x\n"
                 "  retry: 2\n  retry_delay: 5m\n  requeue_max: 3\n  done_when: test -f x\n"
                 "  on_failure: continue\n  work_dir: /w\n  log_dir: /l\n  template: t.jinja\n"
                 "  srun_args: --mpi=pmix\n  launch_prefix: nsys\n  exports: {p: /x}\n"
                 "  retry_on: {TIMEOUT: {time: x1.5, max: 2}, NODE_FAIL: {}}\n"
                 "  description: words\n");
    const WorkflowJob *job = &workflow->jobs[0];

    (void)state;
    assert_string_equal(job->spec->array, "0-9%2");
    assert_true(job->singleton);
    assert_string_equal(job->spec->signal, "B:USR1@60");
    assert_string_equal(job->spec->rest[0], "--open-mode=append");
    assert_string_equal(job->setup[1], "ulimit");
    assert_string_equal(job->teardown[0], "rm x");
    assert_int_equal(job->retry, 2);
    assert_int_equal(job->retry_delay, 300);
    assert_int_equal(job->requeue_max, 3);
    assert_string_equal(job->retry_on, "TIMEOUT:time=x1.5,max=2;NODE_FAIL:max=1");
    assert_string_equal(job->done_when, "test -f x");
    assert_string_equal(job->work_dir, "/w");
    assert_string_equal(job->template_path, "t.jinja");
    assert_string_equal(job->launch_prefix, "nsys");
    assert_string_equal(job->exports[0], "p=/x");
}

static void a_run_time_is_a_duration_or_a_spread(void **state)
{
    g_autoptr(Workflow) plain = load_job("  command: x\n  runtime: 10m\n");
    g_autoptr(Workflow) spread = load_job("  command: x\n  runtime: {p50: 1h, p90: 2:00:00}\n");
    g_autoptr(Workflow) triangle =
        load_job("  command: x\n  runtime: {min: 0, mode: 50m, max: 100m}\n");

    (void)state;
    assert_int_equal(plain->jobs[0].runtime.p50, 600);
    assert_int_equal(plain->jobs[0].runtime.p90, 600);
    assert_int_equal(spread->jobs[0].runtime.p50, 3600);
    assert_int_equal(spread->jobs[0].runtime.p90, 7200);
    assert_int_equal(triangle->jobs[0].runtime.p50, 3000);
    assert_int_equal(triangle->jobs[0].runtime.p90, 4658);
}

static void dependencies_have_types_and_delays(void **state)
{
    g_autoptr(Workflow) workflow = load_quietly(
        "jobs:\n- {name: a, command: x}\n- {name: 'b:c', command: x}\n- name: d\n  command: x\n"
        "  depends_on: [a, 'after:a+10', 'afterany:a', 'afternotok:b:c', 'b:c', afterok:a]\n",
        NULL);
    const WorkflowJob *job = &workflow->jobs[2];

    (void)state;
    assert_int_equal(job->n_after, 5);
    assert_int_equal(job->after[0].type, DEPEND_AFTEROK);
    assert_int_equal(job->after[1].type, DEPEND_AFTER);
    assert_int_equal(job->after[1].delay, 10);
    assert_int_equal(job->after[2].type, DEPEND_AFTERANY);
    assert_int_equal(job->after[3].type, DEPEND_AFTERNOTOK);
    assert_int_equal(job->after[3].job, 1);
    assert_int_equal(job->after[4].job, 1);
}

static void jobs_may_be_written_in_any_order(void **state)
{
    g_autoptr(Workflow) workflow = load_quietly(
        "jobs:\n- {name: b, command: 'use {{ deps.a.p }}', depends_on: [afterany:a]}\n"
        "- {name: a, command: x, exports: {p: '{{ base }}/p'}}\n- {name: c, command: x}\n"
        "args: {base: /d}\n",
        NULL);
    g_autofree uint32_t *order = workflow_order(workflow);
    const uint32_t expected[] = {1, 0, 2};

    (void)state;
    assert_string_equal(workflow->jobs[0].command[0], "use /d/p");
    assert_memory_equal(order, expected, sizeof expected);
}

static void a_sweep_gives_a_copy_for_each_cell(void **state)
{
    static const char *const runtimes[] = {"a=10m,b-2=20m", NULL};
    const WorkflowOptions options = {.runtimes = runtimes};
    g_autoptr(Workflow) workflow = load_quietly(
        "name: s\nargs: {lr: 0}\nsweep: {matrix: {lr: [1, 2]}, max_parallel: 1}\n"
        "jobs:\n- {name: a, command: 'a {{ lr }}'}\n- {name: b, command: b, depends_on: [a]}\n",
        &options);

    (void)state;
    assert_int_equal(workflow->n_jobs, 4);
    assert_int_equal(workflow->n_cells, 2);
    assert_int_equal(workflow->max_parallel, 1);
    assert_string_equal(workflow->jobs[2].name, "a-2");
    assert_string_equal(workflow->jobs[2].base, "a");
    assert_string_equal(workflow->jobs[2].spec->name, "a-2");
    assert_string_equal(workflow->jobs[2].command[0], "a 2");
    assert_int_equal(workflow->jobs[3].after[0].job, 2);
    assert_int_equal(workflow->jobs[3].cell, 1);
    assert_int_equal(workflow->jobs[2].runtime.p50, 600);
    assert_int_equal(workflow->jobs[3].runtime.p50, 1200);
    assert_false(workflow->jobs[1].runtime.given);
}

static void what_srunx_drops_is_warned_of(void **state)
{
    (void)state;
    says("jobs:\n- name: a\n  command: [x]\n  gpus_per_node: 2\n  conda: ml\n", true,
         "4:3 'gpus_per_node' has no effect here, srunx drops it silently; it belongs under "
         "'resources'\n"
         "5:3 'conda' has no effect here, srunx drops it silently; it belongs under "
         "'environment'\n");
}

static void arguments_for_the_shell_are_noted(void **state)
{
    (void)state;
    says(
        "jobs:\n- name: a\n  command: [fastqc, '*.gz', $HOME]\n- {name: b, command: 'ls *'}\n"
        "- {name: c, command: [bash, -c, 'ls *']}\n",
        true,
        "3:21 '*.gz' reaches the program as it is; write the command as one text for the shell to "
        "expand it\n"
        "3:29 '$HOME' reaches the program as it is; write the command as one text for the shell to "
        "expand it\n");
}

static void a_run_time_beyond_the_limit_is_warned_of(void **state)
{
    (void)state;
    says("jobs:\n- name: a\n  command: x\n  runtime: 2h\n  resources: {time_limit: 60}\n", true,
         "2:0 job 'a' runs 2h but asks for 1h: Slurm will end it\n");
}

static void an_error_in_a_later_cell_names_it(void **state)
{
    (void)state;
    says("sweep: {matrix: {pick: [good, bad]}, max_parallel: 1}\n"
         "jobs:\n- {name: a, command: x, exports: {good: /x}}\n"
         "- {name: b, command: 'y {{ deps.a[pick] }}', depends_on: [a]}\n",
         false,
         "4:22 'deps.a.bad': 'a' exports only good\n"
         "0:0 this is so in the cell pick=bad of the sweep\n");
}

/* ---- scripts and raw options -------------------------------------------------------------- */

static bool take_options(char *const *argv, JobSpec *spec, const char *file, int line, Diags *diags)
{
    (void)file;
    (void)diags;
    g_free(spec->wckey);
    spec->wckey = g_strjoinv("|", (char **)(uintptr_t)argv);
    spec->nice = line;
    return true;
}

static bool take_script(const char *path, JobSpec *spec, Diags *diags)
{
    (void)diags;
    spec->qos = g_path_get_basename(path);
    spec->account = g_strdup("script");
    return true;
}

static void raw_options_go_through_the_reader(void **state)
{
    const WorkflowOptions options = {.readers = {.options = take_options}};
    g_autoptr(Workflow) workflow =
        load_quietly("jobs:\n- name: a\n  command: x\n  resources:\n"
                     "    sbatch: [--mem=4G, '-t 10', '--comment=two words', \"-J 'a b'\"]\n",
                     &options);

    (void)state;
    assert_string_equal(workflow->jobs[0].spec->wckey, "--mem=4G|-t|10|--comment=two words|-J|a b");
    assert_int_equal(workflow->jobs[0].spec->nice, 5);
}

static void raw_options_without_a_reader_are_kept(void **state)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(Workflow) workflow =
        load_with("jobs:\n- {name: a, command: x, resources: {sbatch: -t 10}}\n", NULL, diags);

    (void)state;
    assert_string_equal(workflow->jobs[0].spec->rest[1], "10");
    assert_int_equal(diags_count(diags, DIAG_NOTE), 1);
}

static void a_script_is_read_beneath_the_resources(void **state)
{
    const WorkflowOptions options = {.readers = {.script = take_script}};
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "srx-test-sh-XXXXXX", NULL);
    g_autofree char *name = NULL, *text = NULL;
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(Workflow) workflow = NULL;

    (void)state;
    g_close(g_mkstemp(path), NULL);
    name = g_path_get_basename(path);
    /* found beside the workflow, which is in the same folder */
    text = g_strdup_printf("jobs:\n- name: a\n  script_path: %s\n  script_vars: {lr: 0.1}\n"
                           "  resources: {account: file}\n",
                           name);
    workflow = load_with(text, &options, diags);
    assert_non_null(workflow);
    assert_string_equal(workflow->jobs[0].spec->qos, name);
    assert_string_equal(workflow->jobs[0].spec->account, "file");
    assert_string_equal(workflow->jobs[0].script_vars[0], "lr=0.1");
    assert_string_equal(workflow->jobs[0].command[0], path);
    assert_int_equal(workflow->jobs[0].runs, RUNS_SCRIPT);
    assert_int_equal(diags_count(diags, DIAG_WARNING), 1);
    g_unlink(path);
}

static void scripts_that_cannot_be_read_are_warned_of(void **state)
{
    const WorkflowOptions options = {.readers = {.script = take_script}};
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "srx-test-sh-XXXXXX", NULL);
    g_autofree char *text = NULL;
    g_autoptr(Diags) diags = diags_new(), unread = diags_new();
    g_autoptr(Workflow) workflow = NULL, none = NULL;

    (void)state;
    g_close(g_mkstemp(path), NULL);
    assert_true(g_file_set_contents(path, "#SBATCH -N {{ n }}\n", -1, NULL));
    text = g_strdup_printf("jobs:\n- {name: a, path: %s}\n", path);
    workflow = load_with(text, &options, diags);
    assert_non_null(workflow);
    assert_int_equal(diags_length(diags), 1);
    assert_string_equal(diags_nth(diags, 0)->text,
                        "the script is a template: its #SBATCH lines are not read; say under "
                        "resources what it asks for");
    none = load_with(text, NULL, unread);
    assert_string_equal(diags_nth(unread, 0)->text, "the script's #SBATCH lines were not read");
    says("jobs:\n- {name: a, script_path: /nowhere/x.sh}\n", true,
         "2:26 no script '/nowhere/x.sh' is there: the plan does not know what it asks for\n");
    g_unlink(path);
}

/* ---- options of the command line ---------------------------------------------------------- */

static void options_are_checked(void **state)
{
    static const char *const runtimes[] = {"aa=1m", "a", "zzz=5", NULL};
    static const char *const args[] = {"x", NULL}, *const sweeps[] = {"y", "z=1", NULL};
    const WorkflowOptions late = {.runtimes = runtimes};
    const WorkflowOptions early = {.args = args, .sweeps = sweeps};
    g_autoptr(Diags) diags = diags_new(), others = diags_new();
    g_autofree char *said = NULL, *more = NULL;

    (void)state;
    assert_null(load_with(MINIMAL, &late, diags));
    said = all_texts(diags);
    assert_string_equal(said, "0:0 --runtime: no job is called 'aa'; did you mean 'a'?\n"
                              "0:0 expected --runtime job=10m, found 'a'\n"
                              "0:0 --runtime: no job is called 'zzz'\n");
    assert_null(load_with(MINIMAL, &early, others));
    more = all_texts(others);
    assert_string_equal(more, "0:0 expected --sweep name=value,value, found 'y'\n"
                              "0:0 expected --arg name=value, found 'x'\n"
                              "0:0 --sweep: no job uses {{ z }}: its cells are all the same\n");
}

static void an_axis_that_nobody_uses_is_warned_of(void **state)
{
    (void)state;
    says("sweep: {matrix: {s: [1, 2]}, max_parallel: 1}\n" MINIMAL, true,
         "1:18 no job uses {{ s }}: its cells are all the same\n");
}

/* 30 jobs that wait for some of those before them. */
static char *random_file(GRand *random)
{
    g_autoptr(GString) text = g_string_new("jobs:\n");

    for (int i = 0; i < 30; i++) {
        g_string_append_printf(text, "- name: j%d\n  command: x\n  depends_on: [", i);
        for (int j = g_rand_int_range(random, 0, 8); j < i; j += g_rand_int_range(random, 1, 9))
            g_string_append_printf(text, "j%d,", j);
        g_string_append(text, "]\n");
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* Property: reading a file twice gives the same jobs in the same order. */
static void reading_again_gives_the_same(void **state)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(10);

    (void)state;
    for (int round = 0; round < 20; round++) {
        g_autofree char *text = random_file(random);
        g_autoptr(Workflow) once = load_quietly(text, NULL), again = load_quietly(text, NULL);

        for (uint32_t i = 0; i < once->n_jobs; i++) {
            const WorkflowJob *a = &once->jobs[i], *b = &again->jobs[i];

            assert_string_equal(a->name, b->name);
            assert_true(job_spec_equal(a->spec, b->spec));
            assert_int_equal(a->n_after, b->n_after);
            if (a->n_after)
                assert_memory_equal(a->after, b->after, a->n_after * sizeof *a->after);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_file_gives_a_job),
        cmocka_unit_test(resources_become_what_sbatch_is_asked_for),
        cmocka_unit_test(times_are_written_as_slurm_or_people_do),
        cmocka_unit_test(zero_gpus_are_none),
        cmocka_unit_test(partitions_are_candidates),
        cmocka_unit_test(environment_is_read),
        cmocka_unit_test(the_rest_of_a_job_is_kept),
        cmocka_unit_test(a_run_time_is_a_duration_or_a_spread),
        cmocka_unit_test(dependencies_have_types_and_delays),
        cmocka_unit_test(jobs_may_be_written_in_any_order),
        cmocka_unit_test(a_sweep_gives_a_copy_for_each_cell),
        cmocka_unit_test(what_srunx_drops_is_warned_of),
        cmocka_unit_test(arguments_for_the_shell_are_noted),
        cmocka_unit_test(a_run_time_beyond_the_limit_is_warned_of),
        cmocka_unit_test(an_error_in_a_later_cell_names_it),
        cmocka_unit_test(raw_options_go_through_the_reader),
        cmocka_unit_test(raw_options_without_a_reader_are_kept),
        cmocka_unit_test(a_script_is_read_beneath_the_resources),
        cmocka_unit_test(scripts_that_cannot_be_read_are_warned_of),
        cmocka_unit_test(options_are_checked),
        cmocka_unit_test(an_axis_that_nobody_uses_is_warned_of),
        cmocka_unit_test(reading_again_gives_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
