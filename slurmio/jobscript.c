/* The batch script of a job: its frame. */
#include "slurmio/jobscript.h"

#include "slurmio/guard.h"
#include "slurmio/jobscript_parts.h"
#include "slurmio/shellquote.h"
#include <string.h>

static bool any(char *const *list)
{
    return list && list[0];
}

static bool check_env(const JobScript *self, GError **error)
{
    for (char *const *pair = self->env; pair && *pair; pair++)
        if (!g_regex_match_simple("^[A-Za-z_][A-Za-z0-9_]*=", *pair, 0, 0))
            return srx_fail(error, SRX_ERROR_INPUT,
                            "env_vars: expected variables as NAME=VALUE, found '%s'", *pair);
    return true;
}

static bool check(const JobScript *self, GError **error)
{
    if (self->requeue_signal &&
        !g_regex_match_simple("^[A-Z0-9]{1,12}$", self->requeue_signal, G_REGEX_DOLLAR_ENDONLY, 0))
        return srx_fail(error, SRX_ERROR_INPUT, "signal: expected one such as USR2, found '%s'",
                        self->requeue_signal);
    if (!check_env(self, error))
        return false;
    if (self->kind != JOBSCRIPT_OWN && !any(self->command))
        return srx_fail(error, SRX_ERROR_INPUT, "expected a command, found an empty one");
    if (self->kind == JOBSCRIPT_ARGV && (**self->command == '-' || **self->command == '\0'))
        return srx_fail(error, SRX_ERROR_INPUT, "expected a program to run, found '%s'",
                        *self->command);
    return !self->container || job_container_check(self->container, error);
}

/* ---- the command ------------------------------------------------------------------------- */

/* A text is for bash; in a container that has none, for its sh. */
static void shell_append(const JobScript *self, GString *out)
{
    g_string_append(out, self->container
                             ? " sh -c 'command -v bash >/dev/null || exec sh -c \"$0\"; exec bash "
                               "-c \"$0\"' "
                             : " bash -c ");
    shell_quote_append(out, self->command[0]);
}

static bool command_append(const JobScript *self, GString *out, GError **error)
{
    if (self->container)
        job_container_command_append(self->container, out);
    if (self->launch_prefix &&
        !shell_words_append(out, self->launch_prefix, "launch_prefix", error))
        return false;
    if (self->kind == JOBSCRIPT_SHELL) {
        shell_append(self, out);
        return true;
    }
    for (char *const *word = self->command; *word; word++) {
        g_string_append_c(out, ' ');
        shell_quote_append(out, *word);
    }
    return true;
}

static bool launch_append(const JobScript *self, GString *out, GError **error)
{
    g_string_append(out, "srx_launch=(srun");
    if (self->container)
        job_container_srun_append(self->container, out);
    if (self->srun_args && !shell_words_append(out, self->srun_args, "srun_args", error))
        return false;
    g_string_append(out, ")\n");
    if (self->container && self->container->runtime == JOB_CONTAINER_PYXIS)
        g_string_append(out, "[[ ! ${SRX_LOCAL-} ]] || { echo 'srx: pyxis has no containers "
                             "without Slurm' >&2; exit 1; }\n");
    else
        g_string_append(out, "[[ ! ${SRX_LOCAL-} ]] || srx_launch=()\n");
    return true;
}

static bool requeues(const JobScript *self)
{
    return self->requeue_max > 0 && self->requeue_signal;
}

/* The command, its status in $?. A script that has to hear signals waits for it, others run it. */
static bool run_append(const JobScript *self, GString *out, GError **error)
{
    if (self->guard_seconds > 0) {
        g_autofree char *begin = guard_begin(self->done_when, self->guard_seconds);

        g_string_append(out, begin);
    }
    if (requeues(self))
        g_string_append_printf(out, "trap srx_requeue %s\n", self->requeue_signal);
    g_string_append(out, "\"${srx_launch[@]}\"");
    if (!command_append(self, out, error))
        return false;
    if (requeues(self))
        g_string_append(out, " &\nsrx_command=$!\nsrx_wait");
    g_string_append_c(out, '\n');
    if (self->guard_seconds > 0)
        g_string_append(out, guard_end());
    g_string_append(out, "srx_status=$?\n");
    return true;
}

