/* Tests of slurmio/swf.h. */
#include "tests/test.h"

#include "slurmio/swf.h"

#include <glib/gstdio.h>
#include <zlib.h>

#define HEAD "; Version: 2.2\n; MaxNodes: 4\n; MaxProcs: 8\n; UnixStartTime: 1000\n;\n"

static Swf *parsed(const char *text)
{
    g_autoptr(Diags) diags = diags_new();
    Swf *swf = swf_parse(text, "t.swf", diags);

    if (!swf)
        fail_msg("%s", diags_nth(diags, 0)->text);
    return swf;
}

static const SwfJob *nth(const Swf *swf, guint index)
{
    return &g_array_index(swf->jobs, SwfJob, index);
}

static void the_head_says_how_large_the_machine_is(void **state)
{
    g_autoptr(Swf) swf = parsed(HEAD "1 0 -1 60 2 -1 -1 2 90 -1 1 3 1 -1 4 -1 -1 -1\n");

    (void)state;
    assert_int_equal(swf->processors, 8);
    assert_int_equal(swf->started_at, 1000);
    assert_int_equal(nth(swf, 0)->user, 3);
    assert_int_equal(nth(swf, 0)->queue, 4);
    assert_int_equal(nth(swf, 0)->estimate, 90);
}

/* requested before used processors, the estimate never below the run time, fractions cut off */
static void fields_stand_in_for_each_other(void **state)
{
    g_autoptr(Swf) swf = parsed("1 5 -1 60.7 2 -1 -1 -1 -1 -1 1 -1 1 -1 -1 -1 -1 -1\r\n"
                                "2 0 -1 60 2 -1 -1 6 30 -1 1 -1 1 -1 -1 -1 -1 -1");

    (void)state;
    assert_int_equal(nth(swf, 0)->id, 2);
    assert_int_equal(nth(swf, 0)->processors, 6);
    assert_int_equal(nth(swf, 0)->estimate, 60);
    assert_int_equal(nth(swf, 1)->processors, 2);
    assert_int_equal(nth(swf, 1)->runtime, 60);
    assert_true(nth(swf, 1)->user == UINT32_MAX);
    assert_int_equal(swf->processors, 6);
}

static void jobs_nobody_could_run_are_left_out_and_told(void **state)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(Swf) swf = swf_parse("1 0 -1 60 0 -1 -1 -1 9 -1 0 1 1 1 1 1 -1 -1\n"
                                   "2 0 -1 -1 4 -1 -1 4 9 -1 5 1 1 1 1 1 -1 -1\n"
                                   "3 0 -1 5 4 -1 -1 4 9 -1 1 1 1 1 1 1 -1 -1\n",
                                   "t.swf", diags);

    (void)state;
    assert_int_equal(swf->jobs->len, 1);
    assert_string_equal(diags_nth(diags, 0)->text,
                        "2 jobs without processors or run time are left out");
}

static void lines_that_are_no_jobs_are_errors(void **state)
{
    const char *const cases[] = {"1 2 3\n", "1 0 -1 x 4 -1 -1 4 9 -1 1 1 1 1 1 1 -1 -1\n", "job\n"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Diags) diags = diags_new();

        assert_null(swf_parse(cases[i], "t.swf", diags));
        assert_int_equal(diags_nth(diags, 0)->line, 1);
        assert_string_equal(diags_nth(diags, 0)->text,
                            "expected a job of the Standard Workload Format, 18 numbers");
    }
}

static void a_trace_without_jobs_is_an_error(void **state)
{
    g_autoptr(Diags) diags = diags_new();

    (void)state;
    assert_null(swf_parse(HEAD, "t.swf", diags));
    assert_non_null(strstr(diags_nth(diags, 0)->text, "found none"));
}

static void jobs_become_submissions(void **state)
{
    g_autoptr(Swf) swf = parsed("9 7 -1 61 2 -1 -1 3 61 -1 1 5 1 -1 -1 -1 -1 -1\n");
    g_autoptr(Load) load = swf_to_load(swf);
    const LoadJob *job = g_ptr_array_index(load->jobs, 0);

    (void)state;
    assert_string_equal(job->id, "9");
    assert_string_equal(job->user, "u5");
    assert_int_equal(job->submit_at, 7);
    assert_int_equal(job->spec->ntasks, 3);
    assert_int_equal(job->spec->time_limit, 2);
}

static void packed_traces_are_unpacked(void **state)
{
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "srx-test.swf.gz", NULL);
    gzFile file = gzopen(path, "wb");
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(Swf) swf = NULL;

    (void)state;
    gzputs(file, "1 0 -1 60 2 -1 -1 2 90 -1 1 3 1 -1 4 -1 -1 -1\n");
    gzclose(file);
    swf = swf_load(path, diags);
    assert_non_null(swf);
    assert_int_equal(swf->jobs->len, 1);
    g_unlink(path);
}

