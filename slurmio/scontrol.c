/* What `scontrol -o show ...` prints: a record a line, Key=value between blanks. */
#include "slurmio/scontrol.h"

#include <string.h>

GPtrArray *scontrol_records(const char *text, const char *key)
{
    GPtrArray *records = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *head = g_strconcat(key, "=", NULL);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line; line++) {
        if (g_str_has_prefix(*line, head)) {
            g_ptr_array_add(records, g_strdup(*line));
        } else if (records->len > 0 && **line) {
            g_autofree char *before = records->pdata[records->len - 1];

            records->pdata[records->len - 1] = g_strconcat(before, "\n", *line, NULL);
        }
    }
    return records;
}

static char *value_at(const char *at)
{
    static const char *const nothing[] = {"", "(null)", "N/A", "NONE"};
    g_autofree char *value = at ? g_strndup(at, strcspn(at, " \n")) : NULL;

    for (size_t i = 0; value && i < G_N_ELEMENTS(nothing); i++)
        if (g_str_equal(value, nothing[i]))
            return NULL;
    return g_steal_pointer(&value);
}

/* What follows "key=" at the beginning of a word, from @from on. */
static const char *find(const char *from, const char *record, const char *key)
{
    const size_t length = strlen(key);

    for (const char *at = strstr(from, key); at; at = strstr(at + 1, key))
        if (at[length] == '=' && (at == record || g_ascii_isspace(at[-1])))
            return at + length + 1;
    return NULL;
}

char *scontrol_value(const char *record, const char *key)
{
    return value_at(find(record, record, key));
}

char *scontrol_last_value(const char *record, const char *key)
{
    const char *last = NULL;

    for (const char *at = find(record, record, key); at; at = find(at, record, key))
        last = at;
    return value_at(last);
}

gint64 scontrol_number(const char *record, const char *key, gint64 fallback)
{
    g_autofree char *value = scontrol_value(record, key);
    char *end = NULL;
    gint64 number = value ? g_ascii_strtoll(value, &end, 10) : 0;

    return value && end != value ? number : fallback;
}
