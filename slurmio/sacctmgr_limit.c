/* The limits of associations and QoS, in all of sacctmgr's spellings. */
#include "slurmio/sacctmgr_limit.h"

#include <string.h>

#define A(member) G_STRUCT_OFFSET(Assoc, member)
#define Q(member) G_STRUCT_OFFSET(Qos, member)

static const Limit assoc_limits[] = {
    {"GrpCPUMins", 7, LIMIT_ONE_TRES, A(grp_tres_mins), TRES_CPU},
    {"GrpCPURunMins", 7, LIMIT_ONE_TRES, A(grp_tres_run_mins), TRES_CPU},
    {"GrpCPUs", 7, LIMIT_ONE_TRES, A(grp_tres), TRES_CPU},
    {"GrpJobs", 4, LIMIT_COUNT, A(grp_jobs), 0},
    {"GrpJobsAccrue", 8, LIMIT_COUNT, A(grp_jobs_accrue), 0},
    {"GrpMemory", 4, LIMIT_ONE_TRES, A(grp_tres), TRES_MEM},
    {"GrpNodes", 4, LIMIT_ONE_TRES, A(grp_tres), TRES_NODE},
    {"GrpSubmitJobs", 4, LIMIT_COUNT, A(grp_submit_jobs), 0},
    {"GrpTRES", 7, LIMIT_TRES, A(grp_tres), 0},
    {"GrpTRESMins", 8, LIMIT_TRES, A(grp_tres_mins), 0},
    {"GrpTRESRunMins", 8, LIMIT_TRES, A(grp_tres_run_mins), 0},
    {"GrpWall", 4, LIMIT_MINUTES, A(grp_wall), 0},
    {"MaxCPUMinsPerJob", 7, LIMIT_ONE_TRES, A(max_tres_mins_pj), TRES_CPU},
    {"MaxCPUsPerJob", 7, LIMIT_ONE_TRES, A(max_tres_pj), TRES_CPU},
    {"MaxJobs", 4, LIMIT_COUNT, A(max_jobs), 0},
    {"MaxJobsAccrue", 8, LIMIT_COUNT, A(max_jobs_accrue), 0},
    {"MaxNodesPerJob", 4, LIMIT_ONE_TRES, A(max_tres_pj), TRES_NODE},
    {"MinPrioThreshold", 4, LIMIT_COUNT, A(min_prio_threshold), 0},
    {"MaxSubmitJobs", 4, LIMIT_COUNT, A(max_submit_jobs), 0},
    {"MaxTRESPerJob", 7, LIMIT_TRES, A(max_tres_pj), 0},
    {"MaxTRESPJ", 9, LIMIT_TRES, A(max_tres_pj), 0},
    {"MaxTRESPerNode", 11, LIMIT_TRES, A(max_tres_pn), 0},
    {"MaxTRESPN", 9, LIMIT_TRES, A(max_tres_pn), 0},
    {"MaxTRESMinsPerJob", 8, LIMIT_TRES, A(max_tres_mins_pj), 0},
    {"MaxTRESMinsPJ", 13, LIMIT_TRES, A(max_tres_mins_pj), 0},
    {"MaxWallDurationPerJob", 4, LIMIT_MINUTES, A(max_wall_pj), 0},
    {"MaxWallPJ", 9, LIMIT_MINUTES, A(max_wall_pj), 0},
    {"Priority", 2, LIMIT_COUNT, A(priority), 0},
};

