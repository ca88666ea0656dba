/* Why a job waits, in Slurm's words. */
#pragma once

#include <stdbool.h>

/* Classes decide what schedulers do with a job that waits for it. */
typedef enum {
    WAIT_NONE,
    WAIT_PRIORITY,
    WAIT_RESOURCES,
    WAIT_DEPENDENCY,
    WAIT_DEPENDENCY_NEVER,
    WAIT_BEGIN_TIME,
    WAIT_HELD_ADMIN,
    WAIT_HELD_USER,
    WAIT_ARRAY_LIMIT,
    WAIT_LICENSES,
    WAIT_RESERVATION,
    WAIT_RESERVATION_DELETED,
    WAIT_PART_DOWN,
    WAIT_PART_INACTIVE,
    WAIT_PART_NODE_LIMIT,
    WAIT_PART_TIME_LIMIT,
    WAIT_PART_CONFIG,
    WAIT_NODE_NOT_AVAIL,
    WAIT_BAD_CONSTRAINTS,
    WAIT_ACCOUNT,
    WAIT_QOS,
    WAIT_QOS_THRESHOLD,
    WAIT_MAX_MEM_PER_LIMIT,
    WAIT_DEADLINE,
    WAIT_MAX_REQUEUE,
    /* accounting policy: from here on */
    WAIT_QOS_GRP_JOBS,
    WAIT_QOS_GRP_WALL,
    WAIT_QOS_GRP_TRES,
    WAIT_QOS_GRP_TRES_MINS,
    WAIT_QOS_GRP_TRES_RUN_MINS,
    WAIT_QOS_MAX_JOBS_PU,
    WAIT_QOS_MAX_JOBS_PA,
    WAIT_QOS_MAX_WALL,
    WAIT_QOS_MAX_TRES_PJ,
    WAIT_QOS_MAX_TRES_PN,
    WAIT_QOS_MAX_TRES_PU,
    WAIT_QOS_MAX_TRES_PA,
    WAIT_QOS_MAX_TRES_MINS,
    WAIT_QOS_MAX_TRES_RUN_MINS_PU,
    WAIT_QOS_MAX_TRES_RUN_MINS_PA,
    WAIT_QOS_MIN_TRES,
    WAIT_ASSOC_GRP_JOBS,
    WAIT_ASSOC_GRP_WALL,
    WAIT_ASSOC_GRP_TRES,
    WAIT_ASSOC_GRP_TRES_MINS,
    WAIT_ASSOC_GRP_TRES_RUN_MINS,
    WAIT_ASSOC_MAX_JOBS,
    WAIT_ASSOC_MAX_WALL,
    WAIT_ASSOC_MAX_TRES_PJ,
    WAIT_ASSOC_MAX_TRES_PN,
    WAIT_ASSOC_MAX_TRES_MINS,
    /* only ever refusals at submit */
    WAIT_QOS_GRP_SUBMIT,
    WAIT_QOS_MAX_SUBMIT_PU,
    WAIT_QOS_MAX_SUBMIT_PA,
    WAIT_ASSOC_GRP_SUBMIT,
    WAIT_ASSOC_MAX_SUBMIT,
    WAIT_REASONS
} WaitReason;

/** wait_reason_name - as squeue prints it: "Resources", "QOSMaxJobsPerUserLimit". The TRES of a
 * limit is "Unknown" ("QOSGrpUnknown"): see wait_reason_tres_name. Static text. */
const char *wait_reason_name(WaitReason reason);

/** wait_reason_tres_name - with the kind of resource: "QOSGrpCpuLimit". Static text.
 * @tres: "cpu", "mem", "gres/gpu", ...; NULL when unknown. Reasons without a kind ignore it. */
const char *wait_reason_tres_name(WaitReason reason, const char *tres);

/** wait_reason_is_policy - a QoS or association limit: blocks nobody else. */
static inline bool wait_reason_is_policy(WaitReason reason)
{
    return reason >= WAIT_QOS_GRP_JOBS && reason < WAIT_REASONS;
}
