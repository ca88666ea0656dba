/* "Did you mean": the nearest of some known words. */
#include "base/units.h"

#include <string.h>

#define WORD_LONGEST 64

static bool same_letter(char a, char b)
{
    return g_ascii_tolower(a) == g_ascii_tolower(b);
}

/* Insertions, deletions, replacements and swaps of neighbours that make @a out of @b. */
static size_t edit_distance(const char *a, const char *b)
{
    size_t rows[3][WORD_LONGEST + 1] = {0};
    size_t *before = rows[0], *last = rows[1], *now = rows[2], n = strlen(b);

    for (size_t j = 0; j <= n; j++)
        last[j] = j;
    for (size_t i = 1; a[i - 1]; i++) {
        now[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t replaced = last[j - 1] + !same_letter(a[i - 1], b[j - 1]);

            now[j] = MIN(replaced, MIN(last[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) &&
                same_letter(a[i - 2], b[j - 1]))
                now[j] = MIN(now[j], before[j - 2] + 1);
        }
        size_t *oldest = before;
        before = last;
        last = now;
        now = oldest;
    }
    return last[n];
}

/* "memory" stands near "memory_per_node": a beginning, or a whole word of it. */
static bool is_part(const char *word, const char *of)
{
    size_t length = strlen(word);
    const char *at = length >= 3 ? strstr(of, word) : NULL;

    return at && (at == of || at[-1] == '_' || at[-1] == '-');
}

const char *nearest_word(const char *word, const char *const *words, size_t n)
{
    size_t length = strlen(word), best = MAX(length / 3, 1) + 1;
    const char *nearest = NULL;

    if (length == 0 || length > WORD_LONGEST)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        size_t distance = strlen(words[i]) > WORD_LONGEST ? best : edit_distance(word, words[i]);

        if (distance < best && distance < MAX(length, 2)) {
            best = distance;
            nearest = words[i];
        }
    }
    for (size_t i = 0; i < n && !nearest; i++) {
        if (is_part(word, words[i]))
            nearest = words[i];
    }
    return nearest;
}
