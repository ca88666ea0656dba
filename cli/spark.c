/* A curve drawn in one line of characters. */
#include "cli/spark.h"

static double mean_of(const double *values, size_t n, size_t columns, size_t column)
{
    const size_t from = column * n / columns;
    const size_t to = MAX((column + 1) * n / columns, from + 1);
    double sum = 0;

    for (size_t i = from; i < to; i++)
        sum += values[i];
    return sum / (double)(to - from);
}

char *spark_text(const double *values, size_t n, double most, int columns, const Terminal *terminal)
{
    static const char *const bars[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char *const plain[] = {" ", ".", ".", ":", ":", "|", "|", "#", "#"};
    const size_t room = MIN(n, (size_t)MAX(columns, 1));
    GString *out = g_string_new(NULL);

    for (size_t i = 0; i < room; i++) {
        const double share = most > 0 ? mean_of(values, n, room, i) / most : 0;
        const double level = CLAMP(share * 8, 0, 8);
        const int index = level > 0 && level < 1 ? 1 : (int)(level + 0.5);

        g_string_append(out, (terminal->utf8 ? bars : plain)[index]);
    }
    return g_string_free(out, FALSE);
}
