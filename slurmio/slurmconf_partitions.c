/* slurm.conf: NodeSet and PartitionName lines.
 * Source: Slurm 24.05 read_config.c _parse_partitionname, _parse_nodeset. */
#include "slurmio/slurmconf_read.h"

#include "base/hostlist.h"
#include "base/units.h"
#include <stdlib.h>
#include <string.h>

typedef struct {
    const SlurmConf *conf;
    const ConfRecord *record;
    Partition *partition;
} Line;

static void say(const Line *line, const char *key, DiagLevel level, const char *text)
{
    conf_record_say(line->record, key, level, "partition %s: %s", line->partition->name, text);
}

/* ---- node sets ---- */

/* What a NodeSet line stands for, as a host list. */
typedef struct {
    char *name;
    char *nodes;
} NodeSetLine;

static void nodeset_line_free(NodeSetLine *self)
{
    g_free(self->name);
    g_free(self->nodes);
    g_free(self);
}

static void free_nodeset_line(void *self)
{
    nodeset_line_free(self);
}

/* The nodes that have one of @features. */
static char *nodes_with(const Cluster *cluster, char *const *features)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (uint32_t i = 0; i < cluster->n_nodes; i++) {
        char **own = cluster->nodes[i].features;
        bool has = false;

        for (char *const *feature = features; own && *feature && !has; feature++)
            has = g_strv_contains((const char *const *)own, *feature);
        if (has)
            g_ptr_array_add(names, cluster->nodes[i].name);
    }
    return hostlist_compress((const char *const *)names->pdata, names->len);
}

static NodeSetLine *read_nodeset(const SlurmConf *self, const ConfLine *line)
{
    g_autoptr(ConfRecord) record = conf_record_new(NULL, self->diags);
    const ConfPair *name, *nodes;
    g_auto(GStrv) features = NULL;
    g_autofree char *with = NULL;
    NodeSetLine *set;

    conf_record_take_line(record, line, CONF_NODESET);
    name = conf_record_find(record, "NodeSet");
    nodes = conf_record_find(record, "Nodes");
    if (!name)
        return NULL;
    if (conf_record_words(record, "Feature", &features))
        with = nodes_with(self->cluster, features);
    if (!features && !nodes)
        conf_pair_say(name, self->diags, DIAG_WARNING,
                      "NodeSet %s has neither Nodes nor Feature; it is empty", name->value);
    set = g_new0(NodeSetLine, 1);
    set->name = g_strdup(name->value);
    set->nodes = g_strdup_printf("%s%s%s", with ? with : "", with && *with && nodes ? "," : "",
                                 nodes ? nodes->value : "");
    return set;
}

static GPtrArray *read_nodesets(const SlurmConf *self)
{
    GPtrArray *sets = g_ptr_array_new_with_free_func(free_nodeset_line);

    for (guint i = 0; i < self->nodesets->len; i++) {
        NodeSetLine *set = read_nodeset(self, g_ptr_array_index(self->nodesets, i));

        if (set)
            g_ptr_array_add(sets, set);
    }
    return sets;
}

static const char *set_nodes(const GPtrArray *sets, const char *name)
{
    for (guint i = 0; i < sets->len; i++) {
        const NodeSetLine *set = g_ptr_array_index(sets, i);

        if (strcmp(set->name, name) == 0)
            return set->nodes;
    }
    return NULL;
}

/* Splits at commas outside of brackets. */
static GPtrArray *split_hosts(const char *text)
{
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
    int depth = 0;

    while (*text) {
        size_t length = 0;

        for (; text[length] && (depth > 0 || !strchr(", \t", text[length])); length++)
            depth += (text[length] == '[') - (text[length] == ']');
        if (length > 0)
            g_ptr_array_add(words, g_strndup(text, length));
        text += length + (text[length] != '\0');
    }
    return words;
}

