/* The language of slurm.conf, gres.conf and topology.conf. */
#include "slurmio/conffile.h"

#include <string.h>

#define FILE_LARGEST (64 << 20) /* [bytes] */

/* Where a physical line begins in a logical one. */
typedef struct {
    size_t offset;
    int number;
    const char *source; /* borrowed from the file's text, up to its line end */
} Part;

typedef struct {
    GString *text; /* comments cut, continued lines joined, escapes gone */
    GArray *parts; /* Part */
    bool cut;      /* a comment began in the middle of a word */
} Logical;

typedef struct {
    const char *file;
    const char *at; /* not read yet */
    int number;     /* of the next physical line */
    Diags *diags;
} Reader;

/* ---- pairs ---- */

ConfPair *conf_pair_copy(const ConfPair *self)
{
    ConfPair *copy = g_new(ConfPair, 1);

    *copy = (ConfPair){.key = g_strdup(self->key),
                       .value = g_strdup(self->value),
                       .file = g_strdup(self->file),
                       .line = self->line,
                       .column = self->column,
                       .source = g_strdup(self->source)};
    return copy;
}

void conf_pair_free(ConfPair *self)
{
    if (!self)
        return;
    g_free(self->key);
    g_free(self->value);
    g_free(self->file);
    g_free(self->source);
    g_free(self);
}

void conf_line_free(ConfLine *self)
{
    if (!self)
        return;
    g_free(self->include);
    g_ptr_array_unref(self->pairs);
    g_free(self);
}

void conf_pair_say(const ConfPair *self, Diags *diags, DiagLevel level, const char *format, ...)
{
    va_list values;
    g_autofree char *text = NULL;

    va_start(values, format);
    text = g_strdup_vprintf(format, values);
    va_end(values);
    diags_add(diags, level, self->file, self->line, self->column, self->source, "%s", text);
}

/* ---- logical lines ---- */

/* The length of @line up to its comment: a '#' behind an even number of backslashes. */
static size_t without_comment(const char *line, size_t length)
{
    bool escaped = false;

    for (size_t i = 0; i < length; i++) {
        if (line[i] == '#' && !escaped)
            return i;
        escaped = line[i] == '\\' && !escaped;
    }
    return length;
}

/* True when @line goes on on the next one; *length is then what counts of it. */
static bool is_continued(const char *line, size_t *length)
{
    size_t end = *length, slashes = 0;

    while (end > 0 && g_ascii_isspace(line[end - 1]))
        end--;
    while (slashes < end && line[end - 1 - slashes] == '\\')
        slashes++;
    if (slashes % 2 == 0)
        return false;
    *length = end - 1;
    return true;
}

static void append_unescaped(GString *text, const char *line, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (line[i] == '\\' && ++i == length)
            return;
        g_string_append_c(text, line[i]);
    }
}

/* Appends one physical line; true when the next one belongs to it. */
static bool take_physical_line(Reader *reader, Logical *logical)
{
    const char *line = reader->at, *end = strchr(line, '\n');
    const size_t whole = end ? (size_t)(end - line) : strlen(line);
    size_t length = without_comment(line, whole);
    const Part part = {logical->text->len, reader->number, line};
    bool continued;

    if (length < whole && length > 0 && !g_ascii_isspace(line[length - 1]) &&
        memchr(line, '=', length))
        logical->cut = true;
    continued = is_continued(line, &length);
    g_array_append_val(logical->parts, part);
    append_unescaped(logical->text, line, length);
    reader->at = end ? end + 1 : line + whole;
    reader->number++;
    return continued && *reader->at;
}

/* ---- the pairs of a line ---- */

static const Part *part_at(const Logical *logical, size_t offset)
{
    guint i = logical->parts->len - 1;

    while (i > 0 && g_array_index(logical->parts, Part, i).offset > offset)
        i--;
    return &g_array_index(logical->parts, Part, i);
}

static ConfPair *pair_at(const Reader *reader, const Logical *logical, size_t offset)
{
    const Part *part = part_at(logical, offset);
    const char *begin = logical->text->str + part->offset;
    const size_t length = strcspn(part->source, "\r\n");
    ConfPair *pair = g_new0(ConfPair, 1);

    pair->file = g_strdup(reader->file);
    pair->line = part->number;
    pair->column = (int)g_utf8_strlen(begin, (gssize)(offset - part->offset)) + 1;
    pair->source = g_strndup(part->source, length);
    return pair;
}

static size_t skip_blanks(const char *text, size_t at)
{
    while (g_ascii_isspace(text[at]))
        at++;
    return at;
}

static bool is_key_letter(char c)
{
    return g_ascii_isalnum(c) || c == '_' || c == '.';
}

/* The offset behind KEY, blanks, an operator and the =; 0 when there is no such thing at @at. */
static size_t behind_equals(const char *text, size_t at, size_t *key_end)
{
    *key_end = at;
    while (is_key_letter(text[*key_end]))
        (*key_end)++;
    if (*key_end == at)
        return 0;
    at = skip_blanks(text, *key_end);
    if (strchr("-*+/", text[at]) && text[at])
        at++;
    return text[at] == '=' ? at + 1 : 0;
}

