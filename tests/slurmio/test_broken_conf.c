/* Every directory of tests/data/broken is refused, and says each line of the .txt beside it. */
#include "tests/test.h"

#include "slurmio/slurmconf.h"

#define BROKEN SRX_SOURCE_DIR "/tests/data/broken"

static bool is_said(const Diags *diags, const char *expected)
{
    for (size_t i = 0; i < diags_length(diags); i++) {
        g_autofree char *text = diag_format(diags_nth(diags, i));

        if (strstr(text, expected))
            return true;
    }
    return false;
}

static void print_all(const Diags *diags)
{
    for (size_t i = 0; i < diags_length(diags); i++) {
        g_autofree char *text = diag_format(diags_nth(diags, i));

        print_message("%s", text);
    }
}

static void check(const char *name)
{
    g_autofree char *conf = g_build_filename(BROKEN, name, "slurm.conf", NULL);
    g_autofree char *beside = g_strdup_printf("%s/%s.txt", BROKEN, name);
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(Cluster) cluster = cluster_new(SLURM_24_05);
    g_autoptr(Diags) diags = diags_new();

    assert_ok(g_file_get_contents(beside, &text, NULL, &error), error);
    g_auto(GStrv) lines = g_strsplit(g_strchomp(text), "\n", -1);
    assert_false(slurmconf_load(conf, cluster, diags) && cluster_finish(cluster, diags));
    for (char **line = lines; *line; line++) {
        if (is_said(diags, *line))
            continue;
        print_all(diags);
        fail_msg("%s: nothing says '%s'", name, *line);
    }
}

static void broken_configurations_are_refused_with_place_and_mend(void **state)
{
    GDir *dir = g_dir_open(BROKEN, 0, NULL);
    const char *name;
    int count = 0;

    (void)state;
    assert_non_null(dir);
    while ((name = g_dir_read_name(dir))) {
        g_autofree char *conf = g_build_filename(BROKEN, name, "slurm.conf", NULL);

        if (!g_str_has_prefix(name, "conf-") || !g_file_test(conf, G_FILE_TEST_EXISTS))
            continue;
        check(name);
        count++;
    }
    g_dir_close(dir);
    assert_true(count >= 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(broken_configurations_are_refused_with_place_and_mend),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
