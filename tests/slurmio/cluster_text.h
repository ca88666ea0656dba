/* A cluster and what its jobs ask for as text, to hold two of them against each other: a test that
 * fails shows what differs. Numbers are effective ones: what was left out and what was given as the
 * default read alike. */
#pragma once

#include "sim/request.h"
#include "slurmio/scenario.h"
#include "tests/test.h"

static inline char *text_words(char *const *words)
{
    g_auto(GStrv) sorted = g_strdupv((char **)(guintptr)words);

    if (!sorted)
        return g_strdup("-");
    for (guint i = 0; sorted[i]; i++)
        for (guint k = i + 1; sorted[k]; k++)
            if (strcmp(sorted[i], sorted[k]) > 0) {
                char *other = sorted[i];

                sorted[i] = sorted[k];
                sorted[k] = other;
            }
    return g_strjoinv(",", sorted);
}

static inline void text_limits(GString *out, const Cluster *cluster, const char *name,
                               const TresLimits *limits)
{
    for (uint32_t i = 0; i < cluster->n_tres; i++)
        if (limits->v[i] != TRES_NONE)
            g_string_append_printf(out, " %s.%s=%" G_GUINT64_FORMAT, name, cluster->tres[i],
                                   limits->v[i]);
}

static inline char *text_node(const Cluster *cluster, const Node *node)
{
    GString *out = g_string_new(node->name);
    g_autofree char *features = text_words(node->features);

    g_string_append_printf(out, " %u*%u*%u cpus=%u mem=%" G_GUINT64_FORMAT " tmp=%u weight=%u %s",
                           node->sockets, node->cores_per_socket, node->threads_per_core,
                           node->cpus, node->memory, node->tmp_disk, node->weight, features);
    for (uint32_t i = 0; i < node->n_gres; i++)
        g_string_append_printf(
            out, " %s:%s:%u", cluster->gres_names[node->gres[i].name],
            node->gres[i].type == GRES_ANY_TYPE ? "-" : cluster->gres_types[node->gres[i].type],
            node->gres[i].count);
    return g_string_free(out, FALSE);
}

static inline char *text_partition(const Cluster *cluster, const Partition *self)
{
    GString *out = g_string_new(self->name);
    g_autofree char *nodes = cluster_hostlist(cluster, self->nodes);
    g_autofree char *accounts = text_words(self->allow_accounts);
    g_autofree char *denied = text_words(self->deny_accounts);
    g_autofree char *qos = text_words(self->allow_qos);

    g_string_append_printf(
        out, " %s default=%d state=%d time=%u/%u nodes=%u-%u cpus=%u tier=%u factor=%u share=%d:%u",
        nodes, self->is_default, (int)self->state, self->default_time, self->max_time,
        self->min_nodes, self->max_nodes, self->max_cpus_per_node, self->priority_tier,
        self->priority_job_factor, (int)self->over_subscribe, self->max_share);
    g_string_append_printf(
        out, " preempt=%u grace=%u accounts=%s/%s qos=%s/%s exclusive=%d root=%d lln=%d",
        self->preempt_mode == PREEMPT_UNSET ? cluster->config.preempt_mode : self->preempt_mode,
        self->grace_time, accounts, denied, qos, self->qos_name ? self->qos_name : "-",
        self->exclusive_user, self->root_only, self->lln);
    for (uint32_t i = 0; self->billing_weights && i < cluster->n_tres; i++)
        if (self->billing_weights[i] > 0)
            g_string_append_printf(out, " %s*%g", cluster->tres[i], self->billing_weights[i]);
    return g_string_free(out, FALSE);
}

static inline char *text_qos(const Cluster *cluster, const Qos *self)
{
    GString *out = g_string_new(self->name);
    g_autofree char *preempt = text_words(self->preempt);

    g_string_append_printf(
        out, " priority=%u flags=%u preempt=%s mode=%u grace=%u factor=%g wall=%u jobs=%u/%u/%u/%u",
        self->priority, self->flags, preempt, self->preempt_mode, self->grace_time,
        self->usage_factor, self->max_wall_pj, self->grp_jobs, self->grp_submit_jobs,
        self->max_jobs_pu, self->max_submit_jobs_pu);
    text_limits(out, cluster, "grp", &self->grp_tres);
    text_limits(out, cluster, "grpmins", &self->grp_tres_mins);
    text_limits(out, cluster, "job", &self->max_tres_pj);
    text_limits(out, cluster, "node", &self->max_tres_pn);
    text_limits(out, cluster, "user", &self->max_tres_pu);
    text_limits(out, cluster, "account", &self->max_tres_pa);
    return g_string_free(out, FALSE);
}

