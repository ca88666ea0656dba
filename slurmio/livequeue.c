/* The queue of a running cluster and its reservations -> jobs.json of a scenario. */
#include "slurmio/livequeue.h"

#include "slurmio/runner.h"
#include "slurmio/scontrol.h"

#include <jansson.h>
#include <string.h>

typedef struct {
    LiveJob *job;
    char *key;         /* its id in the scenario */
    Instant submit_at; /* [s] of the scenario */
} Entry;

typedef struct {
    const LiveTexts *texts;
    Aliases *aliases;
    Diags *diags;
    GArray *entries;     /* Entry, by JobId */
    GHashTable *by_id;   /* JobId and ArrayJobId as text -> GArray of guint indices */
    GPtrArray *lines;    /* entries of the file as JSON */
    guint hetjobs, gone; /* how many were told so far */
} Queue;

static void entry_clear(void *data)
{
    Entry *entry = data;

    live_job_free(entry->job);
    g_free(entry->key);
}

static void say(Queue *self, const char *text)
{
    diags_add(self->diags, DIAG_WARNING, "", 0, 0, NULL, "%s", text);
}

/* ---- the jobs ---- */

static GHashTable *names_by_id(const char *rows)
{
    GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_auto(GStrv) records = g_strsplit(rows, RUNNER_RECORD, -1);

    for (char **record = records; *record; record++) {
        char *unit = strstr(*record, RUNNER_UNIT);
        size_t length = strlen(*record);

        if (!unit)
            continue;
        if (length > 0 && (*record)[length - 1] == '\n')
            (*record)[length - 1] = '\0';
        g_hash_table_replace(names, g_strndup(*record, (gsize)(unit - *record)),
                             g_strdup(unit + 1));
    }
    return names;
}

static bool is_one_task(const LiveJob *job)
{
    return job->tasks && !job->tasks[strspn(job->tasks, "0123456789")];
}

/* As people write it: 12, the task 12_3; the waiting rest of an array is 12. */
static char *key_of(const LiveJob *job)
{
    if (job->array && is_one_task(job))
        return g_strdup_printf("%" G_GUINT64_FORMAT "_%s", job->array, job->tasks);
    return g_strdup_printf("%" G_GUINT64_FORMAT, job->array ? job->array : job->id);
}

static void index_entry(Queue *self, uint64_t id, guint index)
{
    g_autofree char *key = g_strdup_printf("%" G_GUINT64_FORMAT, id);
    GArray *list = g_hash_table_lookup(self->by_id, key);

    if (!list) {
        list = g_array_new(FALSE, FALSE, sizeof(guint));
        g_hash_table_insert(self->by_id, g_steal_pointer(&key), list);
    }
    g_array_append_val(list, index);
}

static void take_job(Queue *self, const char *record, const GHashTable *names)
{
    g_autofree char *id = scontrol_value(record, "JobId");
    const char *name =
        id ? g_hash_table_lookup((GHashTable *)(guintptr)names, id) : NULL; /* only read */
    g_autoptr(LiveJob) job = live_job_parse(record, name, &self->texts->rules);
    Entry entry;

    if (job->id == 0 || job->state == LIVE_GONE)
        return;
    self->hetjobs += job->is_hetjob;
    entry.key = key_of(job);
    entry.submit_at = MIN(job->waits_since - self->texts->now, 0);
    entry.job = g_steal_pointer(&job);
    g_array_append_val(self->entries, entry);
}

static gint by_job_id(gconstpointer a, gconstpointer b)
{
    const Entry *left = a, *right = b;

    return (left->job->id > right->job->id) - (left->job->id < right->job->id);
}

static void take_jobs(Queue *self)
{
    g_autoptr(GPtrArray) records = scontrol_records(self->texts->jobs, "JobId");
    g_autoptr(GHashTable) names = names_by_id(self->texts->names);

    for (guint i = 0; i < records->len; i++)
        take_job(self, records->pdata[i], names);
    g_array_sort(self->entries, by_job_id);
    for (guint i = 0; i < self->entries->len; i++) {
        const Entry *entry = &g_array_index(self->entries, Entry, i);

        index_entry(self, entry->job->id, i);
        if (entry->job->array && entry->job->array != entry->job->id)
            index_entry(self, entry->job->array, i);
    }
}

/* ---- dependencies ---- */

/* "afterok:5_*+10(unfulfilled)" taken apart. */
typedef struct {
    char *type;
    char *id;    /* NULL for singleton */
    char *task;  /* "3"; NULL: all of it */
    char *delay; /* [min]; NULL */
    bool failed; /* it can never hold */
} Need;

static void need_clear(Need *self)
{
    g_free(self->type);
    g_free(self->id);
    g_free(self->task);
    g_free(self->delay);
}

