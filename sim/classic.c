/* Classic fair share and its DEPTH_OBLIVIOUS variant. */
#include "sim/classic.h"
#include <math.h>

#define STEEPNESS 5.0L /* of DEPTH_OBLIVIOUS: how much an account off its share counts */

static const Assoc *nth(const Classic *self, uint32_t assoc)
{
    return &self->tree->cluster->assocs[assoc];
}

/* Walks the real parents: one with Fairshare=parent takes no share, yet is not left out. */
static double shares_of(const Classic *self, uint32_t assoc)
{
    double shares = 1;

    if (nth(self, assoc)->shares == SHARES_PARENT && assoc != 0)
        assoc = self->tree->parent[assoc];
    for (; nth(self, assoc)->parent != INDEX_NONE; assoc = nth(self, assoc)->parent)
        if (nth(self, assoc)->shares != SHARES_PARENT)
            shares *= (double)share_tree_level(self->tree, assoc);
    return shares;
}

Classic *classic_new(const ShareTree *tree)
{
    Classic *self = g_new0(Classic, 1);
    const PriorityParameters *priority = &tree->cluster->config.priority;
    const uint32_t n = tree->cluster->n_assocs;

    self->tree = tree;
    self->depth_oblivious = (priority->flags & PRIORITY_DEPTH_OBLIVIOUS) != 0;
    self->damping = MAX(priority->damping, 1);
    self->shares = g_new0(double, n);
    self->norm = g_new0(long double, n);
    self->effective = g_new0(long double, n);
    self->stale = g_new0(bool, n);
    for (uint32_t i = 0; i < n; i++)
        self->shares[i] = shares_of(self, i);
    if (n > 0)
        self->effective[0] = 1;
    return self;
}

void classic_free(Classic *self)
{
    if (!self)
        return;
    g_free(self->shares);
    g_free(self->norm);
    g_free(self->effective);
    g_free(self->stale);
    g_free(self);
}

static long double weighted(const Classic *self, uint32_t assoc)
{
    const uint32_t parent = self->tree->parent[assoc];
    const long double own = self->norm[assoc], above = self->effective[parent];

    if (self->tree->level_shares[assoc] == 0)
        return above;
    return own + (above - own) * share_tree_level(self->tree, assoc);
}

/* Usage of the siblings that have shares, over what their parent may use. */
static long double siblings_ratio(const Classic *self, uint32_t parent)
{
    long double sum = 0;

    for (uint32_t i = self->tree->first[parent]; i != INDEX_NONE; i = self->tree->next[i])
        if (nth(self, i)->shares != SHARES_PARENT)
            sum += self->norm[i];
    return sum / (long double)self->shares[parent];
}

static long double depth_oblivious(const Classic *self, uint32_t assoc)
{
    const uint32_t parent = self->tree->parent[assoc];
    const long double shares = (long double)self->shares[assoc];
    const long double above = (long double)self->shares[parent];
    long double exponent = 1;

    if (!(shares > 0) || !(above > 0) || !(self->effective[parent] > 0) || !(self->norm[assoc] > 0))
        return self->norm[assoc];

    const long double high = self->effective[parent] / above;
    const long double low = self->norm[assoc] / shares / siblings_ratio(self, parent);

    if (logl(high) * logl(low) < 0)
        exponent = 1 / (1 + powl(STEEPNESS * logl(high), 2));
    return high * powl(low, exponent) * shares;
}

static void work_out(Classic *self, uint32_t assoc, double raw, double all)
{
    const uint32_t parent = self->tree->parent[assoc];

    self->norm[assoc] = all > 0 ? MIN((long double)raw / (long double)all, 1) : 0;
    if (parent == 0)
        self->effective[assoc] = self->norm[assoc];
    else if (nth(self, assoc)->shares == SHARES_PARENT)
        self->effective[assoc] = self->effective[parent];
    else if (self->depth_oblivious)
        self->effective[assoc] = depth_oblivious(self, assoc);
    else
        self->effective[assoc] = weighted(self, assoc);
}

static void walk(Classic *self, uint32_t assoc, const double *raw)
{
    for (uint32_t i = self->tree->first[assoc]; i != INDEX_NONE; i = self->tree->next[i]) {
        if (nth(self, i)->user) {
            self->stale[i] = true;
            continue;
        }
        work_out(self, i, raw[i], raw[0]);
        walk(self, i, raw);
    }
}

void classic_accounts(Classic *self, const double *raw)
{
    if (self->tree->cluster->n_assocs > 0)
        walk(self, 0, raw);
}

void classic_user(Classic *self, uint32_t assoc, double raw, double all)
{
    if (!self->stale[assoc])
        return;
    self->stale[assoc] = false;
    work_out(self, assoc, raw, all);
}

double classic_factor(const Classic *self, uint32_t assoc)
{
    if (nth(self, assoc)->shares == SHARES_PARENT && assoc != 0)
        assoc = self->tree->parent[assoc];

    const long double shares = (long double)self->shares[assoc];

    if (!(shares > 0))
        return 0;
    return pow(2.0, (double)-(self->effective[assoc] / shares / (long double)self->damping));
}
