/* Limits: the one a job waits for, with its value and its use. */
#include "sim/limit_rule.h"

typedef enum { OF_GROUP, OF_USER, OF_ACCOUNT, OF_JOB } Scope;
typedef enum { KIND_JOBS, KIND_WALL, KIND_TRES, KIND_MINUTES, KIND_RUN_MINUTES } Kind;

/* Where a reason's limit stands. */
typedef struct {
    WaitReason reason;
    Scope scope;
    Kind kind;
    const char *name;
    size_t offset; /* in Qos, or in Assoc */
} Place;

#define AT_QOS(field)   offsetof(Qos, field)
#define AT_ASSOC(field) offsetof(Assoc, field)

static const Place of_qos[] = {
    {WAIT_QOS_GRP_JOBS, OF_GROUP, KIND_JOBS, "GrpJobs", AT_QOS(grp_jobs)},
    {WAIT_QOS_GRP_WALL, OF_GROUP, KIND_WALL, "GrpWall", AT_QOS(grp_wall)},
    {WAIT_QOS_GRP_TRES, OF_GROUP, KIND_TRES, "GrpTRES", AT_QOS(grp_tres)},
    {WAIT_QOS_GRP_TRES_MINS, OF_GROUP, KIND_MINUTES, "GrpTRESMins", AT_QOS(grp_tres_mins)},
    {WAIT_QOS_GRP_TRES_RUN_MINS, OF_GROUP, KIND_RUN_MINUTES, "GrpTRESRunMins",
     AT_QOS(grp_tres_run_mins)},
    {WAIT_QOS_MAX_JOBS_PU, OF_USER, KIND_JOBS, "MaxJobsPerUser", AT_QOS(max_jobs_pu)},
    {WAIT_QOS_MAX_JOBS_PA, OF_ACCOUNT, KIND_JOBS, "MaxJobsPerAccount", AT_QOS(max_jobs_pa)},
    {WAIT_QOS_MAX_WALL, OF_JOB, KIND_WALL, "MaxWall", AT_QOS(max_wall_pj)},
    {WAIT_QOS_MAX_TRES_PJ, OF_JOB, KIND_TRES, "MaxTRESPerJob", AT_QOS(max_tres_pj)},
    {WAIT_QOS_MAX_TRES_PN, OF_JOB, KIND_TRES, "MaxTRESPerNode", AT_QOS(max_tres_pn)},
    {WAIT_QOS_MAX_TRES_PU, OF_USER, KIND_TRES, "MaxTRESPerUser", AT_QOS(max_tres_pu)},
    {WAIT_QOS_MAX_TRES_PA, OF_ACCOUNT, KIND_TRES, "MaxTRESPerAccount", AT_QOS(max_tres_pa)},
    {WAIT_QOS_MAX_TRES_MINS, OF_JOB, KIND_MINUTES, "MaxTRESMinsPerJob", AT_QOS(max_tres_mins_pj)},
    {WAIT_QOS_MAX_TRES_RUN_MINS_PU, OF_USER, KIND_RUN_MINUTES, "MaxTRESRunMinsPerUser",
     AT_QOS(max_tres_run_mins_pu)},
    {WAIT_QOS_MAX_TRES_RUN_MINS_PA, OF_ACCOUNT, KIND_RUN_MINUTES, "MaxTRESRunMinsPerAccount",
     AT_QOS(max_tres_run_mins_pa)},
    {WAIT_QOS_MIN_TRES, OF_JOB, KIND_TRES, "MinTRESPerJob", AT_QOS(min_tres_pj)},
};

static const Place of_assoc[] = {
    {WAIT_ASSOC_GRP_JOBS, OF_GROUP, KIND_JOBS, "GrpJobs", AT_ASSOC(grp_jobs)},
    {WAIT_ASSOC_GRP_WALL, OF_GROUP, KIND_WALL, "GrpWall", AT_ASSOC(grp_wall)},
    {WAIT_ASSOC_GRP_TRES, OF_GROUP, KIND_TRES, "GrpTRES", AT_ASSOC(grp_tres)},
    {WAIT_ASSOC_GRP_TRES_MINS, OF_GROUP, KIND_MINUTES, "GrpTRESMins", AT_ASSOC(grp_tres_mins)},
    {WAIT_ASSOC_GRP_TRES_RUN_MINS, OF_GROUP, KIND_RUN_MINUTES, "GrpTRESRunMins",
     AT_ASSOC(grp_tres_run_mins)},
    {WAIT_ASSOC_MAX_JOBS, OF_USER, KIND_JOBS, "MaxJobs", AT_ASSOC(max_jobs)},
    {WAIT_ASSOC_MAX_WALL, OF_JOB, KIND_WALL, "MaxWall", AT_ASSOC(max_wall_pj)},
    {WAIT_ASSOC_MAX_TRES_PJ, OF_JOB, KIND_TRES, "MaxTRESPerJob", AT_ASSOC(max_tres_pj)},
    {WAIT_ASSOC_MAX_TRES_PN, OF_JOB, KIND_TRES, "MaxTRESPerNode", AT_ASSOC(max_tres_pn)},
    {WAIT_ASSOC_MAX_TRES_MINS, OF_JOB, KIND_MINUTES, "MaxTRESMinsPerJob",
     AT_ASSOC(max_tres_mins_pj)},
};

