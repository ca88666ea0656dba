/* Tests of slurmio/journal.h and slurmio/runstate.h. */
#include "tests/slurmio/run_fixture.h"

#include "base/rng.h"

#include <fcntl.h>
#include <unistd.h>

typedef struct {
    char *directory, *path;
} Place;

static int set_up(void **state)
{
    Place *place = g_new0(Place, 1);

    place->directory = g_dir_make_tmp("srx-XXXXXX", NULL);
    place->path = g_build_filename(place->directory, "journal", NULL);
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    Place *place = *state;

    test_remove(place->directory);
    g_free(place->directory);
    g_free(place->path);
    g_free(place);
    return 0;
}

static void write_event(const char *path, JournalEvent event)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Journal) journal = journal_open(path, test_clock, &error);

    assert_ok(journal, error);
    assert_ok(journal_write(journal, &event, &error), error);
}

/* The texts are literals, which an event only borrows. */
static JournalEvent event_with(JournalKind kind, uint32_t job, uint32_t id)
{
    JournalEvent event = journal_event(kind, job, 0);

    event.id = id;
    return event;
}

static void count_event(void *self, G_GNUC_UNUSED const JournalEvent *event)
{
    guint *n = self;

    ++*n;
}

static guint events_in(const char *path)
{
    g_autoptr(GError) error = NULL;
    guint n = 0;

    assert_ok(journal_read(path, count_event, &n, &error), error);
    return n;
}

static void append(const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_APPEND);

    assert_int_equal(write(file, text, strlen(text)), strlen(text));
    close(file);
}

static void a_line_stands_as_documented(void **state)
{
    const Place *place = *state;
    JournalEvent event = journal_event(JOURNAL_ENDED, 3, 1);
    g_autofree char *text = NULL;
    g_autofree char *mark = g_strdup("srx:0123456789ab:3:1");
    g_autofree char *name = g_strdup("FAILED");
    const char *expected = ",\"event\":\"ended\",\"job\":3,\"task\":7,\"attempt\":1,\"id\":42,"
                           "\"when\":1700,\"state\":\"FAILED\",\"exit\":2,\"mark\":"
                           "\"srx:0123456789ab:3:1\"}\n";

    event.task = 7;
    event.id = 42;
    event.when = 1700;
    event.exit = 2;
    event.state = name;
    event.mark = mark;
    write_event(place->path, event);
    assert_true(g_file_get_contents(place->path, &text, NULL, NULL));
    assert_true(g_str_has_prefix(text, "{\"at\":17000"));
    assert_true(g_str_has_suffix(text, expected));
}

static void a_torn_last_line_is_dropped_and_cut_off(void **state)
{
    const Place *place = *state;
    const char *line = "{\"at\":1,\"event\":\"accepted\",\"job\":0,\"id\":7}";

    write_event(place->path, event_with(JOURNAL_INTENT, 0, 0));
    for (size_t length = 1; length <= strlen(line); length++) {
        g_autofree char *part = g_strndup(line, length);

        append(place->path, part);
        assert_int_equal(events_in(place->path), length);
        write_event(place->path, event_with(JOURNAL_INTENT, 0, 0));
        assert_int_equal(events_in(place->path), length + 1);
    }
}

static void what_is_no_event_is_told_with_its_line(void **state)
{
    const Place *place = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) missing = NULL;
    g_autofree char *message =
        g_strdup_printf("%s:2: expected an event of a journal, found 'hello'", place->path);
    guint n = 0;

    assert_false(journal_read("/nowhere/at/all", count_event, &n, &missing));
    assert_int_equal(missing->code, SRX_ERROR_FAILED);
    write_event(place->path, event_with(JOURNAL_INTENT, 0, 0));
    append(place->path, "hello\n");
    assert_false(journal_read(place->path, count_event, &n, &error));
    assert_int_equal(error->code, SRX_ERROR_INPUT);
    assert_true(g_str_has_prefix(error->message, message));
}

static void events_of_a_later_srx_are_passed_over(void **state)
{
    const Place *place = *state;

    write_event(place->path, event_with(JOURNAL_INTENT, 0, 0));
    append(place->path, "{\"at\":1,\"event\":\"levitated\",\"job\":0}\n");
    assert_int_equal(events_in(place->path), 1);
}

