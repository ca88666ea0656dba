/* srx plot RESULT|SCENARIO...: pictures of what was planned or simulated. */
#include "cli/command.h"
#include "cli/picture.h"
#include "cli/results.h"
#include "cli/simulate.h"
#include "cli/sketch.h"
#include "cli/when.h"

#include <stdio.h>

typedef struct {
    gboolean gantt, nodes, load, waits, forecast, keep_script;
    char *priority, *output, *slurm_version, *from, *until;
} Settings;

static void options(void *settings, Options *out)
{
    Settings *self = settings;
    const GOptionEntry pictures[] = {
        {"gantt", 0, 0, G_OPTION_ARG_NONE, &self->gantt,
         "a row a run, waiting and running over time (the default)", NULL},
        {"nodes", 0, 0, G_OPTION_ARG_NONE, &self->nodes, "a row a node, with what runs on it",
         NULL},
        {"load", 0, 0, G_OPTION_ARG_NONE, &self->load,
         "CPUs in use and runs that wait, over time; several results on each other", NULL},
        {"waits", 0, 0, G_OPTION_ARG_NONE, &self->waits,
         "which share of the runs waits how long; several results on each other", NULL},
        {"priority", 0, 0, G_OPTION_ARG_FILENAME, &self->priority,
         "of a scenario: a job's priority while it waits, term by term", "JOB"},
        {"forecast", 0, 0, G_OPTION_ARG_NONE, &self->forecast,
         "of two results: when the runs of the first were to start, against the second", NULL},
        OPTIONS_END,
    };
    const GOptionEntry output[] = {
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &self->output,
         "draw there with gnuplot, as the ending says: .svg, .png or .pdf; default: in the "
         "terminal",
         "FILE"},
        {"keep-script", 0, 0, G_OPTION_ARG_NONE, &self->keep_script,
         "leave gnuplot's script beside it, as FILE.gp", NULL},
        {"from", 0, 0, G_OPTION_ARG_FILENAME, &self->from,
         "draw from this time on: seconds or a duration (90m)", "T"},
        {"until", 0, 0, G_OPTION_ARG_FILENAME, &self->until, "draw until this time", "T"},
        {"slurm-version", 0, 0, G_OPTION_ARG_FILENAME, &self->slurm_version,
         "of a scenario: the Slurm to imitate", "VERSION"},
        OPTIONS_END,
    };

    options_add(out, "Pictures", pictures);
    options_add(out, "Output", output);
}

/* ---- what is drawn ----------------------------------------------------------------------- */

static bool read_instant(const char *name, const char *text, Instant *out, GError **error)
{
    g_autoptr(GError) cause = NULL;

    if (!text || instant_parse(text, out, &cause))
        return true;
    return srx_fail(error, SRX_ERROR_USAGE, "%s: %s", name, cause->message);
}

static bool is_seen(const TimelineRun *run, Instant from, Instant to)
{
    const Instant begin = MIN(run->eligible_at, run->start_at);

    return begin < to && (run->end_at == INSTANT_NEVER || run->end_at > from);
}

/* Only what happens between --from and --until. */
static bool cut_times(const Settings *self, GPtrArray *timelines, GError **error)
{
    Instant from = -INSTANT_NEVER, to = INSTANT_NEVER;

    if (!read_instant("--from", self->from, &from, error) ||
        !read_instant("--until", self->until, &to, error))
        return false;
    if (from >= to)
        return srx_fail(error, SRX_ERROR_USAGE, "--from: expected a time before --until");
    for (guint i = 0; i < timelines->len; i++) {
        Timeline *timeline = g_ptr_array_index(timelines, i);

        timeline->from = MAX(timeline->from, from);
        timeline->to = MAX(MIN(timeline->to, to), timeline->from + 1);
        for (guint k = timeline->runs->len; (self->from || self->until) && k-- > 0;)
            if (!is_seen(g_ptr_array_index(timeline->runs, k), from, to))
                g_ptr_array_remove_index(timeline->runs, k);
        if (timeline->runs->len == 0)
            return srx_fail(error, SRX_ERROR_INPUT, "%s: nothing happens between these times",
                            timeline->name);
    }
    return true;
}

static bool save(const Settings *self, Chart *chart, GError **error)
{
    g_autoptr(Chart) owned = chart;

    return owned && chart_save(owned, self->output, self->keep_script, error);
}

static bool put(char *text)
{
    g_autofree char *owned = text;

    fputs(owned, stdout);
    return true;
}

static bool need_one(const GPtrArray *timelines, const char *option, GError **error)
{
    if (timelines->len == 1)
        return true;
    return srx_fail(error, SRX_ERROR_USAGE,
                    "%s: expected one result, found %u (a comparison has one a variant); --load "
                    "and --waits take several",
                    option, timelines->len);
}

