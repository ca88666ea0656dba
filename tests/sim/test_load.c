/* Tests of sim/load.h. */
#include "tests/test.h"

#include "sim/load.h"

static LoadJob *job_at(const char *id, Instant submit_at)
{
    LoadJob *job = load_job_new(id);

    job->submit_at = submit_at;
    return job;
}

static void a_copied_job_shares_nothing_with_its_model(void **state)
{
    LoadJob *job = load_job_new("a");
    LoadJob *copy;

    (void)state;
    job->user = g_strdup("u1");
    job->spec->qos = g_strdup("high");
    job->truth.n_tasks = 2;
    job->truth.task_runtime = g_new0(Span, 2);
    job->truth.task_runtime[1] = 9;
    job->after = g_new0(LoadAfter, 1);
    job->after[0].type = g_strdup("afterok");
    job->after[0].id = g_strdup("b");
    job->n_after = 1;
    copy = load_job_copy(job);
    load_job_free(job);
    assert_string_equal(copy->id, "a");
    assert_string_equal(copy->spec->qos, "high");
    assert_int_equal(copy->truth.task_runtime[1], 9);
    assert_string_equal(copy->after[0].id, "b");
    assert_true(copy->started_at == INSTANT_NEVER);
    load_job_free(copy);
}

/* Sorting keeps the order of the file within one second. */
static void sorting_is_by_time_then_by_arrival(void **state)
{
    g_autoptr(Load) load = load_new();
    GRand *random = g_rand_new_with_seed(9);

    (void)state;
    for (int i = 0; i < 500; i++) {
        g_autofree char *id = g_strdup_printf("%03d", i);

        g_ptr_array_add(load->jobs, job_at(id, g_rand_int_range(random, -5, 5)));
    }
    load_sort(load);
    for (guint i = 1; i < load->jobs->len; i++) {
        const LoadJob *before = g_ptr_array_index(load->jobs, i - 1);
        const LoadJob *job = g_ptr_array_index(load->jobs, i);

        assert_true(before->submit_at <= job->submit_at);
        if (before->submit_at == job->submit_at)
            assert_true(strcmp(before->id, job->id) < 0);
    }
    g_rand_free(random);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copied_job_shares_nothing_with_its_model),
        cmocka_unit_test(sorting_is_by_time_then_by_arrival),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
