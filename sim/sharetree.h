/* The shape of the association tree as fair share sees it: who shares with whom, and how much.
 * Fairshare=parent takes an account out: its children are compared at the level above it.
 * Source: Slurm assoc_mgr.c (24.05); reference 3.1, 3.2. */
#pragma once

#include "sim/cluster.h"

typedef struct {
    const Cluster *cluster;
    uint32_t n_users;       /* user associations in the whole tree */
    uint32_t *parent;       /* by association: nearest above without Fairshare=parent */
    uint32_t *first, *next; /* by association: list of children in that sense, INDEX_NONE ends */
    uint32_t *n_children;   /* by association */
    uint32_t *level_shares; /* by association: what it and its siblings hold together */
} ShareTree;

ShareTree *share_tree_new(const Cluster *cluster);
void share_tree_free(ShareTree *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ShareTree, share_tree_free)

/** share_tree_level - shares / level_shares: 0 to 1; 0 for Fairshare=parent. */
long double share_tree_level(const ShareTree *self, uint32_t assoc);
