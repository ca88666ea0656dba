/* Tests of slurmio/changeenv.h. */
#include "tests/test.h"

#include "slurmio/changeenv.h"

static bool has(char *const *environment, const char *setting)
{
    return g_strv_contains((const char *const *)environment, setting);
}

static char **changed(const char *const *given, const char *const *added, GPtrArray *left_out)
{
    return change_environment((char *const *)(guintptr)given, (char *const *)(guintptr)added,
                              left_out);
}

static void what_sbatch_would_ask_for_is_left_out_and_named(void **state)
{
    static const char *const given[] = {"SBATCH_QOS=low", "HOME=/home/u", "SLURM_CLUSTERS=b",
                                        "SBATCH_A_LATER_OPTION=1", NULL};
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) out = changed(given, NULL, names);

    (void)state;
    assert_int_equal(g_strv_length(out), 1);
    assert_true(has(out, "HOME=/home/u"));
    assert_int_equal(names->len, 3);
    assert_string_equal(names->pdata[0], "SBATCH_QOS");
    assert_string_equal(names->pdata[1], "SLURM_CLUSTERS");
    assert_string_equal(names->pdata[2], "SBATCH_A_LATER_OPTION");
}

static void what_asks_nothing_of_the_job_is_left_out_without_a_word(void **state)
{
    static const char *const given[] = {"SLURM_EXIT_ERROR=9", "SCANCEL_STATE=PENDING", NULL};
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) out = changed(given, NULL, names);

    (void)state;
    assert_int_equal(g_strv_length(out), 0);
    assert_int_equal(names->len, 0);
}

static void what_decides_nothing_and_how_slurm_is_reached_stay(void **state)
{
    static const char *const given[] = {"SBATCH_EXPORT=ALL",   "SLURM_CONF=/c",    "SLURM_JWT=t",
                                        "SLURM_CONF_SERVER=s", "SQUEUE_FORMAT=%i", NULL};
    g_auto(GStrv) out = changed(given, NULL, NULL);

    (void)state;
    assert_int_equal(g_strv_length(out), G_N_ELEMENTS(given) - 1);
}

static void inside_a_job_nothing_of_that_job_is_handed_on(void **state)
{
    static const char *const given[] = {
        "SLURM_JOB_ID=7", "SLURM_NTASKS=4", "PMI_RANK=0", "SRUN_DEBUG=3",
        "SLURM_CONF=/c",  "PATH=/bin",      NULL};
    static const char *const outside[] = {"SLURM_NTASKS=4", NULL};
    g_auto(GStrv) out = changed(given, NULL, NULL);
    g_auto(GStrv) kept = changed(outside, NULL, NULL);

    (void)state;
    assert_int_equal(g_strv_length(out), 2);
    assert_true(has(out, "SLURM_CONF=/c"));
    assert_true(has(out, "PATH=/bin"));
    assert_true(has(kept, "SLURM_NTASKS=4")); /* the user's own: the job may want it */
}

static void what_is_added_goes_last_and_wins(void **state)
{
    static const char *const given[] = {"A=1", "B=2", NULL};
    static const char *const added[] = {"A=x=y", "EMPTY=", "SBATCH_EXPORT=NONE", NULL};
    g_auto(GStrv) out = changed(given, added, NULL);

    (void)state;
    assert_int_equal(g_strv_length(out), 4);
    assert_true(has(out, "A=x=y"));
    assert_true(has(out, "B=2"));
    assert_true(has(out, "EMPTY="));
    assert_true(has(out, "SBATCH_EXPORT=NONE"));
}

static void words_for_env_unset_what_would_be_left_out(void **state)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);

    (void)state;
    change_environment_words(words);
    assert_true(words->len > 40);
    for (guint i = 0; i < words->len; i += 2) {
        g_autofree char *setting = g_strconcat(words->pdata[i + 1], "=1", NULL);
        const char *const given[] = {setting, NULL};
        g_auto(GStrv) out = changed(given, NULL, NULL);

        assert_string_equal(words->pdata[i], "-u");
        assert_int_equal(g_strv_length(out), 0);
    }
}

/* Whatever the environment: nothing that asks for something is left, the rest is unchanged and in
 * its order. */
static void any_environment_keeps_all_but_options(void **state)
{
    static const char *const names[] = {"A",          "SBATCH_QOS", "SLURM_CONF",  "PATH",
                                        "SLURM_HINT", "B",          "SBATCH_DEBUG"};
    static const bool stays[] = {true, false, true, true, false, true, true};
    g_autoptr(GRand) random = g_rand_new_with_seed(7);

    (void)state;
    for (int round = 0; round < 200; round++) {
        g_autoptr(GPtrArray) given = g_ptr_array_new_with_free_func(g_free);
        g_auto(GStrv) out = NULL;
        guint at = 0;

        for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
            if (g_rand_boolean(random))
                g_ptr_array_add(given, g_strdup_printf("%s=%d", names[i], round));
        g_ptr_array_add(given, NULL);
        out = change_environment((char *const *)given->pdata, NULL, NULL);
        for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
            g_autofree char *setting = g_strdup_printf("%s=%d", names[i], round);

            if (stays[i] && g_strv_contains((const char *const *)given->pdata, setting))
                assert_string_equal(out[at++], setting);
        }
        assert_null(out[at]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_sbatch_would_ask_for_is_left_out_and_named),
        cmocka_unit_test(what_asks_nothing_of_the_job_is_left_out_without_a_word),
        cmocka_unit_test(what_decides_nothing_and_how_slurm_is_reached_stay),
        cmocka_unit_test(inside_a_job_nothing_of_that_job_is_handed_on),
        cmocka_unit_test(what_is_added_goes_last_and_wins),
        cmocka_unit_test(words_for_env_unset_what_would_be_left_out),
        cmocka_unit_test(any_environment_keeps_all_but_options),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
