/* Textbook policies: by hand, and against the slow version. */
#include "tests/test.h"

#include "sim/profile.h"
#include "tests/reference/textbook_slow.h"

/* 4 processors: a holds 3 until 100, b needs 4, c fits beside a. */
static const TextbookJob jobs[] = {
    {.submit_at = 0, .runtime = 100, .estimate = 100, .processors = 3},
    {.submit_at = 1, .runtime = 50, .estimate = 50, .processors = 4},
    {.submit_at = 2, .runtime = 50, .estimate = 60, .processors = 1},
    {.submit_at = 3, .runtime = 50, .estimate = 200, .processors = 1},
};

static void fcfs_keeps_the_order(void **state)
{
    Instant starts[4];

    (void)state;
    textbook_run(TEXTBOOK_FCFS, jobs, 4, 4, starts);
    assert_int_equal(starts[1], 100);
    assert_int_equal(starts[2], 150);
    assert_int_equal(starts[3], 150);
}

static void easy_fills_the_hole_before_the_head_but_does_not_delay_it(void **state)
{
    Instant starts[4];

    (void)state;
    textbook_run(TEXTBOOK_EASY, jobs, 4, 4, starts);
    assert_int_equal(starts[1], 100);
    assert_int_equal(starts[2], 2);
    assert_int_equal(starts[3], 150);
}

static void conservative_moves_jobs_forward_when_one_ends_early(void **state)
{
    const TextbookJob early[] = {
        {.submit_at = 0, .runtime = 10, .estimate = 100, .processors = 4},
        {.submit_at = 1, .runtime = 10, .estimate = 10, .processors = 4},
    };
    Instant starts[2];

    (void)state;
    textbook_run(TEXTBOOK_CONSERVATIVE, early, 2, 4, starts);
    assert_int_equal(starts[1], 10);
}

static void a_policy_is_read_by_its_name(void **state)
{
    TextbookPolicy policy;

    (void)state;
    assert_true(textbook_policy_parse("EASY", &policy));
    assert_int_equal(policy, TEXTBOOK_EASY);
    assert_false(textbook_policy_parse("sjf", &policy));
}

/* a waits 0, b 99, c 0, d 147 seconds; all 4 processors are held for 3/4 of the 200 s. */
static void a_schedule_has_its_numbers(void **state)
{
    Instant starts[4];
    Metrics metrics;

    (void)state;
    textbook_run(TEXTBOOK_EASY, jobs, 4, 4, starts);
    textbook_metrics(jobs, 4, 4, starts, &metrics);
    assert_int_equal(metrics.runs, 4);
    assert_int_equal(metrics.makespan, 200);
    assert_true(metrics.wait.max == 147 && metrics.wait.median == 49.5);
    assert_true(metrics.slowdown.max == 197.0 / 50);
    assert_true(metrics.utilisation == 0.75);
}

static void profile_delays_a_job_that_would_overlap_the_dent(void **state)
{
    g_autoptr(Profile) profile = profile_new(0, 4);

    (void)state;
    profile_take(profile, 10, 20, 3);
    assert_int_equal(profile_earliest(profile, 0, 10, 2), 0);
    assert_int_equal(profile_earliest(profile, 0, 11, 2), 20);
    assert_int_equal(profile_earliest(profile, 0, 11, 1), 0);
    assert_true(profile_earliest(profile, 0, 1, 5) == INSTANT_NEVER);
    profile_give(profile, 10, 20, 3);
    assert_int_equal(profile_free_at(profile, 15), 4);
}

static void random_loads_start_as_in_the_slow_version(void **state)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(3);

    (void)state;
    for (int round = 0; round < 150; round++) {
        TextbookJob load[60];
        Instant fast[60];
        Instant slow[60];
        Instant submit = 0;
        const TextbookPolicy policy = round % 2 ? TEXTBOOK_EASY : TEXTBOOK_FCFS;

        for (int i = 0; i < 60; i++) {
            submit += g_rand_int_range(random, 0, 8);
            load[i].submit_at = submit;
            load[i].runtime = g_rand_int_range(random, 1, 60);
            load[i].estimate = load[i].runtime + g_rand_int_range(random, 0, 40);
            load[i].processors = (uint32_t)g_rand_int_range(random, 1, 9);
        }
        textbook_run(policy, load, 60, 8, fast);
        textbook_slow_run(policy, load, 60, 8, slow);
        assert_memory_equal(fast, slow, sizeof fast);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fcfs_keeps_the_order),
        cmocka_unit_test(easy_fills_the_hole_before_the_head_but_does_not_delay_it),
        cmocka_unit_test(conservative_moves_jobs_forward_when_one_ends_early),
        cmocka_unit_test(a_schedule_has_its_numbers),
        cmocka_unit_test(a_policy_is_read_by_its_name),
        cmocka_unit_test(profile_delays_a_job_that_would_overlap_the_dent),
        cmocka_unit_test(random_loads_start_as_in_the_slow_version),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
