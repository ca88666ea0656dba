/* Results that srx has printed, or scenarios simulated on the spot. */
#include "cli/results.h"

#include "cli/schedule.h"
#include "cli/simulate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *simulate(const Session *session, const char *directory, const char *version,
                        GError **error)
{
    g_autoptr(Scenario) scenario = simulate_load(session, directory, version, error);
    g_autoptr(Sim) sim = NULL;
    SimOptions options;
    char *text = NULL;
    size_t length;
    FILE *out;
    json_t *root;

    if (!scenario)
        return NULL;
    sim_options_init(&options);
    options.epoch = scenario->epoch;
    options.epoch_guessed = scenario->epoch_guessed;
    sim = sim_new(scenario->cluster, &options);
    sim_load(sim, scenario->load);
    sim_run(sim, scenario->horizon);
    out = open_memstream(&text, &length);
    schedule_json(&(Schedule){scenario, sim, options.begin_at}, out);
    fclose(out);
    root = json_loadb(text, length, 0, NULL);
    free(text);
    return root;
}

json_t *results_json(const Session *session, const char *path, const char *version, GError **error)
{
    json_error_t problem;
    json_t *root;

    if (g_file_test(path, G_FILE_TEST_IS_DIR))
        return simulate(session, path, version, error);
    if (strcmp(path, "-") == 0)
        root = json_loadf(stdin, 0, &problem);
    else
        root = json_load_file(path, 0, &problem);
    if (json_is_object(root))
        return root;
    if (root)
        g_strlcpy(problem.text, "found no object", sizeof problem.text);
    json_decref(root);
    return srx_fail_null(error, SRX_ERROR_INPUT,
                         "%s: expected a scenario directory or an answer of srx with --json: %s",
                         path, problem.text);
}

char *results_name(const char *path)
{
    g_autofree char *full =
        g_str_equal(path, "-") ? g_strdup("stdin") : g_canonicalize_filename(path, NULL);
    g_autofree char *base = g_path_get_basename(full);
    char *dot = strrchr(base, '.');

    if (dot && dot > base && g_str_equal(dot, ".json"))
        *dot = '\0';
    return g_steal_pointer(&base);
}

GPtrArray *results_timelines(const Session *session, char *const *paths, const char *version,
                             GError **error)
{
    g_autoptr(GPtrArray) out =
        g_ptr_array_new_with_free_func((GDestroyNotify)(void (*)(void))timeline_free);

    for (char *const *path = paths; *path; path++) {
        json_t *root = results_json(session, *path, version, error);
        g_autofree char *name = results_name(*path);
        g_autoptr(GPtrArray) some = root ? timelines_read(root, name, error) : NULL;

        json_decref(root);
        if (!some)
            return NULL;
        while (some->len > 0)
            g_ptr_array_add(out, g_ptr_array_steal_index(some, 0));
    }
    return g_steal_pointer(&out);
}
