/* planner/workflow_yaml.h on real srunx files: what MANIFEST.tsv says of them holds here too. */
#include "tests/test.h"

#include "planner/workflow_yaml.h"

#define CORPUS SRX_SHARED_DIR "/corpus/"

typedef enum { TAKEN, REFUSED, EITHER } Expected;

/* The oldest files are refused although they were valid once: they say tasks. */
static Expected expectation(const char *name, const char *remark)
{
    g_autofree char *path = g_strconcat(CORPUS, name, NULL), *text = NULL;

    if (strstr(remark, "MEANT INVALID"))
        return REFUSED;
    if (g_file_get_contents(path, &text, NULL, NULL) && strstr(text, "\ntasks:"))
        return REFUSED;
    return strstr(remark, "FRAGMENT") ? EITHER : TAKEN;
}

/* One file needs a value from the command line, as the test it comes from gives it. */
static bool load(const char *name, Diags *diags)
{
    static const char *const given[] = {"tag=x", NULL};
    g_autofree char *path = g_strconcat(CORPUS, name, NULL);
    WorkflowOptions options = {.args = strstr(name, "override_adds_new_key") ? given : NULL};
    g_autoptr(Workflow) workflow = workflow_yaml_load(path, &options, diags);

    return workflow != NULL;
}

static bool check_file(const char *name, const char *remark)
{
    g_autoptr(Diags) diags = diags_new();
    Expected expected = expectation(name, remark);
    gint64 begin = g_get_monotonic_time();
    bool taken = load(name, diags);

    if ((expected == TAKEN && !taken) || (expected == REFUSED && taken))
        print_message("%s: %s\n", name, remark);
    for (size_t i = 0; i < diags_length(diags); i++) {
        g_autofree char *text = diag_format(diags_nth(diags, i));

        if (expected == TAKEN && !taken)
            print_message("%s", text);
        assert_true(diags_nth(diags, i)->file != NULL);
    }
    assert_true(taken == (diags_count(diags, DIAG_ERROR) == 0));
    assert_true(expected == EITHER || taken == (expected == TAKEN));
    assert_true(g_get_monotonic_time() - begin < G_USEC_PER_SEC);
    return taken;
}

static void every_file_is_taken_or_refused_as_srunx_would(void **state)
{
    g_autofree char *manifest = NULL;
    g_auto(GStrv) lines = NULL;
    int files = 0, taken = 0;

    (void)state;
    if (!g_file_get_contents(CORPUS "MANIFEST.tsv", &manifest, NULL, NULL)) {
        print_message("skipped: no corpus in " CORPUS "\n");
        skip();
    }
    lines = g_strsplit(manifest, "\n", -1);
    for (char **line = lines; *line; line++) {
        g_auto(GStrv) cells = g_strsplit(*line, "\t", -1);

        if (!g_str_has_prefix(*line, "srunx/") || g_strv_length(cells) < 6)
            continue;
        files++;
        taken += check_file(cells[0], cells[5]);
    }
    print_message("srunx files taken: %d of %d; the rest refused as it must be\n", taken, files);
    assert_true(files > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_is_taken_or_refused_as_srunx_would),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
