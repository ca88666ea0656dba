/* What srx submit is given, as jobs for Slurm. */
#include "cli/handover.h"

#include "cli/dispatch.h"
#include "planner/plan_json.h"
#include "slurmio/sbatchopts.h"

#include <string.h>

void handover_options(HandoverSettings *self, Options *out)
{
    const GOptionEntry entries[] = {
        {"qos", 'q', 0, G_OPTION_ARG_FILENAME, &self->qos, "every job in this QoS", "QOS"},
        {"partition", 'p', 0, G_OPTION_ARG_FILENAME, &self->partition,
         "every job in this partition; a,b: in one of these", "PARTITION"},
        {"serial", 0, 0, G_OPTION_ARG_NONE, &self->serial, "one job after the other", NULL},
        OPTIONS_END,
    };

    input_options_cluster(&self->inputs, out);
    input_options_workflow(&self->inputs, out);
    options_add(out, "Choice (for a workflow; what is not said is chosen)", entries);
    input_options_search(&self->inputs, out);
}

static unsigned strategies(const HandoverSettings *self)
{
    return STRATEGY_BIT(self->serial ? STRATEGY_SERIAL : STRATEGY_TOGETHER);
}

/* Not before everything is read: what is said of files comes first. */
static Submission *dispatch(const Plan *plan, char **text, GError **error)
{
    g_autofree char *here = g_get_current_dir();
    const DispatchChoice choice = {.directory = here};
    Submission *submission = dispatch_build(plan, &choice, error);

    if (submission)
        *text = plan_json_write(plan, sbatchopts_argv);
    return submission;
}

static Submission *plan_then_dispatch(const Session *session, const HandoverSettings *self,
                                      Inputs *inputs, char *const *operands, char **text,
                                      GError **error)
{
    Problem problem;
    g_autoptr(Plan) plan = NULL;

    if (!inputs_load(inputs, session, &self->inputs, operands, error))
        return NULL;
    inputs_problem(inputs, &self->inputs, &problem);
    problem.pin_qos = self->qos;
    problem.pin_partition = self->partition;
    problem.strategies = strategies(self);
    plan = plan_make(&problem, error);
    return plan ? dispatch(plan, text, error) : NULL;
}

static Submission *from_plan(const char *json, const char *file, char **text, GError **error)
{
    g_autoptr(Plan) plan = plan_json_read(json, file, sbatchopts_parse, error);

    return plan ? dispatch(plan, text, error) : NULL;
}

/* The schemas are the first keys of what srx writes. */
static bool is_json(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '{';
}

Submission *handover_load(const Session *session, const HandoverSettings *settings,
                          char *const *operands, char **plan, GError **error)
{
    g_autofree char *text = NULL;
    Inputs inputs = {0};
    Submission *submission;

    *plan = NULL;
    if (operands[0] && !operands[1] && g_file_get_contents(operands[0], &text, NULL, NULL) &&
        is_json(text))
        return strstr(text, PLAN_SCHEMA) ? from_plan(text, operands[0], plan, error)
                                         : submission_read(text, operands[0], error);
    submission = plan_then_dispatch(session, settings, &inputs, operands, plan, error);
    inputs_clear(&inputs);
    return submission;
}
