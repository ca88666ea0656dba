/* A running cluster -> a scenario directory. */
#pragma once

#include "base/diag.h"
#include "slurmio/runner.h"

typedef struct {
    bool anonymize;   /* users, accounts, jobs, reservations and the cluster lose their names */
    const char *user; /* who plans there, by the name in Slurm; NULL: nobody is named */
} SnapshotOptions;

typedef struct Snapshot Snapshot;

/**
 * snapshot_take - asks Slurm for its configuration, nodes, accounting, usage, queue and
 * reservations; changes nothing there.
 * @diags: what could not be read and what a forecast loses by it, as warnings
 *
 * Fails with SRX_ERROR_SLURM when slurmctld does not answer.
 */
Snapshot *snapshot_take(Runner *runner, const SnapshotOptions *options, Diags *diags,
                        GError **error);
void snapshot_free(Snapshot *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Snapshot, snapshot_free)

/** snapshot_text - of one of its files ("slurm.conf", "jobs.json", ...); NULL: it has none. */
const char *snapshot_text(const Snapshot *self, const char *file);

/** snapshot_save - writes its files into @directory, which must be empty or not yet there. */
bool snapshot_save(const Snapshot *self, const char *directory, GError **error);
