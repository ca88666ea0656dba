/* srx status [RUN]: where the jobs of a run stand. */
#include "cli/messages.h"
#include "cli/runs.h"

#include <stdio.h>

typedef struct {
    char *via;
    gboolean journal, list, json, parsable;
} Settings;

static void options(void *settings, Options *out)
{
    Settings *self = settings;
    const GOptionEntry entries[] = {
        {"list", 'l', 0, G_OPTION_ARG_NONE, &self->list, "list all runs, the last one first", NULL},
        {"journal", 0, 0, G_OPTION_ARG_NONE, &self->journal,
         "as the run's journal has it; ask no Slurm", NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &self->json, "JSON, schema srx/status/1", NULL},
        {"parsable", 'P', 0, G_OPTION_ARG_NONE, &self->parsable,
         "one line a job, fields between bars, as sacct -P", NULL},
        OPTIONS_END,
    };

    options_add(out, "Output", entries);
    runs_option_via(&self->via, out);
}

static bool list_runs(GError **error)
{
    g_autofree char *root = run_root();
    g_autoptr(GPtrArray) names = run_list(root);

    for (guint i = 0; i < names->len; i++) {
        g_autoptr(Run) run = run_open(root, names->pdata[i], runs_clock, error);
        g_autofree char *begun = NULL;

        if (!run)
            return false;
        begun = runs_instant(run->state->begun_at);
        printf("%s  %s  %s  %u jobs: %s\n", run->id, begun,
               run->submission->name ? run->submission->name : "-", run->submission->n_jobs,
               run->state->result      ? run->state->result
               : run->state->cancelled ? "cancelled"
                                       : "not ended");
    }
    return true;
}

/* What Slurm does not answer, the journal has: as of the last look. */
static void look(const Session *session, const Settings *self, Monitor *monitor, const Run *run)
{
    g_autoptr(GError) cause = NULL;
    bool changed;

    if (self->journal || run->state->done || monitor_poll(monitor, &changed, &cause))
        return;
    messages_note(session, "%s; this is as of the last look", cause->message);
}

static bool run(const Session *session, const void *settings, char **operands, GError **error)
{
    const Settings *self = settings;
    g_autoptr(Run) run = NULL;
    g_autoptr(Runner) runner = NULL;
    g_autoptr(Monitor) monitor = NULL;
    g_autofree char *text = NULL;

    if (self->list)
        return list_runs(error);
    run = runs_open(operands, error);
    runner = run ? runner_new(self->via, error) : NULL;
    if (!runner)
        return false;
    monitor = monitor_new(runner, run, NULL, NULL);
    look(session, self, monitor, run);
    if (self->json) {
        runs_json(run, monitor);
        return true;
    }
    text = self->parsable ? runs_parsable(run, monitor) : runs_text(run, monitor, &session->out);
    fputs(text, stdout);
    return true;
}

const Command command_status = {
    .name = "status",
    .summary = "where the jobs of a run stand, predicted next to actual",
    .usage = "[OPTION]... [RUN]",
    .examples = "srx status\n"
                "srx status 3fa2\n"
                "srx status --list\n",
    .details = "RUN is what srx submit printed, or its beginning; without it the run "
               "that was begun last. One squeue is asked for all jobs, and one sacct when some "
               "have ended since the last look; what they say goes into the run's journal.",
    .operands = OPERANDS_NONE,
    .size = sizeof(Settings),
    .options = options,
    .run = run,
};
