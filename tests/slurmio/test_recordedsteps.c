/* Tests of slurmio/recordedsteps.h: batch steps in sacct's table. */
#include "tests/test.h"

#include "slurmio/recordedsteps.h"

static const char table[] = "JobID|JobIDRaw|NCPUS|NodeList|Start|State\n"
                            "2_1|4|6|c[1-2]|2026-01-05T00:04:14|COMPLETED\n"
                            "2_1.batch|4.batch|2|c1|2026-01-05T00:04:14|COMPLETED\n"
                            "5.batch|5.batch|3|c2|Unknown|PENDING\n"
                            "cut\n";

static void a_batch_step_is_found_by_job_and_start(void **state)
{
    g_autoptr(GHashTable) steps = recordedsteps_parse(table);
    g_autofree char *key = recordedsteps_key("4", 1767571454);
    const RecordedStep *step = g_hash_table_lookup(steps, key);

    (void)state;
    assert_int_equal(g_hash_table_size(steps), 1);
    assert_non_null(step);
    assert_string_equal(step->node, "c1");
    assert_int_equal(step->cpus, 2);
}

static void a_table_without_its_columns_tells_nothing(void **state)
{
    static const char *const texts[] = {NULL, "", "JobID|NCPUS\n4.batch|2\n"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GHashTable) steps = recordedsteps_parse(texts[i]);

        assert_int_equal(g_hash_table_size(steps), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_step_is_found_by_job_and_start),
        cmocka_unit_test(a_table_without_its_columns_tells_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
