/* A submission as a file: schema "srx/submission/1". */
#include "slurmio/sbatchopts.h"
#include "slurmio/submission.h"

#include <jansson.h>

/* ---- writing ---- */

static json_t *text_or_null(const char *text)
{
    return text ? json_string(text) : json_null();
}

static json_t *words_or_null(char *const *words)
{
    json_t *list;

    if (!words)
        return json_null();
    list = json_array();
    for (; *words; words++)
        json_array_append_new(list, json_string(*words));
    return list;
}

static json_t *instant_or_null(Instant at)
{
    return at == INSTANT_NEVER ? json_null() : json_integer(at);
}

static json_t *edges_to_json(const SubmissionJob *job)
{
    json_t *list = json_array();

    for (uint32_t i = 0; i < job->n_after; i++) {
        json_t *edge = json_object();

        json_object_set_new(edge, "type", json_string(job->after[i].type));
        json_object_set_new(edge, "job", json_integer(job->after[i].job));
        json_object_set_new(edge, "delay", json_integer(job->after[i].delay));
        json_array_append_new(list, edge);
    }
    return list;
}

static json_t *job_to_json(const SubmissionJob *job)
{
    g_auto(GStrv) options = sbatchopts_argv(job->spec);
    json_t *out = json_object();

    json_object_set_new(out, "name", json_string(job->name));
    json_object_set_new(out, "sbatch", words_or_null(options));
    json_object_set_new(out, "arguments", words_or_null(job->spec->script_args));
    json_object_set_new(out, "after", edges_to_json(job));
    json_object_set_new(out, "singleton", json_boolean(job->singleton));
    json_object_set_new(out, "staged", json_boolean(job->staged));
    json_object_set_new(out, "environment", words_or_null(job->environment));
    json_object_set_new(out, "retry", json_integer(job->retry));
    json_object_set_new(out, "retry_delay", json_integer(job->retry_delay));
    json_object_set_new(out, "retry_on", text_or_null(job->retry_on));
    json_object_set_new(out, "requeue_max", json_integer(job->requeue_max));
    json_object_set_new(out, "done_when", text_or_null(job->done_when));
    json_object_set_new(out, "on_failure", text_or_null(job->on_failure));
    json_object_set_new(out, "log", text_or_null(job->log));
    json_object_set_new(out, "error_log", text_or_null(job->error_log));
    json_object_set_new(out, "predicted_start", instant_or_null(job->predicted_start));
    json_object_set_new(out, "predicted_end", instant_or_null(job->predicted_end));
    json_object_set_new(out, "script", json_string(job->script));
    return out;
}

char *submission_write(const Submission *self)
{
    json_t *out = json_object(), *jobs = json_array();
    char *dumped, *text;

    json_object_set_new(out, "schema", json_string(SUBMISSION_SCHEMA));
    json_object_set_new(out, "workflow", text_or_null(self->name));
    json_object_set_new(out, "user", text_or_null(self->user));
    for (uint32_t i = 0; i < self->n_jobs; i++)
        json_array_append_new(jobs, job_to_json(&self->jobs[i]));
    json_object_set_new(out, "jobs", jobs);
    dumped = json_dumps(out, JSON_INDENT(1));
    text = g_strconcat(dumped, "\n", NULL);
    free(dumped);
    json_decref(out);
    return text;
}

/* ---- reading ---- */

typedef struct {
    const char *where; /* for messages */
    GError **error;
} Place;

static bool wrong(const Place *place, const char *key, const char *expected)
{
    return srx_fail(place->error, SRX_ERROR_INPUT, "%s: '%s': expected %s", place->where, key,
                    expected);
}

static bool read_text(const Place *place, const json_t *object, const char *key, char **out)
{
    const json_t *value = json_object_get(object, key);

    if (value && !json_is_null(value) && !json_is_string(value))
        return wrong(place, key, "a text");
    *out = g_strdup(json_string_value(value));
    return true;
}

static bool read_words(const Place *place, const json_t *object, const char *key, char ***out)
{
    const json_t *list = json_object_get(object, key), *word;
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
    size_t i;

    if (!list || json_is_null(list))
        return true;
    if (!json_is_array(list))
        return wrong(place, key, "a list of texts");
    json_array_foreach(list, i, word)
    {
        if (!json_is_string(word))
            return wrong(place, key, "a list of texts");
        g_ptr_array_add(words, g_strdup(json_string_value(word)));
    }
    g_ptr_array_add(words, NULL);
    *out = g_strdupv((char **)words->pdata);
    return true;
}

static bool read_number(const Place *place, const json_t *object, const char *key, int64_t most,
                        int64_t *out)
{
    const json_t *value = json_object_get(object, key);
    json_int_t number = json_integer_value(value);

    if (!value)
        return true;
    if (!json_is_integer(value) || number < 0 || number > most)
        return wrong(place, key, "a number, 0 or more");
    *out = number;
    return true;
}

