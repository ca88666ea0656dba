/* A YAML document and its nodes. */
#include "base/yaml_node.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define READ_MOST (((size_t)64 << 20) + 1) /* one byte too many is enough to refuse it */

YamlDocument *yaml_parse(const char *text, size_t length, const char *file, Diags *diags)
{
    g_autoptr(YamlDocument) self = NULL;

    if (length >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) {
        text += 3;
        length -= 3;
    }
    if (!yaml_text_check(text, length, file, diags))
        return NULL;
    self = g_new0(YamlDocument, 1);
    self->file = g_strdup(file);
    self->text = g_strndup(text, length);
    self->lines = yaml_text_lines(self->text);
    return yaml_build(self, diags) ? g_steal_pointer(&self) : NULL;
}

/* Reads any kind of file, pipes too, but never more than can be parsed. */
static bool read_file(const char *path, GString *out, Diags *diags)
{
    g_autofree char *buffer = g_malloc(65536);
    FILE *file = fopen(path, "re");
    size_t n = 0;
    int problem;

    if (file) {
        while (out->len < READ_MOST && (n = fread(buffer, 1, 65536, file)) > 0)
            g_string_append_len(out, buffer, (gssize)n);
    }
    problem = !file || ferror(file) ? errno : 0;
    if (file)
        fclose(file);
    if (problem)
        diags_add(diags, DIAG_ERROR, path, 0, 0, NULL, "cannot be read: %s", g_strerror(problem));
    return problem == 0;
}

YamlDocument *yaml_load(const char *path, Diags *diags)
{
    g_autoptr(GString) text = g_string_new(NULL);

    if (!read_file(path, text, diags))
        return NULL;
    return yaml_parse(text->str, text->len, path, diags);
}

void yaml_document_free(YamlDocument *self)
{
    if (!self)
        return;
    g_free(self->file);
    g_free(self->text);
    g_clear_pointer(&self->lines, g_array_unref);
    g_clear_pointer(&self->nodes, g_ptr_array_unref);
    g_free(self);
}

const char *yaml_document_line(const YamlDocument *self, int line)
{
    if (line < 1 || (guint)line > self->lines->len)
        return NULL;
    return self->text + g_array_index(self->lines, size_t, line - 1);
}

const YamlNode *yaml_root(const YamlDocument *self)
{
    return self->root;
}

YamlKind yaml_kind(const YamlNode *node)
{
    return node->kind;
}

bool yaml_is_null(const YamlNode *node)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};

    for (size_t i = 0; node->kind == YAML_SCALAR && !node->quoted && i < G_N_ELEMENTS(nulls); i++) {
        if (!strcmp(node->text, nulls[i]))
            return true;
    }
    return false;
}

bool yaml_is_quoted(const YamlNode *node)
{
    return node->quoted;
}

const char *yaml_text(const YamlNode *node)
{
    return node->text;
}

size_t yaml_length(const YamlNode *node)
{
    return node->values ? node->values->len : 0;
}

const YamlNode *yaml_item(const YamlNode *list, size_t index)
{
    return g_ptr_array_index(list->values, index);
}

const char *yaml_key(const YamlNode *map, size_t index)
{
    const YamlNode *key = g_ptr_array_index(map->keys, index);

    return key->text;
}

const YamlNode *yaml_value(const YamlNode *map, size_t index)
{
    return g_ptr_array_index(map->values, index);
}

const char *yaml_file(const YamlNode *node)
{
    return node->document->file;
}

int yaml_line(const YamlNode *node)
{
    return node->line;
}

int yaml_column(const YamlNode *node)
{
    return node->column;
}

static void G_GNUC_PRINTF(4, 0)
    say(const YamlNode *node, Diags *diags, DiagLevel level, const char *format, va_list values)
{
    g_autofree char *text = g_strdup_vprintf(format, values);

    diags_add(diags, level, node->document->file, node->line, node->column,
              yaml_document_line(node->document, node->line), "%s", text);
}

void yaml_say(const YamlNode *node, Diags *diags, DiagLevel level, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    say(node, diags, level, format, values);
    va_end(values);
}

void yaml_say_key(const YamlNode *map, size_t index, Diags *diags, DiagLevel level,
                  const char *format, ...)
{
    va_list values;

    va_start(values, format);
    say(g_ptr_array_index(map->keys, index), diags, level, format, values);
    va_end(values);
}
