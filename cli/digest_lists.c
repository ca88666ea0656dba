/* What one answer says as a whole, and lists beside its runs. */
#include "cli/digest_part.h"

#include <string.h>

typedef struct {
    const char *path, *title, *kind;
} Field;

static const Field facts[] = {
    {"workflow", "Workflow", "text"},
    {"user", "User", "text"},
    {"slurm_version", "Slurm", "text"},
    {"policy", "Policy", "text"},
    {"cpus", "CPUs of the cluster", "number"},
    {"processors", "Processors", "number"},
    {"strategy", "Submitted", "text"},
    {"objective", "Best by", "text"},
    {"makespan", "Makespan", "span"},
    {"makespan_p90", "Makespan, p90", "span"},
    {"baseline.makespan", "Makespan as the file says", "span"},
    {"baseline.gain", "Gain", "span"},
    {"cost", "Billing hours", "number"},
    {"baseline.cost", "Billing hours as the file says", "number"},
    {"deadline", "Deadline", "instant"},
    {"deadline_met", "Deadline met", "bool"},
    {"metrics.runs", "Runs", "number"},
    {"metrics.waiting", "Never started", "number"},
    {"metrics.cancelled", "Cancelled before", "number"},
    {"metrics.makespan", "Makespan", "span"},
    {"metrics.wait.mean", "Wait, mean", "span"},
    {"metrics.wait.median", "Wait, median", "span"},
    {"metrics.wait.p95", "Wait, p95", "span"},
    {"metrics.wait.max", "Wait, longest", "span"},
    {"metrics.bounded_slowdown.mean", "Bounded slowdown, mean", "number"},
    {"metrics.utilisation", "Utilisation", "percent"},
};

/* A list of maps as a table. */
typedef struct {
    const char *key, *title, *note;
    Field fields[8]; /* ends with one without a path */
} List;

static const List lists[] = {
    {"jobs",
     "Choices",
     "Why each job is to run there, and what sbatch is asked for; dependencies come with the "
     "submission.",
     {{"name", "Job", "text"}, {"why", "Why so", "text"}, {"sbatch", "Options of sbatch", "text"}}},
    {"considered",
     "Alternatives",
     "What was simulated, the best first.",
     {{"label", "Alternative", "text"},
      {"strategy", "Submitted", "text"},
      {"partition", "Partition", "text"},
      {"qos", "QoS", "text"},
      {"makespan", "Makespan", "span"},
      {"cost", "Billing hours", "number"},
      {"chosen", "Chosen", "bool"},
      {"note", "Note", "text"}}},
    {"rejected",
     "Cannot work",
     NULL,
     {{"job", "Job", "text"},
      {"n_jobs", "Jobs alike", "number"},
      {"partition", "Partition", "text"},
      {"qos", "QoS", "text"},
      {"reason", "Reason", "text"}}},
    {"commands",
     "Commands",
     "Changes of the scenario; a status other than 0: refused.",
     {{"t", "Time", "instant"},
      {"cmd", "Command", "text"},
      {"status", "Status", "number"},
      {"message", "Message", "text"}}},
};

static json_t *value_at(const json_t *root, const char *path)
{
    g_auto(GStrv) parts = g_strsplit(path, ".", -1);
    const json_t *value = root;

    for (char **part = parts; *part; part++)
        value = json_object_get(value, *part);
    return (json_t *)(guintptr)value;
}

/* Words of a list are joined; (transfer full) null for what cannot stand in a table. */
static json_t *cell_of(const json_t *value)
{
    g_autoptr(GString) words = g_string_new(NULL);
    size_t i;
    json_t *word;

    if (json_is_string(value) || json_is_number(value) || json_is_boolean(value))
        return json_incref((json_t *)(guintptr)value);
    json_array_foreach((json_t *)(guintptr)value, i, word) if (json_is_string(word))
        g_string_append_printf(words, "%s%s", i ? " " : "", json_string_value(word));
    return words->len > 0 ? json_string(words->str) : json_null();
}

json_t *digest_facts(const json_t *root)
{
    json_t *out = json_array();

    for (size_t i = 0; i < G_N_ELEMENTS(facts); i++) {
        json_t *value = cell_of(value_at(root, facts[i].path));
        json_t *fact;

        if (json_is_null(value) || (g_str_equal(facts[i].path, "deadline_met") &&
                                    !json_is_number(json_object_get(root, "deadline")))) {
            json_decref(value);
            continue;
        }
        fact = json_object();
        json_object_set_new(fact, "label", json_string(facts[i].title));
        json_object_set_new(fact, "value", value);
        json_object_set_new(fact, "kind", json_string(facts[i].kind));
        json_array_append_new(out, fact);
    }
    return out;
}

static json_t *table_of(const char *title, const char *note)
{
    json_t *out = json_object();

    json_object_set_new(out, "title", json_string(title));
    json_object_set_new(out, "note", note ? json_string(note) : json_null());
    json_object_set_new(out, "columns", json_array());
    json_object_set_new(out, "rows", json_array());
    return out;
}

static size_t field_count(const List *list)
{
    size_t n = 0;

    while (n < G_N_ELEMENTS(list->fields) && list->fields[n].path)
        n++;
    return n;
}

static void add_list(json_t *tables, const json_t *root, const List *list)
{
    const json_t *entries = json_object_get(root, list->key);
    const size_t n = field_count(list);
    json_t *table, *entry;
    size_t i;

    if (json_array_size(entries) == 0)
        return;
    table = table_of(list->title, list->note);
    for (size_t k = 0; k < n; k++)
        json_array_append_new(json_object_get(table, "columns"),
                              digest_column(NULL, list->fields[k].title, list->fields[k].kind));
    json_array_foreach((json_t *)(guintptr)entries, i, entry)
    {
        json_t *row = json_array();

        for (size_t k = 0; k < n; k++)
            json_array_append_new(row, cell_of(value_at(entry, list->fields[k].path)));
        json_array_append_new(json_object_get(table, "rows"), row);
    }
    json_array_append_new(tables, table);
}

static void add_refused(json_t *tables, const json_t *root)
{
    const json_t *refused = json_object_get(root, "refused");
    json_t *table, *message;
    const char *job;

    if (json_object_size(refused) == 0)
        return;
    table = table_of("Refused", "What sbatch would say.");
    json_array_append_new(json_object_get(table, "columns"), digest_column(NULL, "Job", "text"));
    json_array_append_new(json_object_get(table, "columns"),
                          digest_column(NULL, "Message", "text"));
    json_object_foreach((json_t *)(guintptr)refused, job, message)
    {
        json_t *row = json_array();

        json_array_append_new(row, json_string(job));
        json_array_append_new(row, cell_of(message));
        json_array_append_new(json_object_get(table, "rows"), row);
    }
    json_array_append_new(tables, table);
}

void digest_answer_tables(json_t *tables, const json_t *root)
{
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
        add_list(tables, root, &lists[i]);
    add_refused(tables, root);
}
