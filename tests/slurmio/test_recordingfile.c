/* Tests of slurmio/recordingfile.h: what is taken from a recording, and what is said of a broken
 * one. */
#include "tests/test.h"

#include "slurmio/recordingfile.h"
#include "slurmio/scenario.h"
#include <glib/gstdio.h>

/* A case of the jobs "a" (60 s) and "arr" (tasks 0 and 1 of 70 s, after "a"), and one command. */
typedef struct {
    char *path;
    Load *load;
    Diags *diags;
    Recording *recording; /* NULL when it was refused */
} Case;

static LoadJob *add_job(Case *self, const char *id, Span runtime)
{
    LoadJob *job = load_job_new(id);

    job->truth.runtime = runtime;
    g_ptr_array_add(self->load->jobs, job);
    return job;
}

static void add_array(Case *self)
{
    LoadJob *job = add_job(self, "arr", 0);

    job->spec->array = g_strdup("0-1");
    job->truth.n_tasks = 2;
    job->truth.task_runtime = g_new0(Span, 2);
    job->truth.task_runtime[0] = job->truth.task_runtime[1] = 70;
}

static void add_command(Case *self, const char *what)
{
    g_autofree char *line = g_strconcat("scancel ", what, NULL);
    LoadCommand *command = g_new0(LoadCommand, 1);

    command->at = 5;
    command->argv = g_strsplit(line, " ", -1);
    g_ptr_array_add(self->load->commands, command);
}

static Case case_of(const char *text)
{
    Case self = {.load = load_new(), .diags = diags_new()};
    const int file = g_file_open_tmp("srx-recording-XXXXXX", &self.path, NULL);

    assert_true(file >= 0);
    g_close(file, NULL);
    assert_true(g_file_set_contents(self.path, text, -1, NULL));
    add_job(&self, "a", 60);
    add_array(&self);
    add_command(&self, "{a}");
    add_command(&self, "--quiet");
    self.recording = recordingfile_load(self.path, self.load, self.diags);
    return self;
}

static void case_clear(Case *self)
{
    g_unlink(self->path);
    g_free(self->path);
    recording_free(self->recording);
    load_free(self->load);
    diags_free(self->diags);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Case, case_clear)

/* meta and jobs as they should be around @runs of job "a". */
static char *with_runs(const char *runs)
{
    return g_strdup_printf("{\"meta\": {\"slurm\": \"slurm 24.11.5\", \"t0\": 1000}, "
                           "\"jobs\": [{\"id\": \"a\", \"slurm_id\": \"7\", \"runs\": [%s]}]}",
                           runs);
}

static void assert_refused(const char *text, const char *said)
{
    g_auto(Case) self = case_of(text);
    const char *found = diags_length(self.diags) ? diags_nth(self.diags, 0)->text : "nothing";

    assert_null(self.recording);
    if (!strstr(found, said))
        fail_msg("expected '%s', said '%s'", said, found);
    assert_string_equal(diags_nth(self.diags, 0)->file, self.path);
}

static void assert_run_refused(const char *run, const char *said)
{
    g_autofree char *text = with_runs(run);

    assert_refused(text, said);
}

static const RecordedRun *nth_run(const Case *self, guint index)
{
    assert_non_null(self->recording);
    assert_true(index < self->recording->runs->len);
    return g_ptr_array_index(self->recording->runs, index);
}

/* ---- broken ones ---- */

static void what_is_no_recording_is_refused(void **state)
{
    (void)state;
    assert_refused("{\"meta\": ", "expected a recording with meta and jobs, found ");
    assert_refused("[]", "expected a recording with meta and jobs, found another JSON text");
    assert_refused("{\"meta\": {}, \"jobs\": {}}", "found another JSON text");
    assert_refused("{\"meta\": 1, \"jobs\": []}", "found another JSON text");
}

static void where_it_ceases_to_be_json_is_told(void **state)
{
    g_auto(Case) self = case_of("{\"meta\": {},\n \"jobs\": [}");

    (void)state;
    assert_null(self.recording);
    assert_int_equal(diags_nth(self.diags, 0)->line, 2);
    assert_true(diags_nth(self.diags, 0)->column > 0);
}

static void a_file_that_is_not_there_is_told(void **state)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(Load) load = load_new();

    (void)state;
    assert_null(recordingfile_load("/nowhere/recording.json", load, diags));
    assert_null(recordingfile_version("/nowhere/recording.json", diags));
    assert_int_equal(diags_count(diags, DIAG_ERROR), 2);
    assert_non_null(strstr(diags_nth(diags, 0)->text, "unable to open"));
}

static void a_job_of_another_case_is_refused(void **state)
{
    (void)state;
    assert_refused("{\"meta\": {}, \"jobs\": [{\"id\": \"b\"}]}",
                   "jobs: expected the id of a job of this case, found 'b'");
    assert_refused("{\"meta\": {}, \"jobs\": [3]}",
                   "jobs: expected the id of a job of this case, found ''");
}

