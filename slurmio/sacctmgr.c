/* Accounts, users, QoS, limits, shares: which of sacctmgr's languages a file is in. */
#include "slurmio/sacctmgr.h"

#include "slurmio/sacctmgr_language.h"

#include <string.h>

/* The first line that says something. */
static char *first_line(const char *text)
{
    while (*text) {
        size_t length = strcspn(text, "\n");
        size_t blanks = strspn(text, " \t\r");

        if (blanks < length && text[blanks] != '#')
            return g_strndup(text, length);
        text += length + (text[length] == '\n');
    }
    return g_strdup("");
}

/* A row of a table; shells write at most two bars in a row. */
static bool is_row(const char *line)
{
    int bars = 0;

    for (; *line; line++)
        bars += *line == '|';
    return bars >= 5;
}

bool sacctmgr_parse(const char *text, const char *file, Cluster *cluster, Diags *diags)
{
    g_autofree char *first = first_line(text);
    Ledger ledger;

    ledger_init(&ledger, cluster, file, diags);
    if (sacctmgr_is_dump(first))
        sacctmgr_read_dump(&ledger, text);
    else if (strchr(first, '|') && sacctmgr_is_table_head(first))
        sacctmgr_read_tables(&ledger, text);
    else if (is_row(first))
        ledger_say(
            &ledger, DIAG_ERROR, 0,
            "expected a line of column heads before the rows, as sacctmgr prints without -n");
    else
        sacctmgr_read_commands(&ledger, text);
    return ledger.errors == 0;
}

bool sacctmgr_load(const char *path, Cluster *cluster, Diags *diags)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    gsize length;

    if (!g_file_get_contents(path, &text, &length, &error)) {
        diags_add(diags, DIAG_ERROR, path, 0, 0, NULL, "%s", error->message);
        return false;
    }
    if (strlen(text) != length) {
        diags_add(diags, DIAG_ERROR, path, 0, 0, NULL, "expected a text, found a NUL byte");
        return false;
    }
    return sacctmgr_parse(text, path, cluster, diags);
}
