/* The keys of one line or of a whole file, and their values by type. */
#include "slurmio/confrecord.h"

#include "base/units.h"
#include <errno.h>
#include <string.h>

struct ConfRecord {
    GHashTable *pairs; /* key in lower case -> ConfPair * */
    const ConfRecord *defaults;
    Diags *diags;
};

static void pair_free(void *pair)
{
    conf_pair_free(pair);
}

ConfRecord *conf_record_new(const ConfRecord *defaults, Diags *diags)
{
    ConfRecord *self = g_new0(ConfRecord, 1);

    self->pairs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, pair_free);
    self->defaults = defaults;
    self->diags = diags;
    return self;
}

void conf_record_free(ConfRecord *self)
{
    if (!self)
        return;
    g_hash_table_unref(self->pairs);
    g_free(self);
}

void conf_record_take(ConfRecord *self, const ConfPair *pair, bool says_twice)
{
    g_autofree char *key = g_ascii_strdown(pair->key, -1);
    const ConfPair *before = g_hash_table_lookup(self->pairs, key);

    if (*pair->value == '\0')
        return;
    if (before && says_twice)
        conf_pair_say(pair, self->diags, DIAG_WARNING, "%s is given twice; this one counts, not %s",
                      pair->key, before->value);
    g_hash_table_replace(self->pairs, g_steal_pointer(&key), conf_pair_copy(pair));
}

/* "Feature= Weight=3": Slurm takes the next word for the value, whatever it is. */
static void warn_of_swallowed_key(const ConfPair *pair, ConfScope scope, Diags *diags)
{
    const char *equals = strchr(pair->value, '=');
    g_autofree char *word = equals ? g_strndup(pair->value, (gsize)(equals - pair->value)) : NULL;

    if (word && conf_key_is_known(scope, word))
        conf_pair_say(pair, diags, DIAG_WARNING,
                      "%s= stands without a value, so Slurm reads '%s' as its value", pair->key,
                      pair->value);
}

void conf_record_take_line(ConfRecord *self, const ConfLine *line, ConfScope scope)
{
    for (guint i = 0; i < line->pairs->len; i++) {
        const ConfPair *pair = g_ptr_array_index(line->pairs, i);

        if (!conf_key_check(scope, pair, self->diags))
            continue;
        warn_of_swallowed_key(pair, scope, self->diags);
        conf_record_take(self, pair, true);
    }
}

void conf_record_merge(ConfRecord *self, const ConfLine *line, ConfScope scope)
{
    for (guint i = 1; i < line->pairs->len; i++) {
        const ConfPair *pair = g_ptr_array_index(line->pairs, i);

        if (conf_key_is_known(scope, pair->key))
            conf_record_take(self, pair, false);
    }
}

const ConfPair *conf_record_own(const ConfRecord *self, const char *key)
{
    g_autofree char *lower = g_ascii_strdown(key, -1);

    return g_hash_table_lookup(self->pairs, lower);
}

const ConfPair *conf_record_find(const ConfRecord *self, const char *key)
{
    const ConfPair *own = conf_record_own(self, key);

    return own || !self->defaults ? own : conf_record_find(self->defaults, key);
}

void conf_record_say(const ConfRecord *self, const char *key, DiagLevel level, const char *format,
                     ...)
{
    va_list values;
    g_autofree char *text = NULL;

    va_start(values, format);
    text = g_strdup_vprintf(format, values);
    va_end(values);
    conf_pair_say(conf_record_find(self, key), self->diags, level, "%s", text);
}

/* ---- values ---- */

bool conf_record_text(const ConfRecord *self, const char *key, char **out)
{
    const ConfPair *pair = conf_record_find(self, key);

    if (!pair)
        return false;
    g_free(*out);
    *out = g_strdup(pair->value);
    return true;
}

bool conf_record_words(const ConfRecord *self, const char *key, char ***out)
{
    const ConfPair *pair = conf_record_find(self, key);
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) parts = NULL;

    if (!pair)
        return false;
    parts = g_strsplit_set(pair->value, ", \t", -1);
    for (char **part = parts; *part; part++)
        if (**part)
            g_ptr_array_add(words, g_strdup(*part));
    g_ptr_array_add(words, NULL);
    g_strfreev(*out);
    *out = (char **)g_ptr_array_steal(words, NULL);
    return true;
}

