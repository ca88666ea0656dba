/* slurm.conf: what a controller enforces, its limits, timers and defaults.
 * Source: Slurm 24.05 read_config.c. */
#include "slurmio/slurmconf_read.h"

#include "base/units.h"
#include <string.h>

/* ---- shared with partitions ---- */

void slurmconf_memory_rule(const ConfRecord *record, const char *kind, MemoryRule *out)
{
    g_autofree char *per_node = g_strconcat(kind, "MemPerNode", NULL);
    g_autofree char *per_cpu = g_strconcat(kind, "MemPerCPU", NULL);
    uint64_t amount = 0;

    if (conf_record_u64(record, per_node, &amount)) {
        *out = (MemoryRule){amount == UINT64_MAX ? 0 : amount, false};
        if (conf_record_find(record, per_cpu))
            conf_record_say(record, per_cpu, DIAG_WARNING, "%s is ignored, as %s is set", per_cpu,
                            per_node);
        return;
    }
    if (conf_record_u64(record, per_cpu, &amount))
        *out = (MemoryRule){amount == UINT64_MAX ? 0 : amount, true};
}

static void take_job_default(const ConfPair *pair, Diags *diags, const char *item, uint64_t *out)
{
    const char *value = strchr(item, '=') + 1;

    if (!count_parse(value, out, NULL))
        conf_pair_say(pair, diags, DIAG_ERROR, "%s: expected a number in '%s'", pair->key, item);
}

void slurmconf_job_defaults(const ConfRecord *record, Diags *diags, uint64_t *cpus,
                            uint64_t *memory)
{
    const ConfPair *pair = conf_record_find(record, "JobDefaults");
    g_auto(GStrv) items = NULL;

    conf_record_u64(record, "DefCpuPerGPU", cpus);
    conf_record_u64(record, "DefMemPerGPU", memory);
    conf_record_words(record, "JobDefaults", &items);
    for (char **item = items; item && *item; item++) {
        if (g_ascii_strncasecmp(*item, "DefCpuPerGPU=", strlen("DefCpuPerGPU=")) == 0)
            take_job_default(pair, diags, *item, cpus);
        else if (g_ascii_strncasecmp(*item, "DefMemPerGPU=", strlen("DefMemPerGPU=")) == 0)
            take_job_default(pair, diags, *item, memory);
        else
            conf_pair_say(pair, diags, DIAG_ERROR,
                          "%s: expected DefCpuPerGPU=... or DefMemPerGPU=..., found '%s'",
                          pair->key, *item);
    }
}

/* ---- accounting ---- */

static bool enforce_word(const char *word, uint32_t *flags)
{
    static const struct {
        const char *word;
        uint32_t flags;
    } words[] = {
        {"1", ENFORCE_ASSOCIATIONS},
        {"associations", ENFORCE_ASSOCIATIONS},
        {"2", ENFORCE_ASSOCIATIONS | ENFORCE_LIMITS},
        {"limits", ENFORCE_ASSOCIATIONS | ENFORCE_LIMITS},
        {"safe", ENFORCE_ASSOCIATIONS | ENFORCE_LIMITS | ENFORCE_SAFE},
        {"qos", ENFORCE_ASSOCIATIONS | ENFORCE_QOS},
        {"wckeys", ENFORCE_ASSOCIATIONS | ENFORCE_WCKEYS},
        {"all",
         ENFORCE_ASSOCIATIONS | ENFORCE_LIMITS | ENFORCE_QOS | ENFORCE_SAFE | ENFORCE_WCKEYS},
        {"nojobs", 0},
        {"nosteps", 0},
        {"none", 0},
        {"0", 0},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (g_ascii_strcasecmp(words[i].word, word) == 0) {
            *flags |= words[i].flags;
            return true;
        }
    }
    return false;
}

