/* Why a job waits, in Slurm's words. Source: Slurm job_state_reason.c (24.05). */
#include "sim/reason.h"
#include <glib.h>

/* A TRES limit's name: prefix, the resource, suffix; the first resources have their own endings. */
typedef struct {
    const char *prefix, *suffix;
    const char *cpu;    /* the whole name for CPUs, where it is irregular */
    const char *node;   /* for nodes; NULL: as the others */
    const char *memory; /* for memory; NULL: as the others */
} TresName;

static const char *const plain_names[WAIT_REASONS] = {
    [WAIT_NONE] = "None",
    [WAIT_PRIORITY] = "Priority",
    [WAIT_RESOURCES] = "Resources",
    [WAIT_DEPENDENCY] = "Dependency",
    [WAIT_DEPENDENCY_NEVER] = "DependencyNeverSatisfied",
    [WAIT_BEGIN_TIME] = "BeginTime",
    [WAIT_HELD_ADMIN] = "JobHeldAdmin",
    [WAIT_HELD_USER] = "JobHeldUser",
    [WAIT_ARRAY_LIMIT] = "JobArrayTaskLimit",
    [WAIT_LICENSES] = "Licenses",
    [WAIT_RESERVATION] = "Reservation",
    [WAIT_RESERVATION_DELETED] = "ReservationDeleted",
    [WAIT_PART_DOWN] = "PartitionDown",
    [WAIT_PART_INACTIVE] = "PartitionInactive",
    [WAIT_PART_NODE_LIMIT] = "PartitionNodeLimit",
    [WAIT_PART_TIME_LIMIT] = "PartitionTimeLimit",
    [WAIT_PART_CONFIG] = "PartitionConfig",
    [WAIT_NODE_NOT_AVAIL] = "ReqNodeNotAvail",
    [WAIT_BAD_CONSTRAINTS] = "BadConstraints",
    [WAIT_ACCOUNT] = "AccountNotAllowed",
    [WAIT_QOS] = "QOSNotAllowed",
    [WAIT_QOS_THRESHOLD] = "QOSUsageThreshold",
    [WAIT_MAX_MEM_PER_LIMIT] = "MaxMemPerLimit",
    [WAIT_DEADLINE] = "DeadLine",
    [WAIT_MAX_REQUEUE] = "JobHoldMaxRequeue",
    [WAIT_QOS_GRP_JOBS] = "QOSGrpJobsLimit",
    [WAIT_QOS_GRP_WALL] = "QOSGrpWallLimit",
    [WAIT_QOS_MAX_JOBS_PU] = "QOSMaxJobsPerUserLimit",
    [WAIT_QOS_MAX_JOBS_PA] = "MaxJobsPerAccount",
    [WAIT_QOS_MAX_WALL] = "QOSMaxWallDurationPerJobLimit",
    [WAIT_ASSOC_GRP_JOBS] = "AssocGrpJobsLimit",
    [WAIT_ASSOC_GRP_WALL] = "AssocGrpWallLimit",
    [WAIT_ASSOC_MAX_JOBS] = "AssocMaxJobsLimit",
    [WAIT_ASSOC_MAX_WALL] = "AssocMaxWallDurationPerJobLimit",
    [WAIT_QOS_GRP_SUBMIT] = "QOSGrpSubmitJobsLimit",
    [WAIT_QOS_MAX_SUBMIT_PU] = "QOSMaxSubmitJobPerUserLimit",
    [WAIT_QOS_MAX_SUBMIT_PA] = "MaxSubmitJobsPerAccount",
    [WAIT_ASSOC_GRP_SUBMIT] = "AssocGrpSubmitJobsLimit",
    [WAIT_ASSOC_MAX_SUBMIT] = "AssocMaxSubmitJobLimit",
};

