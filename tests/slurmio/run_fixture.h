/* A small submission and a place for runs, for tests of what submits. */
#pragma once

#include "tests/test.h"

#include "slurmio/run.h"

#include <glib/gstdio.h>

/* A clock that goes on by a second each time it is asked; the state is the test's process's. */
static inline Instant test_clock(void)
{
    static Instant now = 1700000000;

    return now++;
}

/* a; b after a; c after a and b; named so that shells would stumble. */
static inline Submission *test_submission(void)
{
    static const char *const names[] = {"a", "b; rm -rf", "c"};
    Submission *self = submission_new(G_N_ELEMENTS(names));

    self->name = g_strdup("three");
    for (uint32_t i = 0; i < self->n_jobs; i++) {
        self->jobs[i].name = g_strdup(names[i]);
        self->jobs[i].spec = job_spec_new();
        self->jobs[i].spec->name = g_strdup(names[i]);
        self->jobs[i].spec->time_limit = 10;
        self->jobs[i].script = g_strdup_printf("#!/bin/bash\necho %u\n", i);
    }
    submission_edge(self, 1, "afterok", 0, 0);
    submission_edge(self, 2, "afterok", 0, 0);
    submission_edge(self, 2, "after", 1, 5);
    return self;
}

/* Removes a directory and all in it. */
static inline void test_remove(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *inner = g_build_filename(path, name, NULL);

        test_remove(inner);
    }
    g_remove(path);
}
