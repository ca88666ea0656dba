/* What `sacct -P` prints of the past -> Load. */
#include "slurmio/sacct.h"

#include "slurmio/sacct_job.h"
#include "slurmio/sacct_request.h"

#include <string.h>

#define LATE 2 /* [s] slurmctld notes a job as eligible up to so long after it came */

typedef struct {
    SacctTable *table;
    const char *path;
    const Cluster *cluster;
    Diags *diags;
    SacctNotes notes;
    GPtrArray *jobs;    /* SacctJob * */
    GHashTable *by_key; /* -> SacctJob */
    SacctHistory history;
    char *cluster_name; /* whose jobs are read; NULL before the first */
    int64_t epoch;
    Load *load;
} SacctReader;

/* ---- records -> jobs ---- */

static bool is_same_job(const SacctJob *job, const Record *record)
{
    return !g_strcmp0(job->user, record->user) && !g_strcmp0(job->spec->name, record->name);
}

/* Slurm's numbers begin anew some day: another job of the same number gets a name of its own. */
static SacctJob *find_job(const SacctReader *self, const Record *record, char **key)
{
    SacctJob *job;

    *key = g_strdup_printf("%u", record->id);
    for (uint32_t n = 2;; n++) {
        job = g_hash_table_lookup(self->by_key, *key);
        if (!job || is_same_job(job, record))
            return job;
        g_free(*key);
        *key = g_strdup_printf("%u.%u", record->id, n);
    }
}

static void take_record(SacctReader *self, const Record *record)
{
    g_autofree char *key = NULL;
    SacctJob *job = find_job(self, record, &key);

    if (!job) {
        job = sacct_job_new(record, key,
                            sacct_request_build(self->table, record, self->cluster, &self->notes));
        job->has_line = *sacct_table_get(self->table, SACCT_SUBMIT_LINE) != '\0';
        g_free(job->spec->name); /* as the column has it: records are recognised by it */
        job->spec->name = g_strdup(record->name);
        g_ptr_array_add(self->jobs, job);
        g_hash_table_insert(self->by_key, job->key, job);
    } else if (job->is_array && record->limit != MINUTES_UNSET &&
               record->limit != job->spec->time_limit) {
        sacct_note(&self->notes, NOTE_TASKS_DIFFER, job->key, NULL);
    }
    if (g_strcmp0(record->state, "NODE_FAIL") == 0)
        sacct_note(&self->notes, NOTE_NODE_FAIL, job->key, record->node_list);
    sacct_job_add(job, record);
}

static bool is_of_this_cluster(SacctReader *self)
{
    const char *name = sacct_table_get(self->table, SACCT_CLUSTER);

    if (!self->cluster_name)
        self->cluster_name = g_strdup(name);
    return g_str_equal(name, self->cluster_name);
}

static void read_record(SacctReader *self)
{
    g_auto(Record) record = {0};
    g_autofree char *id = NULL;

    record_read(self->table, &record);
    if (record.kind == RECORD_STEP || record.kind == RECORD_NONE)
        return;
    id = g_strdup_printf("%u", record.id);
    if (!is_of_this_cluster(self))
        sacct_note(&self->notes, NOTE_CLUSTERS, id, sacct_table_get(self->table, SACCT_CLUSTER));
    else if (record.kind == RECORD_HET)
        sacct_note(&self->notes, NOTE_HET, id, NULL);
    else if (record.submit_at == TIME_UNKNOWN)
        sacct_note(&self->notes, NOTE_NO_SUBMIT, id, NULL);
    else
        take_record(self, &record);
}

static gint by_submit(gconstpointer a, gconstpointer b)
{
    const SacctJob *left = *(SacctJob *const *)a, *right = *(SacctJob *const *)b;

    if (left->submit_at != right->submit_at)
        return left->submit_at < right->submit_at ? -1 : 1;
    if (left->id != right->id)
        return left->id < right->id ? -1 : 1;
    return strcmp(left->key, right->key);
}

/* ---- dependencies ---- */

