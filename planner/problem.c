/* What a plan is asked for. */
#include "planner/problem.h"

const char *objective_name(Objective objective)
{
    static const char *const names[] = {"makespan", "cost", "deadline"};

    return names[objective];
}

bool objective_parse(const char *text, Objective *out, GError **error)
{
    for (Objective objective = OBJECTIVE_MAKESPAN; objective <= OBJECTIVE_DEADLINE; objective++) {
        if (g_ascii_strcasecmp(text, objective_name(objective)) == 0) {
            *out = objective;
            return true;
        }
    }
    return srx_fail(error, SRX_ERROR_USAGE,
                    "expected the objective makespan, cost or deadline, found '%s'", text);
}

void problem_init(Problem *self, const Workflow *workflow, const Cluster *cluster)
{
    *self = (Problem){
        .workflow = workflow,
        .cluster = cluster,
        .deadline_at = INSTANT_NEVER,
        .strategies = STRATEGY_ANY,
        .threads = 1,
        .watch_interval = 10,
    };
    sim_options_init(&self->sim);
}
