/* srx simulate DIR, or a trace with --policy */
#include "cli/command.h"
#include "cli/importing.h"
#include "cli/messages.h"
#include "cli/schedule.h"
#include "cli/simulate.h"
#include "cli/when.h"

typedef struct {
    SimulateChoice choice;
    char *until;
    ImportSettings import;
} Settings;

static void options(void *settings, Options *out)
{
    Settings *self = settings;
    SimulateChoice *choice = &self->choice;
    const GOptionEntry simulation[] = {
        {"slurm-version", 0, 0, G_OPTION_ARG_FILENAME, &choice->slurm_version,
         "the Slurm to imitate: 22.05, 23.11, 24.05, 24.11, 25.05; default: what scenario.yaml "
         "says, else 24.05",
         "VERSION"},
        {"until", 0, 0, G_OPTION_ARG_FILENAME, &self->until,
         "stop at this time of the scenario: seconds (3600) or a duration (90m, 1-12:00:00); with "
         "--follow: follow until then, and run free from there",
         "T"},
        OPTIONS_END,
    };
    const GOptionEntry follow[] = {
        {"follow", 0, 0, G_OPTION_ARG_FILENAME, &choice->follow,
         "keep to what a real Slurm did, as recorded in this file, and tell where the simulator "
         "would have decided otherwise",
         "RECORDING"},
        {"horizons", 0, 0, G_OPTION_ARG_NONE, &choice->horizons,
         "with --follow: run free from every tenth minute on, and tell how many starts were "
         "foreseen 5, 10, 30 and 60 minutes ahead",
         NULL},
        OPTIONS_END,
    };
    const GOptionEntry textbook[] = {
        {"policy", 0, 0, G_OPTION_ARG_FILENAME, &choice->policy,
         "of a trace (.swf, .swf.gz) instead of a directory: fcfs, easy or conservative, as in the "
         "literature; instant decisions, processors only",
         "POLICY"},
        OPTIONS_END,
    };
    const GOptionEntry output[] = {
        {"summary", 0, 0, G_OPTION_ARG_NONE, &choice->summary, "only the numbers, not every run",
         NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &choice->json,
         "JSON, schema srx/simulate/1 (srx/follow/1, srx/horizons/1, srx/trace/1)", NULL},
        {"parsable", 'P', 0, G_OPTION_ARG_NONE, &choice->parsable,
         "one line a run, fields between bars, as sacct -P", NULL},
        OPTIONS_END,
    };

    options_add(out, "Simulation", simulation);
    options_add(out, "Recordings", follow);
    options_add(out, "Textbook policies", textbook);
    importing_options(&self->import, out);
    options_add(out, "Output", output);
}

static bool read_until(const char *text, Instant *out, GError **error)
{
    g_autoptr(GError) cause = NULL;

    if (!text || instant_parse(text, out, &cause))
        return true;
    return srx_fail(error, SRX_ERROR_USAGE, "--until: %s", cause->message);
}

static bool read_version(const char *text, GError **error)
{
    SlurmVersion version;

    if (!text || version_parse(text, &version))
        return true;
    return srx_fail(error, SRX_ERROR_USAGE,
                    "--slurm-version: expected a Slurm release such as 22.05 or 24.11, found '%s'",
                    text);
}

Scenario *simulate_load(const Session *session, const char *directory, const char *version,
                        GError **error)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(Scenario) scenario = scenario_load(directory, version, diags);

    messages_print(session, diags);
    if (scenario)
        return g_steal_pointer(&scenario);
    if (diags_check(diags, directory, error))
        srx_fail(error, SRX_ERROR_INPUT, "%s: could not be read", directory);
    return NULL;
}

void simulate_print(const Session *session, const SimulateChoice *choice, const Schedule *schedule)
{
    g_autoptr(Diags) remarks = diags_new();

    schedule_remarks(schedule, remarks);
    messages_print(session, remarks);
    if (choice->json)
        schedule_json(schedule, stdout);
    else if (choice->parsable)
        schedule_parsable(schedule, stdout);
    else
        schedule_text(schedule, &session->out, choice->summary, stdout);
}