/* The job a dependency names: one of the dump that came before; NULL. */
static const SacctJob *find_target(const SacctReader *self, const SacctJob *job, const char *id)
{
    const SacctJob *target = g_hash_table_lookup(self->by_key, id);

    return target && by_submit(&target, &job) < 0 ? target : NULL;
}

static void add_after(LoadJob *to, const char *type, const char *id, guint64 delay)
{
    to->after = g_renew(LoadAfter, to->after, to->n_after + 1);
    to->after[to->n_after++] = (LoadAfter){
        .type = g_strdup(type), .id = g_strdup(id), .delay = (uint32_t)MIN(delay, G_MAXINT32)};
}

/* "afterok:12:13+5" or "singleton"; false when any of it could not be kept. */
static bool take_term(const SacctReader *self, const SacctJob *job, const char *term, LoadJob *to)
{
    static const char *const types[] = {"after",      "afterany",  "afterok",
                                        "afternotok", "aftercorr", NULL};
    g_auto(GStrv) parts = g_strsplit(term, ":", -1);
    bool kept = true;

    if (parts[0] && g_str_equal(parts[0], "singleton")) {
        add_after(to, "singleton", NULL, 0);
        return true;
    }
    if (!parts[0] || !g_strv_contains((const char *const *)types, parts[0]))
        return false;
    for (char **id = parts + 1; *id; id++) {
        char *plus = strchr(*id, '+');
        const guint64 delay = plus ? g_ascii_strtoull(plus + 1, NULL, 10) : 0;
        const SacctJob *target;

        if (plus)
            *plus = '\0';
        target = find_target(self, job, *id);
        if (target)
            add_after(to, parts[0], target->key, delay);
        kept = kept && target;
    }
    return kept;
}

/* False when something of it could not be kept: any of several, or a job that is not there. */
static bool take_dependency(SacctReader *self, SacctJob *job, LoadJob *to)
{
    g_autofree char *text = g_steal_pointer(&job->spec->dependency);
    g_auto(GStrv) terms = g_strsplit(text ? text : "", ",", -1);
    bool kept = !text || !strchr(text, '?');

    for (char **term = terms; kept && *term; term++)
        kept = take_term(self, job, *term, to) && kept;
    if (!kept)
        sacct_note(&self->notes, NOTE_DEPENDENCY, job->key, text);
    return kept && text;
}

/* ---- jobs -> load ---- */

static bool was_started(const SacctJob *job)
{
    for (guint i = 0; i < job->tasks->len; i++)
        if (g_array_index(job->tasks, SacctTask, i).ran > 0)
            return true;
    return false;
}

/* When it could first have started, where its own words do not tell. */
static void take_eligibility(SacctReader *self, SacctJob *job, bool has_dependency)
{
    g_autoptr(GDateTime) at = NULL;

    if (has_dependency || job->spec->begin)
        return;
    if (!job->ever_eligible && sacct_table_has(self->table, SACCT_ELIGIBLE) && !was_started(job)) {
        job->spec->hold = true;
        sacct_note(&self->notes, NOTE_HELD, job->key, NULL);
    } else if (job->eligible_at != TIME_UNKNOWN && job->eligible_at > job->submit_at + LATE) {
        at = g_date_time_new_from_unix_utc(job->eligible_at);
        job->spec->begin = at ? g_date_time_format(at, "%Y-%m-%dT%H:%M:%S") : NULL;
        sacct_note(&self->notes, NOTE_BEGIN, job->key, NULL);
    }
}

/* "0-3,7" of ascending numbers. */
static char *ranges_of(const GArray *tasks)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < tasks->len;) {
        const uint32_t first = g_array_index(tasks, SacctTask, i).task;
        uint32_t last = first;

        while (++i < tasks->len && g_array_index(tasks, SacctTask, i).task == last + 1)
            last++;
        g_string_append_printf(out, "%s%u", out->len ? "," : "", first);
        if (last > first)
            g_string_append_printf(out, "-%u", last);
    }
    return g_string_free(out, FALSE);
}

