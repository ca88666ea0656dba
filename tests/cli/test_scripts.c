/* Tests of cli/scripts.h. */
#include "tests/test.h"

#include "base/rng.h"
#include "cli/scripts.h"

#include <glib/gstdio.h>

/* A directory with a.sh, b.sh and c.sh; b calls itself "train". */
typedef struct {
    char *directory;
    char *paths[4]; /* the last one is NULL */
} Scripts;

static int make_scripts(void **state)
{
    static const char *const texts[] = {
        "#!/bin/bash\n#SBATCH -n 4 -t 10\nsrun a\n",
        "#!/bin/bash\n#SBATCH --job-name=train\n#SBATCH --gres=gpu:2\nsrun b\n",
        "#!/bin/bash\nsrun c\n",
    };
    Scripts *self = g_new0(Scripts, 1);

    self->directory = g_dir_make_tmp("scripts-XXXXXX", NULL);
    for (int i = 0; i < 3; i++) {
        g_autofree char *name = g_strdup_printf("%c.sh", 'a' + i);

        self->paths[i] = g_build_filename(self->directory, name, NULL);
        g_file_set_contents(self->paths[i], texts[i], -1, NULL);
    }
    *state = self;
    return 0;
}

static int remove_scripts(void **state)
{
    Scripts *self = *state;

    for (int i = 0; i < 3; i++) {
        g_unlink(self->paths[i]);
        g_free(self->paths[i]);
    }
    g_rmdir(self->directory);
    g_free(self->directory);
    g_free(self);
    return 0;
}

static void scripts_become_jobs_with_their_options(void **state)
{
    const Scripts *self = *state;
    const char *const after[] = {"b=afterok:a", "c=a,afterany:train", NULL};
    const char *const runtimes[] = {"train=2h", NULL};
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(Workflow) workflow =
        scripts_load(self->paths, &(ScriptOptions){after, runtimes}, diags);

    assert_non_null(workflow);
    assert_int_equal(workflow->n_jobs, 3);
    assert_string_equal(workflow->jobs[0].name, "a");
    assert_int_equal(workflow->jobs[0].spec->ntasks, 4);
    assert_string_equal(workflow->jobs[1].name, "train");
    assert_int_equal(workflow->jobs[1].runtime.p50, 7200);
    assert_int_equal(workflow->jobs[1].n_after, 1);
    assert_int_equal(workflow->jobs[2].n_after, 2);
    assert_int_equal(workflow->jobs[2].after[0].type, DEPEND_AFTEROK);
    assert_int_equal(workflow->jobs[2].after[1].type, DEPEND_AFTERANY);
    assert_int_equal(workflow->jobs[2].after[1].job, 1);
}

static void after_may_be_delayed(void **state)
{
    const Scripts *self = *state;
    const char *const after[] = {"b=after:a+5", NULL};
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(Workflow) workflow = scripts_load(self->paths, &(ScriptOptions){after, NULL}, diags);

    assert_non_null(workflow);
    assert_int_equal(workflow->jobs[1].after[0].delay, 5);
}

static void refuses(const Scripts *self, const char *after, const char *runtime,
                    const char *expected)
{
    const char *const afters[] = {after, NULL};
    const char *const runtimes[] = {runtime, NULL};
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(Workflow) workflow =
        scripts_load(self->paths, &(ScriptOptions){afters, runtimes}, diags);

    assert_null(workflow);
    assert_int_equal(diags_count(diags, DIAG_ERROR), 1);
    assert_string_equal(diags_nth(diags, diags_length(diags) - 1)->text, expected);
}

static void what_makes_no_sense_is_refused(void **state)
{
    const Scripts *self = *state;

    refuses(self, "b", NULL, "--after: expected JOB=afterok:OTHER, found 'b'");
    refuses(self, "x=a", NULL, "--after: expected one of the jobs a, train, c, found 'x'");
    refuses(self, "b=afterwards:a", NULL,
            "--after: expected after, afterany, afterok, afternotok or aftercorr, found "
            "'afterwards'");
    refuses(self, "a=c,b,x", NULL, "--after: expected one of the jobs a, train, c, found 'x'");
    refuses(self, NULL, "train",
            "--runtime: expected JOB=DURATION such as train=2h30m, "
            "found 'train'");
}

static void a_circle_is_named_job_by_job(void **state)
{
    const Scripts *self = *state;
    const char *const after[] = {"a=b", "b=a", NULL};
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(Workflow) workflow = scripts_load(self->paths, &(ScriptOptions){after, NULL}, diags);

    assert_null(workflow);
    assert_string_equal(diags_nth(diags, 0)->text,
                        "--after: these jobs wait for each other in a circle: a, train");
}

static void one_name_for_two_jobs_is_refused(void **state)
{
    const Scripts *self = *state;
    char *const twice[] = {self->paths[0], self->paths[0], NULL};
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(Workflow) workflow = scripts_load(twice, &(ScriptOptions){0}, diags);

    assert_null(workflow);
    assert_true(g_str_has_prefix(diags_nth(diags, 0)->text, "two jobs are called 'a'"));
}

/* Whatever may wait for whatever: either it is a workflow without a circle, or it is refused. */
static void any_dependencies_are_taken_or_refused(void **state)
{
    const Scripts *self = *state;
    static const char *const names[] = {"a", "b", "c"};
    g_autoptr(Rng) rng = rng_new(5, 0, "edges");

    for (int round = 0; round < 200; round++) {
        g_autofree char *one =
            g_strdup_printf("%s=%s", names[rng_below(rng, 3)], names[rng_below(rng, 3)]);
        g_autofree char *two =
            g_strdup_printf("%s=%s", names[rng_below(rng, 3)], names[rng_below(rng, 3)]);
        const char *const after[] = {one, two, NULL};
        g_autoptr(Diags) diags = diags_new();
        g_autoptr(Workflow) workflow =
            scripts_load(self->paths, &(ScriptOptions){after, NULL}, diags);
        bool circle =
            one[0] == one[2] || two[0] == two[2] || (one[0] == two[2] && one[2] == two[0]);

        assert_int_equal(workflow == NULL, circle);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scripts_become_jobs_with_their_options),
        cmocka_unit_test(after_may_be_delayed),
        cmocka_unit_test(what_makes_no_sense_is_refused),
        cmocka_unit_test(a_circle_is_named_job_by_job),
        cmocka_unit_test(one_name_for_two_jobs_is_refused),
        cmocka_unit_test(any_dependencies_are_taken_or_refused),
    };

    return cmocka_run_group_tests(tests, make_scripts, remove_scripts);
}
