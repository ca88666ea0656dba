/* Priorities against what sprio printed on a real Slurm: usage is rebuilt from the runs that
 * sacct recorded, every term is compared. Skipped where the recordings are not at hand. */
#include "tests/test.h"

#include "sim/decay.h"
#include "slurmio/sacctmgr.h"
#include "slurmio/sbatchopts.h"
#include "slurmio/slurmconf.h"
#include <jansson.h>
#include <math.h>

#define PERIOD_STEP 5 /* [s] the phase of slurmctld's clock is unknown: tried in such steps */

typedef struct {
    SimJob *job;
    JobSpec *spec;
    const char *id; /* as sprio prints it */
    Instant submit_at, eligible_at, start_at, end_at;
} Run;

typedef struct {
    Cluster *cluster;
    json_t *recording;
    GHashTable *sources; /* id -> entry of jobs.json */
    json_t *jobs;
    GPtrArray *runs;
} Case;

enum { AGE, FAIRSHARE, SIZE, PARTITION, QOS_TERM, TRES, TERMS };

typedef struct {
    uint32_t compared, equal[TERMS];
} Score;

static void run_free(gpointer data)
{
    Run *run = data;

    request_free(run->job->request);
    job_spec_free(run->spec);
    g_free(run->job->tres_request);
    g_free(run->job->tres_alloc);
    g_free(run->job->partitions);
    g_free(run->job->part_priority);
    g_free(run->job);
    g_free(run);
}

static void case_clear(Case *self)
{
    if (self->runs)
        g_ptr_array_unref(self->runs);
    if (self->sources)
        g_hash_table_unref(self->sources);
    json_decref(self->recording);
    json_decref(self->jobs);
    cluster_free(self->cluster);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Case, case_clear)

static int64_t number(json_t *object, const char *key, int64_t otherwise)
{
    json_t *value = json_object_get(object, key);

    return json_is_number(value) ? (int64_t)json_number_value(value) : otherwise;
}

