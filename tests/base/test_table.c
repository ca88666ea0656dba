/* base/table.h and base/text.h: rows on a terminal and in a file. */
#include "tests/test.h"

#include "base/table.h"
#include "base/text.h"

static Table *jobs(void)
{
    Table *table = table_new();

    table_column(table, "JOB", TABLE_LEFT, false);
    table_column(table, "NODES", TABLE_RIGHT, false);
    table_column(table, "WHY", TABLE_LEFT, true);
    table_row(table);
    table_cell(table, "train");
    table_cell(table, "%d", 4);
    table_cell(table, "the gpu partition is free from the start");
    table_row(table);
    table_cell(table, "名前");
    table_cell(table, NULL);
    table_cell(table, "a|b, \"c\"");
    return table;
}

static void columns_are_aligned_by_display_width(void **state)
{
    g_autoptr(Table) table = jobs();
    g_autofree char *text = table_text(table, 0, true);

    (void)state;
    assert_string_equal(text, "JOB    NODES  WHY\n"
                              "train      4  the gpu partition is free from the start\n"
                              "名前          a|b, \"c\"\n");
}

static void a_flexible_column_is_cut_to_fit(void **state)
{
    g_autoptr(Table) table = jobs();
    g_autofree char *text = table_text(table, 30, false), *narrow = table_text(table, 3, false);

    (void)state;
    assert_string_equal(text, "train  4  the gpu partition...\n"
                              "名前      a|b, \"c\"\n");
    assert_string_equal(narrow, "train  4  the g...\n"
                                "名前      a|b, \"c\"\n");
}

static void parsable_text_escapes_its_bar(void **state)
{
    g_autoptr(Table) table = jobs();
    g_autofree char *text = table_parsable(table, '|', true);

    (void)state;
    assert_string_equal(text, "JOB|NODES|WHY\n"
                              "train|4|the gpu partition is free from the start\n"
                              "名前||a\\|b, \"c\"\n");
}

static void csv_is_quoted(void **state)
{
    g_autoptr(Table) table = jobs();
    g_autofree char *text = table_parsable(table, ',', false);

    (void)state;
    assert_string_equal(text, "train,4,the gpu partition is free from the start\n"
                              "名前,,\"a|b, \"\"c\"\"\"\n");
}

static void an_empty_table_is_its_header(void **state)
{
    g_autoptr(Table) table = table_new();
    g_autofree char *text = NULL;

    (void)state;
    table_column(table, "JOB", TABLE_LEFT, false);
    text = table_text(table, 80, true);
    assert_string_equal(text, "JOB\n");
}

/* Property: a cut text is no wider than asked, and whole when it fits. */
static void cut_text_fits(void **state)
{
    static const char *const texts[] = {"", "abc", "名前名前名前", "a名b前c",
                                        "e\xcc\x81tude longue"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        for (int width = 0; width < 16; width++) {
            g_autofree char *cut = text_cut(texts[i], width);

            assert_true(text_width(cut) <= width);
            if (text_width(texts[i]) <= width)
                assert_string_equal(cut, texts[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_aligned_by_display_width),
        cmocka_unit_test(a_flexible_column_is_cut_to_fit),
        cmocka_unit_test(parsable_text_escapes_its_bar),
        cmocka_unit_test(csv_is_quoted),
        cmocka_unit_test(an_empty_table_is_its_header),
        cmocka_unit_test(cut_text_fits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
