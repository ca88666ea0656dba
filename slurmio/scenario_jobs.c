/* jobs.json or jobs.yaml -> Load: jobs and commands, each with its time. */
#include "slurmio/scenario_jobs.h"

#include "slurmio/sbatchopts.h"

#include <math.h>
#include <string.h>

#define SECONDS_MOST 1e12 /* beyond it a scenario says nonsense */

/* An entry with its exact time: fractions of a second order what Slurm dates to one second. */
typedef struct {
    double at;
    size_t place; /* in the file; rises from entry to entry */
    LoadJob *job; /* one of both is NULL */
    LoadCommand *command;
} Timed;

typedef struct {
    JsonFile *file;
    Diags *diags;
    Diags *scratch; /* what is said about options, empty in between */
    const char *user;
    size_t place;      /* of the entry being read */
    uint32_t entry;    /* 1..: which one it is */
    const char *id;    /* borrowed from the entry or its job */
    GArray *timed;     /* Timed */
    GHashTable *by_id; /* the ids met so far */
} JobsReader;

static void G_GNUC_PRINTF(2, 3) complain(JobsReader *self, const char *format, ...)
{
    g_autofree char *text = NULL;
    g_autofree char *full = NULL;
    va_list values;

    va_start(values, format);
    text = g_strdup_vprintf(format, values);
    va_end(values);
    full = self->id ? g_strdup_printf("job '%s': %s", self->id, text) : g_strdup(text);
    json_file_say(self->file, self->place, self->diags, DIAG_ERROR, full);
}

/* What a value looks like, for messages. */
static char *found(const json_t *value)
{
    char *dumped = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    char *text = g_strndup(dumped ? dumped : "nothing", 60);

    free(dumped);
    return text;
}

static bool absent(const json_t *value)
{
    return !value || json_is_null(value);
}

/* Seconds: a number, or a text such as "90", "10m", "1h30m". */
static bool parse_seconds(const json_t *value, double *out)
{
    const char *text = json_string_value(value);
    char *end = NULL;
    Span span;

    if (json_is_number(value)) {
        *out = json_number_value(value);
    } else if (text) {
        *out = g_ascii_strtod(text, &end);
        if (end == text || *end) {
            if (!duration_parse(text, &span, NULL))
                return false;
            *out = (double)span;
        }
    }
    return (json_is_number(value) || text) && *out > -SECONDS_MOST && *out < SECONDS_MOST;
}

static bool read_seconds(JobsReader *self, const json_t *value, const char *key, double least,
                         double *out)
{
    g_autofree char *text = NULL;

    if (parse_seconds(value, out) && *out >= least)
        return true;
    text = found(value);
    complain(self, "%s: expected %s, found %s", key,
             least < 0 ? "a number of seconds" : "a number of seconds from 0 on", text);
    return false;
}

/* A list of texts; numbers are taken as they are written. */
static char **read_words(JobsReader *self, const json_t *list, const char *key)
{
    g_autofree char *text = NULL;
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
    size_t i;
    const json_t *item;

    json_array_foreach((json_t *)(guintptr)list, i, item)
    {
        if (json_is_string(item))
            g_ptr_array_add(words, g_strdup(json_string_value(item)));
        else if (json_is_integer(item))
            g_ptr_array_add(words,
                            g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(item)));
        else
            break;
    }
    if (json_is_array(list) && words->len == json_array_size(list)) {
        g_ptr_array_add(words, NULL);
        g_ptr_array_set_free_func(words, NULL);
        return (char **)g_ptr_array_free(words, FALSE);
    }
    g_ptr_array_unref(words);
    text = found(list);
    complain(self, "%s: expected a list of texts, found %s", key, text);
    return NULL;
}

/* A list of texts, or one text as a shell would split it. */
static char **read_command_line(JobsReader *self, const json_t *value, const char *key)
{
    g_autoptr(GError) error = NULL;
    char **argv = NULL;

    if (!json_is_string(value))
        return read_words(self, value, key);
    if (!*json_string_value(value))
        return g_new0(char *, 1);
    if (!g_shell_parse_argv(json_string_value(value), NULL, &argv, &error))
        complain(self, "%s: %s", key, error->message);
    return argv;
}

static void read_task_runtimes(JobsReader *self, const json_t *list, JobTruth *truth)
{
    size_t n = json_array_size(list);

    truth->task_runtime = g_new0(Span, MAX(n, 1));
    truth->n_tasks = (uint32_t)n;
    for (size_t i = 0; i < n; i++) {
        double seconds = 0;

        if (!read_seconds(self, json_array_get(list, i), "runtime", 0, &seconds))
            return;
        truth->task_runtime[i] = llround(seconds);
        truth->runtime = MAX(truth->runtime, truth->task_runtime[i]);
    }
}

