/* Lines of commands, as a shell and sacctmgr split them. */
#include "slurmio/shellwords.h"

#include <string.h>

static void word_clear(gpointer word)
{
    g_free(((ShellWord *)word)->text);
}

void shell_lines_init(ShellLines *self, const char *text, bool operators)
{
    *self = (ShellLines){.at = text, .line = 1, .operators = operators};
    self->words = g_array_new(FALSE, FALSE, sizeof(ShellWord));
    g_array_set_clear_func(self->words, word_clear);
}

void shell_lines_clear(ShellLines *self)
{
    g_array_unref(self->words);
    g_free(self->source);
}

/* Where @at stands, for messages. */
typedef struct {
    const char *start; /* of the current line */
} Place;

/* A backslash before a line end joins two lines. */
static bool skip_joint(ShellLines *self, Place *place)
{
    size_t length = self->at[0] != '\\' ? 0 : self->at[1] == '\n' ? 2 : 3;

    if (!length || (length == 3 && (self->at[1] != '\r' || self->at[2] != '\n')))
        return false;
    self->at += length;
    self->line++;
    place->start = self->at;
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

static bool is_operator(const ShellLines *self, char c)
{
    return self->operators && c && strchr(";|&<>()", c);
}

static void add_word(ShellLines *self, const ShellWord *word)
{
    g_array_append_vals(self->words, word, 1);
}

static ShellWord word_at(const ShellLines *self, const Place *place)
{
    ShellWord word = {.line = self->line};

    word.column = (int)(self->at - place->start) + 1;
    return word;
}

static void read_operator(ShellLines *self, const Place *place)
{
    ShellWord word = word_at(self, place);
    size_t length = self->at[1] == self->at[0] ? 2 : 1;

    word.text = g_strndup(self->at, length);
    word.is_operator = true;
    self->at += length;
    add_word(self, &word);
}

/* One word up to a blank, an operator or the end of the line. */
static void read_word(ShellLines *self, Place *place)
{
    ShellWord word = word_at(self, place);
    g_autoptr(GString) text = g_string_new(NULL);
    char quote = '\0';

    for (; *self->at && *self->at != '\n'; self->at++) {
        char c = *self->at;

        if (c != '\0' && c == quote) {
            quote = '\0';
            continue;
        }
        if (!quote && (c == '"' || c == '\'')) {
            quote = c;
            continue;
        }
        if (!quote && (is_blank(c) || is_operator(self, c)))
            break;
        if (c == '\\' && quote != '\'' && skip_joint(self, place)) {
            self->at--; /* the loop moves on */
            continue;
        }
        if (c == '\\' && quote != '\'' && self->at[1] && self->at[1] != '\n')
            c = *++self->at;
        g_string_append_c(text, c);
    }
    self->unclosed_quote |= quote != '\0';
    word.text = g_strdup(text->str);
    add_word(self, &word);
}

static void read_line(ShellLines *self)
{
    Place place = {self->at};

    while (*self->at && *self->at != '\n') {
        if (is_blank(*self->at))
            self->at++;
        else if (skip_joint(self, &place))
            continue;
        else if (*self->at == '#')
            self->at += strcspn(self->at, "\n");
        else if (is_operator(self, *self->at))
            read_operator(self, &place);
        else
            read_word(self, &place);
    }
    if (*self->at == '\n') {
        self->at++;
        self->line++;
    }
}

bool shell_lines_next(ShellLines *self)
{
    while (*self->at) {
        size_t length = strcspn(self->at, "\r\n");

        g_array_set_size(self->words, 0);
        self->unclosed_quote = false;
        self->first_line = self->line;
        g_free(self->source);
        self->source = g_strndup(self->at, length);
        read_line(self);
        if (self->words->len)
            return true;
    }
    return false;
}
