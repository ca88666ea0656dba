/* The tables of a digest: numbers side by side, and what an answer lists beside its runs. */
#include "cli/digest_part.h"

#include "base/units.h"

#include <string.h>

/* ---- numbers ----------------------------------------------------------------------------- */

typedef struct {
    const char *name, *title, *kind;
} Measured;

/* Words for numbers; what is not here keeps its name. */
static const Measured measures[] = {
    {"makespan", "Makespan", "span"},
    {"makespan_p90", "Makespan, p90", "span"},
    {"wait.mean", "Wait, mean", "span"},
    {"wait.median", "Wait, median", "span"},
    {"wait.p95", "Wait, p95", "span"},
    {"wait.max", "Wait, longest", "span"},
    {"bounded_slowdown.mean", "Slowdown, mean", "number"},
    {"bounded_slowdown.median", "Slowdown, median", "number"},
    {"bounded_slowdown.p95", "Slowdown, p95", "number"},
    {"bounded_slowdown.max", "Slowdown, most", "number"},
    {"slowdown.mean", "Slowdown, mean", "number"},
    {"slowdown.median", "Slowdown, median", "number"},
    {"slowdown.p95", "Slowdown, p95", "number"},
    {"utilisation", "Utilisation", "percent"},
    {"fairness", "Fairness", "percent"},
    {"share", "Share", "percent"},
    {"usage", "Usage", "percent"},
    {"cpu_seconds", "CPU seconds", "number"},
    {"runs", "Runs", "number"},
    {"jobs", "Jobs", "number"},
    {"ended", "Ended", "number"},
    {"waiting", "Never started", "number"},
    {"cancelled", "Cancelled before", "number"},
    {"cost", "Cost", "number"},
    {"preemptions", "Preemptions", "number"},
    {"work_lost", "CPU hours lost", "number"},
    {"deadlines", "Deadlines", "number"},
    {"deadlines_met", "Deadlines met", "number"},
};

static const Measured *measured(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(measures); i++)
        if (g_str_equal(measures[i].name, name))
            return &measures[i];
    return NULL;
}

const char *digest_measure_kind(const char *name)
{
    const Measured *known = measured(name);

    return known ? known->kind : "number";
}

static const char *measure_title(const char *name)
{
    const Measured *known = measured(name);

    return known ? known->title : name;
}

/* "wait.p95" of {"wait": {"p95": 3}}; (transfer full) null where there is none. */
static json_t *number_at(const json_t *metrics, const char *name)
{
    g_auto(GStrv) parts = g_strsplit(name, ".", 2);
    json_t *direct = json_object_get(metrics, name);
    json_t *value = direct ? direct : json_object_get(metrics, parts[0]);

    if (!direct && parts[1])
        value = json_object_get(value, parts[1]);
    return json_is_number(value) ? json_incref(value) : json_null();
}

static void add_name(GPtrArray *names, char *name)
{
    g_autofree char *owned = name;

    if (!g_ptr_array_find_with_equal_func(names, owned, g_str_equal, NULL))
        g_ptr_array_add(names, g_steal_pointer(&owned));
}

/* The numbers in @metrics, those in maps as "map.number", in their order. */
static void add_names(GPtrArray *names, const json_t *metrics)
{
    const char *key, *inner;
    json_t *value, *number;

    json_object_foreach((json_t *)(guintptr)metrics, key, value)
    {
        if (json_is_number(value))
            add_name(names, g_strdup(key));
        json_object_foreach(value, inner, number) if (json_is_number(number))
            add_name(names, g_strconcat(key, ".", inner, NULL));
    }
}

/* ---- tables ------------------------------------------------------------------------------ */

static json_t *table_new(json_t *tables, const char *title, const char *note)
{
    json_t *out = json_object();

    json_object_set_new(out, "title", json_string(title));
    json_object_set_new(out, "note", note ? json_string(note) : json_null());
    json_object_set_new(out, "columns", json_array());
    json_object_set_new(out, "rows", json_array());
    json_array_append_new(tables, out);
    return out;
}

static void add_column(json_t *table, const char *title, const char *kind)
{
    json_array_append_new(json_object_get(table, "columns"), digest_column(NULL, title, kind));
}

static json_t *add_row(json_t *table)
{
    json_t *row = json_array();

    json_array_append_new(json_object_get(table, "rows"), row);
    return row;
}

static void add_numbers(json_t *row, const json_t *metrics, const GPtrArray *names)
{
    for (guint i = 0; i < names->len; i++)
        json_array_append_new(row, number_at(metrics, g_ptr_array_index(names, i)));
}

static void add_measures(json_t *table, const GPtrArray *names)
{
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);

        add_column(table, measure_title(name), digest_measure_kind(name));
    }
}

static json_t *text_of(const json_t *value)
{
    return json_is_string(value) ? json_string(json_string_value(value)) : json_null();
}

/* ---- sides ------------------------------------------------------------------------------- */

