/* Gres= of a node line: "gpu:a100:4(S:0-1),shard:96,mem:no_consume:50G". */
#pragma once

#include "sim/cluster.h"

typedef struct {
    char *name; /* "gpu" */
    char *type; /* "a100"; NULL when untyped */
    uint64_t count;
    bool no_consume;
} GresItem;

void gres_item_free(GresItem *self);

/**
 * gres_items_parse - what a node's Gres= or a count in gres.conf says. A count has a suffix K, M,
 * G, T, P (powers of 1024); none is 1. Words in parentheses are not read.
 *
 * Returns: (transfer full) GresItem *, or NULL: an empty name, a count that is none.
 */
GPtrArray *gres_items_parse(const char *text, GError **error);

/** node_add_gres - a resource of @node, names becoming indices. Counts above 2^32 are cut. */
NodeGres *node_add_gres(Cluster *cluster, Node *node, const GresItem *item);
