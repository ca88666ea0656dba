/* How a value of a workflow file reads once {{ }} has put it into a text. */
#include "planner/literal.h"

#include <stdlib.h>
#include <string.h>

static bool matches(const char *pattern, const char *text)
{
    return g_regex_match_simple(pattern, text, 0, 0);
}

static char *without_underscores(const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, "_", -1);

    return g_strjoinv("", parts);
}

/* The fewest digits that give the number back, as Python's repr: 0.1, 1e-05, 100.0. */
static char *float_text(double value)
{
    char buffer[G_ASCII_DTOSTR_BUF_SIZE], format[16];
    int digits = 0, exponent;
    const char *mark;

    do {
        g_snprintf(format, sizeof format, "%%.%de", digits);
        g_ascii_formatd(buffer, sizeof buffer, format, value);
    } while (digits++ < 17 &&
             (g_ascii_strtod(buffer, NULL) < value || g_ascii_strtod(buffer, NULL) > value));
    mark = strchr(buffer, 'e');
    exponent = mark ? atoi(mark + 1) : 0;
    if (exponent < -4 || exponent >= 16)
        return g_strdup(buffer);
    g_snprintf(format, sizeof format, "%%.%df", MAX(digits - 1 - exponent, 1));
    return g_strdup(g_ascii_formatd(buffer, sizeof buffer, format, value));
}

static char *integer_text(const char *text, guint base)
{
    gint64 value = g_ascii_strtoll(text, NULL, base);

    return g_strdup_printf("%" G_GINT64_FORMAT, value);
}

/* A plain number of YAML 1.1; NULL for every other text, and for times. */
static char *number_text(const char *text)
{
    g_autofree char *digits = without_underscores(text);
    const char *body = digits + (*digits == '-' || *digits == '+');
    g_autofree char *based = NULL;

    if (strlen(text) > 18 || !strpbrk(text, "0123456789"))
        return NULL;
    if (matches("^[-+]?(0|[1-9][0-9_]*)$", text))
        return integer_text(digits, 10);
    based = g_strdup_printf("%s%s", *digits == '-' ? "-" : "", body + MIN(strlen(body), 2));
    if (matches("^[-+]?0x[0-9a-fA-F_]+$", text))
        return integer_text(based, 16);
    if (matches("^[-+]?0b[0-1_]+$", text))
        return integer_text(based, 2);
    if (matches("^[-+]?0[0-7_]+$", text))
        return integer_text(digits, 8);
    if (matches("^[-+]?[0-9][0-9_]*\\.[0-9_]*([eE][-+][0-9]+)?$", text) ||
        matches("^\\.[0-9][0-9_]*([eE][-+][0-9]+)?$", text))
        return float_text(g_ascii_strtod(digits, NULL));
    return NULL;
}

static const char *bool_text(const char *text)
{
    if (matches("^(yes|Yes|YES|true|True|TRUE|on|On|ON)$", text))
        return "True";
    return matches("^(no|No|NO|false|False|FALSE|off|Off|OFF)$", text) ? "False" : NULL;
}

static char *scalar_text(const YamlNode *node, bool *is_text)
{
    const char *text = yaml_text(node);
    char *number = NULL;

    *is_text = false;
    if (!yaml_is_quoted(node)) {
        if (yaml_is_null(node))
            return g_strdup("None");
        if (bool_text(text))
            return g_strdup(bool_text(text));
        number = number_text(text);
        if (number)
            return number;
    }
    *is_text = true;
    return g_strdup(text);
}

static void append_quoted(GString *out, const char *text)
{
    char quote = strchr(text, '\'') && !strchr(text, '"') ? '"' : '\'';

    g_string_append_c(out, quote);
    for (; *text; text++) {
        if (*text == quote || *text == '\\')
            g_string_append_c(out, '\\');
        g_string_append_c(out, *text);
    }
    g_string_append_c(out, quote);
}

static void append_python(GString *out, const YamlNode *node)
{
    bool is_map = yaml_kind(node) == YAML_MAP, is_text;

    if (yaml_kind(node) == YAML_SCALAR) {
        g_autofree char *text = scalar_text(node, &is_text);

        if (is_text)
            append_quoted(out, text);
        else
            g_string_append(out, text);
        return;
    }
    g_string_append_c(out, is_map ? '{' : '[');
    for (size_t i = 0; i < yaml_length(node); i++) {
        g_string_append(out, i ? ", " : "");
        if (is_map) {
            append_quoted(out, yaml_key(node, i));
            g_string_append(out, ": ");
        }
        append_python(out, is_map ? yaml_value(node, i) : yaml_item(node, i));
    }
    g_string_append_c(out, is_map ? '}' : ']');
}

char *literal_text(const YamlNode *node)
{
    g_autoptr(GString) out = NULL;
    bool is_text;

    if (yaml_kind(node) == YAML_SCALAR)
        return scalar_text(node, &is_text);
    out = g_string_new(NULL);
    append_python(out, node);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static const char *skip_blanks(const char *text)
{
    while (g_ascii_isspace(*text))
        text++;
    return text;
}

bool literal_is_python(const char *text)
{
    return !g_ascii_strncasecmp(skip_blanks(text), "python:", strlen("python:"));
}

char *literal_python(const char *text)
{
    g_autofree char *code = g_strdup(skip_blanks(text) + strlen("python:"));
    size_t length;

    g_strstrip(code);
    length = strlen(code);
    if (!strcmp(code, "True") || !strcmp(code, "False") || !strcmp(code, "None"))
        return g_strdup(code);
    if (matches("^-?(0|[1-9][0-9_]*)$", code) || matches("^-?[0-9]+\\.[0-9]*$", code))
        return number_text(code);
    if (matches("^'[^'\\\\]*'$", code) || matches("^\"[^\"\\\\]*\"$", code))
        return g_strndup(code + 1, length - 2);
    return NULL;
}
