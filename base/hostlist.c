/* Slurm's host lists: "n[1-3,07],login,r[1-2]c[0-7]" and back. */
#include "base/hostlist.h"

#include "base/units.h"
#include <stdlib.h>
#include <string.h>

#define BRACKETS_MOST 16
#define DIGITS_MOST   18

/* ---- expanding: one word is literals and brackets in turn -------------------------------- */

typedef struct {
    uint64_t low, high;
    int width; /* zero padding */
} Range;

typedef struct {
    const char *prefix; /* literal text before the bracket */
    int prefix_length;
    GArray *ranges;
    guint range; /* the odometer's place: which range, which number of it */
    uint64_t number;
} Bracket;

typedef struct {
    Bracket brackets[BRACKETS_MOST];
    size_t n;
    const char *rest; /* literal text after the last bracket */
    int rest_length;
} Word;

static void word_clear(Word *self)
{
    for (size_t i = 0; i < self->n; i++)
        g_array_unref(self->brackets[i].ranges);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Word, word_clear)

static bool read_number(const char **at, uint64_t *out, int *width)
{
    size_t length = strspn(*at, "0123456789");

    if (length == 0 || length > DIGITS_MOST)
        return false;
    *out = g_ascii_strtoull(*at, NULL, 10);
    *width = (int)length;
    *at += length;
    return true;
}

/* "1-3,07" up to its closing bracket. */
static bool read_ranges(const char *at, const char *end, GArray *ranges)
{
    Range range;
    int width;

    do {
        if (!read_number(&at, &range.low, &range.width))
            return false;
        range.high = range.low;
        if (*at == '-') {
            at++;
            if (!read_number(&at, &range.high, &width))
                return false;
        }
        if (range.high < range.low || range.high - range.low >= HOSTLIST_MAX)
            return false;
        g_array_append_val(ranges, range);
    } while (at < end && *at++ == ',');
    return at == end;
}

static bool word_read_bracket(Word *self, const char *at, const char *open, const char *close,
                              GError **error)
{
    Bracket *bracket;

    if (self->n == BRACKETS_MOST)
        return srx_fail(error, SRX_ERROR_INPUT, "a host name with more than %d brackets",
                        BRACKETS_MOST);
    bracket = &self->brackets[self->n++];
    *bracket = (Bracket){.prefix = at,
                         .prefix_length = (int)(open - at),
                         .ranges = g_array_new(FALSE, FALSE, sizeof(Range))};
    if (!read_ranges(open + 1, close, bracket->ranges))
        return srx_fail(error, SRX_ERROR_INPUT,
                        "expected ranges such as 1-3,07 in brackets, found '%.*s'",
                        (int)MIN(close + 1 - open, 60), open);
    bracket->number = g_array_index(bracket->ranges, Range, 0).low;
    return true;
}

static bool word_read(Word *self, const char *at, const char *end, GError **error)
{
    while (at < end) {
        const char *open = memchr(at, '[', (size_t)(end - at));
        const char *close = open ? memchr(open, ']', (size_t)(end - open)) : NULL;

        if (!open)
            break;
        if (!close)
            return srx_fail(error, SRX_ERROR_INPUT, "a bracket is not closed in '%.*s'",
                            (int)MIN(end - at, 60), at);
        if (!word_read_bracket(self, at, open, close, error))
            return false;
        at = close + 1;
    }
    if (memchr(at, ']', (size_t)(end - at)))
        return srx_fail(error, SRX_ERROR_INPUT, "a bracket is closed but not opened in '%.*s'",
                        (int)MIN(end - at, 60), at);
    self->rest = at;
    self->rest_length = (int)(end - at);
    return true;
}

static uint64_t word_count(const Word *self)
{
    uint64_t product = 1;

    for (size_t i = 0; i < self->n && product <= HOSTLIST_MAX; i++) {
        const GArray *ranges = self->brackets[i].ranges;
        uint64_t sum = 0;

        for (guint j = 0; j < ranges->len && sum <= HOSTLIST_MAX; j++)
            sum += g_array_index(ranges, Range, j).high - g_array_index(ranges, Range, j).low + 1;
        product *= sum;
    }
    return product;
}

/* Moves the odometer on by one; the last bracket runs fastest. */
static bool word_next(Word *self)
{
    for (size_t i = self->n; i-- > 0;) {
        Bracket *bracket = &self->brackets[i];

        if (bracket->number < g_array_index(bracket->ranges, Range, bracket->range).high) {
            bracket->number++;
            return true;
        }
        bracket->range = bracket->range + 1 < bracket->ranges->len ? bracket->range + 1 : 0;
        bracket->number = g_array_index(bracket->ranges, Range, bracket->range).low;
        if (bracket->range > 0)
            return true;
    }
    return false;
}

