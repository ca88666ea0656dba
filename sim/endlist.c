/* Running jobs by expected end, in chunks that know their sum. */
#include "sim/endlist.h"

#define CHUNK 128

typedef struct {
    Instant end;
    uint32_t processors;
} Entry;

typedef struct {
    uint32_t n;
    uint64_t sum;
    Entry entries[CHUNK];
} Chunk;

struct EndList {
    GPtrArray *chunks; /* Chunk *, never none, only a sole one may be empty */
};

EndList *endlist_new(void)
{
    EndList *self = g_new0(EndList, 1);

    self->chunks = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(self->chunks, g_new0(Chunk, 1));
    return self;
}

void endlist_free(EndList *self)
{
    if (!self)
        return;
    g_ptr_array_unref(self->chunks);
    g_free(self);
}

static Chunk *nth(const EndList *self, guint index)
{
    return g_ptr_array_index(self->chunks, index);
}

/* The first chunk whose last entry is not before @end, or the last chunk. */
static guint chunk_for(const EndList *self, Instant end)
{
    guint low = 0;
    guint high = self->chunks->len - 1;

    while (low < high) {
        const guint middle = low + (high - low) / 2;
        const Chunk *chunk = nth(self, middle);

        if (chunk->entries[chunk->n - 1].end < end)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The first entry that is not before @end. */
static uint32_t entry_for(const Chunk *self, Instant end)
{
    uint32_t low = 0;
    uint32_t n = self->n;

    while (n > 0) { /* halves without a branch that could be guessed wrongly */
        const uint32_t half = n / 2;

        low += self->entries[low + half].end < end ? n - half : 0;
        n = half;
    }
    return low;
}

static Chunk *split(EndList *self, guint index)
{
    Chunk *first = nth(self, index);
    Chunk *second = g_new0(Chunk, 1);

    second->n = CHUNK / 2;
    memcpy(second->entries, first->entries + CHUNK / 2, CHUNK / 2 * sizeof(Entry));
    for (uint32_t i = 0; i < second->n; i++)
        second->sum += second->entries[i].processors;
    first->n = CHUNK / 2;
    first->sum -= second->sum;
    g_ptr_array_insert(self->chunks, (gint)index + 1, second);
    return second;
}

void endlist_add(EndList *self, Instant end, uint32_t processors)
{
    const guint index = chunk_for(self, end);
    Chunk *chunk = nth(self, index);
    uint32_t at;

    if (chunk->n == CHUNK) {
        Chunk *second = split(self, index);

        if (end > chunk->entries[chunk->n - 1].end)
            chunk = second;
    }
    at = entry_for(chunk, end);
    memmove(chunk->entries + at + 1, chunk->entries + at, (chunk->n - at) * sizeof(Entry));
    chunk->entries[at] = (Entry){.end = end, .processors = processors};
    chunk->n++;
    chunk->sum += processors;
}

static bool remove_from(EndList *self, guint index, Instant end, uint32_t processors)
{
    Chunk *chunk = nth(self, index);

    for (uint32_t i = entry_for(chunk, end); i < chunk->n; i++) {
        if (chunk->entries[i].end > end)
            return false;
        if (chunk->entries[i].processors != processors)
            continue;
        chunk->n--;
        chunk->sum -= processors;
        memmove(chunk->entries + i, chunk->entries + i + 1, (chunk->n - i) * sizeof(Entry));
        if (chunk->n == 0 && self->chunks->len > 1)
            g_ptr_array_remove_index(self->chunks, index);
        return true;
    }
    return false;
}

void endlist_remove(EndList *self, Instant end, uint32_t processors)
{
    for (guint i = chunk_for(self, end); i < self->chunks->len; i++) {
        if (remove_from(self, i, end, processors))
            return;
    }
    g_assert_not_reached();
}

Instant endlist_shadow(const EndList *self, uint32_t free, uint32_t needed, uint32_t *extra)
{
    uint64_t sum = free;
    guint c = 0;
    uint32_t i = 0;
    Instant shadow;

    while (sum + nth(self, c)->sum < needed)
        sum += nth(self, c++)->sum;
    while (sum < needed)
        sum += nth(self, c)->entries[i++].processors;
    shadow = nth(self, c)->entries[i - 1].end;
    for (;; i++) { /* those that end at the same instant add to what is left over */
        if (i == nth(self, c)->n) {
            i = 0;
            if (++c == self->chunks->len)
                break;
        }
        if (nth(self, c)->n == 0 || nth(self, c)->entries[i].end != shadow)
            break;
        sum += nth(self, c)->entries[i].processors;
    }
    *extra = (uint32_t)(sum - needed);
    return shadow;
}