static void a_state_slurm_does_not_know_is_refused(void **state)
{
    (void)state;
    assert_run_refused("{\"Start\": 1, \"End\": 2, \"State\": \"DONE\"}",
                       "job 'a': expected a state such as COMPLETED, found 'DONE'");
    assert_run_refused("{\"Start\": 1}", "job 'a': expected a state such as COMPLETED, found ''");
}

static void times_that_are_none_are_refused(void **state)
{
    (void)state;
    assert_run_refused("{\"State\": \"COMPLETED\", \"Start\": \"soon\"}",
                       "job 'a': expected Start in seconds of the case, or null, found \"soon\"");
    assert_run_refused("{\"State\": \"COMPLETED\", \"End\": 1e300}",
                       "job 'a': expected End in seconds of the case, or null, found 1e300");
    assert_refused("{\"meta\": {\"t0\": true}, \"jobs\": []}", "meta: expected t0 in seconds");
    assert_refused("{\"meta\": {}, \"jobs\": [], \"samples\": [{\"t\": []}]}",
                   "samples: expected t in seconds of the case, or null, found []");
    assert_refused("{\"meta\": {}, \"jobs\": [], \"commands\": [{\"at\": \"5\"}]}",
                   "commands: expected at in seconds of the case, or null, found \"5\"");
}

static void an_end_before_the_start_is_refused(void **state)
{
    (void)state;
    assert_run_refused("{\"State\": \"COMPLETED\", \"Start\": 10, \"End\": 9}",
                       "job 'a': expected an End that is not before its Start, found one that is");
}

/* ---- what is taken from it ---- */

static void runs_give_the_case_its_times(void **state)
{
    g_autofree char *text = with_runs("{\"State\": \"PENDING\", \"Submit\": 90}, "
                                      "{\"State\": \"REQUEUED by 0\", \"Submit\": 3, "
                                      "\"Start\": 10, \"End\": 20, \"NCPUS\": \"4\"}, "
                                      "{\"State\": \"COMPLETED\", \"Submit\": 30, \"Start\": 40, "
                                      "\"End\": 142, \"Suspended\": \"00:00:02\"}");
    g_auto(Case) self = case_of(text);
    const LoadJob *job = g_ptr_array_index(self.load->jobs, 0);

    (void)state;
    assert_int_equal(nth_run(&self, 0)->state, JOB_REQUEUED);
    assert_int_equal(nth_run(&self, 0)->cpus, 4);
    assert_int_equal(nth_run(&self, 1)->attempt, 1);
    assert_int_equal(self.recording->runs->len, 2); /* what never started is no run */
    assert_int_equal(job->submit_at, 3);
    assert_int_equal(job->truth.runtime, 100); /* 102 s less what it was suspended */
    assert_int_equal(self.recording->until, 142);
    assert_int_equal(self.recording->epoch, 1000);
}

static void a_run_that_hit_its_limit_would_have_gone_on(void **state)
{
    g_autofree char *text =
        with_runs("{\"State\": \"TIMEOUT\", \"Start\": 0, \"End\": 90, \"TimelimitRaw\": \"1\"}");
    g_auto(Case) self = case_of(text);
    const LoadJob *job = g_ptr_array_index(self.load->jobs, 0);

    (void)state;
    assert_true(job->truth.runtime > 90);
    assert_int_equal(nth_run(&self, 0)->limit, 1);
}

static void a_cancelled_run_says_nothing_of_its_work(void **state)
{
    g_autofree char *text =
        with_runs("{\"State\": \"CANCELLED by 1001\", \"Start\": 0, \"End\": 9}");
    g_auto(Case) self = case_of(text);

    (void)state;
    assert_int_equal(nth_run(&self, 0)->state, JOB_CANCELLED);
    assert_int_equal(((const LoadJob *)g_ptr_array_index(self.load->jobs, 0))->truth.runtime, 60);
}

static void tasks_are_told_apart(void **state)
{
    g_auto(Case) self =
        case_of("{\"meta\": {}, \"jobs\": [{\"id\": \"arr\", \"runs\": ["
                "{\"JobID\": \"8_1\", \"State\": \"COMPLETED\", \"Start\": 5, \"End\": 15}, "
                "{\"JobID\": \"8_0\", \"State\": \"FAILED\", \"Start\": 5, \"End\": 25}]}]}");
    const LoadJob *job = g_ptr_array_index(self.load->jobs, 1);

    (void)state;
    assert_int_equal(nth_run(&self, 0)->task, 0);
    assert_int_equal(nth_run(&self, 1)->task, 1);
    assert_int_equal(job->truth.task_runtime[0], 20);
    assert_int_equal(job->truth.task_runtime[1], 10);
}

