/* A graph of things that wait for each other. */
#include "planner/graph.h"

#include <string.h>

#define NOBODY     UINT32_MAX
#define NAMED_MOST 12 /* of a long cycle */

struct Graph {
    uint32_t n_nodes;
    uint32_t *first; /* [node] where its entries in on start; n_nodes + 1 of them */
    uint32_t *on;
};

Graph *graph_new(uint32_t n_nodes, const GraphEdge *edges, size_t n_edges)
{
    Graph *self = g_new0(Graph, 1);
    g_autofree uint32_t *next = g_new0(uint32_t, (size_t)n_nodes + 1);

    self->n_nodes = n_nodes;
    self->first = g_new0(uint32_t, (size_t)n_nodes + 1);
    self->on = g_new(uint32_t, n_edges + 1);
    for (size_t i = 0; i < n_edges; i++)
        self->first[edges[i].node + 1]++;
    for (uint32_t i = 0; i < n_nodes; i++)
        self->first[i + 1] += self->first[i];
    memcpy(next, self->first, ((size_t)n_nodes + 1) * sizeof *next);
    for (size_t i = 0; i < n_edges; i++)
        self->on[next[edges[i].node]++] = edges[i].on;
    return self;
}

void graph_free(Graph *self)
{
    if (!self)
        return;
    g_free(self->first);
    g_free(self->on);
    g_free(self);
}

const uint32_t *graph_on(const Graph *self, uint32_t node, uint32_t *n)
{
    *n = self->first[node + 1] - self->first[node];
    return self->on + self->first[node];
}

/* The same graph with every edge turned round. */
static Graph *graph_reverse(const Graph *self)
{
    uint32_t n_edges = self->first[self->n_nodes];
    g_autofree GraphEdge *edges = g_new(GraphEdge, (size_t)n_edges + 1);

    for (uint32_t node = 0; node < self->n_nodes; node++) {
        for (uint32_t i = self->first[node]; i < self->first[node + 1]; i++)
            edges[i] = (GraphEdge){.node = self->on[i], .on = node};
    }
    return graph_new(self->n_nodes, edges, n_edges);
}

/* ---- a heap of indices, the lowest on top ------------------------------------------------ */

static void heap_push(GArray *heap, uint32_t value)
{
    guint at = heap->len;

    g_array_append_val(heap, value);
    while (at > 0 && g_array_index(heap, uint32_t, (at - 1) / 2) > value) {
        g_array_index(heap, uint32_t, at) = g_array_index(heap, uint32_t, (at - 1) / 2);
        at = (at - 1) / 2;
    }
    g_array_index(heap, uint32_t, at) = value;
}

static uint32_t heap_pop(GArray *heap)
{
    uint32_t top = g_array_index(heap, uint32_t, 0);
    uint32_t last = g_array_index(heap, uint32_t, heap->len - 1);
    guint at = 0, child;

    g_array_set_size(heap, heap->len - 1);
    while ((child = 2 * at + 1) < heap->len) {
        if (child + 1 < heap->len &&
            g_array_index(heap, uint32_t, child + 1) < g_array_index(heap, uint32_t, child))
            child++;
        if (g_array_index(heap, uint32_t, child) >= last)
            break;
        g_array_index(heap, uint32_t, at) = g_array_index(heap, uint32_t, child);
        at = child;
    }
    if (heap->len)
        g_array_index(heap, uint32_t, at) = last;
    return top;
}

uint32_t *graph_order(const Graph *self)
{
    g_autoptr(Graph) waiters = graph_reverse(self);
    g_autoptr(GArray) free_nodes = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    g_autofree uint32_t *open = g_new0(uint32_t, (size_t)self->n_nodes + 1);
    g_autofree uint32_t *order = g_new(uint32_t, (size_t)self->n_nodes + 1);
    uint32_t n = 0;

    for (uint32_t node = 0; node < self->n_nodes; node++) {
        open[node] = self->first[node + 1] - self->first[node];
        if (open[node] == 0)
            heap_push(free_nodes, node);
    }
    while (free_nodes->len) {
        uint32_t node = heap_pop(free_nodes);

        order[n++] = node;
        for (uint32_t i = waiters->first[node]; i < waiters->first[node + 1]; i++) {
            if (--open[waiters->on[i]] == 0)
                heap_push(free_nodes, waiters->on[i]);
        }
    }
    return n == self->n_nodes ? g_steal_pointer(&order) : NULL;
}

