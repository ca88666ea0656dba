/* A script of the user's, with what is asked for put in after its #SBATCH lines. */
#include "slurmio/guard.h"
#include "slurmio/jobscript_parts.h"
#include "slurmio/shellquote.h"

#include <string.h>

/* After the shebang, blank lines and comments: where sbatch stops to look for its options. */
static const char *after_header(const char *text)
{
    const char *at = text;

    while (*at) {
        const char *first = at + strspn(at, " \t");
        const char *end = strchr(at, '\n');

        if (*first != '#' && *first != '\n' && *first != '\0')
            return at;
        if (!end)
            return at + strlen(at);
        at = end + 1;
    }
    return at;
}

/* The name of the interpreter: "bash" of "#!/usr/bin/env -S bash -l". (transfer full) */
static char *interpreter(const char *text)
{
    const char *end = strchr(text, '\n');
    g_autofree char *line = end ? g_strndup(text + 2, (gsize)(end - text - 2)) : g_strdup(text + 2);
    g_auto(GStrv) words = g_strsplit_set(line, " \t", -1);

    for (char **word = words; *word; word++) {
        g_autofree char *name = **word ? g_path_get_basename(*word) : NULL;

        if (name && *name != '-' && !strchr(name, '=') && strcmp(name, "env") != 0)
            return g_steal_pointer(&name);
    }
    return g_strdup("");
}

static bool any(char *const *list)
{
    return list && list[0];
}

/* What only bash can do. */
static const char *beyond_posix(const JobScript *self)
{
    return self->conda ? "conda" : self->venv ? "venv" : self->guard_seconds ? "--guard" : NULL;
}

static bool check_interpreter(const JobScript *self, const char *name, GError **error)
{
    static const char *const shells[] = {"bash", "sh", "dash", "ksh", "zsh", NULL};

    if (strcmp(name, "bash") == 0)
        return true;
    if (beyond_posix(self))
        return srx_fail(error, SRX_ERROR_INPUT,
                        "expected a script for bash, as %s needs, found '#!' with '%s'",
                        beyond_posix(self), name);
    if (g_strv_contains(shells, name) ||
        !(any(self->command) || any(self->env) || any(self->setup) || any(self->teardown) ||
          self->requeue_max > 0))
        return true;
    return srx_fail(error, SRX_ERROR_INPUT,
                    "expected a script for a shell, as its arguments, variables, setup and "
                    "teardown are put in as shell lines, found '#!' with '%s'",
                    name);
}

static bool check(const JobScript *self, GError **error)
{
    if (!g_str_has_prefix(self->own, "#!"))
        return srx_fail(error, SRX_ERROR_INPUT,
                        "expected a script that begins with '#!', found '%.20s'", self->own);
    if (strstr(self->own, "\r\n"))
        return srx_fail(error, SRX_ERROR_INPUT,
                        "expected line ends of Unix, found those of DOS, which Slurm refuses; "
                        "dos2unix changes them");
    if (self->container)
        return srx_fail(error, SRX_ERROR_INPUT,
                        "a script cannot be put into a container as a whole; let its commands say "
                        "so, or give a command in place of the script");
    if (self->srun_args || self->launch_prefix)
        return srx_fail(error, SRX_ERROR_INPUT,
                        "srun_args and launch_prefix are for commands; a script has its own");
    return true;
}

/* At the end of the shell, however it comes about. */
static void end_append(const JobScript *self, GString *out)
{
    if (!any(self->teardown) && self->guard_seconds == 0)
        return;
    g_string_append(out, "srx_end() {\n    srx_status=$1\n    set +e\n");
    if (self->guard_seconds > 0)
        g_string_append(out, "    srx_guard_end \"$srx_status\"\n    srx_status=$?\n");
    if (any(self->teardown)) {
        g_string_append(out, "    (\n    set -e\n");
        jobscript_lines_append(self->teardown, out);
        g_string_append(out, "    )\n    srx_ended=$?\n    [ \"$srx_status\" -ne 0 ] || "
                             "srx_status=$srx_ended\n");
    }
    g_string_append(out, "    exit \"$srx_status\"\n}\ntrap 'srx_end $?' EXIT\n");
}

static void added_append(const JobScript *self, bool bash, GString *out)
{
    const ShellQuote quote = bash ? shell_quote_append : shell_quote_append_posix;

    if (self->guard_seconds > 0)
        g_string_append(out, guard_functions());
    jobscript_cap_append(self, out);
    if (any(self->command))
        g_string_append(out, "set --");
    for (char *const *word = self->command; word && *word; word++) {
        g_string_append_c(out, ' ');
        quote(out, *word);
    }
    if (any(self->command))
        g_string_append_c(out, '\n');
    jobscript_exports_append(self, quote, out);
    jobscript_activation_append(self, out);
    jobscript_lines_append(self->setup, out);
    if (self->guard_seconds > 0) {
        g_autofree char *begin = guard_begin(self->done_when, self->guard_seconds);

        g_string_append(out, begin);
    }
    end_append(self, out);
}

char *jobscript_own_text(const JobScript *self, GError **error)
{
    g_autofree char *shell = NULL;
    GString *out;
    const char *rest;

    if (!check(self, error))
        return NULL;
    shell = interpreter(self->own);
    if (!check_interpreter(self, shell, error))
        return NULL;
    rest = after_header(self->own);
    out = g_string_new_len(self->own, rest - self->own);
    if (out->str[out->len - 1] != '\n')
        g_string_append_c(out, '\n');
    added_append(self, strcmp(shell, "bash") == 0, out);
    g_string_append(out, rest);
    return g_string_free(out, FALSE);
}
