/* srx cancel [RUN]: takes back what of a run has not ended. */
#include "cli/interrupt.h"
#include "cli/runs.h"
#include "slurmio/submit.h"

#include <stdio.h>
#include <unistd.h>

enum { PATIENCE_USUAL = 600 /* [s] */ };

typedef struct {
    char *via;
    int patience; /* [s] */
    gboolean yes;
} Settings;

static void options(void *settings, Options *out)
{
    Settings *self = settings;
    const GOptionEntry entries[] = {
        {"yes", 'y', 0, G_OPTION_ARG_NONE, &self->yes, "do not ask", NULL},
        {"patience", 0, 0, G_OPTION_ARG_INT, &self->patience,
         "how long to wait for a slurmctld that does not answer; 600 is the default", "SECONDS"},
        OPTIONS_END,
    };

    options_add(out, "Cancelling", entries);
    runs_option_via(&self->via, out);
}

static bool confirm(const Settings *self, const Run *run, GError **error)
{
    char answer[16] = "";

    if (self->yes)
        return true;
    if (!isatty(STDIN_FILENO))
        return srx_fail(error, SRX_ERROR_USAGE,
                        "expected -y, as there is no terminal to ask on whether to cancel run %s",
                        run->id);
    fprintf(stderr, "cancel run %s (%s, %u jobs)? [y/N] ", run->id,
            run->submission->name ? run->submission->name : "-", run->submission->n_jobs);
    if (fgets(answer, sizeof answer, stdin) && (*answer == 'y' || *answer == 'Y'))
        return true;
    return srx_fail(error, SRX_ERROR_FAILED, "nothing is cancelled");
}

static bool is_stopped(void *self)
{
    (void)self;
    return interrupt_heard();
}

static void say(void *self, const char *text)
{
    const Session *session = self;

    if (!session->quiet)
        fprintf(stderr, "srx: %s\n", text);
}

static uint32_t count_cancelled(const RunState *state)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < state->n_jobs; i++) {
        const RunAttempt *attempt = run_state_attempt(state, i);

        n += attempt && attempt->cancelled;
    }
    return n;
}

static bool cancel(const Session *session, const Settings *self, Run *run, GError **error)
{
    g_autoptr(Runner) runner = runs_runner(self->via, error);
    const SubmitOptions how = {.patience = self->patience ? self->patience : PATIENCE_USUAL,
                               .stopped = is_stopped,
                               .say = say,
                               .self = (void *)(guintptr)session};
    const uint32_t before = count_cancelled(run->state);
    uint32_t cancelled;

    if (!runner)
        return false;
    interrupt_listen();
    if (!submit_cancel(runner, run, "srx cancel", &how, error))
        return false;
    cancelled = count_cancelled(run->state) - before;
    printf("run %s: %u job%s cancelled\n", run->id, cancelled, cancelled == 1 ? "" : "s");
    return true;
}

static bool run(const Session *session, const void *settings, char **operands, GError **error)
{
    const Settings *self = settings;
    g_autoptr(Run) run = NULL;

    if (self->patience < 0)
        return srx_fail(error, SRX_ERROR_USAGE, "--patience: expected seconds, found '%d'",
                        self->patience);
    run = runs_open(operands, error);
    return run && confirm(self, run, error) && cancel(session, self, run, error);
}

const Command command_cancel = {
    .name = "cancel",
    .summary = "take back what of a run has not ended",
    .usage = "[OPTION]... [RUN]",
    .examples = "srx cancel\n"
                "srx cancel -y 3fa2\n",
    .details = "RUN is what srx submit printed, or its beginning; without it the run that was "
               "begun last. Jobs that wait for others are cancelled first, so that none starts in "
               "between. What has ended stays as it ended.\n\n"
               "Exit status: 0 ok, also when nothing was left to cancel, 1 failure, 2 usage, "
               "5 Slurm did not answer, 130 interrupted.",
    .operands = OPERANDS_NONE,
    .size = sizeof(Settings),
    .options = options,
    .run = run,
};
