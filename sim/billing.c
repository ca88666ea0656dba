/* What an allocation is charged at: TRESBillingWeights.
 * Source: Slurm assoc_mgr.c (24.05, MAX_TRES_GRES: 25.05); reference 2.10. */
#include "sim/priority.h"

static bool is_gres(const Cluster *cluster, uint32_t tres)
{
    return g_str_has_prefix(cluster->tres[tres], "gres/");
}

static bool is_of_nodes(const Cluster *cluster, uint32_t tres)
{
    return tres == TRES_CPU || tres == TRES_MEM || tres == TRES_NODE || is_gres(cluster, tres);
}

double priority_billable(const Cluster *cluster, uint32_t partition, const uint64_t *tres)
{
    const double *weights = cluster->partitions[partition].billing_weights;
    const uint32_t flags = cluster->config.priority.flags;
    const bool sums_gres = (flags & PRIORITY_MAX_TRES_GRES) != 0;
    const bool takes_highest = sums_gres || (flags & PRIORITY_MAX_TRES);
    double highest = 0, rest = 0;

    if (!weights)
        return (double)tres[TRES_CPU];
    for (uint32_t i = 0; i < cluster->n_tres; i++) {
        const double value = (double)tres[i] * weights[i];

        if (i == TRES_BILLING)
            continue;
        if (takes_highest && is_of_nodes(cluster, i) && !(sums_gres && is_gres(cluster, i)))
            highest = MAX(highest, value);
        else
            rest += value;
    }
    return highest + rest;
}
