/* What srx says about itself. */
#pragma once

#include "cli/command.h"

/** help_overview - what srx is and its commands, ten lines or so. Returns: (transfer full) */
char *help_overview(const Terminal *terminal);

/** help_command - one command's full help, examples first. Returns: (transfer full) */
char *help_command(const Command *command, const Terminal *terminal);
