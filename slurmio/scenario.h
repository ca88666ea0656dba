/* A scenario directory -> Cluster, Load, and what scenario.yaml says. */
#pragma once

#include "sim/cluster.h"
#include "sim/load.h"

typedef struct {
    char *directory;
    char *jobs_file;      /* path of its jobs.json, trace.swf, ...; NULL without one */
    char *name, *shows;   /* NULL */
    char *user, *account; /* who plans; NULL */
    int64_t epoch;        /* [s since 1970 UTC] of second 0; Slurm's clock in begin times */
    bool epoch_guessed;   /* nobody said when second 0 is */
    Instant now;          /* a plan starts here; 0 */
    Instant horizon;      /* INSTANT_NEVER */
    char *expect;         /* the expect mapping as JSON text, NULL */
    Cluster *cluster;     /* finished */
    Load *load;
} Scenario;

/**
 * scenario_load - reads @directory as ../docs/scenario.md describes. @version: overrides the
 * scenario's slurm_version unless NULL.
 *
 * Returns: (transfer full), or NULL; the reasons are in @diags.
 */
Scenario *scenario_load(const char *directory, const char *version, Diags *diags);
void scenario_free(Scenario *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scenario, scenario_free)
