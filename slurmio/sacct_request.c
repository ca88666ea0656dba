/* What a job asked for, from the columns of sacct and its SubmitLine. */
#include "slurmio/sacct_request.h"

#include "slurmio/sbatchopts.h"

#include <string.h>

typedef struct {
    const SacctTable *table;
    const Record *record;
    const Cluster *cluster;
    SacctNotes *notes;
    JobSpec *spec;
    char id[16];
    uint32_t cpus;        /* asked for, of the whole job; 0 unknown */
    uint32_t nodes;       /* asked for at least; 0 unknown */
    uint32_t given_nodes; /* 0 unknown */
    uint32_t given_cpus;  /* 0 unknown */
    bool has_line;        /* the SubmitLine was understood */
} Request;

static void note(const Request *self, NoteKind kind)
{
    sacct_note(self->notes, kind, self->id, NULL);
}

/* ---- columns ---- */

/* The value of @name in "cpu=2,mem=62.50G,node=1". (transfer full) NULL */
static char *find_tres(const char *list, const char *name)
{
    const size_t length = strlen(name);

    for (const char *at = list; *at;) {
        const size_t entry = strcspn(at, ",");

        if (entry > length && !g_ascii_strncasecmp(at, name, length) && at[length] == '=')
            return g_strndup(at + length + 1, entry - length - 1);
        at += entry + (at[entry] == ',');
    }
    return NULL;
}

static uint32_t to_count(const char *text)
{
    const guint64 number = g_ascii_isdigit(*text) ? g_ascii_strtoull(text, NULL, 10) : 0;

    return number >= COUNT_UNSET ? 0 : (uint32_t)number;
}

/* A count from the first that has it: a list of TRES, a column. */
static uint32_t count_of(const Request *self, SacctColumn list, const char *tres,
                         SacctColumn column)
{
    g_autofree char *text = find_tres(sacct_table_get(self->table, list), tres);

    return to_count(text ? text : sacct_table_get(self->table, column));
}

static void read_sizes(Request *self)
{
    self->cpus = count_of(self, SACCT_REQ_TRES, "cpu", SACCT_REQ_CPUS);
    self->nodes = count_of(self, SACCT_REQ_TRES, "node", SACCT_REQ_NODES);
    self->given_cpus = count_of(self, SACCT_ALLOC_TRES, "cpu", SACCT_N_CPUS);
    self->given_nodes = count_of(self, SACCT_ALLOC_TRES, "node", SACCT_N_NODES);
    if (self->cpus > 0)
        return;
    self->cpus = self->given_cpus;
    note(self, NOTE_SIZE_ALLOCATED);
}

/* ---- SubmitLine ---- */

/* srun and salloc take sbatch's options; their own few are not understood. Slurm keeps no quotes:
 * where the text behind --wrap ends nobody knows, and it is full of options of other programs. */
static char *as_sbatch(const char *text)
{
    const char *wrap = strstr(text, " --wrap");
    g_autofree char *line = wrap ? g_strndup(text, (gsize)(wrap - text)) : g_strdup(text);
    const size_t word = strcspn(line, " \t");
    g_autofree char *program = g_strndup(line, word);
    g_autofree char *base = g_path_get_basename(program);

    if (g_str_equal(base, "srun") || g_str_equal(base, "salloc"))
        return g_strconcat("sbatch", line + word, NULL);
    return g_steal_pointer(&line);
}

static void read_line(Request *self)
{
    const char *text = sacct_table_get(self->table, SACCT_SUBMIT_LINE);
    g_autofree char *line = as_sbatch(text);
    g_autofree char *script = NULL;
    g_autoptr(Diags) diags = diags_new();

    if (!*text) {
        note(self, NOTE_NO_LINE);
        return;
    }
    self->has_line = sbatchopts_line(line, self->spec, &script, diags);
    if (!self->has_line)
        sacct_note(self->notes, NOTE_LINE_WRONG, self->id,
                   diags_length(diags) ? diags_nth(diags, 0)->text : NULL);
}

/* What a simulation does not look at would only swell the scenario. */
static void drop_unused(JobSpec *spec)
{
    g_clear_pointer(&spec->rest, g_strfreev);
    g_clear_pointer(&spec->script_args, g_strfreev);
    g_clear_pointer(&spec->user, g_free);
    spec->hold = false;
}

/* ---- what the columns know better ---- */

static void replace(char **text, const char *by)
{
    if (!by)
        return;
    g_free(*text);
    *text = g_strdup(by);
}

static const char *column_text(const Request *self, SacctColumn column)
{
    const char *text = sacct_table_get(self->table, column);

    return *text ? text : NULL;
}

