/* The commands: one table that parsing, help, completion and the manual are made from. */
#include "cli/command.h"

#include "base/units.h"

static const Command *const commands[] = {
    &command_plan,    &command_submit,   &command_compare,    &command_simulate,
    &command_explain, &command_check,    &command_import,     &command_plot,
    &command_report,  &command_snapshot, &command_status,     &command_logs,
    &command_cancel,  &command_help,     &command_completion, &command_complete,
};

size_t command_count(void)
{
    return G_N_ELEMENTS(commands);
}

const Command *command_nth(size_t index)
{
    return commands[index];
}

static const char *nearest_command(const char *name)
{
    const char *names[G_N_ELEMENTS(commands)];
    size_t n = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
        if (!commands[i]->hidden)
            names[n++] = commands[i]->name;
    return nearest_word(name, names, n);
}

const Command *command_find(const char *name, GError **error)
{
    const char *near;

    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
        if (g_str_equal(commands[i]->name, name))
            return commands[i];
    near = nearest_command(name);
    if (near)
        return srx_fail_null(error, SRX_ERROR_USAGE, "no command '%s'; did you mean '%s'?", name,
                             near);
    return srx_fail_null(error, SRX_ERROR_USAGE, "no command '%s' ('srx help' lists the commands)",
                         name);
}

Options *command_options(const Command *self, void *settings, GeneralSettings *general)
{
    Options *options = options_new();
    const GOptionEntry entries[] = {
        {"verbose", 'v', 0, G_OPTION_ARG_NONE, &general->verbose,
         "also print notes about the input files", NULL},
        {"quiet", 0, 0, G_OPTION_ARG_NONE, &general->quiet,
         "print no warnings about the input files, only errors", NULL},
        {"color", 0, 0, G_OPTION_ARG_FILENAME, &general->color,
         "when to colour; auto is the default; NO_COLOR is honoured", "auto|always|never"},
        OPTIONS_END,
    };

    if (self->options)
        self->options(settings, options);
    options_add(options, "General", entries);
    return options;
}