static Need need_parse(const char *text)
{
    Need need = {.failed = strstr(text, "(failed)") != NULL};
    g_autofree char *plain = g_strndup(text, strcspn(text, "("));
    char *plus = strchr(plain, '+');
    char *colon, *task;

    if (plus) {
        need.delay = g_strdup(plus + 1);
        *plus = '\0';
    }
    colon = strchr(plain, ':');
    need.type = colon ? g_strndup(plain, (gsize)(colon - plain)) : g_strdup(plain);
    task = colon ? strchr(colon, '_') : NULL;
    if (task && task[1] != '*')
        need.task = g_strdup(task + 1);
    if (task)
        *task = '\0';
    need.id = colon ? g_strdup(colon + 1) : NULL;
    return need;
}

static bool is_meant(const Need *need, const Entry *entry)
{
    return !need->task || !is_one_task(entry->job) || g_str_equal(need->task, entry->job->tasks);
}

/* What the job waits for is submitted before it; its own age has not begun to count anyway. */
static void add_after(json_t *afters, const Need *need, const Entry *other, Entry *entry)
{
    json_t *after = json_pack("[s, s]", need->type, other->key);

    if (need->delay)
        json_array_append_new(after, json_integer(g_ascii_strtoll(need->delay, NULL, 10)));
    json_array_append_new(afters, after);
    entry->submit_at = MAX(entry->submit_at, other->submit_at);
}

static void add_need(Queue *self, guint index, const Need *need, json_t *afters)
{
    Entry *entry = &g_array_index(self->entries, Entry, index);
    const GArray *others = need->id ? g_hash_table_lookup(self->by_id, need->id) : NULL;

    if (g_str_equal(need->type, "singleton"))
        json_array_append_new(afters, json_string("singleton"));
    for (guint i = 0; others && i < others->len; i++) {
        const guint other = g_array_index(others, guint, i);

        if (other < index && is_meant(need, &g_array_index(self->entries, Entry, other)))
            add_after(afters, need, &g_array_index(self->entries, Entry, other), entry);
        else if (other > index)
            self->gone++;
    }
}

/* What holds already Slurm has taken off its list; what can never hold keeps the job for ever. */
static json_t *afters_of(Queue *self, guint index)
{
    const LiveJob *job = g_array_index(self->entries, Entry, index).job;
    g_auto(GStrv) parts = g_strsplit_set(job->dependency ? job->dependency : "", ",?", -1);
    json_t *afters = json_array();

    for (char **part = parts; *part && job->state == LIVE_PENDING; part++) {
        Need need = need_parse(*part);

        if (need.failed)
            g_ptr_array_add(job->args, g_strdup("--hold"));
        else
            add_need(self, index, &need, afters);
        need_clear(&need);
    }
    return afters;
}

/* ---- the file ---- */

static void add_line(Queue *self, json_t *entry)
{
    char *dumped = json_dumps(entry, JSON_COMPACT);

    g_ptr_array_add(self->lines, g_strdup(dumped));
    free(dumped);
    json_decref(entry);
}

static json_t *args_of(const Queue *self, const Entry *entry)
{
    const LiveJob *job = entry->job;
    json_t *args = json_array();
    g_autofree char *name =
        g_strconcat("--job-name=", alias_of(self->aliases, ALIAS_JOB, job->name), NULL);

    json_array_append_new(args, json_string(name));
    for (guint i = 0; i < job->args->len; i++) {
        const char *word = job->args->pdata[i];
        g_autofree char *told = NULL;

        if (g_str_has_prefix(word, "--account="))
            told =
                g_strconcat("--account=", alias_of(self->aliases, ALIAS_ACCOUNT, word + 10), NULL);
        if (g_str_has_prefix(word, "--reservation="))
            told = g_strconcat(
                "--reservation=", alias_of(self->aliases, ALIAS_RESERVATION, word + 14), NULL);
        json_array_append_new(args, json_string(told ? told : word));
    }
    return args;
}

static void add_job(Queue *self, guint index)
{
    json_t *afters = afters_of(self, index);
    const Entry *entry = &g_array_index(self->entries, Entry, index);
    const LiveJob *job = entry->job;
    const Instant started = MIN(-job->elapsed, 0);
    json_t *line = json_object();

    json_object_set_new(line, "id", json_string(entry->key));
    json_object_set_new(
        line, "submit",
        json_integer(job->nodes ? MIN(entry->submit_at, started) : entry->submit_at));
    json_object_set_new(line, "user", json_string(alias_of(self->aliases, ALIAS_USER, job->user)));
    if (job->nodes) {
        json_object_set_new(line, "started", json_integer(started));
        json_object_set_new(line, "nodes", json_string(job->nodes));
    }
    if (json_array_size(afters) > 0)
        json_object_set(line, "after", afters);
    json_object_set_new(line, "args", args_of(self, entry));
    json_decref(afters);
    add_line(self, line);
}