static void take_names(const Request *self)
{
    JobSpec *spec = self->spec;

    replace(&spec->name, self->record->name);
    replace(&spec->account, self->record->account);
    replace(&spec->qos, self->record->qos);
    if (!spec->partition)
        replace(&spec->partition, self->record->partition);
    if (!spec->constraint)
        replace(&spec->constraint, column_text(self, SACCT_CONSTRAINTS));
    if (!spec->reservation)
        replace(&spec->reservation, column_text(self, SACCT_RESERVATION));
    if (spec->reservation)
        sacct_note(self->notes, NOTE_RESERVATION, self->id, spec->reservation);
    g_clear_pointer(&spec->reservation, g_free);
}

/* With --time-min backfill may have shortened what the column tells. */
static void take_limit(const Request *self)
{
    JobSpec *spec = self->spec;

    if (self->record->limit != MINUTES_UNSET &&
        (spec->time_min == MINUTES_UNSET || spec->time_limit == MINUTES_UNSET))
        spec->time_limit = self->record->limit;
    if (spec->time_limit == MINUTES_UNSET)
        note(self, NOTE_NO_LIMIT);
}

/* ---- sizes ---- */

static void set_nodes(JobSpec *spec, uint32_t nodes)
{
    spec->min_nodes = nodes;
    spec->max_nodes = nodes;
}

static const Partition *partition_of(const Request *self)
{
    const char *name = self->record->partition;
    g_auto(GStrv) names = g_strsplit(name ? name : "", ",", 2);
    const uint32_t index = names[0] ? cluster_find_partition(self->cluster, names[0]) : INDEX_NONE;

    return index == INDEX_NONE ? NULL : &self->cluster->partitions[index];
}

/* CPUs of all nodes it ran on; 0 when they are not known. */
static uint32_t cpus_of_nodes(const Request *self)
{
    const char *list = self->record->node_list;
    g_autoptr(NodeSet) nodes = NULL;
    uint32_t cpus = 0;

    if (!self->record->started || !list)
        return 0;
    nodes = cluster_nodeset(self->cluster, list, NULL);
    if (!nodes)
        return 0;
    for (uint32_t i = 0; i < self->cluster->n_nodes; i++)
        if (nodeset_has(nodes, i))
            cpus += self->cluster->nodes[i].cpus;
    return cpus;
}

/* From what it was given alone: nodes were asked for where they are the partition's unit, or where
 * it was spread without need. */
static void guess_nodes(const Request *self)
{
    const Partition *partition = partition_of(self);
    const uint32_t all = cpus_of_nodes(self);

    if (self->given_nodes == 0)
        return;
    if (partition && partition->over_subscribe == SHARE_EXCLUSIVE) {
        set_nodes(self->spec, self->given_nodes);
    } else if (self->given_nodes > 2 && self->cpus == self->given_nodes && self->cpus < all) {
        set_nodes(self->spec, self->given_nodes);
        note(self, NOTE_NODES_GUESSED);
    }
}

static bool is_given(uint32_t count)
{
    return count != COUNT_UNSET;
}

/* Tasks from CPUs, where the line does not count them. */
static void fill_tasks(const Request *self)
{
    JobSpec *spec = self->spec;
    const uint32_t each = is_given(spec->cpus_per_task) ? MAX(spec->cpus_per_task, 1) : 1;
    const uint32_t tasks = (self->cpus + each - 1) / each;
    const uint32_t nodes = is_given(spec->min_nodes) ? spec->min_nodes : 0;
    const Partition *partition = partition_of(self);
    const bool whole = partition && partition->over_subscribe == SHARE_EXCLUSIVE;

    if (is_given(spec->ntasks) || is_given(spec->ntasks_per_node) || self->cpus == 0)
        return;
    if (whole && self->nodes == 0 && nodes > 0)
        return; /* its CPUs are those of the nodes */
    if (tasks > MAX(nodes, 1))
        spec->ntasks = tasks;
}

static void take_counts(const Request *self)
{
    JobSpec *spec = self->spec;
    const bool counted = is_given(spec->min_nodes) || is_given(spec->ntasks);

    if (!counted && self->nodes > 1)
        set_nodes(spec, self->nodes);
    else if (!counted && self->nodes == 0)
        guess_nodes(self);
    fill_tasks(self);
    if (!self->has_line && self->given_nodes == 1 && self->cpus > 1 && !is_given(spec->min_nodes))
        note(self, NOTE_ONE_NODE);
}

/* Whole nodes were given to a job that asked for less. */
static void take_exclusive(const Request *self)
{
    const Partition *partition = partition_of(self);

    if (self->has_line || self->spec->exclusive != EXCLUSIVE_NO ||
        (partition && partition->over_subscribe == SHARE_EXCLUSIVE) ||
        self->given_cpus < 2 * self->cpus || self->given_cpus != cpus_of_nodes(self))
        return;
    self->spec->exclusive = EXCLUSIVE_NODE;
    note(self, NOTE_WHOLE_NODES);
}