static void read_enforce(SlurmConf *self)
{
    static const char *const known[] = {"associations", "limits", "safe",   "qos",
                                        "wckeys",       "all",    "nojobs", "nosteps"};
    const char *key = "AccountingStorageEnforce";
    g_auto(GStrv) words = NULL;

    conf_record_words(self->global, key, &words);
    for (char **word = words; word && *word; word++) {
        const char *near = nearest_word(*word, known, G_N_ELEMENTS(known));

        if (!enforce_word(*word, &self->cluster->config.enforce))
            conf_record_say(self->global, key, DIAG_ERROR,
                            "%s: expected associations, limits, qos, safe, wckeys, nojobs, nosteps "
                            "or all, found '%s'%s%s",
                            key, *word, near ? "; did you mean " : "", near ? near : "");
    }
}

static void read_part_limits(SlurmConf *self)
{
    static const char *const words[] = {"no",   "down", "false", "0",   "yes", "up",
                                        "true", "1",    "any",   "all", NULL};
    int word = 0;

    if (!conf_record_choice(self->global, "EnforcePartLimits", words, &word))
        return;
    if (word < 4)
        self->cluster->config.enforce_part_limits = PART_LIMITS_NO;
    else
        self->cluster->config.enforce_part_limits = word == 9 ? PART_LIMITS_ALL : PART_LIMITS_ANY;
}

static void add_tres(SlurmConf *self, const char *key, const char *name)
{
    if (cluster_tres(self->cluster, name) == TRES_MAX)
        conf_record_say(self->global, key, DIAG_WARNING,
                        "%s: %s is not tracked, as more than %d kinds of resources are named", key,
                        name, TRES_MAX);
}

static void read_tres(SlurmConf *self)
{
    g_auto(GStrv) names = NULL, gres = NULL;

    conf_record_words(self->global, "GresTypes", &gres);
    for (char **name = gres; name && *name; name++) {
        g_autofree char *tres = g_strconcat("gres/", *name, NULL);

        if (g_ascii_strcasecmp(*name, "none") == 0)
            continue;
        cluster_gres_name(self->cluster, *name);
        add_tres(self, "GresTypes", tres);
    }
    conf_record_words(self->global, "AccountingStorageTRES", &names);
    for (char **name = names; name && *name; name++)
        add_tres(self, "AccountingStorageTRES", *name);
}

static void read_licenses(SlurmConf *self)
{
    g_auto(GStrv) items = NULL;

    conf_record_words(self->global, "Licenses", &items);
    for (char **item = items; item && *item; item++) {
        char *separator = *item + strcspn(*item, ":*=");
        uint64_t total = 1;

        if (*separator) {
            *separator = '\0';
            if (!count_parse(separator + 1, &total, NULL) || total > UINT32_MAX) {
                conf_record_say(self->global, "Licenses", DIAG_ERROR,
                                "Licenses: expected name:count, found '%s:%s'", *item,
                                separator + 1);
                continue;
            }
        }
        cluster_add_license(self->cluster, *item, (uint32_t)total);
    }
}

/* ---- timers and limits ---- */

static void read_minimum(const ConfRecord *global, const char *key, uint32_t least,
                         uint32_t fallback, uint32_t *out)
{
    uint32_t value = 0;

    if (!conf_record_u32(global, key, &value))
        return;
    if (value < least)
        conf_record_say(global, key, DIAG_WARNING,
                        "%s: expected at least %u, found %u; Slurm takes %u", key, least, value,
                        fallback);
    *out = value < least ? fallback : value;
}

static void read_timers(SlurmConf *self)
{
    Config *config = &self->cluster->config;
    const ConfPair *over = conf_record_find(self->global, "OverTimeLimit");
    uint16_t minutes = 0;

    conf_record_u32(self->global, "CompleteWait", &config->complete_wait);
    conf_record_u32(self->global, "KillWait", &config->kill_wait);
    conf_record_u32(self->global, "ReturnToService", &config->return_to_service);
    conf_record_u32(self->global, "MessageTimeout", &config->message_timeout);
    conf_record_u32(self->global, "SlurmdTimeout", &config->slurmd_timeout);
    read_minimum(self->global, "MinJobAge", 2, 2, &config->min_job_age);
    read_minimum(self->global, "SchedulerTimeSlice", 5, 30, &config->scheduler_time_slice);
    if (over && conf_record_u16(self->global, "OverTimeLimit", &minutes))
        config->over_time_limit = minutes;
    if (conf_record_u16(self->global, "ResvOverRun", &minutes))
        config->resv_over_run = minutes;
}

