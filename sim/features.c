/* Node features a job asks for: --constraint and --prefer. */
#include "sim/features.h"

#include <glib.h>
#include <string.h>

/* The state of reading one expression. */
typedef struct {
    GArray *terms; /* FeatureTerm */
    GString *name; /* of the term being read */
    uint32_t count;
    bool closed; /* after ) or ] or a count: an operator must follow */
    bool in_bracket, in_paren, bracket_seen;
    bool counted_outside;
    uint8_t part, paren;
} Reader;

void features_clear(Features *self)
{
    for (uint32_t i = 0; i < self->n; i++)
        g_free(self->terms[i].name);
    g_free(self->terms);
    *self = (Features){0};
}

/* Ends a term at an operator or at the end of the text. */
static bool end_term(Reader *self, bool or_next, bool last)
{
    FeatureTerm term = {.or_next = or_next, .count = self->count};
    bool inside = self->in_bracket;

    if (self->name->len == 0)
        return last && self->terms->len == 0;
    term.name = g_strdup(self->name->str);
    term.group = self->part > 0 ? 1 : 0;
    term.part = self->part;
    term.paren = self->in_paren ? self->paren : 0;
    g_array_append_val(self->terms, term);
    g_string_truncate(self->name, 0);
    self->count = 0;
    self->closed = false;
    if (inside && !self->in_paren)
        self->part++;
    return true;
}

/* Parentheses end with the term they close, which end_term reads later: so the number stays with
 * the term although the parenthesis is closed by then. */
static bool take_mark(Reader *self, char mark)
{
    switch (mark) {
    case '[':
        if (self->name->len || self->in_bracket || self->in_paren || self->bracket_seen)
            return false;
        self->in_bracket = self->bracket_seen = true;
        self->part = 1;
        return true;
    case ']':
        if (!self->name->len || !self->in_bracket || (self->in_paren && !self->closed))
            return false;
        break;
    case '(':
        if (self->name->len || self->in_paren)
            return false;
        self->in_paren = true;
        self->paren++;
        return true;
    case ')':
        if (!self->name->len || !self->in_paren)
            return false;
        break;
    default:
        g_assert_not_reached();
    }
    self->closed = true;
    return true;
}

static bool take_count(Reader *self, const char **at)
{
    char *end;
    gint64 count = g_ascii_strtoll(*at + 1, &end, 10);

    if (!self->name->len || count <= 0 || count >= UINT32_MAX)
        return false;
    self->count = (uint32_t)count;
    self->counted_outside = self->counted_outside || !self->in_bracket;
    self->closed = true;
    *at = end - 1;
    return true;
}

/* An operator ends the term, and with it the parenthesis or bracket closed just before it. */
static bool take_operator(Reader *self, char mark, bool paren_closed, bool bracket_closed)
{
    uint8_t part = self->part;
    bool ok;

    if (bracket_closed)
        self->in_bracket = false;
    ok = end_term(self, mark == '|', mark == '\0');
    if (paren_closed) {
        self->in_paren = false;
        if (self->in_bracket)
            self->part = (uint8_t)(part + 1);
    }
    if (bracket_closed)
        self->part = 0;
    return ok;
}

static bool read_expression(Reader *self, const char *text)
{
    bool paren_closed = false, bracket_closed = false;

    for (const char *at = text;; at++) {
        char mark = *at == ',' ? '&' : *at;

        if (mark == '&' || mark == '|' || mark == '\0') {
            if (!take_operator(self, mark, paren_closed, bracket_closed))
                return false;
            if (mark == '\0')
                return !self->in_bracket && !self->in_paren;
            paren_closed = bracket_closed = false;
        } else if (mark == '*') {
            if ((self->in_paren && !paren_closed) || !take_count(self, &at))
                return false;
        } else if (strchr("[]()", mark)) {
            if (bracket_closed || (paren_closed && mark != ']') || !take_mark(self, mark))
                return false;
            paren_closed = paren_closed || mark == ')';
            bracket_closed = mark == ']';
        } else if (self->closed) {
            return false;
        } else {
            g_string_append_c(self->name, mark);
        }
    }
}

bool features_parse(const char *text, Features *out)
{
    Reader reader = {.terms = g_array_new(FALSE, FALSE, sizeof(FeatureTerm)),
                     .name = g_string_new(NULL)};
    bool ok = read_expression(&reader, text);

    out->n = reader.terms->len;
    out->terms = (FeatureTerm *)(void *)g_array_free(reader.terms, FALSE);
    g_string_free(reader.name, TRUE);
    if (reader.counted_outside && out->n > 1)
        ok = false;
    if (!ok)
        features_clear(out);
    return ok;
}

static bool has_feature(char *const *node_features, const char *name)
{
    if (!node_features)
        return false;
    for (; *node_features; node_features++) {
        if (strcmp(*node_features, name) == 0)
            return true;
    }
    return false;
}

/* Terms @from up to @to, left to right; a parenthesis is one operand. */
static bool eval_range(const Features *self, uint32_t from, uint32_t to, char *const *features)
{
    bool value = true, or_pending = false;

    for (uint32_t i = from; i < to;) {
        uint8_t paren = self->terms[i].paren;
        bool operand = has_feature(features, self->terms[i].name);

        while (paren && i + 1 < to && self->terms[i + 1].paren == paren) {
            bool next = has_feature(features, self->terms[i + 1].name);

            operand = self->terms[i].or_next ? operand || next : operand && next;
            i++;
        }
        value = or_pending ? value || operand : value && operand;
        or_pending = self->terms[i].or_next;
        i++;
    }
    return value;
}

uint32_t features_parts(const Features *self)
{
    uint32_t parts = 0;

    for (uint32_t i = 0; i < self->n; i++)
        parts = MAX(parts, self->terms[i].part);
    return parts;
}

/* Where the terms of a part begin and end; part 0 gives what stands before the brackets. */
static void find_part(const Features *self, uint32_t part, uint32_t *from, uint32_t *to)
{
    *from = 0;
    while (*from < self->n && self->terms[*from].part != part)
        (*from)++;
    *to = *from;
    while (*to < self->n && self->terms[*to].part == part)
        (*to)++;
}

bool features_match_part(const Features *self, uint32_t part, char *const *node_features)
{
    uint32_t from, to, first, last;

    find_part(self, part, &from, &to);
    find_part(self, 1, &first, &last);
    while (last < self->n && self->terms[last].part != 0)
        last++;
    return eval_range(self, from, to, node_features) && eval_range(self, 0, first, node_features) &&
           eval_range(self, last, self->n, node_features);
}

bool features_match(const Features *self, char *const *node_features)
{
    uint32_t parts = features_parts(self);

    if (parts == 0)
        return eval_range(self, 0, self->n, node_features);
    for (uint32_t part = 1; part <= parts; part++) {
        if (features_match_part(self, part, node_features))
            return true;
    }
    return false;
}

bool features_exclusive(const Features *self)
{
    uint32_t from, to;

    if (features_parts(self) < 2)
        return false;
    find_part(self, 1, &from, &to);
    return self->terms[to - 1].or_next;
}

uint32_t features_count(const Features *self, uint32_t part)
{
    uint32_t from, to;

    find_part(self, part, &from, &to);
    return to > from ? self->terms[to - 1].count : 0;
}
