/* Tests of cli/filekind.h. */
#include "tests/test.h"

#include "cli/filekind.h"

static FileKind kind(const char *path, const char *text)
{
    return file_kind_of(path, text, strlen(text));
}

static void the_content_tells_what_a_file_is(G_GNUC_UNUSED void **state)
{
    assert_int_equal(kind("x", "name: a\njobs:\n  - name: b\n"), FILE_WORKFLOW);
    assert_int_equal(kind("x", "#!/bin/bash\n#SBATCH -n 4\nsrun a\n"), FILE_SCRIPT);
    assert_int_equal(kind("x", "\n#SBATCH -n 4\nsrun a\n"), FILE_SCRIPT);
    assert_int_equal(kind("x", "# site\nclustername = c\nNodeName=n[1-4] CPUs=8\n"),
                     FILE_SLURM_CONF);
    assert_int_equal(kind("x", "SwitchName=s1 Nodes=n[1-4]\n"), FILE_BESIDE);
    assert_int_equal(kind("x", "NodeName=n1 Name=gpu File=/dev/nvidia0\n"), FILE_BESIDE);
    assert_int_equal(kind("x", "sacctmgr -i add account a\n"), FILE_ACCOUNTING);
    assert_int_equal(kind("x", "add user u account=a\n"), FILE_ACCOUNTING);
    assert_int_equal(kind("x", "Cluster - 'c':Fairshare=1\nParent - 'root'\n"), FILE_ACCOUNTING);
    assert_int_equal(kind("x", "Name|Priority|GraceTime|\nnormal|0|00:00:00|\n"), FILE_ACCOUNTING);
    assert_int_equal(kind("x", "#!/bin/sh\nsudo sacctmgr -i add account a\n"), FILE_ACCOUNTING);
    assert_int_equal(kind("x", "#!/bin/sh\n#SBATCH -n1\nsacctmgr show qos\n"), FILE_SCRIPT);
    assert_int_equal(kind("x", "JobID|JobName|State\n1|a|COMPLETED\n"), FILE_SACCT);
    assert_int_equal(kind("x", "[{\"id\": \"a\", \"submit\": 0}]"), FILE_SCENARIO);
}

static void a_workflow_may_quote_other_languages(G_GNUC_UNUSED void **state)
{
    const char *text = "name: w\njobs:\n  - name: a\n    command: |\n"
                       "      sacctmgr show qos\n      Name=gpu\n";

    assert_int_equal(kind("w.yaml", text), FILE_WORKFLOW);
}

static void the_name_decides_where_the_content_says_nothing(G_GNUC_UNUSED void **state)
{
    assert_int_equal(kind("w.yaml", ""), FILE_WORKFLOW);
    assert_int_equal(kind("w.yml", "- 1\n- 2\n"), FILE_WORKFLOW);
    assert_int_equal(kind("a.sh", "echo hello\n"), FILE_SCRIPT);
    assert_int_equal(kind("cluster.conf", "# nothing\n"), FILE_SLURM_CONF);
    assert_int_equal(kind("x", "hello\n"), FILE_UNKNOWN);
}

static void files_of_a_scenario_are_known_by_their_names(G_GNUC_UNUSED void **state)
{
    assert_int_equal(kind("a/slurm.conf", "name: not really\n"), FILE_SLURM_CONF);
    assert_int_equal(kind("a/scenario.yaml", "name: a\n"), FILE_SCENARIO);
    assert_int_equal(kind("a/gres.conf", "\n"), FILE_BESIDE);
}

static void a_mountain_of_blank_lines_is_seen_through_at_once(G_GNUC_UNUSED void **state)
{
    g_autofree char *lines = g_strnfill(1 << 16, '\n');
    g_autofree char *brackets = g_strnfill(1 << 16, '[');
    gint64 began = g_get_monotonic_time();

    assert_int_equal(kind("x", lines), FILE_UNKNOWN);
    assert_int_equal(kind("x", brackets), FILE_UNKNOWN);
    assert_true(g_get_monotonic_time() - began < 2 * G_USEC_PER_SEC);
}

static void a_file_that_is_not_there_is_an_error(G_GNUC_UNUSED void **state)
{
    g_autoptr(GError) error = NULL;
    FileKind out;

    assert_false(file_kind_probe("/nowhere/at/all", &out, &error));
    assert_true(g_error_matches(error, SRX_ERROR, SRX_ERROR_INPUT));
    assert_string_equal(error->message,
                        "/nowhere/at/all: cannot be read: no such file or directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_content_tells_what_a_file_is),
        cmocka_unit_test(a_workflow_may_quote_other_languages),
        cmocka_unit_test(the_name_decides_where_the_content_says_nothing),
        cmocka_unit_test(files_of_a_scenario_are_known_by_their_names),
        cmocka_unit_test(a_mountain_of_blank_lines_is_seen_through_at_once),
        cmocka_unit_test(a_file_that_is_not_there_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
