/* Tests of planner/imports.h, by workflow files. */
#include "tests/test.h"

#include "planner/workflow_yaml.h"
#include <glib/gstdio.h>

static Workflow *load(const char *text, Diags *diags)
{
    g_autofree char *path = NULL;
    Workflow *workflow;
    int file = g_file_open_tmp("srx-imports-XXXXXX", &path, NULL);

    assert_true(g_close(file, NULL));
    assert_true(g_file_set_contents(path, text, -1, NULL));
    workflow = workflow_yaml_load(path, NULL, diags);
    g_unlink(path);
    return workflow;
}

static Workflow *loaded(const char *text)
{
    g_autoptr(Diags) diags = diags_new();
    Workflow *workflow = load(text, diags);

    if (!workflow)
        fail_msg("%s", diags_nth(diags, 0)->text);
    return workflow;
}

static void assert_command(const WorkflowJob *job, const char *expected)
{
    g_autofree char *words = g_strjoinv("|", job->command);

    assert_string_equal(words, expected);
}

static void assert_waits(const WorkflowJob *job, uint32_t on)
{
    assert_int_equal(job->n_after, 1);
    assert_int_equal(job->after[0].type, DEPEND_AFTEROK);
    assert_int_equal(job->after[0].job, on);
}

#define JOB(name, container)                                                                       \
    "  - {name: " name ", command: [x], resources: {partition: gpu}, environment: {container: "    \
    "{" container "}}}\n"

static void an_image_is_pulled_once_for_all_jobs_that_use_it(void **state)
{
    const char *sif = "runtime: apptainer, image: 'docker://u:1', import: /s/u.sif";
    g_autofree char *file = g_strdup_printf("jobs:\n"
                                            "  - {name: a, command: [x], resources: {partition: "
                                            "gpu}, environment: {container: {%s}}}\n"
                                            "  - {name: b, command: [x], environment: {container: "
                                            "{%s}}}\n",
                                            sif, sif);
    g_autoptr(Workflow) workflow = loaded(file);

    (void)state;
    assert_int_equal(workflow->n_jobs, 3);
    assert_string_equal(workflow->jobs[2].name, "import-u.sif");
    assert_string_equal(workflow->jobs[2].spec->partition, "gpu");
    assert_command(&workflow->jobs[2], "sh|-c|[ -e \"$0\" ] || exec \"$1\" pull \"$0\" \"$2\"|"
                                       "/s/u.sif|apptainer|docker://u:1");
    assert_waits(&workflow->jobs[0], 2);
    assert_waits(&workflow->jobs[1], 2);
    assert_string_equal(workflow->jobs[1].container->image, "/s/u.sif");
}

static void enroot_imports_into_a_file(void **state)
{
    g_autoptr(Workflow) workflow =
        loaded("jobs:\n" JOB("a", "image: 'nvcr.io#nvidia/pytorch:24.12-py3', import: p.sqsh"));

    (void)state;
    assert_command(&workflow->jobs[1], "sh|-c|[ -e \"$0\" ] || exec enroot import -o \"$0\" \"$1\""
                                       "|p.sqsh|docker://nvcr.io#nvidia/pytorch:24.12-py3");
    assert_string_equal(workflow->jobs[0].container->image, "./p.sqsh");
    assert_null(workflow->jobs[1].container);
}

static void pyxis_imports_into_a_named_container(void **state)
{
    g_autoptr(Workflow) workflow = loaded(
        "jobs:\n" JOB("a", "image: 'ubuntu:22.04', import: my, flags: [--container-remap-root]"));
    const Container *imports = workflow->jobs[1].container, *uses = workflow->jobs[0].container;

    (void)state;
    assert_command(&workflow->jobs[1], "true");
    assert_string_equal(imports->image, "ubuntu:22.04");
    assert_string_equal(imports->flags[0], "--container-name=my");
    assert_null(uses->image);
    assert_string_equal(uses->flags[0], "--container-remap-root");
    assert_string_equal(uses->flags[1], "--container-name=my");
}

static void an_import_takes_no_other_jobs_name(void **state)
{
    g_autoptr(Workflow) workflow =
        loaded("jobs:\n  - {name: import-my, command: [x]}\n" JOB("a", "image: 'u:1', import: my"));

    (void)state;
    assert_string_equal(workflow->jobs[2].name, "import-my-2");
}

static void a_sweeps_cells_share_an_import(void **state)
{
    g_autoptr(Workflow) workflow =
        loaded("sweep: {matrix: {n: [1, 2, 3]}, max_parallel: 1}\n"
               "jobs:\n  - {name: a, command: [x, '{{ n }}'], environment: {container: "
               "{image: 'u:1', import: my}}}\n");

    (void)state;
    assert_int_equal(workflow->n_jobs, 4);
    assert_waits(&workflow->jobs[0], 3);
    assert_int_equal(workflow->jobs[1].n_after, 2);
}

static void assert_refused(const char *text, const char *message)
{
    g_autoptr(Diags) diags = diags_new();

    assert_null(load(text, diags));
    assert_string_equal(diags_nth(diags, 0)->text, message);
}

static void what_cannot_be_imported_is_refused(void **state)
{
    (void)state;
    assert_refused("jobs:\n" JOB("a", "import: my"),
                   "expected an 'image' to import, and a file or a name to import it as");
    assert_refused("jobs:\n" JOB("a", "image: 'u:1', import: my")
                       JOB("b", "image: 'u:2', import: my"),
                   "job 'b': expected one image for the import 'my', found 'u:1' and 'u:2'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_image_is_pulled_once_for_all_jobs_that_use_it),
        cmocka_unit_test(enroot_imports_into_a_file),
        cmocka_unit_test(pyxis_imports_into_a_named_container),
        cmocka_unit_test(an_import_takes_no_other_jobs_name),
        cmocka_unit_test(a_sweeps_cells_share_an_import),
        cmocka_unit_test(what_cannot_be_imported_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
