/* The running configuration of a cluster, as scontrol shows it, as a slurm.conf. */
#include "slurmio/liveconf.h"

#include "base/hostlist.h"
#include "slurmio/scontrol.h"

#include <string.h>

#define TAKEN_AT "Configuration data as of "

struct LiveConfig {
    GHashTable *values; /* key in lower case -> value */
    int64_t taken_at;
};

/* ---- scontrol show config ---- */

/* "30 sec", "0 min" -> the number. */
static void cut_unit(char *value)
{
    if (g_ascii_isdigit(*value) && strchr(value, ' '))
        *strchr(value, ' ') = '\0';
}

static void take_line(LiveConfig *self, const char *line)
{
    const char *equals = strstr(line, " = ");
    g_autofree char *key = equals ? g_ascii_strdown(line, equals - line) : NULL;
    g_autofree char *value = equals ? g_strdup(equals + 3) : NULL;

    if (g_str_has_prefix(line, TAKEN_AT))
        self->taken_at = g_ascii_strtoll(line + strlen(TAKEN_AT), NULL, 10);
    if (!equals)
        return;
    g_strstrip(key);
    g_strstrip(value);
    cut_unit(value);
    if (*value && !g_str_equal(value, "(null)") && !g_str_equal(value, "N/A"))
        g_hash_table_replace(self->values, g_steal_pointer(&key), g_steal_pointer(&value));
}

LiveConfig *live_config_parse(const char *text)
{
    LiveConfig *self = g_new0(LiveConfig, 1);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    self->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (char **line = lines; *line; line++)
        take_line(self, *line);
    return self;
}

void live_config_free(LiveConfig *self)
{
    if (!self)
        return;
    g_hash_table_unref(self->values);
    g_free(self);
}

const char *live_config_get(const LiveConfig *self, const char *key)
{
    g_autofree char *lower = g_ascii_strdown(key, -1);

    return g_hash_table_lookup(self->values, lower);
}

int64_t live_config_taken_at(const LiveConfig *self)
{
    return self->taken_at;
}

static bool is_set(const char *value)
{
    return value && !g_str_equal(value, "UNLIMITED");
}

bool live_config_has_default_memory(const LiveConfig *self, const char *partitions)
{
    g_autoptr(GPtrArray) records = scontrol_records(partitions, "PartitionName");

    if (is_set(live_config_get(self, "DefMemPerNode")) ||
        is_set(live_config_get(self, "DefMemPerCPU")))
        return true;
    for (guint i = 0; i < records->len; i++) {
        g_autofree char *node = scontrol_value(records->pdata[i], "DefMemPerNode");
        g_autofree char *cpu = scontrol_value(records->pdata[i], "DefMemPerCPU");

        if (is_set(node) || is_set(cpu))
            return true;
    }
    return false;
}

/* ---- the lines ---- */

static const char *const global_keys[] = {"AccountingStorageEnforce",
                                          "AccountingStorageTRES",
                                          "CompleteWait",
                                          "DefMemPerCPU",
                                          "DefMemPerNode",
                                          "DependencyParameters",
                                          "EnforcePartLimits",
                                          "FairShareDampeningFactor",
                                          "GresTypes",
                                          "InactiveLimit",
                                          "JobDefaults",
                                          "JobRequeue",
                                          "JobSubmitPlugins",
                                          "KillWait",
                                          "MaxArraySize",
                                          "MaxBatchRequeue",
                                          "MaxJobCount",
                                          "MaxMemPerCPU",
                                          "MaxMemPerNode",
                                          "MessageTimeout",
                                          "MinJobAge",
                                          "OverTimeLimit",
                                          "PreemptExemptTime",
                                          "PreemptMode",
                                          "PreemptParameters",
                                          "PreemptType",
                                          "PriorityCalcPeriod",
                                          "PriorityDecayHalfLife",
                                          "PriorityFavorSmall",
                                          "PriorityFlags",
                                          "PriorityMaxAge",
                                          "PriorityParameters",
                                          "PrioritySiteFactorPlugin",
                                          "PriorityType",
                                          "PriorityUsageResetPeriod",
                                          "PriorityWeightAge",
                                          "PriorityWeightAssoc",
                                          "PriorityWeightFairShare",
                                          "PriorityWeightJobSize",
                                          "PriorityWeightPartition",
                                          "PriorityWeightQOS",
                                          "PriorityWeightTRES",
                                          "PrivateData",
                                          "PrologFlags",
                                          "ResvOverRun",
                                          "ReturnToService",
                                          "SchedulerParameters",
                                          "SchedulerTimeSlice",
                                          "SchedulerType",
                                          "SelectType",
                                          "SelectTypeParameters",
                                          "SlurmdTimeout",
                                          "TopologyParam",
                                          "TopologyPlugin",
                                          "TrackWCKey"};

