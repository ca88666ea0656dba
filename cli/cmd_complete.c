/* srx complete WORD...: what the last word may become, for the shells; one "word<TAB>meaning" a
 * line. ":files" and ":directories" leave it to the shell. Words come without "srx" itself. */
#include "cli/command.h"

#include <stdio.h>
#include <string.h>

static void offer(const char *word, const char *partial, const char *meaning)
{
    if (g_str_has_prefix(word, partial))
        printf("%s\t%s\n", word, meaning);
}

/* What a value can be, from its name in the help: "one|of|these" or nothing to offer. */
static char **choices_of(const GOptionEntry *entry)
{
    const char *name = entry->arg_description ? entry->arg_description : "";

    return g_strsplit(strchr(name, '|') ? name : "", "|", -1);
}

static void complete_commands(const char *partial)
{
    for (size_t i = 0; i < command_count(); i++)
        if (!command_nth(i)->hidden)
            offer(command_nth(i)->name, partial, command_nth(i)->summary);
}

static void complete_options(const Options *options, const char *partial)
{
    for (size_t i = 0; i < options_length(options); i++) {
        const GOptionEntry *entry = &options_nth(options, i)->entry;
        g_autofree char *word = g_strdup_printf("--%s", entry->long_name);

        offer(word, partial, entry->description);
    }
    offer("--help", partial, "explain the command");
}

static bool is_option(const GOptionEntry *entry, const char *word)
{
    if (g_str_has_prefix(word, "--"))
        return g_str_equal(word + 2, entry->long_name);
    return word[0] == '-' && word[1] == entry->short_name && word[1] != '\0' && word[2] == '\0';
}

/* The option whose value comes after @word, or NULL. */
static const GOptionEntry *expects_value(const Options *options, const char *word)
{
    for (size_t i = 0; i < options_length(options); i++) {
        const Option *option = options_nth(options, i);

        if (is_option(&option->entry, word))
            return option_takes_value(option) ? &option->entry : NULL;
    }
    return NULL;
}

static void complete_value(const GOptionEntry *entry, const char *partial)
{
    const char *name = entry->arg_description ? entry->arg_description : "";
    g_auto(GStrv) choices = choices_of(entry);

    if (g_str_has_prefix(name, "DIR"))
        puts(":directories");
    else if (g_str_has_prefix(name, "FILE"))
        puts(":files");
    else
        for (char **choice = choices; *choice; choice++)
            offer(*choice, partial, "");
}

static void complete_operand(const Command *command, const char *partial)
{
    switch (command->operands) {
    case OPERANDS_NONE:
        break;
    case OPERANDS_FILES:
        puts(":files");
        break;
    case OPERANDS_DIRECTORY:
        puts(":directories");
        break;
    case OPERANDS_COMMAND:
        complete_commands(partial);
        break;
    }
}

static void complete_argument(const Command *command, const char *before, const char *partial)
{
    g_autofree void *settings = g_malloc0(MAX(command->size, 1));
    GeneralSettings general = {0};
    g_autoptr(Options) options = command_options(command, settings, &general);
    const GOptionEntry *entry = expects_value(options, before);

    if (entry)
        complete_value(entry, partial);
    else if (partial[0] == '-')
        complete_options(options, partial);
    else
        complete_operand(command, partial);
}

static void complete_joined(const Command *command, const char *word, const char *partial)
{
    g_autofree void *settings = g_malloc0(MAX(command->size, 1));
    GeneralSettings general = {0};
    g_autoptr(Options) options = command_options(command, settings, &general);
    const GOptionEntry *entry = expects_value(options, word);
    g_auto(GStrv) choices = entry ? choices_of(entry) : NULL;
    g_autofree char *joined = g_strdup_printf("%s=%s", word, partial);

    for (char **choice = choices; choice && *choice; choice++) {
        g_autofree char *whole = g_strdup_printf("%s=%s", word, *choice);

        offer(whole, joined, "");
    }
}

/* The words of "--color=al" as --color and "al": bash gives them as "--color", "=" and "al", other
 * shells as one word, and want it back as one. */
static void complete_words(const Command *command, char *const *words, guint n)
{
    const char *partial = words[n - 1];
    g_auto(GStrv) sides = g_strsplit(partial, "=", 2);

    if (g_str_equal(partial, "=") && n >= 3)
        complete_argument(command, words[n - 2], "");
    else if (g_str_equal(words[n - 2], "=") && n >= 4)
        complete_argument(command, words[n - 3], partial);
    else if (g_str_has_prefix(partial, "--") && sides[1])
        complete_joined(command, sides[0], sides[1]);
    else
        complete_argument(command, words[n - 2], partial);
}

static bool run(G_GNUC_UNUSED const Session *session, G_GNUC_UNUSED const void *settings,
                char **operands, G_GNUC_UNUSED GError **error)
{
    guint n = g_strv_length(operands);
    const Command *command;

    if (n <= 1) {
        complete_commands(n ? operands[0] : "");
        return true;
    }
    command = command_find(operands[0], NULL);
    if (command)
        complete_words(command, operands, n);
    return true;
}

const Command command_complete = {
    .name = "complete",
    .summary = "what a word may become, for the shells",
    .usage = "WORD...",
    .hidden = true,
    .raw = true,
    .run = run,
};
