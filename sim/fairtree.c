/* Fair Tree. */
#include "sim/fairtree.h"
#include <math.h>

typedef struct {
    const ShareTree *tree;
    const double *raw;
    long double *level; /* by association */
    double *fs_factor;
    uint32_t rank;     /* of the last user ranked */
    uint32_t untied;   /* what the next user's rank is unless it is tied */
    uint32_t *sorted;  /* stack of the levels being walked */
    uint32_t n_sorted; /* in use */
} FairTree;

static const Assoc *nth(const FairTree *self, uint32_t assoc)
{
    return &self->tree->cluster->assocs[assoc];
}

/* S / U: shares among the siblings over usage among them. */
static long double level_of(const FairTree *self, uint32_t assoc)
{
    const double above = self->raw[self->tree->parent[assoc]];
    const long double usage = above > 0 ? (long double)self->raw[assoc] / (long double)above : 0;
    const long double shares = share_tree_level(self->tree, assoc);

    if (nth(self, assoc)->shares == SHARES_PARENT)
        return nth(self, assoc)->user ? (long double)INFINITY : (long double)UINT32_MAX - 1;
    return shares > 0 ? shares / usage : 0; /* no usage: infinity */
}

static gint compare(gconstpointer left, gconstpointer right, gpointer context)
{
    const FairTree *self = context;
    const uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    const bool a_user = nth(self, a)->user != NULL, b_user = nth(self, b)->user != NULL;

    if (self->level[a] > self->level[b] || self->level[a] < self->level[b])
        return self->level[a] < self->level[b] ? 1 : -1;
    if (a_user != b_user)
        return a_user ? -1 : 1;
    return a < b ? -1 : 1;
}

/* The children of @assoc, best served last; pushed on the stack. Returns: where they begin. */
static uint32_t push_children(FairTree *self, uint32_t assoc)
{
    const uint32_t start = self->n_sorted;

    for (uint32_t i = self->tree->first[assoc]; i != INDEX_NONE; i = self->tree->next[i]) {
        self->level[i] = level_of(self, i);
        self->sorted[self->n_sorted++] = i;
    }
    g_qsort_with_data(self->sorted + start, (gint)(self->n_sorted - start), sizeof(uint32_t),
                      compare, self);
    return start;
}

static bool same(long double a, long double b)
{
    return !(a < b) && !(a > b);
}

/* @tied: the account itself was tied with what came before it. */
static void walk(FairTree *self, uint32_t assoc, bool tied)
{
    const uint32_t start = push_children(self, assoc), end = self->n_sorted;

    for (uint32_t i = start; i < end; i++) {
        const uint32_t child = self->sorted[i];

        if (i > start)
            tied = same(self->level[self->sorted[i - 1]], self->level[child]);
        if (!nth(self, child)->user) {
            walk(self, child, tied);
            continue;
        }
        if (!tied)
            self->rank = self->untied;
        self->fs_factor[child] = (double)self->rank / (double)self->tree->n_users;
        self->untied--;
    }
    self->n_sorted = start;
}

void fair_tree_rank(const ShareTree *tree, const double *raw, double *fs_factor, double *level_fs)
{
    const uint32_t n = tree->cluster->n_assocs;
    g_autofree long double *level = g_new0(long double, n);
    g_autofree uint32_t *sorted = g_new(uint32_t, n);
    FairTree self = {.tree = tree,
                     .raw = raw,
                     .level = level,
                     .fs_factor = fs_factor,
                     .rank = tree->n_users,
                     .untied = tree->n_users,
                     .sorted = sorted};

    if (n == 0)
        return;
    walk(&self, 0, false);
    for (uint32_t i = 0; i < n; i++)
        level_fs[i] = (double)level[i];
}
