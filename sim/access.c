/* May a job be in a partition at all: state, access lists, sizes, time.
 * Source: Slurm job_mgr.c _part_access_check, _valid_job_part, job_limits_check; reference 1.8. */
#include "sim/core.h"

#define ALLOWED ((AccessVerdict){.reason = WAIT_NONE})

static AccessVerdict refusal(WaitReason reason, const char *message)
{
    return (AccessVerdict){.reason = reason, .message = message};
}

static bool is_listed(char *const *list, const char *name)
{
    for (; list && *list; list++) {
        if (name && g_ascii_strcasecmp(*list, name) == 0)
            return true;
    }
    return false;
}

static const char *account_of(const Sim *self, const SimJob *job)
{
    return job->assoc == INDEX_NONE ? job->spec->account
                                    : self->cluster->assocs[job->assoc].account;
}

static const char *qos_of(const Sim *self, const SimJob *job)
{
    return job->qos == INDEX_NONE ? NULL : self->cluster->qos[job->qos].name;
}

AccessVerdict access_lists(const Sim *self, const SimJob *job, uint32_t index)
{
    const Partition *partition = &self->cluster->partitions[index];
    const bool accounts = self->cluster->config.enforce & ENFORCE_ASSOCIATIONS;
    const char *account = account_of(self, job);
    const char *qos = qos_of(self, job);

    if (accounts && partition->allow_accounts
            ? !is_listed(partition->allow_accounts, account)
            : accounts && is_listed(partition->deny_accounts, account))
        return refusal(WAIT_ACCOUNT, "Invalid account or account/partition combination specified");
    if (qos && partition->allow_qos ? !is_listed(partition->allow_qos, qos)
                                    : qos && is_listed(partition->deny_qos, qos))
        return refusal(WAIT_QOS, "Invalid qos specification");
    return ALLOWED;
}

static AccessVerdict check_group(const Sim *self, const SimJob *job, const Partition *partition)
{
    const User *user = job->user < self->cluster->n_users ? &self->cluster->users[job->user] : NULL;

    if (!partition->allow_groups || !user || !user->groups || user->is_admin)
        return ALLOWED; /* groups are known from a snapshot only */
    for (char **group = user->groups; *group; group++) {
        if (is_listed(partition->allow_groups, *group))
            return ALLOWED;
    }
    return refusal(WAIT_PART_CONFIG, "User's group not permitted to use this partition");
}

static AccessVerdict check_size(const Sim *self, const SimJob *job, const Partition *partition)
{
    const JobRequest *request = job->request;
    const bool any_most = limits_qos_flag(self->limits, job, QOS_PART_MAX_NODE);
    const bool any_least = limits_qos_flag(self->limits, job, QOS_PART_MIN_NODE);
    const uint32_t least = request->min_nodes;
    const uint32_t most = request->max_nodes ? request->max_nodes : UINT32_MAX;

    if (request->min_cpus > partition->total_cpus ||
        (partition->max_cpus_per_node != UINT32_MAX &&
         request->min_cpus > (uint64_t)partition->max_cpus_per_node * partition->n_nodes))
        return refusal(WAIT_PART_CONFIG, "More processors requested than permitted");
    if (least > partition->n_nodes)
        return refusal(WAIT_PART_NODE_LIMIT, "Node count specification invalid");
    if (request->required && !nodeset_contains(partition->nodes, request->required) &&
        !request->required_is_pool)
        return refusal(WAIT_PART_CONFIG, "Requested nodes not in this partition");
    if (!any_least && most < partition->min_nodes)
        return refusal(WAIT_PART_NODE_LIMIT, "Node count specification invalid");
    if (!any_most &&
        ((request->max_nodes && most > partition->max_nodes) || least > partition->max_nodes))
        return refusal(WAIT_PART_NODE_LIMIT, "Node count specification invalid");
    return ALLOWED;
}

static AccessVerdict check_time(const Sim *self, const SimJob *job, const Partition *partition,
                                bool backfill)
{
    const bool least = backfill && job->spec->time_min != MINUTES_UNSET;
    const uint32_t limit = least ? job->spec->time_min : job->limit;

    if (limit == MINUTES_UNSET || limit <= partition->max_time ||
        limits_qos_flag(self->limits, job, QOS_PART_TIME_LIMIT))
        return ALLOWED;
    return refusal(WAIT_PART_TIME_LIMIT,
                   "Requested time limit is invalid (missing or exceeds some limit)");
}

static AccessVerdict check_always(const SimJob *job, const Partition *partition)
{
    const bool is_root = g_str_equal(job->source->user ? job->source->user : "", "root");
    AccessVerdict verdict = ALLOWED;

    if (partition->req_resv && !job->reservation)
        verdict = refusal(WAIT_PART_CONFIG, "Access/permission denied");
    else if (partition->root_only && !is_root)
        verdict = refusal(WAIT_PART_CONFIG, "Access/permission denied");
    else if (partition->disable_root_jobs && is_root)
        verdict = refusal(WAIT_PART_CONFIG, "Access/permission denied");
    verdict.always = verdict.reason != WAIT_NONE;
    return verdict;
}

AccessVerdict access_check(const Sim *self, const SimJob *job, uint32_t index, bool backfill)
{
    const Partition *partition = &self->cluster->partitions[index];
    AccessVerdict verdict = check_always(job, partition);

    if (verdict.reason == WAIT_NONE)
        verdict = check_group(self, job, partition);
    if (verdict.reason == WAIT_NONE)
        verdict = check_size(self, job, partition);
    if (verdict.reason == WAIT_NONE)
        verdict = check_time(self, job, partition, backfill);
    if (verdict.reason == WAIT_NONE && self->cluster->config.enforce_part_limits != PART_LIMITS_NO)
        verdict = access_lists(self, job, index);
    return verdict;
}