static void teardown_append(const JobScript *self, GString *out)
{
    if (!any(self->teardown))
        return;
    g_string_append(out, "(\nset -e\n");
    jobscript_lines_append(self->teardown, out);
    g_string_append(out, ")\nsrx_ended=$?\n[[ $srx_status != 0 ]] || srx_status=$srx_ended\n");
}

/* ---- the frame --------------------------------------------------------------------------- */

/* As srunx has it, for what looks for it; and since 22.05 srun does not take the number of CPUs
 * from the job by itself (sbatch(1), SRUN_CPUS_PER_TASK). */
static const char usual_variables[] =
    "export WORLD_SIZE=${SLURM_NTASKS:-1}\n"
    "[[ ! ${SLURM_CPUS_PER_TASK-} ]] || export SRUN_CPUS_PER_TASK=$SLURM_CPUS_PER_TASK\n";

static bool body_append(const JobScript *self, GString *out, GError **error)
{
    jobscript_exports_append(self, shell_quote_append, out);
    jobscript_activation_append(self, out);
    jobscript_lines_append(self->setup, out);
    g_string_append(out, "set +e\n");
    if (!launch_append(self, out, error) || !run_append(self, out, error))
        return false;
    teardown_append(self, out);
    return true;
}

static GString *frame_begin(const JobScript *self)
{
    GString *out = g_string_new("#!/bin/bash\n");

    jobscript_once_append(self, out);
    g_string_append(out, "set -eo pipefail\n");
    g_string_append(out, usual_variables);
    return out;
}

char *jobscript_text(const JobScript *self, GError **error)
{
    g_autoptr(GString) out = NULL;

    if (!check(self, error))
        return NULL;
    if (self->kind == JOBSCRIPT_OWN)
        return jobscript_own_text(self, error);
    out = frame_begin(self);
    if (!body_append(self, out, error))
        return NULL;
    g_string_append(out, "exit \"$srx_status\"\n");
    return g_string_free(g_steal_pointer(&out), FALSE);
}

char *jobscript_array(const JobScript *tasks, uint32_t n, GError **error)
{
    g_autoptr(GString) out = frame_begin(&tasks[0]);

    g_string_append(out, "case ${SLURM_ARRAY_TASK_ID-} in\n");
    for (uint32_t i = 0; i < n; i++) {
        if (!check(&tasks[i], error))
            return NULL;
        g_string_append_printf(out, "%s)\n", tasks[i].task);
        if (!body_append(&tasks[i], out, error))
            return NULL;
        g_string_append(out, ";;\n");
    }
    g_string_append(out, "*) echo \"srx: no task ${SLURM_ARRAY_TASK_ID-} in this array\" >&2; exit "
                         "1 ;;\nesac\nexit \"$srx_status\"\n");
    return g_string_free(g_steal_pointer(&out), FALSE);
}

/* ---- interactive ------------------------------------------------------------------------- */

char *jobscript_interactive(const JobScript *self, char *const *options, GError **error)
{
    g_autoptr(GString) out = g_string_new("srun");
    g_autoptr(GString) set_up = g_string_new(NULL);

    if ((self->container && !job_container_check(self->container, error)) ||
        !check_env(self, error))
        return NULL;
    for (; options && *options; options++) {
        g_string_append_c(out, ' ');
        shell_quote_append(out, *options);
    }
    if (self->container)
        job_container_srun_append(self->container, out);
    if (self->srun_args && !shell_words_append(out, self->srun_args, "srun_args", error))
        return NULL;
    g_string_append(out, " --pty");
    if (self->container)
        job_container_command_append(self->container, out);
    jobscript_exports_append(self, shell_quote_append, set_up);
    jobscript_activation_append(self, set_up);
    jobscript_lines_append(self->setup, set_up);
    if (set_up->len == 0) {
        g_string_append(out, " bash -i");
        return g_string_free(g_steal_pointer(&out), FALSE);
    }
    g_string_append(set_up, "exec bash -i");
    g_string_append(out, " bash -c ");
    shell_quote_append(out, set_up->str);
    return g_string_free(g_steal_pointer(&out), FALSE);
}