static const Place *place_of(const Place *places, size_t n, WaitReason reason)
{
    for (size_t i = 0; i < n; i++)
        if (places[i].reason == reason)
            return &places[i];
    return NULL;
}

/* The limit in a Qos or an Assoc; UINT64_MAX when it sets none. */
static uint64_t value_in(const void *owner, const Place *place, uint32_t tres)
{
    const void *at = (const char *)owner + place->offset;

    if (place->kind == KIND_JOBS || place->kind == KIND_WALL) {
        const uint32_t count = *(const uint32_t *)at;

        return count == LIMIT_NONE ? UINT64_MAX : count;
    }
    return ((const TresLimits *)at)->v[tres];
}

static uint64_t used_of(const Place *place, const Tally *tally, const Used *used, uint32_t tres)
{
    if (place->scope == OF_JOB)
        return 0;
    if (place->kind == KIND_JOBS)
        return tally->jobs;
    if (place->kind == KIND_WALL)
        return (uint64_t)(used->wall / 60);
    if (place->kind == KIND_TRES)
        return tally->tres[tres];
    if (place->kind == KIND_RUN_MINUTES)
        return tally->run_secs[tres] / 60;
    return (uint64_t)(used->tres[tres] / 60) + tally->run_secs[tres] / 60;
}

static uint64_t wanted_of(const Limits *self, const SimJob *job, const Place *place, uint32_t tres)
{
    const uint64_t *asked = job->tres_request;
    const uint32_t partition = job->partition == INDEX_NONE ? job->partitions[0] : job->partition;
    const uint32_t minutes =
        job->limit == MINUTES_UNSET ? self->cluster->partitions[partition].max_time : job->limit;

    if (place->kind == KIND_JOBS)
        return 1;
    if (place->kind == KIND_WALL)
        return minutes;
    if (!asked)
        return 0;
    if (place->kind == KIND_TRES)
        return place->reason == WAIT_QOS_MAX_TRES_PN || place->reason == WAIT_ASSOC_MAX_TRES_PN
                   ? asked[tres] / MAX(asked[TRES_NODE], 1)
                   : asked[tres];
    return asked[tres] * minutes;
}

static bool show_qos(const Limits *self, const SimJob *job, const Place *place, LimitShown *out)
{
    const QosOrder order = limit_qos_order(self, job, job->partition);

    for (uint32_t i = 0; i < order.n; i++) {
        const uint32_t index = order.index[i];
        const Tally *tally = place->scope == OF_USER      ? limit_user_tally(self, index, job)
                             : place->scope == OF_ACCOUNT ? limit_account_tally(self, index, job)
                                                          : &self->by_qos[index];

        out->limit = value_in(order.nth[i], place, out->tres);
        if (out->limit == UINT64_MAX)
            continue;
        out->qos = index;
        out->used = used_of(place, tally, &self->usage->qos[index], out->tres);
        return true;
    }
    return false;
}

/* Of a group's limits the lowest association whose is reached; else the job's own. */
static bool show_assoc(const Limits *self, const SimJob *job, const Place *place, LimitShown *out)
{
    for (uint32_t i = job->assoc; i != INDEX_NONE; i = self->cluster->assocs[i].parent) {
        out->limit = value_in(&self->cluster->assocs[i], place, out->tres);
        out->used = used_of(place, &self->assocs[i], &self->usage->assocs[i], out->tres);
        out->assoc = i;
        if (out->limit != UINT64_MAX &&
            (out->used >= out->limit || out->used + out->wanted > out->limit))
            return true;
        if (place->scope != OF_GROUP)
            break;
    }
    return false;
}

bool limits_show(const Limits *self, const SimJob *job, LimitShown *out)
{
    const Place *qos = place_of(of_qos, G_N_ELEMENTS(of_qos), job->reason);
    const Place *place = qos ? qos : place_of(of_assoc, G_N_ELEMENTS(of_assoc), job->reason);
    const bool by_tres = place && place->kind != KIND_JOBS && place->kind != KIND_WALL;

    if (!place || !self->enforced || job->assoc == INDEX_NONE)
        return false;
    if (by_tres && job->reason_tres >= self->cluster->n_tres)
        return false;
    *out = (LimitShown){.name = place->name,
                        .tres = by_tres ? job->reason_tres : INDEX_NONE,
                        .qos = INDEX_NONE,
                        .assoc = INDEX_NONE,
                        .wanted = wanted_of(self, job, place, by_tres ? job->reason_tres : 0)};
    return qos ? show_qos(self, job, place, out) : show_assoc(self, job, place, out);
}
