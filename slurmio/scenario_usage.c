/* What was used before second 0: the table of `sshare -a -l -P` -> usage_raw of associations. */
#include "slurmio/scenario_usage.h"

#include <string.h>

enum { COLUMN_ACCOUNT, COLUMN_USER, COLUMN_RAW_USAGE, COLUMN_PARTITION, COLUMNS };

typedef struct {
    Cluster *cluster;
    const char *file;
    Diags *diags;
    int column[COLUMNS]; /* -1 when the table has none */
    int line;
    const char *source;
    GPtrArray *path; /* accounts above the row, by depth: uint32_t indices as pointers + 1 */
    bool ok;
} UsageReader;

static void say(UsageReader *self, DiagLevel level, const char *text)
{
    diags_add(self->diags, level, self->file, self->line, 0, self->source, "%s", text);
    self->ok = self->ok && level != DIAG_ERROR;
}

/* The heads, by name; a table without heads (-n) has sshare -l's usual ones. */
static bool read_head(UsageReader *self, char *const *cells)
{
    static const char *const names[COLUMNS] = {"Account", "User", "RawUsage", "Partition"};

    if (g_ascii_strcasecmp(cells[0], names[COLUMN_ACCOUNT]) != 0)
        return false;
    for (int name = 0; name < COLUMNS; name++) {
        self->column[name] = -1;
        for (int i = 0; cells[i]; i++)
            if (!g_ascii_strcasecmp(cells[i], names[name]))
                self->column[name] = i;
    }
    if (self->column[COLUMN_USER] < 0 || self->column[COLUMN_RAW_USAGE] < 0)
        say(self, DIAG_ERROR, "expected the columns Account, User and RawUsage: sshare -a -l -P");
    return true;
}

static const char *cell_of(const UsageReader *self, char *const *cells, guint n, int name)
{
    int at = self->column[name];

    return at < 0 || (guint)at >= n ? "" : cells[at];
}

/* What users and accounts below have used is counted in every account above; it is taken off there
 * again, so that cluster_finish can add it upward. */
static void take_off_above(UsageReader *self, guint depth, double usage)
{
    if (depth == 0 || depth > self->path->len)
        return;
    uint32_t above = GPOINTER_TO_UINT(g_ptr_array_index(self->path, depth - 1)) - 1;

    if (above != INDEX_NONE)
        self->cluster->assocs[above].usage_raw =
            MAX(0, self->cluster->assocs[above].usage_raw - usage);
}

static void set_usage(UsageReader *self, uint32_t assoc, guint depth, bool is_account, double usage)
{
    self->cluster->assocs[assoc].usage_raw = usage;
    take_off_above(self, depth, usage);
    if (!is_account)
        return;
    while (self->path->len < depth)
        g_ptr_array_add(self->path, GUINT_TO_POINTER(0));
    g_ptr_array_set_size(self->path, (gint)depth);
    g_ptr_array_add(self->path, GUINT_TO_POINTER(assoc + 1));
}

static void read_row(UsageReader *self, char *const *cells, guint n)
{
    const char *indented = cell_of(self, cells, n, COLUMN_ACCOUNT);
    const char *account = indented + strspn(indented, " ");
    const char *user = cell_of(self, cells, n, COLUMN_USER);
    const char *partition = cell_of(self, cells, n, COLUMN_PARTITION);
    const char *text = cell_of(self, cells, n, COLUMN_RAW_USAGE);
    char *end = NULL;
    double usage = g_ascii_strtod(text, &end);
    uint32_t assoc;

    if (end == text || *end || !(usage >= 0 && usage < 1e300)) {
        say(self, DIAG_ERROR, "expected a number from 0 on as RawUsage");
        return;
    }
    assoc = cluster_find_assoc(self->cluster, *user ? user : NULL, account,
                               *partition ? partition : NULL);
    if (assoc == INDEX_NONE)
        say(self, DIAG_WARNING, "no such account or user in the accounting: not counted");
    else
        set_usage(self, assoc, (guint)(account - indented), !*user, usage);
}

static void read_line(UsageReader *self, const char *line)
{
    g_auto(GStrv) cells = g_strsplit(line, "|", -1);
    guint n = g_strv_length(cells);

    if (read_head(self, cells))
        return;
    if (n < 5)
        say(self, DIAG_ERROR, "expected a row of sshare -a -l -P");
    else
        read_row(self, cells, n);
}

bool scenario_usage_load(const char *path, Cluster *cluster, Diags *diags)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) lines = NULL;
    UsageReader reader = {.cluster = cluster, .file = path, .diags = diags, .ok = true};
    const int usual[COLUMNS] = {0, 1, 4, -1};

    if (!g_file_get_contents(path, &text, NULL, &error)) {
        diags_add(diags, DIAG_ERROR, path, 0, 0, NULL, "%s", error->message);
        return false;
    }
    memcpy(reader.column, usual, sizeof usual);
    reader.path = g_ptr_array_new();
    lines = g_strsplit(text, "\n", -1);
    for (int i = 0; lines[i]; i++) {
        reader.line = i + 1;
        reader.source = lines[i];
        if (*g_strchomp(lines[i]))
            read_line(&reader, lines[i]);
    }
    g_ptr_array_unref(reader.path);
    return reader.ok;
}
