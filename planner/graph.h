/* A graph of things that wait for each other, as indices. Knows no job and no time. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint32_t node; /* waits ... */
    uint32_t on;   /* ... for this */
} GraphEdge;

typedef struct Graph Graph;

/** graph_new - @edges are copied; every index must be < @n_nodes. O(nodes + edges). */
Graph *graph_new(uint32_t n_nodes, const GraphEdge *edges, size_t n_edges);
void graph_free(Graph *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Graph, graph_free)

/** graph_on - what @node waits for, in the order of the edges. @n: how many */
const uint32_t *graph_on(const Graph *self, uint32_t node, uint32_t *n);

/** graph_order - every node after what it waits for, lowest index first where free.
 * O(edges + nodes log nodes). Returns: (transfer full) n_nodes entries; NULL with a cycle. */
uint32_t *graph_order(const Graph *self);

/** graph_cycle - nodes of which each waits for the next and the last for the first; the one that
 * starts at the lowest index. Returns: (transfer full) uint32_t; NULL without a cycle. */
GArray *graph_cycle(const Graph *self);

/** graph_cycle_words - "a waits for b, b for c, c for a". Returns: (transfer full) */
char *graph_cycle_words(const GArray *cycle, const char *const *names);

/**
 * graph_longest - the path whose nodes weigh most together: the critical path when a node's weight
 * is how long it takes. The graph must have no cycle.
 * @weights: one a node, >= 0
 * @total: the path's weight; may be NULL
 *
 * Returns: (transfer full) uint32_t, first node first; empty without nodes.
 */
GArray *graph_longest(const Graph *self, const int64_t *weights, int64_t *total);
