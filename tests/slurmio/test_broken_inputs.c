/* tests/data/broken/{sbatch,accounting,scenario}-*: each is refused with the messages of the .txt
 * beside it. */
#include "tests/test.h"

#include "slurmio/sacctmgr.h"
#include "slurmio/sbatchopts.h"
#include "slurmio/scenario.h"

#define BROKEN SRX_SOURCE_DIR "/tests/data/broken"

static bool load_sbatch(const char *path, Diags *diags)
{
    g_autoptr(JobSpec) spec = job_spec_new();

    return sbatchopts_script_load(path, spec, diags);
}

static bool load_accounting(const char *path, Diags *diags)
{
    g_autoptr(Cluster) cluster = cluster_new(SLURM_VERSION_DEFAULT);

    return sacctmgr_load(path, cluster, diags);
}

static bool load_scenario(const char *path, Diags *diags)
{
    g_autoptr(Scenario) scenario = scenario_load(path, NULL, diags);

    return scenario != NULL;
}

typedef struct {
    const char *prefix;
    bool (*load)(const char *path, Diags *diags);
} Kind;

static char *said_of(const Kind *kind, const char *path)
{
    g_autoptr(Diags) diags = diags_new();
    GString *said = g_string_new(NULL);

    if (kind->load(path, diags))
        fail_msg("%s was not refused", path);
    for (size_t i = 0; i < diags_length(diags); i++) {
        g_autofree char *text = diag_format(diags_nth(diags, i));

        g_string_append(said, text);
    }
    return g_string_free(said, FALSE);
}

static void check(const Kind *kind, const char *name)
{
    g_autofree char *path = g_build_filename(BROKEN, name, NULL);
    const char *dot = strrchr(name, '.');
    g_autofree char *beside =
        g_strdup_printf(BROKEN "/%.*s.txt", (int)(dot ? (size_t)(dot - name) : strlen(name)), name);
    g_autofree char *expected = NULL;
    g_autofree char *said = NULL;
    g_auto(GStrv) lines = NULL;

    if (!g_file_get_contents(beside, &expected, NULL, NULL))
        fail_msg("%s is missing", beside);
    said = said_of(kind, path);
    lines = g_strsplit(g_strstrip(expected), "\n", -1);
    for (char **line = lines; *line; line++)
        if (!strstr(said, *line))
            fail_msg("%s\nexpected: %s\nsaid: %s", name, *line, said);
}

static unsigned check_all(const Kind *kind)
{
    g_autoptr(GDir) folder = g_dir_open(BROKEN, 0, NULL);
    unsigned files = 0;

    assert_non_null(folder);
    for (const char *name; (name = g_dir_read_name(folder));) {
        if (!g_str_has_prefix(name, kind->prefix) || g_str_has_suffix(name, ".txt"))
            continue;
        check(kind, name);
        files++;
    }
    return files;
}

static void scripts_are_refused_as_expected(void **state)
{
    const Kind kind = {"sbatch-", load_sbatch};

    (void)state;
    assert_true(check_all(&kind) >= 8);
}

static void accounting_is_refused_as_expected(void **state)
{
    const Kind kind = {"accounting-", load_accounting};

    (void)state;
    assert_true(check_all(&kind) >= 8);
}

static void scenarios_are_refused_as_expected(void **state)
{
    const Kind kind = {"scenario-", load_scenario};

    (void)state;
    assert_true(check_all(&kind) >= 11);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scripts_are_refused_as_expected),
        cmocka_unit_test(accounting_is_refused_as_expected),
        cmocka_unit_test(scenarios_are_refused_as_expected),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
