/* May a job use a partition with a QoS at all? States, groups, accounts, QoS lists.
 * Source: Slurm job_mgr.c, partition access checks; reference 1.8, 8.9. */
#include "planner/asker.h"

uint32_t asker_assoc(const Asker *self, uint32_t partition)
{
    const char *name = partition == INDEX_NONE ? NULL : self->cluster->partitions[partition].name;

    if (!self->problem->user)
        return INDEX_NONE;
    return cluster_find_assoc(self->cluster, self->problem->user, self->spec->account, name);
}

static bool is_listed(char *const *list, const char *word)
{
    for (char *const *entry = list; word && *entry; entry++) {
        if (g_ascii_strcasecmp(*entry, word) == 0)
            return true;
    }
    return false;
}

static bool shares_a_group(char *const *allowed, char *const *groups)
{
    for (char *const *group = groups; *group; group++) {
        if (is_listed(allowed, *group))
            return true;
    }
    return false;
}

static char *joined(char *const *list)
{
    GString *text = g_string_new(NULL);

    for (char *const *entry = list; *entry; entry++)
        g_string_append_printf(text, "%s%s", entry == list ? "" : ",", *entry);
    return g_string_free(text, FALSE);
}

static char *refuse_state(const Partition *partition)
{
    switch (partition->state) {
    case PARTITION_UP:
        return NULL;
    case PARTITION_DOWN:
        return g_strdup("State=DOWN: nothing starts there");
    case PARTITION_DRAIN:
        return g_strdup("State=DRAIN: it takes no new jobs");
    case PARTITION_INACTIVE:
        return g_strdup("State=INACTIVE: it takes no jobs and starts none");
    }
    return NULL;
}

/* Groups that are not known (no snapshot of them) are given the benefit of the doubt. */
static char *refuse_user(const Asker *self, const Partition *partition)
{
    const bool known = self->user != INDEX_NONE && self->cluster->users[self->user].groups;

    if (partition->root_only && g_strcmp0(self->problem->user, "root") != 0)
        return g_strdup("RootOnly=YES: only root may submit to it");
    if (partition->req_resv && !self->spec->reservation)
        return g_strdup("ReqResv=YES: it needs a reservation, and the job names none");
    if (partition->allow_groups && known &&
        !shares_a_group(partition->allow_groups, self->cluster->users[self->user].groups)) {
        g_autofree char *groups = joined(partition->allow_groups);

        return g_strdup_printf("AllowGroups=%s: user %s is in none of them", groups,
                               self->problem->user);
    }
    return NULL;
}

static char *refuse_account(const Asker *self, const Partition *partition, uint32_t assoc)
{
    const char *account =
        assoc == INDEX_NONE ? self->spec->account : self->cluster->assocs[assoc].account;

    if (!(self->cluster->config.enforce & ENFORCE_ASSOCIATIONS))
        return NULL;
    if (partition->allow_accounts && !is_listed(partition->allow_accounts, account)) {
        g_autofree char *accounts = joined(partition->allow_accounts);

        return g_strdup_printf("AllowAccounts=%s: the job's account is %s", accounts,
                               account ? account : "not known");
    }
    if (!partition->allow_accounts && partition->deny_accounts &&
        is_listed(partition->deny_accounts, account))
        return g_strdup_printf("DenyAccounts names the job's account %s", account);
    return NULL;
}

static char *refuse_partition_qos(const Partition *partition, const char *qos)
{
    if (partition->allow_qos && !is_listed(partition->allow_qos, qos)) {
        g_autofree char *allowed = joined(partition->allow_qos);

        return g_strdup_printf("AllowQos=%s does not name %s", allowed, qos);
    }
    if (!partition->allow_qos && partition->deny_qos && is_listed(partition->deny_qos, qos))
        return g_strdup_printf("DenyQos names %s", qos);
    return NULL;
}

static char *refuse_qos(const Asker *self, uint32_t assoc, uint32_t qos)
{
    const Qos *wanted = &self->cluster->qos[qos];

    if ((self->cluster->config.enforce & ENFORCE_QOS) && assoc != INDEX_NONE) {
        const Assoc *own = &self->cluster->assocs[assoc];

        if (own->may_use_qos && !own->may_use_qos[qos])
            return g_strdup_printf("the association of %s with account %s has no QoS %s",
                                   self->problem->user, own->account, wanted->name);
    }
    if ((wanted->flags & QOS_REQUIRES_RESERVATION) && !self->spec->reservation)
        return g_strdup_printf("QoS %s has RequiresReservation, and the job names none",
                               wanted->name);
    return NULL;
}

static char *refuse_without_assoc(const Asker *self, uint32_t assoc)
{
    if (!(self->cluster->config.enforce & ENFORCE_ASSOCIATIONS) || assoc != INDEX_NONE)
        return NULL;
    if (!self->problem->user)
        return g_strdup("the cluster enforces associations, and no user is given");
    if (self->spec->account)
        return g_strdup_printf("user %s has no association with account %s", self->problem->user,
                               self->spec->account);
    return g_strdup_printf("user %s has no association", self->problem->user);
}

char *asker_no_access(const Asker *self, uint32_t partition, uint32_t qos)
{
    const Partition *where = &self->cluster->partitions[partition];
    const uint32_t assoc = asker_assoc(self, partition);
    char *reason = refuse_without_assoc(self, assoc);

    if (!reason)
        reason = refuse_state(where);
    if (!reason)
        reason = refuse_user(self, where);
    if (!reason)
        reason = refuse_account(self, where, assoc);
    if (!reason && qos != INDEX_NONE)
        reason = refuse_qos(self, assoc, qos);
    if (!reason && qos != INDEX_NONE)
        reason = refuse_partition_qos(where, self->cluster->qos[qos].name);
    return reason;
}