static void read_runtime(JobsReader *self, const json_t *value, LoadJob *job)
{
    double seconds;

    job->runtime_known = !absent(value);
    if (absent(value))
        return;
    if (json_is_array(value) && json_array_size(value) > 0)
        read_task_runtimes(self, value, &job->truth);
    else if (read_seconds(self, value, "runtime", 0, &seconds))
        job->truth.runtime = llround(seconds);
}

static bool read_exit_code(JobsReader *self, const json_t *value, int *out)
{
    g_autofree char *text = NULL;
    double code = -1;

    if (parse_seconds(value, &code) && code >= 0 && code <= 255 && code == floor(code)) {
        *out = (int)code;
        return true;
    }
    text = found(value);
    complain(self, "exit: expected a status from 0 to 255, found %s", text);
    return false;
}

static void read_exit(JobsReader *self, const json_t *value, JobTruth *truth)
{
    size_t n = json_array_size(value);

    if (absent(value))
        return;
    if (!json_is_array(value)) {
        read_exit_code(self, value, &truth->exit_code);
        return;
    }
    if (truth->n_tasks && truth->n_tasks != n) {
        complain(self, "exit: expected as many entries as runtime has, %u, found %zu",
                 truth->n_tasks, n);
        return;
    }
    truth->n_tasks = (uint32_t)n;
    truth->task_exit = g_new0(int, MAX(n, 1));
    for (size_t i = 0; i < n; i++)
        if (!read_exit_code(self, json_array_get(value, i), &truth->task_exit[i]))
            return;
}

/* "ok+2": two minutes after ok began. */
static void split_delay(LoadAfter *after)
{
    char *plus = after->id ? strrchr(after->id, '+') : NULL;
    char *end = NULL;
    guint64 delay = plus ? g_ascii_strtoull(plus + 1, &end, 10) : 0;

    if (!plus || end == plus + 1 || *end || delay > UINT32_MAX)
        return;
    after->delay = (uint32_t)delay;
    *plus = '\0';
}

