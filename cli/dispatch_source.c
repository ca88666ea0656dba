/* One job of a workflow as what its batch script is made of. */
#include "cli/dispatch_source.h"

#include "planner/template.h"
#include <string.h>

/* ---- the rest of a JobSpec --------------------------------------------------------------- */

const char *job_spec_rest_find(const JobSpec *spec, const char *option)
{
    const size_t length = strlen(option);
    const char *found = NULL;

    for (char **word = spec->rest; word && *word; word++)
        if (g_str_has_prefix(*word, option) && (*word)[length] == '=')
            found = *word + length + 1; /* as for sbatch, the last one counts */
    return found;
}

void job_spec_rest_add(JobSpec *spec, const char *option, const char *value)
{
    const guint n = spec->rest ? g_strv_length(spec->rest) : 0;

    spec->rest = g_renew(char *, spec->rest, n + 2);
    spec->rest[n] = g_strdup_printf("%s=%s", option, value);
    spec->rest[n + 1] = NULL;
}

/* ---- scripts of the user's --------------------------------------------------------------- */

/* As named from here, or beside the workflow. (transfer full) */
static char *find_script(const WorkflowJob *job)
{
    const char *path = job->command[0];
    g_autofree char *folder = g_path_get_dirname(job->file ? job->file : "");
    g_autofree char *beside = g_build_filename(folder, path, NULL);

    if (!g_path_is_absolute(path) && !g_file_test(path, G_FILE_TEST_EXISTS) &&
        g_file_test(beside, G_FILE_TEST_EXISTS))
        return g_steal_pointer(&beside);
    return g_strdup(path);
}

static char *look_up(void *self, char *const *path, GError **error)
{
    (void)error;
    for (char *const *pair = self; pair && *pair; pair++) {
        const char *equals = strchr(*pair, '=');

        if (!path[1] && strlen(path[0]) == (size_t)(equals - *pair) &&
            g_str_has_prefix(*pair, path[0]))
            return g_strdup(equals + 1);
    }
    return NULL;
}

static bool read_script(DispatchSource *self, const WorkflowJob *job, GError **error)
{
    g_autofree char *path = find_script(job);
    g_autofree char *text = NULL;
    g_autoptr(GError) cause = NULL;

    if (!g_file_get_contents(path, &text, NULL, &cause))
        return srx_fail(error, SRX_ERROR_INPUT, "expected a job script at '%s': %s", path,
                        cause->message);
    if (job->script_vars && job->script_vars[0]) {
        self->own = template_render(text, look_up, job->script_vars, &cause);
        if (!self->own)
            return srx_fail(error, SRX_ERROR_INPUT, "%s: %s", path, cause->message);
    } else {
        self->own = g_steal_pointer(&text);
    }
    self->script.own = self->own;
    return true;
}

/* ---- all of it --------------------------------------------------------------------------- */

static JobRuntime runtime_of(const char *name)
{
    if (g_strcmp0(name, "apptainer") == 0)
        return JOB_CONTAINER_APPTAINER;
    return g_strcmp0(name, "singularity") == 0 ? JOB_CONTAINER_SINGULARITY : JOB_CONTAINER_PYXIS;
}

static void take_container(DispatchSource *self, const Container *from)
{
    self->container = (JobContainer){.runtime = runtime_of(from->runtime),
                                     .image = from->image,
                                     .mounts = from->mounts,
                                     .workdir = from->workdir,
                                     .flags = from->flags,
                                     .overlay = from->overlay,
                                     .env = from->env,
                                     .nv = from->nv,
                                     .rocm = from->rocm,
                                     .cleanenv = from->cleanenv,
                                     .fakeroot = from->fakeroot,
                                     .writable_tmpfs = from->writable_tmpfs};
    self->script.container = &self->container;
}

