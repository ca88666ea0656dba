/* The shape of the association tree as fair share sees it. */
#include "sim/sharetree.h"

static bool uses_parent(const Cluster *cluster, uint32_t assoc)
{
    return cluster->assocs[assoc].shares == SHARES_PARENT;
}

static uint32_t fair_parent(const Cluster *cluster, uint32_t assoc)
{
    uint32_t parent = cluster->assocs[assoc].parent;

    while (parent != INDEX_NONE && parent != 0 && uses_parent(cluster, parent))
        parent = cluster->assocs[parent].parent;
    return parent;
}

/* An account with Fairshare=parent has no children of its own: they stand beside it. */
static void set_level_shares(ShareTree *self, uint32_t assoc)
{
    const Cluster *cluster = self->cluster;
    uint32_t sum = 0;

    for (uint32_t i = self->first[assoc]; i != INDEX_NONE; i = self->next[i])
        if (!uses_parent(cluster, i))
            sum += cluster->assocs[i].shares;
    for (uint32_t i = self->first[assoc]; i != INDEX_NONE; i = self->next[i])
        self->level_shares[i] = sum;
}

ShareTree *share_tree_new(const Cluster *cluster)
{
    ShareTree *self = g_new0(ShareTree, 1);
    const uint32_t n = cluster->n_assocs;

    self->cluster = cluster;
    self->parent = g_new(uint32_t, n);
    self->first = g_new(uint32_t, n);
    self->next = g_new(uint32_t, n);
    self->n_children = g_new0(uint32_t, n);
    self->level_shares = g_new0(uint32_t, n);
    for (uint32_t i = 0; i < n; i++) {
        self->first[i] = self->next[i] = INDEX_NONE;
        self->parent[i] = fair_parent(cluster, i);
        self->n_users += cluster->assocs[i].user != NULL;
    }
    for (uint32_t i = n; i-- > 0;) { /* backwards, so that lists run in order of association */
        const uint32_t parent = self->parent[i];

        if (parent == INDEX_NONE)
            continue;
        self->next[i] = self->first[parent];
        self->first[parent] = i;
        self->n_children[parent]++;
    }
    for (uint32_t i = 0; i < n; i++)
        set_level_shares(self, i);
    return self;
}

void share_tree_free(ShareTree *self)
{
    if (!self)
        return;
    g_free(self->parent);
    g_free(self->first);
    g_free(self->next);
    g_free(self->n_children);
    g_free(self->level_shares);
    g_free(self);
}

long double share_tree_level(const ShareTree *self, uint32_t assoc)
{
    if (uses_parent(self->cluster, assoc) || self->level_shares[assoc] == 0)
        return 0;
    return (long double)self->cluster->assocs[assoc].shares /
           (long double)self->level_shares[assoc];
}
