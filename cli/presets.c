/* Presets: named settings for all jobs of a workflow. */
#include "cli/presets.h"

#include <string.h>

static void free_document(void *document)
{
    yaml_document_free(document);
}

static bool load(const char *path, GPtrArray *out, Diags *diags)
{
    YamlDocument *document;

    if (!g_file_test(path, G_FILE_TEST_EXISTS))
        return true;
    document = yaml_load(path, diags);
    if (document)
        g_ptr_array_add(out, document);
    return document != NULL;
}

GPtrArray *presets_load(const char *path, Diags *diags)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *project = strcmp(folder, ".") == 0
                                   ? g_strdup(PRESETS_FILE)
                                   : g_build_filename(folder, PRESETS_FILE, NULL);
    g_autofree char *own = g_build_filename(g_get_user_config_dir(), "srx", PRESETS_FILE, NULL);
    GPtrArray *out = g_ptr_array_new_with_free_func(free_document);
    const bool good = load(project, out, diags);

    if (load(own, out, diags) && good)
        return out;
    g_ptr_array_unref(out);
    return NULL;
}

/* What a preset cannot say: which jobs there are, what they run, and whom they wait for. */
static bool check_keys(const YamlNode *preset, Diags *diags)
{
    static const char *const own[] = {"name",       "command", "script_path", "path", "script_vars",
                                      "depends_on", "exports", "runtime",     NULL};
    bool good = true;

    for (size_t i = 0; i < yaml_length(preset); i++) {
        if (!g_strv_contains(own, yaml_key(preset, i)))
            continue;
        yaml_say_key(preset, i, diags, DIAG_ERROR, "'%s' is for a job to say, not for a preset",
                     yaml_key(preset, i));
        good = false;
    }
    return good;
}

static const YamlNode *take(const YamlNode *preset, const char *name, Diags *diags)
{
    if (yaml_kind(preset) != YAML_MAP) {
        yaml_say(preset, diags, DIAG_ERROR, "expected keys and values for the preset '%s'", name);
        return NULL;
    }
    return check_keys(preset, diags) ? preset : NULL;
}

/* The map `presets` of a file; NULL when it has none or, as told, something else. */
static const YamlNode *presets_of(const YamlDocument *document, Diags *diags)
{
    YamlMap *map = yaml_map_begin(yaml_root(document), "srx.yaml", diags);
    const YamlNode *presets = yaml_map_get(map, "presets");

    yaml_map_end(map);
    if (presets && yaml_kind(presets) != YAML_MAP) {
        yaml_say(presets, diags, DIAG_ERROR, "expected names and their settings for 'presets'");
        return NULL;
    }
    return presets;
}

static void refuse(const char *name, const GPtrArray *known, Diags *diags)
{
    const char *near = nearest_word(name, (const char *const *)known->pdata, known->len);

    if (near)
        diags_add(diags, DIAG_ERROR, "", 0, 0, NULL,
                  "--preset: no preset is called '%s'; did you mean '%s'?", name, near);
    else
        diags_add(diags, DIAG_ERROR, "", 0, 0, NULL, "--preset: no preset is called '%s'%s", name,
                  known->len ? ""
                             : "; they stand under 'presets' in " PRESETS_FILE
                               " beside the workflow, or in the user's configuration directory");
}

const YamlNode *presets_find(const GPtrArray *documents, const char *name, Diags *diags)
{
    g_autoptr(GPtrArray) known = g_ptr_array_new();
    const size_t errors = diags_count(diags, DIAG_ERROR);

    for (guint i = 0; i < documents->len; i++) {
        const YamlNode *presets = presets_of(g_ptr_array_index(documents, i), diags);

        for (size_t k = 0; presets && k < yaml_length(presets); k++) {
            if (strcmp(yaml_key(presets, k), name) == 0)
                return take(yaml_value(presets, k), name, diags);
            g_ptr_array_add(known, (gpointer)(uintptr_t)yaml_key(presets, k));
        }
    }
    if (diags_count(diags, DIAG_ERROR) == errors)
        refuse(name, known, diags);
    return NULL;
}