static void add_overall(json_t *tables, const char *title, const json_t *sides)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    json_t *table = table_new(tables, title, NULL), *side;
    bool says = false, fails = false;
    size_t i;

    json_array_foreach((json_t *)(guintptr)sides, i, side)
    {
        add_names(names, json_object_get(side, "metrics"));
        says = says || json_is_string(json_object_get(side, "text"));
        fails = fails || json_is_string(json_object_get(side, "problem"));
    }
    add_column(table, "Name", "text");
    add_measures(table, names);
    if (says)
        add_column(table, "Changes", "text");
    if (fails)
        add_column(table, "Problem", "text");
    json_array_foreach((json_t *)(guintptr)sides, i, side)
    {
        json_t *row = add_row(table);

        json_array_append_new(row, text_of(json_object_get(side, "name")));
        add_numbers(row, json_object_get(side, "metrics"), names);
        if (says)
            json_array_append_new(row, text_of(json_object_get(side, "text")));
        if (fails)
            json_array_append_new(row, text_of(json_object_get(side, "problem")));
    }
}

/* A row a measure: the difference, where several seeds were run its interval and what it means. */
static void add_difference(json_t *table, const char *name, const json_t *differences)
{
    const char *measure;
    json_t *found;

    json_object_foreach((json_t *)(guintptr)differences, measure, found)
    {
        json_t *noise = json_object_get(found, "noise");
        json_t *row = add_row(table);
        const char *kind = digest_measure_kind(measure);

        json_array_append_new(row, json_string(name));
        json_array_append_new(row, json_string(measure_title(measure)));
        for (const char *const *key = (const char *const[]){"mean", "low", "high", NULL}; *key;
             key++) {
            json_t *cell = json_object();

            json_object_set_new(cell, "value", number_at(found, *key));
            json_object_set_new(cell, "kind", json_string(kind));
            json_array_append_new(row, cell);
        }
        json_array_append_new(row, !json_is_boolean(noise) ? json_null()
                                   : json_is_true(noise)   ? json_string("noise")
                                                           : json_string("real"));
    }
}

static void add_differences(json_t *tables, const json_t *sides)
{
    const char *first = json_string_value(json_object_get(json_array_get(sides, 0), "name"));
    g_autofree char *title = g_strdup_printf("Difference to %s", first ? first : "the first");
    json_t *table = NULL, *side;
    size_t i;

    json_array_foreach((json_t *)(guintptr)sides, i, side)
    {
        const char *name = json_string_value(json_object_get(side, "name"));
        const json_t *found = json_object_get(side, "difference");

        if (!json_is_object(found))
            continue;
        if (!table) {
            table = table_new(tables, title,
                              "With several seeds: the 95 % interval of the difference; noise if "
                              "it holds 0.");
            add_column(table, "Name", "text");
            add_column(table, "Measure", "text");
            add_column(table, "Difference", "mixed");
            add_column(table, "From", "mixed");
            add_column(table, "To", "mixed");
            add_column(table, "Is", "text");
        }
        add_difference(table, name ? name : "", found);
    }
}

/* A member of the group, side after side. */
static void add_member(json_t *table, const json_t *sides, const char *group, const char *member,
                       const GPtrArray *names)
{
    json_t *side;
    size_t i;

    json_array_foreach((json_t *)(guintptr)sides, i, side)
    {
        const json_t *metrics =
            json_object_get(json_object_get(json_object_get(side, "by"), group), member);
        json_t *row;

        if (!metrics)
            continue;
        row = add_row(table);
        json_array_append_new(row, json_string(member));
        json_array_append_new(row, text_of(json_object_get(side, "name")));
        add_numbers(row, metrics, names);
    }
}

/* "Partition", "QoS" */
static char *group_title(const char *group)
{
    char *out = g_strdup(g_str_equal(group, "qos") ? "QoS" : group);

    out[0] = g_ascii_toupper(out[0]);
    return out;
}

static void add_group(json_t *tables, const json_t *sides, const char *group)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) members = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *first = group_title(group);
    g_autofree char *title = g_strconcat("By ", g_str_equal(group, "qos") ? "QoS" : group, NULL);
    json_t *table, *side, *metrics;
    const char *member;
    size_t i;

    json_array_foreach((json_t *)(guintptr)sides, i, side)
        json_object_foreach(json_object_get(json_object_get(side, "by"), group), member, metrics)
    {
        add_name(members, g_strdup(member));
        add_names(names, metrics);
    }
    if (names->len == 0)
        return;
    table = table_new(tables, title, NULL);
    add_column(table, first, "text");
    add_column(table, "Name", "text");
    add_measures(table, names);
    for (guint k = 0; k < members->len; k++)
        add_member(table, sides, group, g_ptr_array_index(members, k), names);
}

void digest_sides(json_t *tables, const char *title, const json_t *sides)
{
    g_autoptr(GPtrArray) groups = g_ptr_array_new_with_free_func(g_free);
    const char *group;
    json_t *side, *members;
    size_t i;

    add_overall(tables, title, sides);
    add_differences(tables, sides);
    json_array_foreach((json_t *)(guintptr)sides, i, side)
        json_object_foreach(json_object_get(side, "by"), group, members)
            add_name(groups, g_strdup(group));
    for (guint k = 0; k < groups->len; k++)
        add_group(tables, sides, g_ptr_array_index(groups, k));
}
