/* A trace of the past and a cluster's configuration -> a scenario directory. */
#include "slurmio/import.h"

#include "base/hostlist.h"
#include "sim/calendar.h"
#include "slurmio/conffile.h"
#include "slurmio/import_accounting.h"
#include "slurmio/sacct.h"
#include "slurmio/sacct_survey.h"
#include "slurmio/scenario.h"
#include "slurmio/scenario_write.h"
#include "slurmio/swf.h"

#include <glib/gstdio.h>
#include <string.h>

#define INCLUDES_MOST 64

typedef struct {
    const ImportSources *sources;
    const char *directory;
    Diags *diags;
    SacctSurvey *survey;    /* NULL for SWF */
    GString *partition_qos; /* sacctmgr commands for what slurm.conf names */
    Scenario *scenario;     /* without jobs: the cluster */
    Load *load;
    int64_t epoch;
    bool epoch_known;
} Importer;

bool import_is_swf(const char *path)
{
    return g_str_has_suffix(path, ".swf") || g_str_has_suffix(path, ".swf.gz");
}

/* ---- files ---- */

static bool save(const Importer *self, const char *name, const char *text, GError **error)
{
    g_autofree char *path = g_build_filename(self->directory, name, NULL);
    g_autoptr(GError) cause = NULL;

    if (g_file_set_contents(path, text, -1, &cause))
        return true;
    return srx_fail(error, SRX_ERROR_FAILED, "%s: cannot be written: %s", path, cause->message);
}

static char *read_text(Importer *self, const char *path)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) cause = NULL;
    gsize length = 0;

    if (!g_file_get_contents(path, &text, &length, &cause))
        diags_add(self->diags, DIAG_ERROR, path, 0, 0, NULL, "cannot be read: %s", cause->message);
    else if (strlen(text) != length)
        diags_add(self->diags, DIAG_ERROR, path, 0, 0, NULL, "expected a text, found a NUL byte");
    else
        return g_steal_pointer(&text);
    return NULL;
}

static bool copy(Importer *self, const char *path, const char *name, GError **error)
{
    g_autofree char *text = read_text(self, path);

    return text && save(self, name, text, error);
}

static char *beside(const char *path, const char *name)
{
    g_autofree char *directory = g_path_get_dirname(path);

    return g_build_filename(directory, name, NULL);
}

/* The QoS of a partition must be there, or slurmctld would not start. */
static void note_qos(Importer *self, const ConfLine *line)
{
    const ConfPair *first = line->pairs->len ? g_ptr_array_index(line->pairs, 0) : NULL;

    if (!first || line->include || g_ascii_strcasecmp(first->key, "PartitionName") != 0)
        return;
    for (guint i = 1; i < line->pairs->len; i++) {
        const ConfPair *pair = g_ptr_array_index(line->pairs, i);

        if (!g_ascii_strcasecmp(pair->key, "QOS") && *pair->value &&
            g_ascii_strcasecmp(pair->value, "N/A"))
            g_string_append_printf(self->partition_qos, "add qos %s\n", pair->value);
    }
}

/* What an Include line names comes beside slurm.conf, under its last name, where its reader looks
 * for it. */
static void await_include(const char *path, const ConfLine *line, GQueue *waiting)
{
    const char *name = line->include;
    g_autofree char *there = !name                      ? NULL
                             : g_path_is_absolute(name) ? g_strdup(name)
                                                        : beside(path, name);

    if (there && g_file_test(there, G_FILE_TEST_IS_REGULAR))
        g_queue_push_tail(waiting, g_steal_pointer(&there));
}

static bool copy_conf(Importer *self, const char *path, const char *name, GQueue *waiting,
                      GError **error)
{
    g_autofree char *text = read_text(self, path);
    g_autoptr(Diags) unheard = diags_new(); /* the scenario's reader tells */
    g_autoptr(GPtrArray) lines = text ? conf_file_parse(text, path, unheard) : NULL;

    for (guint i = 0; lines && i < lines->len; i++) {
        await_include(path, g_ptr_array_index(lines, i), waiting);
        note_qos(self, g_ptr_array_index(lines, i));
    }
    return text && save(self, name, text, error);
}