static const char *text(json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static void load_cluster(Case *self, const char *folder, SlurmVersion version)
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

static void parse_args(json_t *source, JobSpec *spec)
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
static uint64_t *allocated(const Cluster *cluster, const char *line)
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

static void set_partitions(const Cluster *cluster, SimJob *job, const char *names)
{
    g_auto(GStrv) parts = g_strsplit(names ? names : "", ",", -1);

    job->n_partitions = MAX(g_strv_length(parts), 1);
    job->partitions = g_new0(uint32_t, job->n_partitions);
    job->part_priority = g_new0(uint32_t, job->n_partitions);
    for (uint32_t i = 0; i < job->n_partitions; i++)
        job->partitions[i] = parts[i] && *parts[i] ? cluster_find_partition(cluster, parts[i])
                                                   : cluster_default_partition(cluster);
}

static void add_run(Case *self, json_t *source, json_t *entry)
{
    const Cluster *cluster = self->cluster;
    g_autofree char *message = NULL;
    Run *run = g_new0(Run, 1);
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

static void load_runs(Case *self, const char *folder)
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
}

static int by_end(gconstpointer left, gconstpointer right)
{
    const Run *a = *(Run *const *)left, *b = *(Run *const *)right;

    return a->end_at < b->end_at ? -1 : a->end_at > b->end_at;
}

/* A pass at @now, the one before at @last: ends in between first, then decay, then what runs. */
static void pass(const Case *self, Usage *usage, Instant last, Instant now)
{
    for (guint i = 0; i < self->runs->len; i++) {
        const Run *run = g_ptr_array_index(self->runs, i);

        if (run->start_at < run->end_at && run->end_at > last && run->end_at <= now)
            usage_charge(usage, run->job, MAX(run->start_at, last), run->end_at);
    }
    usage_decay(usage, now - last);
    for (guint i = 0; i < self->runs->len; i++) {
        const Run *run = g_ptr_array_index(self->runs, i);

        if (run->start_at < now && run->end_at > now)
            usage_charge(usage, run->job, MAX(run->start_at, last), now);
    }
    usage_rank(usage);
}

static Run *find_run(const Case *self, const char *id, Instant at)
{
    for (guint i = 0; i < self->runs->len; i++) {
        Run *run = g_ptr_array_index(self->runs, i);

        if (strcmp(run->id, id) == 0 && run->submit_at <= at && run->start_at >= at)
            return run;
    }
    return NULL;
}

/* The weighted TRES of a line: "cpu=250,mem=38" */
static double tres_sum(const char *line)
{
    g_auto(GStrv) parts = g_strsplit(line, ",", -1);
    double sum = 0;

    for (char **part = parts; *part; part++)
        if (strchr(*part, '='))
            sum += g_ascii_strtod(strchr(*part, '=') + 1, NULL);
    return sum;
}

static void compare_line(const Case *self, const PriorityBook *book, const char *line, Instant at,
                         Instant passed, Score *score)
{
    g_auto(GStrv) words = g_strsplit(line, "|", -1);
    Run *run = g_strv_length(words) == 11 ? find_run(self, words[0], at) : NULL;
    PriorityTerms terms;

    if (!run || run->eligible_at > at)
        return;

    const uint32_t partition = cluster_find_partition(self->cluster, words[1]);
    uint64_t *const held = run->job->tres_alloc;

    run->job->accrue_at = run->eligible_at;
    run->job->tres_alloc = NULL;
    priority_factors(book, run->job, partition, MAX(passed, run->submit_at), &terms);
    run->job->tres_alloc = held;

    const double ours[TERMS] = {terms.age,       terms.fairshare, terms.job_size,
                                terms.partition, terms.qos,       terms.tres};
    double theirs[TERMS];

    theirs[AGE] = g_ascii_strtod(words[3], NULL);
    theirs[FAIRSHARE] = g_ascii_strtod(words[5], NULL);
    theirs[SIZE] = g_ascii_strtod(words[6], NULL);
    theirs[PARTITION] = g_ascii_strtod(words[7], NULL);
    theirs[QOS_TERM] = g_ascii_strtod(words[8], NULL);
    theirs[TRES] = tres_sum(words[10]);
    score->compared++;
    for (int i = 0; i < TERMS; i++)
        score->equal[i] += fabs(ours[i] - theirs[i]) < 1.6;
    if (g_getenv("SHOW"))
        for (int i = 0; i < TERMS; i++)
            if (!(fabs(ours[i] - theirs[i]) < 1.6))
                print_message("  t=%d pass=%d job %s term %d: ours %g theirs %g\n", (int)at,
                              (int)passed, words[0], i, ours[i], theirs[i]);
}

static Score replay(const Case *self, Instant phase)
{
    const Span period = self->cluster->config.priority.calc_period;
    json_t *samples = json_object_get(self->recording, "samples");
    g_autoptr(Usage) usage = usage_new(self->cluster);
    g_autoptr(PriorityBook) book = priority_book_new(self->cluster, usage);
    Instant last = phase - period;
    Score score = {0};
    json_t *sample, *line;
    size_t i, j;

    usage_rank(usage);
    json_array_foreach(samples, i, sample)
    {
        const Instant at = number(sample, "t", 0);

        for (; last + period <= at; last += period)
            pass(self, usage, last, last + period);
        json_array_foreach(json_object_get(sample, "sprio"), j, line)
            compare_line(self, book, json_string_value(line), at, last, &score);
    }
    return score;
}

static Score best_replay(const Case *self, Instant *phase)
{
    Score best = {0};

    for (Instant p = 0; p < self->cluster->config.priority.calc_period; p += PERIOD_STEP) {
        const Score score = replay(self, p);

        if (score.equal[AGE] + score.equal[FAIRSHARE] > best.equal[AGE] + best.equal[FAIRSHARE]) {
            best = score;
            *phase = p;
        }
    }
    return best;
}

static void check(const char *version_folder, SlurmVersion version, const char *name)
{
    g_autofree char *folder =
        g_build_filename(SRX_SHARED_DIR, "recordings", version_folder, name, NULL);
    g_auto(Case) self = {0};
    Instant phase = 0;

    load_cluster(&self, folder, version);
    load_runs(&self, folder);
    g_ptr_array_sort(self.runs, by_end);

    const Score score = best_replay(&self, &phase);

    print_message("%s/%s: %u compared, phase %d:", version_folder, name, score.compared,
                  (int)phase);
    for (int i = 0; i < TERMS; i++)
        print_message(" %.1f%%", 100.0 * score.equal[i] / MAX(score.compared, 1));
    print_message("\n");
    if (g_getenv("SHOW")) {
    }
}

static void terms_are_those_sprio_printed(void **state)
{
    static const char *const names[] = {"multifactor-2", "fairtree-1", "campus-1", "gpus-2"};

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        check("22.05", SLURM_22_05, names[i]);
        check("24.11", SLURM_24_11, names[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(terms_are_those_sprio_printed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
