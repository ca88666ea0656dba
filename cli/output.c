/* A file written whole or not at all. */
#include "cli/output.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool write_through(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");
    bool written;

    if (!file)
        return false;
    written = fputs(text, file) != EOF && fflush(file) == 0;
    return fclose(file) == 0 && written;
}

/* The last part of GLib's message is the system's own word for it. */
static bool replace(const char *path, const char *text, char **reason)
{
    g_autoptr(GError) cause = NULL;
    const char *last;

    if (g_file_set_contents(path, text, -1, &cause))
        return true;
    last = g_strrstr(cause->message, ": ");
    *reason = g_strdup(last ? last + 2 : cause->message);
    return false;
}

bool output_save(const char *path, const char *text, GError **error)
{
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct sigaction before;
    char *real = realpath(path, NULL); /* NULL: not there yet */
    bool special = real && !g_file_test(real, G_FILE_TEST_IS_REGULAR);
    g_autofree char *reason = NULL;
    bool done;

    sigaction(SIGINT, &ignore, &before); /* no temporary file is left behind */
    done = special ? write_through(real, text) : replace(real ? real : path, text, &reason);
    if (!done && !reason)
        reason = g_strdup(g_strerror(errno));
    sigaction(SIGINT, &before, NULL);
    free(real);
    if (done)
        return true;
    return srx_fail(error, SRX_ERROR_FAILED, "%s: cannot be written: %s", path, reason);
}
