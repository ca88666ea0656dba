/* What happened when, read back from srx's own JSON answers. */
#include "cli/timeline.h"

#include "base/error.h"

#include <string.h>

static void run_free(void *data)
{
    TimelineRun *self = data;

    g_free(self->job);
    g_free(self->user);
    g_free(self->partition);
    g_free(self->qos);
    g_free(self->state);
    g_free(self->nodes);
    g_free(self);
}

void timeline_free(Timeline *self)
{
    if (!self)
        return;
    g_free(self->name);
    g_ptr_array_unref(self->runs);
    g_free(self);
}

Span timeline_wait(const TimelineRun *run)
{
    if (run->start_at == INSTANT_NEVER || run->eligible_at == INSTANT_NEVER)
        return -1;
    return MAX(run->start_at - run->eligible_at, 0);
}

/* ---- values ---- */

static char *text_at(const json_t *object, const char *key)
{
    return g_strdup(json_string_value(json_object_get(object, key)));
}

static Instant instant_at(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    if (!json_is_number(value))
        return INSTANT_NEVER;
    return (Instant)CLAMP(json_number_value(value), -1e12, 1e12);
}

static uint32_t count_at(const json_t *object, const char *key)
{
    const json_int_t value = json_integer_value(json_object_get(object, key));

    return (uint32_t)CLAMP(value, 0, (json_int_t)UINT32_MAX);
}

/* "j1", "j1_3", "j1#2" for its second run. */
static char *label_of(const json_t *object)
{
    const json_t *job = json_object_get(object, "job");
    const json_t *name = job ? job : json_object_get(object, "name");
    const json_t *task = json_object_get(object, "task");
    const uint32_t attempt = count_at(object, "attempt");
    g_autoptr(GString) out = g_string_new(NULL);

    if (json_is_integer(name))
        g_string_append_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(name));
    else if (json_is_string(name))
        g_string_append(out, json_string_value(name));
    if (json_is_integer(task))
        g_string_append_printf(out, "_%" JSON_INTEGER_FORMAT, json_integer_value(task));
    if (attempt > 0)
        g_string_append_printf(out, "#%u", attempt + 1);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static TimelineRun *read_run(const json_t *object)
{
    TimelineRun *run = g_new0(TimelineRun, 1);

    *run = (TimelineRun){
        .job = label_of(object),
        .user = text_at(object, "user"),
        .partition = text_at(object, "partition"),
        .qos = text_at(object, "qos"),
        .state = text_at(object, "state"),
        .nodes = text_at(object, json_object_get(object, "node_list") ? "node_list" : "nodes"),
        .submit_at = instant_at(object, "submit"),
        .eligible_at = instant_at(object, "eligible"),
        .start_at = instant_at(object, "start"),
        .end_at = instant_at(object, "end"),
        .cpus = count_at(object, json_object_get(object, "processors") ? "processors" : "cpus"),
        .priority = count_at(object, "priority"),
        .critical = json_is_true(json_object_get(object, "critical")),
    };
    if (!json_object_get(object, "eligible")) /* where nothing holds a job back */
        run->eligible_at = run->submit_at;
    return run;
}

/* ---- answers ---- */

static void widen(Timeline *self, Instant at)
{
    if (at == INSTANT_NEVER)
        return;
    self->from = MIN(self->from, at);
    self->to = MAX(self->to, at);
}

static void find_span(Timeline *self)
{
    self->from = INSTANT_NEVER;
    self->to = -INSTANT_NEVER;
    for (guint i = 0; i < self->runs->len; i++) {
        const TimelineRun *run = g_ptr_array_index(self->runs, i);

        widen(self, run->submit_at);
        widen(self, run->start_at);
        widen(self, run->end_at);
    }
    if (self->from == INSTANT_NEVER)
        self->from = self->to = 0;
    self->to = MAX(self->to, self->from + 1);
}

Timeline *timeline_read(const json_t *root, const char *key, const char *name)
{
    const json_t *list = json_object_get(root, key);
    Timeline *self = g_new0(Timeline, 1);
    size_t i;
    const json_t *entry;

    self->name = g_strdup(name);
    self->runs = g_ptr_array_new_with_free_func(run_free);
    self->cpus = count_at(root, json_object_get(root, "processors") ? "processors" : "cpus");
    self->now = instant_at(root, "now");
    json_array_foreach((json_t *)(guintptr)list, i, entry)
        g_ptr_array_add(self->runs, read_run(entry));
    find_span(self);
    return self;
}

static void add_variants(GPtrArray *out, const json_t *root)
{
    size_t i;
    const json_t *variant;

    json_array_foreach((json_t *)(guintptr)json_object_get(root, "variants"), i, variant)
    {
        const char *name = json_string_value(json_object_get(variant, "name"));

        if (json_is_array(json_object_get(variant, "jobs")))
            g_ptr_array_add(out, timeline_read(variant, "jobs", name ? name : "variant"));
        else if (json_is_array(json_object_get(variant, "runs")))
            g_ptr_array_add(out, timeline_read(variant, "runs", name ? name : "variant"));
    }
}

static void drop_empty(GPtrArray *timelines)
{
    for (guint i = timelines->len; i-- > 0;)
        if (((const Timeline *)g_ptr_array_index(timelines, i))->runs->len == 0)
            g_ptr_array_remove_index(timelines, i);
}

GPtrArray *timelines_read(const json_t *root, const char *name, GError **error)
{
    const char *schema = json_string_value(json_object_get(root, "schema"));
    g_autoptr(GPtrArray) out =
        g_ptr_array_new_with_free_func((GDestroyNotify)(void (*)(void))timeline_free);
    const char *workflow = json_string_value(json_object_get(root, "workflow"));

    if (g_strcmp0(schema, "srx/simulate/1") == 0 || g_strcmp0(schema, "srx/trace/1") == 0)
        g_ptr_array_add(out, timeline_read(root, "runs", name));
    else if (g_strcmp0(schema, "srx/plan/1") == 0)
        g_ptr_array_add(out, timeline_read(root, "jobs", workflow ? workflow : name));
    else if (g_strcmp0(schema, "srx/compare/1") == 0)
        add_variants(out, root);
    else
        return srx_fail_null(error, SRX_ERROR_INPUT,
                             "%s: expected an answer of srx plan, simulate or compare with --json, "
                             "found %s%s",
                             name, schema ? "the schema " : "none", schema ? schema : "");
    drop_empty(out);
    if (out->len == 0)
        return srx_fail_null(error, SRX_ERROR_INPUT, "%s: expected runs to draw, found none", name);
    return g_steal_pointer(&out);
}
