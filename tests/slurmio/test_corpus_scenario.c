/* Every micro case, every recording and every bundled scenario is read without an error. */
#include "tests/test.h"

#include "slurmio/scenario.h"

static void print(const Diags *diags)
{
    for (size_t i = 0; i < diags_length(diags) && i < 5; i++) {
        g_autofree char *text = diag_format(diags_nth(diags, i));

        if (diags_nth(diags, i)->level == DIAG_ERROR)
            print_message("%s", text);
    }
}

static unsigned take_folder(const char *folder_path)
{
    g_autoptr(GDir) folder = g_dir_open(folder_path, 0, NULL);
    unsigned taken = 0;

    for (const char *name; folder && (name = g_dir_read_name(folder));) {
        g_autofree char *path = g_build_filename(folder_path, name, NULL);
        g_autofree char *conf = g_build_filename(path, "slurm.conf", NULL);
        g_autoptr(Diags) diags = diags_new();
        g_autoptr(Scenario) scenario = NULL;

        if (!g_file_test(conf, G_FILE_TEST_EXISTS))
            continue;
        scenario = scenario_load(path, NULL, diags);
        print(diags);
        assert_non_null(scenario);
        taken++;
    }
    return taken;
}

static void every_recorded_case_is_read(void **state)
{
    const char *const folders[] = {"/micro/22.05", "/micro/24.11", "/recordings/22.05",
                                   "/recordings/24.11"};
    unsigned taken = 0;

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
        g_autofree char *path = g_strconcat(SRX_SHARED_DIR, folders[i], NULL);

        taken += take_folder(path);
    }
    if (!taken) {
        print_message("no cases at " SRX_SHARED_DIR "\n");
        skip();
    }
    print_message("%u cases read\n", taken);
}

static void every_bundled_scenario_is_read(void **state)
{
    (void)state;
    assert_true(take_folder(SRX_SOURCE_DIR "/scenarios") > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_recorded_case_is_read),
        cmocka_unit_test(every_bundled_scenario_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
