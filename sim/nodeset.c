/* A set of nodes as a bitmap. The bits beyond the last node are always 0. */
#include "sim/nodeset.h"

#include <string.h>

/* The same loops compiled for wider words: chosen by the loader, which sanitizers are not up to. */
#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__OPTIMIZE__) &&                      \
    !defined(__SANITIZE_ADDRESS__)
#define WIDE __attribute__((target_clones("avx2", "default")))
#else
#define WIDE
#endif

NodeSet *nodeset_new(uint32_t n_nodes)
{
    const uint32_t n_words = (n_nodes + 63) / 64;
    NodeSet *self = g_malloc0(sizeof *self + n_words * sizeof self->words[0]);

    self->n_nodes = n_nodes;
    self->n_words = n_words;
    return self;
}

NodeSet *nodeset_copy(const NodeSet *self)
{
    NodeSet *copy = g_malloc(sizeof *copy + self->n_words * sizeof copy->words[0]);

    memcpy(copy, self, sizeof *copy + self->n_words * sizeof copy->words[0]);
    return copy;
}

void nodeset_free(NodeSet *self)
{
    g_free(self);
}

void nodeset_clear(NodeSet *self)
{
    memset(self->words, 0, self->n_words * sizeof self->words[0]);
}

void nodeset_fill(NodeSet *self)
{
    const uint32_t used = self->n_nodes & 63;

    memset(self->words, 0xff, self->n_words * sizeof self->words[0]);
    if (used > 0)
        self->words[self->n_words - 1] = (UINT64_C(1) << used) - 1;
}

void nodeset_invert(NodeSet *self)
{
    const uint32_t used = self->n_nodes & 63;

    for (uint32_t i = 0; i < self->n_words; i++)
        self->words[i] = ~self->words[i];
    if (used > 0)
        self->words[self->n_words - 1] &= (UINT64_C(1) << used) - 1;
}

void nodeset_assign(NodeSet *self, const NodeSet *from)
{
    g_assert(self->n_nodes == from->n_nodes);
    memcpy(self->words, from->words, self->n_words * sizeof self->words[0]);
}

WIDE void nodeset_and(NodeSet *self, const NodeSet *with)
{
    for (uint32_t i = 0; i < self->n_words; i++)
        self->words[i] &= with->words[i];
}

WIDE void nodeset_or(NodeSet *self, const NodeSet *with)
{
    for (uint32_t i = 0; i < self->n_words; i++)
        self->words[i] |= with->words[i];
}

WIDE void nodeset_remove(NodeSet *self, const NodeSet *what)
{
    for (uint32_t i = 0; i < self->n_words; i++)
        self->words[i] &= ~what->words[i];
}

bool nodeset_equal(const NodeSet *a, const NodeSet *b)
{
    return a->n_nodes == b->n_nodes &&
           memcmp(a->words, b->words, a->n_words * sizeof a->words[0]) == 0;
}

WIDE bool nodeset_overlaps(const NodeSet *a, const NodeSet *b)
{
    for (uint32_t i = 0; i < a->n_words; i++)
        if (a->words[i] & b->words[i])
            return true;
    return false;
}

WIDE bool nodeset_contains(const NodeSet *self, const NodeSet *part)
{
    for (uint32_t i = 0; i < self->n_words; i++)
        if (part->words[i] & ~self->words[i])
            return false;
    return true;
}

bool nodeset_is_empty(const NodeSet *self)
{
    for (uint32_t i = 0; i < self->n_words; i++)
        if (self->words[i])
            return false;
    return true;
}

WIDE uint32_t nodeset_count(const NodeSet *self)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < self->n_words; i++)
        count += (uint32_t)__builtin_popcountll(self->words[i]);
    return count;
}

WIDE uint32_t nodeset_count_and(const NodeSet *a, const NodeSet *b)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < a->n_words; i++)
        count += (uint32_t)__builtin_popcountll(a->words[i] & b->words[i]);
    return count;
}

uint32_t nodeset_next(const NodeSet *self, uint32_t from)
{
    uint32_t i = from >> 6;
    uint64_t word;

    if (from >= self->n_nodes)
        return NODE_NONE;
    word = self->words[i] & (~UINT64_C(0) << (from & 63));
    while (word == 0) {
        if (++i == self->n_words)
            return NODE_NONE;
        word = self->words[i];
    }
    return i * 64 + (uint32_t)__builtin_ctzll(word);
}
