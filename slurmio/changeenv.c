/* The environment of commands that change something in Slurm: sbatch hands it on to the job. */
#include "slurmio/changeenv.h"

#include <string.h>

/* How slurmctld is reached. */
static const char *const reach[] = {"SLURM_CONF", "SLURM_CONF_SERVER", "SLURM_JWT"};

/* Options that decide neither where nor when nor on what a job runs. */
static const char *const harmless[] = {
    "SBATCH_ACCTG_FREQ",   "SBATCH_CPU_FREQ_REQ", "SBATCH_DEBUG",    "SBATCH_EXPORT",
    "SBATCH_GET_USER_ENV", "SBATCH_GPU_BIND",     "SBATCH_GPU_FREQ", "SBATCH_MEM_BIND",
    "SBATCH_NETWORK",      "SBATCH_NO_KILL",      "SBATCH_POWER",    "SBATCH_PROFILE"};

/* What sbatch and scancel 20.11 to 25.11 take from the environment beside these (their opt.c). */
static const char *const options[] = {"SBATCH_ACCOUNT",
                                      "SBATCH_ARRAY_INX",
                                      "SBATCH_BATCH",
                                      "SBATCH_BURST_BUFFER",
                                      "SBATCH_CLUSTERS",
                                      "SBATCH_CLUSTER_CONSTRAINT",
                                      "SBATCH_CONSTRAINT",
                                      "SBATCH_CONTAINER",
                                      "SBATCH_CONTAINER_ID",
                                      "SBATCH_CORE_SPEC",
                                      "SBATCH_CPUS_PER_GPU",
                                      "SBATCH_DELAY_BOOT",
                                      "SBATCH_DISTRIBUTION",
                                      "SBATCH_ERROR",
                                      "SBATCH_EXCLUSIVE",
                                      "SBATCH_GPUS",
                                      "SBATCH_GPUS_PER_NODE",
                                      "SBATCH_GPUS_PER_SOCKET",
                                      "SBATCH_GPUS_PER_TASK",
                                      "SBATCH_GRES",
                                      "SBATCH_GRES_FLAGS",
                                      "SBATCH_HINT",
                                      "SBATCH_IGNORE_PBS",
                                      "SBATCH_INPUT",
                                      "SBATCH_JOB_NAME",
                                      "SBATCH_MEM_PER_CPU",
                                      "SBATCH_MEM_PER_GPU",
                                      "SBATCH_MEM_PER_NODE",
                                      "SBATCH_NO_REQUEUE",
                                      "SBATCH_OPEN_MODE",
                                      "SBATCH_OUTPUT",
                                      "SBATCH_OVERCOMMIT",
                                      "SBATCH_PARTITION",
                                      "SBATCH_QOS",
                                      "SBATCH_REQUEUE",
                                      "SBATCH_REQ_SWITCH",
                                      "SBATCH_RESERVATION",
                                      "SBATCH_SEGMENT_SIZE",
                                      "SBATCH_SIGNAL",
                                      "SBATCH_SPREAD_JOB",
                                      "SBATCH_THREADS_PER_CORE",
                                      "SBATCH_THREAD_SPEC",
                                      "SBATCH_TIMELIMIT",
                                      "SBATCH_TRES_BIND",
                                      "SBATCH_TRES_PER_TASK",
                                      "SBATCH_USE_MIN_NODES",
                                      "SBATCH_WAIT",
                                      "SBATCH_WAIT4SWITCH",
                                      "SBATCH_WAIT_ALL_NODES",
                                      "SBATCH_WCKEY",
                                      "SCANCEL_ACCOUNT",
                                      "SCANCEL_BATCH",
                                      "SCANCEL_CRON",
                                      "SCANCEL_CTLD",
                                      "SCANCEL_FULL",
                                      "SCANCEL_HURRY",
                                      "SCANCEL_INTERACTIVE",
                                      "SCANCEL_NAME",
                                      "SCANCEL_PARTITION",
                                      "SCANCEL_QOS",
                                      "SCANCEL_RESERVATION",
                                      "SCANCEL_STATE",
                                      "SCANCEL_USER",
                                      "SCANCEL_VERBOSE",
                                      "SCANCEL_WCKEY",
                                      "SLURM_CLUSTERS",
                                      "SLURM_EXIT_ERROR",
                                      "SLURM_HINT"};

static bool is_in(const char *name, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (g_str_equal(name, words[i]))
            return true;
    return false;
}

static bool is_option(const char *name)
{
    if (g_str_has_prefix(name, "SBATCH_"))
        return !is_in(name, harmless, G_N_ELEMENTS(harmless));
    return is_in(name, options, G_N_ELEMENTS(options));
}

/* The others say whom scancel cancels, or how sbatch ends. */
static bool shapes_the_job(const char *name)
{
    return !g_str_has_prefix(name, "SCANCEL_") && !g_str_equal(name, "SLURM_EXIT_ERROR");
}

static bool is_of_a_job(const char *name)
{
    static const char *const prefixes[] = {"SLURM_", "SLURMD_", "SRUN_", "PMI_", "PMIX_"};

    for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++)
        if (g_str_has_prefix(name, prefixes[i]))
            return true;
    return false;
}

static char *name_of(const char *setting)
{
    const char *end = strchr(setting, '=');

    return end ? g_strndup(setting, (gsize)(end - setting)) : g_strdup(setting);
}

char **change_environment(char *const *environment, char *const *added, GPtrArray *left_out)
{
    GPtrArray *out = g_ptr_array_new();
    bool inside = g_environ_getenv((char **)(guintptr)environment, "SLURM_JOB_ID") != NULL;
    char **kept;

    for (char *const *at = environment; *at; at++) {
        g_autofree char *name = name_of(*at);
        bool asks = is_option(name);

        if (left_out && asks && shapes_the_job(name))
            g_ptr_array_add(left_out, g_strdup(name));
        if (is_in(name, reach, G_N_ELEMENTS(reach)) || !(asks || (inside && is_of_a_job(name))))
            g_ptr_array_add(out, g_strdup(*at));
    }
    g_ptr_array_add(out, NULL);
    kept = (char **)g_ptr_array_free(out, FALSE);
    for (char *const *at = added; at && *at; at++) {
        g_autofree char *name = name_of(*at);

        kept = g_environ_setenv(kept, name,
                                strlen(*at) > strlen(name) ? *at + strlen(name) + 1 : "", TRUE);
    }
    return kept;
}

void change_environment_words(GPtrArray *words)
{
    for (size_t i = 0; i < G_N_ELEMENTS(options); i++) {
        g_ptr_array_add(words, g_strdup("-u"));
        g_ptr_array_add(words, g_strdup(options[i]));
    }
}