/* ---- memory and devices ---- */

/* "2800Mc" by CPU and "4Gn" by node until 20.11, a total since. */
static void take_memory(const Request *self)
{
    JobSpec *spec = self->spec;
    g_autofree char *tres = find_tres(sacct_table_get(self->table, SACCT_REQ_TRES), "mem");
    const char *column = sacct_table_get(self->table, SACCT_REQ_MEM);
    g_autofree char *text = g_strdup(*column || !tres ? column : tres);
    const size_t length = strlen(text);
    const char unit = length > 1 ? text[length - 1] : '\0';
    const uint32_t nodes = is_given(spec->min_nodes) ? spec->min_nodes : MAX(self->nodes, 1);
    uint64_t amount;

    if (unit == 'c' || unit == 'n')
        text[length - 1] = '\0';
    if (spec->mem != UINT64_MAX || spec->mem_per_cpu != UINT64_MAX ||
        spec->mem_per_gpu != UINT64_MAX || !memory_parse(text, &amount, NULL) || amount == 0)
        return;
    if (unit == 'n' || (unit != 'c' && is_given(spec->min_nodes))) {
        spec->mem = unit == 'n' ? amount : (amount + nodes - 1) / nodes;
    } else {
        spec->mem_per_cpu = unit == 'c' ? amount : amount / MAX(self->cpus, 1);
        if (unit != 'c' && self->cpus > 1)
            note(self, NOTE_MEMORY_SPREAD);
    }
}

static bool asks_for_devices(const JobSpec *spec)
{
    return spec->gres || spec->gpus || spec->gpus_per_node || spec->gpus_per_task ||
           spec->gpus_per_socket || spec->tres_per_task;
}

/* "gres/gpu:a100" -> "gpu:a100", dropped where the same list also has the type. */
static bool is_counted_by_type(const char *list, const char *name)
{
    g_autofree char *typed = g_strconcat(name, ":", NULL);

    return !strchr(name, ':') && strstr(list, typed);
}

/* Devices are counted by the job; sbatch's --gres counts them by the node. */
static void take_devices(const Request *self)
{
    const char *asked = sacct_table_get(self->table, SACCT_REQ_TRES);
    const char *list = *asked ? asked : sacct_table_get(self->table, SACCT_ALLOC_TRES);
    g_auto(GStrv) entries = g_strsplit(list, ",", -1);
    g_autoptr(GString) gres = g_string_new(NULL);
    const uint32_t nodes = MAX(MAX(self->nodes, *asked ? 0 : self->given_nodes), 1);

    if (asks_for_devices(self->spec))
        return;
    for (char **entry = entries; *entry; entry++) {
        char *equals = strchr(*entry, '=');
        const uint32_t count = equals ? to_count(equals + 1) : 0;

        if (!g_str_has_prefix(*entry, "gres/") || count == 0)
            continue;
        *equals = '\0';
        if (!is_counted_by_type(list, *entry))
            g_string_append_printf(gres, "%s%s:%u", gres->len ? "," : "", *entry + strlen("gres/"),
                                   (count + nodes - 1) / nodes);
    }
    if (gres->len == 0)
        return;
    replace(&self->spec->gres, gres->str);
    if (!is_given(self->spec->min_nodes))
        set_nodes(self->spec, nodes);
}

static void take_licenses(const Request *self)
{
    const char *list = sacct_table_get(self->table, SACCT_REQ_TRES);
    g_auto(GStrv) entries = g_strsplit(list, ",", -1);
    g_autoptr(GString) licenses = g_string_new(NULL);

    if (self->spec->licenses)
        return;
    for (char **entry = entries; *entry; entry++) {
        g_auto(GStrv) parts = g_strsplit(*entry, "=", 2);

        if (g_str_has_prefix(*entry, "license/") && parts[1])
            g_string_append_printf(licenses, "%s%s:%s", licenses->len ? "," : "",
                                   parts[0] + strlen("license/"), parts[1]);
    }
    if (licenses->len > 0)
        replace(&self->spec->licenses, licenses->str);
}

JobSpec *sacct_request_build(const SacctTable *table, const Record *record, const Cluster *cluster,
                             SacctNotes *notes)
{
    Request self = {.table = table, .record = record, .cluster = cluster, .notes = notes};

    g_snprintf(self.id, sizeof self.id, "%u", record->id);
    self.spec = job_spec_new();
    read_line(&self);
    read_sizes(&self);
    drop_unused(self.spec);
    take_names(&self);
    take_limit(&self);
    take_counts(&self);
    take_exclusive(&self);
    take_devices(&self);
    take_memory(&self);
    take_licenses(&self);
    return self.spec;
}