/* The tasks are those of the dump; how many may run at a time only the SubmitLine says. */
static void take_array(SacctReader *self, SacctJob *job)
{
    g_autofree char *ranges = ranges_of(job->tasks);
    g_autofree char *written = g_steal_pointer(&job->spec->array);
    const char *throttle = written ? strchr(written, '%') : NULL;

    if (!job->is_array)
        return;
    job->spec->array = g_strconcat(ranges, throttle, NULL);
    if (!job->has_line)
        sacct_note(&self->notes, NOTE_THROTTLE, job->key, NULL);
}

static void add_scancel(const SacctReader *self, const SacctJob *job, const SacctTask *task,
                        bool whole)
{
    LoadCommand *command = g_new0(LoadCommand, 1);

    command->at = task->end_at - self->epoch;
    command->argv = g_new0(char *, 3);
    command->argv[0] = g_strdup("scancel");
    command->argv[1] = whole ? g_strdup_printf("{%s}", job->key)
                             : g_strdup_printf("{%s}_%u", job->key, task->task);
    g_ptr_array_add(self->load->commands, command);
}

/* Withdrawn all at once, it takes one command. */
static bool is_withdrawn_whole(const SacctJob *job)
{
    const SacctTask *first = &g_array_index(job->tasks, SacctTask, 0);

    for (guint i = 0; i < job->tasks->len; i++) {
        const SacctTask *task = &g_array_index(job->tasks, SacctTask, i);

        if (task->fate != FATE_WITHDRAWN || task->end_at != first->end_at)
            return false;
    }
    return true;
}

static void take_withdrawals(const SacctReader *self, const SacctJob *job)
{
    if (job->tasks->len > 0 && is_withdrawn_whole(job)) {
        add_scancel(self, job, &g_array_index(job->tasks, SacctTask, 0), true);
        return;
    }
    for (guint i = 0; i < job->tasks->len; i++) {
        const SacctTask *task = &g_array_index(job->tasks, SacctTask, i);

        if (task->fate == FATE_WITHDRAWN)
            add_scancel(self, job, task, false);
    }
}

static void take_job(SacctReader *self, SacctJob *job)
{
    LoadJob *to = load_job_new(job->key);
    bool has_dependency;

    if (!job->user)
        sacct_note(&self->notes, NOTE_NO_USER, job->key, NULL);
    to->user = g_strdup(job->user ? job->user : "user");
    to->submit_at = job->submit_at - self->epoch;
    to->runtime_known = sacct_job_truth(job, &self->history, &to->truth, &self->notes);
    take_array(self, job);
    has_dependency = take_dependency(self, job, to);
    take_eligibility(self, job, has_dependency);
    take_withdrawals(self, job);
    job_spec_free(to->spec);
    to->spec = g_steal_pointer(&job->spec);
    if (!to->spec->name)
        to->spec->name = g_strdup(job->key);
    g_ptr_array_add(self->load->jobs, to);
}

/* ---- what the cluster does not have ---- */

static void check_partitions(SacctReader *self, const LoadJob *job)
{
    g_auto(GStrv) names = g_strsplit(job->spec->partition ? job->spec->partition : "", ",", -1);

    for (char **name = names; *name; name++)
        if (cluster_find_partition(self->cluster, *name) == INDEX_NONE) {
            sacct_note(&self->notes, NOTE_PARTITION, job->id, *name);
            return;
        }
}

/* "gpu:a100:2,license:1" */
static void check_devices(SacctReader *self, const LoadJob *job)
{
    g_auto(GStrv) items = g_strsplit(job->spec->gres ? job->spec->gres : "", ",", -1);

    for (char **item = items; *item; item++) {
        bool known = false;

        (*item)[strcspn(*item, ":=")] = '\0';
        for (uint32_t i = 0; i < self->cluster->n_gres_names; i++)
            known = known || !strcmp(self->cluster->gres_names[i], *item);
        if (!known && !g_str_equal(*item, "none")) {
            sacct_note(&self->notes, NOTE_DEVICES, job->id, *item);
            return;
        }
    }
}