static void add_suspensions(Queue *self)
{
    for (guint i = 0; i < self->entries->len; i++) {
        const Entry *entry = &g_array_index(self->entries, Entry, i);
        g_autofree char *id = g_strdup_printf("{%s}", entry->key);

        if (entry->job->state == LIVE_SUSPENDED)
            add_line(self, json_pack("{s:i, s:[s, s, s]}", "submit", 0, "cmd", "scontrol",
                                     "suspend", id));
    }
}

/* ---- reservations ---- */

/* Flags that a user may give; others only describe. */
static char *flags_of(const char *record)
{
    static const char *const given[] = {"MAINT",
                                        "OVERLAP",
                                        "FLEX",
                                        "DAILY",
                                        "WEEKLY",
                                        "WEEKDAY",
                                        "WEEKEND",
                                        "HOURLY",
                                        "MAGNETIC",
                                        "ANY_NODES",
                                        "NO_HOLD_JOBS_AFTER"};
    g_autofree char *flags = scontrol_value(record, "Flags");
    g_auto(GStrv) words = g_strsplit(flags ? flags : "", ",", -1);
    GString *out = g_string_new("IGNORE_JOBS"); /* it is there, whatever runs on its nodes */

    for (char **word = words; *word; word++)
        for (size_t i = 0; i < G_N_ELEMENTS(given); i++)
            if (g_str_has_prefix(*word, given[i]) && strlen(*word) == strlen(given[i]))
                g_string_append_printf(out, ",%s", *word);
    return g_string_free(out, FALSE);
}

static void add_people(Queue *self, json_t *words, const char *record, const char *key,
                       AliasKind kind)
{
    g_autofree char *names = scontrol_value(record, key);
    g_autofree char *told = names ? alias_list(self->aliases, kind, names) : NULL;
    g_autofree char *word = told ? g_strdup_printf("%s=%s", key, told) : NULL;

    if (word)
        json_array_append_new(words, json_string(word));
}

static void add_word(json_t *words, const char *key, const char *value)
{
    g_autofree char *word = g_strdup_printf("%s=%s", key, value);

    json_array_append_new(words, json_string(word));
}

/* Before second 0: then it is there before the jobs that ask for it. */
static void add_reservation(Queue *self, const char *record)
{
    g_autofree char *name = scontrol_value(record, "ReservationName");
    g_autofree char *nodes = scontrol_value(record, "Nodes");
    g_autofree char *start = live_time(scontrol_number(record, "StartTime", self->texts->now));
    g_autofree char *end = live_time(scontrol_number(record, "EndTime", self->texts->now));
    g_autofree char *flags = flags_of(record);
    json_t *words;

    if (!name || !nodes) {
        say(self, "a reservation without nodes (of licenses, say) is left out");
        return;
    }
    words = json_pack("[s, s, s]", "scontrol", "create", "reservation");
    add_word(words, "ReservationName", alias_of(self->aliases, ALIAS_RESERVATION, name));
    add_word(words, "StartTime", start);
    add_word(words, "EndTime", end);
    add_word(words, "Nodes", nodes);
    add_people(self, words, record, "Users", ALIAS_USER);
    add_people(self, words, record, "Accounts", ALIAS_ACCOUNT);
    add_word(words, "Flags", flags);
    add_line(self, json_pack("{s:i, s:o}", "submit", -1, "cmd", words));
}

static void add_reservations(Queue *self)
{
    g_autoptr(GPtrArray) records = scontrol_records(self->texts->reservations, "ReservationName");

    for (guint i = 0; i < records->len; i++)
        add_reservation(self, records->pdata[i]);
}

static void say_what_is_lost(Queue *self)
{
    if (self->hetjobs > 0)
        say(self, "components of heterogeneous jobs count as jobs of their own, which may start "
                  "apart");
    if (self->gone > 0)
        say(self, "a dependency on a job that was submitted later is left out");
}

char *live_queue_json(const LiveTexts *texts, Aliases *aliases, Diags *diags)
{
    Queue queue = {.texts = texts, .aliases = aliases, .diags = diags};
    g_autofree char *joined = NULL;

    queue.entries = g_array_new(FALSE, FALSE, sizeof(Entry));
    g_array_set_clear_func(queue.entries, entry_clear);
    queue.by_id =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
    queue.lines = g_ptr_array_new_with_free_func(g_free);
    take_jobs(&queue);
    add_reservations(&queue);
    for (guint i = 0; i < queue.entries->len; i++)
        add_job(&queue, i);
    add_suspensions(&queue);
    say_what_is_lost(&queue);
    g_ptr_array_add(queue.lines, NULL);
    joined = g_strjoinv(",\n", (char **)queue.lines->pdata);
    g_array_unref(queue.entries);
    g_hash_table_unref(queue.by_id);
    g_ptr_array_unref(queue.lines);
    return g_strdup_printf("[%s%s\n]\n", *joined ? "\n" : "", joined);
}