/* ---- cycles ------------------------------------------------------------------------------ */

typedef enum { UNSEEN, ON_PATH, SEEN } Mark;

/* Walks from @root until it meets its own path again; an own stack, as graphs may be deep. */
static GArray *find_cycle(const Graph *self, uint32_t root, Mark *marks, uint32_t *next)
{
    g_autoptr(GArray) path = g_array_new(FALSE, FALSE, sizeof(uint32_t));

    g_array_append_val(path, root);
    marks[root] = ON_PATH;
    while (path->len) {
        uint32_t node = g_array_index(path, uint32_t, path->len - 1), on;

        if (self->first[node] + next[node] == self->first[node + 1]) {
            marks[node] = SEEN;
            g_array_set_size(path, path->len - 1);
            continue;
        }
        on = self->on[self->first[node] + next[node]++];
        if (marks[on] == ON_PATH) {
            guint start = path->len - 1;

            while (g_array_index(path, uint32_t, start) != on)
                start--;
            return g_array_remove_range(g_steal_pointer(&path), 0, start);
        }
        if (marks[on] == UNSEEN) {
            marks[on] = ON_PATH;
            g_array_append_val(path, on);
        }
    }
    return NULL;
}

GArray *graph_cycle(const Graph *self)
{
    g_autofree Mark *marks = g_new0(Mark, (size_t)self->n_nodes + 1);
    g_autofree uint32_t *next = g_new0(uint32_t, (size_t)self->n_nodes + 1);
    GArray *cycle = NULL;

    for (uint32_t node = 0; node < self->n_nodes && !cycle; node++) {
        if (marks[node] == UNSEEN)
            cycle = find_cycle(self, node, marks, next);
    }
    return cycle;
}

char *graph_cycle_words(const GArray *cycle, const char *const *names)
{
    g_autoptr(GString) out = g_string_new(NULL);
    guint named = cycle->len > NAMED_MOST ? NAMED_MOST : cycle->len;

    for (guint i = 0; i < named; i++) {
        guint next = i + 1 < cycle->len ? i + 1 : 0;

        g_string_append_printf(out, "%s%s%s for %s", i ? ", " : "",
                               names[g_array_index(cycle, uint32_t, i)], i ? "" : " waits",
                               names[g_array_index(cycle, uint32_t, next)]);
    }
    if (named < cycle->len)
        g_string_append_printf(out, ", and %u more up to %s", cycle->len - named,
                               names[g_array_index(cycle, uint32_t, 0)]);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

GArray *graph_longest(const Graph *self, const int64_t *weights, int64_t *total)
{
    g_autofree uint32_t *order = graph_order(self);
    g_autofree int64_t *length = g_new0(int64_t, (size_t)self->n_nodes + 1);
    g_autofree uint32_t *before = g_new(uint32_t, (size_t)self->n_nodes + 1);
    GArray *path = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    uint32_t last = NOBODY;

    g_assert(order);
    for (uint32_t i = 0; i < self->n_nodes; i++) {
        uint32_t node = order[i];

        before[node] = NOBODY;
        for (uint32_t j = self->first[node]; j < self->first[node + 1]; j++) {
            if (before[node] == NOBODY || length[self->on[j]] > length[before[node]])
                before[node] = self->on[j];
        }
        length[node] = weights[node] + (before[node] == NOBODY ? 0 : length[before[node]]);
        if (last == NOBODY || length[node] > length[last])
            last = node;
    }
    if (total)
        *total = last == NOBODY ? 0 : length[last];
    for (; last != NOBODY; last = before[last])
        g_array_prepend_val(path, last);
    return path;
}
