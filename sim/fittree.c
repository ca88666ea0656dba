/* Waiting jobs in queue order, as a tree of smallest sizes and shortest estimates. */
#include "sim/fittree.h"

typedef struct {
    uint32_t processors; /* the smallest below; UINT32_MAX: nobody waits there */
    uint32_t estimate;   /* [s] the shortest below, capped */
} Least;

struct FitTree {
    Least *nodes;    /* a heap-ordered complete tree: the children of i are 2i and 2i+1 */
    uint32_t leaves; /* a power of two; leaf of job j is leaves + j */
};

static const Least nobody = {.processors = UINT32_MAX, .estimate = UINT32_MAX};

FitTree *fittree_new(uint32_t n_jobs)
{
    FitTree *self = g_new0(FitTree, 1);

    self->leaves = 1;
    while (self->leaves < n_jobs + 1)
        self->leaves *= 2;
    self->nodes = g_new(Least, 2 * (size_t)self->leaves);
    for (size_t i = 0; i < 2 * (size_t)self->leaves; i++)
        self->nodes[i] = nobody;
    return self;
}

void fittree_free(FitTree *self)
{
    if (!self)
        return;
    g_free(self->nodes);
    g_free(self);
}

static void set(FitTree *self, uint32_t job, Least leaf)
{
    uint32_t i = self->leaves + job;

    self->nodes[i] = leaf;
    for (i /= 2; i > 0; i /= 2) {
        const Least *left = &self->nodes[2 * (size_t)i];
        const Least *right = left + 1;
        const Least least = {.processors = MIN(left->processors, right->processors),
                             .estimate = MIN(left->estimate, right->estimate)};

        if (self->nodes[i].processors == least.processors &&
            self->nodes[i].estimate == least.estimate)
            return;
        self->nodes[i] = least;
    }
}

void fittree_enter(FitTree *self, uint32_t job, uint32_t processors, Span estimate)
{
    set(self, job,
        (Least){.processors = processors, .estimate = (uint32_t)MIN(estimate, UINT32_MAX - 1)});
}

void fittree_leave(FitTree *self, uint32_t job)
{
    set(self, job, nobody);
}

static bool may_fit(Least least, uint32_t free, Span slack, uint32_t extra)
{
    return least.processors <= free && (least.estimate <= slack || least.processors <= extra);
}

uint32_t fittree_next(const FitTree *self, uint32_t from, uint32_t free, Span slack, uint32_t extra)
{
    uint32_t i = self->leaves + from;

    for (;;) {
        if (may_fit(self->nodes[i], free, slack, extra)) {
            if (i >= self->leaves)
                return i - self->leaves;
            i *= 2;
            continue;
        }
        while (i & 1) { /* a right child: its parent is done too */
            i /= 2;
            if (i == 0)
                return FIT_NONE;
        }
        i++;
        if ((i & (i - 1)) == 0)
            return FIT_NONE; /* past the end of this level */
    }
}

uint32_t fittree_first(const FitTree *self, uint32_t from)
{
    return fittree_next(self, from, UINT32_MAX - 1, UINT32_MAX, 0);
}
