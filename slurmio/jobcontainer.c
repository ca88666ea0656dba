/* The container a job runs in. */
#include "slurmio/jobcontainer.h"

#include "slurmio/shellquote.h"
#include <string.h>

static const char *program_of(JobRuntime runtime)
{
    return runtime == JOB_CONTAINER_SINGULARITY ? "singularity" : "apptainer";
}

/* ---- whether it can be run --------------------------------------------------------------- */

static bool is_pyxis_flag(const char *flag)
{
    return g_str_has_prefix(flag, "--container-") || g_str_has_prefix(flag, "--no-container-");
}

static bool names_container(const JobContainer *self)
{
    for (char *const *flag = self->flags; flag && *flag; flag++)
        if (g_str_has_prefix(*flag, "--container-name") ||
            g_str_has_prefix(*flag, "--container-image"))
            return true;
    return false;
}

static bool check_flags(const JobContainer *self, GError **error)
{
    for (char *const *flag = self->flags; flag && *flag; flag++) {
        if (self->runtime == JOB_CONTAINER_PYXIS && !is_pyxis_flag(*flag))
            return srx_fail(error, SRX_ERROR_INPUT,
                            "container: expected flags of pyxis (--container-... or "
                            "--no-container-...), found '%s'",
                            *flag);
        if (**flag != '-')
            return srx_fail(error, SRX_ERROR_INPUT,
                            "container: expected flags that begin with '-', found '%s'", *flag);
    }
    return true;
}

static bool check_env(const JobContainer *self, GError **error)
{
    for (char *const *pair = self->env; pair && *pair; pair++)
        if (!g_regex_match_simple("^[A-Za-z_][A-Za-z0-9_]*=", *pair, 0, 0))
            return srx_fail(error, SRX_ERROR_INPUT,
                            "container: expected variables as NAME=VALUE, found '%s'", *pair);
    return true;
}

bool job_container_check(const JobContainer *self, GError **error)
{
    if (!self->image && !(self->runtime == JOB_CONTAINER_PYXIS && names_container(self)))
        return srx_fail(error, SRX_ERROR_INPUT, "container: expected an image%s",
                        self->runtime == JOB_CONTAINER_PYXIS ? ", or --container-name in its flags"
                                                             : "");
    return check_flags(self, error) && check_env(self, error);
}

/* ---- its words --------------------------------------------------------------------------- */

static void word_append(GString *out, const char *word)
{
    g_string_append_c(out, ' ');
    shell_quote_append(out, word);
}

static void option_append(GString *out, const char *option, const char *value)
{
    g_autofree char *word = g_strconcat(option, value, NULL);

    word_append(out, word);
}

/* "--option value" in one text is two words. */
static void flag_append(GString *out, const char *flag)
{
    const char *blank = strpbrk(flag, " \t");
    const char *equals = strchr(flag, '=');

    if (blank && !(equals && equals < blank)) {
        g_autofree char *option = g_strndup(flag, (gsize)(blank - flag));

        word_append(out, option);
        word_append(out, blank + strspn(blank, " \t"));
        return;
    }
    word_append(out, flag);
}

static void flags_append(GString *out, char *const *flags)
{
    for (; flags && *flags; flags++)
        flag_append(out, *flags);
}

void job_container_srun_append(const JobContainer *self, GString *out)
{
    if (self->runtime != JOB_CONTAINER_PYXIS)
        return;
    if (self->image)
        option_append(out, "--container-image=", self->image);
    if (self->mounts && self->mounts[0]) {
        g_autoptr(GString) mounts = g_string_new("--container-mounts=");

        for (char *const *mount = self->mounts; *mount; mount++)
            g_string_append_printf(mounts, "%s%s", mount == self->mounts ? "" : ",", *mount);
        word_append(out, mounts->str);
    }
    if (self->workdir)
        option_append(out, "--container-workdir=", self->workdir);
    flags_append(out, self->flags);
}

/* --env splits at commas, strips quotes and trips over a second '='. */
static bool fits_option(const char *pair)
{
    return g_regex_match_simple("^[A-Za-z0-9_]+=[A-Za-z0-9_ @%+:./-]*$", pair,
                                G_REGEX_DOLLAR_ENDONLY, 0);
}

void job_container_variables_append(const JobContainer *self, GString *out)
{
    const char *prefix =
        self->runtime == JOB_CONTAINER_SINGULARITY ? "SINGULARITYENV_" : "APPTAINERENV_";

    for (char *const *pair = self->env; pair && *pair; pair++) {
        const char *value = strchr(*pair, '=') + 1;

        if (fits_option(*pair))
            continue;
        g_string_append_printf(out, "export %s%.*s", prefix, (int)(value - *pair), *pair);
        shell_quote_append(out, value);
        g_string_append_c(out, '\n');
    }
}

void job_container_command_append(const JobContainer *self, GString *out)
{
    if (self->runtime == JOB_CONTAINER_PYXIS)
        return;
    g_string_append_printf(out, " %s exec", program_of(self->runtime));
    g_string_append_printf(out, "%s%s%s%s%s", self->nv ? " --nv" : "", self->rocm ? " --rocm" : "",
                           self->cleanenv ? " --cleanenv" : "", self->fakeroot ? " --fakeroot" : "",
                           self->writable_tmpfs ? " --writable-tmpfs" : "");
    if (self->overlay)
        option_append(out, "--overlay=", self->overlay);
    for (char *const *mount = self->mounts; mount && *mount; mount++)
        option_append(out, "--bind=", *mount);
    if (self->workdir)
        option_append(out, "--pwd=", self->workdir);
    for (char *const *pair = self->env; pair && *pair; pair++)
        if (fits_option(*pair))
            option_append(out, "--env=", *pair);
    flags_append(out, self->flags);
    word_append(out, self->image);
}