bool dispatch_source_init(DispatchSource *out, const WorkflowJob *job, GError **error)
{
    static const JobScriptKind kinds[] = {JOBSCRIPT_ARGV, JOBSCRIPT_SHELL, JOBSCRIPT_OWN};

    *out = (DispatchSource){.script = {.kind = kinds[job->runs],
                                       .command = job->command,
                                       .env = job->env,
                                       .conda = job->conda,
                                       .venv = job->venv,
                                       .setup = job->setup,
                                       .teardown = job->teardown,
                                       .srun_args = job->srun_args,
                                       .launch_prefix = job->launch_prefix,
                                       .done_when = job->done_when,
                                       .requeue_max = job->requeue_max}};
    if (job->container)
        take_container(out, job->container);
    if (job->template_path)
        return srx_fail(error, SRX_ERROR_INPUT,
                        "template: srx writes the script itself and has no use for '%s'; give a "
                        "script of your own as script_path, or say what it adds as setup lines",
                        job->template_path);
    if (job->runs != RUNS_SCRIPT)
        return true;
    if (!job->command || !job->command[0])
        return srx_fail(error, SRX_ERROR_INPUT, "expected the path of a script, found none");
    out->script.command = job->command[1] ? job->command + 1 : job->spec->script_args;
    return read_script(out, job, error);
}

void dispatch_source_clear(DispatchSource *self)
{
    g_clear_pointer(&self->own, g_free);
    g_clear_pointer(&self->signal, g_free);
}

/* ---- requeueing -------------------------------------------------------------------------- */

enum { NOTICE_USUAL = 90 };

/* [s] before the limit: a quarter of it where that is short. */
static uint32_t usual_notice(uint32_t limit)
{
    return limit < 6 ? MAX(limit, 1) * 15 : NOTICE_USUAL;
}

/* "B:USR1@60" -> USR1, 60, and whether R stands before it. */
static bool read_signal(const char *text, char **name, uint32_t *notice, bool *reserved)
{
    g_autoptr(GRegex) form = g_regex_new("^(?:([RB]*):)?(?:SIG)?([A-Z0-9]+)(?:@([0-9]{1,5}))?$",
                                         G_REGEX_CASELESS | G_REGEX_DOLLAR_ENDONLY, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    g_autofree char *flags = NULL, *seconds = NULL, *word = NULL;

    if (!g_regex_match(form, text, 0, &match))
        return false;
    flags = g_match_info_fetch(match, 1);
    word = g_match_info_fetch(match, 2);
    seconds = g_match_info_fetch(match, 3);
    *reserved = flags && strpbrk(flags, "Rr");
    *name = g_ascii_strup(word, -1);
    if (seconds && *seconds)
        *notice = (uint32_t)g_ascii_strtoull(seconds, NULL, 10);
    else
        *notice = 60; /* Slurm's */
    return true;
}

bool dispatch_source_requeue(DispatchSource *self, const WorkflowJob *job, JobSpec *spec,
                             GError **error)
{
    uint32_t notice = usual_notice(spec->time_limit);
    bool reserved = false;

    g_clear_pointer(&self->signal, g_free);
    if (job->requeue_max == 0)
        return true;
    if (spec->requeue == CHOICE_NO)
        return srx_fail(error, SRX_ERROR_INPUT,
                        "requeue_max: expected a job that may be requeued, found --no-requeue");
    spec->requeue = CHOICE_YES;
    if (!job_spec_rest_find(spec, "--open-mode"))
        job_spec_rest_add(spec, "--open-mode", "append");
    if (job->runs == RUNS_SCRIPT)
        return true; /* its own business, but for the cap */
    if (!spec->signal)
        self->signal = g_strdup("USR2");
    else if (!read_signal(spec->signal, &self->signal, &notice, &reserved))
        return srx_fail(error, SRX_ERROR_INPUT, "signal: expected such as B:USR2@90, found '%s'",
                        spec->signal);
    g_free(spec->signal);
    spec->signal = g_strdup_printf("%sB:%s@%u", reserved ? "R" : "", self->signal, notice);
    self->script.requeue_signal = self->signal;
    self->script.requeue_notice = notice;
    return true;
}