static bool draw_rows(const Session *session, const Settings *self, const GPtrArray *timelines,
                      GError **error)
{
    const Timeline *timeline = g_ptr_array_index(timelines, 0);

    if (!need_one(timelines, self->nodes ? "--nodes" : "--gantt", error))
        return false;
    if (!self->output)
        return put(self->nodes ? sketch_nodes(timeline, &session->out)
                               : sketch_gantt(timeline, &session->out));
    return save(self, self->nodes ? picture_nodes(timeline, error) : picture_gantt(timeline),
                error);
}

static bool draw_curves(const Session *session, const Settings *self, const GPtrArray *timelines,
                        GError **error)
{
    if (!self->output)
        return put(self->load ? sketch_load(timelines, &session->out)
                              : sketch_waits(timelines, &session->out));
    return save(self, self->load ? picture_load(timelines) : picture_waits(timelines), error);
}

static bool draw_forecast(const Settings *self, const GPtrArray *timelines, GError **error)
{
    if (timelines->len != 2)
        return srx_fail(error, SRX_ERROR_USAGE,
                        "--forecast: expected two results, a forecast and what happened, found %u",
                        timelines->len);
    if (!self->output)
        return srx_fail(error, SRX_ERROR_USAGE, "--forecast: expected --output=FILE with it");
    return save(
        self,
        picture_forecast(g_ptr_array_index(timelines, 0), g_ptr_array_index(timelines, 1), error),
        error);
}

static bool draw_priority(const Session *session, const Settings *self, char *const *operands,
                          GError **error)
{
    g_autoptr(Scenario) scenario = NULL;
    g_autoptr(Track) track = NULL;

    if (operands[1] || !g_file_test(operands[0], G_FILE_TEST_IS_DIR))
        return srx_fail(error, SRX_ERROR_USAGE,
                        "--priority: expected one scenario directory, found %s",
                        operands[1] ? "several" : "a result");
    scenario = simulate_load(session, operands[0], self->slurm_version, error);
    track = scenario ? track_follow(scenario, self->priority, error) : NULL;
    if (!track)
        return false;
    return self->output ? save(self, picture_priority(track), error)
                        : put(sketch_priority(track, &session->out));
}

static bool check(const Settings *self, char *const *operands, GError **error)
{
    const int kinds = (self->gantt != 0) + (self->nodes != 0) + (self->load != 0) +
                      (self->waits != 0) + (self->forecast != 0) + (self->priority != NULL);
    SlurmVersion version;

    if (!operands[0])
        return srx_fail(error, SRX_ERROR_USAGE,
                        "expected a scenario directory or answers of srx with --json, found "
                        "nothing");
    if (kinds > 1)
        return srx_fail(error, SRX_ERROR_USAGE,
                        "expected one of --gantt, --nodes, --load, --waits, --priority and "
                        "--forecast, found %d",
                        kinds);
    if (self->keep_script && !self->output)
        return srx_fail(error, SRX_ERROR_USAGE, "--keep-script: expected --output=FILE with it");
    if (self->slurm_version && !version_parse(self->slurm_version, &version))
        return srx_fail(error, SRX_ERROR_USAGE,
                        "--slurm-version: expected a Slurm release such as 22.05 or 24.11, "
                        "found '%s'",
                        self->slurm_version);
    return !self->output || chart_check_path(self->output, error);
}

static bool run(const Session *session, const void *settings, char **operands, GError **error)
{
    const Settings *self = settings;
    g_autoptr(GPtrArray) timelines = NULL;

    if (!check(self, operands, error))
        return false;
    if (self->priority)
        return draw_priority(session, self, operands, error);
    timelines = results_timelines(session, operands, self->slurm_version, error);
    if (!timelines || !cut_times(self, timelines, error))
        return false;
    if (self->forecast)
        return draw_forecast(self, timelines, error);
    if (self->load || self->waits)
        return draw_curves(session, self, timelines, error);
    return draw_rows(session, self, timelines, error);
}

const Command command_plot = {
    .name = "plot",
    .summary = "pictures of a schedule: Gantt, load, waits, priority, forecast",
    .usage = "[OPTION]... SCENARIO | RESULT...",
    .examples = "srx plot scenarios/campus --load\n"
                "srx plot scenarios/campus --nodes -o nodes.svg\n"
                "srx plot before.json after.json --waits -o waits.png\n"
                "srx plot scenarios/campus --priority j3254 -o priority.pdf\n",
    .details = "RESULT is what srx plan, simulate or compare print with --json (- is stdin); a "
               "SCENARIO directory is simulated first.\n\n"
               "Pictures are drawn by gnuplot (5.0 or newer), which must be installed; without "
               "--output they are sketched in the terminal.",
    .operands = OPERANDS_FILES,
    .size = sizeof(Settings),
    .options = options,
    .run = run,
};
