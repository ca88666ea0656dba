/* Who and what appears in a dump of sacct. */
#include "slurmio/sacct_survey.h"

#include "slurmio/sacct_record.h"

#include <string.h>

typedef struct {
    GHashTable *members, *accounts, *qos, *partitions;
} Sets;

static GHashTable *new_set(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static void add(GHashTable *set, const char *text)
{
    if (text && *text && !g_hash_table_contains(set, text))
        g_hash_table_add(set, g_strdup(text));
}

static void add_record(const Sets *sets, const Record *record)
{
    g_auto(GStrv) partitions = g_strsplit(record->partition ? record->partition : "", ",", -1);
    g_autofree char *member = NULL;

    if (record->user && record->account)
        member = g_strdup_printf("%s\001%s", record->user, record->account);
    add(sets->members, member);
    add(sets->accounts, record->account);
    add(sets->qos, record->qos);
    for (char **name = partitions; *name; name++)
        add(sets->partitions, *name);
}

static gint by_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Empties @set. */
static GPtrArray *sorted(GHashTable *set)
{
    GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init(&iter, set);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        g_ptr_array_add(out, key);
        g_hash_table_iter_steal(&iter);
    }
    g_ptr_array_sort(out, by_text);
    g_hash_table_unref(set);
    return out;
}

SacctSurvey *sacct_survey(const char *path, Diags *diags)
{
    g_autoptr(SacctTable) table = sacct_table_open(path, diags);
    Sets sets = {new_set(), new_set(), new_set(), new_set()};
    SacctSurvey *self = g_new0(SacctSurvey, 1);

    while (table && sacct_table_next(table)) {
        g_auto(Record) record = {0};

        record_read(table, &record);
        if (record.kind != RECORD_STEP && record.kind != RECORD_NONE)
            add_record(&sets, &record);
    }
    self->members = sorted(sets.members);
    self->accounts = sorted(sets.accounts);
    self->qos = sorted(sets.qos);
    self->partitions = sorted(sets.partitions);
    if (table)
        return self;
    sacct_survey_free(self);
    return NULL;
}

void sacct_survey_free(SacctSurvey *self)
{
    if (!self)
        return;
    g_ptr_array_unref(self->members);
    g_ptr_array_unref(self->accounts);
    g_ptr_array_unref(self->qos);
    g_ptr_array_unref(self->partitions);
    g_free(self);
}