static const Limit qos_limits[] = {
    {"GrpCPUMins", 7, LIMIT_ONE_TRES, Q(grp_tres_mins), TRES_CPU},
    {"GrpCPURunMins", 7, LIMIT_ONE_TRES, Q(grp_tres_run_mins), TRES_CPU},
    {"GrpCPUs", 7, LIMIT_ONE_TRES, Q(grp_tres), TRES_CPU},
    {"GrpJobs", 4, LIMIT_COUNT, Q(grp_jobs), 0},
    {"GrpJobsAccrue", 8, LIMIT_COUNT, Q(grp_jobs_accrue), 0},
    {"GrpMemory", 4, LIMIT_ONE_TRES, Q(grp_tres), TRES_MEM},
    {"GrpNodes", 4, LIMIT_ONE_TRES, Q(grp_tres), TRES_NODE},
    {"GrpSubmitJobs", 4, LIMIT_COUNT, Q(grp_submit_jobs), 0},
    {"GrpTRES", 7, LIMIT_TRES, Q(grp_tres), 0},
    {"GrpTRESMins", 8, LIMIT_TRES, Q(grp_tres_mins), 0},
    {"GrpTRESRunMins", 8, LIMIT_TRES, Q(grp_tres_run_mins), 0},
    {"GrpWall", 4, LIMIT_MINUTES, Q(grp_wall), 0},
    {"MaxCPUMinsPerJob", 7, LIMIT_ONE_TRES, Q(max_tres_mins_pj), TRES_CPU},
    {"MaxCPUsPerJob", 7, LIMIT_ONE_TRES, Q(max_tres_pj), TRES_CPU},
    {"MaxCPUsPerUser", 11, LIMIT_ONE_TRES, Q(max_tres_pu), TRES_CPU},
    {"MaxCPUsPU", 9, LIMIT_ONE_TRES, Q(max_tres_pu), TRES_CPU},
    {"MaxJobsAccruePerAccount", 17, LIMIT_COUNT, Q(max_jobs_accrue_pa), 0},
    {"MaxJobsAccruePerAcct", 17, LIMIT_COUNT, Q(max_jobs_accrue_pa), 0},
    {"MaxJobsAccruePA", 15, LIMIT_COUNT, Q(max_jobs_accrue_pa), 0},
    {"MaxJobsAccruePerUser", 17, LIMIT_COUNT, Q(max_jobs_accrue_pu), 0},
    {"MaxJobsAccruePU", 15, LIMIT_COUNT, Q(max_jobs_accrue_pu), 0},
    {"MaxJobsPerAccount", 11, LIMIT_COUNT, Q(max_jobs_pa), 0},
    {"MaxJobsPerAcct", 11, LIMIT_COUNT, Q(max_jobs_pa), 0},
    {"MaxJobsPA", 9, LIMIT_COUNT, Q(max_jobs_pa), 0},
    {"MaxJobsPerUser", 4, LIMIT_COUNT, Q(max_jobs_pu), 0},
    {"MaxJobsPU", 4, LIMIT_COUNT, Q(max_jobs_pu), 0},
    {"MaxNodesPerJob", 4, LIMIT_ONE_TRES, Q(max_tres_pj), TRES_NODE},
    {"MaxNodesPerUser", 8, LIMIT_ONE_TRES, Q(max_tres_pu), TRES_NODE},
    {"MaxNodesPU", 8, LIMIT_ONE_TRES, Q(max_tres_pu), TRES_NODE},
    {"MaxSubmitJobsPerAccount", 17, LIMIT_COUNT, Q(max_submit_jobs_pa), 0},
    {"MaxSubmitJobsPerAcct", 17, LIMIT_COUNT, Q(max_submit_jobs_pa), 0},
    {"MaxSubmitJobsPA", 15, LIMIT_COUNT, Q(max_submit_jobs_pa), 0},
    {"MaxSubmitPA", 11, LIMIT_COUNT, Q(max_submit_jobs_pa), 0},
    {"MaxSubmitJobsPerUser", 4, LIMIT_COUNT, Q(max_submit_jobs_pu), 0},
    {"MaxSubmitJobsPU", 4, LIMIT_COUNT, Q(max_submit_jobs_pu), 0},
    {"MaxSubmitPU", 11, LIMIT_COUNT, Q(max_submit_jobs_pu), 0},
    {"MaxTRESPerAccount", 11, LIMIT_TRES, Q(max_tres_pa), 0},
    {"MaxTRESPerAcct", 11, LIMIT_TRES, Q(max_tres_pa), 0},
    {"MaxTRESPA", 9, LIMIT_TRES, Q(max_tres_pa), 0},
    {"MaxTRESPerJob", 7, LIMIT_TRES, Q(max_tres_pj), 0},
    {"MaxTRESPJ", 9, LIMIT_TRES, Q(max_tres_pj), 0},
    {"MaxTRESPerNode", 11, LIMIT_TRES, Q(max_tres_pn), 0},
    {"MaxTRESPN", 9, LIMIT_TRES, Q(max_tres_pn), 0},
    {"MaxTRESPerUser", 11, LIMIT_TRES, Q(max_tres_pu), 0},
    {"MaxTRESPU", 9, LIMIT_TRES, Q(max_tres_pu), 0},
    {"MaxTRESMinsPerJob", 8, LIMIT_TRES, Q(max_tres_mins_pj), 0},
    {"MaxTRESMinsPJ", 13, LIMIT_TRES, Q(max_tres_mins_pj), 0},
    {"MaxTRESRunMinsPerAccount", 18, LIMIT_TRES, Q(max_tres_run_mins_pa), 0},
    {"MaxTRESRunMinsPerAcct", 18, LIMIT_TRES, Q(max_tres_run_mins_pa), 0},
    {"MaxTRESRunMinsPA", 16, LIMIT_TRES, Q(max_tres_run_mins_pa), 0},
    {"MaxTRESRunMinsPerUser", 18, LIMIT_TRES, Q(max_tres_run_mins_pu), 0},
    {"MaxTRESRunMinsPU", 16, LIMIT_TRES, Q(max_tres_run_mins_pu), 0},
    {"MaxWallDurationPerJob", 4, LIMIT_MINUTES, Q(max_wall_pj), 0},
    {"MaxWallPJ", 9, LIMIT_MINUTES, Q(max_wall_pj), 0},
    {"MinCPUsPerJob", 4, LIMIT_ONE_TRES, Q(min_tres_pj), TRES_CPU},
    {"MinPrioThreshold", 4, LIMIT_COUNT, Q(min_prio_threshold), 0},
    {"MinTRESPerJob", 7, LIMIT_TRES, Q(min_tres_pj), 0},
};

