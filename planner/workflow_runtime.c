/* `runtime` and `retry_on` of a workflow's job: how long it runs, and what when it fails. */
#include "planner/workflow_read.h"

#include <math.h>
#include <string.h>

static bool read_duration(YamlMap *map, const char *key, bool required, Span *out, Diags *diags)
{
    const YamlNode *node = required ? yaml_map_require(map, key) : yaml_map_get(map, key);
    g_autoptr(GError) error = NULL;

    if (!node)
        return false;
    if (yaml_kind(node) == YAML_SCALAR && duration_parse(yaml_text(node), out, &error))
        return true;
    yaml_say(node, diags, DIAG_ERROR, "%s: %s", key,
             error ? error->message : "expected a duration, found a list or map");
    return false;
}

/* The time that a share of all runs ends within, of a triangular distribution. */
static Span triangle_quantile(Span least, Span mode, Span most, double share)
{
    double a = (double)least, c = (double)mode, b = (double)most;

    if (b <= a)
        return least;
    if (share < (c - a) / (b - a))
        return (Span)llround(a + sqrt(share * (b - a) * (c - a)));
    return (Span)llround(b - sqrt((1 - share) * (b - a) * (b - c)));
}

static void read_triangle(const YamlNode *node, YamlMap *map, RuntimeGuess *out, Diags *diags)
{
    Span least = 0, mode = 0, most = 0;
    bool fine = read_duration(map, "min", true, &least, diags);

    fine = read_duration(map, "mode", true, &mode, diags) && fine;
    fine = read_duration(map, "max", true, &most, diags) && fine;
    if (!fine)
        return;
    if (least > mode || mode > most) {
        yaml_say(node, diags, DIAG_ERROR, "expected min <= mode <= max for 'runtime'");
        return;
    }
    *out = (RuntimeGuess){.given = true,
                          .p50 = triangle_quantile(least, mode, most, 0.5),
                          .p90 = triangle_quantile(least, mode, most, 0.9)};
}

static void read_percentiles(const YamlNode *node, YamlMap *map, RuntimeGuess *out, Diags *diags)
{
    Span p50 = 0, p90 = 0;
    bool spread = read_duration(map, "p90", false, &p90, diags);

    if (!read_duration(map, "p50", true, &p50, diags))
        return;
    if (!spread)
        p90 = p50;
    if (p90 < p50) {
        yaml_say(node, diags, DIAG_ERROR, "expected p50 <= p90 for 'runtime'");
        return;
    }
    *out = (RuntimeGuess){.given = true, .p50 = p50, .p90 = p90};
}

void workflow_runtime_read(const YamlNode *node, RuntimeGuess *out, Diags *diags)
{
    g_autoptr(GError) error = NULL;
    YamlMap *map;
    Span span;

    if (yaml_kind(node) == YAML_SCALAR) {
        if (duration_parse(yaml_text(node), &span, &error))
            *out = (RuntimeGuess){.given = true, .p50 = span, .p90 = span};
        else
            yaml_say(node, diags, DIAG_ERROR, "runtime: %s", error->message);
        return;
    }
    if (yaml_kind(node) == YAML_LIST) {
        yaml_say(node, diags, DIAG_ERROR,
                 "expected a duration, {p50, p90} or {min, mode, max} for 'runtime', found a list");
        return;
    }
    map = yaml_map_begin(node, "runtime", diags);
    if (yaml_map_get(map, "min") || yaml_map_get(map, "mode") || yaml_map_get(map, "max"))
        read_triangle(node, map, out, diags);
    else
        read_percentiles(node, map, out, diags);
    yaml_map_end(map);
}

/* ---- retry_on ---------------------------------------------------------------------------- */

static bool is_factor(const char *text)
{
    return g_regex_match_simple("^x[0-9]{1,3}(\\.[0-9]{1,3})?$", text, 0, 0);
}

static void append_change(GString *out, const YamlNode *node, YamlMap *map, const char *key,
                          Diags *diags)
{
    g_autofree char *text = NULL;
    uint64_t mebibytes;
    Span span;

    yaml_map_string(map, key, &text);
    if (!text)
        return;
    if (!is_factor(text) && (!strcmp(key, "time") ? !duration_parse(text, &span, NULL)
                                                  : !memory_parse(text, &mebibytes, NULL))) {
        yaml_say(node, diags, DIAG_ERROR,
                 "expected a factor such as x1.5 or %s for '%s', found "
                 "'%.60s'",
                 !strcmp(key, "time") ? "a time" : "an amount of memory", key, text);
        return;
    }
    g_string_append_printf(out, "%s%s=%s", out->str[out->len - 1] == ':' ? "" : ",", key, text);
}

static void append_retry(GString *out, const char *state, const YamlNode *node, Diags *diags)
{
    YamlMap *map = yaml_map_begin(node, state, diags);
    int64_t most = 1;

    g_string_append_printf(out, "%s%s:", out->len ? ";" : "", state);
    append_change(out, node, map, "time", diags);
    append_change(out, node, map, "mem", diags);
    yaml_map_int(map, "max", 1, 1000, &most);
    g_string_append_printf(out, "%smax=%d", out->str[out->len - 1] == ':' ? "" : ",", (int)most);
    yaml_map_end(map);
}

char *workflow_retry_read(const YamlNode *node, Diags *diags)
{
    static const char *const states[] = {"TIMEOUT",   "OUT_OF_MEMORY", "NODE_FAIL",
                                         "PREEMPTED", "FAILED",        "BOOT_FAIL"};
    g_autoptr(GString) out = g_string_new(NULL);
    YamlMap *map = yaml_map_begin(node, "retry_on", diags);

    for (size_t i = 0; i < G_N_ELEMENTS(states); i++) {
        const YamlNode *how = yaml_map_get(map, states[i]);

        if (how)
            append_retry(out, states[i], how, diags);
    }
    yaml_map_end(map);
    return g_string_free(g_steal_pointer(&out), FALSE);
}
