/* Tests of slurmio/submission.h. */
#include "tests/slurmio/run_fixture.h"

#include "base/rng.h"

static void refuse(Submission *submission, const char *message)
{
    g_autoptr(Submission) self = submission;
    g_autoptr(GError) error = NULL;

    assert_false(submission_check(self, &error));
    assert_int_equal(error->code, SRX_ERROR_INPUT);
    assert_string_equal(error->message, message);
}

static Submission *with_name(const char *name)
{
    Submission *self = test_submission();

    g_free(self->jobs[1].name);
    self->jobs[1].name = g_strdup(name);
    return self;
}

static Submission *with_edge(const char *type, uint32_t of, uint32_t delay)
{
    Submission *self = test_submission();

    submission_edge(self, 1, type, of, delay);
    return self;
}

static void what_slurm_could_not_take_is_refused(void **state)
{
    Submission *unscripted = test_submission(), *wordy = test_submission(),
               *unsaid = test_submission(), *either = test_submission();

    (void)state;
    refuse(submission_new(0), "expected jobs to submit, found none");
    refuse(with_name(NULL), "job 1: expected a name, found none");
    refuse(with_name("a"), "expected unique names, found two jobs 'a'");
    refuse(with_name("a\nb"),
           "job 1: expected a name without control characters, which Slurm does not keep");
    refuse(with_edge("afterburn", 0, 0),
           "job 'b; rm -rf': expected a dependency such as afterok, found 'afterburn'");
    refuse(with_edge("afterok", 1, 0),
           "job 'b; rm -rf': expected it behind all it waits for, found it before job 1");
    refuse(with_edge("afterok", 0, 3),
           "job 'b; rm -rf': Slurm has delays only with 'after', found 'afterok' with 3 min");
    unscripted->jobs[0].script[0] = ' ';
    refuse(unscripted, "job 'a': expected a script that begins with '#!', as sbatch wants it");
    wordy->jobs[0].spec->array = g_strdup("x");
    refuse(wordy,
           "job 'a': --array: expected array tasks such as 0-15, 1,3,5 or 0-99:2%4, found 'x'");
    g_clear_pointer(&unsaid->jobs[0].spec, job_spec_free);
    refuse(unsaid, "job 'a': expected what it asks for, found nothing");
    either->jobs[1].spec->dependency = g_strdup("afterok:1?afterok:2");
    refuse(either, "job 'b; rm -rf': expected its own --dependency without '?', as it also waits "
                   "for jobs of the workflow, found 'afterok:1?afterok:2'");
}

static void a_job_is_found_by_its_name(void **state)
{
    g_autoptr(Submission) self = test_submission();

    (void)state;
    assert_int_equal(submission_find(self, "c"), 2);
    assert_int_equal(submission_find(self, "d"), COUNT_UNSET);
    assert_int_equal(submission_staged(self), 0);
    self->jobs[2].staged = true;
    assert_int_equal(submission_staged(self), 1);
}

static void what_follows_a_job_is_selected_without_what_it_followed(void **state)
{
    g_autoptr(Submission) self = test_submission();
    g_autoptr(Submission) part = NULL;
    bool kept[3] = {false};

    (void)state;
    submission_from(self, 1, kept);
    part = submission_select(self, kept);
    assert_int_equal(part->n_jobs, 2);
    assert_string_equal(part->jobs[0].name, "b; rm -rf");
    assert_int_equal(part->jobs[0].n_after, 0);
    assert_int_equal(part->jobs[1].n_after, 1);
    assert_string_equal(part->jobs[1].after[0].type, "after");
    assert_int_equal(part->jobs[1].after[0].job, 0);
    assert_int_equal(part->jobs[1].after[0].delay, 5);
}

