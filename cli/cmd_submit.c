/* srx submit WORKFLOW | SCRIPT... | PLAN | SUBMISSION | --resume RUN */
#include "cli/command.h"
#include "cli/dryrun.h"
#include "cli/handover.h"
#include "cli/interrupt.h"
#include "cli/messages.h"
#include "slurmio/changeenv.h"
#include "slurmio/submit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PATIENCE_USUAL = 600 /* [s] */ };

typedef struct {
    HandoverSettings what;
    char *resume, *from, *via;
    char **only;
    int patience; /* [s] 0: as usual */
    gboolean dry_run, yes;
} Settings;

static void options(void *settings, Options *out)
{
    Settings *self = settings;
    const GOptionEntry entries[] = {
        {"dry-run", 'n', 0, G_OPTION_ARG_NONE, &self->dry_run,
         "submit nothing: print the sbatch lines and scripts", NULL},
        {"yes", 'y', 0, G_OPTION_ARG_NONE, &self->yes, "do not ask", NULL},
        {"from", 0, 0, G_OPTION_ARG_FILENAME, &self->from,
         "only this job and what waits for it, directly or not", "JOB"},
        {"only", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &self->only,
         "only this job; may be given several times", "JOB"},
        {"resume", 0, 0, G_OPTION_ARG_FILENAME, &self->resume,
         "go on with a run that was broken off: its name, the beginning of it, or its directory",
         "RUN"},
        {"patience", 0, 0, G_OPTION_ARG_INT, &self->patience,
         "how long to wait for a slurmctld that does not answer; 600 is the default", "SECONDS"},
        {"via", 0, 0, G_OPTION_ARG_FILENAME, &self->via,
         "run Slurm's commands behind this one, such as 'ssh login1'", "COMMAND"},
        OPTIONS_END,
    };

    options_add(out, "Submitting", entries);
    handover_options(&self->what, out);
}

static Instant now(void)
{
    return g_get_real_time() / G_USEC_PER_SEC;
}

/* ---- what is to be submitted ---- */

static bool keep_job(const Submission *submission, const char *name, uint32_t *out, GError **error)
{
    *out = submission_find(submission, name);
    if (*out == COUNT_UNSET)
        return srx_fail(error, SRX_ERROR_USAGE, "no job '%s' to submit", name);
    return true;
}

static Submission *select_jobs(const Settings *self, const Submission *all, GError **error)
{
    g_autofree bool *kept = g_new0(bool, all->n_jobs + 1);
    uint32_t job;

    if (self->from) {
        if (!keep_job(all, self->from, &job, error))
            return NULL;
        submission_from(all, job, kept);
    }
    for (char **name = self->only; name && *name; name++) {
        if (!keep_job(all, *name, &job, error))
            return NULL;
        kept[job] = true;
    }
    for (uint32_t i = 0; i < all->n_jobs && !self->from && !self->only; i++)
        kept[i] = true;
    return submission_select(all, kept);
}

static bool check_at_once(const Submission *submission, GError **error)
{
    const uint32_t staged = submission_staged(submission);

    if (staged == 0)
        return true;
    return srx_fail(error, SRX_ERROR_INPUT,
                    "%u of %u jobs are staged: each is to be submitted when what it waits for has "
                    "ended, which srx cannot do yet; expected a plan made without --staged",
                    staged, submission->n_jobs);
}

static Submission *load(const Session *session, const Settings *self, char *const *operands,
                        char **plan, GError **error)
{
    g_autoptr(Submission) all = NULL;
    g_autoptr(Submission) selected = NULL;

    if (!operands[0])
        return srx_fail_null(error, SRX_ERROR_USAGE,
                             "expected a workflow, or --resume RUN ('srx submit --help')");
    all = handover_load(session, &self->what, operands, plan, error);
    selected = all ? select_jobs(self, all, error) : NULL;
    return selected && submission_check(selected, error) && check_at_once(selected, error)
               ? g_steal_pointer(&selected)
               : NULL;
}

/* ---- asking, saying ---- */

static bool confirm(const Settings *self, const Submission *submission, GError **error)
{
    char answer[16] = "";

    if (self->yes)
        return true;
    if (!isatty(STDIN_FILENO))
        return srx_fail(error, SRX_ERROR_USAGE,
                        "expected -y, as there is no terminal to ask on whether to submit");
    fprintf(stderr, "submit %u job%s? [y/N] ", submission->n_jobs,
            submission->n_jobs == 1 ? "" : "s");
    if (fgets(answer, sizeof answer, stdin) && (*answer == 'y' || *answer == 'Y'))
        return true;
    return srx_fail(error, SRX_ERROR_FAILED, "nothing is submitted");
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

/* What the user's environment would have asked of sbatch, against the plan. */
static bool note_environment(const Session *session, Run *run, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) environment = g_get_environ();
    g_autofree char *list = NULL;

    g_strfreev(change_environment(environment, NULL, names));
    if (names->len == 0)
        return true;
    g_ptr_array_add(names, NULL);
    list = g_strjoinv(", ", (char **)names->pdata);
    messages_note(session, "kept from sbatch, as what is submitted says it all: %s", list);
    return run_note(run, error, "kept from sbatch: %s", list);
}

