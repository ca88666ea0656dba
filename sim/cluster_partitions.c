/* The partitions of a cluster being finished: nodes, QoS, weights, totals. */
#include "sim/cluster_finish.h"

#include "base/hostlist.h"
#include "sim/priority.h"
#include <string.h>

#define FILE_NAME "slurm.conf"

/* The nodes a partition names; what nobody defined is left out with a warning, as in slurmctld. */
static bool resolve_nodes(Cluster *self, Partition *partition, Diags *diags)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) names = NULL;
    g_autoptr(GPtrArray) unknown = g_ptr_array_new();

    partition->nodes = nodeset_new(self->n_nodes);
    if (partition->node_text && g_ascii_strcasecmp(partition->node_text, "ALL") == 0) {
        nodeset_assign(partition->nodes, self->all_nodes);
        return true;
    }
    if (!partition->node_text || !*partition->node_text)
        return true;
    names = hostlist_expand(partition->node_text, &error);
    if (!names) {
        diags_add(diags, DIAG_ERROR, FILE_NAME, 0, 0, NULL, "partition %s: Nodes: %s",
                  partition->name, error->message);
        return false;
    }
    for (guint i = 0; i < names->len; i++) {
        const uint32_t node = cluster_find_node(self, g_ptr_array_index(names, i));

        if (node != INDEX_NONE)
            nodeset_add(partition->nodes, node);
        else
            g_ptr_array_add(unknown, g_ptr_array_index(names, i));
    }
    nodeset_and(partition->nodes, self->all_nodes);
    if (unknown->len > 0) {
        g_autofree char *list =
            hostlist_compress((const char *const *)unknown->pdata, unknown->len);

        diags_add(diags, DIAG_WARNING, FILE_NAME, 0, 0, NULL,
                  "partition %s: no NodeName line defines %s; left out", partition->name, list);
    }
    return true;
}

/* How much of a gres resource ("gpu", "gpu:a100") a node has. */
static uint64_t gres_on_node(const Cluster *self, const Node *node, const char *resource)
{
    const char *colon = strchr(resource, ':');
    const size_t length = colon ? (size_t)(colon - resource) : strlen(resource);
    uint64_t count = 0;

    for (uint32_t i = 0; i < node->n_gres; i++) {
        const NodeGres *gres = &node->gres[i];
        const char *name = self->gres_names[gres->name];
        const char *type = gres->type == GRES_ANY_TYPE ? NULL : self->gres_types[gres->type];

        if (strlen(name) == length && g_ascii_strncasecmp(name, resource, length) == 0 &&
            (!colon || (type && g_ascii_strcasecmp(type, colon + 1) == 0)))
            count += gres->count;
    }
    return count;
}

static uint64_t license_total(const Cluster *self, const char *name)
{
    for (uint32_t i = 0; i < self->n_licenses; i++)
        if (g_ascii_strcasecmp(self->licenses[i].name, name) == 0)
            return self->licenses[i].total;
    return 0;
}

static void add_node_tres(const Cluster *self, const Node *node, uint64_t tres[TRES_MAX])
{
    const uint32_t kept = node->spec_cores * node->threads_per_core;

    tres[TRES_CPU] += node->cpus > kept ? node->cpus - kept : 0;
    tres[TRES_MEM] += node->memory;
    tres[TRES_NODE]++;
    for (uint32_t t = TRES_FIXED; t < self->n_tres; t++)
        if (g_str_has_prefix(self->tres[t], "gres/"))
            tres[t] += gres_on_node(self, node, self->tres[t] + strlen("gres/"));
}

static void sum_tres(const Cluster *self, uint32_t index)
{
    Partition *partition = &self->partitions[index];

    partition->n_nodes = nodeset_count(partition->nodes);
    partition->total_cpus = 0;
    memset(partition->tres, 0, sizeof partition->tres);
    for (uint32_t i = nodeset_next(partition->nodes, 0); i != NODE_NONE;
         i = nodeset_next(partition->nodes, i + 1)) {
        partition->total_cpus += self->nodes[i].cpus;
        add_node_tres(self, &self->nodes[i], partition->tres);
    }
    for (uint32_t t = TRES_FIXED; t < self->n_tres; t++)
        if (g_str_has_prefix(self->tres[t], "license/"))
            partition->tres[t] = license_total(self, self->tres[t] + strlen("license/"));
    partition->tres[TRES_BILLING] = (uint64_t)priority_billable(self, index, partition->tres);
}

static bool resolve_weights(const Cluster *self, Partition *partition, Diags *diags)
{
    g_autoptr(GError) error = NULL;

    if (!partition->billing_text || !*partition->billing_text)
        return true;
    partition->billing_weights = g_new0(double, TRES_MAX);
    if (tres_weights_parse(self, partition->billing_text, partition->billing_weights, &error))
        return true;
    diags_add(diags, DIAG_ERROR, FILE_NAME, 0, 0, NULL, "partition %s: TRESBillingWeights: %s",
              partition->name, error->message);
    return false;
}

/* Without accounting nobody knows which QoS there are. */
static bool resolve_qos(const Cluster *self, Partition *partition, Diags *diags)
{
    char **lists[] = {partition->allow_qos, partition->deny_qos};

    if (self->n_qos == 0)
        return true;
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
        for (char **name = lists[i]; name && *name; name++)
            if (cluster_find_qos(self, *name) == INDEX_NONE)
                diags_add(diags, DIAG_WARNING, FILE_NAME, 0, 0, NULL,
                          "partition %s: %s: no QOS is called '%s'", partition->name,
                          i == 0 ? "AllowQos" : "DenyQos", *name);
    if (!partition->qos_name)
        return true;
    partition->qos = cluster_find_qos(self, partition->qos_name);
    if (partition->qos != INDEX_NONE)
        return true;
    diags_add(diags, DIAG_ERROR, FILE_NAME, 0, 0, NULL,
              "partition %s: QOS=%s: there is no such QOS (add it with sacctmgr add qos %s)",
              partition->name, partition->qos_name, partition->qos_name);
    return false;
}

static void warn_of_unknown_accounts(const Cluster *self, const Partition *partition, Diags *diags)
{
    char **lists[] = {partition->allow_accounts, partition->deny_accounts};

    if (self->n_assocs == 0)
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
        for (char **name = lists[i]; name && *name; name++)
            if (cluster_find_assoc(self, NULL, *name, NULL) == INDEX_NONE)
                diags_add(diags, DIAG_WARNING, FILE_NAME, 0, 0, NULL,
                          "partition %s: %s: no account is called '%s'", partition->name,
                          i == 0 ? "AllowAccounts" : "DenyAccounts", *name);
}

bool cluster_finish_partitions(Cluster *self, Diags *diags)
{
    bool fine = true;

    self->max_job_factor = 1;
    for (uint32_t i = 0; i < self->n_partitions; i++) {
        Partition *partition = &self->partitions[i];

        fine = resolve_nodes(self, partition, diags) && fine;
        fine = resolve_weights(self, partition, diags) && fine;
        fine = resolve_qos(self, partition, diags) && fine;
        warn_of_unknown_accounts(self, partition, diags);
        sum_tres(self, i);
        self->max_job_factor = MAX(self->max_job_factor, partition->priority_job_factor);
    }
    return fine;
}
