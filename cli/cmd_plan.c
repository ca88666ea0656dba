/* srx plan WORKFLOW|SCRIPT... */
#include "cli/command.h"
#include "cli/dispatch.h"
#include "cli/graph_text.h"
#include "cli/inputs.h"
#include "cli/output.h"
#include "cli/report.h"
#include "cli/when.h"
#include "planner/plan_json.h"
#include "slurmio/sbatchopts.h"

#include <stdio.h>

enum { GANTT_USUAL = 60 }; /* jobs: above, only when asked for */

typedef struct {
    InputSettings inputs;
    char *qos, *partition, *objective, *deadline, *output, *srun, *script;
    gboolean serial, staged, together;
    gboolean json, parsable, mermaid, dot, effective, considered, gantt, no_gantt;
} Settings;

static void choice_options(Settings *self, Options *out)
{
    const GOptionEntry entries[] = {
        {"qos", 'q', 0, G_OPTION_ARG_FILENAME, &self->qos, "every job in this QoS", "QOS"},
        {"partition", 'p', 0, G_OPTION_ARG_FILENAME, &self->partition,
         "every job in this partition; a,b: in one of these", "PARTITION"},
        {"objective", 0, 0, G_OPTION_ARG_FILENAME, &self->objective,
         "what is better: earlier (makespan, default), cheaper (cost), or cheap among what ends by "
         "--deadline",
         "makespan|cost|deadline"},
        {"deadline", 0, 0, G_OPTION_ARG_FILENAME, &self->deadline,
         "all must have ended by then: 6h, 18:00, 2026-01-20T18:00; exit status 4 when missed",
         "TIME"},
        {"together", 0, 0, G_OPTION_ARG_NONE, &self->together,
         "submit everything now, with dependencies", NULL},
        {"staged", 0, 0, G_OPTION_ARG_NONE, &self->staged,
         "submit each job when what it waits for has ended", NULL},
        {"serial", 0, 0, G_OPTION_ARG_NONE, &self->serial, "one job after the other", NULL},
        OPTIONS_END,
    };

    options_add(out, "Choice (what is not said here or in the file is chosen)", entries);
}

static void output_options(Settings *self, Options *out)
{
    const GOptionEntry entries[] = {
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &self->output,
         "also write the plan there, for srx itself to read", "FILE"},
        {"json", 0, 0, G_OPTION_ARG_NONE, &self->json, "JSON, schema srx/plan/1", NULL},
        {"parsable", 'P', 0, G_OPTION_ARG_NONE, &self->parsable,
         "one line a job, fields between bars, as sacct -P", NULL},
        {"mermaid", 0, 0, G_OPTION_ARG_NONE, &self->mermaid, "the graph for Mermaid", NULL},
        {"dot", 0, 0, G_OPTION_ARG_NONE, &self->dot, "the graph for Graphviz", NULL},
        {"effective", 0, 0, G_OPTION_ARG_NONE, &self->effective,
         "what each job finally asks for, as sbatch lines", NULL},
        {"srun", 0, 0, G_OPTION_ARG_FILENAME, &self->srun,
         "an srun line that opens a shell with what this job asks for, set up as it is", "JOB"},
        {"script", 0, 0, G_OPTION_ARG_FILENAME, &self->script,
         "the batch script of this job; --effective has its options", "JOB"},
        {"considered", 0, 0, G_OPTION_ARG_NONE, &self->considered,
         "all alternatives and rejections, not only the first", NULL},
        {"gantt", 0, 0, G_OPTION_ARG_NONE, &self->gantt, "draw the schedule however many jobs",
         NULL},
        {"no-gantt", 0, 0, G_OPTION_ARG_NONE, &self->no_gantt, "do not draw it", NULL},
        OPTIONS_END,
    };

    options_add(out, "Output", entries);
}

static void options(void *settings, Options *out)
{
    Settings *self = settings;

    choice_options(self, out);
    input_options_cluster(&self->inputs, out);
    input_options_workflow(&self->inputs, out);
    output_options(self, out);
    input_options_search(&self->inputs, out);
}

static unsigned strategies(const Settings *self)
{
    unsigned bits = (self->together ? STRATEGY_BIT(STRATEGY_TOGETHER) : 0) |
                    (self->staged ? STRATEGY_BIT(STRATEGY_STAGED) : 0) |
                    (self->serial ? STRATEGY_BIT(STRATEGY_SERIAL) : 0);

    return bits ? bits : STRATEGY_ANY;
}

static bool check_outputs(const Settings *self, GError **error)
{
    int formats = self->json + self->parsable + self->mermaid + self->dot + self->effective +
                  (self->srun != NULL) + (self->script != NULL);

    if (formats > 1)
        return srx_fail(
            error, SRX_ERROR_USAGE,
            "expected one of --json, --parsable, --mermaid, --dot, --effective, --srun, "
            "--script");
    return true;
}

static bool settle_problem(const Settings *self, Problem *problem, GError **error)
{
    g_autoptr(GError) cause = NULL;

    problem->pin_qos = self->qos;
    problem->pin_partition = self->partition;
    problem->strategies = strategies(self);
    if (self->deadline)
        problem->objective = OBJECTIVE_DEADLINE;
    if (self->objective && !objective_parse(self->objective, &problem->objective, &cause))
        return srx_fail(error, SRX_ERROR_USAGE, "--objective: %s", cause->message);
    if (problem->objective == OBJECTIVE_DEADLINE && !self->deadline)
        return srx_fail(error, SRX_ERROR_USAGE,
                        "--objective deadline needs the deadline itself: --deadline TIME");
    if (self->deadline && !when_parse(self->deadline, problem->now, problem->sim.epoch,
                                      &problem->deadline_at, &cause))
        return srx_fail(error, SRX_ERROR_USAGE, "--deadline: %s", cause->message);
    return true;
}

