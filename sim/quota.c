/* How many records backfill looks at for each user, association and partition. */
#include "sim/quota.h"

struct Quota {
    const SchedulerParameters *sched;
    GHashTable *seen; /* key of who and where -> records so far */
};

Quota *quota_new(const SchedulerParameters *sched)
{
    Quota *self = g_new0(Quota, 1);

    self->sched = sched;
    return self;
}

void quota_free(Quota *self)
{
    if (!self)
        return;
    g_clear_pointer(&self->seen, g_hash_table_unref);
    g_free(self);
}

static bool take(Quota *self, uint32_t most, char kind, uint32_t who, uint32_t where)
{
    g_autofree char *key = NULL;
    guint seen;

    if (most == 0)
        return true;
    if (!self->seen)
        self->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    key = g_strdup_printf("%c %u %u", kind, who, where);
    seen = GPOINTER_TO_UINT(g_hash_table_lookup(self->seen, key));
    if (seen >= most)
        return false;
    g_hash_table_replace(self->seen, g_steal_pointer(&key), GUINT_TO_POINTER(seen + 1));
    return true;
}

bool quota_take(Quota *self, const SimJob *job)
{
    const SchedulerParameters *sched = self->sched;

    return take(self, sched->bf_max_job_user_part, 'b', job->user, job->partition) &&
           take(self, sched->bf_max_job_part, 'p', 0, job->partition) &&
           take(self, sched->bf_max_job_assoc, 'a', job->assoc, 0) &&
           (sched->bf_max_job_assoc || take(self, sched->bf_max_job_user, 'u', job->user, 0));
}