/* ---- submitting ---- */

/* Slurm makes no directories: a job whose output has none fails as it starts. Those with a % in
 * their name are the job's own affair, those of another machine are not in reach. */
static bool make_log_directories(const Submission *submission, GError **error)
{
    for (uint32_t i = 0; i < submission->n_jobs; i++) {
        const SubmissionJob *job = &submission->jobs[i];
        g_autofree char *directory = job->log ? g_path_get_dirname(job->log) : NULL;

        if (!directory || strchr(directory, '%') || g_mkdir_with_parents(directory, 0777) == 0)
            continue;
        return srx_fail(error, SRX_ERROR_FAILED,
                        "%s: cannot be made for the output of job '%s': %s; nothing is submitted",
                        directory, job->name, g_strerror(errno));
    }
    return true;
}

static bool carry_out(const Session *session, const Settings *self, Run *run, GError **error)
{
    g_autoptr(Runner) runner = runner_new(self->via, error);
    const SubmitOptions how = {.patience = self->patience ? self->patience : PATIENCE_USUAL,
                               .stopped = is_stopped,
                               .say = say,
                               .self = (void *)(guintptr)session};

    if (!runner || !note_environment(session, run, error))
        return false;
    interrupt_listen();
    if (!submit_run(runner, run, &how, error))
        return false;
    printf("run %s: %u job%s submitted\n", run->id, run->submission->n_jobs,
           run->submission->n_jobs == 1 ? "" : "s");
    return true;
}

static bool go_on(const Session *session, const Settings *self, GError **error)
{
    g_autofree char *root = run_root();
    g_autoptr(Run) run = run_open(root, self->resume, now, error);

    return run && carry_out(session, self, run, error);
}

static bool begin(const Session *session, const Settings *self, char *const *operands,
                  GError **error)
{
    g_autofree char *root = run_root();
    g_autofree char *plan = NULL;
    g_autoptr(Submission) submission = load(session, self, operands, &plan, error);
    g_autoptr(Run) run = NULL;

    if (!submission)
        return false;
    if (self->dry_run) {
        g_autofree char *text = dryrun_text(submission);

        fputs(text, stdout);
        return true;
    }
    if (!confirm(self, submission, error) ||
        (!self->via && !make_log_directories(submission, error)))
        return false;
    run = run_create(root, g_steal_pointer(&submission), plan, now, error);
    return run && carry_out(session, self, run, error);
}

static bool run(const Session *session, const void *settings, char **operands, GError **error)
{
    const Settings *self = settings;

    if (self->patience < 0)
        return srx_fail(error, SRX_ERROR_USAGE, "--patience: expected seconds, found '%d'",
                        self->patience);
    if (!self->resume)
        return begin(session, self, operands, error);
    if (operands[0] || self->from || self->only || self->dry_run)
        return srx_fail(error, SRX_ERROR_USAGE,
                        "--resume goes on with what was begun: expected nothing to submit beside "
                        "it");
    return go_on(session, self, error);
}

const Command command_submit = {
    .name = "submit",
    .summary = "hand a workflow to Slurm: all its jobs, each once, or none",
    .usage = "[OPTION]... WORKFLOW | SCRIPT... | PLAN | SUBMISSION | --resume RUN",
    .examples = "srx submit --dry-run workflow.yaml --cluster scenarios/campus\n"
                "srx plan workflow.yaml --cluster DIR -o plan.json && srx submit -y plan.json\n"
                "srx submit --resume 3f9c\n",
    .details =
        "A workflow, or scripts, are planned first, as srx plan does; a PLAN is what srx plan -o "
        "wrote. SUBMISSION is a file of schema srx/submission/1, for programs: jobs with their "
        "scripts, what they ask for and whom they wait for.\n\n"
        "Jobs that wait for no other go in held, and are released when Slurm has accepted all. "
        "When it refuses one, or at Ctrl-C, all are cancelled. Whatever ends srx on the way, "
        "--resume goes on: every job carries a mark (srx:RUN:JOB:ATTEMPT) in its comment, by "
        "which it is found. Run directories are in $XDG_STATE_HOME/srx/runs.\n\n"
        "Exit status: 0 ok, 1 failure, 2 usage, 3 bad input, 4 no feasible plan, 5 Slurm refused "
        "or did not answer, 130 interrupted.",
    .operands = OPERANDS_FILES,
    .size = sizeof(Settings),
    .options = options,
    .run = run,
};
