/* What `sacctmgr show ... -p` or -P prints: a line of column heads, then a record a line. */
#include "slurmio/sacctmgr_language.h"

#include <string.h>

typedef enum {
    COLUMN_SETTING,
    COLUMN_NAME,
    COLUMN_ACCOUNT,
    COLUMN_USER,
    COLUMN_PARTITION,
    COLUMN_PARENT,
    COLUMN_CLUSTER,
    COLUMN_IGNORED
} ColumnKind;

typedef struct {
    char *head; /* without blanks */
    ColumnKind kind;
} Column;

typedef enum { TABLE_QOS, TABLE_ASSOCS, TABLE_USERS } TableKind;

typedef struct {
    Ledger *ledger;
    GArray *columns; /* Column, of the table being read */
    TableKind kind;
    char *cluster;    /* the first one met: others are left out */
    GPtrArray *above; /* accounts by depth, where the table is indented as a tree */
    bool told_cluster;
} TableReader;

static void column_clear(gpointer column)
{
    g_free(((Column *)column)->head);
}

static char *without_blanks(const char *text)
{
    GString *kept = g_string_new(NULL);

    for (; *text; text++)
        if (!g_ascii_isspace(*text))
            g_string_append_c(kept, *text);
    return g_string_free(kept, FALSE);
}

static ColumnKind kind_of(const char *head)
{
    static const struct {
        const char *head;
        ColumnKind kind;
    } kinds[] = {{"Name", COLUMN_NAME},           {"Account", COLUMN_ACCOUNT},
                 {"Acct", COLUMN_ACCOUNT},        {"User", COLUMN_USER},
                 {"Partition", COLUMN_PARTITION}, {"ParentName", COLUMN_PARENT},
                 {"ParName", COLUMN_PARENT},      {"Cluster", COLUMN_CLUSTER},
                 {"ParentID", COLUMN_IGNORED},    {"LFT", COLUMN_IGNORED},
                 {"RGT", COLUMN_IGNORED},         {"Descr", COLUMN_IGNORED},
                 {"Org", COLUMN_IGNORED},         {"CoordAccounts", COLUMN_IGNORED},
                 {"DefWCKey", COLUMN_IGNORED}};

    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (!g_ascii_strcasecmp(head, kinds[i].head))
            return kinds[i].kind;
    return COLUMN_SETTING;
}

static bool is_known_head(const char *cell)
{
    g_autofree char *head = without_blanks(cell);
    const Setting setting = {.key = head, .length = strlen(head)};

    return *head && (kind_of(head) != COLUMN_SETTING || ledger_key_known(&setting));
}

bool sacctmgr_is_table_head(const char *line)
{
    g_auto(GStrv) cells = g_strsplit(line, "|", -1);
    guint known = 0, all = 0;

    for (size_t i = 0; cells[i]; i++) {
        all += *cells[i] != '\0';
        known += is_known_head(cells[i]);
    }
    return all >= 2 && 2 * known > all;
}

static bool has_column(const TableReader *self, ColumnKind kind)
{
    for (guint i = 0; i < self->columns->len; i++)
        if (g_array_index(self->columns, Column, i).kind == kind)
            return true;
    return false;
}

static void read_head(TableReader *self, const char *line)
{
    g_auto(GStrv) cells = g_strsplit(line, "|", -1);

    g_array_set_size(self->columns, 0);
    g_ptr_array_set_size(self->above, 0);
    for (size_t i = 0; cells[i]; i++) {
        Column column = {.head = without_blanks(cells[i])};

        column.kind = *column.head ? kind_of(column.head) : COLUMN_IGNORED;
        g_array_append_val(self->columns, column);
    }
    if (has_column(self, COLUMN_ACCOUNT))
        self->kind = TABLE_ASSOCS;
    else
        self->kind = has_column(self, COLUMN_NAME) ? TABLE_QOS : TABLE_USERS;
}

/* The cell of a kind of column, "" when there is none. */
static const char *cell_of(const TableReader *self, char *const *cells, guint n, ColumnKind kind)
{
    for (guint i = 0; i < self->columns->len && i < n; i++)
        if (g_array_index(self->columns, Column, i).kind == kind)
            return cells[i];
    return "";
}

static const char *or_null(const char *text)
{
    return *text ? text : NULL;
}

/* Depth by leading blanks: an account stands below the last one that is less indented. */
static const char *parent_by_depth(TableReader *self, const char *account)
{
    guint depth = (guint)strspn(account, " ");

    while (self->above->len < depth)
        g_ptr_array_add(self->above, g_strdup("root"));
    g_ptr_array_set_size(self->above, (gint)depth);
    g_ptr_array_add(self->above, g_strdup(account + depth));
    return depth ? g_ptr_array_index(self->above, depth - 1) : NULL;
}

static Assoc *account_of(TableReader *self, char *const *cells, guint n)
{
    const char *cell = cell_of(self, cells, n, COLUMN_ACCOUNT);
    const char *parent = or_null(cell_of(self, cells, n, COLUMN_PARENT));
    const char *account = cell + strspn(cell, " ");
    Assoc *found = ledger_account(self->ledger, account);

    if (!*cell_of(self, cells, n, COLUMN_USER)) {
        const char *above = parent_by_depth(self, cell);

        parent = parent ? parent : above;
    }
    return found ? found : ledger_add_account(self->ledger, account, parent);
}

