/* Cases that a real Slurm ran: its recording as job records, for tests that replay it. */
#pragma once

#include "sim/decay.h"
#include "slurmio/sacctmgr.h"
#include "slurmio/sbatchopts.h"
#include "slurmio/slurmconf.h"
#include <jansson.h>

typedef struct {
    SimJob *job;
    JobSpec *spec;
    const char *id; /* as sprio prints it */
    Instant submit_at, eligible_at, start_at, end_at;
} RecordedRun;

typedef struct {
    Cluster *cluster;
    json_t *recording;
    GHashTable *sources; /* id -> entry of jobs.json */
    json_t *jobs;
    GPtrArray *runs;
} RecordedCase;

static inline void run_free(gpointer data)
{
    RecordedRun *run = data;

    request_free(run->job->request);
    job_spec_free(run->spec);
    g_free(run->job->tres_request);
    g_free(run->job->tres_alloc);
    g_free(run->job->partitions);
    g_free(run->job->part_priority);
    g_free(run->job);
    g_free(run);
}

static inline void recorded_clear(RecordedCase *self)
{
    if (self->runs)
        g_ptr_array_unref(self->runs);
    if (self->sources)
        g_hash_table_unref(self->sources);
    json_decref(self->recording);
    json_decref(self->jobs);
    cluster_free(self->cluster);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RecordedCase, recorded_clear)

static inline int64_t number(json_t *object, const char *key, int64_t otherwise)
{
    json_t *value = json_object_get(object, key);

    return json_is_number(value) ? (int64_t)json_number_value(value) : otherwise;
}

static inline const char *text(json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static inline void recorded_load_cluster(RecordedCase *self, const char *folder,
                                         SlurmVersion version)
{
    g_autoptr(Diags) diags = diags_new();
    g_autofree char *conf = g_build_filename(folder, "slurm.conf", NULL);
    g_autofree char *accounting = g_build_filename(folder, "accounting.txt", NULL);

    self->cluster = cluster_new(version);
    assert_true(slurmconf_load(conf, self->cluster, diags));
    assert_true(sacctmgr_load(accounting, self->cluster, diags));
    if (!cluster_finish(self->cluster, diags))
        fail_msg("%s", diags_nth(diags, diags_length(diags) - 1)->text);
}

static inline void parse_args(json_t *source, JobSpec *spec)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);
    json_t *args = json_object_get(source, "args");
    json_t *value;
    size_t i;

    json_array_foreach(args, i, value) g_ptr_array_add(argv, g_strdup(json_string_value(value)));
    g_ptr_array_add(argv, NULL);
    assert_true(sbatchopts_parse((char *const *)argv->pdata, spec, "", 0, diags));
}

/* What the job got: "billing=16,cpu=16,node=2". */
static inline uint64_t *allocated(const Cluster *cluster, const char *line)
{
    uint64_t *tres = g_new0(uint64_t, cluster->n_tres);
    g_auto(GStrv) parts = g_strsplit(line ? line : "", ",", -1);

    for (char **part = parts; *part; part++) {
        char *value = strchr(*part, '=');
        uint32_t index;
        uint64_t mem;

        if (!value)
            continue;
        *value++ = '\0';
        index = cluster_find_tres(cluster, *part);
        if (index == TRES_MEM && memory_parse(value, &mem, NULL))
            tres[index] = mem;
        else if (index != INDEX_NONE)
            tres[index] = g_ascii_strtoull(value, NULL, 10);
    }
    return tres;
}

static inline void set_partitions(const Cluster *cluster, SimJob *job, const char *names)
{
    g_auto(GStrv) parts = g_strsplit(names ? names : "", ",", -1);

    job->n_partitions = MAX(g_strv_length(parts), 1);
    job->partitions = g_new0(uint32_t, job->n_partitions);
    job->part_priority = g_new0(uint32_t, job->n_partitions);
    for (uint32_t i = 0; i < job->n_partitions; i++)
        job->partitions[i] = parts[i] && *parts[i] ? cluster_find_partition(cluster, parts[i])
                                                   : cluster_default_partition(cluster);
}