/* Reads the value at *at. */
static char *take_value(const char *text, size_t *at)
{
    const size_t begin = skip_blanks(text, *at);
    const char *quote = text[begin] == '"' ? strchr(text + begin + 1, '"') : NULL;
    size_t end = begin;

    *at = begin;
    if (text[begin] == '\0')
        return g_strdup("");
    if (quote && (quote[1] == '\0' || g_ascii_isspace(quote[1]))) {
        *at = (size_t)(quote + 1 - text);
        return g_strndup(text + begin + 1, (gsize)(quote - text) - begin - 1);
    }
    while (text[end] && !g_ascii_isspace(text[end]))
        end++;
    *at = end;
    return g_strndup(text + begin, end - begin);
}

static void say_stray(const Reader *reader, const Logical *logical, size_t at)
{
    const char *text = logical->text->str + at;
    ConfPair *place = pair_at(reader, logical, at);
    g_autofree char *rest = g_strndup(text, MIN(strcspn(text, "\n"), 60));

    g_strchomp(rest);
    if (*rest == ';')
        conf_pair_say(place, reader->diags, DIAG_WARNING,
                      "';' begins no comment in Slurm, which refuses this line; write # instead");
    else if (at > 0)
        conf_pair_say(place, reader->diags, DIAG_ERROR,
                      "expected the end of the line or KEY=VALUE, found '%s' (quote values that "
                      "hold blanks)",
                      rest);
    else
        conf_pair_say(place, reader->diags, DIAG_ERROR, "expected KEY=VALUE, found '%s'", rest);
    conf_pair_free(place);
}

static void take_pairs(const Reader *reader, const Logical *logical, GPtrArray *pairs)
{
    const char *text = logical->text->str;
    size_t at = skip_blanks(text, 0);

    while (text[at]) {
        size_t key_end, begin = at;

        at = behind_equals(text, begin, &key_end);
        if (at == 0) {
            say_stray(reader, logical, begin);
            return;
        }
        ConfPair *pair = pair_at(reader, logical, begin);
        pair->key = g_strndup(text + begin, key_end - begin);
        pair->value = take_value(text, &at);
        g_ptr_array_add(pairs, pair);
        if (*pair->value == '\0' && !logical->cut)
            conf_pair_say(pair, reader->diags, DIAG_WARNING,
                          "expected a value after %s=, found nothing; taken as not set (Slurm "
                          "refuses the line)",
                          pair->key);
        at = skip_blanks(text, at);
    }
}

/* ---- includes ---- */

/* The file an Include line names, or NULL. */
static char *include_of(const Reader *reader, const Logical *logical, GPtrArray *pairs)
{
    const char *text = logical->text->str;
    const size_t at = skip_blanks(text, 0), word = strlen("include");
    size_t begin, end;

    if (g_ascii_strncasecmp(text + at, "include", word) != 0 || !g_ascii_isspace(text[at + word]))
        return NULL;
    begin = end = skip_blanks(text, at + word);
    if (text[begin] == '=')
        return NULL;
    while (text[end] && !g_ascii_isspace(text[end]))
        end++;
    g_ptr_array_add(pairs, pair_at(reader, logical, begin));
    if (text[skip_blanks(text, end)])
        say_stray(reader, logical, skip_blanks(text, end));
    return g_strndup(text + begin, end - begin);
}

static ConfLine *line_of(const Reader *reader, const Logical *logical)
{
    ConfLine *line = g_new0(ConfLine, 1);

    line->pairs = g_ptr_array_new_with_free_func((GDestroyNotify)conf_pair_free);
    line->include = include_of(reader, logical, line->pairs);
    if (!line->include)
        take_pairs(reader, logical, line->pairs);
    if (logical->cut && line->pairs->len > 0) {
        const ConfPair *last = g_ptr_array_index(line->pairs, line->pairs->len - 1);

        conf_pair_say(
            last, reader->diags, DIAG_WARNING,
            "'#' begins a comment even inside a value: what follows it is not read (write "
            "\\# for the character)");
    }
    return line;
}

GPtrArray *conf_file_parse(const char *text, const char *file, Diags *diags)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func((GDestroyNotify)conf_line_free);
    Reader reader = {file, text, 1, diags};

    if (g_str_has_prefix(text, "\xef\xbb\xbf"))
        reader.at += 3;
    while (*reader.at) {
        Logical logical = {g_string_new(NULL), g_array_new(FALSE, FALSE, sizeof(Part)), false};

        while (take_physical_line(&reader, &logical))
            ;
        if (logical.text->str[skip_blanks(logical.text->str, 0)])
            g_ptr_array_add(lines, line_of(&reader, &logical));
        g_string_free(logical.text, TRUE);
        g_array_unref(logical.parts);
    }
    return lines;
}

GPtrArray *conf_file_load(const char *path, Diags *diags)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    g_autofree char *valid = NULL;
    gsize length = 0;

    if (!g_file_get_contents(path, &text, &length, &error)) {
        diags_add(diags, DIAG_ERROR, path, 0, 0, NULL, "cannot be read: %s", error->message);
        return NULL;
    }
    if (length > FILE_LARGEST || memchr(text, '\0', length)) {
        diags_add(diags, DIAG_ERROR, path, 0, 0, NULL,
                  "expected a text of at most %d MiB, found %s", FILE_LARGEST >> 20,
                  length > FILE_LARGEST ? "more" : "a NUL byte");
        return NULL;
    }
    valid = g_utf8_make_valid(text, (gssize)length);
    return conf_file_parse(valid, path, diags);
}
