/* Tests of sim/job.h. */
#include "tests/test.h"

#include "sim/job.h"

static void a_new_request_asks_for_nothing(void **state)
{
    g_autoptr(JobSpec) spec = job_spec_new();

    (void)state;
    assert_null(spec->partition);
    assert_int_equal(spec->time_limit, MINUTES_UNSET);
    assert_int_equal(spec->ntasks, COUNT_UNSET);
    assert_true(spec->mem == UINT64_MAX);
    assert_false(spec->hold);
}

static void a_copy_is_equal_and_its_own(void **state)
{
    g_autoptr(JobSpec) spec = job_spec_new();
    g_autoptr(JobSpec) copy = NULL;

    (void)state;
    spec->gpus = g_strdup("a100:2");
    spec->rest = g_strsplit("--mail-user=x --output=y", " ", -1);
    copy = job_spec_copy(spec);
    assert_true(job_spec_equal(spec, copy));
    copy->gpus[0] = 'b';
    assert_false(job_spec_equal(spec, copy));
}

static void every_kind_of_field_counts_in_a_comparison(void **state)
{
    g_autoptr(JobSpec) plain = job_spec_new();

    (void)state;
    for (int kind = 0; kind < 7; kind++) {
        g_autoptr(JobSpec) other = job_spec_new();

        switch (kind) {
        case 0:
            other->time_min = 7;
            break;
        case 1:
            other->min_cpus = 1;
            break;
        case 2:
            other->mem_per_gpu = 0;
            break;
        case 3:
            other->reboot = true;
            break;
        case 4:
            other->nice = -1;
            break;
        case 5:
            other->requeue = CHOICE_NO;
            break;
        default:
            other->script_args = g_strsplit("a", " ", -1);
        }
        assert_false(job_spec_equal(plain, other));
    }
}

static void an_empty_list_equals_none(void **state)
{
    g_autoptr(JobSpec) none = job_spec_new();
    g_autoptr(JobSpec) empty = job_spec_new();

    (void)state;
    empty->rest = g_new0(char *, 1);
    assert_true(job_spec_equal(none, empty));
    assert_true(job_spec_equal(empty, none));
}

static void states_have_slurms_names(void **state)
{
    (void)state;
    assert_string_equal(job_state_name(JOB_PENDING), "PENDING");
    assert_string_equal(job_state_name(JOB_REQUEUED), "REQUEUED");
}

static void array_tasks_are_ascending_and_counted_once(void **state)
{
    g_autoptr(GArray) tasks = NULL;
    const uint32_t expected[] = {0, 2, 4, 5, 9};
    uint32_t throttle;
    GError *error = NULL;

    (void)state;
    assert_ok(job_array_parse("9,0-5:2,4-5%3", &tasks, &throttle, &error), error);
    assert_int_equal(tasks->len, 5);
    assert_memory_equal(tasks->data, expected, sizeof expected);
    assert_int_equal(throttle, 3);
}

static void array_brackets_are_ignored_as_slurm_does(void **state)
{
    g_autoptr(GArray) tasks = NULL;
    uint32_t throttle;
    GError *error = NULL;

    (void)state;
    assert_ok(job_array_parse("[1-3]", &tasks, &throttle, &error), error);
    assert_int_equal(tasks->len, 3);
    assert_int_equal(throttle, 0);
}

static void array_nonsense_is_refused(void **state)
{
    const char *const wrong[] = {"",    "x",    "3-1", "1-",     "1-5:0",   "1,",
                                 "1%",  "1%x",  "-1",  "1-5:",   "4000001", "99999999999",
                                 "1 2", "1-5x", ",1",  "ccount", NULL};

    (void)state;
    for (size_t i = 0; wrong[i]; i++) {
        GArray *tasks = NULL;
        uint32_t throttle = 77;
        g_autoptr(GError) error = NULL;

        assert_false(job_array_parse(wrong[i], &tasks, &throttle, &error));
        assert_non_null(strstr(error->message, "expected array tasks such as"));
        assert_null(tasks);
        assert_int_equal(throttle, 77);
    }
}

/* Any set of tasks, written one by one, is read back. */
static void array_tasks_survive_being_written_out(void **state)
{
    GRand *random = g_rand_new_with_seed(4);

    (void)state;
    for (int round = 0; round < 200; round++) {
        g_autoptr(GString) text = g_string_new(NULL);
        g_autoptr(GArray) tasks = NULL;
        uint32_t throttle, n = 0;
        bool wanted[64] = {false};

        for (int i = 0; i < 8; i++) {
            gint32 task = g_rand_int_range(random, 0, 64);

            n += !wanted[task];
            wanted[task] = true;
            g_string_append_printf(text, "%s%d", i ? "," : "", task);
        }
        assert_true(job_array_parse(text->str, &tasks, &throttle, NULL));
        assert_int_equal(tasks->len, n);
        for (guint i = 0; i < tasks->len; i++)
            assert_true(wanted[g_array_index(tasks, uint32_t, i)]);
    }
    g_rand_free(random);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_request_asks_for_nothing),
        cmocka_unit_test(a_copy_is_equal_and_its_own),
        cmocka_unit_test(every_kind_of_field_counts_in_a_comparison),
        cmocka_unit_test(an_empty_list_equals_none),
        cmocka_unit_test(states_have_slurms_names),
        cmocka_unit_test(array_tasks_are_ascending_and_counted_once),
        cmocka_unit_test(array_brackets_are_ignored_as_slurm_does),
        cmocka_unit_test(array_nonsense_is_refused),
        cmocka_unit_test(array_tasks_survive_being_written_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
