/* What `sacctmgr dump` writes: one record a line, below the last Parent line. Source: Slurm 24.05
 * sacctmgr/file_functions.c. */
#include "slurmio/sacctmgr_language.h"

#include <string.h>

typedef enum {
    RECORD_NONE,
    RECORD_QOS,
    RECORD_CLUSTER,
    RECORD_PARENT,
    RECORD_ACCOUNT,
    RECORD_USER
} Record;

typedef struct {
    Ledger *ledger;
    char *parent; /* account of the last Parent line */
} DumpReader;

/* "User - 'u1':..." -> RECORD_USER and what follows the hyphen. */
static Record read_record(const char *line, const char **rest)
{
    static const struct {
        const char *name;
        Record record;
    } records[] = {{"QOS", RECORD_QOS},         {"Cluster", RECORD_CLUSTER},
                   {"Parent", RECORD_PARENT},   {"Account", RECORD_ACCOUNT},
                   {"Project", RECORD_ACCOUNT}, {"User", RECORD_USER}};

    while (g_ascii_isspace(*line))
        line++;
    for (size_t i = 0; i < G_N_ELEMENTS(records); i++) {
        const char *at = line + strlen(records[i].name);

        if (g_ascii_strncasecmp(line, records[i].name, strlen(records[i].name)) != 0)
            continue;
        at += strspn(at, " \t");
        if (*at != '-')
            return RECORD_NONE;
        at++;
        *rest = at + strspn(at, " \t");
        return records[i].record;
    }
    return RECORD_NONE;
}

bool sacctmgr_is_dump(const char *line)
{
    const char *rest;

    return read_record(line, &rest) != RECORD_NONE;
}

/* Where a field ends: at a colon outside quotes that follows a closing quote, or goes before a
 * known key or the end. Other colons belong to values such as 1-00:00:00 and gres/gpu:a100. */
static const char *field_end(const char *field)
{
    bool quoted = false;

    for (const char *at = field; *at; at++) {
        Setting next;

        quoted ^= *at == '\'';
        if (quoted || *at != ':')
            continue;
        if (!at[1] || (at > field && at[-1] == '\'') ||
            (setting_parse(at + 1, 0, &next) &&
             (ledger_key_known(&next) || setting_is(&next, "Partition", 3))))
            return at;
    }
    return field + strlen(field);
}

/* Both quotes around a value, and those within, go. */
static char *unquote(const char *text, size_t length)
{
    GString *plain = g_string_new(NULL);

    for (size_t i = 0; i < length; i++)
        if (text[i] != '\'' && text[i] != '"')
            g_string_append_c(plain, text[i]);
    return g_string_free(plain, FALSE);
}

/* The name, then the fields of a line. */
static GPtrArray *split_fields(const char *rest)
{
    GPtrArray *fields = g_ptr_array_new_with_free_func(g_free);

    while (*rest) {
        const char *end = field_end(rest);

        if (end > rest)
            g_ptr_array_add(fields, unquote(rest, (size_t)(end - rest)));
        rest = end + (*end == ':');
    }
    return fields;
}

static void set_field(DumpReader *self, Record record, void *target, const char *user,
                      const char *field)
{
    Ledger *ledger = self->ledger;
    SetResult result;
    Setting setting;

    if (!setting_parse(field, 0, &setting)) {
        ledger_say(ledger, DIAG_ERROR, 0, "expected Key=value between colons, found '%s'", field);
        return;
    }
    if (setting_is(&setting, "Partition", 3))
        return;
    if (record == RECORD_QOS)
        result = ledger_set_qos(ledger, target, &setting);
    else
        result = ledger_set_assoc(ledger, target, &setting);
    if (result == SET_UNKNOWN && record == RECORD_USER)
        result = ledger_set_person(ledger, user, &setting);
    if (result == SET_UNKNOWN)
        ledger_say_unknown(ledger, &setting, record == RECORD_QOS ? "a QOS" : "an association");
}

static char *partition_of(const GPtrArray *fields)
{
    for (guint i = 1; i < fields->len; i++) {
        Setting setting;

        if (setting_parse(g_ptr_array_index(fields, i), 0, &setting) &&
            setting_is(&setting, "Partition", 3))
            return g_strdup(setting.value);
    }
    return NULL;
}

/* The entry a line is about, made where it is new. */
static void *find_target(DumpReader *self, Record record, const GPtrArray *fields)
{
    Ledger *ledger = self->ledger;
    const char *name = g_ptr_array_index(fields, 0);
    g_autofree char *partition = partition_of(fields);
    void *found;

    switch (record) {
    case RECORD_QOS:
        found = ledger_qos(ledger, name);
        return found ? found : cluster_add_qos(ledger->cluster, name);
    case RECORD_ACCOUNT:
        found = ledger_account(ledger, name);
        return found ? found : ledger_add_account(ledger, name, self->parent);
    case RECORD_USER:
        found = ledger_user(ledger, name, self->parent, partition);
        return found ? found : ledger_add_user(ledger, name, self->parent, partition);
    case RECORD_CLUSTER:
    case RECORD_PARENT:
    case RECORD_NONE:
        break;
    }
    return ledger_account(ledger, "root");
}

static void set_parent(DumpReader *self, const char *name)
{
    if (!ledger_account(self->ledger, name)) {
        ledger_say(self->ledger, DIAG_ERROR, 0,
                   "expected a parent whose Account line came before, found '%s'", name);
        return;
    }
    g_free(self->parent);
    self->parent = g_strdup(name);
}

static void read_line(DumpReader *self, const char *line)
{
    const char *rest = "";
    Record record = read_record(line, &rest);
    g_autoptr(GPtrArray) fields = split_fields(rest);
    const char *name = fields->len ? g_ptr_array_index(fields, 0) : "";
    void *target;

    if (record == RECORD_NONE || !*name) {
        ledger_say(self->ledger, DIAG_ERROR, 0,
                   "expected a line such as User - 'name':Fairshare=1, found '%s'", line);
        return;
    }
    if (record == RECORD_PARENT) {
        set_parent(self, name);
        return;
    }
    target = find_target(self, record, fields);
    for (guint i = 1; i < fields->len; i++)
        set_field(self, record, target, name, g_ptr_array_index(fields, i));
}

void sacctmgr_read_dump(Ledger *ledger, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    DumpReader reader = {.ledger = ledger, .parent = g_strdup("root")};

    for (int i = 0; lines[i]; i++) {
        g_strchomp(lines[i]);
        ledger->line = i + 1;
        ledger->source = lines[i];
        if (lines[i][strspn(lines[i], " \t")] && *g_strchug(lines[i]) != '#')
            read_line(&reader, lines[i]);
    }
    ledger->source = NULL;
    g_free(reader.parent);
}
