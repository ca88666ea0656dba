/* A small cluster and workflows made by hand, for the tests of the planner. */
#pragma once

#include "planner/plan.h"
#include "tests/test.h"

/* n1..n8 with 16 CPUs, 64 GiB; n1 has the feature ib, n5..n8 have 4 GPUs. Partitions: cpu (default,
 * n1..n8, MaxTime 1 day), gpu (n5..n8, factor 2), debug (n1..n2, MaxTime 30 min). QoS: normal, high
 * (priority 100), low (MaxWall 2 h). User ann with account lab; limits are enforced. */
typedef struct {
    bool accounting;
    uint32_t weight_qos;
    uint32_t max_submit; /* jobs of ann; LIMIT_NONE */
} WorldOptions;

static inline void world_node(Cluster *cluster, uint32_t number)
{
    g_autofree char *name = g_strdup_printf("n%u", number);
    Node *node = cluster_add_node(cluster, name);

    node->sockets = 2;
    node->cores_per_socket = 8;
    node->threads_per_core = 1;
    node->boards = 1;
    node->cores = node->cpus = 16;
    node->memory = 65536;
    if (number == 1)
        node->features = g_strsplit("ib", ",", -1);
    if (number >= 5) {
        const uint16_t gpu = cluster_gres_name(cluster, "gpu");

        node->gres = g_new0(NodeGres, 1);
        node->gres[0] = (NodeGres){.name = gpu, .type = GRES_ANY_TYPE, .count = 4};
        node->n_gres = 1;
    }
}

static inline void world_partitions(Cluster *cluster)
{
    Partition *partition = cluster_add_partition(cluster, "cpu");

    partition->node_text = g_strdup("n[1-8]");
    partition->is_default = true;
    partition->max_time = 24 * 60;
    partition = cluster_add_partition(cluster, "gpu");
    partition->node_text = g_strdup("n[5-8]");
    partition->max_time = 24 * 60;
    partition->priority_job_factor = 2;
    partition = cluster_add_partition(cluster, "debug");
    partition->node_text = g_strdup("n[1-2]");
    partition->max_time = 30;
}

static inline void world_accounting(Cluster *cluster, const WorldOptions *options)
{
    static const char *const all[] = {"normal", "high", "low", NULL};
    Assoc *assoc;
    Qos *qos;

    cluster->config.has_accounting = true;
    cluster->config.enforce = ENFORCE_ASSOCIATIONS | ENFORCE_LIMITS | ENFORCE_QOS;
    cluster->config.priority.type = PRIORITY_MULTIFACTOR;
    cluster->config.priority.weight_qos = options->weight_qos;
    if (cluster->n_qos == 0)
        cluster_add_qos(cluster, "normal");
    qos = cluster_add_qos(cluster, "high");
    qos->priority = 100;
    qos->usage_factor = 2;
    qos = cluster_add_qos(cluster, "low");
    qos->max_wall_pj = 120;
    qos->usage_factor = 0.5;
    if (cluster->n_assocs == 0)
        cluster_add_assoc(cluster, "root", NULL, NULL);
    cluster_add_assoc(cluster, "lab", NULL, NULL);
    for (guint i = 0; i < 2; i++) {
        cluster_add_user(cluster, i ? "bob" : "ann");
        assoc = cluster_add_assoc(cluster, "lab", i ? "bob" : "ann", NULL);
        assoc->qos = g_strdupv((char **)(uintptr_t)all);
        if (i == 0 && options->max_submit)
            assoc->max_submit_jobs = options->max_submit;
    }
}

static inline Cluster *world_cluster(const WorldOptions *options)
{
    Cluster *cluster = cluster_new(SLURM_VERSION_DEFAULT);
    g_autoptr(Diags) diags = diags_new();

    cluster->name = cluster->name ? cluster->name : g_strdup("test");
    cluster->config.consume_memory = true;
    for (uint32_t i = 1; i <= 8; i++)
        world_node(cluster, i);
    world_partitions(cluster);
    if (options && options->accounting)
        world_accounting(cluster, options);
    if (!cluster_finish(cluster, diags))
        fail_msg("cluster: %s", diags_nth(diags, 0)->text);
    return cluster;
}

/* Jobs "a", "b", ...: each line is "name minutes [dependency ...]". */
static inline Workflow *world_workflow(const char *const *lines, uint32_t n)
{
    Workflow *workflow = g_new0(Workflow, 1);

    workflow->name = g_strdup("test");
    workflow->n_cells = 1;
    workflow->n_jobs = n;
    workflow->jobs = g_new0(WorkflowJob, n);
    for (uint32_t i = 0; i < n; i++) {
        g_auto(GStrv) words = g_strsplit(lines[i], " ", -1);
        WorkflowJob *job = &workflow->jobs[i];

        job->name = g_strdup(words[0]);
        job->spec = job_spec_new();
        job->spec->name = g_strdup(words[0]);
        job->cell = COUNT_UNSET;
        job->runtime.given = true;
        job->runtime.p50 = job->runtime.p90 = 60 * g_ascii_strtoll(words[1], NULL, 10);
        job->runs = RUNS_SHELL;
        job->command = g_new0(char *, 2);
        job->command[0] = g_strdup("true");
        for (char **word = &words[2]; *word; word++) {
            uint32_t on = 0;

            while (strcmp(workflow->jobs[on].name, *word) != 0)
                on++;
            job->after = g_renew(WorkflowEdge, job->after, job->n_after + 1);
            job->after[job->n_after++] = (WorkflowEdge){.type = DEPEND_AFTEROK, .job = on};
        }
    }
    return workflow;
}
