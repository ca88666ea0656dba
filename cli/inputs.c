/* What plan and compare are given. */
#include "cli/inputs.h"

#include "cli/filekind.h"
#include "cli/messages.h"
#include "cli/presets.h"
#include "cli/scripts.h"
#include "planner/workflow_yaml.h"
#include "slurmio/sbatchopts.h"

enum { THREADS_MOST = 8 };

void input_options_cluster(InputSettings *self, Options *out)
{
    const GOptionEntry entries[] = {
        {"cluster", 0, 0, G_OPTION_ARG_FILENAME, &self->cluster,
         "a scenario directory (slurm.conf, accounting.txt, jobs.json, ...), or live (default)",
         "DIR|live"},
        {"slurm-version", 0, 0, G_OPTION_ARG_FILENAME, &self->slurm_version,
         "the Slurm to imitate, as 22.05 or 24.11; default: what scenario.yaml says, else 24.05",
         "VERSION"},
        {"user", 'u', 0, G_OPTION_ARG_FILENAME, &self->user,
         "who submits; default: what scenario.yaml says, else the first user of the accounting",
         "USER"},
        {"account", 'A', 0, G_OPTION_ARG_FILENAME, &self->account,
         "charge this account; default: the jobs' own, else the user's", "ACCOUNT"},
        {"known-runtimes", 0, 0, G_OPTION_ARG_NONE, &self->known_runtimes,
         "let other people's jobs end when the scenario says they will, not at their limits", NULL},
        OPTIONS_END,
    };

    options_add(out, "Cluster", entries);
}

void input_options_workflow(InputSettings *self, Options *out)
{
    const GOptionEntry entries[] = {
        {"runtime", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &self->runtimes,
         "how long jobs really run: train=2h30m,eval=10m; may be repeated", "JOB=DURATION,..."},
        {"arg", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &self->args,
         "set one of the workflow's args; may be repeated", "KEY=VALUE"},
        {"sweep", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &self->sweeps,
         "run the workflow for each value; may be repeated", "KEY=V1,V2,..."},
        {"preset", 0, 0, G_OPTION_ARG_FILENAME, &self->preset,
         "what srx.yaml has under this name, for all jobs that do not say otherwise", "NAME"},
        {"after", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &self->after,
         "between job scripts: b=afterok:a; may be repeated", "JOB=TYPE:OTHER"},
        OPTIONS_END,
    };

    options_add(out, "Workflow", entries);
}

void input_options_search(InputSettings *self, Options *out)
{
    const GOptionEntry entries[] = {
        {"simulations", 0, 0, G_OPTION_ARG_INT, &self->simulations,
         "try at most so many plans; default: by the size of workflow and queue", "N"},
        {"budget", 0, 0, G_OPTION_ARG_DOUBLE, &self->budget,
         "stop searching after this time, best so far taken; default: no cap", "SECONDS"},
        {"threads", 0, 0, G_OPTION_ARG_INT, &self->threads,
         "simulations at a time; no influence on the plan; default: the processors, 8 at most",
         "N"},
        OPTIONS_END,
    };

    options_add(out, "Search", entries);
}

/* ---- the workflow ------------------------------------------------------------------------ */

/* "a=1,b=2" of several options -> one list of "k=v". */
static char **split_lists(char *const *lists)
{
    GPtrArray *out = g_ptr_array_new();

    for (char *const *list = lists; list && *list; list++) {
        g_auto(GStrv) parts = g_strsplit(*list, ",", -1);

        for (char **part = parts; *part; part++)
            if (**part)
                g_ptr_array_add(out, g_strdup(*part));
    }
    g_ptr_array_add(out, NULL);
    return (char **)g_ptr_array_free(out, FALSE);
}