static void add_programs(GString *out, const LiveConfig *config)
{
    static const char *const programs[] = {"Prolog", "Epilog"};

    for (size_t i = 0; i < G_N_ELEMENTS(programs); i++) {
        g_autofree char *numbered = g_strconcat(programs[i], "[0]", NULL);

        if (live_config_get(config, programs[i]) || live_config_get(config, numbered))
            g_string_append_printf(out, "%s=/bin/true\n", programs[i]);
    }
}

static void add_licenses(GString *out, const LiveConfig *config, const char *licenses)
{
    g_autoptr(GPtrArray) records = scontrol_records(licenses ? licenses : "", "LicenseName");
    const char *configured = live_config_get(config, "Licenses");

    if (records->len == 0 && configured)
        g_string_append_printf(out, "Licenses=%s\n", configured);
    for (guint i = 0; i < records->len; i++) {
        g_autofree char *name = scontrol_value(records->pdata[i], "LicenseName");

        g_string_append_printf(out, "%s%s:%" G_GINT64_FORMAT, i == 0 ? "Licenses=" : ",", name,
                               scontrol_number(records->pdata[i], "Total", 0));
    }
    if (records->len > 0)
        g_string_append_c(out, '\n');
}

static void add_globals(GString *out, const LiveConfig *config, const char *licenses,
                        const Aliases *aliases)
{
    const char *name = live_config_get(config, "ClusterName");

    g_string_append_printf(out, "ClusterName=%s\n",
                           name && !aliases_active(aliases) ? name : "cluster");
    for (size_t i = 0; i < G_N_ELEMENTS(global_keys); i++) {
        const char *value = live_config_get(config, global_keys[i]);

        if (value && !(strstr(global_keys[i], "Mem") && g_str_equal(value, "UNLIMITED")))
            g_string_append_printf(out, "%s=%s\n", global_keys[i], value);
    }
    add_programs(out, config);
    add_licenses(out, config, licenses);
}

/* "gpu:a100:2(S:0-1),mps:100" without what stands in parentheses. */
static char *without_parentheses(const char *text)
{
    GString *out = g_string_new(NULL);
    int depth = 0;

    for (; *text; text++) {
        depth += *text == '(';
        if (depth == 0)
            g_string_append_c(out, *text);
        depth -= *text == ')' && depth > 0;
    }
    return g_string_free(out, FALSE);
}

/* What a node is, without its name. */
static char *describe_node(const char *record)
{
    static const struct {
        const char *shown, *configured;
    } keys[] = {{"CPUTot", "CPUs"},
                {"Sockets", "Sockets"},
                {"CoresPerSocket", "CoresPerSocket"},
                {"ThreadsPerCore", "ThreadsPerCore"},
                {"RealMemory", "RealMemory"},
                {"TmpDisk", "TmpDisk"},
                {"Weight", "Weight"},
                {"AvailableFeatures", "Feature"},
                {"CoreSpecCount", "CoreSpecCount"},
                {"CPUSpecList", "CPUSpecList"},
                {"MemSpecLimit", "MemSpecLimit"},
                {"Gres", "Gres"}};
    GString *out = g_string_new(NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        g_autofree char *value = scontrol_value(record, keys[i].shown);
        g_autofree char *plain = value ? without_parentheses(value) : NULL;

        if (plain && *plain)
            g_string_append_printf(out, " %s=%s", keys[i].configured, plain);
    }
    return g_string_free(out, FALSE);
}

static void add_node_line(GString *out, const GPtrArray *names, const char *description)
{
    g_autofree char *list =
        hostlist_compress((const char *const *)(const void *)names->pdata, names->len);

    g_string_append_printf(out, "NodeName=%s%s\n", list, description);
}

/* Neighbours that are alike share a line: the order of nodes stays Slurm's. */
static void add_nodes(GString *out, const char *nodes)
{
    g_autoptr(GPtrArray) records = scontrol_records(nodes, "NodeName");
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *alike = NULL;

    for (guint i = 0; i < records->len; i++) {
        char *description = describe_node(records->pdata[i]);

        if (alike && !g_str_equal(alike, description)) {
            add_node_line(out, names, alike);
            g_ptr_array_set_size(names, 0);
        }
        g_free(alike);
        alike = description;
        g_ptr_array_add(names, scontrol_value(records->pdata[i], "NodeName"));
    }
    if (alike)
        add_node_line(out, names, alike);
}