static void a_message_of_the_reader_says_where(void **state)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"{", "f:1:1: expected JSON, found "},
        {"{\"schema\": \"srx/plan/1\"}",
         "f: expected a submission (srx/submission/1), found srx/plan/1"},
        {"[]", "f: expected a submission (srx/submission/1), found something else"},
        {"{\"schema\": \"srx/submission/1\", \"jobs\": [{\"name\": 1}]}",
         "f: jobs[0]: 'name': expected a text"},
        {"{\"schema\": \"srx/submission/1\", \"jobs\": [{\"name\": \"a\"}]}",
         "f: jobs[0]: 'sbatch': expected a list of sbatch's options"},
        {"{\"schema\": \"srx/submission/1\", \"jobs\": [{\"sbatch\": [1]}]}",
         "f: jobs[0]: 'sbatch': expected a list of texts"},
        {"{\"schema\": \"srx/submission/1\", \"jobs\": [{\"sbatch\": \"x\"}]}",
         "f: jobs[0]: 'sbatch': expected a list of texts"},
        {"{\"schema\": \"srx/submission/1\", \"jobs\": [{\"sbatch\": [\"--thyme=1\"]}]}",
         "f: jobs[0]: 'sbatch': "},
        {"{\"schema\": \"srx/submission/1\", \"jobs\": [{\"sbatch\": [], \"after\": [{}]}]}",
         "f: jobs[0]: 'after': expected maps of type, job and delay"},
        {"{\"schema\": \"srx/submission/1\", \"jobs\": [{\"sbatch\": [], \"staged\": 1}]}",
         "f: jobs[0]: 'staged': expected true or false"},
        {"{\"schema\": \"srx/submission/1\", \"jobs\": [{\"sbatch\": [], \"retry\": -1}]}",
         "f: jobs[0]: 'retry': expected a number, 0 or more"},
        {"{\"schema\": \"srx/submission/1\", \"jobs\": []}", "expected jobs to submit, found none"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;

        assert_null(submission_read(cases[i].text, "f", &error));
        assert_int_equal(error->code, SRX_ERROR_INPUT);
        if (!g_str_has_prefix(error->message, cases[i].message))
            fail_msg("'%s' for '%s'", error->message, cases[i].message);
    }
}

/* Any printable text, with what JSON, shells and sbatch read otherwise. */
static char *any_text(Rng *rng)
{
    static const char *const pieces[] = {"a", "'", "\"", "\\", "$(x)", ";",
                                         "ü", "☃", " ",  "%",  "="};
    GString *text = g_string_new("t");

    for (uint32_t n = rng_below(rng, 6); n > 0; n--)
        g_string_append(text, pieces[rng_below(rng, G_N_ELEMENTS(pieces))]);
    return g_string_free(text, FALSE);
}

static void any_job(Rng *rng, Submission *self, uint32_t index)
{
    static const char *const types[] = {"after", "afterany", "afterok", "afternotok"};
    SubmissionJob *job = &self->jobs[index];
    g_autofree char *text = any_text(rng);
    g_autofree char *setting = g_strconcat("K=", text, NULL);
    const char *const environment[] = {setting, NULL};
    const char *const arguments[] = {text, "", NULL};

    job->name = g_strdup_printf("%u%s", index, text);
    job->spec = job_spec_new();
    job->spec->name = g_strdup(job->name);
    job->spec->time_limit = 1 + rng_below(rng, 5000);
    job->script = g_strconcat("#!/bin/sh\n", text, "\n\t\001\n", NULL);
    job->staged = rng_below(rng, 2);
    job->singleton = rng_below(rng, 2);
    job->retry = rng_below(rng, 3);
    job->retry_delay = rng_below(rng, 100);
    job->requeue_max = rng_below(rng, 3);
    job->predicted_start = rng_below(rng, 2) ? INSTANT_NEVER : (Instant)rng_below(rng, 1u << 30);
    if (rng_below(rng, 2)) {
        job->environment = g_strdupv((char **)(guintptr)environment);
        job->spec->script_args = g_strdupv((char **)(guintptr)arguments);
        job->retry_on = any_text(rng);
        job->done_when = any_text(rng);
        job->on_failure = any_text(rng);
        job->log = any_text(rng);
        job->error_log = any_text(rng);
    }
    for (uint32_t of = 0; of < index; of++)
        if (rng_below(rng, 3) == 0) {
            submission_edge(self, index, types[1 + rng_below(rng, 3)], of, 0);
            job->staged = job->staged || self->jobs[of].staged;
        }
}

static void what_was_written_is_read_as_the_same(void **state)
{
    Rng *rng = rng_new(5, 0, "submission");

    (void)state;
    for (int round = 0; round < 200; round++) {
        g_autoptr(Submission) self = submission_new(1 + rng_below(rng, 6));
        g_autoptr(Submission) again = NULL;
        g_autoptr(GError) error = NULL;
        g_autofree char *text = NULL, *text_again = NULL;

        for (uint32_t i = 0; i < self->n_jobs; i++)
            any_job(rng, self, i);
        text = submission_write(self);
        again = submission_read(text, "f", &error);
        assert_ok(again, error);
        text_again = submission_write(again);
        assert_string_equal(text, text_again);
        for (uint32_t i = 0; i < self->n_jobs; i++)
            assert_true(job_spec_equal(self->jobs[i].spec, again->jobs[i].spec));
    }
    rng_free(rng);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_slurm_could_not_take_is_refused),
        cmocka_unit_test(a_job_is_found_by_its_name),
        cmocka_unit_test(what_follows_a_job_is_selected_without_what_it_followed),
        cmocka_unit_test(a_message_of_the_reader_says_where),
        cmocka_unit_test(what_was_written_is_read_as_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