/* Nodes= with every node set replaced by its nodes. */
static char *replace_sets(const char *text, const GPtrArray *sets)
{
    g_autoptr(GPtrArray) words = split_hosts(text);
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < words->len; i++) {
        const char *word = g_ptr_array_index(words, i);
        const char *nodes = set_nodes(sets, word);
        const char *put = nodes ? nodes : word;

        if (nodes && g_ascii_strcasecmp(nodes, "ALL") == 0) {
            g_string_assign(out, "ALL");
            break;
        }
        if (*put)
            g_string_append_printf(out, "%s%s", out->len > 0 ? "," : "", put);
    }
    return g_string_free(out, FALSE);
}

/* ---- a partition ---- */

static void read_share(const Line *line)
{
    Partition *partition = line->partition;
    const char *key = conf_record_find(line->record, "OverSubscribe") ? "OverSubscribe" : "Shared";
    const ConfPair *pair = conf_record_find(line->record, key);
    const char *colon = pair ? strchr(pair->value, ':') : NULL;
    const size_t length = colon ? (size_t)(colon - pair->value) : pair ? strlen(pair->value) : 0;
    const long share = colon ? strtol(colon + 1, NULL, 10) : 4;
    const bool forces = length == 5 && g_ascii_strncasecmp(pair->value, "FORCE", 5) == 0;

    if (!pair)
        return;
    partition->over_subscribe = SHARE_NO;
    partition->max_share = 1;
    if (forces || (length == 3 && g_ascii_strncasecmp(pair->value, "YES", 3) == 0)) {
        if (share < (forces ? 1 : 2) || share >= 0x8000) {
            say(line, key, DIAG_WARNING, "Slurm ignores this count and takes OverSubscribe=NO");
            return;
        }
        partition->over_subscribe = forces ? SHARE_FORCE : SHARE_YES;
        partition->max_share = (uint16_t)share;
    } else if (g_ascii_strcasecmp(pair->value, "EXCLUSIVE") == 0) {
        partition->over_subscribe = SHARE_EXCLUSIVE;
        partition->max_share = 0;
    } else if (g_ascii_strcasecmp(pair->value, "NO") != 0) {
        conf_pair_say(pair, line->conf->diags, DIAG_ERROR,
                      "%s: expected NO, YES[:n], FORCE[:n] or EXCLUSIVE, found '%s'", pair->key,
                      pair->value);
    }
}

static void read_state(const Line *line)
{
    static const struct {
        const char *word;
        PartitionState state;
    } words[] = {{"DOWN", PARTITION_DOWN},
                 {"UP", PARTITION_UP},
                 {"DRAIN", PARTITION_DRAIN},
                 {"INACTIVE", PARTITION_INACTIVE}};
    const ConfPair *pair = conf_record_find(line->record, "State");

    for (size_t i = 0; pair && i < G_N_ELEMENTS(words); i++) {
        if (g_ascii_strncasecmp(pair->value, words[i].word, strlen(words[i].word)) == 0) {
            line->partition->state = words[i].state;
            return;
        }
    }
    if (pair)
        conf_pair_say(pair, line->conf->diags, DIAG_ERROR,
                      "State: expected UP, DOWN, DRAIN or INACTIVE, found '%s'", pair->value);
}

static void read_times(const Line *line)
{
    Partition *partition = line->partition;
    const ConfPair *over = conf_record_find(line->record, "OverTimeLimit");
    uint16_t minutes = 0;

    conf_record_minutes(line->record, "MaxTime", &partition->max_time);
    conf_record_minutes(line->record, "DefaultTime", &partition->default_time);
    if (partition->default_time != MINUTES_UNSET && partition->default_time > partition->max_time) {
        say(line, "DefaultTime", DIAG_WARNING,
            "DefaultTime exceeds MaxTime; Slurm ignores DefaultTime");
        partition->default_time = MINUTES_UNSET;
    }
    if (over && conf_record_u16(line->record, "OverTimeLimit", &minutes))
        partition->over_time_limit = minutes;
    conf_record_u32(line->record, "GraceTime", &partition->grace_time);
}

