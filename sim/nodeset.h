/* A set of nodes as a bitmap over node indices. All sets of one cluster have one length. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define NODE_NONE UINT32_MAX

typedef struct {
    uint32_t n_nodes;
    uint32_t n_words;
    uint64_t words[];
} NodeSet;

NodeSet *nodeset_new(uint32_t n_nodes); /* empty */
NodeSet *nodeset_copy(const NodeSet *self);
void nodeset_free(NodeSet *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NodeSet, nodeset_free)

void nodeset_clear(NodeSet *self);
void nodeset_fill(NodeSet *self);
void nodeset_invert(NodeSet *self);
void nodeset_assign(NodeSet *self, const NodeSet *from);
void nodeset_and(NodeSet *self, const NodeSet *with);
void nodeset_or(NodeSet *self, const NodeSet *with);
void nodeset_remove(NodeSet *self, const NodeSet *what); /* self and not what */
bool nodeset_equal(const NodeSet *a, const NodeSet *b);
bool nodeset_overlaps(const NodeSet *a, const NodeSet *b);
bool nodeset_contains(const NodeSet *self, const NodeSet *part); /* part is a subset */
bool nodeset_is_empty(const NodeSet *self);
uint32_t nodeset_count(const NodeSet *self);
uint32_t nodeset_count_and(const NodeSet *a, const NodeSet *b);

/** nodeset_next - the first member >= @from, or NODE_NONE. */
uint32_t nodeset_next(const NodeSet *self, uint32_t from);

static inline bool nodeset_has(const NodeSet *self, uint32_t node)
{
    return self->words[node >> 6] >> (node & 63) & 1;
}

static inline void nodeset_add(NodeSet *self, uint32_t node)
{
    self->words[node >> 6] |= UINT64_C(1) << (node & 63);
}

static inline void nodeset_drop(NodeSet *self, uint32_t node)
{
    self->words[node >> 6] &= ~(UINT64_C(1) << (node & 63));
}
