/* The runs of a digest: columns in which something stands. */
#include "cli/digest_part.h"

#include "cli/digest.h"

#include <string.h>

typedef struct {
    const char *key, *title, *kind;
} Column;

/* Those without a member of the same name in an answer are worked out by value_of. */
static const Column columns[] = {
    {"job", "Job", "text"},
    {"user", "User", "text"},
    {"account", "Account", "text"},
    {"partition", "Partition", "text"},
    {"qos", "QoS", "text"},
    {"state", "State", "text"},
    {"submit", "Submitted", "instant"},
    {"eligible", "Eligible", "instant"},
    {"start", "Start", "instant"},
    {"end", "End", "instant"},
    {"waited", "Wait", "span"},
    {"ran", "Run", "span"},
    {"limit", "Limit", "span"},
    {"suspended", "Suspended", "span"},
    {"cpus", "CPUs", "number"},
    {"hosts", "Nodes", "text"},
    {"priority", "Priority", "number"},
    {"cost", "Cost", "number"},
    {"critical", "Critical", "bool"},
    {"conditional", "If another fails", "bool"},
    {"reason", "Waits for", "text"},
};

json_t *digest_column(const char *key, const char *title, const char *kind)
{
    json_t *out = json_object();

    if (key)
        json_object_set_new(out, "key", json_string(key));
    json_object_set_new(out, "title", json_string(title));
    json_object_set_new(out, "kind", json_string(kind));
    return out;
}

static json_t *text_or_null(const char *text)
{
    return text ? json_string(text) : json_null();
}

static json_t *ran_of(const TimelineRun *run)
{
    if (run->start_at == INSTANT_NEVER || run->end_at == INSTANT_NEVER)
        return json_null();
    return json_integer(run->end_at - run->start_at);
}

/* A member that says nothing when it is 0 or false, or is of an unexpected type, is left out. */
static json_t *member_of(const json_t *entry, const Column *column)
{
    json_t *value = json_object_get(entry, column->key);
    const bool is_flag = g_str_equal(column->kind, "bool");

    if (json_is_string(value) && *json_string_value(value))
        return json_incref(value);
    if (is_flag)
        return json_is_true(value) ? json_true() : json_null();
    if (json_is_number(value) &&
        !(g_str_equal(column->key, "suspended") && json_number_value(value) == 0))
        return json_incref(value);
    return json_null();
}

static json_t *value_of(const TimelineRun *run, const json_t *entry, const Column *column)
{
    const char *key = column->key;

    if (g_str_equal(key, "job"))
        return json_string(run->job);
    if (g_str_equal(key, "waited"))
        return timeline_wait(run) < 0 ? json_null() : json_integer(timeline_wait(run));
    if (g_str_equal(key, "ran"))
        return ran_of(run);
    if (g_str_equal(key, "hosts"))
        return text_or_null(run->nodes);
    if (g_str_equal(key, "cpus"))
        return run->cpus > 0 ? json_integer(run->cpus) : json_null();
    return member_of(entry, column);
}

/* Whether the column is anything but null. One pass over all runs. */
static bool is_used(const Timeline *timeline, const json_t *list, const Column *column)
{
    for (guint i = 0; i < timeline->runs->len; i++) {
        json_t *value =
            value_of(g_ptr_array_index(timeline->runs, i), json_array_get(list, i), column);
        const bool used = !json_is_null(value);

        json_decref(value);
        if (used)
            return true;
    }
    return false;
}

static json_t *row_of(const TimelineRun *run, const json_t *entry, const bool *used)
{
    json_t *out = json_array();

    for (size_t i = 0; i < G_N_ELEMENTS(columns); i++)
        if (used[i])
            json_array_append_new(out, value_of(run, entry, &columns[i]));
    return out;
}

json_t *digest_runs(const Timeline *timeline, const json_t *list)
{
    const guint every = (timeline->runs->len + DIGEST_ROWS - 1) / DIGEST_ROWS;
    json_t *out = json_object(), *titles = json_array(), *rows = json_array();
    bool used[G_N_ELEMENTS(columns)];

    for (size_t i = 0; i < G_N_ELEMENTS(columns); i++) {
        used[i] = is_used(timeline, list, &columns[i]);
        if (used[i])
            json_array_append_new(titles,
                                  digest_column(columns[i].key, columns[i].title, columns[i].kind));
    }
    for (guint i = 0; i < timeline->runs->len; i += MAX(every, 1))
        json_array_append_new(
            rows, row_of(g_ptr_array_index(timeline->runs, i), json_array_get(list, i), used));
    json_object_set_new(out, "name", json_string(timeline->name));
    json_object_set_new(out, "cpus", json_integer(timeline->cpus));
    json_object_set_new(out, "from", json_integer(timeline->from));
    json_object_set_new(out, "to", json_integer(timeline->to));
    json_object_set_new(out, "now",
                        timeline->now == INSTANT_NEVER ? json_null() : json_integer(timeline->now));
    json_object_set_new(out, "total", json_integer(timeline->runs->len));
    json_object_set_new(out, "every", json_integer(MAX(every, 1)));
    json_object_set_new(out, "columns", titles);
    json_object_set_new(out, "rows", rows);
    return out;
}