static bool is_dependency(JobsReader *self, const char *type)
{
    static const char *const types[] = {"after",      "afterany",  "afterok",
                                        "afternotok", "aftercorr", "singleton"};
    const char *near;

    for (size_t i = 0; i < G_N_ELEMENTS(types); i++)
        if (!strcmp(type, types[i]))
            return true;
    near = nearest_word(type, types, G_N_ELEMENTS(types));
    complain(self, "after: expected a kind of dependency such as afterok, found '%s'%s%s%s", type,
             near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    return false;
}

/* ["afterok", "a"], ["after", "a", 2], "afterok:a" or "singleton". */
static bool read_after(JobsReader *self, const json_t *value, LoadAfter *after)
{
    const char *type = json_string_value(json_is_array(value) ? json_array_get(value, 0) : value);
    const char *id = json_string_value(json_array_get(value, 1));
    const char *colon = type && !json_is_array(value) ? strchr(type, ':') : NULL;
    g_autofree char *text = NULL;
    double delay = 0;

    if (!type || (json_array_size(value) > 2 &&
                  (!parse_seconds(json_array_get(value, 2), &delay) || delay < 0))) {
        text = found(value);
        complain(self, "after: expected entries such as [\"afterok\", \"id\"], found %s", text);
        return false;
    }
    after->type = colon ? g_strndup(type, (size_t)(colon - type)) : g_strdup(type);
    after->id = g_strdup(colon ? colon + 1 : id);
    after->delay = (uint32_t)delay;
    split_delay(after);
    if (!is_dependency(self, after->type))
        return false;
    if (strcmp(after->type, "singleton") == 0) {
        g_clear_pointer(&after->id, g_free);
    } else if (!after->id || !*after->id) {
        complain(self, "after: expected the id of a job behind %s, found none", after->type);
        return false;
    }
    return true;
}

static void read_afters(JobsReader *self, const json_t *list, LoadJob *job)
{
    g_autofree char *text = NULL;
    size_t n = json_array_size(list);

    if (absent(list))
        return;
    if (!json_is_array(list)) {
        text = found(list);
        complain(self, "after: expected a list such as [[\"afterok\", \"id\"]], found %s", text);
        return;
    }
    job->after = g_new0(LoadAfter, MAX(n, 1));
    for (size_t i = 0; i < n; i++) {
        job->n_after = (uint32_t)i + 1;
        if (!read_after(self, json_array_get(list, i), &job->after[i]))
            return;
    }
}

/* Messages about options come with the entry's place. */
static void say_scratch(JobsReader *self)
{
    for (size_t i = 0; i < diags_length(self->scratch); i++) {
        const Diag *diag = diags_nth(self->scratch, i);
        g_autofree char *text = g_strdup_printf("job '%s': %s", self->id, diag->text);

        json_file_say(self->file, self->place, self->diags, diag->level, text);
    }
    if (diags_length(self->scratch)) {
        diags_free(self->scratch);
        self->scratch = diags_new();
    }
}

/* "-n1 : -n4": sbatch's heterogeneous jobs. */
static void drop_components(JobsReader *self, char **argv)
{
    g_autofree char *text = NULL;

    while (*argv && strcmp(*argv, ":") != 0)
        argv++;
    if (!*argv)
        return;
    for (; *argv; argv++)
        g_clear_pointer(argv, g_free);
    text = g_strdup_printf("job '%s': heterogeneous jobs are not simulated: of this one only the "
                           "component before the first ':' is",
                           self->id);
    json_file_say(self->file, self->place, self->diags, DIAG_WARNING, text);
}

static void read_args(JobsReader *self, const json_t *value, JobSpec *spec)
{
    g_auto(GStrv) argv = absent(value) ? NULL : read_command_line(self, value, "args");

    if (!argv)
        return;
    drop_components(self, argv);
    sbatchopts_parse(argv, spec, "", 0, self->scratch);
    say_scratch(self);
}

static const char *read_text(JobsReader *self, const json_t *value, const char *key)
{
    g_autofree char *text = NULL;

    if (absent(value) || (json_is_string(value) && *json_string_value(value)))
        return json_string_value(value);
    text = found(value);
    complain(self, "%s: expected a text, found %s", key, text);
    return NULL;
}

/* A job that runs already: since when, and where. */
static void read_started(JobsReader *self, const json_t *entry, LoadJob *job)
{
    const json_t *started = json_object_get(entry, "started");
    const char *nodes = read_text(self, json_object_get(entry, "nodes"), "nodes");
    double seconds;

    if (absent(started) && !nodes)
        return;
    if (absent(started) || !nodes) {
        complain(self, "expected both started and nodes for a job that runs, found only %s",
                 nodes ? "nodes" : "started");
        return;
    }
    if (!read_seconds(self, started, "started", -SECONDS_MOST, &seconds))
        return;
    if (seconds > 0) {
        complain(self, "started: expected a time not after second 0, found %g", seconds);
        return;
    }
    job->started_at = (Instant)floor(seconds);
    job->nodes = g_strdup(nodes);
}

/* Keys of an entry that are none of @keys. */
static void check_keys(JobsReader *self, const json_t *entry, const char *const *keys, size_t n)
{
    const char *key;
    const json_t *value;

    json_object_foreach((json_t *)(guintptr)entry, key, value)
    {
        const char *near;
        size_t i = 0;

        while (i < n && strcmp(keys[i], key) != 0)
            i++;
        if (i < n)
            continue;
        near = nearest_word(key, keys, n);
        complain(self, "expected a key of an entry, found '%s'%s%s%s", key,
                 near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
}

/* Jobs may have been queued before second 0; commands are only given from then on. */
static bool read_submit(JobsReader *self, const json_t *entry, double least, double *at)
{
    const json_t *submit = json_object_get(entry, "submit");

    if (absent(submit))
        submit = json_object_get(entry, "started");
    *at = 0;
    return absent(submit) || read_seconds(self, submit, "submit", least, at);
}

static void read_job(JobsReader *self, const json_t *entry)
{
    static const char *const keys[] = {"id",    "submit", "runtime", "user", "args",
                                       "after", "exit",   "started", "nodes"};
    const char *user;
    Timed timed = {.place = self->place};

    self->id = read_text(self, json_object_get(entry, "id"), "id");
    check_keys(self, entry, keys, G_N_ELEMENTS(keys));
    if (!self->id) {
        complain(self, "expected an id or a cmd in each entry, found neither");
        return;
    }
    if (g_hash_table_contains(self->by_id, self->id)) {
        complain(self, "expected an id of its own, found one that was used before");
        return;
    }
    timed.job = load_job_new(self->id);
    user = read_text(self, json_object_get(entry, "user"), "user");
    timed.job->user = g_strdup(user ? user : self->user);
    read_submit(self, entry, -SECONDS_MOST, &timed.at);
    timed.job->submit_at = (Instant)floor(timed.at);
    read_runtime(self, json_object_get(entry, "runtime"), timed.job);
    read_exit(self, json_object_get(entry, "exit"), &timed.job->truth);
    read_afters(self, json_object_get(entry, "after"), timed.job);
    read_started(self, entry, timed.job);
    read_args(self, json_object_get(entry, "args"), timed.job->spec);
    if (!timed.job->spec->name)
        timed.job->spec->name = g_strdup(self->id);
    g_array_append_val(self->timed, timed);
    g_hash_table_add(self->by_id, timed.job->id);
}

static void read_command(JobsReader *self, const json_t *entry)
{
    static const char *const keys[] = {"submit", "cmd"};
    g_auto(GStrv) argv = read_command_line(self, json_object_get(entry, "cmd"), "cmd");
    Timed timed = {.place = self->place};

    check_keys(self, entry, keys, G_N_ELEMENTS(keys));
    if (!argv || !read_submit(self, entry, -SECONDS_MOST, &timed.at))
        return;
    if (!argv[0] || (strcmp(argv[0], "scontrol") != 0 && strcmp(argv[0], "scancel") != 0)) {
        complain(self, "cmd: expected a command line of scontrol or scancel, found '%s'",
                 argv[0] ? argv[0] : "");
        return;
    }
    timed.command = g_new0(LoadCommand, 1);
    timed.command->at = (Instant)floor(timed.at);
    timed.command->entry = self->entry;
    timed.command->argv = g_steal_pointer(&argv);
    g_array_append_val(self->timed, timed);
}

static gint compare_timed(gconstpointer a, gconstpointer b)
{
    const Timed *left = a, *right = b;

    if (left->at < right->at || left->at > right->at)
        return left->at < right->at ? -1 : 1;
    return (left->place > right->place) - (left->place < right->place);
}

/* Dependencies name jobs that were submitted before, as ids of Slurm do. */
static void check_afters(JobsReader *self, const Timed *timed, GHashTable *submitted)
{
    const LoadJob *job = timed->job;

    self->place = timed->place;
    self->id = job->id;
    for (uint32_t i = 0; i < job->n_after; i++) {
        const char *id = job->after[i].id;

        if (!id || g_hash_table_contains(submitted, id))
            continue;
        if (g_hash_table_contains(self->by_id, id))
            complain(self, "after: expected a job submitted before this one, found '%s'", id);
        else
            complain(self, "after: expected the id of another job, found '%s'", id);
    }
}

/* {id} in a command stands for a job; one that is not there yet is Slurm's to refuse. */
static void check_command(JobsReader *self, const Timed *timed)
{
    self->place = timed->place;
    self->id = NULL;
    for (char **word = timed->command->argv; *word; word++) {
        for (const char *open = strchr(*word, '{'); open; open = strchr(open + 1, '{')) {
            const char *close = strchr(open, '}');
            g_autofree char *id = close ? g_strndup(open + 1, (size_t)(close - open - 1)) : NULL;

            if (id && !g_hash_table_contains(self->by_id, id))
                complain(self, "cmd: expected the id of a job of this file in braces, found '%s'",
                         id);
        }
    }
}

static void check_order(JobsReader *self)
{
    g_autoptr(GHashTable) submitted = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < self->timed->len; i++) {
        const Timed *timed = &g_array_index(self->timed, Timed, i);

        if (timed->command) {
            check_command(self, timed);
            continue;
        }
        check_afters(self, timed, submitted);
        g_hash_table_add(submitted, timed->job->id);
    }
}

static Load *hand_over(JobsReader *self)
{
    Load *load = load_new();

    for (guint i = 0; i < self->timed->len; i++) {
        const Timed *timed = &g_array_index(self->timed, Timed, i);

        if (timed->job)
            g_ptr_array_add(load->jobs, timed->job);
        else
            g_ptr_array_add(load->commands, timed->command);
    }
    load_sort(load); /* stable: fractions of a second keep their order */
    return load;
}

static void read_entry(JobsReader *self, const json_t *entry)
{
    self->entry++;
    self->id = NULL;
    if (!json_is_object(entry))
        complain(self,
                 "expected an entry such as {\"id\": \"j1\", \"submit\": 0, \"runtime\": 60}");
    else if (json_object_get(entry, "cmd"))
        read_command(self, entry);
    else
        read_job(self, entry);
}

Load *scenario_jobs_load(const char *path, const char *user, Diags *diags)
{
    g_autoptr(JsonFile) file = json_file_load(path, diags);
    JobsReader reader = {.file = file, .diags = diags, .user = user};
    size_t before = diags_count(diags, DIAG_ERROR);
    json_t *entry;
    Load *load;

    if (!file)
        return NULL;
    reader.scratch = diags_new();
    reader.timed = g_array_new(FALSE, FALSE, sizeof(Timed));
    reader.by_id = g_hash_table_new(g_str_hash, g_str_equal);
    while (json_file_next(file, &entry, &reader.place, diags)) {
        read_entry(&reader, entry);
        json_decref(entry);
    }
    g_array_sort(reader.timed, compare_timed);
    check_order(&reader);
    load = hand_over(&reader);
    g_array_unref(reader.timed);
    g_hash_table_unref(reader.by_id);
    diags_free(reader.scratch);
    if (diags_count(diags, DIAG_ERROR) > before)
        g_clear_pointer(&load, load_free);
    return load;
}
