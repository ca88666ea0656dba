/* What a page of results shows, as data for its script. */
#include "cli/digest.h"

#include "cli/digest_part.h"
#include "cli/loadcurve.h"

#include <math.h>
#include <string.h>

enum { CURVE_PARTS = 500 };

typedef struct {
    GPtrArray *timelines; /* Timeline *, of those in shown */
    json_t *shown, *tables, *notes, *sides;
} Digest;

void digest_answer_free(DigestAnswer *self)
{
    if (!self)
        return;
    g_free(self->name);
    json_decref(self->root);
    g_free(self);
}

/* ---- answers ----------------------------------------------------------------------------- */

static void add_timeline(Digest *self, const json_t *root, const char *name)
{
    const char *key = json_object_get(root, "runs") ? "runs" : "jobs";
    Timeline *timeline = timeline_read(root, key, name);

    if (timeline->runs->len == 0) {
        timeline_free(timeline);
        return;
    }
    json_array_append_new(self->shown, digest_runs(timeline, json_object_get(root, key)));
    g_ptr_array_add(self->timelines, timeline);
}

static void add_notes(Digest *self, const json_t *root)
{
    size_t i;
    json_t *note;

    json_array_foreach(json_object_get(root, "notes"), i, note) if (json_is_string(note))
        json_array_append(self->notes, note);
    note = json_object_get(json_object_get(root, "baseline"), "note");
    if (json_is_string(note))
        json_array_append(self->notes, note);
}

static void add_comparison(Digest *self, const json_t *root)
{
    size_t i;
    json_t *variant;

    json_array_foreach(json_object_get(root, "variants"), i, variant)
    {
        const char *name = json_string_value(json_object_get(variant, "name"));

        add_timeline(self, variant, name ? name : "variant");
    }
    if (json_array_size(json_object_get(root, "variants")) > 0)
        digest_sides(self->tables, "Variants", json_object_get(root, "variants"));
}

/* What stands beside other answers: a plan has its numbers at the top. */
static void add_side(Digest *self, const json_t *root, const char *name)
{
    json_t *metrics = json_object_get(root, "metrics");
    json_t *side = json_object(), *own = json_object();

    for (const char *const *key = (const char *const[]){"makespan", "makespan_p90", "cost", NULL};
         !metrics && *key; key++)
        json_object_set(own, *key, json_object_get(root, *key));
    json_object_set_new(side, "name", json_string(name));
    json_object_set(side, "metrics", metrics ? metrics : own);
    json_decref(own);
    json_array_append_new(self->sides, side);
}

static bool add_answer(Digest *self, const DigestAnswer *answer, GError **error)
{
    static const char *const known[] = {"srx/plan/1", "srx/simulate/1", "srx/trace/1", NULL};
    const char *schema = json_string_value(json_object_get(answer->root, "schema"));
    const char *workflow = json_string_value(json_object_get(answer->root, "workflow"));

    add_notes(self, answer->root);
    if (g_strcmp0(schema, "srx/compare/1") == 0) {
        add_comparison(self, answer->root);
        return true;
    }
    if (!schema || !g_strv_contains(known, schema))
        return srx_fail(error, SRX_ERROR_INPUT,
                        "%s: expected an answer of srx plan, simulate or compare with --json, "
                        "found %s%s",
                        answer->name, schema ? "the schema " : "none", schema ? schema : "");
    add_timeline(self, answer->root, workflow ? workflow : answer->name);
    add_side(self, answer->root, answer->name);
    return true;
}

/* ---- curves ------------------------------------------------------------------------------ */

static json_t *numbers(const double *values, guint n)
{
    json_t *out = json_array();

    for (guint i = 0; i < n; i++)
        json_array_append_new(out, json_real(round(values[i] * 100) / 100));
    return out;
}

static json_t *load_of(const Timeline *timeline, Instant from, Instant to)
{
    g_auto(LoadCurve) curve = {0};
    json_t *out = json_object();

    loadcurve_of(&curve, timeline, from, to, CURVE_PARTS);
    json_object_set_new(out, "name", json_string(timeline->name));
    json_object_set_new(out, "from", json_integer(from));
    json_object_set_new(out, "step", json_real(curve.step));
    json_object_set_new(out, "cpus", numbers(curve.cpus, curve.n));
    json_object_set_new(out, "queue", numbers(curve.queue, curve.n));
    return out;
}

