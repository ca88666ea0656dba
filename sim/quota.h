/* How many records backfill looks at for each user, association and partition: bf_max_job_*.
 * Source: Slurm backfill.c _job_exceeds_max_bf_param; reference 6.4. Only sim/ includes it. */
#pragma once

#include "sim/state.h"

typedef struct Quota Quota;

Quota *quota_new(const SchedulerParameters *sched); /* nobody has been looked at; borrows @sched */
void quota_free(Quota *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Quota, quota_free)

/** quota_take - counts a record of @job in job->partition. False: it is beyond a quota; those
 * before that one have counted it. */
bool quota_take(Quota *self, const SimJob *job);