static void what_slurm_refused_is_not_done(void **state)
{
    g_auto(Case) self = case_of("{\"meta\": {}, \"jobs\": [], \"commands\": ["
                                "{\"at\": 6, \"status\": 1}, {\"at\": 8, \"status\": 0}]}");
    const LoadCommand *command = g_ptr_array_index(self.load->commands, 0);

    (void)state;
    assert_int_equal(self.load->commands->len, 1);
    assert_string_equal(command->argv[1], "--quiet");
    assert_int_equal(command->at, 8);
}

static void samples_tell_what_jobs_wait_for(void **state)
{
    g_auto(Case) self =
        case_of("{\"meta\": {}, \"jobs\": [{\"id\": \"a\", \"slurm_id\": \"7\", \"runs\": []}], "
                "\"samples\": [{\"t\": 120, \"start\": [\"7|N/A|Priority|2762\", \"9|N/A|None|1\", "
                "\"cut|off\", 5]}]}");
    const RecordedWait *wait;

    (void)state;
    assert_non_null(self.recording);
    assert_int_equal(self.recording->waits->len, 1);
    wait = recording_wait(self.recording, 0, 100, 130);
    assert_string_equal(wait->reason, "Priority");
    assert_int_equal(wait->priority, 2762);
    assert_null(recording_wait(self.recording, 0, 121, 130));
    assert_int_equal(self.recording->until, 120);
}

static void sdiag_tells_when_slurmctld_began(void **state)
{
    g_auto(Case) self = case_of("{\"meta\": {\"t0\": 1000}, \"jobs\": [], "
                                "\"sdiag\": \"Data since      Mon Jan 05 2026 (990)\"}");
    g_auto(Case) after = case_of("{\"meta\": {\"t0\": 1000}, \"jobs\": [], "
                                 "\"sdiag\": \"Data since      Mon Jan 05 2026 (1001)\"}");

    (void)state;
    assert_int_equal(self.recording->started_at, -10);
    assert_int_equal(after.recording->started_at, INSTANT_NEVER);
}

static void the_version_is_the_number_in_its_text(void **state)
{
    g_auto(Case) self = case_of("{\"meta\": {\"slurm\": \"slurm-wlm 22.05.8\"}, \"jobs\": []}");
    g_auto(Case) silent = case_of("{\"meta\": {}, \"jobs\": []}");
    g_autofree char *version = recordingfile_version(self.path, self.diags);
    g_autofree char *none = recordingfile_version(silent.path, silent.diags);

    (void)state;
    assert_string_equal(version, "22.05.8");
    assert_string_equal(none, "");
}

/* ---- the recordings of the project ---- */

static bool is_in_order(const RecordedRun *earlier, const RecordedRun *later)
{
    if (earlier->job == later->job && earlier->task == later->task)
        return earlier->attempt < later->attempt && earlier->end_at <= later->start_at;
    return earlier->start_at <= later->start_at;
}

static void runs_come_by_start_and_those_of_a_job_one_after_the_other(void **state)
{
    const char *folder = SRX_SOURCE_DIR "/tests/recordings/24.11/qos_requeue-2";
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(Scenario) scenario = scenario_load(folder, "24.11", diags);
    g_autofree char *path = g_build_filename(folder, "recording.json", NULL);
    g_autoptr(Recording) recording = NULL;

    (void)state;
    assert_non_null(scenario);
    recording = recordingfile_load(path, scenario->load, diags);
    assert_non_null(recording);
    assert_true(recording->runs->len > scenario->load->jobs->len); /* some were requeued */
    for (guint i = 1; i < recording->runs->len; i++)
        for (guint k = 0; k < i; k++)
            assert_true(is_in_order(g_ptr_array_index(recording->runs, k),
                                    g_ptr_array_index(recording->runs, i)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_recording_is_refused),
        cmocka_unit_test(where_it_ceases_to_be_json_is_told),
        cmocka_unit_test(a_file_that_is_not_there_is_told),
        cmocka_unit_test(a_job_of_another_case_is_refused),
        cmocka_unit_test(a_state_slurm_does_not_know_is_refused),
        cmocka_unit_test(times_that_are_none_are_refused),
        cmocka_unit_test(an_end_before_the_start_is_refused),
        cmocka_unit_test(runs_give_the_case_its_times),
        cmocka_unit_test(a_run_that_hit_its_limit_would_have_gone_on),
        cmocka_unit_test(a_cancelled_run_says_nothing_of_its_work),
        cmocka_unit_test(tasks_are_told_apart),
        cmocka_unit_test(what_slurm_refused_is_not_done),
        cmocka_unit_test(samples_tell_what_jobs_wait_for),
        cmocka_unit_test(sdiag_tells_when_slurmctld_began),
        cmocka_unit_test(the_version_is_the_number_in_its_text),
        cmocka_unit_test(runs_come_by_start_and_those_of_a_job_one_after_the_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