static void check_job(SacctReader *self, const LoadJob *job)
{
    const Cluster *cluster = self->cluster;
    const JobSpec *spec = job->spec;

    check_partitions(self, job);
    check_devices(self, job);
    if (!cluster->config.has_accounting)
        return;
    if (spec->qos && cluster_find_qos(cluster, spec->qos) == INDEX_NONE)
        sacct_note(&self->notes, NOTE_QOS, job->id, spec->qos);
    if ((cluster->config.enforce & ENFORCE_ASSOCIATIONS) &&
        cluster_find_assoc(cluster, job->user, spec->account, NULL) == INDEX_NONE) {
        g_autofree char *who =
            g_strconcat(job->user, " in ", spec->account ? spec->account : "no account", NULL);

        sacct_note(&self->notes, NOTE_ASSOC, job->id, who);
    }
}

static void hand_over(SacctReader *self)
{
    g_ptr_array_sort(self->jobs, by_submit);
    if (self->epoch == SACCT_FIRST_SUBMISSION)
        self->epoch = ((const SacctJob *)g_ptr_array_index(self->jobs, 0))->submit_at;
    self->load = load_new();
    for (guint i = 0; i < self->jobs->len; i++)
        sacct_history_add(&self->history, g_ptr_array_index(self->jobs, i));
    for (guint i = 0; i < self->jobs->len; i++)
        take_job(self, g_ptr_array_index(self->jobs, i));
    load_sort(self->load);
    for (guint i = 0; i < self->load->jobs->len; i++)
        check_job(self, g_ptr_array_index(self->load->jobs, i));
}

static bool require_columns(const SacctReader *self)
{
    static const SacctColumn needed[] = {SACCT_SUBMIT, SACCT_START, SACCT_STATE};

    for (size_t i = 0; i < G_N_ELEMENTS(needed); i++) {
        if (sacct_table_has(self->table, needed[i]))
            continue;
        diags_add(self->diags, DIAG_ERROR, self->path, 1, 0, NULL,
                  "expected the column %s, found none; at least JobID, User, Account, Partition, "
                  "QOS, Submit, Eligible, Start, End, State, ReqTRES, TimelimitRaw, NodeList and "
                  "SubmitLine are wanted: sacct -a -D -X -P -o ALL",
                  sacct_column_name(needed[i]));
        return false;
    }
    if (sacct_table_has(self->table, SACCT_END) || sacct_table_has(self->table, SACCT_ELAPSED) ||
        sacct_table_has(self->table, SACCT_ELAPSED_RAW))
        return true;
    diags_add(self->diags, DIAG_ERROR, self->path, 1, 0, NULL,
              "expected one of the columns End, Elapsed and ElapsedRaw, found none");
    return false;
}

static void read_all(SacctReader *self)
{
    while (sacct_table_next(self->table))
        read_record(self);
    if (self->jobs->len > 0)
        hand_over(self);
    else
        diags_add(self->diags, DIAG_ERROR, self->path, 0, 0, NULL,
                  "expected records of jobs, found none");
    sacct_notes_say(&self->notes, self->path, self->diags);
}

Load *sacct_load(const char *path, const Cluster *cluster, int64_t *epoch, Diags *diags)
{
    g_autoptr(SacctTable) table = sacct_table_open(path, diags);
    SacctReader self = {
        .table = table, .path = path, .cluster = cluster, .diags = diags, .epoch = *epoch};
    g_autoptr(GPtrArray) jobs =
        g_ptr_array_new_with_free_func((GDestroyNotify)(void (*)(void))sacct_job_free);
    g_autoptr(GHashTable) by_key = g_hash_table_new(g_str_hash, g_str_equal);

    if (!table || !require_columns(&self))
        return NULL;
    self.jobs = jobs;
    self.by_key = by_key;
    sacct_history_init(&self.history);
    read_all(&self);
    sacct_history_clear(&self.history);
    sacct_notes_clear(&self.notes);
    g_free(self.cluster_name);
    if (self.load)
        *epoch = self.epoch;
    return self.load;
}
