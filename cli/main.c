/* srx: a planner and simulator for Slurm. Finds the command, runs it, says how it went. */
#include "cli/command.h"
#include "cli/help.h"

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STATUS_INTERRUPTED = 130 };

/* Files are written beside their name and renamed, so there is nothing to clean up. */
static void interrupted(G_GNUC_UNUSED int number)
{
    static const char message[] = "\nsrx: interrupted\n";
    ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);

    (void)written;
    _exit(STATUS_INTERRUPTED);
}

static void handle_signals(void)
{
    struct sigaction on_interrupt = {.sa_handler = interrupted};
    struct sigaction on_pipe = {.sa_handler = SIG_IGN};

    sigaction(SIGINT, &on_interrupt, NULL);
    sigaction(SIGPIPE, &on_pipe, NULL); /* writing fails instead, see finish_output */
}

/* A reader that went away (srx ... | head) is no news; anything else that kept the result from
 * being written is. */
static int finish_output(int status)
{
    bool failed = ferror(stdout) != 0;
    int cause = failed ? errno : 0;

    if (fflush(stdout) != 0 && !failed)
        cause = errno;
    if (fclose(stdout) != 0 && cause == 0)
        cause = errno;
    if (cause == 0 && !failed)
        return status;
    if (cause != EPIPE)
        fprintf(stderr, "srx: standard output: %s\n",
                cause ? g_strerror(cause) : "could not be written");
    return status ? status : SRX_ERROR_FAILED;
}

static int complain(const Terminal *terminal, const GError *error)
{
    fprintf(stderr, "%ssrx:%s %s\n", terminal_on(terminal, PAINT_RED), terminal_off(terminal),
            error->message);
    return error->domain == SRX_ERROR ? error->code : SRX_ERROR_FAILED;
}

/* Does a word before any "--" ask for it? */
static bool asks_for(char *const *argv, const char *a, const char *b)
{
    for (char *const *at = argv; *at && !g_str_equal(*at, "--"); at++)
        if (g_str_equal(*at, a) || g_str_equal(*at, b))
            return true;
    return false;
}

static bool run_parsed(const Command *command, char ***argv, Session *session, GError **error)
{
    g_autofree void *settings = g_malloc0(MAX(command->size, 1));
    GeneralSettings general = {0};
    g_autoptr(Options) options = command_options(command, settings, &general);
    ColorChoice color = COLOR_AUTO;

    if (!options_parse(options, argv, error) ||
        (general.color && !color_choice_parse(general.color, &color, error)))
        return false;
    terminal_probe(&session->out, STDOUT_FILENO, color);
    terminal_probe(&session->err, STDERR_FILENO, color);
    session->verbose = general.verbose;
    session->quiet = general.quiet;
    return command->run(session, settings, *argv + 1, error);
}

static bool run(const Command *command, char ***argv, Session *session, GError **error)
{
    g_auto(GStrv) given = g_strdupv(*argv);
    g_autofree char *help = NULL;

    session->argv = (const char *const *)given;
    if (command->raw)
        return command->run(session, NULL, *argv + 1, error);
    if (!asks_for(*argv + 1, "-h", "--help"))
        return run_parsed(command, argv, session, error);
    help = help_command(command, &session->out);
    fputs(help, stdout);
    return true;
}

/* General options may stand before the command: they are moved behind it. NULL without one. */
static char **command_first(char *const *words)
{
    GPtrArray *out = g_ptr_array_new();
    char *const *command = words;

    while (*command && **command == '-')
        command += g_str_equal(*command, "--color") && command[1] ? 2 : 1;
    if (!*command) {
        g_ptr_array_free(out, TRUE);
        return NULL;
    }
    g_ptr_array_add(out, g_strdup(*command));
    for (char *const *at = words; *at; at++)
        if (at != command)
            g_ptr_array_add(out, g_strdup(*at));
    g_ptr_array_add(out, NULL);
    return (char **)g_ptr_array_free(out, FALSE);
}

/* srx without a command: the version, help, or a word that makes no sense. */
static bool run_bare(char *const *words, const Session *session, GError **error)
{
    g_autofree char *help = NULL;

    if (asks_for(words, "--version", "-V")) {
        puts("srx " SRX_VERSION);
        return true;
    }
    if (*words && !asks_for(words, "-h", "--help"))
        return srx_fail(error, SRX_ERROR_USAGE,
                        "expected a command, found '%s' ('srx help' lists the commands)", *words);
    help = help_overview(&session->out);
    fputs(help, stdout);
    return true;
}

static bool srx(char *const *words, Session *session, GError **error)
{
    g_auto(GStrv) argv = command_first(words);
    const Command *command;

    if (!argv)
        return run_bare(words, session, error);
    command = command_find(argv[0], error);
    if (!command)
        return false;
    if (!command->raw && asks_for(words, "--version", "-V"))
        return run_bare(words, session, error);
    return run(command, &argv, session, error);
}

int main(int argc, char **argv)
{
    Session session = {0};
    g_autoptr(GError) error = NULL;
    int status = EXIT_SUCCESS;

    setlocale(LC_CTYPE, ""); /* characters only: numbers and messages stay the same everywhere */
    handle_signals();
    terminal_probe(&session.out, STDOUT_FILENO, COLOR_AUTO);
    terminal_probe(&session.err, STDERR_FILENO, COLOR_AUTO);
    if (!srx(argv + MIN(argc, 1), &session, &error)) {
        fflush(stdout);
        status = complain(&session.err, error);
    }
    return finish_output(status);
}
