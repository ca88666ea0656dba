/* recording.json: what a real Slurm did with a case -> Recording, and its times -> Load. */
#include "slurmio/recordingfile.h"
#include "slurmio/recordedsteps.h"
#include <jansson.h>
#include <string.h>

#define SECONDS_MOST 1e12 /* beyond it a recording says nonsense */

typedef struct {
    const char *path;
    Load *load;
    Diags *diags;
    Recording *recording;
    GHashTable *steps; /* of recordedsteps_parse */
} Reader;

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text ? text : "";
}

/* @where: "job 'a'" */
static void say(const Reader *self, const char *where, const char *what, const char *found)
{
    diags_add(self->diags, DIAG_ERROR, self->path, 0, 0, NULL, "%s: expected %s, found %s", where,
              what, found);
}

/* Seconds of the case; INSTANT_NEVER for what never happened (null, or no such key). */
static Instant read_instant(const Reader *self, const char *where, const json_t *object,
                            const char *key)
{
    const json_t *value = json_object_get(object, key);
    const double seconds = json_is_number(value) ? json_number_value(value) : 2 * SECONDS_MOST;
    g_autofree char *what = NULL;
    g_autofree char *found = NULL;

    if (!value || json_is_null(value))
        return INSTANT_NEVER;
    if (seconds > -SECONDS_MOST && seconds < SECONDS_MOST)
        return (Instant)seconds;
    what = g_strdup_printf("%s in seconds of the case, or null", key);
    found = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(15));
    say(self, where, what, found);
    return INSTANT_NEVER;
}

/* "12_3" is task 3; "12" no task. */
static uint32_t task_of(const char *jobid)
{
    const char *under = strrchr(jobid, '_');

    return under && g_ascii_isdigit(under[1]) ? (uint32_t)g_ascii_strtoull(under + 1, NULL, 10)
                                              : COUNT_UNSET;
}

static bool state_of(const char *text, JobState *out)
{
    g_auto(GStrv) words = g_strsplit(text, " ", 2); /* "CANCELLED by 0" */

    for (int state = 0; state < JOB_STATES; state++) {
        if (words[0] && g_str_equal(words[0], job_state_name((JobState)state))) {
            *out = (JobState)state;
            return true;
        }
    }
    return false;
}

static uint32_t job_index(const Load *load, const char *id)
{
    for (guint i = 0; i < load->jobs->len; i++) {
        if (g_str_equal(((const LoadJob *)g_ptr_array_index(load->jobs, i))->id, id))
            return i;
    }
    return COUNT_UNSET;
}

static void find_batch(const Reader *self, const json_t *entry, RecordedRun *run)
{
    g_autofree char *key = NULL;
    const RecordedStep *step;

    if (run->start_at == INSTANT_NEVER)
        return;
    key = recordedsteps_key(text_of(entry, "JobIDRaw"), run->start_at + self->recording->epoch);
    step = g_hash_table_lookup(self->steps, key);
    if (!step)
        return;
    run->batch_node = g_strdup(step->node);
    run->batch_cpus = step->cpus;
}

/* What does not hold together would lead the simulator astray. */
static void check_run(const Reader *self, const char *where, const json_t *entry, RecordedRun *run)
{
    g_autofree char *state = g_strdup_printf("'%s'", text_of(entry, "State"));

    if (!state_of(text_of(entry, "State"), &run->state))
        say(self, where, "a state such as COMPLETED", state);
    if (run->start_at != INSTANT_NEVER && run->end_at < run->start_at)
        say(self, where, "an End that is not before its Start", "one that is");
}