static void replay(const Session *session, const SimulateChoice *choice, const Scenario *scenario)
{
    g_autoptr(Sim) sim = NULL;
    SimOptions sim_options;

    sim_options_init(&sim_options);
    sim_options.epoch = scenario->epoch;
    sim_options.epoch_guessed = scenario->epoch_guessed;
    sim = sim_new(scenario->cluster, &sim_options);
    sim_load(sim, scenario->load);
    sim_run(sim, MIN(choice->until, scenario->horizon));
    simulate_print(session, choice, &(Schedule){scenario, sim, sim_options.begin_at});
}

static bool replay_directory(const Session *session, const SimulateChoice *choice,
                             const char *directory, GError **error)
{
    g_autoptr(Scenario) scenario = simulate_load(session, directory, choice->slurm_version, error);

    if (scenario)
        replay(session, choice, scenario);
    return scenario != NULL;
}

/* A trace on the cluster that the command line names. */
static bool replay_trace(const Session *session, const Settings *settings,
                         const SimulateChoice *choice, const char *trace, GError **error)
{
    g_autoptr(Scenario) scenario = NULL;
    ImportSources sources;

    if (choice->follow)
        return srx_fail(error, SRX_ERROR_USAGE,
                        "--follow: expected a scenario directory with it, found a trace");
    if (!importing_sources(&settings->import, trace, choice->slurm_version, &sources, error))
        return false;
    scenario = importing_scenario(session, &sources, error);
    if (scenario)
        replay(session, choice, scenario);
    return scenario != NULL;
}

static bool run(const Session *session, const void *settings, char **operands, GError **error)
{
    const Settings *self = settings;
    SimulateChoice choice = self->choice;

    choice.until = INSTANT_NEVER;
    if (!operands[0] || operands[1])
        return srx_fail(error, SRX_ERROR_USAGE,
                        "expected one scenario directory, found %u ('srx help simulate')",
                        g_strv_length(operands));
    if (!read_until(self->until, &choice.until, error) ||
        !read_version(choice.slurm_version, error))
        return false;
    if (choice.horizons && !choice.follow)
        return srx_fail(error, SRX_ERROR_USAGE, "--horizons: expected --follow RECORDING with it");
    if (choice.policy)
        return simulate_trace(session, &choice, operands[0], error);
    if (g_file_test(operands[0], G_FILE_TEST_IS_DIR) && importing_given(&self->import))
        return srx_fail(error, SRX_ERROR_USAGE,
                        "%s: expected a trace with --slurm-conf, --nodes and the like, found a "
                        "directory, which has its own cluster",
                        operands[0]);
    if (importing_given(&self->import))
        return replay_trace(session, self, &choice, operands[0], error);
    if (simulate_is_trace(operands[0]))
        return srx_fail(error, SRX_ERROR_USAGE,
                        "%s: expected the trace's cluster with it (--slurm-conf=FILE or "
                        "--nodes=NxCPUS), or --policy=fcfs|easy|conservative",
                        operands[0]);
    if (choice.follow)
        return simulate_follow(session, &choice, operands[0], error);
    return replay_directory(session, &choice, operands[0], error);
}

const Command command_simulate = {
    .name = "simulate",
    .summary = "replay a scenario: which job starts when and where, and how good that is",
    .usage = "[OPTION]... DIRECTORY | TRACE",
    .examples = "srx simulate scenarios/campus\n"
                "srx simulate scenarios/campus --summary --slurm-version 22.05\n"
                "srx simulate scenarios/campus --json | jq .metrics\n"
                "srx simulate trace.swf.gz --policy easy\n"
                "srx simulate sacct.txt --slurm-conf /etc/slurm/slurm.conf --summary\n",
    .details = "DIRECTORY holds slurm.conf and, where wanted, accounting.txt, gres.conf, "
               "topology.conf, jobs.json (or jobs.yaml, trace.swf) and scenario.yaml; see "
               "docs/scenario.md.\n\n"
               "Times are counted from second 0 of the scenario. Jobs that sbatch would refuse "
               "are part of the result: the exit status is 0.",
    .operands = OPERANDS_DIRECTORY,
    .size = sizeof(Settings),
    .options = options,
    .run = run,
};
