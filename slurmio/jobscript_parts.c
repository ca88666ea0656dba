/* The parts of a batch script. */
#include "slurmio/jobscript_parts.h"

#include "slurmio/guard.h"
#include "slurmio/shellquote.h"
#include <string.h>

void jobscript_exports_append(const JobScript *self, ShellQuote quote, GString *out)
{
    for (char *const *pair = self->env; pair && *pair; pair++) {
        const char *value = strchr(*pair, '=') + 1;

        g_string_append_printf(out, "export %.*s", (int)(value - *pair), *pair);
        quote(out, value);
        g_string_append_c(out, '\n');
    }
    if (self->container && self->container->runtime != JOB_CONTAINER_PYXIS)
        job_container_variables_append(self->container, out);
}

static void message_append(const char *message, GString *out)
{
    g_string_append(out, " || { echo ");
    shell_quote_append(out, message);
    g_string_append(out, " >&2; exit 1; }\n");
}

/* conda activate is a function of the shell, which `conda shell.bash hook` prints. Behind || their
 * own scripts may fail here and there, as they do. */
static void conda_append(const char *name, GString *out)
{
    g_autofree char *message =
        g_strdup_printf("srx: the conda environment '%s' cannot be activated here", name);

    g_string_append(out, "srx_hook=$(\"$(command -v conda || echo \"${CONDA_EXE:-conda}\")\" "
                         "shell.bash hook) &&\n"
                         "    eval \"$srx_hook\" && conda activate ");
    shell_quote_append(out, name);
    message_append(message, out);
}

static void venv_append(const char *path, GString *out)
{
    g_autofree char *script = g_strconcat(*path == '-' ? "./" : "", path, "/bin/activate", NULL);
    g_autofree char *message = g_strdup_printf("srx: '%s' cannot be activated here", script);

    g_string_append(out, "source ");
    shell_quote_append(out, script);
    message_append(message, out);
}

void jobscript_activation_append(const JobScript *self, GString *out)
{
    if (self->conda)
        conda_append(self->conda, out);
    if (self->venv)
        venv_append(self->venv, out);
}

void jobscript_lines_append(char *const *lines, GString *out)
{
    for (; lines && *lines; lines++)
        g_string_append_printf(out, "%s\n", *lines);
}

void jobscript_cap_append(const JobScript *self, GString *out)
{
    if (self->requeue_max > 0)
        g_string_append_printf(
            out,
            "[ \"${SLURM_RESTART_COUNT:-0}\" -le %u ] || { echo \"srx: requeued "
            "$SLURM_RESTART_COUNT times, at most %u are wanted\" >&2; exit 75; }\n",
            self->requeue_max, self->requeue_max);
}

/* While the script waits for the command it hears of the limit at once. A wait that a signal ended
 * is begun again, so that the status is always the command's. */
static const char requeue_functions[] =
    "srx_requeue() {\n"
    "    local left=$srx_patience\n"
    "    srx_interrupted=1\n"
    "    if ((${SLURM_RESTART_COUNT:-0} >= srx_requeue_max)); then\n"
    "        echo \"srx: the time limit is near; not requeued, as that was done "
    "$srx_requeue_max times\" >&2\n"
    "        return 0\n"
    "    fi\n"
    "    echo \"srx: the time limit is near; the job is requeued "
    "($((${SLURM_RESTART_COUNT:-0} + 1)) of $srx_requeue_max)\" >&2\n"
    "    kill -s \"$srx_signal\" \"$srx_command\" 2>/dev/null || :\n"
    "    while ((left-- > 0)) && kill -0 \"$srx_command\" 2>/dev/null; do sleep 1; done\n"
    "    scontrol requeue \"$SLURM_JOB_ID\" || echo 'srx: scontrol requeue failed' >&2\n"
    "}\n"
    "srx_wait() {\n"
    "    local status\n"
    "    while :; do\n"
    "        srx_interrupted=\n"
    "        wait \"$srx_command\"\n"
    "        status=$?\n"
    "        [[ $srx_interrupted ]] || return \"$status\"\n"
    "    done\n"
    "}\n";

void jobscript_once_append(const JobScript *self, GString *out)
{
    if (self->guard_seconds > 0)
        g_string_append(out, guard_functions());
    if (self->requeue_max > 0 && self->requeue_signal) {
        g_string_append(out, requeue_functions);
        g_string_append_printf(out,
                               "srx_requeue_max=%u srx_patience=%u srx_signal=", self->requeue_max,
                               self->requeue_notice / 2);
        shell_quote_append(out, self->requeue_signal);
        g_string_append_c(out, '\n');
    }
    jobscript_cap_append(self, out);
}