static RecordedRun *read_run(Reader *self, const json_t *entry, uint32_t job)
{
    const LoadJob *known = g_ptr_array_index(self->load->jobs, job);
    g_autofree char *where = g_strdup_printf("job '%s'", known->id);
    RecordedRun *run = g_new0(RecordedRun, 1);
    Span suspended = 0;

    *run = (RecordedRun){.job = job,
                         .task = task_of(text_of(entry, "JobID")),
                         .submit_at = read_instant(self, where, entry, "Submit"),
                         .eligible_at = read_instant(self, where, entry, "Eligible"),
                         .start_at = read_instant(self, where, entry, "Start"),
                         .end_at = read_instant(self, where, entry, "End"),
                         .nodes = g_strdup(text_of(entry, "NodeList")),
                         .partition = g_strdup(text_of(entry, "Partition")),
                         .cpus = (uint32_t)g_ascii_strtoull(text_of(entry, "NCPUS"), NULL, 10)};
    if (!minutes_parse(text_of(entry, "TimelimitRaw"), &run->limit, NULL))
        run->limit = MINUTES_UNSET;
    find_batch(self, entry, run);
    if (span_parse(text_of(entry, "Suspended"), &suspended, NULL))
        run->suspended = suspended;
    check_run(self, where, entry, run);
    return run;
}

static int by_start(const void *a, const void *b)
{
    const RecordedRun *x = *(const RecordedRun *const *)a;
    const RecordedRun *y = *(const RecordedRun *const *)b;

    if (x->start_at != y->start_at)
        return x->start_at < y->start_at ? -1 : 1;
    return (x->end_at > y->end_at) - (x->end_at < y->end_at);
}

/* How long it ran, as far as that is its own doing. A run that hit its limit would have gone on. */
static void learn_truth(LoadJob *job, const RecordedRun *run)
{
    Span ran;

    if (run->end_at == INSTANT_NEVER)
        return;
    ran = MAX(1, run->end_at - run->start_at - run->suspended);
    if (run->state == JOB_TIMEOUT)
        ran *= 10;
    else if (run->state != JOB_COMPLETED && run->state != JOB_FAILED)
        return;
    if (job->truth.task_runtime && run->task != COUNT_UNSET) {
        g_autoptr(GArray) tasks = NULL;
        uint32_t throttle;

        if (!job->spec->array || !job_array_parse(job->spec->array, &tasks, &throttle, NULL))
            return;
        for (guint i = 0; i < tasks->len && i < job->truth.n_tasks; i++) {
            if (g_array_index(tasks, uint32_t, i) == run->task)
                job->truth.task_runtime[i] = ran;
        }
    } else {
        job->truth.runtime = ran;
        if (run->state == JOB_FAILED && run->task == COUNT_UNSET && job->truth.exit_code == 0)
            job->truth.exit_code = 1;
    }
}

static uint32_t attempts_before(const GPtrArray *runs, guint index)
{
    const RecordedRun *run = g_ptr_array_index(runs, index);
    uint32_t n = 0;

    for (guint i = 0; i < index; i++)
        n += ((const RecordedRun *)g_ptr_array_index(runs, i))->task == run->task;
    return n;
}

static void read_job(Reader *self, const json_t *entry)
{
    const char *id = text_of(entry, "id");
    const json_t *runs = json_object_get(entry, "runs");
    const uint32_t index = job_index(self->load, id);
    g_autoptr(GPtrArray) started = g_ptr_array_new();
    LoadJob *job;
    Instant submit = INSTANT_NEVER;

    if (index == COUNT_UNSET) {
        g_autofree char *found = g_strdup_printf("'%s'", id);

        say(self, "jobs", "the id of a job of this case", found);
        return;
    }
    job = g_ptr_array_index(self->load->jobs, index);
    for (size_t i = 0; i < json_array_size(runs); i++) {
        RecordedRun *run = read_run(self, json_array_get(runs, i), index);

        submit = MIN(submit, run->submit_at);
        if (run->start_at == INSTANT_NEVER)
            recorded_run_free(run);
        else
            g_ptr_array_add(started, run);
    }
    if (submit != INSTANT_NEVER)
        job->submit_at = submit;
    g_ptr_array_sort(started, by_start);
    for (guint i = 0; i < started->len; i++) {
        RecordedRun *run = g_ptr_array_index(started, i);

        run->attempt = attempts_before(started, i);
        learn_truth(job, run);
        g_ptr_array_add(self->recording->runs, run);
    }
}

/* The job a command names as {id}; COUNT_UNSET. */
static uint32_t named_job(const Reader *self, const LoadCommand *command)
{
    for (uint32_t i = 0; command->argv[i]; i++) {
        const char *open = strchr(command->argv[i], '{');
        const char *close = open ? strchr(open, '}') : NULL;
        g_autofree char *id = close ? g_strndup(open + 1, (gsize)(close - open - 1)) : NULL;

        if (id)
            return job_index(self->load, id);
    }
    return COUNT_UNSET;
}