static char *word_name(const Word *self)
{
    g_autoptr(GString) name = g_string_new(NULL);

    for (size_t i = 0; i < self->n; i++) {
        const Bracket *bracket = &self->brackets[i];

        g_string_append_len(name, bracket->prefix, bracket->prefix_length);
        g_string_append_printf(name, "%0*" G_GUINT64_FORMAT,
                               g_array_index(bracket->ranges, Range, bracket->range).width,
                               bracket->number);
    }
    g_string_append_len(name, self->rest, self->rest_length);
    return g_string_free(g_steal_pointer(&name), FALSE);
}

/* Commas and blanks part words, but not inside brackets. */
static const char *word_end(const char *at)
{
    bool inside = false;

    for (; *at && (inside || !strchr(", \t\r\n", *at)); at++) {
        if (*at == '[')
            inside = true;
        else if (*at == ']')
            inside = false;
    }
    return at;
}

GPtrArray *hostlist_expand(const char *text, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *at = text + strspn(text, ", \t\r\n");

    while (*at) {
        const char *end = word_end(at);
        g_auto(Word) word = {0};

        if (!word_read(&word, at, end, error))
            return NULL;
        if (names->len + word_count(&word) > HOSTLIST_MAX)
            return srx_fail_null(error, SRX_ERROR_INPUT,
                                 "a host list of more than %d names: '%.60s'", HOSTLIST_MAX, text);
        do {
            g_ptr_array_add(names, word_name(&word));
        } while (word_next(&word));
        at = end + strspn(end, ", \t\r\n");
    }
    return g_steal_pointer(&names);
}

/* ---- compressing ------------------------------------------------------------------------- */

typedef struct {
    const char *name;
    size_t prefix; /* [bytes] before the number at the end */
    uint64_t number;
    int width; /* digits of that number; 0 for none */
} Host;

static Host host_split(const char *name)
{
    Host host = {.name = name, .prefix = strlen(name)};

    while (host.prefix > 0 && host.width < DIGITS_MOST && g_ascii_isdigit(name[host.prefix - 1])) {
        host.prefix--;
        host.width++;
    }
    if (host.width)
        host.number = g_ascii_strtoull(name + host.prefix, NULL, 10);
    return host;
}

static bool same_prefix(const Host *a, const Host *b)
{
    return a->prefix == b->prefix && !memcmp(a->name, b->name, a->prefix);
}

static int compare_prefixes(const Host *a, const Host *b)
{
    g_autofree char *x = g_strndup(a->name, a->prefix), *y = g_strndup(b->name, b->prefix);

    return natural_compare(x, y);
}

static int compare_hosts(const void *a, const void *b)
{
    const Host *x = a, *y = b;
    int order = same_prefix(x, y) ? 0 : compare_prefixes(x, y);

    if (order)
        return order;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return x->width - y->width;
}

static bool in_one_bracket(const Host *a, const Host *b)
{
    return a->width && b->width && same_prefix(a, b);
}

/* n09 then n10, n9 then n10, but not n9 then n010: padding would not give the name back. */
static bool follows(const Host *last, const Host *next, int padding)
{
    g_autofree char *padded = g_strdup_printf("%0*" G_GUINT64_FORMAT, padding, next->number);

    return next->number == last->number + 1 && (int)strlen(padded) == next->width;
}

/* The end of the range that starts at @from. */
static size_t range_end(const Host *hosts, size_t from, size_t end)
{
    size_t last = from;

    while (last + 1 < end && follows(&hosts[last], &hosts[last + 1], hosts[from].width))
        last++;
    return last;
}

static void append_group(GString *out, const Host *hosts, size_t from, size_t end)
{
    g_string_append_len(out, hosts[from].name, (gssize)hosts[from].prefix);
    if (end - from == 1) {
        g_string_append(out, hosts[from].name + hosts[from].prefix);
        return;
    }
    g_string_append_c(out, '[');
    for (size_t i = from; i < end; i++) {
        size_t last = range_end(hosts, i, end);

        g_string_append_printf(out, "%s%s", i > from ? "," : "", hosts[i].name + hosts[i].prefix);
        if (last > i)
            g_string_append_printf(out, "-%s", hosts[last].name + hosts[last].prefix);
        i = last;
    }
    g_string_append_c(out, ']');
}

char *hostlist_compress(const char *const *names, size_t n)
{
    g_autofree Host *hosts = g_new(Host, n + 1);
    g_autoptr(GString) out = g_string_new(NULL);
    size_t kept = 0, end;

    for (size_t i = 0; i < n; i++)
        hosts[i] = host_split(names[i]);
    qsort(hosts, n, sizeof *hosts, compare_hosts);
    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || strcmp(hosts[kept - 1].name, hosts[i].name) != 0)
            hosts[kept++] = hosts[i];
    }
    for (size_t from = 0; from < kept; from = end) {
        for (end = from + 1; end < kept && in_one_bracket(&hosts[from], &hosts[end]);)
            end++;
        g_string_append(out, from ? "," : "");
        append_group(out, hosts, from, end);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}
