/* Would the nodes of a partition ever do for a job, were they empty? The selector of the simulation
 * decides in detail; this is the test that a person would make by hand, with a reason in words.
 * Source: Slurm node_scheduler.c and job_test.c; reference 7.3, 7.5, 7.12. */
#include "planner/asker.h"

typedef struct {
    const Asker *asker;
    const Partition *partition;
    uint32_t unusable;    /* down or drained nodes */
    uint32_t listed;      /* nodes the job's own lists and features leave */
    uint32_t fitting;     /* nodes that hold one node's share */
    uint64_t most_memory; /* [MiB] on one listed node */
    uint64_t most_cpus;   /* on one listed node */
    uint64_t *most_gres;  /* [request->n_gres] on one listed node */
    GArray *cpus;         /* uint64_t: of each fitting node */
    uint64_t *total_gres; /* [request->n_gres] over the fitting nodes */
} Fit;

static uint64_t node_cpus(const Fit *fit, const Node *node)
{
    const uint64_t reserved = (uint64_t)node->spec_cores * MAX(1, node->threads_per_core);
    const uint64_t cpus = node->cpus > reserved ? node->cpus - reserved : 0;

    return MIN(cpus, fit->partition->max_cpus_per_node);
}

static uint64_t needed_cpus(const JobRequest *request)
{
    const uint64_t tasks = MAX(1, request->ntasks_per_node);

    return request->overcommit ? 1 : MAX(request->pn_min_cpus, tasks * request->cpus_per_task);
}

static uint64_t needed_memory(const Fit *fit)
{
    const JobRequest *request = fit->asker->request;

    if (!request->memory_given || !fit->asker->cluster->config.consume_memory)
        return 0;
    return request->memory.per_cpu ? request->memory.amount * needed_cpus(request)
                                   : request->memory.amount;
}

static uint64_t node_gres(const Node *node, const GresRequest *wanted)
{
    uint64_t count = 0;

    for (uint32_t i = 0; i < node->n_gres; i++) {
        if (node->gres[i].name == wanted->name &&
            (wanted->type == GRES_ANY_TYPE || wanted->type == node->gres[i].type))
            count += node->gres[i].count;
    }
    return count;
}

static bool has_gres(Fit *fit, const Node *node)
{
    const JobRequest *request = fit->asker->request;
    bool enough = true;

    for (uint32_t i = 0; i < request->n_gres; i++) {
        const GresRequest *wanted = &request->gres[i];
        const uint64_t count = node_gres(node, wanted);
        const uint64_t least = MAX(wanted->per_node, wanted->per_job || wanted->per_task ? 1 : 0);

        fit->most_gres[i] = MAX(fit->most_gres[i], count);
        enough &= count >= least;
    }
    return enough;
}

static bool is_listed(const Fit *fit, uint32_t index)
{
    const JobRequest *request = fit->asker->request;

    if (request->excluded && nodeset_has(request->excluded, index))
        return false;
    if (request->required && request->required_is_pool && !nodeset_has(request->required, index))
        return false;
    return request->features.n == 0 ||
           features_match(&request->features, fit->asker->cluster->nodes[index].features);
}

static void try_node(Fit *fit, uint32_t index)
{
    const Node *node = &fit->asker->cluster->nodes[index];
    const JobRequest *request = fit->asker->request;
    const uint64_t cpus = node_cpus(fit, node);
    const uint64_t memory = node->memory > node->spec_memory ? node->memory - node->spec_memory : 0;
    bool good;

    if (node->state != NODE_UP) {
        fit->unusable += node->state != NODE_FUTURE;
        return;
    }
    if (!is_listed(fit, index))
        return;
    fit->listed++;
    fit->most_cpus = MAX(fit->most_cpus, cpus);
    fit->most_memory = MAX(fit->most_memory, memory);
    good = has_gres(fit, node);
    if (!good || cpus < needed_cpus(request) || memory < needed_memory(fit) ||
        node->tmp_disk < request->tmp_disk)
        return;
    fit->fitting++;
    g_array_append_val(fit->cpus, cpus);
    for (uint32_t i = 0; i < request->n_gres; i++)
        fit->total_gres[i] += node_gres(node, &request->gres[i]);
}

static char *gres_words(const Fit *fit, const GresRequest *wanted, uint64_t count)
{
    const Cluster *cluster = fit->asker->cluster;

    if (wanted->type == GRES_ANY_TYPE)
        return g_strdup_printf("%s:%" G_GUINT64_FORMAT, cluster->gres_names[wanted->name], count);
    return g_strdup_printf("%s:%s:%" G_GUINT64_FORMAT, cluster->gres_names[wanted->name],
                           cluster->gres_types[wanted->type], count);
}