static bool read_count(const Place *place, const json_t *object, const char *key, uint32_t *out)
{
    int64_t number = *out;

    if (!read_number(place, object, key, UINT32_MAX, &number))
        return false;
    *out = (uint32_t)number;
    return true;
}

static bool read_instant(const Place *place, const json_t *object, const char *key, Instant *out)
{
    if (json_is_null(json_object_get(object, key)))
        return true;
    return read_number(place, object, key, INT64_MAX, out);
}

static bool read_bool(const Place *place, const json_t *object, const char *key, bool *out)
{
    const json_t *value = json_object_get(object, key);

    if (value && !json_is_boolean(value))
        return wrong(place, key, "true or false");
    *out = json_is_true(value);
    return true;
}

static bool read_edges(const Place *place, const json_t *object, Submission *out, uint32_t job)
{
    const json_t *list = json_object_get(object, "after"), *edge;
    size_t i;

    json_array_foreach(list, i, edge)
    {
        const char *type = json_string_value(json_object_get(edge, "type"));
        uint32_t of = COUNT_UNSET, delay = 0;

        if (!type || !read_count(place, edge, "job", &of) ||
            !read_count(place, edge, "delay", &delay))
            return wrong(place, "after", "maps of type, job and delay");
        submission_edge(out, job, type, of, delay);
    }
    return true;
}

static bool read_spec(const Place *place, const json_t *object, JobSpec **out)
{
    g_auto(GStrv) options = NULL;
    g_autoptr(JobSpec) spec = job_spec_new();
    g_autoptr(Diags) diags = diags_new();

    if (!read_words(place, object, "sbatch", &options) ||
        !read_words(place, object, "arguments", &spec->script_args))
        return false;
    if (!options)
        return wrong(place, "sbatch", "a list of sbatch's options");
    if (!sbatchopts_parse(options, spec, "", 0, diags)) {
        const char *said = diags_length(diags) ? diags_nth(diags, 0)->text : "options";

        return srx_fail(place->error, SRX_ERROR_INPUT, "%s: 'sbatch': %s", place->where, said);
    }
    *out = g_steal_pointer(&spec);
    return true;
}

static bool read_job(const Place *place, const json_t *object, Submission *out, uint32_t index)
{
    SubmissionJob *job = &out->jobs[index];

    return read_text(place, object, "name", &job->name) && read_spec(place, object, &job->spec) &&
           read_edges(place, object, out, index) &&
           read_bool(place, object, "singleton", &job->singleton) &&
           read_bool(place, object, "staged", &job->staged) &&
           read_words(place, object, "environment", &job->environment) &&
           read_count(place, object, "retry", &job->retry) &&
           read_number(place, object, "retry_delay", INT64_MAX, &job->retry_delay) &&
           read_text(place, object, "retry_on", &job->retry_on) &&
           read_count(place, object, "requeue_max", &job->requeue_max) &&
           read_text(place, object, "done_when", &job->done_when) &&
           read_text(place, object, "on_failure", &job->on_failure) &&
           read_text(place, object, "log", &job->log) &&
           read_text(place, object, "error_log", &job->error_log) &&
           read_instant(place, object, "predicted_start", &job->predicted_start) &&
           read_instant(place, object, "predicted_end", &job->predicted_end) &&
           read_text(place, object, "script", &job->script);
}

static Submission *read_root(const json_t *root, const char *file, GError **error)
{
    const Place whole = {file, error};
    const json_t *jobs = json_object_get(root, "jobs");
    const char *schema = json_string_value(json_object_get(root, "schema"));
    g_autoptr(Submission) self = submission_new((uint32_t)json_array_size(jobs));

    if (!schema || !g_str_equal(schema, SUBMISSION_SCHEMA))
        return srx_fail_null(error, SRX_ERROR_INPUT,
                             "%s: expected a submission (" SUBMISSION_SCHEMA "), found %s", file,
                             schema ? schema : "something else");
    if (!read_text(&whole, root, "workflow", &self->name) ||
        !read_text(&whole, root, "user", &self->user))
        return NULL;
    for (uint32_t i = 0; i < self->n_jobs; i++) {
        g_autofree char *where = g_strdup_printf("%s: jobs[%u]", file, i);
        const Place place = {where, error};

        if (!read_job(&place, json_array_get(jobs, i), self, i))
            return NULL;
    }
    return submission_check(self, error) ? g_steal_pointer(&self) : NULL;
}

Submission *submission_read(const char *text, const char *file, GError **error)
{
    json_error_t cause;
    json_t *root = json_loads(text, 0, &cause);
    Submission *self;

    if (!root)
        return srx_fail_null(error, SRX_ERROR_INPUT, "%s:%d:%d: expected JSON, found %s", file,
                             cause.line, cause.column, cause.text);
    self = read_root(root, file, error);
    json_decref(root);
    return self;
}
