/* The associations of a cluster being finished: the tree, what is inherited, usage summed upward.
 * Source: Slurm 24.05 assoc_mgr.c and the get_parent_limits procedure of slurmdbd. */
#include "sim/cluster_finish.h"

#include <string.h>

#define FILE_NAME "accounting"

static uint32_t account_of(const Cluster *self, const char *account)
{
    return cluster_find_assoc(self, NULL, account, NULL);
}

static void link_parent(Cluster *self, uint32_t index, Diags *diags)
{
    Assoc *assoc = &self->assocs[index];
    const char *above = assoc->user ? assoc->account : assoc->parent_name;

    if (index == 0)
        return;
    assoc->parent = above ? account_of(self, above) : 0;
    if (assoc->parent != INDEX_NONE)
        return;
    diags_add(diags, DIAG_WARNING, FILE_NAME, 0, 0, NULL,
              "%s %s: no account is called '%s'; taken to stand below root",
              assoc->user ? "user" : "account", assoc->user ? assoc->user : assoc->account, above);
    assoc->parent = 0;
}

/* Indices so that a parent comes before its children; NULL when there is a loop. */
static uint32_t *top_down(const Cluster *self)
{
    g_autofree uint32_t *order = g_new(uint32_t, self->n_assocs);
    g_autofree uint8_t *done = g_new0(uint8_t, self->n_assocs);
    g_autofree uint32_t *path = g_new(uint32_t, self->n_assocs);
    uint32_t n = 0;

    for (uint32_t i = 0; i < self->n_assocs; i++) {
        uint32_t length = 0;

        for (uint32_t at = i; at != INDEX_NONE && !done[at]; at = self->assocs[at].parent) {
            if (length == self->n_assocs)
                return NULL;
            path[length++] = at;
        }
        while (length > 0) {
            order[n] = path[--length];
            done[order[n++]] = 1;
        }
    }
    return g_steal_pointer(&order);
}

static void inherit_count(uint32_t *own, uint32_t above)
{
    if (*own == LIMIT_NONE)
        *own = above;
}

static void inherit_tres(TresLimits *own, const TresLimits *above)
{
    for (int i = 0; i < TRES_MAX; i++)
        if (own->v[i] == TRES_NONE)
            own->v[i] = above->v[i];
}

static void inherit_limits(Assoc *self, const Assoc *above)
{
    inherit_count(&self->max_jobs, above->max_jobs);
    inherit_count(&self->max_jobs_accrue, above->max_jobs_accrue);
    inherit_count(&self->max_submit_jobs, above->max_submit_jobs);
    inherit_count(&self->max_wall_pj, above->max_wall_pj);
    inherit_count(&self->min_prio_threshold, above->min_prio_threshold);
    inherit_count(&self->priority, above->priority);
    inherit_tres(&self->max_tres_pj, &above->max_tres_pj);
    inherit_tres(&self->max_tres_pn, &above->max_tres_pn);
    inherit_tres(&self->max_tres_mins_pj, &above->max_tres_mins_pj);
    if (!self->default_qos)
        self->default_qos = g_strdup(above->default_qos);
}

/* "+name" and "-name" change what was inherited, plain names replace it. */
static void inherit_qos(const Cluster *self, Assoc *assoc, const Assoc *above, Diags *diags)
{
    bool fresh = true;

    assoc->may_use_qos = g_new0(uint8_t, MAX(self->n_qos, 1));
    if (above)
        memcpy(assoc->may_use_qos, above->may_use_qos, self->n_qos);
    else if (!assoc->qos && cluster_find_qos(self, "normal") != INDEX_NONE)
        assoc->may_use_qos[cluster_find_qos(self, "normal")] = 1;
    for (char **name = assoc->qos; name && *name; name++) {
        const bool plain = **name != '+' && **name != '-';
        const uint32_t qos = cluster_find_qos(self, plain ? *name : *name + 1);

        if (plain && fresh)
            memset(assoc->may_use_qos, 0, self->n_qos);
        fresh = fresh && !plain;
        if (qos != INDEX_NONE)
            assoc->may_use_qos[qos] = **name != '-';
        else
            diags_add(diags, DIAG_WARNING, FILE_NAME, 0, 0, NULL,
                      "account %s: no QOS is called '%s'", assoc->account,
                      plain ? *name : *name + 1);
    }
    if (assoc->qos && !*assoc->qos)
        memset(assoc->may_use_qos, 0, self->n_qos);
}

static uint32_t only_qos(const Cluster *self, const Assoc *assoc)
{
    uint32_t found = INDEX_NONE;

    for (uint32_t i = 0; i < self->n_qos; i++) {
        if (assoc->may_use_qos[i] && found != INDEX_NONE)
            return INDEX_NONE;
        if (assoc->may_use_qos[i])
            found = i;
    }
    return found;
}

/* Its own default where it may use it, else the only one, else root's, else normal. */
static uint32_t default_qos(const Cluster *self, const Assoc *assoc)
{
    const char *own = assoc->default_qos, *root = self->assocs[0].default_qos;
    uint32_t qos = own ? cluster_find_qos(self, own) : INDEX_NONE;

    if (qos != INDEX_NONE && (!assoc->user || assoc->may_use_qos[qos]))
        return qos;
    qos = only_qos(self, assoc);
    if (qos != INDEX_NONE)
        return qos;
    qos = root ? cluster_find_qos(self, root) : INDEX_NONE;
    return qos != INDEX_NONE ? qos : cluster_find_qos(self, "normal");
}

static void add_missing_users(Cluster *self)
{
    for (uint32_t i = 0; i < self->n_assocs; i++) {
        const char *user = self->assocs[i].user;

        if (user && cluster_find_user(self, user) == INDEX_NONE)
            cluster_add_user(self, user);
    }
}

static void finish_top_down(Cluster *self, const uint32_t *order, Diags *diags)
{
    for (uint32_t n = 0; n < self->n_assocs; n++) {
        Assoc *assoc = &self->assocs[order[n]];
        const Assoc *above = assoc->parent == INDEX_NONE ? NULL : &self->assocs[assoc->parent];

        if (above)
            inherit_limits(assoc, above);
        inherit_qos(self, assoc, above, diags);
        assoc->default_qos_index = default_qos(self, assoc);
    }
    for (uint32_t i = 0; i < self->n_assocs; i++) {
        Assoc *assoc = &self->assocs[i];

        if (assoc->priority == LIMIT_NONE)
            assoc->priority = 0;
        self->max_assoc_priority = MAX(self->max_assoc_priority, assoc->priority);
    }
}

static void sum_usage(Cluster *self, const uint32_t *order)
{
    for (uint32_t n = self->n_assocs; n-- > 0;) {
        const Assoc *assoc = &self->assocs[order[n]];

        if (assoc->parent == INDEX_NONE)
            continue;
        self->assocs[assoc->parent].usage_raw += assoc->usage_raw;
        self->assocs[assoc->parent].grp_used_wall += assoc->grp_used_wall;
    }
}

bool cluster_finish_assocs(Cluster *self, Diags *diags)
{
    g_autofree uint32_t *order = NULL;

    self->max_assoc_priority = 0;
    if (self->n_assocs == 0)
        return true;
    for (uint32_t i = 0; i < self->n_assocs; i++)
        link_parent(self, i, diags);
    order = top_down(self);
    if (!order) {
        diags_add(diags, DIAG_ERROR, FILE_NAME, 0, 0, NULL,
                  "expected a tree of accounts, found a loop of parents");
        return false;
    }
    finish_top_down(self, order, diags);
    sum_usage(self, order);
    add_missing_users(self);
    return true;
}