static bool is_one_of(const char *value, const char *const *words)
{
    for (; *words; words++)
        if (g_ascii_strcasecmp(value, *words) == 0)
            return true;
    return false;
}

bool conf_record_bool(const ConfRecord *self, const char *key, bool *out)
{
    static const char *const yes[] = {"yes", "up", "true", "1", NULL};
    static const char *const no[] = {"no", "down", "false", "0", NULL};
    const ConfPair *pair = conf_record_find(self, key);

    if (!pair)
        return false;
    if (!is_one_of(pair->value, yes) && !is_one_of(pair->value, no)) {
        conf_pair_say(pair, self->diags, DIAG_ERROR, "%s: expected YES or NO, found '%s'",
                      pair->key, pair->value);
        return false;
    }
    *out = is_one_of(pair->value, yes);
    return true;
}

static bool say_no_number(const ConfRecord *self, const ConfPair *pair, uint64_t most)
{
    const size_t digits = strspn(pair->value, "0123456789");
    uint64_t mebibytes = 0;

    if (digits > 0 && pair->value[digits] && memory_parse(pair->value, &mebibytes, NULL) &&
        strchr("MGTPmgtp", pair->value[digits]))
        conf_pair_say(pair, self->diags, DIAG_ERROR,
                      "%s: expected a number without a unit, found '%s' (if MiB are meant, write "
                      "%" G_GUINT64_FORMAT ")",
                      pair->key, pair->value, mebibytes);
    else if (*pair->value == '-')
        conf_pair_say(pair, self->diags, DIAG_ERROR,
                      "%s: expected a number of at least 0, found '%s'", pair->key, pair->value);
    else
        conf_pair_say(pair, self->diags, DIAG_ERROR,
                      "%s: expected a number up to %" G_GUINT64_FORMAT ", found '%s'", pair->key,
                      most, pair->value);
    return false;
}

/* Numbers as strtoul reads them with base 0: 0x10 and 010 are allowed. */
static bool read_number(const ConfRecord *self, const char *key, uint64_t most, uint64_t *out)
{
    const ConfPair *pair = conf_record_find(self, key);
    char *end = NULL;
    uint64_t number;

    if (!pair)
        return false;
    if (g_ascii_strcasecmp(pair->value, "UNLIMITED") == 0 ||
        g_ascii_strcasecmp(pair->value, "INFINITE") == 0) {
        *out = most;
        return true;
    }
    errno = 0;
    number = g_ascii_strtoull(pair->value, &end, 0);
    if (most == UINT64_MAX && (*end == 'k' || *end == 'K')) {
        number *= 1024;
        end++;
    }
    if (end == pair->value || *end || errno || *pair->value == '-' || number > most)
        return say_no_number(self, pair, most);
    *out = number;
    return true;
}

bool conf_record_u16(const ConfRecord *self, const char *key, uint16_t *out)
{
    uint64_t number;

    if (!read_number(self, key, UINT16_MAX, &number))
        return false;
    *out = (uint16_t)number;
    return true;
}

bool conf_record_u32(const ConfRecord *self, const char *key, uint32_t *out)
{
    uint64_t number;

    if (!read_number(self, key, UINT32_MAX, &number))
        return false;
    *out = (uint32_t)number;
    return true;
}

bool conf_record_u64(const ConfRecord *self, const char *key, uint64_t *out)
{
    return read_number(self, key, UINT64_MAX, out);
}

bool conf_record_minutes(const ConfRecord *self, const char *key, uint32_t *out)
{
    const ConfPair *pair = conf_record_find(self, key);
    g_autoptr(GError) error = NULL;

    if (!pair)
        return false;
    if (minutes_parse(pair->value, out, &error))
        return true;
    conf_pair_say(pair, self->diags, DIAG_ERROR, "%s: %s", pair->key, error->message);
    return false;
}

bool conf_record_choice(const ConfRecord *self, const char *key, const char *const *words, int *out)
{
    const ConfPair *pair = conf_record_find(self, key);
    g_autofree char *list = NULL;

    if (!pair)
        return false;
    for (int i = 0; words[i]; i++) {
        if (g_ascii_strcasecmp(pair->value, words[i]) == 0) {
            *out = i;
            return true;
        }
    }
    list = g_strjoinv(", ", (char **)(uintptr_t)words);
    conf_pair_say(pair, self->diags, DIAG_ERROR, "%s: expected one of %s, found '%s'", pair->key,
                  list, pair->value);
    return false;
}
