/* Fuzz target: times, sizes, counts and host lists. */
#include "base/hostlist.h"
#include "base/units.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (guint i = 0; lines[i]; i++) {
        g_autoptr(GPtrArray) names = hostlist_expand(lines[i], NULL);
        uint32_t minutes;
        uint64_t amount;
        Span span;

        if (names && names->len <= 1000)
            g_free(hostlist_compress((const char *const *)names->pdata, names->len));
        if (minutes_parse(lines[i], &minutes, NULL))
            g_free(minutes_format(minutes));
        if (span_parse(lines[i], &span, NULL) && span != INSTANT_NEVER)
            g_free(span_format(span));
        if (duration_parse(lines[i], &span, NULL))
            g_free(span_words(span));
        if (memory_parse(lines[i], &amount, NULL))
            g_free(memory_format(amount));
        (void)count_parse(lines[i], &amount, NULL);
    }
    return 0;
}
