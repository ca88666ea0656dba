/* "{{ name }}" in a workflow's texts. */
#include "planner/template.h"

#include <string.h>

typedef struct {
    const char *at, *end; /* what is left of the expression */
    const char *whole;    /* the expression from its braces on, for messages */
    int whole_length;
    TemplateLookup lookup;
    void *self;
} Expression;

/* A value, or the name of one that is missing. */
typedef struct {
    char *text;
    char *missing;
} Value;

static void value_clear(Value *self)
{
    g_clear_pointer(&self->text, g_free);
    g_clear_pointer(&self->missing, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Value, value_clear)

bool template_is_plain(const char *text)
{
    return !strstr(text, "{{") && !strstr(text, "{%") && !strstr(text, "{#");
}

static void skip_blanks(Expression *self)
{
    while (self->at < self->end && g_ascii_isspace(*self->at))
        self->at++;
}

static bool is_name_start(char c)
{
    return g_ascii_isalpha(c) || c == '_';
}

static bool next_is(Expression *self, char c)
{
    skip_blanks(self);
    return self->at < self->end && *self->at == c;
}

static bool refuse(const Expression *self, GError **error)
{
    return srx_fail(error, SRX_ERROR_INPUT,
                    "expected {{ name }} or {{ name | default(value) }}, found '%.*s'; srx "
                    "computes no expressions",
                    MIN(self->whole_length, 80), self->whole);
}

static char *read_word(Expression *self)
{
    const char *start = self->at;

    while (self->at < self->end && (is_name_start(*self->at) || g_ascii_isdigit(*self->at)))
        self->at++;
    return g_strndup(start, (gsize)(self->at - start));
}

/* 'text' or "text"; a backslash keeps the character after it. */
static char *read_quoted(Expression *self)
{
    g_autoptr(GString) text = g_string_new(NULL);
    char quote = *self->at++;

    while (self->at < self->end && *self->at != quote) {
        if (*self->at == '\\' && self->at + 1 < self->end)
            self->at++;
        g_string_append_c(text, *self->at++);
    }
    if (self->at >= self->end)
        return NULL;
    self->at++;
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* The value of a bare name, which says what part is meant: map[name]. */
static char *read_indirect(Expression *self, GError **error)
{
    g_autofree char *word = read_word(self);
    char *path[] = {word, NULL}, *text;
    GError *problem = NULL;

    text = self->lookup(self->self, path, &problem);
    if (problem)
        g_propagate_error(error, problem);
    else if (!text)
        srx_fail(error, SRX_ERROR_INPUT, "'%s' is not known; give it in args or with --arg", word);
    return text;
}

/* "[0]", "['key']" or "[name]" as one more part of a name. */
static bool read_subscript(Expression *self, GPtrArray *path, GError **error)
{
    char *part = NULL;

    self->at++;
    skip_blanks(self);
    if (next_is(self, '\'') || next_is(self, '"'))
        part = read_quoted(self);
    else if (self->at < self->end && g_ascii_isdigit(*self->at))
        part = read_word(self);
    else if (self->at < self->end && is_name_start(*self->at)) {
        part = read_indirect(self, error);
        if (!part)
            return false;
    }
    if (!part)
        return refuse(self, error);
    g_ptr_array_add(path, part);
    if (!next_is(self, ']'))
        return refuse(self, error);
    self->at++;
    return true;
}

static bool read_path(Expression *self, GPtrArray *path, GError **error)
{
    g_ptr_array_add(path, read_word(self));
    for (;;) {
        if (next_is(self, '[')) {
            if (!read_subscript(self, path, error))
                return false;
            continue;
        }
        if (!next_is(self, '.'))
            return true;
        self->at++;
        skip_blanks(self);
        if (self->at >= self->end || !(is_name_start(*self->at) || g_ascii_isdigit(*self->at)))
            return refuse(self, error);
        g_ptr_array_add(path, read_word(self));
    }
}

/* Words that Jinja takes for values, not for names. */
static const char *constant_text(const char *word)
{
    static const char *const words[][2] = {{"true", "True"},   {"True", "True"}, {"false", "False"},
                                           {"False", "False"}, {"none", "None"}, {"None", "None"}};

    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (!strcmp(word, words[i][0]))
            return words[i][1];
    }
    return NULL;
}

static bool read_name(Expression *self, Value *out, GError **error)
{
    g_autoptr(GPtrArray) path = g_ptr_array_new_with_free_func(g_free);
    GError *problem = NULL;

    if (!read_path(self, path, error))
        return false;
    g_ptr_array_add(path, NULL);
    if (path->len == 2 && constant_text(path->pdata[0])) {
        out->text = g_strdup(constant_text(path->pdata[0]));
        return true;
    }
    out->text = self->lookup(self->self, (char *const *)path->pdata, &problem);
    if (problem) {
        g_propagate_error(error, problem);
        return false;
    }
    if (!out->text)
        out->missing = g_strjoinv(".", (char **)path->pdata);
    return true;
}

static bool read_value(Expression *self, Value *out, GError **error)
{
    const char *start;

    skip_blanks(self);
    start = self->at;
    if (self->at < self->end && is_name_start(*self->at))
        return read_name(self, out, error);
    if (next_is(self, '\'') || next_is(self, '"')) {
        out->text = read_quoted(self);
        return out->text || refuse(self, error);
    }
    if (next_is(self, '-'))
        self->at++;
    while (self->at < self->end && (g_ascii_isdigit(*self->at) || *self->at == '.'))
        self->at++;
    if (self->at == start || !g_ascii_isdigit(self->at[-1]))
        return refuse(self, error);
    out->text = g_strndup(start, (gsize)(self->at - start));
    return true;
}

static bool refuse_filter(const char *name, GError **error)
{
    return srx_fail(error, SRX_ERROR_INPUT,
                    "the filter '%s' is not known; srx has default(value) only", name);
}

/* "| default(x)" after a value: x takes the place of what is missing. */
static bool read_filter(Expression *self, Value *value, GError **error)
{
    g_autofree char *name = NULL;
    g_auto(Value) instead = {0};

    self->at++;
    skip_blanks(self);
    name = read_word(self);
    if (strcmp(name, "default") != 0 && strcmp(name, "d") != 0)
        return *name ? refuse_filter(name, error) : refuse(self, error);
    if (!next_is(self, '(')) {
        instead.text = g_strdup("");
    } else {
        self->at++;
        if (next_is(self, ')'))
            instead.text = g_strdup("");
        else if (!read_value(self, &instead, error))
            return false;
        if (!next_is(self, ')'))
            return refuse(self, error);
        self->at++;
    }
    if (value->missing) {
        value_clear(value);
        *value = instead;
        instead = (Value){0};
    }
    return true;
}

static char *evaluate(Expression *self, GError **error)
{
    g_auto(Value) value = {0};

    if (!read_value(self, &value, error))
        return NULL;
    while (next_is(self, '|')) {
        if (!read_filter(self, &value, error))
            return NULL;
    }
    skip_blanks(self);
    if (self->at < self->end) {
        refuse(self, error);
        return NULL;
    }
    if (value.missing)
        return srx_fail_null(error, SRX_ERROR_INPUT,
                             "'%s' is not known; give it in args or with --arg", value.missing);
    return g_steal_pointer(&value.text);
}

/* Where "}}" ends what starts at @at, quotes regarded; NULL when it does not. */
static const char *expression_end(const char *at)
{
    char quote = '\0';

    for (; *at; at++) {
        if (quote) {
            if (*at == quote)
                quote = '\0';
        } else if (*at == '\'' || *at == '"') {
            quote = *at;
        } else if (at[0] == '}' && at[1] == '}') {
            return at;
        }
    }
    return NULL;
}

static void drop_blanks_at_end(GString *out)
{
    while (out->len && g_ascii_isspace(out->str[out->len - 1]))
        g_string_truncate(out, out->len - 1);
}

/* One "{{ }}" at @at; answers where it ends, NULL with @error. */
static const char *render_expression(const char *at, GString *out, Expression *expression,
                                     GError **error)
{
    const char *end = expression_end(at + 2);
    g_autofree char *text = NULL;
    bool trim_after;

    if (!end)
        return srx_fail_null(error, SRX_ERROR_INPUT, "'{{' is not closed by '}}' in '%.60s'", at);
    expression->whole = at;
    expression->whole_length = (int)MIN(end + 2 - at, G_MAXINT);
    expression->at = at + 2;
    expression->end = end;
    if (end > at + 2 && at[2] == '-') {
        drop_blanks_at_end(out);
        expression->at++;
    }
    trim_after = end > expression->at && end[-1] == '-';
    expression->end -= trim_after;
    text = evaluate(expression, error);
    if (!text)
        return NULL;
    g_string_append(out, text);
    end += 2;
    while (trim_after && g_ascii_isspace(*end))
        end++;
    return end;
}

static const char *refuse_statement(const char *at, GError **error)
{
    const char *end = strstr(at, "%}");
    int length = end ? (int)MIN(end + 2 - at, 60) : (int)MIN(strlen(at), 60);

    return srx_fail_null(error, SRX_ERROR_INPUT,
                         "'%.*s' is not supported; srx substitutes {{ name }} only", length, at);
}

char *template_render(const char *text, TemplateLookup lookup, void *self, GError **error)
{
    g_autoptr(GString) out = g_string_new(NULL);
    Expression expression = {.lookup = lookup, .self = self};

    while (*text) {
        const char *comment = text[0] == '{' && text[1] == '#' ? strstr(text, "#}") : NULL;

        if (comment) {
            text = comment + 2;
        } else if (text[0] == '{' && text[1] == '%') {
            refuse_statement(text, error);
            return NULL;
        } else if (text[0] == '{' && text[1] == '{') {
            text = render_expression(text, out, &expression, error);
            if (!text)
                return NULL;
        } else {
            g_string_append_c(out, *text++);
        }
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}