static bool has_runs(const Recording *recording, uint32_t job)
{
    for (guint i = 0; i < recording->runs->len; i++) {
        if (((const RecordedRun *)g_ptr_array_index(recording->runs, i))->job == job)
            return true;
    }
    return false;
}

/* When the first job that waits for nothing but @job became eligible. */
static Instant dependents_eligible(const Reader *self, uint32_t job)
{
    const char *id = ((const LoadJob *)g_ptr_array_index(self->load->jobs, job))->id;
    Instant first = INSTANT_NEVER;

    for (guint i = 0; i < self->recording->runs->len; i++) {
        const RecordedRun *run = g_ptr_array_index(self->recording->runs, i);
        const LoadJob *other = g_ptr_array_index(self->load->jobs, run->job);

        if (run->attempt == 0 && other->n_after == 1 && other->after[0].id &&
            g_str_equal(other->after[0].id, id) && !g_str_equal(other->after[0].type, "after"))
            first = MIN(first, run->eligible_at);
    }
    return first;
}

/* A job that has finished by Slurm's own word, and of which accounting knows nothing, did run. */
static void find_lost(Reader *self, const LoadCommand *command, const json_t *entry)
{
    const uint32_t job = named_job(self, command);
    LostRun lost = {.job = job};

    if (job == COUNT_UNSET || !strstr(text_of(entry, "error"), "already finished") ||
        has_runs(self->recording, job) || recording_lost(self->recording, job))
        return;
    lost.end_at = dependents_eligible(self, job);
    g_array_append_val(self->recording->lost, lost);
}

/* Requeued for something accounting has lost, a job is submitted anew: what was said to it before
 * that still holds. */
static Instant time_of(const Reader *self, const LoadCommand *command, Instant at)
{
    const uint32_t job = named_job(self, command);
    const LoadJob *named = job == COUNT_UNSET ? NULL : g_ptr_array_index(self->load->jobs, job);

    return named ? MAX(at, named->submit_at) : at;
}

/* What Slurm refused to do was not done: such a command is dropped. */
static void read_commands(Reader *self, const json_t *commands)
{
    GPtrArray *known = self->load->commands;
    guint kept = 0;

    for (guint i = 0; i < known->len; i++) {
        const json_t *entry = json_array_get(commands, i);
        LoadCommand *command = g_ptr_array_index(known, i);
        const Instant at = read_instant(self, "commands", entry, "at");

        if (json_integer_value(json_object_get(entry, "status")) != 0) {
            find_lost(self, command, entry);
            load_command_free(command);
            continue;
        }
        if (at != INSTANT_NEVER)
            command->at = time_of(self, command, at);
        known->pdata[kept++] = command;
    }
    known->len = kept;
}

/* ---- what waits, as squeue said every two minutes ---- */

static GHashTable *jobs_by_slurm_id(const Reader *self, const json_t *jobs)
{
    GHashTable *out = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (size_t i = 0; i < json_array_size(jobs); i++) {
        const json_t *entry = json_array_get(jobs, i);
        const uint32_t job = job_index(self->load, text_of(entry, "id"));

        g_hash_table_replace(out, g_strdup(text_of(entry, "slurm_id")), GUINT_TO_POINTER(job));
    }
    return out;
}

/* "12_3|2026-01-05T00:16:10|Resources|2762" */
static void read_wait(Reader *self, GHashTable *jobs, Instant at, const char *line)
{
    g_auto(GStrv) fields = g_strsplit(line, "|", -1);
    g_auto(GStrv) id = fields[0] ? g_strsplit(fields[0], "_", 2) : NULL;
    RecordedWait *wait;

    if (g_strv_length(fields) != 4 || !id || !g_hash_table_contains(jobs, id[0]))
        return;
    wait = g_new0(RecordedWait, 1);
    *wait = (RecordedWait){.at = at,
                           .job = GPOINTER_TO_UINT(g_hash_table_lookup(jobs, id[0])),
                           .reason = g_strdup(fields[2]),
                           .priority = (uint32_t)g_ascii_strtoull(fields[3], NULL, 10)};
    g_ptr_array_add(self->recording->waits, wait);
}