static Assoc *assoc_of(TableReader *self, char *const *cells, guint n)
{
    const char *cell = cell_of(self, cells, n, COLUMN_ACCOUNT);
    const char *account = cell + strspn(cell, " ");
    const char *user = cell_of(self, cells, n, COLUMN_USER);
    const char *partition = or_null(cell_of(self, cells, n, COLUMN_PARTITION));
    Assoc *found;

    if (!*account) {
        ledger_say(self->ledger, DIAG_ERROR, 0, "expected an account in this row, found none");
        return NULL;
    }
    found = account_of(self, cells, n);
    if (!*user)
        return found;
    found = ledger_user(self->ledger, user, account, partition);
    return found ? found : ledger_add_user(self->ledger, user, account, partition);
}

static Qos *qos_of(TableReader *self, char *const *cells, guint n)
{
    const char *name = cell_of(self, cells, n, COLUMN_NAME);
    Qos *found;

    if (!*name) {
        ledger_say(self->ledger, DIAG_ERROR, 0, "expected a name in this row, found none");
        return NULL;
    }
    found = ledger_qos(self->ledger, name);
    return found ? found : cluster_add_qos(self->ledger->cluster, name);
}

/* Sets one cell. A column nobody knows is told once, with its head. */
static void set_cell(TableReader *self, const Column *column, void *target, const char *user,
                     const char *value)
{
    const Setting setting = {.key = column->head, .length = strlen(column->head), .value = value};
    SetResult result = SET_UNKNOWN;

    if (!ledger_key_known(&setting))
        return;
    if (self->kind == TABLE_QOS)
        result = ledger_set_qos(self->ledger, target, &setting);
    else if (target)
        result = ledger_set_assoc(self->ledger, target, &setting);
    if (result == SET_UNKNOWN && *user)
        ledger_set_person(self->ledger, user, &setting);
}

static bool is_other_cluster(TableReader *self, const char *cluster)
{
    if (*cluster && !self->cluster)
        self->cluster = g_strdup(cluster);
    if (!*cluster || !strcmp(cluster, self->cluster))
        return false;
    if (!self->told_cluster)
        ledger_say(self->ledger, DIAG_WARNING, 0,
                   "rows of other clusters than '%s' are left out, such as those of '%s'",
                   self->cluster, cluster);
    self->told_cluster = true;
    return true;
}

static void read_row(TableReader *self, const char *line)
{
    g_auto(GStrv) cells = g_strsplit(line, "|", -1);
    guint n = g_strv_length(cells);
    const char *user = cell_of(self, cells, n, COLUMN_USER);
    void *target = NULL;

    if (n < self->columns->len) {
        ledger_say(self->ledger, DIAG_ERROR, 0, "expected %u cells as in the head, found %u",
                   self->columns->len, n);
        return;
    }
    if (is_other_cluster(self, cell_of(self, cells, n, COLUMN_CLUSTER)))
        return;
    if (self->kind == TABLE_QOS)
        target = qos_of(self, cells, n);
    else if (self->kind == TABLE_ASSOCS)
        target = assoc_of(self, cells, n);
    if (!target && (self->kind != TABLE_USERS || !*user))
        return;
    for (guint i = 0; i < self->columns->len; i++) {
        const Column *column = &g_array_index(self->columns, Column, i);

        if (column->kind == COLUMN_SETTING && *g_strstrip(cells[i]))
            set_cell(self, column, target, user, cells[i]);
    }
}

static void note_unread_columns(TableReader *self)
{
    for (guint i = 0; i < self->columns->len; i++) {
        const Column *column = &g_array_index(self->columns, Column, i);
        const Setting setting = {.key = column->head, .length = strlen(column->head)};

        if (column->kind == COLUMN_SETTING && !ledger_key_known(&setting))
            ledger_say(self->ledger, DIAG_WARNING, 0, "column '%s' is not read", column->head);
    }
}

void sacctmgr_read_tables(Ledger *ledger, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    TableReader reader = {.ledger = ledger};

    reader.columns = g_array_new(FALSE, FALSE, sizeof(Column));
    g_array_set_clear_func(reader.columns, column_clear);
    reader.above = g_ptr_array_new_with_free_func(g_free);
    for (int i = 0; lines[i]; i++) {
        g_strchomp(lines[i]);
        ledger->line = i + 1;
        ledger->source = lines[i];
        if (!lines[i][strspn(lines[i], " \t")] || lines[i][0] == '#')
            continue;
        if (sacctmgr_is_table_head(lines[i])) {
            read_head(&reader, lines[i]);
            note_unread_columns(&reader);
        } else {
            read_row(&reader, lines[i]);
        }
    }
    ledger->source = NULL;
    g_array_unref(reader.columns);
    g_ptr_array_unref(reader.above);
    g_free(reader.cluster);
}
