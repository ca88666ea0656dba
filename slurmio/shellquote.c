/* Texts as words of a shell. */
#include "slurmio/shellquote.h"

#include <string.h>

static bool is_plain(const char *text)
{
    return g_regex_match_simple("^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*$", text,
                                G_REGEX_DOLLAR_ENDONLY, 0);
}

static bool is_control(char c)
{
    return (guchar)c < 0x20 || c == 0x7f;
}

static bool has_control(const char *text)
{
    for (; *text; text++)
        if (is_control(*text))
            return true;
    return false;
}

static void escape_append(GString *out, char c)
{
    if (c == '\n')
        g_string_append(out, "\\n");
    else if (c == '\t')
        g_string_append(out, "\\t");
    else if (is_control(c))
        g_string_append_printf(out, "\\%03o", (unsigned)(guchar)c);
    else if (c == '\'' || c == '\\')
        g_string_append_printf(out, "\\%c", c);
    else
        g_string_append_c(out, c);
}

void shell_quote_append_posix(GString *out, const char *text)
{
    if (is_plain(text)) {
        g_string_append(out, text);
        return;
    }
    g_string_append_c(out, '\'');
    for (; *text; text++) {
        if (*text == '\'')
            g_string_append(out, "'\\''");
        else
            g_string_append_c(out, *text);
    }
    g_string_append_c(out, '\'');
}

void shell_quote_append(GString *out, const char *text)
{
    if (!has_control(text)) {
        shell_quote_append_posix(out, text);
        return;
    }
    g_string_append(out, "$'");
    for (; *text; text++)
        escape_append(out, *text);
    g_string_append_c(out, '\'');
}

/* ---- words ------------------------------------------------------------------------------- */

typedef struct {
    const char *at;
    const char *what;
    GString *out;
    GString *literal; /* of the word so far, not yet in out */
    gsize began;      /* where in out the word began */
    char quote;       /* which is open; 0 */
    bool in_word;
} Words;

/* What has been read as text goes out quoted. */
static void flush(Words *self)
{
    if (self->literal->len > 0)
        shell_quote_append(self->out, self->literal->str);
    g_string_truncate(self->literal, 0);
}

static void begin_word(Words *self)
{
    if (self->in_word)
        return;
    g_string_append_c(self->out, ' ');
    self->began = self->out->len;
    self->in_word = true;
}

static void end_word(Words *self)
{
    flush(self);
    if (self->in_word && self->out->len == self->began)
        g_string_append(self->out, "''");
    self->in_word = false;
}

/* [bytes] of the "$NAME" or "${NAME}" at @at; 0: it is none */
static size_t variable_length(const char *at)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    const bool braced = at[1] == '{';
    const char *name = at + 1 + braced;
    const size_t length = strspn(name, letters);

    if (length == 0 || g_ascii_isdigit(*name) || (braced && name[length] != '}'))
        return 0;
    return length + 1 + (braced ? 2 : 0);
}

static bool take_dollar(Words *self, GError **error)
{
    const size_t length = variable_length(self->at);

    if (length == 0)
        return srx_fail(error, SRX_ERROR_INPUT,
                        "%s: expected words and variables such as $NAME, found '%.20s'; write the "
                        "command as one text for the shell instead",
                        self->what, self->at);
    flush(self);
    g_string_append_printf(self->out, "\"%.*s\"", (int)length, self->at);
    self->at += length;
    return true;
}

static void take_backslash(Words *self)
{
    const char next = self->at[1];

    if (next == '\0' || (self->quote == '"' && !strchr("$`\"\\\n", next))) {
        g_string_append_c(self->literal, '\\');
        self->at++;
        return;
    }
    if (next != '\n')
        g_string_append_c(self->literal, next);
    self->at += 2;
}

/* Within a word; blanks have been dealt with. */
static bool take_character(Words *self, GError **error)
{
    const char c = *self->at;

    if (self->quote ? c == self->quote : c == '\'' || c == '"') {
        self->quote = self->quote ? '\0' : c;
        self->at++;
    } else if (self->quote != '\'' && c == '\\') {
        take_backslash(self);
    } else if (self->quote != '\'' && c == '$') {
        return take_dollar(self, error);
    } else if (self->quote != '\'' && strchr(self->quote ? "`" : "`;|&<>()\n\r", c)) {
        return srx_fail(error, SRX_ERROR_INPUT,
                        "%s: expected words, found '%.20s', which is more than that for a shell; "
                        "write the command as one text for the shell instead",
                        self->what, self->at);
    } else {
        g_string_append_c(self->literal, c);
        self->at++;
    }
    return true;
}

static bool take_words(Words *self, GError **error)
{
    while (*self->at) {
        if (!self->quote && (*self->at == ' ' || *self->at == '\t')) {
            end_word(self);
            self->at++;
            continue;
        }
        begin_word(self);
        if (!take_character(self, error))
            return false;
    }
    if (self->quote)
        return srx_fail(error, SRX_ERROR_INPUT, "%s: expected a second %c, as one is there",
                        self->what, self->quote);
    end_word(self);
    return true;
}

bool shell_words_append(GString *out, const char *text, const char *what, GError **error)
{
    g_autoptr(GString) words = g_string_new(NULL);
    g_autoptr(GString) literal = g_string_new(NULL);
    g_autofree char *trimmed = g_strstrip(g_strdup(text));
    Words self = {.at = trimmed, .what = what, .out = words, .literal = literal};

    if (!take_words(&self, error))
        return false;
    g_string_append(out, words->str);
    return true;
}
