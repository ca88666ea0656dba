/* Every accounting file of the corpus, the micro cases and the recordings is taken, or refused in
 * words. */
#include "tests/test.h"

#include "slurmio/sacctmgr.h"

#define CORPUS SRX_SHARED_DIR "/corpus/sacctmgr"

/* Files that need a shell, or are none of sacctmgr's. */
static const struct {
    const char *file;
    const char *message;
} refused[] = {
    {"009-ucr-update.txt", "which needs a shell"},
    {"011-huji-qos-table.txt", "expected commands of sacctmgr, found none"},
};

static const char *expected_refusal(const char *file)
{
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++)
        if (!strcmp(refused[i].file, file))
            return refused[i].message;
    return NULL;
}

static void print(const Diags *diags)
{
    for (size_t i = 0; i < diags_length(diags) && i < 5; i++) {
        g_autofree char *text = diag_format(diags_nth(diags, i));

        print_message("%s", text);
    }
}

static bool take(const char *path, const char *message)
{
    g_autoptr(Diags) diags = diags_new();
    Cluster *cluster = cluster_new(SLURM_VERSION_DEFAULT);
    bool taken = sacctmgr_load(path, cluster, diags);

    if (taken != (message == NULL))
        print(diags);
    assert_int_equal(taken, message == NULL);
    if (message)
        assert_non_null(strstr(diags_nth(diags, 0)->text, message));
    cluster_free(cluster);
    return taken;
}

static void every_file_of_the_corpus_is_taken_or_refused(void **state)
{
    g_autoptr(GDir) folder = g_dir_open(CORPUS, 0, NULL);
    unsigned taken = 0, all = 0;

    (void)state;
    if (!folder) {
        print_message("no corpus at " CORPUS "\n");
        skip();
    }
    for (const char *file; (file = g_dir_read_name(folder));) {
        g_autofree char *path = g_build_filename(CORPUS, file, NULL);

        taken += take(path, expected_refusal(file));
        all++;
    }
    print_message("%u of %u accounting files taken\n", taken, all);
}

static unsigned take_cases(const char *folder_path)
{
    g_autoptr(GDir) folder = g_dir_open(folder_path, 0, NULL);
    unsigned taken = 0;

    for (const char *name; folder && (name = g_dir_read_name(folder));) {
        g_autofree char *path = g_build_filename(folder_path, name, "accounting.txt", NULL);

        if (g_file_test(path, G_FILE_TEST_EXISTS))
            taken += take(path, NULL);
    }
    return taken;
}

static void the_accounting_of_every_recorded_case_is_taken(void **state)
{
    const char *const folders[] = {"/micro/22.05", "/micro/24.11", "/recordings/22.05",
                                   "/recordings/24.11"};
    unsigned taken = 0;

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
        g_autofree char *path = g_strconcat(SRX_SHARED_DIR, folders[i], NULL);

        taken += take_cases(path);
    }
    if (!taken)
        skip();
    print_message("%u cases taken\n", taken);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_of_the_corpus_is_taken_or_refused),
        cmocka_unit_test(the_accounting_of_every_recorded_case_is_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
