/* Where the scripts of jobs are run in tests: a directory with stand-ins for srun, conda,
 * apptainer, singularity and scontrol on PATH, and a program `probe` that keeps its arguments and
 * environment. */
#pragma once

#include "base/process.h"
#include "slurmio/jobscript.h"
#include <glib/gstdio.h>
#include <sys/stat.h>

typedef struct {
    char *place;
    int status;
    char *out, *err;
} Stage;

static void stage_tool(const Stage *self, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(self->place, "bin", name, NULL);
    g_autofree char *script = g_strconcat("#!/bin/bash\n", text, NULL);

    assert_true(g_file_set_contents(path, script, -1, NULL));
    assert_int_equal(chmod(path, 0755), 0);
}

/* Each keeps its own words in STAGE/NAME and runs what stands after its options. */
#define KEEP_AND_RUN                                                                               \
    "name=$(basename \"$0\")\n"                                                                    \
    ": >\"$STAGE/$name\"\n"                                                                        \
    "while [[ $1 == -* || $1 == exec || $1 == *.sif || $1 == *//* ]]; do\n"                        \
    "    printf '%s\\0' \"$1\" >>\"$STAGE/$name\"; shift\n"                                        \
    "done\n"                                                                                       \
    "exec \"$@\"\n"

static Stage *stage_new(void)
{
    Stage *self = g_new0(Stage, 1);
    g_autofree char *bin = NULL;

    self->place = g_dir_make_tmp("srx-script-XXXXXX", NULL);
    bin = g_build_filename(self->place, "bin", NULL);
    assert_int_equal(g_mkdir(bin, 0755), 0);
    stage_tool(self, "srun", KEEP_AND_RUN);
    stage_tool(self, "apptainer", KEEP_AND_RUN);
    stage_tool(self, "singularity", KEEP_AND_RUN);
    stage_tool(self, "scontrol", "printf '%s\\0' \"$@\" >\"$STAGE/scontrol\"\n");
    stage_tool(self, "probe",
               "if [[ $# -gt 0 ]]; then printf '%s\\0' \"$@\"; fi >\"$STAGE/arguments\"\n"
               "env -0 >\"$STAGE/environment\"\nexit ${PROBE_STATUS:-0}\n");
    stage_tool(
        self, "conda",
        "if [[ $* == 'shell.bash hook' ]]; then\n"
        "    echo 'conda() { printf \"%s\\0\" \"$@\" >\"$STAGE/conda\"; [[ $2 != none ]]; }'\n"
        "fi\n");
    return self;
}

static void stage_free(Stage *self)
{
    const char *const remove[] = {"rm", "-rf", self->place, NULL};
    g_auto(ProcessResult) result = {0};

    process_run(&(ProcessCommand){.argv = remove, .timeout = 20}, &result, NULL);
    g_free(self->place);
    g_free(self->out);
    g_free(self->err);
    g_free(self);
}

/* Runs @script there as slurmd would, as the leader of its process group. @more: "K=V" or NULL */
static void stage_run(Stage *self, const char *script, const char *more)
{
    g_autofree char *path = g_build_filename(self->place, "script", NULL);
    g_autofree char *command = g_strdup_printf("cd %s && exec setsid --wait ./script", self->place);
    g_autofree char *search = g_strdup_printf("PATH=%s/bin:%s", self->place, g_getenv("PATH"));
    g_autofree char *stage = g_strdup_printf("STAGE=%s", self->place);
    const char *const shell[] = {"sh", "-c", command, NULL};
    const char *const environment[] = {
        search, stage, "HOME=/home/of/nobody", "LC_ALL=C.UTF-8", "SLURM_JOB_ID=77", more, NULL};
    g_auto(ProcessResult) result = {0};

    assert_true(g_file_set_contents(path, script, -1, NULL));
    assert_int_equal(chmod(path, 0755), 0);
    assert_true(
        process_run(&(ProcessCommand){.argv = shell, .environment = environment, .timeout = 60},
                    &result, NULL));
    assert_false(result.timed_out);
    self->status = result.status;
    g_free(self->out);
    g_free(self->err);
    self->out = g_steal_pointer(&result.out);
    self->err = g_steal_pointer(&result.err);
}

/* Its script made and run; must be one. */
static void stage_play(Stage *self, const JobScript *job, const char *more)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = jobscript_text(job, &error);

    assert_ok(text, error);
    stage_run(self, text, more);
}

/* The texts kept in STAGE/@name, ended by NULL. (transfer full) */
static char **stage_kept(const Stage *self, const char *name)
{
    g_autofree char *path = g_build_filename(self->place, name, NULL);
    g_autofree char *data = NULL;
    gsize length = 0;
    GPtrArray *texts = g_ptr_array_new();

    if (g_file_get_contents(path, &data, &length, NULL))
        for (gsize at = 0; at < length; at += strlen(data + at) + 1)
            g_ptr_array_add(texts, g_strdup(data + at));
    g_ptr_array_add(texts, NULL);
    return (char **)g_ptr_array_free(texts, FALSE);
}

static bool stage_has(const Stage *self, const char *name)
{
    g_autofree char *path = g_build_filename(self->place, name, NULL);

    return g_file_test(path, G_FILE_TEST_EXISTS);
}

static void assert_kept(const Stage *self, const char *name, const char *const *expected)
{
    g_auto(GStrv) kept = stage_kept(self, name);
    g_autofree char *words = g_strjoinv("|", kept);
    g_autofree char *others = g_strjoinv("|", (char **)(uintptr_t)expected);

    assert_string_equal(words, others);
}
