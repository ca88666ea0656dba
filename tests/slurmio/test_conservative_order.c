/* Why conservative backfill here and in pyss differ in a few jobs: only in what is decided when. */
#include "tests/test.h"

#include "slurmio/swf.h"
#include "tests/reference/conservative_eventwise.h"

#include <stdio.h>
#include <zlib.h>

typedef struct {
    TextbookJob *jobs;
    Instant *starts;
    uint32_t n;
    uint32_t differ; /* from the schedule of pyss */
    uint32_t processors;
} Run;

static void run_clear(Run *self)
{
    g_free(self->jobs);
    g_free(self->starts);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Run, run_clear)

static void load(const char *name, Run *out)
{
    g_autofree char *path = g_strdup_printf(SRX_SHARED_DIR "/traces/%s.swf.gz", name);
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(Swf) swf = swf_load(path, diags);

    assert_non_null(swf);
    out->n = swf->jobs->len;
    out->processors = swf->processors;
    out->jobs = g_new(TextbookJob, out->n);
    out->starts = g_new(Instant, out->n);
    for (uint32_t i = 0; i < out->n; i++) {
        const SwfJob *job = &g_array_index(swf->jobs, SwfJob, i);

        assert_int_equal(job->id, i + 1);
        out->jobs[i] = (TextbookJob){.submit_at = job->submit_at,
                                     .runtime = job->runtime,
                                     .estimate = job->estimate,
                                     .processors = job->processors};
    }
}

/* Holds the starts against the lines "job start" of the schedule. */
static void compare(const char *name, Run *out)
{
    g_autofree char *path = g_strdup_printf(SRX_SHARED_DIR "/traces/%s.conservative.txt.gz", name);
    gzFile file = gzopen(path, "rb");
    char line[64];
    uint32_t lines = 0;

    assert_non_null(file);
    out->differ = 0;
    while (gzgets(file, line, sizeof line)) {
        char *end;
        const gint64 job = g_ascii_strtoll(line, &end, 10);

        lines++;
        out->differ += out->starts[job - 1] != g_ascii_strtoll(end, NULL, 10);
    }
    gzclose(file);
    assert_int_equal(lines, out->n);
}

static bool traces_are_there(void)
{
    if (g_file_test(SRX_SHARED_DIR "/traces/kth.swf.gz", G_FILE_TEST_EXISTS))
        return true;
    print_message("skipped: no traces at " SRX_SHARED_DIR "/traces\n");
    return false;
}

static void deciding_after_every_event_starts_every_job_when_pyss_does(G_GNUC_UNUSED void **state)
{
    static const char *const names[] = {"atlas", "coare", "kth"};

    for (size_t i = 0; i < G_N_ELEMENTS(names) && traces_are_there(); i++) {
        g_auto(Run) run = {.n = 0};

        load(names[i], &run);
        conservative_eventwise_run(run.jobs, run.n, run.processors, run.starts);
        compare(names[i], &run);
        assert_int_equal(run.differ, 0);
    }
}

/* 4 processors: 2 end early at the instant 10, after which jobs of 2 and of 4 could start. One by
 * one, what ends first lets the job of 2 start; together, the job of 4 that is before it does. */
static void what_ends_together_is_seen_together(G_GNUC_UNUSED void **state)
{
    const TextbookJob jobs[] = {
        {.submit_at = 0, .runtime = 10, .estimate = 100, .processors = 2},
        {.submit_at = 0, .runtime = 10, .estimate = 100, .processors = 2},
        {.submit_at = 1, .runtime = 50, .estimate = 50, .processors = 4},
        {.submit_at = 2, .runtime = 50, .estimate = 50, .processors = 2},
    };
    Instant starts[4];

    textbook_run(TEXTBOOK_CONSERVATIVE, jobs, 4, 4, starts);
    assert_int_equal(starts[2], 10);
    assert_int_equal(starts[3], 60);
    conservative_eventwise_run(jobs, 4, 4, starts);
    assert_int_equal(starts[3], 10);
    assert_int_equal(starts[2], 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deciding_after_every_event_starts_every_job_when_pyss_does),
        cmocka_unit_test(what_ends_together_is_seen_together),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
