/* Which nodes are empty by when. */
#include "sim/vacant.h"

#define STEP  32  /* jobs between two sets that are kept */
#define CACHE 256 /* answers remembered, a power of two */

typedef struct {
    Instant at;
    uint64_t version; /* of Vacant; 0: never */
    NodeSet *nodes;
} Answer;

struct Vacant {
    uint32_t n_nodes;
    const GPtrArray *jobs;
    GPtrArray *held; /* NodeSet *: [k] nodes that jobs[k * STEP] and those behind it hold */
    guint n_held;
    bool built;
    uint64_t version;
    Answer answers[CACHE];
};

Vacant *vacant_new(uint32_t n_nodes)
{
    Vacant *self = g_new0(Vacant, 1);

    self->n_nodes = n_nodes;
    self->held = g_ptr_array_new_with_free_func((GDestroyNotify)nodeset_free);
    return self;
}

void vacant_free(Vacant *self)
{
    if (!self)
        return;
    for (uint32_t i = 0; i < CACHE; i++)
        nodeset_free(self->answers[i].nodes);
    g_ptr_array_unref(self->held);
    g_free(self);
}

void vacant_renew(Vacant *self, const GPtrArray *jobs)
{
    self->jobs = jobs;
    self->built = false;
    self->version++;
}

static const SimJob *nth(const Vacant *self, guint index)
{
    return g_ptr_array_index(self->jobs, index);
}

static void add_nodes(NodeSet *nodes, const SimJob *job)
{
    const Allocation *alloc = job->alloc;

    for (uint32_t s = 0; s < alloc->n_shares; s++)
        nodeset_add(nodes, alloc->shares[s].node);
}

static NodeSet *held_from(const Vacant *self, guint step)
{
    return g_ptr_array_index(self->held, step);
}

static void build(Vacant *self)
{
    const guint n = self->jobs->len;

    self->n_held = n / STEP + 1;
    while (self->held->len < self->n_held)
        g_ptr_array_add(self->held, nodeset_new(self->n_nodes));
    for (guint k = self->n_held; k > 0; k--) {
        NodeSet *held = held_from(self, k - 1);

        if (k == self->n_held)
            nodeset_clear(held);
        else
            nodeset_assign(held, held_from(self, k));
        for (guint i = (k - 1) * STEP; i < MIN(n, k * STEP); i++)
            add_nodes(held, nth(self, i));
    }
    self->built = true;
}

/* The first job that ends after @at. */
static guint first_after(const Vacant *self, Instant at)
{
    guint low = 0;
    guint high = self->jobs->len;

    while (low < high) {
        const guint middle = low + (high - low) / 2;

        if (nth(self, middle)->end_at > at)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static void fill(Vacant *self, Answer *answer)
{
    const guint first = first_after(self, answer->at);
    const guint step = (first + STEP - 1) / STEP;

    nodeset_clear(answer->nodes);
    if (step < self->n_held)
        nodeset_assign(answer->nodes, held_from(self, step));
    for (guint i = first; i < MIN(self->jobs->len, step * STEP); i++)
        add_nodes(answer->nodes, nth(self, i));
    nodeset_invert(answer->nodes);
}

const NodeSet *vacant_by(Vacant *self, Instant at)
{
    Answer *answer = &self->answers[((uint64_t)at * UINT64_C(0x9e3779b97f4a7c15)) >> 56];

    if (answer->version == self->version && answer->at == at)
        return answer->nodes;
    if (!self->built)
        build(self);
    if (!answer->nodes)
        answer->nodes = nodeset_new(self->n_nodes);
    answer->version = self->version;
    answer->at = at;
    fill(self, answer);
    return answer->nodes;
}
