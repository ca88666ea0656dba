/* sacct's table of a recording: where each run's batch step ran. */
#include "slurmio/recordedsteps.h"
#include <string.h>

#define BATCH ".batch"

/* Positions of the columns that matter; -1: not there. */
typedef struct {
    int id, start, cpus, nodes;
} Columns;

static void free_step(void *data)
{
    RecordedStep *self = data;

    g_free(self->node);
    g_free(self);
}

char *recordedsteps_key(const char *raw_id, gint64 start)
{
    return g_strdup_printf("%s@%" G_GINT64_FORMAT, raw_id, start);
}

static Columns find_columns(const char *header)
{
    g_auto(GStrv) names = g_strsplit(header, "|", -1);
    Columns out = {-1, -1, -1, -1};

    for (int i = 0; names[i]; i++) {
        if (g_str_equal(names[i], "JobIDRaw"))
            out.id = i;
        else if (g_str_equal(names[i], "Start"))
            out.start = i;
        else if (g_str_equal(names[i], "NCPUS"))
            out.cpus = i;
        else if (g_str_equal(names[i], "NodeList"))
            out.nodes = i;
    }
    return out;
}

static void read_line(GHashTable *steps, const Columns *columns, const char *line)
{
    g_auto(GStrv) fields = g_strsplit(line, "|", -1);
    const int last = MAX(MAX(columns->id, columns->start), MAX(columns->cpus, columns->nodes));
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autoptr(GDateTime) start = NULL;
    RecordedStep *step;

    if ((int)g_strv_length(fields) <= last || !g_str_has_suffix(fields[columns->id], BATCH))
        return;
    start = g_date_time_new_from_iso8601(fields[columns->start], utc);
    if (!start)
        return;
    fields[columns->id][strlen(fields[columns->id]) - strlen(BATCH)] = '\0';
    step = g_new0(RecordedStep, 1);
    *step = (RecordedStep){.node = g_strdup(fields[columns->nodes]),
                           .cpus = (guint32)g_ascii_strtoull(fields[columns->cpus], NULL, 10)};
    g_hash_table_replace(steps, recordedsteps_key(fields[columns->id], g_date_time_to_unix(start)),
                         step);
}

GHashTable *recordedsteps_parse(const char *sacct)
{
    GHashTable *steps = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_step);
    g_auto(GStrv) lines = g_strsplit(sacct ? sacct : "", "\n", -1);
    Columns columns;

    if (!lines[0])
        return steps;
    columns = find_columns(lines[0]);
    if (MIN(MIN(columns.id, columns.start), MIN(columns.cpus, columns.nodes)) < 0)
        return steps;
    for (int i = 1; lines[i]; i++)
        read_line(steps, &columns, lines[i]);
    return steps;
}