static void a_journal_that_cannot_be_written_is_told(void **state)
{
    g_autoptr(GError) nowhere = NULL;
    g_autoptr(GError) full = NULL;
    g_autoptr(Journal) journal = NULL;
    JournalEvent event = journal_event(JOURNAL_NOTE, COUNT_UNSET, 0);

    (void)state;
    assert_null(journal_open("/nowhere/at/all", test_clock, &nowhere));
    assert_string_equal(nowhere->message, "/nowhere/at/all: No such file or directory");
    journal = journal_open("/dev/full", test_clock, NULL);
    assert_non_null(journal);
    assert_false(journal_write(journal, &event, &full));
    assert_string_equal(full->message,
                        "/dev/full: No space left on device; the journal cannot be written");
}

static RunState *state_of(const char *path)
{
    g_autoptr(GError) error = NULL;
    RunState *self = run_state_read(path, 3, &error);

    assert_ok(self, error);
    return self;
}

static void a_journal_folds_into_where_each_job_stands(void **state)
{
    const Place *place = *state;
    g_autoptr(RunState) now = NULL;
    JournalEvent accepted = event_with(JOURNAL_ACCEPTED, 0, 11);
    const RunAttempt *attempt;

    accepted.held = true;
    write_event(place->path, journal_event(JOURNAL_BEGIN, COUNT_UNSET, 0));
    write_event(place->path, event_with(JOURNAL_INTENT, 0, 0));
    write_event(place->path, accepted);
    write_event(place->path, event_with(JOURNAL_INTENT, 1, 0));
    now = state_of(place->path);
    attempt = run_state_attempt(now, 0);
    assert_int_equal(attempt->id, 11);
    assert_true(attempt->held);
    assert_false(now->released);
    assert_int_equal(run_state_attempt(now, 1)->id, 0);
    assert_true(run_state_attempt(now, 1)->intent_at != INSTANT_NEVER);
    assert_null(run_state_attempt(now, 2));
    assert_int_equal(run_state_next(now, 0), 1);
    assert_int_equal(run_state_next(now, 2), 0);
}

static void release_start_end_and_retry_follow(void **state)
{
    const Place *place = *state;
    g_autoptr(RunState) now = NULL;
    g_autofree char *failed = g_strdup("FAILED"), *change = g_strdup("--time=90");
    JournalEvent accepted = event_with(JOURNAL_ACCEPTED, 0, 11);
    JournalEvent started = event_with(JOURNAL_STARTED, 0, 11);
    JournalEvent ended = event_with(JOURNAL_ENDED, 0, 11);
    JournalEvent retry = event_with(JOURNAL_RETRY, 0, 0);
    JournalEvent done = journal_event(JOURNAL_DONE, COUNT_UNSET, 0);

    accepted.held = true;
    started.when = 100;
    ended.when = 160;
    ended.exit = 1;
    ended.state = failed;
    retry.change = change;
    done.text = failed;
    write_event(place->path, accepted);
    write_event(place->path, journal_event(JOURNAL_RELEASED, COUNT_UNSET, 0));
    write_event(place->path, started);
    write_event(place->path, ended);
    write_event(place->path, retry);
    write_event(place->path, done);
    now = state_of(place->path);
    assert_true(now->released);
    assert_true(now->done);
    assert_string_equal(now->result, "FAILED");
    assert_false(run_state_attempt(now, 0)->held);
    assert_int_equal(run_state_attempt(now, 0)->started_at, 100);
    assert_int_equal(run_state_attempt(now, 0)->ended_at, 160);
    assert_int_equal(run_state_attempt(now, 0)->exit, 1);
    assert_string_equal(run_state_attempt(now, 0)->state, "FAILED");
    assert_int_equal(now->jobs[0].retries, 1);
    assert_string_equal(now->jobs[0].change, "--time=90");
}

static void tasks_of_an_array_are_kept_apart(void **state)
{
    const Place *place = *state;
    g_autoptr(RunState) now = NULL;
    JournalEvent started = event_with(JOURNAL_STARTED, 0, 11);
    const RunAttempt *attempt;

    write_event(place->path, event_with(JOURNAL_ACCEPTED, 0, 11));
    for (uint32_t task = 0; task < 3; task++) {
        started.task = task;
        started.when = 200 - task;
        write_event(place->path, started);
    }
    started.kind = JOURNAL_ENDED;
    started.when = 300;
    write_event(place->path, started);
    now = state_of(place->path);
    attempt = run_state_attempt(now, 0);
    assert_int_equal(attempt->tasks->len, 3);
    assert_int_equal(attempt->started_at, 198);
    assert_int_equal(attempt->ended_at, INSTANT_NEVER);
    assert_int_equal(g_array_index(attempt->tasks, RunTask, 2).ended_at, 300);
}

