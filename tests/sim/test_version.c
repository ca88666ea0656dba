/* Tests of sim/version.h. */
#include "tests/test.h"

#include "sim/version.h"

static void version_is_read_with_and_without_words_around_it(void **state)
{
    SlurmVersion version = SLURM_VERSIONS;

    (void)state;
    assert_true(version_parse("22.05", &version));
    assert_int_equal(version, SLURM_22_05);
    assert_true(version_parse("slurm 23.11.4", &version));
    assert_int_equal(version, SLURM_23_11);
    assert_true(version_parse("24.11.5", &version));
    assert_int_equal(version, SLURM_24_11);
}

static void version_between_two_rows_takes_the_older_one(void **state)
{
    SlurmVersion version = SLURM_VERSIONS;

    (void)state;
    assert_true(version_parse("25.11.7", &version));
    assert_int_equal(version, SLURM_25_05);
    assert_true(version_parse("22.11", &version));
    assert_int_equal(version, SLURM_22_05);
    assert_true(version_parse("20.11.9", &version));
    assert_int_equal(version, SLURM_22_05);
}

static void version_refuses_what_is_none_or_too_old(void **state)
{
    SlurmVersion version = SLURM_24_05;

    (void)state;
    assert_false(version_parse("19.05", &version));
    assert_false(version_parse("slurm", &version));
    assert_false(version_parse("", &version));
    assert_false(version_parse("24", &version));
    assert_int_equal(version, SLURM_24_05);
}

static void version_rows_name_themselves(void **state)
{
    (void)state;
    for (int row = 0; row < SLURM_VERSIONS; row++) {
        SlurmVersion version = SLURM_VERSIONS;

        assert_true(version_parse(version_rules((SlurmVersion)row)->name, &version));
        assert_int_equal(version, row);
    }
    assert_false(version_rules(SLURM_23_02)->default_multifactor);
    assert_true(version_rules(SLURM_23_11)->default_multifactor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_is_read_with_and_without_words_around_it),
        cmocka_unit_test(version_between_two_rows_takes_the_older_one),
        cmocka_unit_test(version_refuses_what_is_none_or_too_old),
        cmocka_unit_test(version_rows_name_themselves),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