static Workflow *load_yaml(const char *path, const InputSettings *settings,
                           const char *const *runtimes, Diags *diags)
{
    g_autoptr(GPtrArray) presets = settings->preset ? presets_load(path, diags) : NULL;
    const YamlNode *preset = presets ? presets_find(presets, settings->preset, diags) : NULL;
    const WorkflowOptions options = {
        .preset = preset,
        .args = (const char *const *)settings->args,
        .sweeps = (const char *const *)settings->sweeps,
        .runtimes = runtimes,
        .readers = {sbatchopts_parse, sbatchopts_script_load},
    };

    if (settings->preset && !preset)
        return NULL;
    return workflow_yaml_load(path, &options, diags);
}

static Workflow *load_workflow(const InputSettings *settings, char *const *operands, Diags *diags,
                               GError **error)
{
    g_auto(GStrv) runtimes = split_lists(settings->runtimes);
    const char *const *each = (const char *const *)runtimes;
    const ScriptOptions scripts = {(const char *const *)settings->after, each};
    FileKind kind;

    for (char *const *path = operands; *path; path++) {
        if (!file_kind_probe(*path, &kind, error))
            return NULL;
        if (kind == FILE_SCRIPT)
            continue;
        if (kind != FILE_WORKFLOW && kind != FILE_UNKNOWN)
            return srx_fail_null(error, SRX_ERROR_INPUT,
                                 "%s: expected a workflow or a job script, found %s%s", *path,
                                 file_kind_name(kind),
                                 kind == FILE_SCENARIO ? " (that is for --cluster)" : "");
        if (operands[1])
            return srx_fail_null(
                error, SRX_ERROR_USAGE,
                "expected one workflow or several job scripts; %s is no job script", *path);
        if (settings->after)
            return srx_fail_null(error, SRX_ERROR_USAGE,
                                 "--after is for job scripts; in %s write depends_on", *path);
        return load_yaml(*path, settings, each, diags);
    }
    if (settings->args || settings->sweeps)
        return srx_fail_null(error, SRX_ERROR_USAGE,
                             "--arg and --sweep are for workflows; job scripts have no args");
    if (settings->preset)
        return srx_fail_null(error, SRX_ERROR_USAGE,
                             "--preset is for workflows; job scripts say all themselves");
    return scripts_load(operands, &scripts, diags);
}

/* What is wrong with the command line alone is no fault of any file. */
static bool check_arguments(const Diags *diags, GError **error)
{
    size_t errors = 0;

    for (size_t i = 0; i < diags_length(diags); i++)
        errors += diags_nth(diags, i)->level == DIAG_ERROR && !*diags_nth(diags, i)->file;
    if (errors == 0 || errors < diags_count(diags, DIAG_ERROR))
        return true;
    return srx_fail(error, SRX_ERROR_USAGE, "%u error%s on the command line", (unsigned)errors,
                    errors == 1 ? "" : "s");
}

static bool read_workflow(Inputs *self, const Session *session, const InputSettings *settings,
                          char *const *operands, GError **error)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(GError) cause = NULL;

    self->workflow = load_workflow(settings, operands, diags, &cause);
    messages_print(session, diags);
    if (cause) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return false;
    }
    if (!check_arguments(diags, error) || !diags_check(diags, operands[0], error))
        return false;
    if (!self->workflow)
        return srx_fail(error, SRX_ERROR_INPUT, "%s: could not be read", operands[0]);
    return true;
}

/* ---- the cluster ------------------------------------------------------------------------- */

static bool refuse_live(GError **error)
{
    g_autofree char *squeue = g_find_program_in_path("squeue");
    const char *advice = "give the cluster as a directory: --cluster DIR, with slurm.conf and, "
                         "where wanted, accounting.txt and jobs.json (docs/scenario.md)";

    if (squeue)
        return srx_fail(error, SRX_ERROR_SLURM,
                        "reading the live cluster (%s) is not in this version; %s", squeue, advice);
    return srx_fail(error, SRX_ERROR_SLURM, "no Slurm in reach: squeue is not in PATH; %s", advice);
}