static void read_counts(SlurmConf *self)
{
    Config *config = &self->cluster->config;
    uint16_t requeue = 1;

    conf_record_u32(self->global, "MaxArraySize", &config->max_array_size);
    conf_record_u32(self->global, "MaxJobCount", &config->max_job_count);
    conf_record_u32(self->global, "MaxBatchRequeue", &config->max_batch_requeue);
    conf_record_u32(self->global, "FirstJobId", &config->first_job_id);
    if (conf_record_u16(self->global, "JobRequeue", &requeue))
        config->job_requeue = requeue != 0;
    if (config->max_job_count == 0)
        conf_record_say(self->global, "MaxJobCount", DIAG_ERROR,
                        "MaxJobCount: expected at least 1, found 0");
    if (config->first_job_id == 0)
        conf_record_say(self->global, "FirstJobId", DIAG_ERROR,
                        "FirstJobId: expected at least 1, found 0");
}

static bool has_word(const ConfRecord *global, const char *key, const char *word)
{
    g_auto(GStrv) words = NULL;

    conf_record_words(global, key, &words);
    for (char **at = words; at && *at; at++)
        if (g_ascii_strcasecmp(*at, word) == 0)
            return true;
    return false;
}

static void read_cred_expire(SlurmConf *self)
{
    const ConfPair *pair = conf_record_find(self->global, "AuthInfo");
    const char *value = pair ? strstr(pair->value, "cred_expire=") : NULL;
    uint64_t seconds;

    if (!value)
        return;
    seconds = g_ascii_strtoull(value + strlen("cred_expire="), NULL, 10);
    if (seconds >= 5 && seconds <= UINT32_MAX)
        self->cluster->config.cred_expire = (uint32_t)seconds;
    else
        conf_pair_say(pair, self->diags, DIAG_WARNING,
                      "AuthInfo: expected cred_expire of at least 5, found '%s'; 120 counts",
                      value + strlen("cred_expire="));
}

static void read_prologs(SlurmConf *self)
{
    static const char *const allocating[] = {
        "Alloc", "Contain", "NoHold", "X11", "DeferBatch", "ForceRequeueOnFail", "RunInJob"};
    Config *config = &self->cluster->config;

    config->has_epilog = conf_record_find(self->global, "Epilog") != NULL;
    config->has_prolog = conf_record_find(self->global, "Prolog") != NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(allocating); i++)
        if (has_word(self->global, "PrologFlags", allocating[i]))
            config->prolog_alloc = true;
    config->kill_invalid_depend =
        has_word(self->global, "DependencyParameters", "kill_invalid_depend");
}

static void read_name(SlurmConf *self)
{
    const ConfPair *pair = conf_record_find(self->global, "ClusterName");

    if (!pair)
        return;
    g_free(self->cluster->name);
    self->cluster->name = g_ascii_strdown(pair->value, -1);
}

void slurmconf_read_config(SlurmConf *self)
{
    Config *config = &self->cluster->config;

    read_name(self);
    read_enforce(self);
    read_part_limits(self);
    read_tres(self);
    read_licenses(self);
    read_timers(self);
    read_counts(self);
    read_cred_expire(self);
    read_prologs(self);
    slurmconf_memory_rule(self->global, "Def", &config->default_memory);
    slurmconf_memory_rule(self->global, "Max", &config->max_memory);
    slurmconf_job_defaults(self->global, self->diags, &config->default_cpu_per_gpu,
                           &config->default_mem_per_gpu);
}
