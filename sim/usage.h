/* What associations and QoS have used, decaying, and the fair-share factors made of it.
 * Source: Slurm priority_multifactor.c; reference 2.8 to 2.10 and 3. */
#pragma once

#include "sim/classic.h"
#include "sim/state.h"

typedef struct {
    double raw;   /* [billing seconds] decayed */
    double wall;  /* [s] grp_used_wall, decayed */
    double *tres; /* [TRES seconds] by TRES index, decayed; cluster->n_tres of them */
} Used;

typedef struct {
    const Cluster *cluster;
    Used *assocs;      /* by association index; parents hold the sums of their children */
    Used *qos;         /* by QoS index */
    double *fs_factor; /* by association: fair tree's rank/users or classic's 2^-(U/S) */
    double *level_fs;  /* by association: LF of fair tree, +inf possible */
    uint64_t changed;  /* bumped whenever a factor may differ */
    ShareTree *shares;
    Classic *classic; /* NULL: Fair Tree */
    double *raw;      /* scratch, by association */
} Usage;

Usage *usage_new(const Cluster *cluster); /* starts from the cluster's usage_raw */
void usage_free(Usage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Usage, usage_free)

/** usage_decay_factor - per second: 1 - 0.693/half-life; 1 without decay. */
double usage_decay_factor(const Cluster *cluster);

/** usage_decay - @dt seconds pass. */
void usage_decay(Usage *self, Span dt);

/** usage_charge - @job ran (or was suspended) from @from to @to: billable, wall and TRES seconds to
 * its association and all above, to its QoS and its partition's QoS. */
void usage_charge(Usage *self, const SimJob *job, Instant from, Instant to);

/** usage_reset - PriorityUsageResetPeriod struck. */
void usage_reset(Usage *self);
/** usage_next_reset - the calendar instant [s since 1970] of the first reset after @after;
 * RESET_NOW: @after itself; RESET_NONE: INT64_MAX. */
int64_t usage_next_reset(UsageReset period, int64_t after);

/** usage_rank - makes fs_factor anew: Fair Tree, classic or DEPTH_OBLIVIOUS by PriorityFlags. */
void usage_rank(Usage *self);

/* Its two halves. Classic fair share works accounts out before a pass of the decay thread decays
 * anything and users afterwards; Fair Tree does all of it in the second half. */
void usage_rank_accounts(Usage *self);
void usage_rank_users(Usage *self);

/** usage_classic_factor - 2^-(U/S), with Fair Tree from U and S within the own account. */
double usage_classic_factor(const Usage *self, uint32_t assoc);
