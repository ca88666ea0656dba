/* tests/data/broken/workflow-*.yaml: each is refused with the messages of the .txt beside it. */
#include "tests/test.h"

#include "planner/workflow_yaml.h"

#define BROKEN SRX_SOURCE_DIR "/tests/data/broken"

static char *said_of(const char *path)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(Workflow) workflow = workflow_yaml_load(path, NULL, diags);
    g_autoptr(GString) said = g_string_new(NULL);

    for (size_t i = 0; i < diags_length(diags); i++) {
        g_autofree char *text = diag_format(diags_nth(diags, i));

        g_string_append(said, text);
    }
    if (workflow)
        fail_msg("%s was not refused; said: %s", path, said->str);
    return g_string_free(g_steal_pointer(&said), FALSE);
}

static bool check_file(const char *name)
{
    g_autofree char *path = g_build_filename(BROKEN, name, NULL);
    g_autofree char *beside = g_strdup_printf("%.*s.txt", (int)(strlen(path) - 5), path);
    g_autofree char *expected = NULL, *said = NULL;
    g_auto(GStrv) lines = NULL;

    if (!g_file_get_contents(beside, &expected, NULL, NULL))
        fail_msg("%s is missing", beside);
    said = said_of(path);
    lines = g_strsplit(g_strstrip(expected), "\n", -1);
    for (char **line = lines; *line; line++) {
        if (!strstr(said, *line))
            fail_msg("%s\nexpected: %s\nsaid: %s", name, *line, said);
    }
    return true;
}

static void each_is_refused_as_expected(void **state)
{
    GDir *folder = g_dir_open(BROKEN, 0, NULL);
    const char *name;
    int files = 0;

    (void)state;
    assert_non_null(folder);
    while ((name = g_dir_read_name(folder))) {
        if (g_str_has_prefix(name, "workflow-") && g_str_has_suffix(name, ".yaml"))
            files += check_file(name);
    }
    g_dir_close(folder);
    assert_true(files >= 25);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_refused_as_expected),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