static void a_cut_off_file_is_an_error(void **state)
{
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "srx-test-cut.swf.gz", NULL);
    g_autoptr(Diags) diags = diags_new();

    (void)state;
    assert_true(
        g_file_set_contents(path, "\037\213\010\000\000\000\000\000\000\003\213\001", 12, NULL));
    assert_null(swf_load(path, diags));
    assert_non_null(strstr(diags_nth(diags, 0)->text, "expected a whole gzip file"));
    g_unlink(path);
    assert_null(swf_load("/no/such.swf", diags));
    assert_string_equal(diags_nth(diags, 1)->text, "could not be opened");
}

static void what_is_repaired_is_told(void **state)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(Swf) swf = swf_parse("1 9 -1 60 2 -1 -1 -1 90 -1 1 1 1 1 1 1 -1 -1\n"
                                   "2 5 -1 60 2 -1 -1 2 -1 -1 1 1 1 1 1 1 -1 -1\n",
                                   "t.swf", diags);
    static const char *const told[] = {
        "1 jobs ask for no processors: they get what they used",
        "1 jobs ask for less time than they ran, or for none: they ask for their run time",
        "1 jobs stand behind later ones: sorted by submit time",
        "the head has no MaxProcs: the machine is as large as the widest job",
    };

    (void)state;
    assert_int_equal(swf->used + swf->raised, 2);
    assert_int_equal(diags_length(diags), G_N_ELEMENTS(told));
    for (size_t i = 0; i < G_N_ELEMENTS(told); i++) {
        assert_string_equal(diags_nth(diags, i)->text, told[i]);
        assert_int_equal(diags_nth(diags, i)->level, DIAG_NOTE);
    }
}

/* Read in pieces: longer than a piece is an error, a last line without an end is a job. */
static void long_files_are_read_piece_by_piece(void **state)
{
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "srx-test-long.swf", NULL);
    g_autoptr(GString) text = g_string_new(HEAD);
    g_autofree char *long_line = g_strnfill(70000, '1');
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(Swf) swf = NULL;

    (void)state;
    for (int i = 0; i < 3000; i++)
        g_string_append_printf(text, "%s%d 5 -1 60 2 -1 -1 2 90 -1 1 1 1 1 1 1 -1 -1",
                               i ? "\n" : "", i);
    assert_true(g_file_set_contents(path, text->str, (gssize)text->len, NULL));
    swf = swf_load(path, diags);
    assert_int_equal(swf->jobs->len, 3000);
    assert_int_equal(nth(swf, 2999)->id, 2999);
    assert_true(g_file_set_contents(path, long_line, -1, NULL));
    assert_null(swf_load(path, diags));
    assert_string_equal(diags_nth(diags, 0)->text, "expected lines of at most 65,536 characters");
    g_unlink(path);
}

/* What is written in the format is read back, in order of submission. */
static void traces_survive_being_written_out(void **state)
{
    GRand *random = g_rand_new_with_seed(3);
    g_autoptr(GString) text = g_string_new(HEAD);
    g_autoptr(Swf) swf = NULL;
    gint32 submit[300], runtime[300];

    (void)state;
    for (int i = 0; i < 300; i++) {
        submit[i] = g_rand_int_range(random, 0, 100000);
        runtime[i] = g_rand_int_range(random, 1, 5000);
        g_string_append_printf(text, "%d %d -1 %d 1 -1 -1 1 -1 -1 1 1 1 -1 -1 -1 -1 -1\n", i,
                               submit[i], runtime[i]);
    }
    swf = parsed(text->str);
    assert_int_equal(swf->jobs->len, 300);
    for (guint i = 0; i < 300; i++) {
        assert_int_equal(nth(swf, i)->submit_at, submit[nth(swf, i)->id]);
        assert_int_equal(nth(swf, i)->runtime, runtime[nth(swf, i)->id]);
        assert_true(i == 0 || nth(swf, i - 1)->submit_at <= nth(swf, i)->submit_at);
    }
    g_rand_free(random);
}

static void public_traces_are_read(void **state)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(Swf) swf = NULL;

    (void)state;
    if (!g_file_test(SRX_SHARED_DIR "/traces/kth.swf.gz", G_FILE_TEST_EXISTS)) {
        print_message("skipped: no traces at " SRX_SHARED_DIR "/traces\n");
        return; /* skip() would leak what is owned here */
    }
    swf = swf_load(SRX_SHARED_DIR "/traces/kth.swf.gz", diags);
    assert_int_equal(swf->jobs->len, 28467);
    assert_int_equal(swf->processors, 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_head_says_how_large_the_machine_is),
        cmocka_unit_test(fields_stand_in_for_each_other),
        cmocka_unit_test(jobs_nobody_could_run_are_left_out_and_told),
        cmocka_unit_test(lines_that_are_no_jobs_are_errors),
        cmocka_unit_test(a_trace_without_jobs_is_an_error),
        cmocka_unit_test(jobs_become_submissions),
        cmocka_unit_test(packed_traces_are_unpacked),
        cmocka_unit_test(a_cut_off_file_is_an_error),
        cmocka_unit_test(what_is_repaired_is_told),
        cmocka_unit_test(long_files_are_read_piece_by_piece),
        cmocka_unit_test(traces_survive_being_written_out),
        cmocka_unit_test(public_traces_are_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
