/* srx help [COMMAND] */
#include "cli/help.h"

#include <stdio.h>

static bool run(const Session *session, G_GNUC_UNUSED const void *settings, char **operands,
                GError **error)
{
    const Command *command;
    g_autofree char *text = NULL;

    if (!operands[0]) {
        text = help_overview(&session->out);
    } else {
        command = command_find(operands[0], error);
        if (!command)
            return false;
        text = help_command(command, &session->out);
    }
    fputs(text, stdout);
    return true;
}

const Command command_help = {
    .name = "help",
    .summary = "explain a command and all its options",
    .usage = "[COMMAND]",
    .examples = "srx help plan\n",
    .operands = OPERANDS_COMMAND,
    .run = run,
};
