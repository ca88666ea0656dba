/* Tests of cli/output.h. */
#include "tests/test.h"

#include "cli/output.h"

#include <glib/gstdio.h>
#include <unistd.h>

static int make_directory(void **state)
{
    *state = g_dir_make_tmp("output-XXXXXX", NULL);
    return *state ? 0 : -1;
}

static int remove_directory(void **state)
{
    const char *const names[] = {"plan.json", "link.json"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(*state, names[i], NULL);

        g_unlink(path);
    }
    assert_int_equal(g_rmdir(*state), 0); /* no temporary file was left behind */
    g_free(*state);
    return 0;
}

static void assert_holds(const char *path, const char *expected)
{
    g_autofree char *text = NULL;

    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    assert_string_equal(text, expected);
}

static void a_file_is_written_and_replaced(void **state)
{
    g_autofree char *path = g_build_filename(*state, "plan.json", NULL);
    g_autoptr(GError) error = NULL;

    assert_ok(output_save(path, "one\n", &error), error);
    assert_ok(output_save(path, "two\n", &error), error);
    assert_holds(path, "two\n");
}

static void a_link_stays_a_link(void **state)
{
    g_autofree char *path = g_build_filename(*state, "plan.json", NULL);
    g_autofree char *other = g_build_filename(*state, "link.json", NULL);
    g_autoptr(GError) error = NULL;

    assert_ok(output_save(path, "one\n", &error), error);
    assert_int_equal(symlink("plan.json", other), 0);
    assert_ok(output_save(other, "two\n", &error), error);
    assert_holds(path, "two\n");
    assert_true(g_file_test(other, G_FILE_TEST_IS_SYMLINK));
}

static void what_cannot_be_written_says_why(G_GNUC_UNUSED void **state)
{
    const char *const paths[] = {"/nowhere/plan.json", "/dev/full", "/"};
    const char *const messages[] = {
        "/nowhere/plan.json: cannot be written: No such file or directory",
        "/dev/full: cannot be written: No space left on device",
        "/: cannot be written: Is a directory",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_autoptr(GError) error = NULL;

        assert_false(output_save(paths[i], "text\n", &error));
        assert_true(g_error_matches(error, SRX_ERROR, SRX_ERROR_FAILED));
        assert_string_equal(error->message, messages[i]);
    }
    assert_false(g_file_test("/dev/full", G_FILE_TEST_IS_REGULAR));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_is_written_and_replaced, make_directory,
                                        remove_directory),
        cmocka_unit_test_setup_teardown(a_link_stays_a_link, make_directory, remove_directory),
        cmocka_unit_test(what_cannot_be_written_says_why),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
