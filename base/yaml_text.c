/* YAML's text before it is parsed: encoding, lines, JSON's escapes. */
#include "base/yaml_node.h"

#include <string.h>

#define BYTES_MOST ((size_t)64 << 20)

/* What ends a line for libyaml; 0 when none does. */
static size_t break_length(const char *at)
{
    const unsigned char *byte = (const unsigned char *)at;

    if (byte[0] == '\r')
        return byte[1] == '\n' ? 2 : 1;
    if (byte[0] == '\n')
        return 1;
    if (byte[0] == 0xc2 && byte[1] == 0x85)
        return 2;
    if (byte[0] == 0xe2 && byte[1] == 0x80 && (byte[2] == 0xa8 || byte[2] == 0xa9))
        return 3;
    return 0;
}

GArray *yaml_text_lines(const char *text)
{
    GArray *lines = g_array_new(FALSE, FALSE, sizeof(size_t));
    size_t start = 0;

    g_array_append_val(lines, start);
    for (const char *at = text; *at;) {
        size_t length = break_length(at);

        at += MAX(length, 1);
        if (length) {
            start = (size_t)(at - text);
            g_array_append_val(lines, start);
        }
    }
    return lines;
}

/* A message about the byte at @offset of a text that may be anything. */
static bool say_at(const char *text, size_t offset, const char *file, Diags *diags,
                   const char *what)
{
    int line = 1, column = 1;

    for (size_t i = 0; i < offset; i++) {
        if (text[i] == '\n') {
            line++;
            column = 1;
        } else {
            column += ((unsigned char)text[i] & 0xc0) != 0x80;
        }
    }
    diags_add(diags, DIAG_ERROR, file, line, column, NULL, "%s", what);
    return false;
}

static bool is_control(const char *at)
{
    unsigned char byte = (unsigned char)*at, next = (unsigned char)at[1];

    if (byte == 0xc2)
        return next >= 0x80 && next < 0xa0 && next != 0x85;
    return (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7f;
}

bool yaml_text_check(const char *text, size_t length, const char *file, Diags *diags)
{
    const char *end = NULL;

    if (length > BYTES_MOST) {
        diags_add(diags, DIAG_ERROR, file, 0, 0, NULL, "expected at most 64 MiB, found %zu MiB",
                  length >> 20);
        return false;
    }
    if (length >= 2 && (!memcmp(text, "\xff\xfe", 2) || !memcmp(text, "\xfe\xff", 2)))
        return say_at(text, 0, file, diags,
                      "expected UTF-8, found UTF-16 (convert it with iconv -f UTF-16 -t UTF-8)");
    if (!g_utf8_validate(text, (gssize)length, &end))
        return say_at(text, (size_t)(end - text), file, diags,
                      *end ? "expected UTF-8 text, found a byte that is none; is this YAML?"
                           : "expected text, found a NUL byte; is this YAML?");
    for (size_t i = 0; i < length; i++) {
        if (is_control(text + i))
            return say_at(text, i, file, diags,
                          "expected text, found a control character; is this YAML?");
    }
    return true;
}

/* The 16 bits of "\ud83d"; 0 where there is no such escape. */
static gunichar escape_value(const char *at)
{
    gunichar value = 0;

    if (at[0] != '\\' || at[1] != 'u')
        return 0;
    for (int i = 2; i < 6; i++) {
        if (!g_ascii_isxdigit(at[i]))
            return 0;
        value = value << 4 | (gunichar)g_ascii_xdigit_value(at[i]);
    }
    return value;
}

static bool looks_like_json(const char *text)
{
    text += strspn(text, " \t\r\n");
    return *text == '{' || *text == '[';
}

char *yaml_text_join_surrogates(const char *text)
{
    g_autoptr(GString) out = NULL;
    bool inside = false;

    if (!looks_like_json(text) || !strstr(text, "\\u"))
        return g_strdup(text);
    out = g_string_sized_new(strlen(text));
    while (*text) {
        gunichar high = inside ? escape_value(text) : 0;
        gunichar low = high >> 10 == 0x36 ? escape_value(text + 6) : 0;

        if (low >> 10 == 0x37) {
            g_string_append_printf(out, "\\U%08x",
                                   0x10000 + ((high & 0x3ff) << 10) + (low & 0x3ff));
            text += 12;
            continue;
        }
        if (*text == '"')
            inside = !inside;
        else if (inside && *text == '\\' && text[1])
            g_string_append_c(out, *text++);
        g_string_append_c(out, *text++);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}