static const Limit *find(const Limit *limits, size_t n, const Setting *setting)
{
    for (size_t i = 0; i < n; i++)
        if (setting_is(setting, limits[i].name, limits[i].least))
            return &limits[i];
    return NULL;
}

const Limit *limit_find_assoc(const Setting *setting)
{
    return find(assoc_limits, G_N_ELEMENTS(assoc_limits), setting);
}

const Limit *limit_find_qos(const Setting *setting)
{
    return find(qos_limits, G_N_ELEMENTS(qos_limits), setting);
}

bool accounting_number_parse(const char *value, uint32_t *out, GError **error)
{
    char *end = NULL;
    gint64 number = g_ascii_strtoll(value, &end, 10);

    if (end == value || *end || number >= LIMIT_NONE)
        return srx_fail(error, SRX_ERROR_INPUT,
                        "expected a whole number, or -1 for none, found '%s'", value);
    *out = number < 0 ? LIMIT_NONE : (uint32_t)number;
    return true;
}

/* Kinds that are limited but never used in a simulation. */
static bool is_idle_tres(const char *name)
{
    static const char *const prefixes[] = {"vmem", "pages", "fs/", "bb/", "ic/", "interconnect/"};

    for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++)
        if (!g_ascii_strncasecmp(name, prefixes[i], strlen(prefixes[i])))
            return true;
    return false;
}

/* "cpu", "gres/gpu:a100", or a number from slurmdbd's table; TRES_MAX when it is none, INDEX_NONE
 * when it does not matter. */
static uint32_t tres_of(Cluster *cluster, const char *name)
{
    static const char *const fixed[] = {"cpu", "mem", "energy", "node", "billing"};

    for (uint32_t i = 0; i < G_N_ELEMENTS(fixed); i++)
        if (!g_ascii_strcasecmp(name, fixed[i]) || (name[0] == (char)('1' + i) && !name[1]))
            return i;
    if (is_idle_tres(name))
        return INDEX_NONE;
    if (g_ascii_strncasecmp(name, "gres/", 5) != 0 && g_ascii_strncasecmp(name, "license/", 8) != 0)
        return TRES_MAX;
    return cluster_tres(cluster, name);
}

static bool read_amount(uint32_t tres, const char *value, uint64_t *out, GError **error)
{
    if (*value == '-') {
        *out = TRES_NONE;
        return true;
    }
    return tres == TRES_MEM ? memory_parse(value, out, error) : count_parse(value, out, error);
}

static bool set_tres(TresLimits *limits, Cluster *cluster, const char *value, GError **error)
{
    g_auto(GStrv) terms = g_strsplit(value, ",", -1);
    TresLimits changed = *limits;

    for (size_t i = 0; terms[i]; i++) {
        char *equals = strchr(terms[i], '=');
        uint32_t tres;
        uint64_t amount;

        if (!*terms[i])
            continue;
        if (!equals)
            return srx_fail(error, SRX_ERROR_INPUT,
                            "expected resources such as cpu=4,mem=10G,gres/gpu=2, found '%s'",
                            value);
        *equals = '\0';
        tres = tres_of(cluster, terms[i]);
        if (tres == TRES_MAX)
            return srx_fail(error, SRX_ERROR_INPUT,
                            "expected cpu, mem, node, billing, energy, gres/NAME or license/NAME, "
                            "found '%s'",
                            terms[i]);
        if (!read_amount(tres, equals + 1, &amount, error))
            return false;
        if (tres != INDEX_NONE)
            changed.v[tres] = amount;
    }
    *limits = changed;
    return true;
}

static bool set_minutes(uint32_t *minutes, const char *value, GError **error)
{
    uint32_t read;

    if (!minutes_parse(value, &read, error))
        return false;
    *minutes = read == MINUTES_UNLIMITED ? LIMIT_NONE : read;
    return true;
}

bool limit_set(const Limit *limit, void *record, Cluster *cluster, const char *value,
               GError **error)
{
    void *field = G_STRUCT_MEMBER_P(record, limit->field);

    switch (limit->kind) {
    case LIMIT_COUNT:
        return accounting_number_parse(value, field, error);
    case LIMIT_MINUTES:
        return set_minutes(field, value, error);
    case LIMIT_TRES:
        return set_tres(field, cluster, value, error);
    case LIMIT_ONE_TRES:
        break;
    }
    return read_amount(limit->tres, value, &((TresLimits *)field)->v[limit->tres], error);
}
