/* What associations and QoS have used, decaying, and the fair-share factors made of it. */
#include "sim/usage.h"
#include "sim/fairtree.h"
#include <float.h>
#include <math.h>

#define LN2_OF_SLURM 0.693 /* its decay takes this for ln 2: a half-life is slightly longer */

static Used *used_new(uint32_t n, uint32_t n_tres)
{
    Used *self = g_new0(Used, n);
    double *block = g_new0(double, (gsize)n *n_tres);

    for (uint32_t i = 0; i < n; i++)
        self[i].tres = block + (gsize)i * n_tres;
    return self;
}

static void used_free(Used *self, uint32_t n)
{
    if (self && n > 0)
        g_free(self[0].tres);
    g_free(self);
}

static void used_scale(Used *self, double factor, uint32_t n_tres)
{
    self->raw *= factor;
    self->wall *= factor;
    for (uint32_t i = 0; i < n_tres; i++)
        self->tres[i] *= factor;
}

Usage *usage_new(const Cluster *cluster)
{
    Usage *self = g_new0(Usage, 1);
    const uint32_t n = cluster->n_assocs;
    const uint32_t classic = PRIORITY_NO_FAIR_TREE | PRIORITY_DEPTH_OBLIVIOUS;

    self->cluster = cluster;
    self->assocs = used_new(n, cluster->n_tres);
    self->qos = used_new(cluster->n_qos, cluster->n_tres);
    self->fs_factor = g_new0(double, n);
    self->level_fs = g_new0(double, n);
    self->raw = g_new0(double, n);
    for (uint32_t i = 0; i < n; i++) {
        self->assocs[i].raw = cluster->assocs[i].usage_raw;
        self->assocs[i].wall = cluster->assocs[i].grp_used_wall;
    }
    for (uint32_t i = 0; i < cluster->n_qos; i++)
        self->qos[i].raw = cluster->qos[i].usage_raw;
    self->shares = share_tree_new(cluster);
    if (cluster->config.priority.flags & classic)
        self->classic = classic_new(self->shares);
    return self;
}

void usage_free(Usage *self)
{
    if (!self)
        return;
    used_free(self->assocs, self->cluster->n_assocs);
    used_free(self->qos, self->cluster->n_qos);
    g_free(self->fs_factor);
    g_free(self->level_fs);
    g_free(self->raw);
    classic_free(self->classic);
    share_tree_free(self->shares);
    g_free(self);
}

double usage_decay_factor(const Cluster *cluster)
{
    const Span half_life = cluster->config.priority.half_life;

    return half_life > 0 ? 1 - LN2_OF_SLURM / (double)half_life : 1;
}

void usage_decay(Usage *self, Span dt)
{
    const Cluster *cluster = self->cluster;
    const double factor = MAX(pow(usage_decay_factor(cluster), (double)MAX(dt, 0)), DBL_MIN);

    if (!cluster->config.has_accounting || !(factor < 1))
        return;
    for (uint32_t i = 0; i < cluster->n_assocs; i++)
        used_scale(&self->assocs[i], factor, cluster->n_tres);
    for (uint32_t i = 0; i < cluster->n_qos; i++)
        if (!(cluster->qos[i].flags & QOS_NO_DECAY))
            used_scale(&self->qos[i], factor, cluster->n_tres);
}

/* @seconds: of wall clock, decayed and times the usage factor */
static void charge(Used *used, const Cluster *cluster, const SimJob *job, double seconds)
{
    used->wall += seconds;
    used->raw += seconds * job->billable;
    for (uint32_t i = 0; job->tres_alloc && i < cluster->n_tres; i++)
        if (i != TRES_ENERGY)
            used->tres[i] += seconds * (double)job->tres_alloc[i];
}

static void charge_qos(Usage *self, const SimJob *job, uint32_t qos, double whole, double decayed)
{
    const bool keeps = (self->cluster->qos[qos].flags & QOS_NO_DECAY) != 0;

    charge(&self->qos[qos], self->cluster, job, keeps ? whole : decayed);
}

static double usage_factor(const Cluster *cluster, const SimJob *job)
{
    const double factor = job->qos == INDEX_NONE ? 1 : cluster->qos[job->qos].usage_factor;

    return factor < 0 ? 1 : factor;
}

void usage_charge(Usage *self, const SimJob *job, Instant from, Instant to)
{
    const Cluster *cluster = self->cluster;
    const uint32_t part_qos =
        job->partition == INDEX_NONE ? INDEX_NONE : cluster->partitions[job->partition].qos;
    const double factor = usage_factor(cluster, job);
    const double whole = (double)MAX(to - from, 0);
    const double decayed = whole * pow(usage_decay_factor(cluster), whole);

    if (job->assoc == INDEX_NONE || to <= from)
        return;
    if (job->qos != INDEX_NONE)
        charge_qos(self, job, job->qos, whole * factor, decayed * factor);
    if (part_qos != INDEX_NONE && part_qos != job->qos)
        charge_qos(self, job, part_qos, whole * factor, decayed * factor);
    for (uint32_t i = job->assoc; i != INDEX_NONE; i = cluster->assocs[i].parent)
        charge(&self->assocs[i], cluster, job, decayed * factor);
}

void usage_reset(Usage *self)
{
    const Cluster *cluster = self->cluster;

    for (uint32_t i = 0; i < cluster->n_assocs; i++)
        used_scale(&self->assocs[i], 0, cluster->n_tres);
    for (uint32_t i = 0; i < cluster->n_qos; i++)
        used_scale(&self->qos[i], 0, cluster->n_tres);
}

static const double *gather_raw(Usage *self)
{
    for (uint32_t i = 0; i < self->cluster->n_assocs; i++)
        self->raw[i] = self->assocs[i].raw;
    return self->raw;
}

void usage_rank_accounts(Usage *self)
{
    if (self->classic)
        classic_accounts(self->classic, gather_raw(self));
}

void usage_rank_users(Usage *self)
{
    self->changed++;
    if (!self->classic) {
        fair_tree_rank(self->shares, gather_raw(self), self->fs_factor, self->level_fs);
        return;
    }
    for (uint32_t i = 0; i < self->cluster->n_assocs; i++) {
        classic_user(self->classic, i, self->assocs[i].raw, self->assocs[0].raw);
        self->fs_factor[i] = classic_factor(self->classic, i);
    }
}

void usage_rank(Usage *self)
{
    usage_rank_accounts(self);
    usage_rank_users(self);
}

double usage_classic_factor(const Usage *self, uint32_t assoc)
{
    const uint32_t parent = self->shares->parent[assoc];
    const long double shares = share_tree_level(self->shares, assoc);
    const double damping = MAX(self->cluster->config.priority.damping, 1);
    double used = 0;

    if (self->classic)
        return classic_factor(self->classic, assoc);
    if (!(shares > 0))
        return 0;
    if (parent != INDEX_NONE && self->assocs[parent].raw > 0)
        used = self->assocs[assoc].raw / self->assocs[parent].raw;
    return pow(2.0, -(used / (double)shares / damping));
}