static bool copy_confs(Importer *self, GError **error)
{
    g_autoptr(GQueue) waiting = g_queue_new();
    bool copied = copy_conf(self, self->sources->slurm_conf, "slurm.conf", waiting, error);

    for (int n = 0; copied && n < INCLUDES_MOST && waiting->length > 0; n++) {
        g_autofree char *path = g_queue_pop_head(waiting);
        g_autofree char *base = g_path_get_basename(path);

        copied = copy_conf(self, path, base, waiting, error);
    }
    g_queue_clear_full(waiting, g_free);
    return copied;
}

/* A file that is named, or lies beside slurm.conf. */
static bool copy_beside(Importer *self, const char *given, const char *name, GError **error)
{
    const char *conf = self->sources->slurm_conf;
    g_autofree char *near = conf ? beside(conf, name) : NULL;

    if (given)
        return copy(self, given, name, error);
    if (near && g_file_test(near, G_FILE_TEST_IS_REGULAR))
        return copy(self, near, name, error);
    return true;
}

/* ---- the cluster ---- */

static bool bad_nodes(const Importer *self)
{
    diags_add(self->diags, DIAG_ERROR, "", 0, 0, NULL,
              "--nodes: expected NODESxCPUS or NODESxCPUSxMEMORY, such as 120x2 or 16x64x256G, "
              "found '%s'",
              self->sources->nodes);
    return false;
}

static void add_partitions(const Importer *self, GString *out)
{
    if (!self->survey || self->survey->partitions->len == 0) {
        g_string_append(out, "PartitionName=batch Nodes=ALL Default=YES MaxTime=INFINITE\n");
        return;
    }
    for (guint i = 0; i < self->survey->partitions->len; i++)
        g_string_append_printf(out, "PartitionName=%s Nodes=ALL%s MaxTime=INFINITE\n",
                               (char *)g_ptr_array_index(self->survey->partitions, i),
                               i == 0 ? " Default=YES" : "");
}

/* Machines all alike, of which cores are handed out. */
static bool make_conf(const Importer *self, GString *out)
{
    g_auto(GStrv) parts = g_strsplit(self->sources->nodes, "x", -1);
    const guint n = g_strv_length(parts);
    uint64_t numbers[2] = {0}, memory = 0;

    for (guint i = 0; i < MIN(n, 2); i++) {
        char *end;

        numbers[i] = g_ascii_strtoull(parts[i], &end, 10);
        if (*end || numbers[i] == 0 || numbers[i] > HOSTLIST_MAX)
            return bad_nodes(self);
    }
    if (n < 2 || n > 3 || (n == 3 && (!memory_parse(parts[2], &memory, NULL) || memory == 0)))
        return bad_nodes(self);
    g_string_append_printf(
        out,
        "# Made by srx import: machines all alike, of which cores%s are handed out.\n"
        "ClusterName=imported\nSchedulerType=sched/backfill\nSelectType=select/cons_tres\n"
        "SelectTypeParameters=%s\nPriorityType=priority/multifactor\n"
        "NodeName=n[1-%u] CPUs=%u RealMemory=%" G_GUINT64_FORMAT "\n",
        memory ? " and memory" : "", memory ? "CR_Core_Memory" : "CR_Core", (unsigned)numbers[0],
        (unsigned)numbers[1], memory ? memory : UINT64_C(16777216));
    add_partitions(self, out);
    return true;
}

static bool write_conf(Importer *self, GError **error)
{
    g_autoptr(GString) made = g_string_new(NULL);

    if (!self->sources->slurm_conf)
        return make_conf(self, made) && save(self, "slurm.conf", made->str, error);
    return copy_confs(self, error) &&
           copy_beside(self, self->sources->gres_conf, "gres.conf", error) &&
           copy_beside(self, self->sources->topology_conf, "topology.conf", error);
}