static inline void add_run(RecordedCase *self, json_t *source, json_t *entry)
{
    const Cluster *cluster = self->cluster;
    g_autofree char *message = NULL;
    RecordedRun *run = g_new0(RecordedRun, 1);
    SimJob *job = run->job = g_new0(SimJob, 1);

    g_ptr_array_add(self->runs, run);
    run->spec = job_spec_new();
    parse_args(source, run->spec);
    job->task = COUNT_UNSET;
    job->user = cluster_find_user(cluster, text(entry, "User"));
    job->assoc = cluster_find_assoc(cluster, text(entry, "User"), text(entry, "Account"), NULL);
    job->qos = cluster_find_qos(cluster, text(entry, "QOS"));
    job->request = request_build(cluster, run->spec, 0, 0, &message);
    if (!job->request)
        fail_msg("%s: %s", text(entry, "JobID"), message);
    set_partitions(cluster, job, run->spec->partition);
    job->partition = cluster_find_partition(cluster, text(entry, "Partition"));
    job->nice = run->spec->nice;
    job->limit = run->spec->time_limit;
    job->tres_request = g_new0(uint64_t, TRES_MAX);
    request_tres(job->request, cluster, &cluster->partitions[job->partitions[0]],
                 job->tres_request);
    run->id = text(entry, "JobID");
    run->submit_at = number(entry, "Submit", 0);
    run->eligible_at = number(entry, "Eligible", INSTANT_NEVER);
    run->start_at = number(entry, "Start", INSTANT_NEVER);
    run->end_at = number(entry, "End", INSTANT_NEVER);
    job->start_at = run->start_at;
    if (run->start_at == INSTANT_NEVER)
        return;
    job->tres_alloc = allocated(cluster, text(entry, "AllocTRES"));
    job->billable = priority_billable(cluster, job->partition, job->tres_alloc);
}

static inline int by_end(gconstpointer left, gconstpointer right)
{
    const RecordedRun *a = *(RecordedRun *const *)left, *b = *(RecordedRun *const *)right;

    return a->end_at < b->end_at ? -1 : a->end_at > b->end_at;
}

static inline void recorded_load_runs(RecordedCase *self, const char *folder)
{
    g_autofree char *recording = g_build_filename(folder, "recording.json", NULL);
    g_autofree char *jobs = g_build_filename(folder, "jobs.json", NULL);
    json_t *value, *entry;
    size_t i, j;

    self->recording = json_load_file(recording, 0, NULL);
    self->jobs = json_load_file(jobs, 0, NULL);
    self->sources = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->runs = g_ptr_array_new_with_free_func(run_free);
    json_array_foreach(self->jobs, i, value) if (text(value, "id"))
        g_hash_table_insert(self->sources, g_strdup(text(value, "id")), value);
    json_array_foreach(json_object_get(self->recording, "jobs"), i, value)
        json_array_foreach(json_object_get(value, "runs"), j, entry)
            add_run(self, g_hash_table_lookup(self->sources, text(value, "id")), entry);
    g_ptr_array_sort(self->runs, by_end);
}

/* False, with a note, where the recordings are not at hand. */
static inline bool recorded_load(RecordedCase *self, const char *kind, SlurmVersion version,
                                 const char *name)
{
    const char *number = version_rules(version)->name;
    g_autofree char *folder = g_build_filename(SRX_SHARED_DIR, kind, number, name, NULL);

    if (!g_file_test(folder, G_FILE_TEST_IS_DIR)) {
        print_message("skipped: no recordings at %s\n", folder);
        return false;
    }
    recorded_load_cluster(self, folder, version);
    recorded_load_runs(self, folder);
    return true;
}

/* The decay pass at @now, the one before at @last: first what ended in between is charged. */
static inline void recorded_pass(const RecordedCase *self, Usage *usage, Instant last, Instant now)
{
    for (guint i = 0; i < self->runs->len; i++) {
        const RecordedRun *run = g_ptr_array_index(self->runs, i);

        if (run->start_at < run->end_at && run->end_at > last && run->end_at <= now)
            usage_charge(usage, run->job, MAX(run->start_at, last), run->end_at);
    }
    usage_decay(usage, now - last);
    for (guint i = 0; i < self->runs->len; i++) {
        const RecordedRun *run = g_ptr_array_index(self->runs, i);

        if (run->start_at < now && run->end_at > now)
            usage_charge(usage, run->job, MAX(run->start_at, last), now);
    }
    usage_rank(usage);
}
