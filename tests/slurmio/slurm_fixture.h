/* A Slurm of scripts, for tests of who asks it: each command prints what a file holds, with the
 * status another file holds, and leaves a line of its arguments in "asked". */
#pragma once

#include "tests/slurmio/run_fixture.h"

#include "slurmio/runner.h"

#include <string.h>

typedef struct {
    char *directory, *path; /* path: PATH as it was */
    Runner *runner;
    Run *run;
} FakeSlurm;

static inline void fake_write(const FakeSlurm *self, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(self->directory, name, NULL);

    assert_true(g_file_set_contents(path, text, -1, NULL));
}

/* What @command prints from now on, and its exit status. */
static inline void fake_answer(const FakeSlurm *self, const char *command, const char *text,
                               int status)
{
    g_autofree char *out = g_strconcat(command, ".out", NULL);
    g_autofree char *code = g_strconcat(command, ".status", NULL);
    g_autofree char *number = g_strdup_printf("%d", status);

    fake_write(self, out, text);
    fake_write(self, code, number);
}

/* The lines of "asked" that begin with @command. Returns: (transfer full) */
static inline char *fake_asked(const FakeSlurm *self, const char *command)
{
    g_autofree char *path = g_build_filename(self->directory, "asked", NULL);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    GString *out = g_string_new(NULL);

    if (g_file_get_contents(path, &text, NULL, NULL))
        lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; line && *line; line++)
        if (g_str_has_prefix(*line, command))
            g_string_append_printf(out, "%s\n", *line);
    return g_string_free(out, FALSE);
}

static inline FakeSlurm *fake_slurm_new(Submission *submission)
{
    static const char *const commands[] = {"squeue", "sacct", "scontrol", "scancel"};
    FakeSlurm *self = g_new0(FakeSlurm, 1);
    g_autofree char *root = NULL, *path = NULL;

    self->directory = g_dir_make_tmp("srx-XXXXXX", NULL);
    self->path = g_strdup(g_getenv("PATH"));
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
        g_autofree char *file = g_build_filename(self->directory, commands[i], NULL);
        g_autofree char *script = g_strdup_printf(
            "#!/bin/sh\ncd '%s'\nprintf '%%s' '%s' >>asked\nprintf ' %%s' \"$@\" >>asked\n"
            "echo >>asked\nstatus=$(cat %s.status)\n"
            "if test $status = 0; then cat %s.out; else cat %s.out >&2; fi\nexit $status\n",
            self->directory, commands[i], commands[i], commands[i], commands[i]);

        assert_true(g_file_set_contents(file, script, -1, NULL));
        g_chmod(file, 0700);
        fake_answer(self, commands[i], "", 0);
    }
    path = g_strconcat(self->directory, ":", self->path, NULL);
    g_setenv("PATH", path, TRUE);
    root = g_build_filename(self->directory, "runs", NULL);
    self->runner = runner_new(NULL, NULL);
    self->run = run_create(root, submission, NULL, test_clock, NULL);
    assert_non_null(self->run);
    return self;
}

static inline void fake_slurm_free(FakeSlurm *self)
{
    g_setenv("PATH", self->path, TRUE);
    run_free(self->run);
    runner_free(self->runner);
    test_remove(self->directory);
    g_free(self->directory);
    g_free(self->path);
    g_free(self);
}

/* As after sbatch. */
static inline void fake_accept(const FakeSlurm *self, uint32_t job, uint32_t attempt, uint32_t id)
{
    JournalEvent intent = journal_event(JOURNAL_INTENT, job, attempt);
    JournalEvent event = journal_event(JOURNAL_ACCEPTED, job, attempt);

    event.id = id;
    assert_true(run_write(self->run, &intent, NULL));
    assert_true(run_write(self->run, &event, NULL));
}

static inline void fake_release(const FakeSlurm *self)
{
    JournalEvent event = journal_event(JOURNAL_RELEASED, COUNT_UNSET, 0);

    assert_true(run_write(self->run, &event, NULL));
}

/* "12,,RUNNING,None,1000,2000,n1;..." as squeue's rows. */
static inline void fake_queue(const FakeSlurm *self, const char *rows)
{
    g_auto(GStrv) all = g_strsplit(rows, ";", -1);
    GString *out = g_string_new(NULL);

    for (char **row = all; *row && **row; row++) {
        g_auto(GStrv) fields = g_strsplit(*row, ",", -1);
        g_autofree char *joined = g_strjoinv(RUNNER_UNIT, fields);

        g_string_append_printf(out, RUNNER_RECORD "%s\n", joined);
    }
    fake_answer(self, "squeue", out->str, 0);
    g_string_free(out, TRUE);
}

/* "12,FAILED,1:0,1000,2000,n1;..." as sacct's lines. */
static inline void fake_accounting(const FakeSlurm *self, const char *rows)
{
    g_autofree char *text = g_strdelimit(g_strdup(rows), ";", '\n');
    g_auto(GStrv) fields = g_strsplit(text, ",", -1);
    g_autofree char *joined = g_strjoinv(RUNNER_UNIT, fields);

    fake_answer(self, "sacct", joined, 0);
}
