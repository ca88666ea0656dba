/* A trace and what is to be its cluster, as srx import and srx simulate are given them. */
#pragma once

#include "cli/command.h"
#include "slurmio/import.h"
#include "slurmio/scenario.h"

typedef struct {
    char *slurm_conf, *nodes, *accounting, *gres_conf, *topology_conf, *usage, *start;
    int jobs; /* 0: all */
} ImportSettings;

void importing_options(ImportSettings *self, Options *out);

/** importing_given - whether any of them was. */
bool importing_given(const ImportSettings *self);

/** importing_sources - checks what belongs together; SRX_ERROR_USAGE. Borrows from all. */
bool importing_sources(const ImportSettings *self, const char *trace, const char *version,
                       ImportSources *out, GError **error);

/** importing_write - import_write with its messages printed, notes and all. */
bool importing_write(const Session *session, const ImportSources *sources, const char *directory,
                     ImportCounts *out, GError **error);

/** importing_scenario - what srx import would have written, read back; nothing of it is left.
 * Returns: (transfer full) or NULL */
Scenario *importing_scenario(const Session *session, const ImportSources *sources, GError **error);
