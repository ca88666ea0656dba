/* The inside of limits: which QoS counts first, and the two ways an amount can break a limit.
 * A QoS that sets a limit hides the same limit of what comes after it: partition QoS, job QoS (the
 * other way round with OverPartQOS), associations from the job's up to root.
 * Source: Slurm acct_policy.c (24.05); reference 8.1. Only limits*.c include it. */
#pragma once

#include "sim/limits.h"
#include "sim/tally.h"

/* A tally that a job counts in. */
typedef struct {
    Tally *tally;
    bool by_node; /* some limit counts its nodes: each only once */
    bool minutes; /* some limit counts its run minutes */
} LimitGroup;

struct Limits {
    const Cluster *cluster;
    const Usage *usage;
    Qos *qos;      /* the cluster's, with Relative percentages made absolute */
    Tally *assocs; /* by association */
    Tally *by_qos;
    GHashTable **by_user;    /* by QoS: user index -> Tally * */
    GHashTable **by_account; /* by QoS: the account's association -> Tally * */
    bool enforced;           /* AccountingStorageEnforce=limits */
    bool safe;               /* =safe */
    bool per_user_minutes;   /* MaxTRESRunMinsPU and PA exist in this version */
    uint32_t blocking;       /* QoS that made the last limits_after fail; INDEX_NONE */
    GArray *groups;          /* scratch: LimitGroup */
};

typedef struct {
    uint32_t index[2];
    const Qos *nth[2];
    uint32_t n;
} QosOrder;

/** limit_factor - LimitFactor for association limits: the first QoS' that has one; 0 = none. */
double limit_factor(const QosOrder *order);

/** limit_usage_factor - UsageFactor of the job's own QoS; 1 without. */
double limit_usage_factor(const Limits *self, const SimJob *job);

/** limit_qos_order - the QoS whose limits hold for @job in @partition, the stronger first. */
QosOrder limit_qos_order(const Limits *self, const SimJob *job, uint32_t partition);

Tally *limit_user_tally(const Limits *self, uint32_t qos, const SimJob *job);
Tally *limit_account_tally(const Limits *self, uint32_t qos, const SimJob *job);

/** limit_fails - notes why @job waits. Returns: false. */
bool limit_fails(SimJob *job, WaitReason reason, uint32_t tres);

/** limit_count_at, limit_tres_at - the limit at @offset of a Qos. */
static inline uint32_t limit_count_at(const Qos *qos, size_t offset)
{
    return *(const uint32_t *)(const void *)((const char *)qos + offset);
}

static inline const TresLimits *limit_tres_at(const Qos *qos, size_t offset)
{
    return (const TresLimits *)(const void *)((const char *)qos + offset);
}

/** limit_count_hidden - does a QoS before number @before set this count? @offset: in Qos */
bool limit_count_hidden(const QosOrder *order, uint32_t before, size_t offset);

/* One array of limits held against amounts. */
typedef struct {
    uint32_t n_tres;
    const QosOrder *order;   /* the QoS before number `before` may hide an entry ... */
    uint32_t before;         /* ... order->n for an association */
    size_t offset;           /* ... with the array at this offset in Qos */
    const TresLimits *limit; /* what is enforced */
    double factor;           /* QoS LimitFactor on an association's limit; 0 = none */
} LimitRule;

/** limit_rule_hidden - is there nothing to enforce for this TRES? */
bool limit_rule_hidden(const LimitRule *self, uint32_t tres);

/** limit_rule_value - the limit with LimitFactor; only where it is not hidden. */
uint64_t limit_rule_value(const LimitRule *self, uint32_t tres);

/** limit_rule_max - the first TRES whose amount over @divisor (0 = 1) is above; TRES_MAX if none.
 */
uint32_t limit_rule_max(const LimitRule *self, const uint64_t *amounts, uint64_t divisor);

/** limit_rule_min - the first TRES of which less than the limit is asked for; TRES_MAX if none. */
uint32_t limit_rule_min(const LimitRule *self, const uint64_t *amounts);

/**
 * limit_rule_group - the first TRES of which a group would have too much; TRES_MAX if none.
 * @wanted: what the job adds
 * @held:   what running jobs hold; NULL = nothing
 * @used:   what is used up for good (minutes); NULL = nothing; at the limit nothing may start
 * @safe:   wanted + held must fit under limit - used too
 */
uint32_t limit_rule_group(const LimitRule *self, const uint64_t *wanted, const uint64_t *held,
                          const uint64_t *used, bool safe);

/** limit_fill_time - an unset time limit becomes @max, one filled in before is lowered to it.
 * @by_system: was, or is now, filled in */
void limit_fill_time(uint32_t *minutes, bool *by_system, uint32_t max, uint32_t partition_max);