static void read_sizes(const Line *line)
{
    Partition *partition = line->partition;
    uint16_t both = 0;

    conf_record_u32(line->record, "MinNodes", &partition->min_nodes);
    conf_record_u32(line->record, "MaxNodes", &partition->max_nodes);
    conf_record_u32(line->record, "MaxCPUsPerNode", &partition->max_cpus_per_node);
    conf_record_u32(line->record, "MaxCPUsPerSocket", &partition->max_cpus_per_socket);
    slurmconf_memory_rule(line->record, "Def", &partition->default_memory);
    slurmconf_memory_rule(line->record, "Max", &partition->max_memory);
    slurmconf_job_defaults(line->record, line->conf->diags, &partition->default_cpu_per_gpu,
                           &partition->default_mem_per_gpu);
    conf_record_u16(line->record, "PriorityJobFactor", &partition->priority_job_factor);
    conf_record_u16(line->record, "PriorityTier", &partition->priority_tier);
    if (conf_record_u16(line->record, "Priority", &both))
        partition->priority_job_factor = partition->priority_tier = both;
}

/* A list of names in lower case; "ALL" and nothing are the same: everybody. */
static void read_names(const Line *line, const char *key, char ***out)
{
    if (!conf_record_words(line->record, key, out))
        return;
    if (*out && **out && g_ascii_strcasecmp(**out, "ALL") == 0 && !(*out)[1]) {
        g_strfreev(*out);
        *out = NULL;
        return;
    }
    for (char **name = *out; name && *name; name++) {
        char *lower = g_ascii_strdown(*name, -1);

        g_free(*name);
        *name = lower;
    }
}

static void drop_denied(const Line *line, const char *key, char **allowed, char ***denied)
{
    if (!allowed || !*denied)
        return;
    say(line, key, DIAG_WARNING, "this Deny list is ignored, as an Allow list is set");
    g_strfreev(*denied);
    *denied = NULL;
}

static void read_access(const Line *line)
{
    Partition *partition = line->partition;

    read_names(line, "AllowAccounts", &partition->allow_accounts);
    read_names(line, "DenyAccounts", &partition->deny_accounts);
    drop_denied(line, "DenyAccounts", partition->allow_accounts, &partition->deny_accounts);
    read_names(line, "AllowQos", &partition->allow_qos);
    read_names(line, "DenyQos", &partition->deny_qos);
    drop_denied(line, "DenyQos", partition->allow_qos, &partition->deny_qos);
    conf_record_words(line->record, "AllowGroups", &partition->allow_groups);
    if (partition->allow_groups && *partition->allow_groups &&
        g_ascii_strcasecmp(*partition->allow_groups, "ALL") == 0)
        g_clear_pointer(&partition->allow_groups, g_strfreev);
    conf_record_text(line->record, "QOS", &partition->qos_name);
}

/* Some flags do not come from DEFAULT lines. */
static void read_own_flag(const Line *line, const char *key, bool *out)
{
    if (conf_record_own(line->record, key))
        conf_record_bool(line->record, key, out);
}

static void read_flags(const Line *line)
{
    Partition *partition = line->partition;

    conf_record_bool(line->conf->global, "DisableRootJobs", &partition->disable_root_jobs);
    conf_record_bool(line->record, "Default", &partition->is_default);
    conf_record_bool(line->record, "RootOnly", &partition->root_only);
    conf_record_bool(line->record, "ReqResv", &partition->req_resv);
    conf_record_bool(line->record, "LLN", &partition->lln);
    conf_record_bool(line->record, "Hidden", &partition->hidden);
    read_own_flag(line, "DisableRootJobs", &partition->disable_root_jobs);
    read_own_flag(line, "ExclusiveUser", &partition->exclusive_user);
    read_own_flag(line, "ExclusiveTopo", &partition->exclusive_topo);
    read_own_flag(line, "PowerDownOnIdle", &partition->power_down_on_idle);
}