/* Messages about the copies are told of the files the user named. */
static void tell(const Importer *self, const Diags *said)
{
    const ImportSources *sources = self->sources;
    const char *const names[][2] = {
        {"slurm.conf", sources->slurm_conf},       {"gres.conf", sources->gres_conf},
        {"topology.conf", sources->topology_conf}, {"accounting.txt", sources->accounting},
        {"sacctmgr.cfg", sources->accounting},     {"usage.txt", sources->usage}};

    for (size_t i = 0; i < diags_length(said); i++) {
        const Diag *diag = diags_nth(said, i);
        const char *file = diag->file;

        for (size_t k = 0; k < G_N_ELEMENTS(names); k++) {
            g_autofree char *path = g_build_filename(self->directory, names[k][0], NULL);

            if (names[k][1] && g_str_equal(path, diag->file))
                file = names[k][1];
        }
        diags_add(self->diags, diag->level, file, diag->line, diag->column, diag->source, "%s",
                  diag->text);
    }
}

/* @silent: what was told before is not told again */
static bool read_cluster(Importer *self, bool silent)
{
    g_autoptr(Diags) said = diags_new();

    g_clear_pointer(&self->scenario, scenario_free);
    self->scenario = scenario_load(self->directory, self->sources->version, said);
    if (!silent || !self->scenario)
        tell(self, said);
    return self->scenario != NULL;
}

/* ---- accounting ---- */

/* Where none is given it is all made up: of the trace, and what slurm.conf cannot do without. */
static bool make_accounting(Importer *self, GError **error)
{
    g_autofree char *lines =
        import_accounting_missing(NULL, self->survey, self->load, NULL, self->diags);
    g_autofree char *whole = g_strconcat(self->partition_qos->str, lines, NULL);

    return !*whole || save(self, "accounting.txt", whole, error);
}

static bool write_accounting(Importer *self, GError **error)
{
    const char *path = self->sources->accounting;
    g_autofree char *text = path ? read_text(self, path) : NULL;

    if (!path)
        return make_accounting(self, error);
    return text && save(self, import_accounting_file(text), text, error);
}

/* Whoever ran jobs and is not in the accounting: it may be newer than the trace. */
static bool complete_accounting(Importer *self, GError **error)
{
    const char *given = self->sources->accounting;
    g_autofree char *before = given ? read_text(self, given) : NULL;
    g_autofree char *lines = NULL, *whole = NULL;

    if (!before)
        return true;
    lines = import_accounting_missing(self->scenario->cluster, self->survey, self->load, given,
                                      self->diags);
    if (!lines)
        return true;
    if (g_str_equal(import_accounting_file(before), "accounting.txt"))
        whole = g_strconcat(before, g_str_has_suffix(before, "\n") ? "" : "\n", lines, NULL);
    return save(self, "accounting.txt", whole ? whole : lines, error) && read_cluster(self, true);
}

/* ---- the jobs ---- */

static bool read_start(Importer *self)
{
    const char *start = self->sources->start;
    Instant at;

    if (!start)
        return true;
    if (g_ascii_isdigit(*start) && strchr(start, '-') && calendar_parse(start, 0, 0, &at, NULL)) {
        self->epoch = at;
        self->epoch_known = true;
        return true;
    }
    diags_add(self->diags, DIAG_ERROR, "", 0, 0, NULL,
              "--start: expected a time such as 2026-01-20T12:30:00, found '%s'", start);
    return false;
}

static bool read_swf(Importer *self)
{
    g_autoptr(Swf) swf = swf_load(self->sources->trace, self->diags);

    if (!swf)
        return false;
    self->load = swf_to_load(swf);
    if (!self->epoch_known && swf->started_at > 0) {
        self->epoch = swf->started_at;
        self->epoch_known = true;
    }
    return true;
}

