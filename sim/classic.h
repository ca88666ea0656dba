/* Classic fair share (NO_FAIR_TREE) and its DEPTH_OBLIVIOUS variant: a factor 2^-(U/S) from a
 * user's effective usage U and normalised shares S. Accounts are worked out at the start of a pass
 * of the decay thread, a user at the first of its jobs in that pass: until then it is stale.
 * Source: Slurm priority_multifactor.c (22.05 to 25.05); reference 3.2, 3.3. */
#pragma once

#include "sim/sharetree.h"

typedef struct {
    const ShareTree *tree;
    bool depth_oblivious;
    uint32_t damping;
    double *shares;         /* by association: product of the levels' shares */
    long double *norm;      /* by association: usage over all usage, as last worked out */
    long double *effective; /* by association */
    bool *stale;            /* by association: a user not worked out in this pass yet */
} Classic;

Classic *classic_new(const ShareTree *tree);
void classic_free(Classic *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Classic, classic_free)

/** classic_accounts - works out every account from @raw (by association) and makes users stale. */
void classic_accounts(Classic *self, const double *raw);

/** classic_user - works out one user association. @raw, @all: its usage and root's */
void classic_user(Classic *self, uint32_t assoc, double raw, double all);

/** classic_factor - in [0, 1]; with Fairshare=parent that of the account above. */
double classic_factor(const Classic *self, uint32_t assoc);