static char *gres_reason(const Fit *fit)
{
    const JobRequest *request = fit->asker->request;

    for (uint32_t i = 0; i < request->n_gres; i++) {
        const GresRequest *wanted = &request->gres[i];
        const uint64_t least = MAX(wanted->per_node, wanted->per_job || wanted->per_task ? 1 : 0);

        if (fit->most_gres[i] < least) {
            g_autofree char *words = gres_words(fit, wanted, least);

            return g_strdup_printf(
                "the job needs %s on a node, its nodes have at most %" G_GUINT64_FORMAT, words,
                fit->most_gres[i]);
        }
    }
    return NULL;
}

static char *share_reason(const Fit *fit)
{
    const JobRequest *request = fit->asker->request;
    char *reason = gres_reason(fit);

    if (reason)
        return reason;
    if (fit->most_cpus < needed_cpus(request))
        return g_strdup_printf("the job needs %" G_GUINT64_FORMAT
                               " CPUs on a node, its nodes have at most %" G_GUINT64_FORMAT,
                               needed_cpus(request), fit->most_cpus);
    if (fit->most_memory < needed_memory(fit)) {
        g_autofree char *needed = memory_format(needed_memory(fit));
        g_autofree char *most = memory_format(fit->most_memory);

        return g_strdup_printf("the job needs %s of memory on a node, its nodes have at most %s",
                               needed, most);
    }
    return g_strdup_printf("%u of its nodes have the CPUs, memory and devices of one node's share,"
                           " the job needs %u",
                           fit->fitting, request->min_nodes);
}

static int by_size(gconstpointer a, gconstpointer b)
{
    const uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

    return (left < right) - (left > right);
}

static char *total_reason(Fit *fit)
{
    const JobRequest *request = fit->asker->request;
    const uint32_t most =
        MIN(request->max_nodes ? request->max_nodes : UINT32_MAX, fit->partition->max_nodes);
    uint64_t cpus = 0;

    g_array_sort(fit->cpus, by_size);
    for (guint i = 0; i < fit->cpus->len && i < most; i++)
        cpus += g_array_index(fit->cpus, uint64_t, i);
    if (cpus < request->min_cpus && !request->overcommit)
        return g_strdup_printf("the job needs %u CPUs, the nodes it may use have %" G_GUINT64_FORMAT
                               " together",
                               request->min_cpus, cpus);
    for (uint32_t i = 0; i < request->n_gres; i++) {
        const GresRequest *wanted = &request->gres[i];
        const uint64_t total = MAX(wanted->per_job, wanted->per_task * request->num_tasks);

        if (fit->total_gres[i] < total) {
            g_autofree char *words = gres_words(fit, wanted, total);

            return g_strdup_printf("the job needs %s, its nodes have %" G_GUINT64_FORMAT
                                   " together",
                                   words, fit->total_gres[i]);
        }
    }
    return NULL;
}

static char *list_reason(const Fit *fit)
{
    const JobRequest *request = fit->asker->request;

    if (request->required && !nodeset_contains(fit->partition->nodes, request->required) &&
        !request->required_is_pool)
        return g_strdup_printf("nodes of --nodelist=%s are not in the partition",
                               fit->asker->spec->nodelist);
    if (fit->listed >= request->min_nodes)
        return NULL;
    if (request->features.n > 0)
        return g_strdup_printf("%u of its nodes have the features '%s', the job needs %u",
                               fit->listed, fit->asker->spec->constraint, request->min_nodes);
    return g_strdup_printf("%u of its nodes are up and not excluded, the job needs %u", fit->listed,
                           request->min_nodes);
}

static char *reason_of(Fit *fit)
{
    char *reason = list_reason(fit);

    if (!reason && fit->fitting < fit->asker->request->min_nodes)
        reason = share_reason(fit);
    if (!reason)
        reason = total_reason(fit);
    if (reason && fit->unusable > 0) {
        g_autofree char *alone = reason;

        reason = g_strdup_printf("%s (%u of its nodes are down or drained)", alone, fit->unusable);
    }
    return reason;
}

char *asker_does_not_fit(const Asker *self, uint32_t partition)
{
    const Partition *where = &self->cluster->partitions[partition];
    g_autoptr(GArray) cpus = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    g_autofree uint64_t *most = g_new0(uint64_t, self->request->n_gres + 1);
    g_autofree uint64_t *total = g_new0(uint64_t, self->request->n_gres + 1);
    Fit fit = {
        .asker = self, .partition = where, .most_gres = most, .cpus = cpus, .total_gres = total};

    for (uint32_t i = nodeset_next(where->nodes, 0); i != NODE_NONE;
         i = nodeset_next(where->nodes, i + 1))
        try_node(&fit, i);
    return reason_of(&fit);
}