static inline char *text_assoc(const Cluster *cluster, const Assoc *self)
{
    GString *out = g_string_new(self->account);

    g_string_append_printf(out,
                           "/%s/%s parent=%s shares=%u priority=%u jobs=%u/%u/%u/%u wall=%u qos=",
                           self->user ? self->user : "-", self->partition ? self->partition : "-",
                           self->parent == INDEX_NONE ? "-" : cluster->assocs[self->parent].account,
                           self->shares, self->priority, self->grp_jobs, self->grp_submit_jobs,
                           self->max_jobs, self->max_submit_jobs, self->max_wall_pj);
    for (uint32_t i = 0; i < cluster->n_qos; i++)
        if (self->may_use_qos[i])
            g_string_append_printf(out, "%s,", cluster->qos[i].name);
    g_string_append_printf(
        out, " default=%s",
        self->default_qos_index == INDEX_NONE ? "-" : cluster->qos[self->default_qos_index].name);
    text_limits(out, cluster, "grp", &self->grp_tres);
    text_limits(out, cluster, "job", &self->max_tres_pj);
    text_limits(out, cluster, "mins", &self->max_tres_mins_pj);
    return g_string_free(out, FALSE);
}

static inline char *text_scheduling(const Cluster *cluster)
{
    const Config *config = &cluster->config;
    const PriorityParameters *priority = &config->priority;
    GString *out = g_string_new(NULL);

    g_string_append_printf(
        out, "scheduler=%d interval=%d select=%d consume=%d memory=%d preempt=%d:%u enforce=%u",
        (int)config->scheduler, config->sched.bf_interval, (int)config->select,
        (int)config->consume, config->consume_memory, (int)config->preempt, config->preempt_mode,
        config->enforce);
    g_string_append_printf(
        out, " priority=%d age=%u fairshare=%u qos=%u partition=%u size=%u half=%ld max=%ld",
        (int)priority->type, priority->weight_age, priority->weight_fairshare, priority->weight_qos,
        priority->weight_partition, priority->weight_job_size, (long)priority->half_life,
        (long)priority->max_age);
    for (uint32_t i = 0; i < cluster->n_tres; i++)
        if (priority->weight_tres[i] > 0)
            g_string_append_printf(out, " %s*%g", cluster->tres[i], priority->weight_tres[i]);
    for (uint32_t i = 0; i < cluster->n_licenses; i++)
        g_string_append_printf(out, " %s:%u", cluster->licenses[i].name,
                               cluster->licenses[i].total);
    return g_string_free(out, FALSE);
}

/* The tasks and the throttle, however the list was written. */
static inline char *text_array(const char *array)
{
    g_autoptr(GArray) tasks = NULL;
    g_autoptr(GError) error = NULL;
    uint32_t throttle = 0;
    uint64_t sum = 0;

    if (!array)
        return g_strdup("-");
    assert_ok(job_array_parse(array, &tasks, &throttle, &error), error);
    for (guint i = 0; i < tasks->len; i++)
        sum = sum * 31 + g_array_index(tasks, uint32_t, i);
    return g_strdup_printf("%u tasks (%" G_GUINT64_FORMAT ") at most %u", tasks->len, sum,
                           throttle);
}

static inline void text_devices(GString *out, const Cluster *cluster, const JobRequest *request)
{
    for (uint32_t i = 0; i < request->n_gres; i++) {
        const GresRequest *gres = &request->gres[i];

        g_string_append_printf(
            out, " %s:%s:%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT,
            cluster->gres_names[gres->name],
            gres->type == GRES_ANY_TYPE ? "-" : cluster->gres_types[gres->type], gres->per_node,
            gres->per_job, gres->per_task);
    }
    for (uint32_t i = 0; i < request->n_licenses; i++)
        g_string_append_printf(out, " %s:%u", cluster->licenses[request->licenses[i].license].name,
                               request->licenses[i].count);
}

/* What a job asked for, without its name, account and QoS. @runs: how many nodes at most is no
 * longer told. */
static inline char *text_request(const Scenario *scenario, const LoadJob *job, bool runs)
{
    const JobSpec *spec = job->spec;
    g_autofree char *message = NULL;
    g_autoptr(JobRequest) request =
        request_build(scenario->cluster, spec, job->submit_at, scenario->epoch, &message);
    GString *out = g_string_new(NULL);
    g_autofree char *required = NULL, *excluded = NULL, *array = text_array(spec->array);

    if (!request)
        fail_msg("%s: %s", job->id, message);
    required = request->required ? cluster_hostlist(scenario->cluster, request->required) : NULL;
    excluded = request->excluded ? cluster_hostlist(scenario->cluster, request->excluded) : NULL;
    g_string_append_printf(
        out, "nodes=%u-%u tasks=%u*%u cpus=%u/%u per node=%u mem=%" G_GUINT64_FORMAT "/%d",
        request->min_nodes, runs ? 0 : request->max_nodes, request->num_tasks,
        request->cpus_per_task, request->min_cpus, request->pn_min_cpus, request->ntasks_per_node,
        request->memory.amount, request->memory.per_cpu);
    g_string_append_printf(
        out, " gpu=%u time=%u-%u array=%s features=%s on=%s not on=%s exclusive=%d contiguous=%d",
        request->cpus_per_gpu, spec->time_min, spec->time_limit, array,
        spec->constraint ? spec->constraint : "-", required ? required : "-",
        excluded ? excluded : "-", (int)request->exclusive, request->contiguous);
    g_string_append_printf(out, " hold=%d nice=%d requeue=%d reservation=%s", spec->hold,
                           spec->nice, spec->requeue != CHOICE_NO,
                           spec->reservation ? spec->reservation : "-");
    text_devices(out, scenario->cluster, request);
    return g_string_free(out, FALSE);
}
