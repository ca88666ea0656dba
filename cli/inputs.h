/* What plan and compare are given: a workflow, a cluster with its queue, who plans, what is
 * pinned. */
#pragma once

#include "cli/command.h"
#include "planner/problem.h"
#include "slurmio/scenario.h"

typedef struct {
    char *cluster, *slurm_version, *user, *account, *preset;
    char **args, **sweeps, **runtimes, **after;
    gboolean known_runtimes;
    int simulations, threads;
    double budget; /* [s] 0: no cap */
} InputSettings;

typedef struct {
    Workflow *workflow;
    Scenario *scenario;
    char *user;
    GTimer *timer; /* runs since the inputs were read */
    double budget; /* [s] */
} Inputs;

/* The options in two parts, as a command may list its own between them. */
void input_options_cluster(InputSettings *self, Options *out);
void input_options_workflow(InputSettings *self, Options *out);
void input_options_search(InputSettings *self, Options *out);

/**
 * inputs_scenario - reads the directory --cluster names and prints what its reader has to say.
 *
 * Fails with SRX_ERROR_INPUT, or _SLURM when the live cluster is meant. Returns: (transfer full)
 */
Scenario *inputs_scenario(const Session *session, const char *cluster, const char *slurm_version,
                          GError **error);

/**
 * inputs_load - reads everything and prints what the readers have to say.
 * @operands: one workflow, or job scripts
 *
 * Fails with SRX_ERROR_USAGE, _INPUT, or _SLURM when the live cluster is meant.
 */
bool inputs_load(Inputs *self, const Session *session, const InputSettings *settings,
                 char *const *operands, GError **error);
void inputs_clear(Inputs *self);

/** inputs_problem - everything but pins, objective and strategies. Borrows from both. */
void inputs_problem(Inputs *self, const InputSettings *settings, Problem *out);
