/* Tests of cli/page.h: nothing in the data gets out of its element. */
#include "tests/test.h"

#include "cli/chart.h"
#include "cli/page.h"
#include "cli/page_parts.h"

#include <string.h>

static char *page_of(const char *text, const char *title)
{
    json_t *data = json_pack("{s:s}", "text", text);
    char *out = page_html(data, title);

    json_decref(data);
    return out;
}

static uint32_t count(const char *text, const char *part)
{
    uint32_t n = 0;

    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
        n++;
    return n;
}

/* What the page's script reads again. */
static json_t *data_in(const char *html)
{
    const char *head = "<script id=\"data\" type=\"application/json\">";
    const char *begin = strstr(html, head);
    const char *end;

    assert_non_null(begin);
    begin += strlen(head);
    end = strstr(begin, "</script>");
    assert_non_null(end);
    return json_loadb(begin, (size_t)(end - begin), 0, NULL);
}

static void text_cannot_end_its_element(void **state)
{
    g_autofree char *plain = page_of("job", "title");
    g_autofree char *html = page_of("</script><script>alert(1)</script><!--", "</title><script>");

    (void)state;
    assert_int_equal(count(html, "<script"), count(plain, "<script"));
    assert_int_equal(count(html, "</script"), count(plain, "</script"));
    assert_int_equal(count(html, "<!--"), count(plain, "<!--"));
    assert_int_equal(count(html, "</title"), 1);
    assert_non_null(strstr(html, "&lt;/title&gt;&lt;script&gt;"));
}

static void what_is_filled_in_is_not_filled_again(void **state)
{
    g_autofree char *html = page_of("{{script}}", "{{style}} {{");

    (void)state;
    assert_int_equal(count(html, "{{script}}"), 1);
    assert_int_equal(count(html, "{{style}} {{"), 2);
}

static void the_policy_allows_this_script_and_style_only(void **state)
{
    g_autofree char *html = page_of("x", "y");

    (void)state;
    assert_non_null(strstr(html, "default-src 'none'; style-src 'sha256-"));
    assert_null(strstr(html, "unsafe-inline"));
    assert_null(strstr(page_template, "src="));
    assert_null(strstr(page_style, "url("));
    assert_null(strstr(page_style, "@import"));
    assert_null(strstr(page_script, "innerHTML"));
}

static void a_title_of_any_bytes_is_shown(void **state)
{
    g_autofree char *html = page_of("x", "caf\xe9 \"&\"");

    (void)state;
    assert_true(g_utf8_validate(html, -1, NULL));
    assert_non_null(strstr(html, "&quot;&amp;&quot;</title>"));
}

static void the_page_has_the_colours_of_the_pictures(void **state)
{
    (void)state;
    for (size_t i = 0; i <= CHART_COLORS; i++) {
        g_autofree char *rule = g_strdup_printf("--c%zu: %s;", i, chart_color(i));

        assert_non_null(strstr(page_style, rule));
    }
}

/* any text comes back as it was */
static void data_are_read_as_they_were_written(void **state)
{
    static const char *const pieces[] = {"<", ">",  "&", "\"",     "\\",         "</script>",
                                         "'", "\n", "é", "\u2028", "\U0001F600", "{{data}}"};
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);

    (void)state;
    for (int round = 0; round < 100; round++) {
        g_autoptr(GString) text = g_string_new(NULL);
        g_autofree char *html = NULL;
        json_t *data;

        for (int i = g_rand_int_range(rand, 0, 20); i > 0; i--)
            g_string_append(text, pieces[g_rand_int_range(rand, 0, G_N_ELEMENTS(pieces))]);
        html = page_of(text->str, "t");
        data = data_in(html);
        assert_non_null(data);
        assert_string_equal(json_string_value(json_object_get(data, "text")), text->str);
        json_decref(data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_cannot_end_its_element),
        cmocka_unit_test(what_is_filled_in_is_not_filled_again),
        cmocka_unit_test(the_policy_allows_this_script_and_style_only),
        cmocka_unit_test(a_title_of_any_bytes_is_shown),
        cmocka_unit_test(the_page_has_the_colours_of_the_pictures),
        cmocka_unit_test(data_are_read_as_they_were_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