static json_t *loads_of(const GPtrArray *timelines)
{
    json_t *out = json_array();
    Instant from = INSTANT_NEVER, to = -INSTANT_NEVER;

    for (guint i = 0; i < timelines->len; i++) {
        const Timeline *timeline = g_ptr_array_index(timelines, i);

        from = MIN(from, timeline->from);
        to = MAX(to, timeline->to);
    }
    for (guint i = 0; i < timelines->len; i++)
        json_array_append_new(out, load_of(g_ptr_array_index(timelines, i), from, to));
    return out;
}

/* The share of runs that wait no longer, at equal steps of the share. */
static json_t *waits_of_timeline(const Timeline *timeline)
{
    g_autoptr(GArray) waits = waits_sorted(timeline);
    const guint n = MIN(waits->len, CURVE_PARTS);
    json_t *out = json_object(), *points = json_array();

    for (guint i = 1; i <= n; i++) {
        const guint rank = (guint)((guint64)i * waits->len / n); /* so many wait no longer */
        json_t *point = json_array();

        json_array_append_new(point, json_real(g_array_index(waits, double, rank - 1)));
        json_array_append_new(point, json_real((double)rank / waits->len));
        json_array_append_new(points, point);
    }
    json_object_set_new(out, "name", json_string(timeline->name));
    json_object_set_new(out, "total", json_integer(waits->len));
    json_object_set_new(out, "points", points);
    return out;
}

static json_t *all_waits(const GPtrArray *timelines)
{
    json_t *out = json_array();

    for (guint i = 0; i < timelines->len; i++)
        json_array_append_new(out, waits_of_timeline(g_ptr_array_index(timelines, i)));
    return out;
}

/* ---- the whole --------------------------------------------------------------------------- */

static json_t *assemble(const Digest *self, const GPtrArray *answers, const char *title)
{
    const DigestAnswer *first = g_ptr_array_index(answers, 0);
    g_autofree char *valid = g_utf8_make_valid(title, -1);
    json_t *out = json_object();

    if (answers->len > 1 && json_array_size(self->sides) > 1)
        digest_sides(self->tables, "Results", self->sides);
    if (answers->len == 1)
        digest_answer_tables(self->tables, first->root);
    json_object_set_new(out, "title", json_string(valid));
    json_object_set_new(out, "made_by", json_string("srx " SRX_VERSION));
    json_object_set_new(out, "facts", answers->len == 1 ? digest_facts(first->root) : json_array());
    json_object_set(out, "timelines", self->shown);
    json_object_set_new(out, "load", loads_of(self->timelines));
    json_object_set_new(out, "waits", all_waits(self->timelines));
    json_object_set(out, "tables", self->tables);
    json_object_set(out, "notes", self->notes);
    return out;
}

static json_t *digest_all(Digest *self, const GPtrArray *answers, const char *title, GError **error)
{
    for (guint i = 0; i < answers->len; i++)
        if (!add_answer(self, g_ptr_array_index(answers, i), error))
            return NULL;
    if (json_array_size(self->shown) == 0 && json_array_size(self->tables) == 0)
        return srx_fail_null(error, SRX_ERROR_INPUT, "%s: expected runs to show, found none",
                             ((const DigestAnswer *)g_ptr_array_index(answers, 0))->name);
    return assemble(self, answers, title);
}

json_t *digest_of(const GPtrArray *answers, const char *title, GError **error)
{
    Digest self = {
        .timelines = g_ptr_array_new_with_free_func((GDestroyNotify)(void (*)(void))timeline_free),
        .shown = json_array(),
        .tables = json_array(),
        .notes = json_array(),
        .sides = json_array(),
    };
    json_t *out = digest_all(&self, answers, title, error);

    g_ptr_array_unref(self.timelines);
    json_decref(self.shown);
    json_decref(self.tables);
    json_decref(self.notes);
    json_decref(self.sides);
    return out;
}