static void read_samples(Reader *self, const json_t *samples, const json_t *jobs)
{
    g_autoptr(GHashTable) ids = jobs_by_slurm_id(self, jobs);

    for (size_t i = 0; i < json_array_size(samples); i++) {
        const json_t *sample = json_array_get(samples, i);
        const json_t *lines = json_object_get(sample, "start");
        const Instant at = read_instant(self, "samples", sample, "t");

        if (at == INSTANT_NEVER)
            continue;
        self->recording->until = MAX(self->recording->until, at);
        for (size_t k = 0; k < json_array_size(lines); k++) {
            const char *line = json_string_value(json_array_get(lines, k));

            if (line)
                read_wait(self, ids, at, line);
        }
    }
}

/* ---- the whole ---- */

/* "Data since      Mon Jan 05 00:00:11 2026 (1767571211)" */
static void read_start(Recording *recording, const char *sdiag)
{
    const char *since = strstr(sdiag, "Data since");
    const char *bracket = since ? strchr(since, '(') : NULL;
    const gint64 at = bracket ? g_ascii_strtoll(bracket + 1, NULL, 10) : 0;

    if (at > 0 && at <= recording->epoch)
        recording->started_at = at - recording->epoch;
}

static void find_end(Recording *recording)
{
    for (guint i = 0; i < recording->runs->len; i++) {
        const RecordedRun *run = g_ptr_array_index(recording->runs, i);
        const Instant last = run->end_at == INSTANT_NEVER ? run->start_at : run->end_at;

        recording->until = MAX(recording->until, last);
    }
}

static void read_root(Reader *self, const json_t *root)
{
    const json_t *meta = json_object_get(root, "meta");
    const json_t *jobs = json_object_get(root, "jobs");

    self->recording->slurm = g_strdup(text_of(meta, "slurm"));
    self->recording->epoch = read_instant(self, "meta", meta, "t0");
    if (self->recording->epoch == INSTANT_NEVER)
        self->recording->epoch = 0;
    self->steps = recordedsteps_parse(json_string_value(json_object_get(root, "sacct")));
    for (size_t i = 0; i < json_array_size(jobs); i++)
        read_job(self, json_array_get(jobs, i));
    read_commands(self, json_object_get(root, "commands"));
    read_samples(self, json_object_get(root, "samples"), jobs);
    read_start(self->recording, text_of(root, "sdiag"));
    recording_sort(self->recording);
    find_end(self->recording);
    g_clear_pointer(&self->steps, g_hash_table_unref);
}

static json_t *load_root(const char *path, Diags *diags)
{
    json_error_t problem;
    json_t *root = json_load_file(path, 0, &problem);

    if (json_is_array(json_object_get(root, "jobs")) &&
        json_is_object(json_object_get(root, "meta")))
        return root;
    diags_add(diags, DIAG_ERROR, path, root ? 0 : problem.line, root ? 0 : problem.column, NULL,
              "expected a recording with meta and jobs, found %s",
              root ? "another JSON text" : problem.text);
    json_decref(root);
    return NULL;
}

char *recordingfile_version(const char *path, Diags *diags)
{
    json_t *root = load_root(path, diags);
    const char *text = root ? text_of(json_object_get(root, "meta"), "slurm") : "";
    char *version = NULL;

    text += strcspn(text, "0123456789");
    if (root)
        version = g_strndup(text, strspn(text, "0123456789."));
    json_decref(root);
    return version;
}

Recording *recordingfile_load(const char *path, Load *load, Diags *diags)
{
    g_autoptr(Recording) recording = recording_new();
    Reader reader = {.path = path, .load = load, .diags = diags, .recording = recording};
    const size_t before = diags_count(diags, DIAG_ERROR);
    json_t *root = load_root(path, diags);

    if (!root)
        return NULL;
    read_root(&reader, root);
    json_decref(root);
    if (diags_count(diags, DIAG_ERROR) > before)
        return NULL;
    return g_steal_pointer(&recording);
}
