/* What srx says about itself. */
#include "cli/help.h"

#include "cli/wrap.h"

enum { HELP_MOST = 100 }; /* columns: longer lines are hard to read */

static void heading_append(GString *out, const Terminal *terminal, const char *text)
{
    g_string_append_printf(out, "\n%s%s%s\n", terminal_on(terminal, PAINT_BOLD), text,
                           terminal_off(terminal));
}

char *help_overview(const Terminal *terminal)
{
    GString *out = g_string_new("srx - when will a workflow finish on this Slurm cluster, and what "
                                "should it ask for?\n");

    heading_append(out, terminal, "Commands:");
    for (size_t i = 0; i < command_count(); i++) {
        const Command *command = command_nth(i);

        if (!command->hidden)
            g_string_append_printf(out, "  %-12s", command->name);
        if (!command->hidden)
            wrap_append(out, command->summary, 14, MIN(terminal->columns, HELP_MOST));
    }
    heading_append(out, terminal, "Start with:");
    g_string_append(out, "  srx plan --qos high workflow.yaml --cluster DIR\n"
                         "  srx help plan\n");
    return g_string_free(out, FALSE);
}

static void lines_append(GString *out, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line; line++)
        if (**line)
            g_string_append_printf(out, "  %s\n", *line);
}

static void paragraphs_append(GString *out, const char *text, int columns)
{
    g_auto(GStrv) paragraphs = g_strsplit(text, "\n\n", -1);

    for (char **paragraph = paragraphs; *paragraph; paragraph++) {
        g_string_append_c(out, '\n');
        wrap_append(out, *paragraph, 0, columns);
    }
}

char *help_command(const Command *command, const Terminal *terminal)
{
    GString *out = g_string_new(NULL);
    g_autofree void *settings = g_malloc0(MAX(command->size, 1));
    GeneralSettings general = {0};
    g_autoptr(Options) options = command_options(command, settings, &general);
    int columns = MIN(terminal->columns, HELP_MOST);
    g_autofree char *listing = options_help(options, columns);

    g_string_append_printf(out, "srx %s - ", command->name);
    wrap_append(out, command->summary, 2, columns);
    heading_append(out, terminal, "Usage:");
    g_string_append_printf(out, "  srx %s %s\n", command->name, command->usage);
    if (command->examples) {
        heading_append(out, terminal, "Examples:");
        lines_append(out, command->examples);
    }
    g_string_append_c(out, '\n');
    g_string_append(out, listing);
    if (command->details)
        paragraphs_append(out, command->details, columns);
    return g_string_free(out, FALSE);
}