static const TresName tres_names[WAIT_REASONS] = {
    [WAIT_QOS_GRP_TRES] = {"QOSGrp", "", "QOSGrpCpuLimit", "QOSGrpNodeLimit", "QOSGrpMemLimit"},
    [WAIT_QOS_GRP_TRES_MINS] = {"QOSGrp", "Minutes", "QOSGrpCPUMinutesLimit", NULL, NULL},
    [WAIT_QOS_GRP_TRES_RUN_MINS] = {"QOSGrp", "RunMinutes", "QOSGrpCPURunMinutesLimit", NULL, NULL},
    [WAIT_QOS_MAX_TRES_PJ] = {"QOSMax", "PerJob", "QOSMaxCpuPerJobLimit", "QOSMaxNodePerJobLimit",
                              NULL},
    [WAIT_QOS_MAX_TRES_PN] = {"QOSMax", "PerNode", NULL, NULL, NULL},
    [WAIT_QOS_MAX_TRES_PU] = {"QOSMax", "PerUser", "QOSMaxCpuPerUserLimit",
                              "QOSMaxNodePerUserLimit", NULL},
    [WAIT_QOS_MAX_TRES_PA] = {"Max", "PerAccount", NULL, NULL, NULL},
    [WAIT_QOS_MAX_TRES_MINS] = {"QOSMax", "MinutesPerJob", "QOSMaxCpuMinutesPerJobLimit", NULL,
                                NULL},
    [WAIT_QOS_MAX_TRES_RUN_MINS_PU] = {"Max", "RunMinsPerUser", NULL, NULL, NULL},
    [WAIT_QOS_MAX_TRES_RUN_MINS_PA] = {"Max", "RunMinsPerAccount", NULL, NULL, NULL},
    [WAIT_QOS_MIN_TRES] = {"QOSMin", "", "QOSMinCpuNotSatisfied", NULL, NULL},
    [WAIT_ASSOC_GRP_TRES] = {"AssocGrp", "", "AssocGrpCpuLimit", "AssocGrpNodeLimit",
                             "AssocGrpMemLimit"},
    [WAIT_ASSOC_GRP_TRES_MINS] = {"AssocGrp", "Minutes", "AssocGrpCPUMinutesLimit", NULL,
                                  "AssocGrpMemMinutes"},
    [WAIT_ASSOC_GRP_TRES_RUN_MINS] = {"AssocGrp", "RunMinutes", "AssocGrpCPURunMinutesLimit", NULL,
                                      "AssocGrpMemRunMinutes"},
    [WAIT_ASSOC_MAX_TRES_PJ] = {"AssocMax", "PerJob", "AssocMaxCpuPerJobLimit",
                                "AssocMaxNodePerJobLimit", "AssocMaxMemPerJob"},
    [WAIT_ASSOC_MAX_TRES_PN] = {"AssocMax", "PerNode", NULL, NULL, "AssocMaxMemPerNode"},
    [WAIT_ASSOC_MAX_TRES_MINS] = {"AssocMax", "MinutesPerJob", "AssocMaxCpuMinutesPerJobLimit",
                                  NULL, "AssocMaxMemMinutesPerJob"},
};

static const char *tres_word(const char *tres)
{
    static const struct {
        const char *tres, *word;
    } words[] = {
        {"cpu", "Cpu"},         {"mem", "Memory"}, {"energy", "Energy"}, {"node", "Node"},
        {"billing", "Billing"}, {"gres/", "GRES"}, {"bb/", "BB"},        {"license/", "License"},
    };

    for (size_t i = 0; tres && i < G_N_ELEMENTS(words); i++)
        if (g_str_has_prefix(tres, words[i].tres))
            return words[i].word;
    return "Unknown";
}

/* The whole name where it does not follow the pattern; NULL where it does. */
static const char *irregular(const TresName *name, const char *tres)
{
    if (g_strcmp0(tres, "cpu") == 0)
        return name->cpu;
    if (g_strcmp0(tres, "node") == 0)
        return name->node;
    if (g_strcmp0(tres, "mem") == 0)
        return name->memory;
    return NULL;
}

const char *wait_reason_tres_name(WaitReason reason, const char *tres)
{
    const TresName *name = &tres_names[reason];
    const char *whole = name->prefix ? irregular(name, tres) : plain_names[reason];

    if (whole)
        return whole;

    g_autofree char *text = g_strconcat(name->prefix, tres_word(tres), name->suffix, NULL);

    return g_intern_string(text);
}

const char *wait_reason_name(WaitReason reason)
{
    return wait_reason_tres_name(reason, NULL);
}