static void read_preempt_mode(const Line *line)
{
    const ConfPair *pair = conf_record_find(line->record, "PreemptMode");
    const uint16_t cluster_mode = line->conf->cluster->config.preempt_mode;
    Partition *partition = line->partition;

    if (!pair || !slurmconf_preempt_mode(line->conf, pair, &partition->preempt_mode))
        return;
    if (g_ascii_strcasecmp(pair->value, "CLUSTER") == 0)
        partition->preempt_mode = PREEMPT_UNSET;
    else if ((partition->preempt_mode & PREEMPT_SUSPEND) && !(cluster_mode & PREEMPT_GANG))
        say(line, "PreemptMode", DIAG_WARNING,
            "SUSPEND needs GANG in the cluster's PreemptMode, which resumes the jobs");
}

static void read_weights(const Line *line)
{
    Cluster *cluster = line->conf->cluster;
    g_auto(GStrv) items = NULL;

    conf_record_text(line->record, "TRESBillingWeights", &line->partition->billing_text);
    conf_record_words(line->record, "TRESBillingWeights", &items);
    for (char **item = items; item && *item; item++) {
        g_autofree char *name = g_strndup(*item, strcspn(*item, "="));

        if (g_ascii_strncasecmp(name, "gres/", strlen("gres/")) != 0 ||
            cluster_find_tres(cluster, name) != INDEX_NONE)
            continue;
        conf_record_say(line->record, "TRESBillingWeights", DIAG_WARNING,
                        "TRESBillingWeights: %s is neither in AccountingStorageTRES nor in "
                        "GresTypes, so Slurm refuses it; it weighs nothing",
                        name);
        cluster_tres(cluster, name);
    }
}

static void read_nodes(const Line *line, const GPtrArray *sets)
{
    const ConfPair *pair = conf_record_find(line->record, "Nodes");

    if (pair)
        line->partition->node_text = replace_sets(pair->value, sets);
    if (conf_record_find(line->record, "SelectTypeParameters"))
        conf_record_say(line->record, "SelectTypeParameters", DIAG_WARNING,
                        "SelectTypeParameters of a partition is not simulated; the cluster's "
                        "counts");
}

static void read_partition_line(SlurmConf *self, const ConfRecord *record, const GPtrArray *sets)
{
    const ConfPair *name = conf_record_find(record, "PartitionName");
    Line line = {self, record, NULL};

    if (cluster_find_partition(self->cluster, name->value) != INDEX_NONE) {
        conf_pair_say(name, self->diags, DIAG_ERROR,
                      "partition %s is defined twice; Slurm refuses the second line", name->value);
        return;
    }
    line.partition = cluster_add_partition(self->cluster, name->value);
    read_nodes(&line, sets);
    read_flags(&line);
    read_state(&line);
    read_times(&line);
    read_sizes(&line);
    read_share(&line);
    read_access(&line);
    read_preempt_mode(&line);
    read_weights(&line);
}

void slurmconf_read_partitions(SlurmConf *self)
{
    g_autoptr(ConfRecord) defaults = conf_record_new(NULL, self->diags);
    g_autoptr(GPtrArray) sets = read_nodesets(self);

    for (guint i = 0; i < self->partitions->len; i++) {
        const ConfLine *line = g_ptr_array_index(self->partitions, i);
        const ConfPair *name = g_ptr_array_index(line->pairs, 0);
        g_autoptr(ConfRecord) own = conf_record_new(defaults, self->diags);

        conf_record_take_line(own, line, CONF_PARTITION);
        if (g_ascii_strcasecmp(name->value, "DEFAULT") == 0)
            conf_record_merge(defaults, line, CONF_PARTITION);
        else if (*name->value)
            read_partition_line(self, own, sets);
    }
}
