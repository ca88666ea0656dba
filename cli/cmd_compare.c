/* srx compare WORKFLOW --serial --parallel */
#include "cli/command.h"
#include "cli/comparison.h"
#include "cli/inputs.h"
#include "cli/messages.h"

typedef struct {
    InputSettings inputs;
    gboolean serial, parallel, staged, json, parsable;
    char **qos, **partitions;
} Settings;

/* How a strategy is called here. */
typedef struct {
    const char *name;
    StrategyKind kind;
} Way;

static const Way ways[] = {
    {"serial", STRATEGY_SERIAL},
    {"parallel", STRATEGY_TOGETHER},
    {"staged", STRATEGY_STAGED},
};

static void options(void *settings, Options *out)
{
    Settings *self = settings;
    const GOptionEntry variants[] = {
        {"serial", 0, 0, G_OPTION_ARG_NONE, &self->serial, "one job after the other", NULL},
        {"parallel", 0, 0, G_OPTION_ARG_NONE, &self->parallel,
         "everything submitted at once, with dependencies", NULL},
        {"staged", 0, 0, G_OPTION_ARG_NONE, &self->staged,
         "each job submitted when what it waits for has ended", NULL},
        {"qos", 'q', 0, G_OPTION_ARG_FILENAME_ARRAY, &self->qos,
         "every job in this QoS; repeat it to compare several", "QOS"},
        {"partition", 'p', 0, G_OPTION_ARG_FILENAME_ARRAY, &self->partitions,
         "every job in this partition; repeat it to compare several", "PARTITION"},
        OPTIONS_END,
    };
    const GOptionEntry output[] = {
        {"json", 0, 0, G_OPTION_ARG_NONE, &self->json, "JSON, schema srx/compare/1", NULL},
        {"parsable", 'P', 0, G_OPTION_ARG_NONE, &self->parsable,
         "one line a variant, fields between bars, as sacct -P", NULL},
        OPTIONS_END,
    };

    options_add(out, "Variants (every combination of what is given is one)", variants);
    input_options_cluster(&self->inputs, out);
    input_options_workflow(&self->inputs, out);
    options_add(out, "Output", output);
    input_options_search(&self->inputs, out);
}

static const Way *way_named(const char *option)
{
    for (size_t i = 0; i < G_N_ELEMENTS(ways); i++)
        if (g_str_has_prefix(option, "--") && g_str_equal(option + 2, ways[i].name))
            return &ways[i];
    return NULL;
}

/* The ways asked for, as they stand on the command line: the first one is what the others are
 * held against. Both of issue when none is asked for and nothing else is varied. */
static GPtrArray *chosen_ways(const Session *session, const Settings *self)
{
    GPtrArray *out = g_ptr_array_new();

    for (const char *const *word = session->argv + 1; *word; word++) {
        const Way *way = way_named(*word);

        if (way && !g_ptr_array_find(out, way, NULL))
            g_ptr_array_add(out, (gpointer)(guintptr)way);
    }
    if (out->len == 0 && !(self->qos && self->qos[1]) && !(self->partitions && self->partitions[1]))
        g_ptr_array_add(out, (gpointer)(guintptr)&ways[0]);
    if (out->len == 0 || (out->len == 1 && g_ptr_array_index(out, 0) == &ways[0] && !self->serial))
        g_ptr_array_add(out, (gpointer)(guintptr)&ways[1]);
    return out;
}

static char *variant_name(const Way *way, const char *partition, const char *qos)
{
    GString *out = g_string_new(way->name);

    if (partition)
        g_string_append_printf(out, " -p %s", partition);
    if (qos)
        g_string_append_printf(out, " -q %s", qos);
    return g_string_free(out, FALSE);
}

/* False only for what no other variant could make good. */
static bool add_variant(GPtrArray *variants, const Problem *problem, const char *name,
                        GError **error)
{
    Variant *variant = variant_new(name);
    g_autoptr(GError) cause = NULL;

    g_ptr_array_add(variants, variant);
    variant->plan = plan_make(problem, &cause);
    if (variant->plan)
        return true;
    if (!g_error_matches(cause, SRX_ERROR, SRX_ERROR_INFEASIBLE)) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return false;
    }
    variant->problem = g_strdup(cause->message);
    return true;
}

static const char *nth_or_null(char *const *list, guint index)
{
    return list ? list[index] : NULL;
}

static bool add_all(GPtrArray *variants, const Session *session, const Settings *self,
                    Problem *problem, GError **error)
{
    g_autoptr(GPtrArray) chosen = chosen_ways(session, self);
    guint n_qos = self->qos ? g_strv_length(self->qos) : 1;
    guint n_partitions = self->partitions ? g_strv_length(self->partitions) : 1;

    for (guint i = 0; i < chosen->len * n_partitions * n_qos; i++) {
        const Way *way = g_ptr_array_index(chosen, i / (n_partitions * n_qos));
        g_autofree char *name = NULL;

        problem->strategies = STRATEGY_BIT(way->kind);
        problem->pin_partition = nth_or_null(self->partitions, i / n_qos % n_partitions);
        problem->pin_qos = nth_or_null(self->qos, i % n_qos);
        name = variant_name(way, problem->pin_partition, problem->pin_qos);
        if (!add_variant(variants, problem, name, error))
            return false;
    }
    return true;
}

static bool any_works(const GPtrArray *variants, GError **error)
{
    for (guint i = 0; i < variants->len; i++)
        if (((const Variant *)g_ptr_array_index(variants, i))->plan)
            return true;
    return srx_fail(error, SRX_ERROR_INFEASIBLE, "none of the variants can work");
}

static void print(const Session *session, const Settings *self, const GPtrArray *variants)
{
    g_autofree char *text = NULL;

    if (self->json) {
        comparison_json(variants, stdout);
        return;
    }
    text =
        self->parsable ? comparison_parsable(variants) : comparison_text(variants, &session->out);
    fputs(text, stdout);
}

static void free_variant(void *variant)
{
    variant_free(variant);
}

static bool run_with(const Session *session, const Settings *self, Inputs *inputs, char **operands,
                     GError **error)
{
    g_autoptr(GPtrArray) variants = g_ptr_array_new_with_free_func(free_variant);
    Problem problem;

    if (!inputs_load(inputs, session, &self->inputs, operands, error))
        return false;
    inputs_problem(inputs, &self->inputs, &problem);
    if (!add_all(variants, session, self, &problem, error))
        return false;
    print(session, self, variants);
    return any_works(variants, error);
}

static bool run(const Session *session, const void *settings, char **operands, GError **error)
{
    const Settings *self = settings;
    Inputs inputs = {0};
    bool done;

    if (self->json && self->parsable)
        return srx_fail(error, SRX_ERROR_USAGE, "expected one of --json and --parsable");
    done = run_with(session, self, &inputs, operands, error);
    inputs_clear(&inputs);
    return done;
}

const Command command_compare = {
    .name = "compare",
    .summary = "variants of a workflow side by side: serial or parallel, this QoS or that",
    .usage = "[OPTION]... WORKFLOW | SCRIPT...",
    .examples = "srx compare workflow.yaml --serial --parallel --cluster scenarios/campus\n"
                "srx compare workflow.yaml --qos normal --qos high --cluster DIR\n",
    .details = "In each variant, what is left open is chosen as well as srx plan can. The first "
               "variant is what the others are held against; without any, serial and parallel are "
               "compared. A variant that cannot work says why; the exit status is 4 when none can.",
    .operands = OPERANDS_FILES,
    .size = sizeof(Settings),
    .options = options,
    .run = run,
};
