/* recording.json: what a real Slurm did with a case -> Recording, and its times -> Load. */
#pragma once

#include "base/diag.h"
#include "sim/recording.h"

/**
 * recordingfile_load - reads @path, made by the recorder in tests/slurm, and gives @load (of the
 * same case) the submit times, run times and times of commands that were really seen, so that only
 * the scheduling is left to differ.
 *
 * Returns: (transfer full), or NULL; the reasons are in @diags.
 */
Recording *recordingfile_load(const char *path, Load *load, Diags *diags);

/** recordingfile_version - "24.11.5", what @path says of the Slurm it was made with; "" when it
 * says nothing. Returns: (transfer full), or NULL; the reasons are in @diags. */
char *recordingfile_version(const char *path, Diags *diags);
