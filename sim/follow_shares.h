/* How many CPUs each recorded run held on each of its nodes. Accounting tells the sum over the
 * nodes, and often what the first of them gave; what else ran there at the same time bounds the
 * rest. Only sim/follow*.c include it. */
#pragma once

#include "sim/cluster.h"
#include "sim/recording.h"

/* What is known of one run: ascending by node. */
typedef struct {
    uint32_t n;      /* nodes; 0 when nothing is known */
    uint32_t total;  /* CPUs over all of them */
    uint32_t *nodes; /* [n] */
    uint32_t *least; /* [n] CPUs it held there at least ... */
    uint32_t *most;  /* [n] ... and at most */
} Spread;

typedef struct FollowShares FollowShares;

/** follow_shares_new - bounds for every run of @recording. Where cores are shared or jobs
 * suspended, other runs bound nothing. */
FollowShares *follow_shares_new(const Recording *recording, const Cluster *cluster);
void follow_shares_free(FollowShares *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FollowShares, follow_shares_free)

/** follow_shares_of - @run: position in recording->runs. */
const Spread *follow_shares_of(const FollowShares *self, guint run);

/** follow_shares_fix - @run held @cpus ([n] of its spread): the others' bounds follow. */
void follow_shares_fix(FollowShares *self, guint run, const uint32_t *cpus);

/** follow_shares_choose - CPUs by node within the bounds that sum up to the total, as near to @wish
 * ([n]; NULL: the first nodes are filled) as may be. @out: [n]. False: there are none. */
bool follow_shares_choose(const Spread *spread, const uint32_t *wish, uint32_t *out);
