/* A Load -> jobs.json. */
#include "slurmio/scenario_write.h"

#include "slurmio/sbatchopts.h"

#include <jansson.h>
#include <string.h>

static json_t *words_json(char *const *words)
{
    json_t *list = json_array();

    for (; words && *words; words++)
        json_array_append_new(list, json_string(*words));
    return list;
}

/* A job's name that is its id is what it gets anyway. */
static json_t *args_json(const LoadJob *job)
{
    g_auto(GStrv) argv = sbatchopts_argv(job->spec);
    g_autofree char *name = g_strconcat("--job-name=", job->id, NULL);
    json_t *list = json_array();

    for (char **arg = argv; *arg; arg++)
        if (!g_str_equal(*arg, name))
            json_array_append_new(list, json_string(*arg));
    return list;
}

static json_t *runtime_json(const JobTruth *truth)
{
    json_t *list;

    if (!truth->task_runtime)
        return json_integer(truth->runtime);
    list = json_array();
    for (uint32_t i = 0; i < truth->n_tasks; i++)
        json_array_append_new(list, json_integer(truth->task_runtime[i]));
    return list;
}

static void put_exit(json_t *entry, const JobTruth *truth)
{
    json_t *list;
    bool any = false;

    if (!truth->task_exit) {
        if (truth->exit_code != 0)
            json_object_set_new(entry, "exit", json_integer(truth->exit_code));
        return;
    }
    list = json_array();
    for (uint32_t i = 0; i < truth->n_tasks; i++) {
        json_array_append_new(list, json_integer(truth->task_exit[i]));
        any = any || truth->task_exit[i] != 0;
    }
    if (any)
        json_object_set(entry, "exit", list);
    json_decref(list);
}

static json_t *after_json(const LoadAfter *after)
{
    json_t *list = json_array();

    json_array_append_new(list, json_string(after->type));
    if (after->id)
        json_array_append_new(list, json_string(after->id));
    if (after->id && after->delay > 0)
        json_array_append_new(list, json_integer(after->delay));
    return list;
}

static void put_afters(json_t *entry, const LoadJob *job)
{
    json_t *list = json_array();

    for (uint32_t i = 0; i < job->n_after; i++)
        json_array_append_new(list, job->after[i].id ? after_json(&job->after[i])
                                                     : json_string(job->after[i].type));
    if (job->n_after > 0)
        json_object_set(entry, "after", list);
    json_decref(list);
}

static json_t *job_json(const LoadJob *job)
{
    json_t *entry = json_object();

    json_object_set_new(entry, "id", json_string(job->id));
    json_object_set_new(entry, "submit", json_integer(job->submit_at));
    if (job->runtime_known)
        json_object_set_new(entry, "runtime", runtime_json(&job->truth));
    json_object_set_new(entry, "user", json_string(job->user));
    json_object_set_new(entry, "args", args_json(job));
    put_afters(entry, job);
    put_exit(entry, &job->truth);
    if (job->started_at != INSTANT_NEVER) {
        json_object_set_new(entry, "started", json_integer(job->started_at));
        json_object_set_new(entry, "nodes", json_string(job->nodes));
    }
    return entry;
}

static void put_entry(GString *out, json_t *entry)
{
    char *text = json_dumps(entry, JSON_PRESERVE_ORDER);

    g_string_append_printf(out, "%s%s", out->len > 2 ? ",\n" : "", text);
    free(text);
    json_decref(entry);
}

static bool names_job(const LoadCommand *command, GHashTable *written)
{
    for (char **word = command->argv; *word; word++) {
        const char *open = strchr(*word, '{');
        const char *close = open ? strchr(open, '}') : NULL;
        g_autofree char *id = close ? g_strndup(open + 1, (size_t)(close - open - 1)) : NULL;

        if (id && !g_hash_table_contains(written, id))
            return false;
    }
    return true;
}

static json_t *command_json(const LoadCommand *command)
{
    json_t *entry = json_object();

    json_object_set_new(entry, "submit", json_integer(command->at));
    json_object_set_new(entry, "cmd", words_json(command->argv));
    return entry;
}

char *scenario_jobs_format(const Load *load, uint32_t most)
{
    GString *out = g_string_new("[\n");
    g_autoptr(GHashTable) written = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < MIN(load->jobs->len, most); i++) {
        const LoadJob *job = g_ptr_array_index(load->jobs, i);

        put_entry(out, job_json(job));
        g_hash_table_add(written, job->id);
    }
    for (guint i = 0; i < load->commands->len; i++) {
        const LoadCommand *command = g_ptr_array_index(load->commands, i);

        if (names_job(command, written))
            put_entry(out, command_json(command));
    }
    g_string_append(out, "\n]\n");
    return g_string_free(out, FALSE);
}
