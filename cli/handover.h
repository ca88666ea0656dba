/* What srx submit is given, as jobs for Slurm: a workflow or scripts, which are planned first, a
 * plan, or a submission. */
#pragma once

#include "cli/inputs.h"
#include "slurmio/submission.h"

typedef struct {
    InputSettings inputs;
    char *qos, *partition;
    gboolean serial;
} HandoverSettings;

void handover_options(HandoverSettings *self, Options *out);

/**
 * handover_load - what @operands name.
 * @plan: the plan as JSON, NULL when there was none (transfer full)
 *
 * Fails with SRX_ERROR_USAGE, _INPUT, _INFEASIBLE, or _SLURM when the live cluster is meant.
 * Returns: (transfer full)
 */
Submission *handover_load(const Session *session, const HandoverSettings *settings,
                          char *const *operands, char **plan, GError **error);