static bool read_sacct(Importer *self)
{
    if (!self->epoch_known)
        self->epoch = SACCT_FIRST_SUBMISSION;
    self->load =
        sacct_load(self->sources->trace, self->scenario->cluster, &self->epoch, self->diags);
    self->epoch_known = true;
    if (self->load)
        diags_add(self->diags, DIAG_NOTE, self->sources->trace, 0, 0, NULL,
                  "sacct holds no reservations, nothing that was changed with scontrol (holds, "
                  "priorities, limits, partitions) and no states of nodes: none of these are in "
                  "the scenario; add them to its jobs.json as commands");
    return self->load != NULL;
}

/* SWF names its users itself; what a dump asks for is settled by the finished cluster. */
static bool survey(Importer *self)
{
    g_autoptr(Diags) said = diags_new();

    if (import_is_swf(self->sources->trace))
        return read_swf(self);
    self->survey = sacct_survey(self->sources->trace, said);
    if (!self->survey)
        diags_merge(self->diags, said);
    return self->survey != NULL;
}

static bool write_jobs(const Importer *self, GError **error)
{
    g_autofree char *text = scenario_jobs_format(self->load, self->sources->jobs);

    return save(self, "jobs.json", text, error);
}

static bool write_description(const Importer *self, GError **error)
{
    g_autofree char *trace = g_path_get_basename(self->sources->trace);
    g_autofree char *quoted = g_strescape(trace, NULL);
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GDateTime) at = g_date_time_new_from_unix_utc(self->epoch);
    g_autofree char *start = at ? g_date_time_format(at, "%Y-%m-%dT%H:%M:%S") : NULL;

    g_string_append_printf(out, "shows: \"imported from %s\"\n", quoted);
    if (self->epoch_known && start)
        g_string_append_printf(out, "start: %s\n", start);
    if (self->sources->version)
        g_string_append_printf(out, "slurm_version: \"%s\"\n", self->sources->version);
    return save(self, "scenario.yaml", out->str, error);
}

/* ---- the whole ---- */

static void count(const Importer *self, ImportCounts *out)
{
    const GPtrArray *jobs = self->load->jobs;
    const guint n = MIN(jobs->len, self->sources->jobs);
    g_autoptr(GHashTable) users = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) accounts = g_hash_table_new(g_str_hash, g_str_equal);

    *out = (ImportCounts){.jobs = n, .commands = self->load->commands->len};
    for (guint i = 0; i < n; i++) {
        const LoadJob *job = g_ptr_array_index(jobs, i);

        out->tasks += job->truth.task_runtime ? job->truth.n_tasks : 1;
        g_hash_table_add(users, job->user);
        if (job->spec->account)
            g_hash_table_add(accounts, job->spec->account);
        if (i == 0)
            out->first_at = job->submit_at;
        out->last_at = job->submit_at;
    }
    out->users = g_hash_table_size(users);
    out->accounts = g_hash_table_size(accounts);
}

static bool write_all(Importer *self, GError **error)
{
    return read_start(self) && survey(self) && write_conf(self, error) &&
           write_accounting(self, error) &&
           (!self->sources->usage || copy(self, self->sources->usage, "usage.txt", error)) &&
           read_cluster(self, false) && complete_accounting(self, error) &&
           (self->load || read_sacct(self)) && write_jobs(self, error) &&
           write_description(self, error);
}

bool import_write(const ImportSources *sources, const char *directory, ImportCounts *out,
                  Diags *diags, GError **error)
{
    Importer self = {.sources = sources, .directory = directory, .diags = diags};
    bool written;

    self.partition_qos = g_string_new(NULL);
    written = write_all(&self, error);
    if (written)
        count(&self, out);
    g_string_free(self.partition_qos, TRUE);
    sacct_survey_free(self.survey);
    scenario_free(self.scenario);
    load_free(self.load);
    return written && diags_count(diags, DIAG_ERROR) == 0;
}

void import_remove(const char *directory)
{
    g_autoptr(GDir) listing = g_dir_open(directory, 0, NULL);
    const char *name;

    while (listing && (name = g_dir_read_name(listing))) {
        g_autofree char *path = g_build_filename(directory, name, NULL);

        g_unlink(path);
    }
    g_rmdir(directory);
}