static void a_job_that_went_in_twice_is_cancelled_once(void **state)
{
    const Place *place = *state;
    g_autoptr(RunState) now = NULL;

    write_event(place->path, event_with(JOURNAL_ACCEPTED, 0, 11));
    write_event(place->path, event_with(JOURNAL_CANCELLED, 0, 12));
    write_event(place->path, event_with(JOURNAL_CANCELLED, 9, 12)); /* of no job there is */
    now = state_of(place->path);
    assert_false(run_state_attempt(now, 0)->cancelled);
    run_state_free(g_steal_pointer(&now));
    write_event(place->path, event_with(JOURNAL_CANCELLED, 0, 11));
    write_event(place->path, journal_event(JOURNAL_CANCELLED, COUNT_UNSET, 0));
    now = state_of(place->path);
    assert_true(run_state_attempt(now, 0)->cancelled);
    assert_true(now->cancelled);
}

static JournalEvent any_event(Rng *rng, char *text)
{
    JournalEvent event =
        journal_event((JournalKind)rng_below(rng, JOURNAL_KINDS),
                      rng_below(rng, 4) ? rng_below(rng, 4) : COUNT_UNSET, rng_below(rng, 3));

    event.id = rng_below(rng, 5);
    event.task = rng_below(rng, 2) ? rng_below(rng, 3) : COUNT_UNSET;
    event.when = rng_below(rng, 2) ? (Instant)rng_below(rng, 1000) : INSTANT_NEVER;
    event.held = rng_below(rng, 2);
    event.text = rng_below(rng, 2) ? text : NULL;
    event.state = rng_below(rng, 2) ? text : NULL;
    return event;
}

/* Each in words, which two states have alike. */
static char *words_of(const RunState *self)
{
    GString *out = g_string_new(NULL);

    g_string_append_printf(out, "%d %d %d %s\n", self->released, self->cancelled, self->done,
                           self->result ? self->result : "-");
    for (uint32_t i = 0; i < self->n_jobs; i++)
        for (guint k = 0; k < self->jobs[i].attempts->len; k++) {
            const RunAttempt *at = &g_array_index(self->jobs[i].attempts, RunAttempt, k);

            g_string_append_printf(out, "%u.%u: %u %d %d %d %" G_GINT64_FORMAT " %s %u\n", i, k,
                                   at->id, at->held, at->refused, at->cancelled, at->ended_at,
                                   at->state ? at->state : "-", at->tasks ? at->tasks->len : 0);
        }
    return g_string_free(out, FALSE);
}

static void what_was_folded_on_the_way_is_what_the_file_says(void **state)
{
    const Place *place = *state;
    g_autoptr(RunState) live = run_state_new(3);
    g_autoptr(RunState) read = NULL;
    g_autoptr(Journal) journal = journal_open(place->path, test_clock, NULL);
    g_autofree char *text = g_strdup("\"\\\n☃ {}");
    g_autofree char *expected = NULL, *found = NULL;
    Rng *rng = rng_new(7, 0, "journal");

    for (int i = 0; i < 500; i++) {
        JournalEvent event = any_event(rng, text);

        assert_true(journal_write(journal, &event, NULL));
        run_state_take(live, &event);
    }
    read = state_of(place->path);
    expected = words_of(live);
    found = words_of(read);
    assert_string_equal(found, expected);
    rng_free(rng);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_line_stands_as_documented, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_torn_last_line_is_dropped_and_cut_off, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_event_is_told_with_its_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(events_of_a_later_srx_are_passed_over, set_up, tear_down),
        cmocka_unit_test(a_journal_that_cannot_be_written_is_told),
        cmocka_unit_test_setup_teardown(a_journal_folds_into_where_each_job_stands, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(release_start_end_and_retry_follow, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tasks_of_an_array_are_kept_apart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_job_that_went_in_twice_is_cancelled_once, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_was_folded_on_the_way_is_what_the_file_says, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