Scenario *inputs_scenario(const Session *session, const char *cluster, const char *slurm_version,
                          GError **error)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(Scenario) scenario = NULL;

    if (!cluster || g_str_equal(cluster, "live")) {
        refuse_live(error);
        return NULL;
    }
    scenario = scenario_load(cluster, slurm_version, diags);
    messages_print(session, diags);
    if (scenario)
        return g_steal_pointer(&scenario);
    if (diags_check(diags, cluster, error))
        srx_fail(error, SRX_ERROR_INPUT, "%s: could not be read", cluster);
    return NULL;
}

static bool read_cluster(Inputs *self, const Session *session, const InputSettings *settings,
                         GError **error)
{
    self->scenario = inputs_scenario(session, settings->cluster, settings->slurm_version, error);
    return self->scenario != NULL;
}

/* root submits no workflows. */
static const char *first_user(const Cluster *cluster)
{
    for (uint32_t i = 0; i < cluster->n_users; i++)
        if (!g_str_equal(cluster->users[i].name, "root"))
            return cluster->users[i].name;
    return NULL;
}

static bool settle_user(Inputs *self, const Session *session, const InputSettings *settings,
                        GError **error)
{
    const Cluster *cluster = self->scenario->cluster;
    const char *user = settings->user ? settings->user : self->scenario->user;

    if (!user && first_user(cluster)) {
        user = first_user(cluster);
        messages_note(session,
                      "planning as %s, the first user of the accounting (-u says otherwise)", user);
    }
    self->user = g_strdup(user ? user : "user");
    if (settings->user && cluster->n_users > 0 &&
        cluster_find_user(cluster, settings->user) == INDEX_NONE)
        return srx_fail(error, SRX_ERROR_INPUT, "--user: %s knows no user '%s'", settings->cluster,
                        settings->user);
    return true;
}

static bool check_settings(const InputSettings *settings, char *const *operands, GError **error)
{
    SlurmVersion version;

    if (!operands[0])
        return srx_fail(error, SRX_ERROR_USAGE,
                        "expected a workflow or job scripts, found nothing");
    if (settings->slurm_version && !version_parse(settings->slurm_version, &version))
        return srx_fail(error, SRX_ERROR_USAGE,
                        "--slurm-version: expected a Slurm release such as 22.05 or 24.11, "
                        "found '%s'",
                        settings->slurm_version);
    if (settings->simulations < 0 || settings->threads < 0 || !(settings->budget >= 0))
        return srx_fail(error, SRX_ERROR_USAGE,
                        "--simulations, --threads and --budget: expected no negative number");
    if (!settings->cluster || g_str_equal(settings->cluster, "live"))
        return refuse_live(error);
    return true;
}

bool inputs_load(Inputs *self, const Session *session, const InputSettings *settings,
                 char *const *operands, GError **error)
{
    *self = (Inputs){.timer = g_timer_new(), .budget = settings->budget};
    return check_settings(settings, operands, error) &&
           read_workflow(self, session, settings, operands, error) &&
           read_cluster(self, session, settings, error) &&
           settle_user(self, session, settings, error);
}

void inputs_clear(Inputs *self)
{
    g_clear_pointer(&self->workflow, workflow_free);
    g_clear_pointer(&self->scenario, scenario_free);
    g_clear_pointer(&self->user, g_free);
    g_clear_pointer(&self->timer, g_timer_destroy);
}

static bool time_is_up(void *self)
{
    const Inputs *inputs = self;

    return inputs->budget > 0 && g_timer_elapsed(inputs->timer, NULL) > inputs->budget;
}

void inputs_problem(Inputs *self, const InputSettings *settings, Problem *out)
{
    problem_init(out, self->workflow, self->scenario->cluster);
    out->load = self->scenario->load;
    out->sim.epoch = self->scenario->epoch;
    out->sim.epoch_guessed = self->scenario->epoch_guessed;
    out->now = self->scenario->now;
    out->user = self->user;
    out->pin_account = settings->account;
    out->budget = (uint32_t)settings->simulations;
    out->threads = settings->threads > 0 ? (uint32_t)settings->threads
                                         : MIN(g_get_num_processors(), THREADS_MOST);
    out->known_runtimes = settings->known_runtimes;
    out->stop = time_is_up;
    out->stop_self = self;
}
