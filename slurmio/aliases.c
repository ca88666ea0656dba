/* Names that stand for people, accounts and jobs where a snapshot must not tell the real ones. */
#include "slurmio/aliases.h"

#include <string.h>

struct Aliases {
    bool active;
    GHashTable *names[ALIAS_KINDS]; /* name -> alias */
};

Aliases *aliases_new(bool active)
{
    Aliases *self = g_new0(Aliases, 1);

    self->active = active;
    for (int kind = 0; kind < ALIAS_KINDS; kind++)
        self->names[kind] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return self;
}

void aliases_free(Aliases *self)
{
    if (!self)
        return;
    for (int kind = 0; kind < ALIAS_KINDS; kind++)
        g_hash_table_unref(self->names[kind]);
    g_free(self);
}

bool aliases_active(const Aliases *self)
{
    return self->active;
}

const char *alias_of(Aliases *self, AliasKind kind, const char *name)
{
    static const char *const stems[] = {[ALIAS_USER] = "user",
                                        [ALIAS_ACCOUNT] = "account",
                                        [ALIAS_RESERVATION] = "reservation",
                                        [ALIAS_JOB] = "job"};
    GHashTable *names = self->names[kind];
    char *alias;

    if (!self->active || !*name || g_str_equal(name, "root"))
        return name;
    alias = g_hash_table_lookup(names, name);
    if (!alias) {
        alias = g_strdup_printf("%s%u", stems[kind], g_hash_table_size(names) + 1);
        g_hash_table_insert(names, g_strdup(name), alias);
    }
    return alias;
}

char *alias_list(Aliases *self, AliasKind kind, const char *names)
{
    g_auto(GStrv) parts = g_strsplit(names, ",", -1);

    for (char **part = parts; *part; part++) {
        g_autofree char *whole = *part;
        const size_t sign = strspn(whole, "-+");
        g_autofree char *before = g_strndup(whole, sign);

        *part = g_strconcat(before, alias_of(self, kind, whole + sign), NULL);
    }
    return g_strjoinv(",", parts);
}

/* Which kind of name a column holds; ALIAS_KINDS: none. */
static AliasKind kind_of(const char *head)
{
    static const struct {
        const char *head;
        AliasKind kind;
    } heads[] = {{"User", ALIAS_USER},        {"Account", ALIAS_ACCOUNT},
                 {"Par Name", ALIAS_ACCOUNT}, {"ParentName", ALIAS_ACCOUNT},
                 {"Def Acct", ALIAS_ACCOUNT}, {"DefaultAccount", ALIAS_ACCOUNT}};

    for (size_t i = 0; i < G_N_ELEMENTS(heads); i++)
        if (!g_ascii_strcasecmp(head, heads[i].head))
            return heads[i].kind;
    return ALIAS_KINDS;
}

static void rewrite(Aliases *self, char **heads, char **cells)
{
    for (size_t i = 0; heads[i] && cells[i]; i++) {
        g_autofree char *cell = cells[i];
        const AliasKind kind = kind_of(heads[i]);
        const size_t blanks = strspn(cell, " ");
        g_autofree char *before = g_strndup(cell, blanks);

        cells[i] = kind == ALIAS_KINDS
                       ? g_strdup(cell)
                       : g_strconcat(before, alias_of(self, kind, cell + blanks), NULL);
    }
}

char *alias_columns(Aliases *self, const char *table)
{
    g_auto(GStrv) lines = g_strsplit(table, "\n", -1);
    g_auto(GStrv) heads = g_strsplit(lines[0] ? lines[0] : "", "|", -1);

    for (size_t i = 1; self->active && lines[0] && lines[i]; i++) {
        g_autofree char *line = lines[i];
        g_auto(GStrv) cells = g_strsplit(line, "|", -1);

        rewrite(self, heads, cells);
        lines[i] = g_strjoinv("|", cells);
    }
    return g_strjoinv("\n", lines);
}