static bool save(const char *path, const Plan *plan, GError **error)
{
    g_autofree char *text = plan_json_write(plan, sbatchopts_argv);

    if (!g_str_equal(path, "-"))
        return output_save(path, text, error);
    fputs(text, stdout);
    return true;
}

/* @names: of all jobs there are, @n */
static void *refuse_job(const char *option, const char *name, const char *const *names, size_t n,
                        GError **error)
{
    const char *near = nearest_word(name, names, n);

    return srx_fail_null(error, SRX_ERROR_USAGE,
                         near ? "%s: no job is called '%s'; did you mean '%s'?"
                              : "%s: no job is called '%s'%s",
                         option, name, near ? near : "");
}

static char *srun_line(const char *name, const Plan *plan, GError **error)
{
    g_autofree const char **names = g_new0(const char *, (gsize)plan->n_jobs + 1);
    g_autofree char *line = NULL;

    for (uint32_t i = 0; i < plan->n_jobs; i++) {
        names[i] = plan->jobs[i].name;
        if (!g_str_equal(names[i], name))
            continue;
        line = dispatch_interactive(plan, i, error);
        return line ? g_strconcat(line, "\n", NULL) : NULL;
    }
    return refuse_job("--srun", name, names, plan->n_jobs, error);
}

static char *script_of(const char *name, const Plan *plan, GError **error)
{
    g_autofree char *here = g_get_current_dir();
    g_autoptr(Submission) submission =
        dispatch_build(plan, &(DispatchChoice){.directory = here}, error);
    g_autofree const char **names = NULL;

    if (!submission)
        return NULL;
    names = g_new0(const char *, (gsize)submission->n_jobs + 1);
    for (uint32_t i = 0; i < submission->n_jobs; i++) {
        names[i] = submission->jobs[i].name;
        if (g_str_equal(names[i], name))
            return g_strdup(submission->jobs[i].script);
    }
    return refuse_job("--script", name, names, submission->n_jobs, error);
}

static char *text_of(const Settings *self, const Plan *plan, const Terminal *terminal,
                     GError **error)
{
    const ReportChoice choice = {
        .place = self->inputs.cluster,
        .gantt = self->gantt || (!self->no_gantt && plan->n_jobs <= GANTT_USUAL),
        .considered = self->considered,
    };

    if (self->json)
        return plan_json_write(plan, sbatchopts_argv);
    if (self->parsable)
        return report_parsable(plan);
    if (self->mermaid)
        return plan_mermaid(plan);
    if (self->dot)
        return plan_dot(plan);
    if (self->effective)
        return report_effective(plan);
    if (self->srun)
        return srun_line(self->srun, plan, error);
    if (self->script)
        return script_of(self->script, plan, error);
    return report_text(plan, &choice, terminal);
}

static bool present(const Session *session, const Settings *self, const Plan *plan, GError **error)
{
    g_autofree char *text = NULL;

    if (self->output && !save(self->output, plan, error))
        return false;
    if (!self->output || !g_str_equal(self->output, "-")) {
        text = text_of(self, plan, &session->out, error);
        if (!text)
            return false;
        fputs(text, stdout);
    }
    if (!plan->deadline_met)
        return srx_fail(error, SRX_ERROR_INFEASIBLE, "the deadline (%s) is missed", self->deadline);
    return true;
}

static bool run_with(const Session *session, const Settings *self, Inputs *inputs, char **operands,
                     GError **error)
{
    Problem problem;
    g_autoptr(Plan) plan = NULL;

    if (!inputs_load(inputs, session, &self->inputs, operands, error))
        return false;
    inputs_problem(inputs, &self->inputs, &problem);
    if (!settle_problem(self, &problem, error))
        return false;
    plan = plan_make(&problem, error);
    return plan && present(session, self, plan, error);
}

static bool run(const Session *session, const void *settings, char **operands, GError **error)
{
    const Settings *self = settings;
    Inputs inputs = {0};
    bool done = check_outputs(self, error) && run_with(session, self, &inputs, operands, error);

    inputs_clear(&inputs);
    return done;
}

const Command command_plan = {
    .name = "plan",
    .summary = "when a workflow will finish, and what to ask for so that it finishes sooner",
    .usage = "[OPTION]... WORKFLOW | SCRIPT...",
    .examples = "srx plan --qos high workflow.yaml --cluster scenarios/campus\n"
                "srx plan workflow.yaml --cluster DIR --runtime train=2h30m --deadline 18:00\n"
                "srx plan a.sh b.sh --after b=afterok:a --cluster DIR\n"
                "srx plan workflow.yaml --cluster DIR -o plan.json\n",
    .details =
        "A partition or QoS that the file names for a job is kept; what it leaves open is chosen "
        "by simulating the cluster with its queue. Run times are the file's (runtime:) or "
        "--runtime, else the time limits.\n\n"
        "Nothing is changed on any cluster. Exit status: 0 ok, 1 failure, 2 usage, 3 bad input, "
        "4 no feasible plan or deadline missed, 5 no Slurm in reach, 130 interrupted.",
    .operands = OPERANDS_FILES,
    .size = sizeof(Settings),
    .options = options,
    .run = run,
};
