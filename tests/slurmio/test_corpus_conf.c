/* Every slurm.conf of the corpus, the recordings and the micro cases is taken, or refused as Slurm
 * would with its place. Skipped where they are not at hand. */
#include "tests/test.h"

#include "slurmio/slurmconf.h"

typedef struct {
    int taken, refused;
} Share;

static bool load_says(const char *path, SlurmVersion version, Diags *diags)
{
    g_autoptr(Cluster) cluster = cluster_new(version);

    return slurmconf_load(path, cluster, diags) && cluster_finish(cluster, diags);
}

static void print_diags(const char *path, const Diags *diags)
{
    const bool prints_all = g_getenv("SRX_TEST_VERBOSE") != NULL;

    for (size_t i = 0; i < diags_length(diags); i++) {
        const Diag *diag = diags_nth(diags, i);
        g_autofree char *text = diag_format(diag);

        if (diag->level == DIAG_ERROR || prints_all)
            print_message("%s", text);
    }
    print_message("%s: %zu errors, %zu warnings, %zu notes\n", path, diags_count(diags, DIAG_ERROR),
                  diags_count(diags, DIAG_WARNING), diags_count(diags, DIAG_NOTE));
}

/* What is refused says where. */
static void try_file(const char *path, Share *share)
{
    g_autoptr(Diags) diags = diags_new();
    const bool taken = load_says(path, SLURM_24_05, diags);

    share->taken += taken;
    share->refused += !taken;
    if (!taken || g_getenv("SRX_TEST_VERBOSE"))
        print_diags(path, diags);
    for (size_t i = 0; i < diags_length(diags); i++) {
        const Diag *diag = diags_nth(diags, i);

        if (diag->level == DIAG_ERROR)
            assert_true(*diag->file && (diag->line > 0 || !strstr(diag->file, "slurm.conf")));
    }
}

static char **names_in(const char *directory)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    GDir *dir = g_dir_open(directory, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir)))
        g_ptr_array_add(names, g_strdup(name));
    if (dir)
        g_dir_close(dir);
    g_ptr_array_sort(names, (GCompareFunc)(void (*)(void))g_strcmp0);
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_steal(names, NULL);
}

static char *conf_in(const char *directory, const char *name)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);

    return g_file_test(path, G_FILE_TEST_IS_DIR) ? g_build_filename(path, "slurm.conf", NULL)
                                                 : g_steal_pointer(&path);
}

static void corpus_is_taken_or_refused_with_its_place(void **state)
{
    const char *directory = SRX_SHARED_DIR "/corpus/slurm.conf";
    g_auto(GStrv) names = names_in(directory);
    Share share = {0};

    (void)state;
    for (char **name = names; *name; name++) {
        g_autofree char *path = conf_in(directory, *name);
        const gint64 begin = g_get_monotonic_time();

        try_file(path, &share);
        assert_true(g_get_monotonic_time() - begin < 5 * G_USEC_PER_SEC);
    }
    if (share.taken + share.refused == 0) {
        print_message("skipped: no %s\n", directory);
        return; /* skip() would leak what is owned here */
    }
    print_message("corpus: %d taken, %d refused\n", share.taken, share.refused);
    assert_true(share.taken > share.refused);
}

static void must_load(const char *directory, SlurmVersion version, int *count)
{
    g_auto(GStrv) names = names_in(directory);

    for (char **name = names; *name; name++) {
        g_autofree char *path = g_build_filename(directory, *name, "slurm.conf", NULL);
        g_autoptr(Diags) diags = diags_new();

        if (!g_file_test(path, G_FILE_TEST_EXISTS))
            continue;
        if (!load_says(path, version, diags) || diags_count(diags, DIAG_WARNING) > 0) {
            print_diags(path, diags);
            fail();
        }
        ++*count;
    }
}

static void recordings_and_micro_cases_load_without_a_word(void **state)
{
    int count = 0;

    (void)state;
    must_load(SRX_SHARED_DIR "/micro/22.05", SLURM_22_05, &count);
    must_load(SRX_SHARED_DIR "/micro/24.11", SLURM_24_11, &count);
    must_load(SRX_SHARED_DIR "/recordings/22.05", SLURM_22_05, &count);
    must_load(SRX_SHARED_DIR "/recordings/24.11", SLURM_24_11, &count);
    if (count == 0) {
        print_message("skipped: no recordings at hand\n");
        return; /* skip() would leak what is owned here */
    }
    print_message("%d recorded configurations\n", count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(corpus_is_taken_or_refused_with_its_place),
        cmocka_unit_test(recordings_and_micro_cases_load_without_a_word),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
