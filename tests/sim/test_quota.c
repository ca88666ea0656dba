/* bf_max_job_*: how many records backfill looks at. */
#include "tests/test.h"

#include "sim/quota.h"

static bool takes(Quota *quota, uint32_t user, uint32_t assoc, uint32_t partition)
{
    const SimJob job = {.user = user, .assoc = assoc, .partition = partition};

    return quota_take(quota, &job);
}

static void without_parameters_there_is_no_end(void **state)
{
    const SchedulerParameters sched = {0};
    g_autoptr(Quota) quota = quota_new(&sched);

    (void)state;
    for (int i = 0; i < 100; i++)
        assert_true(takes(quota, 1, 1, 0));
}

static void a_user_has_so_many_records_in_all_and_in_a_partition(void **state)
{
    const SchedulerParameters sched = {.bf_max_job_user = 3, .bf_max_job_user_part = 2};
    g_autoptr(Quota) quota = quota_new(&sched);

    (void)state;
    assert_true(takes(quota, 1, 1, 0));
    assert_true(takes(quota, 1, 1, 0));
    assert_false(takes(quota, 1, 1, 0));
    assert_true(takes(quota, 1, 1, 1));
    assert_false(takes(quota, 1, 1, 1));
    assert_true(takes(quota, 2, 1, 0));
}

/* an association's quota takes the place of the user's */
static void an_association_and_a_partition_have_quotas_of_their_own(void **state)
{
    const SchedulerParameters sched = {
        .bf_max_job_user = 1, .bf_max_job_assoc = 2, .bf_max_job_part = 3};
    g_autoptr(Quota) quota = quota_new(&sched);

    (void)state;
    assert_true(takes(quota, 1, 1, 0));
    assert_true(takes(quota, 1, 1, 0));
    assert_false(takes(quota, 1, 1, 0));
    assert_false(takes(quota, 1, 2, 0));
    assert_true(takes(quota, 1, 2, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_parameters_there_is_no_end),
        cmocka_unit_test(a_user_has_so_many_records_in_all_and_in_a_partition),
        cmocka_unit_test(an_association_and_a_partition_have_quotas_of_their_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
