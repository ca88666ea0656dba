/* Lines of sacctmgr commands, with or without the word, alone or within a shell script. */
#include "slurmio/sacctmgr_command.h"
#include "slurmio/sacctmgr_language.h"

#include <string.h>

typedef struct {
    Ledger *ledger;
    bool script; /* lines that are no commands belong to a shell */
    uint32_t commands, skipped;
} CommandReader;

static bool is_sacctmgr(const char *word)
{
    const char *slash = strrchr(word, '/');

    return !strcmp(slash ? slash + 1 : word, "sacctmgr");
}

/* Is the word anywhere the start of a command? */
static bool has_sacctmgr(const char *text)
{
    ShellLines lines;
    bool found = false;

    shell_lines_init(&lines, text, true);
    while (!found && shell_lines_next(&lines))
        for (guint i = 0; i < lines.words->len; i++)
            found = found || is_sacctmgr(g_array_index(lines.words, ShellWord, i).text);
    shell_lines_clear(&lines);
    return found;
}

/* How many words come before the verb: "sudo sacctmgr -i". */
static size_t skip_prefix(const ShellWord *words, size_t n)
{
    size_t at = 0;

    for (size_t i = 0; i < n; i++)
        if (is_sacctmgr(words[i].text)) {
            at = i + 1;
            break;
        }
    while (at < n && words[at].text[0] == '-')
        at++;
    return at;
}

static bool prints_only(const ShellWord *words)
{
    return !strcmp(words[0].text, "echo") || !strcmp(words[0].text, "printf");
}

static const ShellWord *find_expansion(const ShellWord *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strpbrk(words[i].text, "$`"))
            return &words[i];
    return NULL;
}

static void say_no_command(CommandReader *self, const ShellWord *word)
{
    ledger_say(self->ledger, DIAG_ERROR, word->column,
               "expected a command of sacctmgr such as 'add user u1 account=a', a dump or a table, "
               "found '%s'",
               word->text);
}

/* One command: @words up to a shell's operator. */
static void read_command(CommandReader *self, const ShellWord *words, size_t n)
{
    size_t at = skip_prefix(words, n);
    Verb verb = at < n ? verb_parse(words[at].text) : VERB_NONE;
    Entity entity = at + 1 < n ? entity_parse(words[at + 1].text) : ENTITY_NONE;
    bool named = at > 0 && is_sacctmgr(words[0].text);
    const ShellWord *expansion = find_expansion(words, n);

    if (self->script && (prints_only(words) || (!at && (!verb || !entity)))) {
        self->skipped++;
        return;
    }
    self->commands++;
    if (verb == VERB_HARMLESS || (at == n && (named || at > 0)))
        return;
    if (!verb)
        say_no_command(self, &words[MIN(at, n - 1)]);
    else if (self->script && expansion)
        ledger_say(
            self->ledger, DIAG_ERROR, expansion->column,
            "expected plain words, found '%s', which needs a shell; write what it stands for",
            expansion->text);
    else if (!entity)
        ledger_say(self->ledger, DIAG_ERROR, words[MIN(at + 1, n - 1)].column,
                   "expected account, user, qos or cluster after '%s', found '%s'", words[at].text,
                   at + 1 < n ? words[at + 1].text : "nothing");
    else if (entity == ENTITY_OTHER)
        ledger_say(self->ledger, DIAG_NOTE, words[at + 1].column,
                   "'%s' has no bearing on scheduling", words[at + 1].text);
    else
        command_run(self->ledger, verb, entity, words + at + 2, n - at - 2);
}

static void read_line(CommandReader *self, const ShellLines *lines)
{
    const ShellWord *words = (const ShellWord *)(const void *)lines->words->data;
    size_t start = 0;

    self->ledger->line = lines->first_line;
    self->ledger->source = lines->source;
    if (lines->unclosed_quote && !self->script)
        ledger_say(self->ledger, DIAG_ERROR, 0, "expected a closing quote, found the line's end");
    for (size_t i = 0; i <= lines->words->len; i++) {
        if (i < lines->words->len && !words[i].is_operator)
            continue;
        if (i > start)
            read_command(self, words + start, i - start);
        start = i + 1;
    }
}

void sacctmgr_read_commands(Ledger *ledger, const char *text)
{
    CommandReader reader = {.ledger = ledger};
    ShellLines lines;

    ledger->in_order = true;
    reader.script = g_str_has_prefix(text, "#!") || has_sacctmgr(text);
    shell_lines_init(&lines, text, reader.script);
    /* A file that begins with something else is no accounting file: one message is enough. */
    while (shell_lines_next(&lines)) {
        read_line(&reader, &lines);
        if (!reader.script && reader.commands == ledger->errors && ledger->errors == 3)
            break;
    }
    if (reader.script && !reader.commands) {
        ledger->line = 0;
        ledger->source = NULL;
        ledger_say(ledger, DIAG_ERROR, 0, "expected commands of sacctmgr, found none");
    } else if (reader.skipped) {
        ledger->line = 0;
        ledger->source = NULL;
        ledger_say(ledger, DIAG_NOTE, 0, "%u commands of the shell were not run", reader.skipped);
    }
    ledger->source = NULL;
    shell_lines_clear(&lines);
}