/* Values that say what would hold without them are left out. */
static bool says_something(const char *key, const char *value)
{
    static const char *const nothing[] = {"NO", "ALL", "0"};

    if (g_str_equal(value, "UNLIMITED"))
        return g_str_equal(key, "MaxTime");
    for (size_t i = 0; i < G_N_ELEMENTS(nothing); i++)
        if (g_str_equal(value, nothing[i]))
            return g_str_equal(key, "PriorityTier") || g_str_equal(key, "PriorityJobFactor");
    return true;
}

/* Groups have no other names here. */
static bool is_private(const char *key, const Aliases *aliases)
{
    return aliases_active(aliases) && g_str_equal(key, "AllowGroups");
}

static void add_partition(GString *out, const char *record, Aliases *aliases)
{
    static const char *const keys[] = {"Nodes",
                                       "Default",
                                       "State",
                                       "QoS",
                                       "AllowAccounts",
                                       "DenyAccounts",
                                       "AllowQos",
                                       "DenyQos",
                                       "AllowGroups",
                                       "DefaultTime",
                                       "MaxTime",
                                       "MinNodes",
                                       "MaxNodes",
                                       "GraceTime",
                                       "LLN",
                                       "PriorityJobFactor",
                                       "PriorityTier",
                                       "PreemptMode",
                                       "OverSubscribe",
                                       "OverTimeLimit",
                                       "DefMemPerNode",
                                       "DefMemPerCPU",
                                       "MaxMemPerNode",
                                       "MaxMemPerCPU",
                                       "MaxCPUsPerNode",
                                       "MaxCPUsPerSocket",
                                       "JobDefaults",
                                       "ExclusiveUser",
                                       "ExclusiveTopo",
                                       "DisableRootJobs",
                                       "RootOnly",
                                       "ReqResv",
                                       "Hidden",
                                       "SelectTypeParameters",
                                       "TRESBillingWeights"};
    g_autofree char *name = scontrol_value(record, "PartitionName");

    g_string_append_printf(out, "PartitionName=%s", name);
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        g_autofree char *value = scontrol_value(record, keys[i]);
        g_autofree char *told =
            value && g_str_has_suffix(keys[i], "Accounts") && says_something(keys[i], value)
                ? alias_list(aliases, ALIAS_ACCOUNT, value)
                : g_strdup(value);

        if (told && says_something(keys[i], told) && !is_private(keys[i], aliases))
            g_string_append_printf(out, " %s=%s", keys[i], told);
    }
    g_string_append_c(out, '\n');
}

char *live_conf_text(const LiveConfig *config, const LiveTables *tables, Aliases *aliases)
{
    g_autoptr(GPtrArray) partitions = scontrol_records(tables->partitions, "PartitionName");
    GString *out = g_string_new("# The scheduling part of a running cluster's configuration.\n");

    add_globals(out, config, tables->licenses, aliases);
    add_nodes(out, tables->nodes);
    for (guint i = 0; i < partitions->len; i++)
        add_partition(out, partitions->pdata[i], aliases);
    return g_string_free(out, FALSE);
}

char *live_conf_states(const char *nodes)
{
    g_autoptr(GPtrArray) records = scontrol_records(nodes, "NodeName");
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < records->len; i++) {
        g_autofree char *name = scontrol_value(records->pdata[i], "NodeName");
        g_autofree char *state = scontrol_value(records->pdata[i], "State");

        g_string_append_printf(out, "NodeName=%s State=%s\n", name, state ? state : "UNKNOWN");
    }
    return g_string_free(out, FALSE);
}

char *live_conf_topology(const char *switches)
{
    g_autoptr(GPtrArray) records = scontrol_records(switches, "SwitchName");
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < records->len; i++) {
        g_autofree char *name = scontrol_value(records->pdata[i], "SwitchName");
        g_autofree char *below = scontrol_value(records->pdata[i], "Switches");
        g_autofree char *nodes = scontrol_value(records->pdata[i], "Nodes");

        if (below || nodes)
            g_string_append_printf(out, "SwitchName=%s %s=%s\n", name, below ? "Switches" : "Nodes",
                                   below ? below : nodes);
    }
    if (out->len > 0)
        return g_string_free(out, FALSE);
    g_string_free(out, TRUE);
    return NULL;
}
